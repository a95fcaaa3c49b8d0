"""How much goes on at once, in whose turn, and what happens where there is no room (P6, P8)."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from installation import open_house
from jackfield.db import Database
from jackfield.directory import Role
from jackfield.errors import LimitedError
from jackfield.kernel import ProcessId, RunId
from jackfield.processes import OPEN_STATES, Content, RunEndedError, RunState, RunView, StepStatus
from jackfield.processes.running.failures import failure_of, pause_before_retry
from jackfield.settings import Limits
from processes.yard import EVERYTHING, Yard, branch, http_step, machine
from servers import ledger as ledgers

LONG = machine(Wait={"Type": "Wait", "Seconds": 3600})
SHORT = machine(Turn={"Type": "Wait", "Seconds": 1}, Work={"Type": "Wait", "Seconds": 1})
"""A run's time begins when it is started: the first wait is over when its turn comes late, the second keeps its place."""


async def until(yard: Yard, run_id: RunId, *states: RunState) -> RunView:
    async with asyncio.timeout(20):
        while True:
            view = await yard.house.parts.processes.runs.get_run(yard.editor, run_id)
            if view.row.run.state in states:
                return view
            await asyncio.sleep(0.02)


@pytest.mark.requirement("P6")
async def test_a_business_unit_with_too_many_open_runs_starts_no_more_and_others_do(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path, Limits(runs_queued_unit=3)) as house, house.parts.engine.running():
        processes = house.parts.processes
        await house.person("erika", Role.EDITOR)
        other = await house.parts.directory.units.create_business_unit(house.admin, name="Workshop")
        for unit in (house.unit.id, other.id):
            await house.parts.directory.units.change_member(
                house.admin, unit, house.admin.principal.person_id, {Role.EDITOR}
            )
        admin = await house.parts.directory.find_principal(house.admin.principal.person_id)
        assert admin is not None
        caller = type(house.admin)(admin, house.admin.door, house.admin.request_id)
        made: list[ProcessId] = []
        for unit in (house.unit.id, other.id):
            process = await processes.create_process(caller, unit, "Waits", Content(LONG))
            await processes.publish(caller, process.row.id)
            made.append(process.row.id)

        begun = [await processes.runs.start(caller, made[0], {}, key=f"key-{n}") for n in range(3)]

        with pytest.raises(LimitedError) as refused:
            await processes.runs.start(caller, made[0], {}, key="key-3")
        assert (refused.value.code, refused.value.retryable) == ("run.too_many", True)
        again = await processes.runs.start(caller, made[0], {}, key="key-0")
        assert again.row.run.id == begun[0].row.run.id, "what was answered once is answered again"
        assert (await processes.runs.start(caller, made[1], {})).row.run.state in OPEN_STATES
        await processes.runs.cancel(caller, begun[0].row.run.id)
        async with asyncio.timeout(10):
            while True:
                try:
                    await processes.runs.start(caller, made[0], {}, key="key-3")
                except LimitedError:
                    await asyncio.sleep(0.1)
                else:
                    break


@pytest.mark.requirement("P6")
async def test_a_business_unit_with_a_backlog_does_not_keep_another_one_waiting(
    database: Database, tmp_path: Path
) -> None:
    limits = Limits(runs_parallel=4, runs_parallel_unit=4)
    async with open_house(database, tmp_path, limits) as house, house.parts.engine.running():
        processes, units = house.parts.processes, house.parts.directory.units
        other = await units.create_business_unit(house.admin, name="Workshop")
        made: dict[str, ProcessId] = {}
        callers: dict[str, Any] = {}
        for name, unit in (("busy", house.unit.id), ("quiet", other.id)):
            caller = await house.person(name)
            await units.change_member(house.admin, unit, caller.principal.person_id, {Role.EDITOR})
            principal = await house.parts.directory.find_principal(caller.principal.person_id)
            assert principal is not None
            callers[name] = type(caller)(principal, caller.door, caller.request_id)
            process = await processes.create_process(callers[name], unit, "Short", Content(SHORT))
            await processes.publish(callers[name], process.row.id)
            made[name] = process.row.id
        backlog = [(await processes.runs.start(callers["busy"], made["busy"], {})).row.run.id for _ in range(40)]

        view = await processes.runs.start(callers["quiet"], made["quiet"], {}, wait_seconds=20)

        assert view.row.run.state is RunState.SUCCEEDED
        states = [(await processes.runs.get_run(callers["busy"], one)).row.run.state for one in backlog]
        left = [one for one in states if one in OPEN_STATES]
        assert len(left) >= 20, "it waited for more than half of the backlog"
        for one in backlog:
            if (await processes.runs.get_run(callers["busy"], one)).row.run.state in OPEN_STATES:
                # Unless it has ended by now.
                with suppress(RunEndedError):
                    await processes.runs.cancel(callers["busy"], one)


