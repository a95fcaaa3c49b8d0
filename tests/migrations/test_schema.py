"""The versions make exactly the schema that the code expects."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from jackfield.db import Database, Transaction, metadata
from jackfield.errors import MisconfiguredError
from jackfield.migrations import upgrade


def test_the_versions_make_the_schema_that_the_code_expects(empty_database: Database) -> None:
    upgrade(empty_database)

    with empty_database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    assert len(metadata.tables) >= 20


def test_upgrading_again_changes_nothing(database: Database) -> None:
    database.write_now(Transaction.change_policy)
    before = database.read_now(Transaction.policy_epoch)

    upgrade(database)

    assert database.read_now(Transaction.policy_epoch) == before


def test_four_servers_that_start_at_once_make_one_schema(empty_database: Database) -> None:
    with ThreadPoolExecutor(4) as servers:
        list(servers.map(upgrade, [empty_database] * 4))

    assert empty_database.read_now(Transaction.policy_epoch) == 1


def test_a_database_of_a_newer_version_is_refused(database: Database) -> None:
    def newer(tx: Transaction) -> None:
        tx.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    database.write_now(newer)

    with pytest.raises(MisconfiguredError, match="9999"):
        upgrade(database)
