"""Runs that are steps of other runs: started, answered, called off, and refused where they would never end (P2, C9)."""

import asyncio
import threading
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from jackfield.audit import AuditQuery
from jackfield.db import Transaction
from jackfield.directory import Role
from jackfield.errors import InvalidError
from jackfield.kernel import PageRequest, ProcessId, RunId
from jackfield.processes import (
    CalledError,
    Content,
    NotPublishableError,
    Runners,
    RunState,
    RunView,
    StepRow,
    StepStatus,
)
from jackfield.processes.store import records
from processes.yard import EVERYTHING, Yard, branch, http_step, machine, until_it_waits


@pytest.fixture
async def running(yard: Yard) -> AsyncGenerator[Yard]:
    async with yard.house.parts.engine.running():
        yield yard


def process_step(name: str, values: Any = None, **more: Any) -> dict[str, Any]:
    """A Task that runs another process."""
    arguments = {"Process": name, "Input": {} if values is None else values, **more.pop("arguments", {})}
    return {"Type": "Task", "Resource": "process:run", "Arguments": arguments, **more}


FAIL = {"Type": "Fail", "Error": "OutOfStock", "Cause": "there is none left"}
LONG = {"Type": "Wait", "Seconds": 3600}


async def run(yard: Yard, process: ProcessId, values: dict[str, Any] | None = None, **options: Any) -> RunView:
    caller = options.pop("caller", yard.editor)
    return await yard.house.parts.processes.runs.start(caller, process, values or {}, wait_seconds=20, **options)


async def begin(yard: Yard, process: ProcessId) -> RunId:
    return (await yard.house.parts.processes.runs.start(yard.editor, process, {})).row.run.id


async def steps_of(yard: Yard, run_id: RunId) -> list[StepRow]:
    return list((await yard.house.parts.processes.runs.list_steps(yard.editor, run_id, EVERYTHING)).items)


async def until(yard: Yard, run_id: RunId, *states: RunState) -> RunView:
    async with asyncio.timeout(20):
        while True:
            view = await yard.house.parts.processes.runs.get_run(yard.editor, run_id)
            if view.row.run.state in states:
                return view
            await asyncio.sleep(0.02)


async def child_of(yard: Yard, run_id: RunId) -> RunId:
    """The run that a run waits for."""
    async with asyncio.timeout(20):
        while True:
            for one in await steps_of(yard, run_id):
                if one.child is not None:
                    return one.child.id
            await asyncio.sleep(0.02)


@pytest.mark.requirement("P2", "C9", "E1", "P7")
async def test_a_step_runs_another_process_and_goes_on_with_what_that_ends_with(running: Yard) -> None:
    await running.published("Ship", machine(Send=http_step("ok", Output="{% {'sent': $states.input.what} %}")))
    parent = await running.published(
        "Order", machine(Ship=process_step("Ship", {"what": "{% $states.input.goods %}"}), Tell={"Type": "Pass"})
    )
    member = await running.person("mia", Role.MEMBER)
    await running.house.parts.processes.set_runners(
        running.editor, parent, Runners(people=frozenset({member.principal.person_id}))
    )

    view = await run(running, parent, {"goods": "tea"}, caller=await running.again(member))

    assert (view.row.run.state, view.output) == (RunState.SUCCEEDED, {"sent": "tea"})
    (step,) = await steps_of(running, view.row.run.id)
    assert step.child is not None
    assert (step.step.status, step.child.process.name, step.child.state) == (
        StepStatus.DONE,
        "Ship",
        RunState.SUCCEEDED,
    )
    # He may not start it himself: whoever may run a process runs all its steps, and sees what he started.
    child = await running.house.parts.processes.runs.get_run(await running.again(member), step.child.id)
    assert (child.row.run.parent_id, child.row.run.starter.label, child.input) == (
        view.row.run.id,
        "mia",
        {"what": "tea"},
    )
    started = (await running.house.parts.audit.list_entries(AuditQuery(name="run.start"), PageRequest(5))).items
    assert [(one.object.id, one.rule, one.data.get("parent")) for one in started][:1] == [
        (step.child.id, "C9", view.row.run.id)
    ]


