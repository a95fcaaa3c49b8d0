"""Runs from start to end: steps in the journal, failures, decisions, waits (P2, P3, P6)."""

import asyncio
import json
import threading
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from jackfield.audit import AuditQuery, EntryOutcome
from jackfield.connections import ConnectionRow
from jackfield.db import Transaction
from jackfield.directory import Caller, Role
from jackfield.engine import lock_work
from jackfield.errors import ForbiddenError, InvalidError
from jackfield.kernel import PageRequest, ProcessId, RunId, Secret
from jackfield.processes import (
    Content,
    NotPublishedError,
    OpenRunsError,
    ProcessNotFoundError,
    RunEndedError,
    Runners,
    RunNotFoundError,
    RunQuery,
    RunState,
    RunView,
    StartKeyReusedError,
    StepNotStuckError,
    StepRow,
    StepStatus,
)
from jackfield.processes.store.steps import insert_again
from jackfield.vault import add_key, retire_keys
from processes.yard import EVERYTHING, Yard, branch, http_step, machine, until_it_waits


@pytest.fixture
async def running(yard: Yard) -> AsyncGenerator[Yard]:
    async with yard.house.parts.engine.running():
        yield yard


async def run(yard: Yard, process: ProcessId, values: dict[str, Any] | None = None, **options: Any) -> RunView:
    """One run, at its end or where it rests."""
    return await yard.house.parts.processes.runs.start(
        options.pop("caller", yard.editor), process, values or {}, wait_seconds=20, **options
    )


async def steps_of(yard: Yard, run_id: RunId) -> list[StepRow]:
    return list((await yard.house.parts.processes.runs.list_steps(yard.editor, run_id, EVERYTHING)).items)


async def until(yard: Yard, run_id: RunId, *states: RunState) -> RunView:
    """The run once it is in one of these states."""
    async with asyncio.timeout(20):
        while True:
            view = await yard.house.parts.processes.runs.get_run(yard.editor, run_id)
            if view.row.run.state in states:
                return view
            await asyncio.sleep(0.02)


@pytest.mark.requirement("P1", "P6", "C9", "E1")
async def test_a_run_goes_from_its_start_to_its_end_with_every_step_recorded(running: Yard) -> None:
    definition = machine(
        Ask=http_step("echo", method="PUT", arguments={"body": {"type": "json", "value": "{% $states.input.name %}"}})
        | {"Assign": {"status": "{% $states.result.status %}"}},
        Decide={
            "Type": "Choice",
            "Choices": [{"Condition": "{% $status = 200 %}", "Next": "Tell"}],
            "Default": "Never",
        },
        Never={"Type": "Fail", "Error": "Never"},
        Tell=http_step("ok", Output="{% {'told': $states.result.data.ok, 'status': $status} %}", End=True),
    )
    process = await running.published("Book an order", definition)
    member = await running.person("mia", Role.MEMBER)
    await running.house.parts.processes.set_runners(running.editor, process, Runners(whole_unit=True))

    view = await run(running, process, {"name": "Ada"}, caller=await running.again(member))

    assert (view.row.run.state, view.output, view.row.run.number) == (
        RunState.SUCCEEDED,
        {"told": True, "status": 200},
        1,
    )
    assert view.row.run_as.name == "erika"
    steps = await steps_of(running, view.row.run.id)
    assert [(one.step.path, one.step.attempt, one.step.status) for one in steps] == [
        ("/Ask", 1, StepStatus.DONE),
        ("/Tell", 1, StepStatus.DONE),
    ]
    assert steps[0].input["body"] == {"type": "json", "value": "Ada"}
    assert json.loads(steps[0].output["data"]["body"]) == "Ada"
    trail = await running.house.parts.processes.runs.list_trail(running.editor, view.row.run.id)
    assert [one.event["path"] for one in trail if one.event["type"] == "Choice"] == ["/Decide", "/Decide"]
    entries = (await running.house.parts.audit.list_entries(AuditQuery(name="connection.use"), PageRequest(10))).items
    assert [(one.data["step"], one.rule, one.actor.label, one.outcome) for one in entries] == [
        ("/Tell", "C9", "mia", EntryOutcome.DONE),
        ("/Ask", "C9", "mia", EntryOutcome.DONE),
    ]
    assert [one.data["run_as"] for one in entries] == 2 * [running.editor.principal.person_id]
    started = (await running.house.parts.audit.list_entries(AuditQuery(name="run.start"), PageRequest(10))).items
    assert [(one.object.id, one.actor.label) for one in started] == [(view.row.run.id, "mia")]
    assert (await running.house.parts.audit.verify()).is_intact


