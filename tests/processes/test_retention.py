"""How long runs are kept, by business unit; what stays (P7)."""

import pytest
from sqlalchemy import text

from jackfield.audit import AuditQuery
from jackfield.db import Transaction
from jackfield.directory import KeepRuns, Role
from jackfield.errors import ForbiddenError, InvalidError
from jackfield.kernel import PageRequest, RunId
from jackfield.processes import OPEN_STATES, RunNotFoundError
from processes.yard import Yard, http_step, machine

DAY = 24 * 3600 * 1_000_000
"""In microseconds, as ends are stored."""


async def an_ended_run(yard: Yard, name: str, days_ago: int) -> RunId:
    process = await yard.published(name, machine(Ask=http_step()))
    view = await yard.house.parts.processes.runs.start(yard.editor, process, {}, wait_seconds=20)
    run_id = view.row.run.id

    def age(tx: Transaction) -> None:
        values = {"id": run_id, "by": days_ago * DAY}
        tx.connection.execute(text("UPDATE runs SET ended_at = ended_at - :by WHERE id = :id"), values)

    await yard.house.parts.database.write(age)
    return run_id


@pytest.mark.requirement("P7", "E1")
async def test_runs_are_forgotten_in_time_with_all_that_was_kept_of_them_and_the_audit_stays(yard: Yard) -> None:
    parts = yard.house.parts
    async with parts.engine.running():
        ended = await an_ended_run(yard, "Short", 91)
        recent = await an_ended_run(yard, "Recent", 89)
        waiting = await yard.published("Long", machine(Wait={"Type": "Wait", "Seconds": 3600}))
        kept = await parts.processes.runs.start(yard.editor, waiting, {})

    assert await parts.processes.forget_ended() == 1

    with pytest.raises(RunNotFoundError):
        await parts.processes.runs.get_run(yard.editor, ended)
    assert (await parts.processes.runs.get_run(yard.editor, kept.row.run.id)).row.run.state in OPEN_STATES
    assert (await parts.processes.runs.get_run(yard.editor, recent)).input == {}

    def left(tx: Transaction) -> list[str]:
        return [*tx.connection.scalars(text("SELECT DISTINCT run_id FROM run_steps"))]

    assert await parts.database.read(left) == [recent]
    (entry,) = (await parts.audit.list_entries(AuditQuery(name="run.forget"), PageRequest(5))).items
    assert (entry.data["runs"], entry.object.id, entry.rule) == (1, yard.house.unit.id, "P7")
    uses = (await parts.audit.list_entries(AuditQuery(name="connection.use"), PageRequest(5))).items
    assert {ended, recent} == {str(one.data["run"]) for one in uses}, "what it did stays recorded"


@pytest.mark.requirement("P7", "E1")
async def test_a_business_unit_says_for_itself_how_long_its_runs_are_kept(yard: Yard) -> None:
    parts, unit = yard.house.parts, yard.house.unit.id
    units = parts.directory.units
    async with parts.engine.running():
        ended = await an_ended_run(yard, "Short", 8)
    with pytest.raises(ForbiddenError):
        await units.change_business_unit(yard.editor, unit, keep_runs=KeepRuns(7))
    with pytest.raises(InvalidError):
        await units.change_business_unit(yard.house.admin, unit, keep_runs=KeepRuns(0))
    assert await parts.processes.forget_ended() == 0

    administrator = await yard.person("ada", Role.ADMINISTRATOR)
    changed = await units.change_business_unit(administrator, unit, keep_runs=KeepRuns(7))

    assert changed.runs_kept_days == 7
    assert await parts.processes.forget_ended() == 1
    with pytest.raises(RunNotFoundError):
        await parts.processes.runs.get_run(yard.editor, ended)
    back = await units.change_business_unit(administrator, unit, keep_runs=KeepRuns(None))
    assert back.runs_kept_days is None
    entries = (await parts.audit.list_entries(AuditQuery(object_id=unit), PageRequest(20))).items
    assert [one.data.get("days") for one in entries if "old_days" in one.data][:2] == [None, 7]
