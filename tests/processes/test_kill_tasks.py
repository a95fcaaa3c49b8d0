"""Server processes killed while runs ask people: each asks once, and each answer counts once (D54, D55, P2)."""

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from jackfield.audit import AuditQuery
from jackfield.db import Database
from jackfield.kernel import RunId
from jackfield.processes import RunState, StepStatus, TaskRow, TaskState, TaskView
from processes.test_kill import SECONDS, Carrier, Scene, a_scene, come_to_rest, step
from processes.yard import EVERYTHING, machine
from servers import ledger as ledgers
from servers.ledger import Ledger

ASK: dict[str, Any] = {
    "Type": "Task",
    "Resource": "person:approve",
    "Arguments": {"title": "May it?", "assignees": {"people": ["erika"]}, "self_approval": True},
}
ASKS = machine(Read=step("read"), Once=ASK, Keyed=step("keyed"), Say={"Type": "Pass", "Output": "said"})


@pytest.fixture
def ledger() -> Generator[Ledger]:
    with ledgers.serve() as running:
        yield running


def approve(carrier: Carrier, *tasks: str) -> None:
    """Have a process take an answer; it may die meanwhile."""
    with suppress(EOFError, OSError):
        for task in tasks:
            carrier.talk.send(f"approve {task}")
            carrier.talk.recv()


async def tasks_of(scene: Scene, runs: list[str]) -> list[TaskRow]:
    """Once each of the runs has asked."""
    async with asyncio.timeout(SECONDS), scene.looked_at() as (parts, caller):
        while True:
            found = [await parts.processes.tasks.list_of_run(caller, RunId(run)) for run in runs]
            if all(found):
                return [row for some in found for row in some]
            await asyncio.sleep(0.05)


async def check_asked_once(scene: Scene, runs: list[str]) -> None:
    """Every run asked once, was answered once, and ended well; nobody was told twice."""
    async with scene.looked_at() as (parts, caller):
        for run in runs:
            view = await parts.processes.runs.get_run(caller, RunId(run))
            assert (view.row.run.state, view.output) == (RunState.SUCCEEDED, "said"), view.row.run
            (row,) = await parts.processes.tasks.list_of_run(caller, RunId(run))
            assert row.task.state is TaskState.DONE
            steps = (await parts.processes.runs.list_steps(caller, RunId(run), EVERYTHING)).items
            asking = [one for one in steps if one.step.name == "Once"]
            assert [one.step.status for one in asking] == [StepStatus.DONE]
            assert asking[0].output["decision"] == "approved"
            assert len(set(scene.sent("keyed", run))) == 1, "it was sent again with another key"
        assert not (await parts.processes.tasks.list_tasks(caller, TaskView.OPEN, EVERYTHING)).items
        notices = (await parts.notices.list_for(caller.principal.person_id, EVERYTHING)).items
        told = Counter(one.subject.id for one in notices if one.kind == "task.assigned")
        assert len(told) == len(runs)
        assert set(told.values()) == {1}
        assert (await parts.audit.verify()).is_intact


@pytest.mark.requirement("D55", "P2", "P6")
@pytest.mark.full("postgresql")
@pytest.mark.parametrize("point", ["before:waiting", "after:waiting", "before:done", "after:done"])
async def test_killed_at_a_named_point_a_run_has_asked_once_and_its_answer_counts_once(
    database: Database, tmp_path: Path, ledger: Ledger, point: str
) -> None:
    scene = await a_scene(database, tmp_path, ledger, ASKS)
    with scene.carrier(point) as killed:
        await asyncio.to_thread(scene.start, killed, "the-run")
        if point.endswith("done"):
            (row,) = await tasks_of(scene, [scene.started["the-run"]])
            await asyncio.to_thread(approve, killed, row.task.id)
        await asyncio.to_thread(killed.process.join, SECONDS)
    assert killed.process.exitcode == -signal.SIGKILL

    with scene.carrier() as second:
        await asyncio.to_thread(scene.start, second, "the-run")
        run = scene.started["the-run"]
        (row,) = await tasks_of(scene, [run])
        await asyncio.to_thread(approve, second, row.task.id)
        await come_to_rest(scene, [run])

    await check_asked_once(scene, [run])