@pytest.mark.requirement("P1")
async def test_a_run_keeps_the_version_it_began_with(running: Yard) -> None:
    wait = {"Type": "Wait", "Seconds": 1}
    process = await running.published("Slow", machine(Wait=wait, Old=http_step("ok", Output="old")))
    begun = await running.house.parts.processes.runs.start(running.editor, process, {})
    content = Content(machine(New=http_step("ok", Output="new")))
    await running.house.parts.processes.save_draft(running.editor, process, content)
    await running.house.parts.processes.publish(running.editor, process)

    after = await run(running, process)
    before = await until(running, begun.row.run.id, RunState.SUCCEEDED)

    assert (before.output, before.row.run.number) == ("old", 1)
    assert (after.output, after.row.run.number) == ("new", 2)


@pytest.mark.requirement("P1", "D14")
async def test_only_who_may_run_it_starts_a_run_and_sees_his_own(running: Yard) -> None:
    runs = running.house.parts.processes.runs
    process = await running.published("Book an order", machine(Ask=http_step()))
    mia, olaf, paula = [
        await running.person(name, role)
        for name, role in (("mia", Role.MEMBER), ("olaf", Role.MEMBER), ("paula", Role.AUDITOR))
    ]
    with pytest.raises(ProcessNotFoundError):
        await runs.start(mia, process, {})
    people = frozenset({mia.principal.person_id})
    await running.house.parts.processes.set_runners(running.editor, process, Runners(people=people))
    mine = await run(running, process, caller=await running.again(mia))
    theirs = await run(running, process)

    async def seen(caller: Caller) -> set[RunId]:
        found = await runs.list_runs(await running.again(caller), RunQuery(process_id=process), EVERYTHING)
        return {one.run.id for one in found.items}

    assert await seen(running.editor) == await seen(paula) == {mine.row.run.id, theirs.row.run.id}
    assert await seen(mia) == {mine.row.run.id}
    assert await seen(olaf) == set()
    with pytest.raises(RunNotFoundError):
        await runs.get_run(await running.again(mia), theirs.row.run.id)
    with pytest.raises(ForbiddenError):
        await runs.start(await running.again(paula), process, {})
    await running.house.parts.processes.unpublish(running.editor, process)
    with pytest.raises(NotPublishedError):
        await runs.start(await running.again(mia), process, {})


@pytest.mark.requirement("P6", "D56")
async def test_the_same_key_starts_one_run(running: Yard) -> None:
    runs = running.house.parts.processes.runs
    process = await running.published("Book an order", machine(Ask=http_step("echo")))

    begun = await asyncio.gather(*(runs.start(running.editor, process, {"a": 1}, key="order-7") for _ in range(20)))
    other = await runs.start(running.editor, process, {"a": 1}, key="order-8")

    assert len({one.row.run.id for one in begun}) == 1
    assert other.row.run.id != begun[0].row.run.id
    with pytest.raises(StartKeyReusedError):
        await runs.start(running.editor, process, {"a": 2}, key="order-7")
    for one in (begun[0], other):
        await until(running, one.row.run.id, RunState.SUCCEEDED)
    assert len([one for one in running.server.requests if one.path == "/echo"]) == 2


