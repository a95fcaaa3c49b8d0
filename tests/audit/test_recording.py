"""Acts in the transaction of their change; intents before, outcomes after."""

import asyncio
import sys
import time
from pathlib import Path

import pytest

from audit.builders import OpenAudit, a_use, all_entries, an_act
from audit.builders import open_audit as make_audit
from jackfield.audit import AuditLog, EntryOutcome, RowKind
from jackfield.db import Database, Transaction
from jackfield.kernel import Outcome


@pytest.mark.requirement("E1")
async def test_an_act_is_recorded_with_its_change_or_not_at_all(database: Database, audit: AuditLog) -> None:
    def change(tx: Transaction) -> None:
        audit.record(tx, an_act("connection.rename", data={"new": "CRM 2"}))
        audit.record(tx, an_act("connection.share"))

    def change_and_fail(tx: Transaction) -> None:
        audit.record(tx, an_act("connection.delete"))
        raise LookupError

    await database.write(change)
    with pytest.raises(LookupError):
        await database.write(change_and_fail)

    entries = await all_entries(audit)
    assert [(entry.sequence, entry.name) for entry in entries] == [(2, "connection.share"), (1, "connection.rename")]
    assert entries[1].data == {"new": "CRM 2"}
    assert entries[1].outcome is EntryOutcome.DONE


@pytest.mark.requirement("E1")
async def test_a_use_is_recorded_before_its_effect_and_its_outcome_after(audit: AuditLog) -> None:
    act = an_act(data={"action": "request"})

    intent = await audit.intend(act)
    (before,) = await all_entries(audit)
    audit.settle(intent, Outcome.FAILED, data={"code": "remote.rejected"})
    (after,) = await all_entries(audit)

    assert before.outcome is EntryOutcome.OPEN
    assert before.duration_ms is None
    assert (after.id, after.sequence, after.kind) == (intent.id, intent.sequence, RowKind.INTENT)
    assert (after.actor, after.door, after.request_id) == (act.actor, act.door, act.request_id)
    assert (after.name, after.object, after.rule) == (act.name, act.object, "C9")
    assert after.outcome is EntryOutcome.FAILED
    assert after.duration_ms is not None
    assert 0 < after.duration_ms < 60_000
    assert (after.data, after.outcome_data) == ({"action": "request"}, {"code": "remote.rejected"})


async def test_a_refusal_is_recorded_without_a_change(audit: AuditLog) -> None:
    await audit.record_alone(an_act("connection.delete", outcome=Outcome.REFUSED))

    (entry,) = await all_entries(audit)
    assert (entry.kind, entry.outcome) == (RowKind.ACT, EntryOutcome.REFUSED)


async def test_an_intent_knows_the_policy_at_the_moment_of_recording(database: Database, audit: AuditLog) -> None:
    before = await audit.intend(an_act())
    await database.write(Transaction.change_policy)
    after = await audit.intend(an_act())

    assert after.policy_epoch == before.policy_epoch + 1


async def test_an_intent_is_settled_once(audit: AuditLog) -> None:
    intent = await audit.intend(an_act())
    audit.settle(intent, Outcome.DONE, data={})

    with pytest.raises(ValueError, match=intent.id):
        audit.settle(intent, Outcome.DONE, data={})

    assert (await audit.verify()).is_intact


async def test_two_hundred_uses_and_changes_at_once_make_one_gapless_chain(database: Database, audit: AuditLog) -> None:
    def change(tx: Transaction) -> None:
        audit.record(tx, an_act("connection.rename"))

    uses = [a_use(audit, number) for number in range(200)]
    changes = [database.write(change) for _ in range(40)]
    sequences = await asyncio.gather(*uses)
    await asyncio.gather(*changes)

    verification = await audit.verify()
    assert verification.is_intact
    assert verification.rows == verification.end.sequence == verification.end.count == 440
    assert len(set(sequences)) == 200
    entries = await all_entries(audit)
    assert len(entries) == 240
    assert {entry.outcome for entry in entries} == {EntryOutcome.DONE}
    assert all(entry.outcome_data == {"number": int(entry.request_id[4:])} for entry in entries if entry.duration_ms)


