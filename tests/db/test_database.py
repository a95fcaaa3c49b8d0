"""The unit of work on both databases."""

import asyncio

import pytest
from sqlalchemy import insert, select, text, update

from jackfield.db import Database, Transaction
from jackfield.db.tables import policy_epoch
from jackfield.errors import MisconfiguredError


def _count_up(tx: Transaction) -> int:
    value = tx.connection.execute(select(policy_epoch.c.value).with_for_update()).scalar_one()
    tx.connection.execute(update(policy_epoch).values(value=value + 1))
    return value + 1


async def test_a_failed_write_leaves_nothing(database: Database) -> None:
    before = await database.read(Transaction.policy_epoch)

    def half(tx: Transaction) -> None:
        tx.change_policy()
        tx.connection.execute(insert(policy_epoch).values(id=1, value=7))

    with pytest.raises(Exception, match=r"(?i)unique"):
        await database.write(half)

    assert await database.read(Transaction.policy_epoch) == before


async def test_forty_writers_at_once_lose_no_update(database: Database) -> None:
    start = await database.read(Transaction.policy_epoch)

    await asyncio.gather(*(database.write(_count_up) for _ in range(40)))

    assert await database.read(Transaction.policy_epoch) == start + 40


async def test_after_commit_runs_only_when_the_transaction_is_durable(database: Database) -> None:
    heard: list[str] = []

    def good(tx: Transaction) -> None:
        tx.after_commit(lambda: heard.append("good"))

    def bad(tx: Transaction) -> None:
        tx.after_commit(lambda: heard.append("bad"))
        raise LookupError

    await database.write(good)
    with pytest.raises(LookupError):
        await database.write(bad)

    assert heard == ["good"]


@pytest.mark.requirement("D60")
async def test_sqlite_runs_with_the_settings_that_survive_power_loss(database: Database) -> None:
    if not database.is_sqlite:
        pytest.skip("of SQLite alone")

    def pragmas(tx: Transaction) -> dict[str, object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "trusted_schema")
        return {name: tx.connection.execute(text(f"PRAGMA {name}")).scalar() for name in names}

    assert await database.read(pragmas) == {
        "journal_mode": "truncate",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "trusted_schema": 0,
    }


@pytest.mark.parametrize("url", ["mysql://x/y", "not a url"])
def test_another_kind_of_database_is_refused_in_one_sentence(url: str) -> None:
    with pytest.raises(MisconfiguredError) as caught:
        Database.open(url)

    assert "\n" not in caught.value.message