@pytest.mark.requirement("P3")
async def test_a_step_that_fails_takes_its_error_output_with_all_that_is_known(running: Yard) -> None:
    caught = machine(
        Ask=http_step(
            "status/404",
            Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Mend", "Output": "{% $states.errorOutput %}"}],
            End=True,
        ),
        Mend={"Type": "Pass"},
    )
    process = await running.published("Caught", caught)

    view = await run(running, process)

    assert view.row.run.state is RunState.SUCCEEDED
    assert {name: view.output[name] for name in ("code", "kind", "status", "retryable", "attempts", "action")} == {
        "code": "remote.rejected",
        "kind": "remote_rejected",
        "status": 404,
        "retryable": False,
        "attempts": 1,
        "action": "connection:http.request",
    }
    assert view.output["connection"] == running.tickets.id
    assert view.output["Error"] == "remote.rejected"


@pytest.mark.requirement("P3")
async def test_without_a_retry_of_its_own_a_step_that_may_be_repeated_is_tried_again_by_itself(running: Yard) -> None:
    running.server.answers["/flaky"] = b"HTTP/1.1 503 No\r\nContent-Length: 0\r\nRetry-After: 1\r\n\r\n"
    process = await running.published("Flaky", machine(Ask=http_step("flaky")))
    begun = await running.house.parts.processes.runs.start(running.editor, process, {})
    await running.server.wait_for_requests(2)

    running.server.answers["/flaky"] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    view = await until(running, begun.row.run.id, RunState.SUCCEEDED, RunState.FAULTY)

    assert view.row.run.state is RunState.SUCCEEDED
    attempts = [(one.step.attempt, one.step.status) for one in await steps_of(running, view.row.run.id)]
    assert attempts[0] == (1, StepStatus.FAILED)
    assert attempts[-1][1] is StepStatus.DONE
    assert len(attempts) >= 2


@pytest.mark.requirement("P3")
async def test_of_two_steps_that_stopped_a_run_the_second_is_decided_when_it_has_stopped_again(yard: Yard) -> None:
    both = [branch(**{name: http_step("hang-up", method="POST")}) for name in ("First", "Second")]
    process = await yard.published("Both", machine(All={"Type": "Parallel", "Branches": both}))
    runs = yard.house.parts.processes.runs
    async with yard.house.parts.engine.running():
        run_id = (await run(yard, process)).row.run.id
        await until(yard, run_id, RunState.FAULTY)
    first, second = [one.step.n for one in await steps_of(yard, run_id)]

    await runs.skip_step(yard.editor, run_id, first, 1)
    with pytest.raises(StepNotStuckError, match="goes on just now") as early:
        await runs.skip_step(yard.editor, run_id, second, 2)
    with pytest.raises(StepNotStuckError, match="doesn't wait for a decision"):
        await runs.skip_step(yard.editor, run_id, first, 1)

    assert early.value.code == "step.not_stuck"
    async with yard.house.parts.engine.running():
        await until(yard, run_id, RunState.FAULTY)
        await runs.skip_step(yard.editor, run_id, second, 2)
        assert (await until(yard, run_id, RunState.SUCCEEDED)).output == [1, 2]


