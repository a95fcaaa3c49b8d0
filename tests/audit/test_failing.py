"""What can't be recorded is not done, and recording comes back by itself (case D66)."""

import asyncio
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from audit.builders import WAIT_SECONDS, OpenAudit, a_use, all_entries, an_act
from jackfield.audit import AuditLog, AuditUnavailableError, EntryOutcome
from jackfield.db import Database, Transaction
from jackfield.errors import Kind
from jackfield.kernel import Outcome


@contextmanager
def out_of_order(database: Database) -> Generator[None]:
    """Every write to the audit fails."""
    _run(database, "ALTER TABLE audit_head RENAME TO audit_head_away")
    yield
    _run(database, "ALTER TABLE audit_head_away RENAME TO audit_head")


@contextmanager
def locked(database: Database) -> Generator[None]:
    """Somebody else holds the end of the chain."""
    with database.engine.connect() as connection, connection.begin():
        if not database.is_sqlite:
            connection.execute(text("LOCK TABLE audit_head IN ACCESS EXCLUSIVE MODE"))
        yield


def _run(database: Database, statement: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.requirement("D66", "E1")
@pytest.mark.parametrize("failure", [out_of_order, locked])
async def test_without_the_database_a_use_is_refused_in_time_and_possible_again_after(
    database: Database, open_audit: OpenAudit, failure: Callable[[Database], AbstractContextManager[None]]
) -> None:
    audit = open_audit(wait_seconds=WAIT_SECONDS)
    await a_use(audit)

    started = time.monotonic()
    with failure(database):
        results = await asyncio.gather(*(audit.intend(an_act()) for _ in range(20)), return_exceptions=True)
    waited = time.monotonic() - started

    assert waited < WAIT_SECONDS + 10
    for error in results:
        assert isinstance(error, AuditUnavailableError)
        assert (error.code, error.kind, error.retryable) == ("audit.unavailable", Kind.MISCONFIGURED, True)
    await recovers(audit)
    await audit.close()
    assert (await audit.verify()).is_intact
    outcomes = {entry.outcome for entry in await all_entries(audit)}
    assert outcomes <= {EntryOutcome.DONE, EntryOutcome.REFUSED}


async def recovers(audit: AuditLog) -> None:
    """A use is possible again soon."""
    async with asyncio.timeout(40):
        while True:
            try:
                await a_use(audit)
            except AuditUnavailableError:
                continue
            return


@pytest.mark.requirement("D66", "E1")
async def test_an_outcome_that_can_not_be_written_is_open_until_it_is(
    database: Database, open_audit: OpenAudit
) -> None:
    audit = open_audit(wait_seconds=WAIT_SECONDS)
    intent = await audit.intend(an_act())

    with out_of_order(database):
        audit.settle(intent, Outcome.DONE, data={"status": 200})
        durable = await audit.flush()
        (during,) = await all_entries(audit)

    assert not durable
    assert during.outcome is EntryOutcome.OPEN
    await recovers(audit)
    after = (await all_entries(audit))[-1]
    assert (after.outcome, after.outcome_data) == (EntryOutcome.DONE, {"status": 200})
    assert (await audit.verify()).is_intact


@pytest.mark.requirement("D66", "E1")
async def test_a_change_that_can_not_be_recorded_is_not_made(database: Database, audit: AuditLog) -> None:
    before = await database.read(Transaction.policy_epoch)

    def grant(tx: Transaction) -> None:
        tx.change_policy()
        audit.record(tx, an_act("connection.share"))

    with out_of_order(database), pytest.raises(AuditUnavailableError):
        await database.write(grant)

    assert await database.read(Transaction.policy_epoch) == before
    await database.write(grant)
    assert await database.read(Transaction.policy_epoch) == before + 1


@pytest.mark.requirement("D66")
async def test_without_the_audit_file_nothing_is_done_until_it_can_be_written_again(
    database: Database, open_audit: OpenAudit, tmp_path: Path
) -> None:
    path = tmp_path / "audit.jsonl"
    audit = open_audit(file=path, wait_seconds=WAIT_SECONDS)
    before = await database.read(Transaction.policy_epoch)
    await a_use(audit)
    away = path.rename(tmp_path / "away.jsonl")
    path.mkdir()

    def grant(tx: Transaction) -> None:
        tx.change_policy()
        audit.record(tx, an_act("connection.share"))

    with pytest.raises(AuditUnavailableError):
        await audit.intend(an_act())
    with pytest.raises(AuditUnavailableError):
        await audit.record_alone(an_act())
    with pytest.raises(AuditUnavailableError):
        await database.write(grant)
    path.rmdir()
    away.rename(path)

    await recovers(audit)
    await database.write(grant)
    await audit.close()
    assert await database.read(Transaction.policy_epoch) == before + 1
    assert (await audit.verify()).is_intact
    outcomes = [entry.outcome for entry in await all_entries(audit)]
    assert EntryOutcome.OPEN not in outcomes


@pytest.mark.requirement("D66")
async def test_a_full_disk_under_the_audit_file_refuses_everything(open_audit: OpenAudit) -> None:
    audit = open_audit(file=Path("/dev/full"), wait_seconds=WAIT_SECONDS)

    with pytest.raises(AuditUnavailableError):
        await audit.intend(an_act())


async def test_a_server_that_stopped_before_the_file_was_written_completes_it_at_its_next_start(
    open_audit: OpenAudit, tmp_path: Path
) -> None:
    path = tmp_path / "audit.jsonl"
    with_file = open_audit(file=path)
    await a_use(with_file)
    without_file = open_audit()
    for _ in range(5):
        await a_use(without_file)
    with path.open("ab") as file:
        file.write(b'{"at":"20')

    restarted = open_audit(file=path)
    await a_use(restarted)

    assert (await restarted.verify()).is_intact
    assert len([line for line in path.read_bytes().splitlines() if line.endswith(b"}")]) == 14