@pytest.mark.requirement("D54", "P2", "P6")
async def test_killed_at_random_no_question_is_lost_and_none_is_asked_twice(
    database: Database, tmp_path: Path, ledger: Ledger
) -> None:
    scene = await a_scene(database, tmp_path, ledger, ASKS)
    chance = random.Random(3)
    keys = [f"key-{number}" for number in range(8)]
    for _ in range(3):
        with scene.carrier() as killed:
            asyncio.get_running_loop().call_later(chance.uniform(0.1, 1.0), os.kill, killed.pid, signal.SIGKILL)
            await asyncio.to_thread(scene.start, killed, *keys)
            async with scene.looked_at() as (parts, caller):
                found = await parts.processes.tasks.list_tasks(caller, TaskView.OPEN, EVERYTHING)
            await asyncio.to_thread(approve, killed, *(row.task.id for row in found.items))
            await asyncio.to_thread(killed.process.join, SECONDS)
    with scene.carrier() as last:
        await asyncio.to_thread(scene.start, last, *keys)
        runs = [scene.started[key] for key in keys]
        await asyncio.to_thread(approve, last, *(row.task.id for row in await tasks_of(scene, runs)))
        await come_to_rest(scene, runs)

    await check_asked_once(scene, runs)


@pytest.mark.requirement("D55", "P2", "P6")
@pytest.mark.full("postgresql")
@pytest.mark.parametrize(("point", "due"), [("", 6), ("before:reminded", 1), ("after:reminded", 1)])
async def test_killed_before_or_while_it_reminds_a_run_reminds_once_and_asks_others_once(
    database: Database, tmp_path: Path, ledger: Ledger, point: str, due: int
) -> None:
    late = {**ASK, "Arguments": {**ASK["Arguments"], "due": due, "escalate_to": {"people": ["erika"]}}}
    scene = await a_scene(database, tmp_path, ledger, machine(Once=late))
    with scene.carrier(point) as killed:
        await asyncio.to_thread(scene.start, killed, "the-run")
        await tasks_of(scene, [scene.started["the-run"]])
        if not point:
            os.kill(killed.pid, signal.SIGKILL)
        await asyncio.to_thread(killed.process.join, SECONDS)
    assert killed.process.exitcode == -signal.SIGKILL
    assert (await told(scene))["task.reminded"] == (1 if point == "after:reminded" else 0)

    with scene.carrier() as second:
        await asyncio.to_thread(scene.start, second, "the-run")
        run = scene.started["the-run"]
        async with asyncio.timeout(SECONDS):
            while not (await told(scene))["task.reminded"]:  # noqa: ASYNC110  # it is another process's
                await asyncio.sleep(0.05)
        (row,) = await tasks_of(scene, [run])
        await asyncio.to_thread(approve, second, row.task.id)
        await come_to_rest(scene, [run])

    assert await told(scene) == {"task.assigned": 1, "task.reminded": 1, "task.escalated": 1}
    async with scene.looked_at() as (parts, caller):
        assert (await parts.processes.runs.get_run(caller, RunId(run))).row.run.state is RunState.SUCCEEDED
        escalations = await parts.audit.list_entries(AuditQuery(name="task.escalate"), EVERYTHING)
        assert len(escalations.items) == 1
        assert (await parts.audit.verify()).is_intact


async def told(scene: Scene) -> Counter[str]:
    """What the person was told, and how often."""
    async with scene.looked_at() as (parts, caller):
        notices = (await parts.notices.list_for(caller.principal.person_id, EVERYTHING)).items
        return Counter(one.kind for one in notices if one.kind.startswith("task."))