@pytest.mark.requirement("P3", "P6", "D36")
async def test_a_step_whose_effect_is_not_known_is_not_repeated_and_waits_for_a_person(running: Yard) -> None:
    definition = machine(
        Order=http_step("hang-up", method="POST", Retry=[{"ErrorEquals": ["States.ALL"], "MaxAttempts": 3}]),
        After=http_step("ok", Output="{% $states.input %}"),
    )
    process = await running.published("Once", definition)

    view = await run(running, process)

    assert view.row.run.state is RunState.FAULTY
    assert view.row.run.problem is not None
    assert view.row.run.problem["kind"] == "outcome_unknown"
    assert len([one for one in running.server.requests if one.path == "/hang-up"]) == 1
    told = await running.house.parts.notices.list_for(running.editor.principal.person_id)
    assert [(one.kind, one.subject.id) for one in told.items if one.kind == "run.faulty"] == [
        ("run.faulty", view.row.run.id)
    ]

    runs = running.house.parts.processes.runs
    step = view.row.run.problem["step"]
    await runs.skip_step(running.editor, view.row.run.id, step, {"order": 17})
    with pytest.raises((StepNotStuckError, RunEndedError)):
        await runs.retry_step(running.editor, view.row.run.id, step)
    mended = await until(running, view.row.run.id, RunState.SUCCEEDED)
    assert mended.output == {"order": 17}
    steps = await steps_of(running, view.row.run.id)
    assert steps[0].decision is not None
    assert (steps[0].step.status, steps[0].decision.status) == (StepStatus.UNKNOWN, StepStatus.SKIPPED)
    assert steps[0].decided_by is not None
    assert steps[0].decided_by.name == "erika"


@pytest.mark.requirement("P3", "D14")
async def test_a_faulty_step_is_tried_again_by_an_editor_and_by_nobody_else(running: Yard) -> None:
    running.server.answers["/later"] = b"HTTP/1.1 404 Gone\r\nContent-Length: 0\r\n\r\n"
    process = await running.published("Later", machine(Ask=http_step("later"), After=http_step("ok")))
    member = await running.person("mia", Role.MEMBER)
    await running.house.parts.processes.set_runners(running.editor, process, Runners(whole_unit=True))
    view = await run(running, process, caller=await running.again(member))
    assert view.row.run.state is RunState.FAULTY
    runs = running.house.parts.processes.runs

    with pytest.raises(ForbiddenError):
        await runs.retry_step(await running.again(member), view.row.run.id, 1)
    await runs.retry_step(running.editor, view.row.run.id, 1)
    still = await until(running, view.row.run.id, RunState.FAULTY)
    assert object_n(still) == 2
    running.server.answers["/later"] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    await runs.retry_step(running.editor, view.row.run.id, 2)

    assert (await until(running, view.row.run.id, RunState.SUCCEEDED)).row.run.problem is None
    statuses = [(one.step.n, one.step.attempt, one.step.status) for one in await steps_of(running, view.row.run.id)]
    assert statuses == [
        (1, 1, StepStatus.FAILED),
        (2, 2, StepStatus.FAILED),
        (3, 3, StepStatus.DONE),
        (4, 1, StepStatus.DONE),
    ]


def object_n(view: RunView) -> int:
    assert view.row.run.problem is not None
    return int(view.row.run.problem["step"])


@pytest.mark.requirement("P2", "P6")
async def test_branches_and_loops_go_on_side_by_side(running: Yard) -> None:
    inner = branch(Send=http_step("echo", method="PUT", arguments={"path": "{% 'echo/' & $string($states.input) %}"}))
    definition = machine(
        Each={
            "Type": "Map",
            "Items": "{% $states.input.numbers %}",
            "MaxConcurrency": 5,
            "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, **inner},
            "Output": "{% {'sent': $count($states.result)} %}",
        },
        Both={
            "Type": "Parallel",
            "Branches": [branch(One=http_step("ok", Output=1)), branch(Two=http_step("ok", Output=2))],
        },
    )
    process = await running.published("Many", definition)

    view = await run(running, process, {"numbers": list(range(12))})

    assert (view.row.run.state, view.output) == (RunState.SUCCEEDED, [1, 2])
    steps = await steps_of(running, view.row.run.id)
    assert len(steps) == 14
    assert {one.step.path for one in steps} >= {"/Each/0/Send", "/Each/11/Send", "/Both/0/One", "/Both/1/Two"}


