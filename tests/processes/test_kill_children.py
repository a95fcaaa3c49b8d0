"""Server processes killed while runs wait for runs: each child is started once, and each answer arrives (D54, D55, P2)."""

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import Generator
from pathlib import Path

import pytest

from jackfield.db import Database
from jackfield.kernel import RunId
from jackfield.processes import RunQuery, RunState
from processes.test_kill import SECONDS, Scene, a_scene, come_to_rest, step
from processes.yard import EVERYTHING, branch, machine
from servers import ledger as ledgers
from servers.ledger import Ledger

CALL = {"Type": "Task", "Resource": "process:run", "Arguments": {"Process": "Below"}}
BELOW = machine(Read=step("read"), Keyed=step("keyed"), Say={"Type": "Pass", "Output": "said"})
ABOVE = machine(Once=CALL, Keyed=step("keyed"))
SEVERAL = machine(
    All={"Type": "Parallel", "Branches": [branch(**{f"Call{n}": CALL}) for n in range(3)]}, Keyed=step("keyed")
)


@pytest.fixture
def ledger() -> Generator[Ledger]:
    with ledgers.serve() as running:
        yield running


async def check_family(scene: Scene, parents: list[str], children: int) -> None:
    """Every run ended well, and each parent has exactly so many children."""
    async with scene.looked_at() as (parts, caller):
        found = (await parts.processes.runs.list_runs(caller, RunQuery(), EVERYTHING)).items
        assert {one.run.state for one in found} == {RunState.SUCCEEDED}
        counted = Counter(one.run.parent_id for one in found if one.run.parent_id)
        assert counted == dict.fromkeys(parents, children)
        for one in found:
            assert len(set(scene.sent("keyed", one.run.id))) == 1, "it was sent again with another key"
        for parent in parents:
            steps = (await parts.processes.runs.list_steps(caller, RunId(parent), EVERYTHING)).items
            results = [one.output for one in steps if one.step.resource == "process:run"]
            assert results == ["said"] * children
        assert (await parts.audit.verify()).is_intact


@pytest.mark.requirement("D55", "P2", "P6")
@pytest.mark.full("postgresql")
@pytest.mark.parametrize("point", ["before:waiting", "after:waiting", "before:done", "after:done"])
async def test_killed_at_a_named_point_a_child_is_started_once_and_its_parent_hears_of_its_end(
    database: Database, tmp_path: Path, ledger: Ledger, point: str
) -> None:
    scene = await a_scene(database, tmp_path, ledger, ABOVE, BELOW)
    with scene.carrier(point) as killed:
        await asyncio.to_thread(scene.start, killed, "the-run")
        await asyncio.to_thread(killed.process.join, SECONDS)
    assert killed.process.exitcode == -signal.SIGKILL

    with scene.carrier() as second:
        await asyncio.to_thread(scene.start, second, "the-run")
        run = scene.started["the-run"]
        await come_to_rest(scene, [run])

    await check_family(scene, [run], 1)


@pytest.mark.requirement("D54", "P2", "P6")
async def test_killed_at_random_no_child_is_lost_and_none_is_started_twice(
    database: Database, tmp_path: Path, ledger: Ledger
) -> None:
    scene = await a_scene(database, tmp_path, ledger, SEVERAL, BELOW)
    chance = random.Random(5)
    keys = [f"key-{number}" for number in range(8)]
    for _ in range(3):
        with scene.carrier() as killed:
            asyncio.get_running_loop().call_later(chance.uniform(0.1, 1.0), os.kill, killed.pid, signal.SIGKILL)
            await asyncio.to_thread(scene.start, killed, *keys)
            await asyncio.to_thread(killed.process.join, SECONDS)
    with scene.carrier() as last:
        await asyncio.to_thread(scene.start, last, *keys)
        runs = [scene.started[key] for key in keys]
        await come_to_rest(scene, runs)

    await check_family(scene, runs, 3)
