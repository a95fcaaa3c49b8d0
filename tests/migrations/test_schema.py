"""The versions make exactly the schema that the code expects."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from jackfield.db import Database, Transaction, metadata
from jackfield.errors import MisconfiguredError
from jackfield.migrations import HEAD, find_version, upgrade, upgrade_apart
from jackfield.migrations.features import FEATURES
from jackfield.migrations.schema import run

REFUSED = (
    "10.0.0.1:22 is inside the network and not permitted; it can be allowed under outbound targets by a super admin"
)
INSERT_CONNECTION = """
    INSERT INTO connections (id, business_unit_id, name, name_key, connector, scheme, details, origin, state, reason,
        ever_connected, is_narrowed, secret_version, creator_id, created_at, modified_at, modified_by, last_used_at, version)
    VALUES (:id, 'bun', :id, :id, 'sftp', 'none', '{}', '', 'not_connected', :reason,
        false, false, 1, 'per', '2026-01-01 00:00:00', '2026-01-01 00:00:00', 'per', '2026-01-01 00:00:00', 1)
"""
INSERT_USE = """
    INSERT INTO connection_uses (connection_id, kind, user_id, part, state, label, container, owner_id, link,
        business_unit_id)
    VALUES ('con_0', :kind, :user, :part, 'draft', '', '', '', '', '')
"""


def test_the_versions_make_the_schema_that_the_code_expects(empty_database: Database) -> None:
    upgrade(empty_database)

    with empty_database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    assert len(metadata.tables) >= 20
    assert len(FEATURES) >= 9


def test_an_upgrade_counts_the_uses_that_there_are_and_knows_a_refused_target(empty_database: Database) -> None:
    with empty_database.engine.begin() as connection:
        run(connection, "0001")
        for number, reason in enumerate((REFUSED, "")):
            connection.execute(text(INSERT_CONNECTION), {"id": f"con_{number}", "reason": reason})
        for kind, user, part in (("process", "a", "v1"), ("process", "a", "v2"), ("trigger", "a", "")):
            connection.execute(text(INSERT_USE), {"kind": kind, "user": user, "part": part})

    upgrade(empty_database)

    with empty_database.engine.connect() as connection:
        found = connection.execute(text("SELECT use_count, reason_code FROM connections ORDER BY id")).all()
    assert [tuple(row) for row in found] == [(2, "egress.target_refused"), (0, "")]


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
    with pytest.raises(MisconfiguredError, match="9999"):
        upgrade_apart(database, "sqlite://")


def test_a_process_that_has_the_schema_made_keeps_nothing_of_what_made_it(empty_database: Database) -> None:
    url = empty_database.engine.url.render_as_string(hide_password=False)
    program = (
        "import sys; from jackfield.db import Database; from jackfield.migrations import upgrade_apart;"
        "database = Database.open(sys.argv[1]); upgrade_apart(database, sys.argv[1]);"
        "print([name for name in sys.modules if name.startswith('alembic')])"
    )

    done = subprocess.run([sys.executable, "-c", program, url], check=True, capture_output=True, text=True)

    assert done.stdout == "[]\n"
    assert find_version(empty_database) == HEAD
    assert empty_database.read_now(Transaction.policy_epoch) == 1


def test_a_database_that_is_something_else_stays_as_it_was(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{tmp_path}/other.db"
    database = Database.open(url)
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE connections (id TEXT)"))

    with pytest.raises(MisconfiguredError, match="the reason stands above"):
        upgrade_apart(database, url)

    assert "table connections already exists" in capfd.readouterr().err
    assert find_version(database) is None
    with database.engine.connect() as connection:
        tables = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
    assert tables == ["connections"]
    database.close()