@pytest.mark.requirement("D63")
async def test_a_run_is_cancelled_wherever_it_is(running: Yard) -> None:
    runs = running.house.parts.processes.runs
    hanging = await running.published("Hanging", machine(Ask=http_step("silent")))
    waiting = await running.published("Waiting", machine(Wait={"Type": "Wait", "Seconds": 3600}))
    stuck = await running.published("Stuck", machine(Ask=http_step("status/404")))
    begun = [await runs.start(running.editor, one, {}) for one in (hanging, waiting, stuck)]
    await running.server.wait_for_requests(3)
    await until(running, begun[1].row.run.id, RunState.WAITING)
    await until(running, begun[2].row.run.id, RunState.FAULTY)

    for one in begun:
        assert (await runs.cancel(running.editor, one.row.run.id)).row.run.state is RunState.CANCELLED

    with pytest.raises(RunEndedError):
        await runs.cancel(running.editor, begun[0].row.run.id)


@pytest.mark.requirement("P5")
async def test_what_a_run_is_started_with_fits_its_form(running: Yard) -> None:
    form = {
        "type": "object",
        "properties": {
            "amount": {"type": "number", "title": "Amount"},
            "kind": {"type": "string", "enum": ["travel", "other"], "default": "other"},
        },
        "required": ["amount"],
    }
    content = Content(machine(Pass={"Type": "Pass"}), form=form)
    processes = running.house.parts.processes
    made = await processes.create_process(running.editor, running.house.unit.id, "Expenses", content)
    await processes.publish(running.editor, made.row.id)

    assert (await run(running, made.row.id, {"amount": 7.5})).output == {"amount": 7.5, "kind": "other"}
    for wrong, field in (({}, "input.amount"), ({"amount": "7"}, "input.amount"), ({"amount": 1, "x": 1}, "input.x")):
        with pytest.raises(InvalidError) as caught:
            await processes.runs.start(running.editor, made.row.id, wrong)
        assert caught.value.data["field"] == field


@pytest.mark.requirement("D05")
async def test_what_a_sensitive_run_reads_and_writes_is_not_readable_in_the_database(running: Yard) -> None:
    canary = "canary-of-a-run-6f2d"
    definition = machine(
        Note={"Type": "Pass", "Output": {"secret": canary}},
        Ask=http_step(
            "echo", method="PUT", arguments={"body": {"type": "json", "value": "{% $states.input.secret %}"}}
        ),
        Wait={"Type": "Wait", "Seconds": 2},
        Fail=http_step("status/404", arguments={"query": {"q": canary}}),
    )
    process = await running.published("Sensitive", definition, sensitive=True)

    view = await run(running, process, {"given": canary})

    assert view.row.run.state is RunState.FAULTY
    assert view.is_sealed
    steps = await steps_of(running, view.row.run.id)
    assert canary in json.dumps([one.output for one in steps])
    with running.house.parts.database.engine.connect() as connection:
        for table in ("runs", "run_steps", "run_trail", "audit_entries"):
            rows = connection.exec_driver_sql(f"SELECT * FROM {table}").all()
            assert rows
            assert canary not in "".join(
                bytes(v).decode("latin-1") if isinstance(v, (bytes, memoryview)) else str(v)
                for row in rows
                for v in row
            )


@pytest.mark.requirement("P1")
async def test_of_a_process_that_says_so_only_so_many_runs_go_on_at_once(running: Yard) -> None:
    process = await running.published("Two at once", machine(Ask=http_step("drip/body")), most_at_once=2)
    runs = running.house.parts.processes.runs
    begun = [await runs.start(running.editor, process, {}) for _ in range(4)]
    await running.server.wait_for_requests(3)

    states = [(await runs.get_run(running.editor, one.row.run.id)).row.run.state for one in begun]
    assert states == [RunState.RUNNING, RunState.RUNNING, RunState.QUEUED, RunState.QUEUED]
    await runs.cancel(running.editor, begun[0].row.run.id)

    await until(running, begun[2].row.run.id, RunState.RUNNING)
    assert (await runs.get_run(running.editor, begun[3].row.run.id)).row.run.state is RunState.QUEUED
    for one in begun[1:]:
        await runs.cancel(running.editor, one.row.run.id)


