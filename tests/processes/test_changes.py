"""What changes while runs are under way: their definition doesn't, what may be done does, at once (D62, C9, C13)."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from jackfield.db import Transaction
from jackfield.directory import Role
from jackfield.errors import ForbiddenError
from jackfield.kernel import PersonId, RunId
from jackfield.processes import Answer, Content, ProcessNotFoundError, Runners, RunState, RunView, TaskDecision
from jackfield.processes.tables import process_versions
from processes.yard import EVERYTHING, Yard, http_step, machine

WAIT = {
    "Type": "Task",
    "Resource": "person:approve",
    "Arguments": {"title": "May it go on?", "assignees": {"people": ["mira"]}},
    "Output": "{% $states.input %}",
}
"""Until `go_on`; a row in the meantime, and nobody's memory."""


@pytest.fixture
async def running(yard: Yard) -> AsyncGenerator[Yard]:
    await yard.person("mira", Role.MEMBER)
    async with yard.house.parts.engine.running():
        yield yard


async def begin(yard: Yard, name: str, **states: Any) -> RunId:
    process = await yard.published(name, machine(Wait=WAIT, **states))
    run_id = (await yard.house.parts.processes.runs.start(yard.editor, process, {})).row.run.id
    await until(yard, run_id, RunState.WAITING)
    return run_id


async def go_on(yard: Yard, run_id: RunId) -> None:
    """What the run waited for has come."""
    tasks = yard.house.parts.processes.tasks
    (asked,) = await tasks.list_of_run(yard.editor, run_id)
    (mira,) = asked.people
    principal = await yard.house.parts.directory.find_principal(PersonId(mira.id))
    assert principal is not None
    await tasks.decide(replace(yard.editor, principal=principal), asked.task.id, Answer(TaskDecision.APPROVED))


async def until(yard: Yard, run_id: RunId, *states: RunState) -> RunView:
    async with asyncio.timeout(20):
        while True:
            view = await yard.house.parts.processes.runs.get_run(yard.editor, run_id)
            if view.row.run.state in states:
                return view
            await asyncio.sleep(0.02)


@pytest.mark.requirement("D62", "P1", "C4")
async def test_a_waiting_run_keeps_its_version_and_finds_its_connection_under_another_name(running: Yard) -> None:
    processes = running.house.parts.processes
    begun = await begin(running, "Moves on", Ask=http_step(Output="old"))
    process = (await processes.runs.get_run(running.editor, begun)).row.run.process_id
    await processes.save_draft(running.editor, process, Content(machine(Ask=http_step(Output="new"))))
    await processes.publish(running.editor, process)
    await running.house.parts.connections.rename(running.editor, running.tickets.id, "Service desk")

    await go_on(running, begun)
    view = await until(running, begun, RunState.SUCCEEDED)

    assert (view.output, view.row.run.number) == ("old", 1)
    fresh = await processes.runs.start(running.editor, process, {}, wait_seconds=20)
    assert (fresh.output, fresh.row.run.number) == ("new", 2)


@pytest.mark.requirement("D62", "P7")
async def test_a_version_published_before_a_mistake_of_it_was_refused_is_still_run(running: Yard) -> None:
    process = await running.published("Older", machine(Ask=http_step(Output="as ever")))
    lost = {"Type": "Pass", "Output": "{% $$ %}", "End": True}

    def published_by_an_older_jackfield(tx: Transaction) -> None:
        definition = machine(Ask=http_step(Output="as ever", End=True), Lost=lost)
        tx.connection.execute(
            update(process_versions).where(process_versions.c.process_id == process).values(definition=definition)
        )

    await running.house.parts.database.write(published_by_an_older_jackfield)

    view = await running.house.parts.processes.runs.start(running.editor, process, {}, wait_seconds=20)

    assert (view.row.run.state, view.output) == (RunState.SUCCEEDED, "as ever")


@pytest.mark.requirement("D62", "C13")
async def test_a_connector_that_is_switched_off_meanwhile_fails_the_step_into_its_error_output(running: Yard) -> None:
    catch = [{"ErrorEquals": ["feature.off"], "Next": "Off", "Output": "{% $states.errorOutput.kind %}"}]
    begun = await begin(running, "Switched", Ask=http_step(Catch=catch, End=True), Off={"Type": "Pass"})
    asked = len(running.server.requests)
    await running.house.parts.connections.set_feature(running.house.admin, "http", None, on=False)

    await go_on(running, begun)
    view = await until(running, begun, RunState.SUCCEEDED)

    assert view.output == "feature_off"
    assert len(running.server.requests) == asked, "nothing left"


@pytest.mark.requirement("C13", "P8")
async def test_a_step_without_error_output_waits_until_its_connector_is_switched_on_again(running: Yard) -> None:
    parts = running.house.parts
    begun = await begin(running, "Held", Ask=http_step(Output="back"))
    asked = len(running.server.requests)
    await parts.connections.set_feature(running.house.admin, "http", None, on=False)
    await go_on(running, begun)
    view = await until(running, begun, RunState.PARKED)
    assert view.row.run.problem is not None
    assert (view.row.run.problem["code"], len(running.server.requests)) == ("feature.off", asked)

    await parts.connections.set_feature(running.house.admin, "http", None, on=True)

    assert (await until(running, begun, RunState.SUCCEEDED)).output == "back"


@pytest.mark.requirement("D62", "C9", "C12")
async def test_who_may_start_changes_at_once_and_what_he_started_goes_on(running: Yard) -> None:
    parts = running.house.parts
    process = await running.published("Booked", machine(Wait=WAIT, Ask=http_step(Output="done")))
    mia = await running.person("mia", Role.MEMBER)
    named = Runners(people=frozenset({mia.principal.person_id}))
    await parts.processes.set_runners(running.editor, process, named)
    begun = (await parts.processes.runs.start(await running.again(mia), process, {})).row.run.id
    await until(running, begun, RunState.WAITING)

    await parts.processes.set_runners(running.editor, process, Runners())

    with pytest.raises((ForbiddenError, ProcessNotFoundError)):
        await parts.processes.runs.start(await running.again(mia), process, {})
    await go_on(running, begun)
    assert (await until(running, begun, RunState.SUCCEEDED)).output == "done"
    steps = (await parts.processes.runs.list_steps(running.editor, begun, EVERYTHING)).items
    assert [one.step.path for one in steps] == ["/Wait", "/Ask"]