@pytest.mark.requirement("P2", "P3")
async def test_what_a_child_fails_with_is_caught_by_name_and_what_nobody_catches_waits_for_a_person(
    running: Yard,
) -> None:
    await running.published("Fails", machine(No=FAIL))
    catch = [{"ErrorEquals": ["OutOfStock"], "Next": "Mend", "Output": "{% $states.errorOutput %}"}]
    caught = machine(Try=process_step("Fails", Catch=catch, End=True), Mend={"Type": "Pass"})

    view = await run(running, await running.published("Catches", caught))
    faulty = await run(running, await running.published("Catches nothing", machine(Try=process_step("Fails"))))

    assert view.row.run.state is RunState.SUCCEEDED
    assert {name: view.output[name] for name in ("Error", "Cause", "code", "action", "retryable")} == {
        "Error": "OutOfStock",
        "Cause": "there is none left",
        "code": "OutOfStock",
        "action": "process:run",
        "retryable": False,
    }
    assert faulty.row.run.state is RunState.FAULTY
    assert faulty.row.run.problem is not None
    assert faulty.row.run.problem["message"] == "there is none left"
    again = await running.house.parts.processes.runs.retry_step(running.editor, faulty.row.run.id, 1)
    await until(running, again.row.run.id, RunState.FAULTY)
    tried = await steps_of(running, again.row.run.id)
    assert len({one.child.id for one in tried if one.child}) == 2, "each attempt is a run of its own"


@pytest.mark.requirement("P2")
async def test_a_run_that_is_not_waited_for_goes_its_own_way(running: Yard) -> None:
    await running.published("Slow", machine(Wait=LONG))
    parent = await running.published("Order", machine(Go=process_step("Slow", arguments={"Wait": False})))

    view = await run(running, parent)

    assert view.row.run.state is RunState.SUCCEEDED
    child = await until(running, RunId(view.output["Run"]), RunState.WAITING)
    assert child.row.run.parent_id == view.row.run.id
    cancelled = await running.house.parts.processes.runs.cancel(running.editor, child.row.run.id)
    assert cancelled.row.run.state is RunState.CANCELLED


@pytest.mark.requirement("P2", "P3")
async def test_the_parent_waits_for_a_faulty_child_until_a_person_mends_it(running: Yard) -> None:
    await running.published("Breaks", machine(Ask=http_step("status/404", Output="never")))
    begun = await begin(running, await running.published("Order", machine(Try=process_step("Breaks"))))

    child = await until(running, await child_of(running, begun), RunState.FAULTY)
    parent = await until(running, begun, RunState.WAITING)
    await running.house.parts.processes.runs.skip_step(running.editor, child.row.run.id, 1, {"mended": True})

    assert parent.row.run.problem is None
    assert (await until(running, begun, RunState.SUCCEEDED)).output == "never"


@pytest.mark.requirement("P2", "D63")
async def test_a_cancelled_run_takes_along_whom_it_waits_for_and_whom_those_wait_for(running: Yard) -> None:
    await running.published("Lowest", machine(Wait=LONG))
    await running.published("Middle", machine(Go=process_step("Lowest")))
    begun = await begin(running, await running.published("Highest", machine(Go=process_step("Middle"))))
    middle = await child_of(running, begun)
    lowest = await child_of(running, middle)
    await until(running, lowest, RunState.WAITING)
    began = asyncio.get_running_loop().time()

    await running.house.parts.processes.runs.cancel(running.editor, begun)

    for one in (begun, middle, lowest):
        await until(running, one, RunState.CANCELLED)
    assert asyncio.get_running_loop().time() - began < 5
    entries = (await running.house.parts.audit.list_entries(AuditQuery(name="run.cancel"), PageRequest(9))).items
    assert {one.object.id for one in entries} == {begun, middle, lowest}