@pytest.mark.requirement("D63")
async def test_a_run_is_cancelled_while_whoever_carries_it_on_stores_how_far_it_came(running: Yard) -> None:
    database, runs = running.house.parts.database, running.house.parts.processes.runs
    process = await running.published("Waiting", machine(Wait={"Type": "Wait", "Seconds": 3600}))
    run_id = (await runs.start(running.editor, process, {})).row.run.id
    await until(running, run_id, RunState.WAITING)
    loop, has_locked, goes_on = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def store(tx: Transaction) -> None:
        # As who carries it on does: its work first, then its own row.
        lock_work(tx, run_id)
        loop.call_soon_threadsafe(has_locked.set)
        assert goes_on.wait(20)
        tx.run("UPDATE runs SET state = state WHERE id = ?", (run_id,))

    storing = asyncio.create_task(database.write(store))
    await has_locked.wait()
    cancelling = asyncio.create_task(runs.cancel(running.editor, run_id))
    await until_it_waits(database)
    goes_on.set()

    await storing
    assert (await cancelling).row.run.state is RunState.CANCELLED


@pytest.mark.requirement("P1")
async def test_a_process_with_open_runs_is_not_deleted(running: Yard) -> None:
    process = await running.published("Waiting", machine(Wait={"Type": "Wait", "Seconds": 3600}))
    begun = await running.house.parts.processes.runs.start(running.editor, process, {})

    with pytest.raises(OpenRunsError):
        await running.house.parts.processes.delete_process(running.editor, process)
    await running.house.parts.processes.runs.cancel(running.editor, begun.row.run.id)
    await running.house.parts.processes.delete_process(running.editor, process)

    assert (await running.house.parts.processes.runs.get_run(running.editor, begun.row.run.id)).row.process.name


@pytest.mark.requirement("P7")
async def test_steps_are_listed_in_the_moment_in_which_they_begin(running: Yard) -> None:
    runs = running.house.parts.processes.runs
    process = await running.published("Ask", machine(Ask=http_step()))
    listed = 0
    for _ in range(30):
        run_id = (await runs.start(running.editor, process, {})).row.run.id
        async with asyncio.timeout(20):
            while not (await runs.list_steps(running.editor, run_id, EVERYTHING)).items:
                listed += 1

    assert listed, "none was looked at before it began"


@pytest.mark.requirement("D06")
async def test_a_rotation_of_the_keys_takes_sealed_runs_along_while_they_wait(running: Yard) -> None:
    parts = running.house.parts
    wait = {"Type": "Wait", "Seconds": 8}
    process = await running.published("Sealed", machine(Wait=wait, Ask=http_step()), sensitive=True)
    begun = await parts.processes.runs.start(running.editor, process, {"given": "canary"})
    await until(running, begun.row.run.id, RunState.WAITING)
    old = parts.vault.primary_key_id
    assert await parts.processes.count_by_key_id() == {old: 1}

    add_key(parts.settings.key_file)
    assert await parts.processes.rewrap_runs() == 1

    new = parts.vault.primary_key_id
    assert new != old
    assert await parts.processes.count_by_key_id() == {new: 1}
    retire_keys(parts.settings.key_file, {new})
    view = await parts.processes.runs.get_run(running.editor, begun.row.run.id)
    assert view.input == {"given": "canary"}
    assert (await until(running, begun.row.run.id, RunState.SUCCEEDED)).is_sealed