@pytest.mark.requirement("P6")
async def test_runs_take_turns_at_a_connection_and_those_of_another_one_are_not_kept_waiting(
    database: Database, tmp_path: Path
) -> None:
    limits = Limits(calls_parallel_connection=2)
    with ledgers.serve() as slow, ledgers.serve() as quick:
        async with open_house(database, tmp_path, limits) as house, house.parts.engine.running():
            editor = await house.person("erika", Role.EDITOR)
            for name, ledger in (("Slow", slow), ("Quick", quick)):
                await house.allow("127.0.0.1", ledger.port)
                await house.connect(editor, name, ledger.url, test_path="test")
                ledger.lines.clear()
            both = machine(
                Both={
                    "Type": "Parallel",
                    "Branches": [branch(**{name: http_step(connection=name)}) for name in ("Slow", "Quick")],
                    "Output": "both",
                }
            )
            runs = house.parts.processes.runs
            process = await house.parts.processes.create_process(editor, house.unit.id, "Both", Content(both))
            await house.parts.processes.publish(editor, process.row.id)
            slow.holds = True
            begun = [(await runs.start(editor, process.row.id, {})).row.run.id for _ in range(12)]
            async with asyncio.timeout(20):
                while len(quick.lines) < 12:  # noqa: ASYNC110  # they are counted in another thread
                    await asyncio.sleep(0.02)
            held = len(slow.lines)
            slow.holds = False
            async with asyncio.timeout(20):
                for one in begun:
                    while (await runs.get_run(editor, one)).row.run.state is not RunState.SUCCEEDED:  # noqa: ASYNC110  # it is the engine's
                        await asyncio.sleep(0.02)

    assert held == 2
    assert (slow.most_under_way, len(slow.lines)) == (2, 12)


@pytest.mark.requirement("P3", "P6")
async def test_a_step_that_does_not_get_its_turn_waits_for_it_again_and_never_fails_for_it(
    database: Database, tmp_path: Path
) -> None:
    with ledgers.serve() as ledger:
        limits = Limits(calls_parallel_connection=1)
        async with open_house(database, tmp_path, limits) as house, house.parts.engine.running():
            editor = await house.person("erika", Role.EDITOR)
            await house.allow("127.0.0.1", ledger.port)
            await house.connect(editor, "Slow", ledger.url, test_path="test")
            ledger.lines.clear()
            ledger.holds = True
            processes, begun = house.parts.processes, list[RunId]()
            patience: dict[str, dict[str, Any]] = {"Patient": {}, "Impatient": {"TimeoutSeconds": 1}}
            for name, more in patience.items():
                definition = Content(machine(Ask=http_step(connection="Slow", method="POST", **more)))
                made = await processes.create_process(editor, house.unit.id, name, definition)
                await processes.publish(editor, made.row.id)
                begun.append((await processes.runs.start(editor, made.row.id, {})).row.run.id)
                async with asyncio.timeout(20):
                    while not ledger.lines:  # noqa: ASYNC110  # they are counted in another thread
                        await asyncio.sleep(0.02)

            async def refusals() -> list[str]:
                steps = (await processes.runs.list_steps(editor, begun[1], EVERYTHING)).items
                return [one.error["code"] for one in steps if one.error is not None]

            async with asyncio.timeout(20):
                while len(await refusals()) < 2:  # noqa: ASYNC110  # it is the engine's
                    await asyncio.sleep(0.02)
            ledger.holds = False
            async with asyncio.timeout(60):
                for one in begun:
                    while (await processes.runs.get_run(editor, one)).row.run.state is not RunState.SUCCEEDED:  # noqa: ASYNC110  # as above
                        await asyncio.sleep(0.02)
            assert set(await refusals()) == {"connection.busy"}
            assert len(ledger.lines) == 2


@pytest.mark.requirement("P3")
def test_turns_that_did_not_come_are_no_retries_and_what_went_wrong_is() -> None:
    busy = LimitedError("no turn", code="connection.busy", retry_after=1)
    reached = LimitedError("enough for today", code="quota.reached", retry_after=1)

    def pause(error: LimitedError, retries: int, *, has_left: bool) -> timedelta | None:
        failure = failure_of(error, action="http.request", connection="con_1", request_id="req_1", has_left=has_left)
        return pause_before_retry(failure, "once", retries, "seed")

    assert pause(busy, 100, has_left=False) == timedelta(seconds=1)
    assert pause(busy, 0, has_left=True) is None
    assert pause(reached, 0, has_left=False) == timedelta(seconds=1)
    assert pause(reached, 4, has_left=False) is None


