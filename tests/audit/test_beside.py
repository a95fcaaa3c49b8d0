"""What others keep is written in the transaction of the record, or not at all (rule P6)."""

import asyncio
from collections.abc import Generator

import pytest
from sqlalchemy import text

from audit.builders import all_entries, an_act
from jackfield.audit import AuditLog, Beside, EntryOutcome
from jackfield.db import Database, Statements
from jackfield.errors import ConflictError, IntegrityError
from jackfield.kernel import Outcome


@pytest.fixture
def journal(database: Database) -> Generator[Database]:
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE journal (line VARCHAR(20) NOT NULL PRIMARY KEY)"))
    yield database
    with database.engine.begin() as connection:
        connection.execute(text("DROP TABLE journal"))


def lines(journal: Database) -> list[str]:
    with journal.engine.begin() as connection:
        return sorted(connection.scalars(text("SELECT line FROM journal")))


def note(line: str) -> Beside:
    def beside(tx: Statements) -> None:
        tx.run("INSERT INTO journal (line) VALUES (?) ON CONFLICT DO NOTHING", (line,))

    return beside


def refuse(_tx: Statements) -> None:
    raise ConflictError("somebody else has it")


def spoil(tx: Statements) -> None:
    tx.run("INSERT INTO journal (line) VALUES (?)", (None,))


@pytest.mark.requirement("P6")
async def test_what_is_beside_is_durable_with_its_row(audit: AuditLog, journal: Database) -> None:
    intent = await audit.intend(an_act(), note("intent"))
    assert lines(journal) == ["intent"]

    audit.settle(intent, Outcome.DONE, data={}, beside=note("outcome"))
    await audit.record_alone(an_act(), note("act"))
    await audit.write_behind(note("behind"))

    assert lines(journal) == ["act", "behind", "intent", "outcome"]
    assert (await audit.verify()).rows == 3


@pytest.mark.requirement("P6")
async def test_what_refuses_keeps_its_own_row_from_being_written_and_no_other(
    audit: AuditLog, journal: Database
) -> None:
    done = await asyncio.gather(
        audit.intend(an_act(), note("one")),
        audit.intend(an_act(), refuse),
        audit.write_behind(refuse),
        audit.intend(an_act(), note("two")),
        return_exceptions=True,
    )

    assert [type(one).__name__ for one in done] == ["Intent", "ConflictError", "ConflictError", "Intent"]
    assert lines(journal) == ["one", "two"]
    assert len(await all_entries(audit)) == 2
    assert (await audit.verify()).is_intact


@pytest.mark.requirement("P6", "E1")
async def test_what_can_not_be_stored_stops_nobody_else(audit: AuditLog, journal: Database) -> None:
    intent = await audit.intend(an_act(), note("before"))
    audit.settle(intent, Outcome.DONE, data={}, beside=spoil)
    done = await asyncio.gather(
        audit.intend(an_act(), note("one")), audit.intend(an_act(), spoil), return_exceptions=True
    )

    assert isinstance(done[1], IntegrityError)
    assert lines(journal) == ["before", "one"]
    assert [entry.outcome for entry in await all_entries(audit)] == [EntryOutcome.OPEN, EntryOutcome.DONE]