@pytest.mark.requirement("D63", "P6")
async def test_a_process_that_stops_leaves_its_runs_where_they_are_and_they_go_on_when_it_is_back(yard: Yard) -> None:
    runs = yard.house.parts.processes.runs
    definition = machine(
        First=http_step("echo", method="POST"),
        Wait={"Type": "Wait", "Seconds": 2},
        Second=http_step("echo", method="POST"),
    )
    process = await yard.published("Stopped", definition)
    async with yard.house.parts.engine.running():
        views = await asyncio.gather(*(runs.start(yard.editor, process, {}) for _ in range(20)))
        begun = [one.row.run.id for one in views]
        await yard.server.wait_for_requests(10)

    with yard.house.parts.database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM work WHERE owner IS NOT NULL").scalar() == 0
        assert connection.exec_driver_sql("SELECT count(*) FROM work").scalar() == 20
        assert connection.exec_driver_sql("SELECT count(*) FROM executors").scalar() == 0
        assert connection.exec_driver_sql("SELECT count(*) FROM run_steps WHERE status = 'open'").scalar() == 0
    async with yard.house.parts.engine.running():
        for one in begun:
            await until(yard, one, RunState.SUCCEEDED)

    assert len([one for one in yard.server.requests if one.path == "/echo"]) == 40


async def has_ended(yard: Yard, run_id: RunId, name: str) -> bool:
    return any(one.step.name == name and one.step.status is StepStatus.DONE for one in await steps_of(yard, run_id))


async def is_well(yard: Yard, connection: ConnectionRow | None = None) -> bool:
    view = await yard.house.parts.connections.get_connection(yard.editor, (connection or yard.tickets).id)
    return view.row.state == "connected"


@pytest.mark.requirement("P3")
@pytest.mark.parametrize(("method", "code"), [("GET", "remote.timed_out"), ("POST", "outcome.unknown")])
async def test_a_call_that_takes_longer_than_its_step_gives_it_fails_with_the_time_out_of_the_language(
    running: Yard, method: str, code: str
) -> None:
    catch = [{"ErrorEquals": ["States.Timeout"], "Next": "Late", "Output": "{% $states.errorOutput %}"}]
    asks = http_step("silent", method=method, TimeoutSeconds=1, Retry=[], Catch=catch, End=True)
    process = await running.published("Patience", machine(Ask=asks, Late={"Type": "Pass"}))

    view = await run(running, process)

    assert view.row.run.state is RunState.SUCCEEDED, view.row.run.problem
    assert (view.output["Error"], view.output["code"]) == ("States.Timeout", code)


@pytest.mark.requirement("P8", "C14")
async def test_steps_of_a_connection_that_needs_sign_in_are_parked_and_resume_when_it_is_back(running: Yard) -> None:
    parts = running.house.parts
    running.server.answers["/locked"] = b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"
    process = await running.published("Parked", machine(Ask=http_step("locked", method="POST"), After=http_step("ok")))
    begun = [(await parts.processes.runs.start(running.editor, process, {})).row.run.id for _ in range(12)]
    for one in begun:
        view = await until(running, one, RunState.PARKED)
        assert view.row.run.problem is not None
        assert view.row.run.problem["connection"] == running.tickets.id
    told = await parts.notices.list_for(running.editor.principal.person_id)
    assert [one.kind for one in told.items if one.kind.startswith(("run.", "process."))] == ["process.parked"]
    async with asyncio.timeout(20):
        while await is_well(running):  # noqa: ASYNC110  # it is written behind the calls
            await asyncio.sleep(0.02)

    running.server.answers["/locked"] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    back = await parts.connections.retry(running.editor, running.tickets.id)
    assert back.row.state == "connected"

    for one in begun:
        assert (await until(running, one, RunState.SUCCEEDED)).row.run.problem is None
    assert [one.step.status for one in await steps_of(running, begun[0])] == [
        StepStatus.FAILED,
        StepStatus.DONE,
        StepStatus.DONE,
    ]