@pytest.mark.requirement("P8", "C14")
async def test_a_run_that_is_parked_while_its_connection_counts_as_healthy_goes_on_soon(yard: Yard) -> None:
    async with yard.house.parts.engine.running():
        yard.server.answers["/shaky"] = b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"
        process = await yard.published("Shaky", machine(Well=http_step(), Ask=http_step("shaky", Retry=[])))
        begun = (await yard.house.parts.processes.runs.start(yard.editor, process, {})).row.run.id
        await until(yard, begun, RunState.PARKED)

        yard.server.answers["/shaky"] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

        await until(yard, begun, RunState.SUCCEEDED)
        steps = (await yard.house.parts.processes.runs.list_steps(yard.editor, begun, EVERYTHING)).items
        assert steps[-1].step.status is StepStatus.DONE


@pytest.mark.requirement("P8", "C14")
async def test_one_of_the_parked_runs_tries_whether_the_connection_is_back_and_all_go_on(yard: Yard) -> None:
    async with yard.house.parts.engine.running():
        yard.server.answers["/shaky"] = b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"
        process = await yard.published("Shaky", machine(Ask=http_step("shaky", Retry=[])))
        runs = yard.house.parts.processes.runs
        begun = [(await runs.start(yard.editor, process, {})).row.run.id for _ in range(6)]
        for one in begun:
            await until(yard, one, RunState.PARKED)
        async with asyncio.timeout(20):
            while (await shown_state(yard)) != "unreachable":  # noqa: ASYNC110  # it is written behind the calls
                await asyncio.sleep(0.02)

        yard.server.answers["/shaky"] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

        for one in begun:
            await until(yard, one, RunState.SUCCEEDED)
        assert await shown_state(yard) == "connected"


async def shown_state(yard: Yard) -> str:
    view = await yard.house.parts.connections.get_connection(yard.editor, yard.tickets.id)
    return view.row.state


@pytest.mark.requirement("P3", "C11", "D62")
async def test_an_open_run_of_an_older_version_whose_connection_was_deleted_waits_for_a_person(yard: Yard) -> None:
    parts = yard.house.parts
    async with parts.engine.running():
        await yard.connect(yard.editor, "Old tickets")
        wait = {"Type": "Wait", "Seconds": 6}
        process = await yard.published(
            "Moves on", machine(Wait=wait, Ask=http_step(connection="Old tickets"), After={"Type": "Pass"})
        )
        begun = (await parts.processes.runs.start(yard.editor, process, {})).row.run.id
        await parts.processes.save_draft(yard.editor, process, Content(machine(Ask=http_step())))
        await parts.processes.publish(yard.editor, process)
        await parts.connections.delete_connection(await yard.again(yard.editor), "Old tickets")

        view = await until(yard, begun, RunState.FAULTY, RunState.FAILED)

        assert view.row.run.state is RunState.FAULTY
        assert view.row.run.problem is not None
        n = view.row.run.problem["steps"][0]
        await parts.processes.runs.retry_step(yard.editor, begun, n)
        view = await until(yard, begun, RunState.FAULTY)
        assert view.row.run.problem is not None
        await parts.processes.runs.skip_step(yard.editor, begun, view.row.run.problem["steps"][0], {"by": "hand"})
        assert (await until(yard, begun, RunState.SUCCEEDED)).output == {"by": "hand"}


@pytest.mark.requirement("P6", "D58")
async def test_work_that_is_stored_as_a_servers_and_not_carried_on_by_it_is_taken_up_again(
    database: Database, tmp_path: Path
) -> None:
    async with open_house(database, tmp_path, Limits(heartbeat_seconds=0.2)) as house, house.parts.engine.running():
        editor = await house.person("erika", Role.EDITOR)
        processes = house.parts.processes
        made = await processes.create_process(editor, house.unit.id, "Waits", Content(LONG))
        await processes.publish(editor, made.row.id)
        run = (await processes.runs.start(editor, made.row.id, {})).row.run.id
        async with asyncio.timeout(20):
            while (await processes.runs.get_run(editor, run)).row.run.state is not RunState.WAITING:  # noqa: ASYNC110  # it is another task's
                await asyncio.sleep(0.02)

        def lose(tx: Any) -> None:
            executor = tx.connection.execute(text("SELECT id FROM executors")).scalar_one()
            tx.connection.execute(text("UPDATE work SET owner = :owner"), {"owner": executor})
            tx.connection.execute(text("UPDATE runs SET cancelled_by = 'somebody'"))

        await house.parts.database.write(lose)

        async with asyncio.timeout(20):
            while (await processes.runs.get_run(editor, run)).row.run.state is not RunState.CANCELLED:  # noqa: ASYNC110  # as above
                await asyncio.sleep(0.05)