async def test_two_logs_on_one_database_keep_one_chain(database: Database, open_audit: OpenAudit) -> None:
    other_database = database if database.is_sqlite else Database(database.engine)
    one, other = open_audit(), open_audit(other_database)

    def change(tx: Transaction) -> None:
        other.record(tx, an_act("connection.rename"))

    await asyncio.gather(
        *(a_use(one) for _ in range(80)),
        *(a_use(other) for _ in range(80)),
        *(database.write(change) for _ in range(20)),
    )

    verification = await one.verify()
    assert verification.is_intact
    assert verification.rows == 340


_PROCESS = """
import asyncio, sys
sys.path.insert(0, sys.argv[2])
from audit.builders import a_use, open_audit
from jackfield.db import Database

async def main():
    audit = open_audit(Database.open(sys.argv[1]))
    await asyncio.gather(*(a_use(audit, number) for number in range(100)))
    await audit.close()

asyncio.run(main())
"""


async def test_two_processes_on_one_database_keep_one_chain(database: Database, audit: AuditLog) -> None:
    tests = str(Path(__file__).parents[1])
    url = database.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", _PROCESS, url, tests]

    started = [await asyncio.create_subprocess_exec(*command) for _ in range(2)]
    ended = await asyncio.gather(*(process.wait() for process in started))

    assert ended == [0, 0]
    verification = await audit.verify()
    assert verification.is_intact
    assert verification.rows == 400


async def test_changes_do_not_wait_for_each_other_before_their_end(database: Database, audit: AuditLog) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer")
    both_have_recorded = asyncio.Barrier(2)
    loop = asyncio.get_running_loop()

    def change(tx: Transaction) -> None:
        audit.record(tx, an_act("connection.rename"))
        asyncio.run_coroutine_threadsafe(both_have_recorded.wait(), loop).result(timeout=20)

    await asyncio.gather(database.write(change), database.write(change))

    assert len(await all_entries(audit)) == 2


async def test_an_intent_that_nobody_waits_for_any_more_is_refused_in_the_record(audit: AuditLog) -> None:
    waiting = asyncio.create_task(audit.intend(an_act()))
    for _ in range(3):  # until it is on its way to the database
        await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await a_use(audit)
    await audit.close()

    outcomes = [entry.outcome for entry in await all_entries(audit)]
    assert EntryOutcome.OPEN not in outcomes


async def test_an_outcome_that_nobody_waits_for_is_written_when_the_log_is_closed(
    audit: AuditLog, open_audit: OpenAudit
) -> None:
    intent = await audit.intend(an_act())

    audit.settle(intent, Outcome.DONE, data={})
    await audit.close()

    (entry,) = await all_entries(open_audit())
    assert entry.outcome is EntryOutcome.DONE


@pytest.mark.requirement("E1")
async def test_an_outcome_that_nobody_waits_for_is_written_by_itself(audit: AuditLog, open_audit: OpenAudit) -> None:
    another_process = open_audit()
    intent = await audit.intend(an_act())

    audit.settle(intent, Outcome.DONE, data={})

    async with asyncio.timeout(20):
        while (await all_entries(another_process))[0].outcome is EntryOutcome.OPEN:  # noqa: ASYNC110  # no event of ours
            await asyncio.sleep(0)


@pytest.mark.requirement("E1")
async def test_a_flush_does_not_end_early_for_what_somebody_gave_up(database: Database, audit: AuditLog) -> None:
    intent = await audit.intend(an_act())
    audit.settle(intent, Outcome.DONE, data={})
    flush = asyncio.create_task(audit.flush())
    given_up = asyncio.create_task(audit.intend(an_act()))
    await asyncio.sleep(0)
    given_up.cancel()

    assert await flush
    assert database.read_now(lambda tx: tx.run("SELECT count(*) FROM audit_entries WHERE kind = 'outcome'"))[0] == 1


async def test_after_closing_nothing_is_recorded_and_so_nothing_done(database: Database) -> None:
    audit = make_audit(database)
    await a_use(audit)
    await audit.close()

    with pytest.raises(Exception, match="not done"):
        await audit.intend(an_act())


async def test_a_duration_is_that_of_the_effect(audit: AuditLog) -> None:
    intent = await audit.intend(an_act())
    time.sleep(0.02)  # noqa: ASYNC251  # the effect
    audit.settle(intent, Outcome.DONE, data={})

    (entry,) = await all_entries(audit)
    assert entry.duration_ms is not None
    assert entry.duration_ms >= 20