@pytest.mark.requirement("P8", "C14")
async def test_of_steps_that_are_parked_for_two_connections_each_resumes_when_its_own_is_back(running: Yard) -> None:
    parts = running.house.parts
    invoices = await running.connect(running.editor, "Invoices")
    for path in ("/tickets", "/invoices"):
        running.server.answers[path] = b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"
    both = [branch(Ask=http_step("tickets")), branch(Bill=http_step("invoices", connection="Invoices"))]
    process = await running.published("Two", machine(Both={"Type": "Parallel", "Branches": both}))
    begun = (await parts.processes.runs.start(running.editor, process, {})).row.run.id
    view = await until(running, begun, RunState.PARKED)
    assert view.row.run.problem is not None
    assert view.row.run.problem["connection"] == running.tickets.id

    running.server.answers["/invoices"] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    for one in (running.tickets, invoices):
        async with asyncio.timeout(20):
            while await is_well(running, one):  # noqa: ASYNC110  # it is written behind the calls
                await asyncio.sleep(0.02)
    assert (await parts.connections.retry(running.editor, invoices.id)).row.state == "connected"

    async with asyncio.timeout(20):
        while not await has_ended(running, begun, "Bill"):  # noqa: ASYNC110  # the run stays parked for the other
            await asyncio.sleep(0.02)
    view = await until(running, begun, RunState.PARKED)
    assert view.row.run.problem is not None
    assert view.row.run.problem["connection"] == running.tickets.id
    running.server.answers["/tickets"] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    assert (await parts.connections.retry(running.editor, running.tickets.id)).row.state == "connected"
    await until(running, begun, RunState.SUCCEEDED)
    told = await parts.notices.list_for(running.editor.principal.person_id)
    assert [one.kind for one in told.items if one.kind.startswith("process.")] == ["process.parked", "process.parked"]


@pytest.mark.requirement("P8")
async def test_a_connection_comes_back_while_somebody_decides_about_a_step_that_is_parked_for_it(running: Yard) -> None:
    parts = running.house.parts
    running.server.answers["/locked"] = b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"
    process = await running.published("Decided", machine(Ask=http_step("locked")))
    run_id = (await parts.processes.runs.start(running.editor, process, {})).row.run.id
    await until(running, run_id, RunState.PARKED)
    running.server.answers["/locked"] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    loop, has_locked, goes_on = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def decide(tx: Transaction) -> None:
        # As who decides does: the run's work first, then what is decided about its step.
        lock_work(tx, run_id)
        loop.call_soon_threadsafe(has_locked.set)
        assert goes_on.wait(20)
        insert_again(tx, run_id, 1, parts.clock.now())

    deciding = asyncio.create_task(parts.database.write(decide))
    await has_locked.wait()
    coming_back = asyncio.create_task(parts.connections.retry(running.editor, running.tickets.id))
    await until_it_waits(parts.database)
    goes_on.set()

    await deciding
    assert (await coming_back).row.state == "connected"
    await until(running, run_id, RunState.SUCCEEDED)


@pytest.mark.requirement("P8", "C16")
async def test_what_was_parked_for_a_connection_goes_on_with_its_successor(running: Yard) -> None:
    parts = running.house.parts
    running.server.answers["/locked"] = b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"
    process = await running.published("Moved", machine(Ask=http_step("locked")))
    begun = [(await parts.processes.runs.start(running.editor, process, {})).row.run.id for _ in range(3)]
    for one in begun:
        await until(running, one, RunState.PARKED)

    running.server.answers["/locked"] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    details = {"base_url": running.server.url("/"), "test_path": "/ok"}
    moved = await parts.connections.replace_connection(
        running.editor, running.tickets.id, details=details, credentials={"token": Secret("another")}
    )

    for one in begun:
        await until(running, one, RunState.SUCCEEDED)
        assert [(step.step.status, step.step.connection_id) for step in await steps_of(running, one)] == [
            (StepStatus.FAILED, running.tickets.id),
            (StepStatus.DONE, moved.row.id),
        ]