@pytest.mark.requirement("P2", "D63")
async def test_a_child_that_takes_too_long_is_called_off_and_the_step_times_out(running: Yard) -> None:
    await running.published("Slow", machine(Wait=LONG))
    catch = [{"ErrorEquals": ["States.Timeout"], "Next": "Late", "Output": "late"}]
    definition = machine(Try=process_step("Slow", TimeoutSeconds=1, Catch=catch, End=True), Late={"Type": "Pass"})

    view = await run(running, await running.published("Order", definition))

    assert (view.row.run.state, view.output) == (RunState.SUCCEEDED, "late")
    (step,) = await steps_of(running, view.row.run.id)
    assert step.child is not None
    await until(running, step.child.id, RunState.CANCELLED)


@pytest.mark.requirement("P2")
async def test_a_child_whose_sibling_failed_is_called_off_while_the_run_goes_on(running: Yard) -> None:
    await running.published("Slow", machine(Wait=LONG))
    both = {
        "Type": "Parallel",
        "Branches": [
            branch(Go=process_step("Slow")),
            branch(Pause={"Type": "Wait", "Seconds": 1}, No=FAIL),
        ],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "On"}],
        "End": True,
    }
    begun = await begin(running, await running.published("Order", machine(Both=both, On=LONG)))

    child = await child_of(running, begun)

    await until(running, child, RunState.CANCELLED)
    assert (await until(running, begun, RunState.WAITING)).row.run.state is RunState.WAITING


@pytest.mark.requirement("P2")
async def test_no_process_comes_back_to_itself_and_no_run_stands_below_too_many(running: Yard) -> None:
    processes = running.house.parts.processes
    first = await running.published("First", machine(End={"Type": "Pass"}))
    await running.published("Second", machine(Go=process_step("First")))
    await processes.save_draft(running.editor, first, Content(machine(Go=process_step("Second"))))

    with pytest.raises(NotPublishableError, match="First → Second → First"):
        await processes.publish(running.editor, first)
    own = await running.make("Own", machine(End={"Type": "Pass"}))
    await processes.save_draft(running.editor, own.row.id, Content(machine(Go=process_step("Own"))))
    with pytest.raises(NotPublishableError, match="Own → Own"):
        await processes.publish(running.editor, own.row.id)

    last = await running.published("Deep 0", machine(End={"Type": "Pass", "Output": "deep"}))
    for level in range(1, running.house.parts.settings.limits.run_depth + 2):
        last = await running.published(f"Deep {level}", machine(Go=process_step(f"Deep {level - 1}")))
    begun = await begin(running, last)
    for _ in range(running.house.parts.settings.limits.run_depth):
        begun = await child_of(running, begun)
    lowest = await until(running, begun, RunState.FAULTY)
    assert lowest.row.run.problem is not None
    assert lowest.row.run.problem["code"] == "run.too_deep"


@pytest.mark.requirement("P2", "C11")
async def test_what_published_processes_run_is_neither_unpublished_nor_deleted(running: Yard) -> None:
    processes = running.house.parts.processes
    ship = await running.published("Ship", machine(End={"Type": "Pass"}))
    order = await running.published("Order", machine(Go=process_step("Ship")))
    view = await processes.get_process(running.editor, ship)

    for act in (processes.unpublish, processes.delete_process):
        with pytest.raises(CalledError) as refused:
            await act(running.editor, ship)
        assert refused.value.data["blockers"] == [
            {"kind": "process", "id": order, "label": "Order", "owner": "erika", "link": f"/processes/{order}"}
        ]
    assert [one.name for one in view.called_by] == ["Order"]
    await processes.change_process(running.editor, ship, name="Dispatch")
    assert (await run(running, order)).row.run.state is RunState.SUCCEEDED, "a name means what it meant"
    await processes.unpublish(running.editor, order)
    await processes.unpublish(running.editor, ship)


