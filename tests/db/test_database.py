"""The unit of work on both databases."""

import asyncio

import pytest
from sqlalchemy import insert, select, update

from jackfield.db import Database, Statements, Transaction
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


async def test_statements_past_sqlalchemy_are_one_transaction(database: Database) -> None:
    def good(tx: Statements) -> int:
        tx.run("UPDATE policy_epoch SET value = ? WHERE id = ?", (41, 1))
        return tx.run("UPDATE policy_epoch SET value = value + 1 RETURNING value")[0]

    def bad(tx: Statements) -> None:
        tx.run("UPDATE policy_epoch SET value = 50")
        tx.run("INSERT INTO policy_epoch (id, value) VALUES (?, ?)", (1, 51))

    assert await database.write_statements(good) == 42
    with pytest.raises(Exception, match=r"(?i)unique"):
        await database.write_statements(bad)

    assert await database.read(Transaction.policy_epoch) == 42
    assert await database.write_statements(good) == 42


@pytest.mark.parametrize("url", ["mysql://x/y", "not a url"])
def test_another_kind_of_database_is_refused_in_one_sentence(url: str) -> None:
    with pytest.raises(MisconfiguredError) as caught:
        Database.open(url)

    assert "\n" not in caught.value.message


@pytest.mark.parametrize("password", ["pa@ss9word", "pa@ss:ss9word"])
def test_a_url_with_a_sign_that_was_not_escaped_is_refused_without_its_password(password: str) -> None:
    with pytest.raises(MisconfiguredError) as caught:
        Database.open(f"postgresql://jackfield:{password}@db.example.com/jackfield")

    assert "JACKFIELD_DATABASE_URL" in caught.value.message
    assert "ss9" not in caught.value.message


def test_an_option_that_postgresql_does_not_know_is_named() -> None:
    database = Database.open("postgresql://jackfield:pass9word@127.0.0.1:1/jackfield?bogus=1")

    with pytest.raises(MisconfiguredError, match=r'JACKFIELD_DATABASE_URL.*"bogus"'):
        database.check()
    database.close()