@pytest.mark.requirement("P2", "P3")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"Process": "{% $states.input.name %}"}, "by name or id, and not by an expression"),
        ({"Process": "Nowhere"}, "no process of this name or id"),
        ({"Process": "Draft"}, "publish that one first"),
        ({"Process": "Ship", "Input": {}, "Speed": 3}, "takes Process, Input and Wait only"),
    ],
)
async def test_a_step_that_names_no_process_to_run_is_not_published(
    yard: Yard, arguments: dict[str, Any], message: str
) -> None:
    await yard.published("Ship", machine(End={"Type": "Pass"}))
    await yard.make("Draft", machine(End={"Type": "Pass"}))

    with pytest.raises(NotPublishableError, match=message):
        await yard.published("Order", machine(Go={**process_step(""), "Arguments": arguments}))


async def test_a_step_that_waits_for_signs_of_life_is_not_published(yard: Yard) -> None:
    for step in (http_step("ok", HeartbeatSeconds=5, TimeoutSeconds=60), process_step("Ship", HeartbeatSeconds=5)):
        with pytest.raises(NotPublishableError, match="nothing that a task can be here sends signs of life"):
            await yard.published(f"Order {step['Resource']}", machine(Go=step))


@pytest.mark.requirement("P2")
async def test_what_a_child_is_started_with_fits_its_form(running: Yard) -> None:
    processes = running.house.parts.processes
    form = {"type": "object", "properties": {"name": {"type": "number"}}}
    made = await running.make("Ship", machine(End={"Type": "Pass"}))
    await processes.save_draft(running.editor, made.row.id, Content(machine(End={"Type": "Pass"}), form=form))
    await processes.publish(running.editor, made.row.id)

    view = await run(running, await running.published("Order", machine(Go=process_step("Ship", {"name": "seven"}))))

    assert view.row.run.state is RunState.FAULTY
    assert view.row.run.problem is not None
    assert view.row.run.problem["kind"] == InvalidError.kind.value


@pytest.mark.requirement("P2", "P7")
async def test_what_a_sensitive_parent_gets_from_its_child_is_sealed_in_its_own_box(running: Yard) -> None:
    await running.published("Ship", machine(End={"Type": "Pass", "Output": "the canary of the child"}))
    parent = await running.published("Order", machine(Go=process_step("Ship")), sensitive=True)

    view = await run(running, parent)

    assert view.output == "the canary of the child"
    database = running.house.parts.database
    with database.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            f"SELECT output FROM run_steps WHERE run_id = '{view.row.run.id}'"
        ).all()  # our own id
    assert all(b"canary" not in bytes(one) for (one,) in rows)


@pytest.mark.requirement("P2", "P7")
async def test_of_two_that_call_each_other_one_is_published_however_close_they_come(yard: Yard) -> None:
    database, processes = yard.house.parts.database, yard.house.parts.processes
    first = await yard.published("First", machine(End={"Type": "Pass"}))
    second = await yard.published("Second", machine(End={"Type": "Pass"}))
    await processes.save_draft(yard.editor, second, Content(machine(Call=process_step("First"))))
    loop, has_turn, goes_on = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def publish_the_first(tx: Transaction) -> None:
        tx.change_policy()
        loop.call_soon_threadsafe(has_turn.set)
        assert goes_on.wait(20)
        records.replace_calls(tx, first, 1, {"Second": second})

    publishing = asyncio.create_task(database.write(publish_the_first))
    await has_turn.wait()
    other = asyncio.create_task(processes.publish(yard.editor, second))
    await until_it_waits(database)
    goes_on.set()
    await publishing

    with pytest.raises(NotPublishableError) as refused:
        await other
    assert "process.circle" in str(refused.value.data["problems"])
