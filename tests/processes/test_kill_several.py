"""Several server processes on PostgreSQL, killed one after another, and two at once (D54, D59)."""

import asyncio
import os
import random
import signal
from collections.abc import AsyncGenerator, Generator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import pytest

from jackfield.db import Database
from processes.test_kill import Carrier, Scene, a_scene, check_history, come_to_rest, mend, results, slowly
from servers import ledger as ledgers
from servers import postgres
from servers.ledger import Ledger, Line


@pytest.fixture
def ledger() -> Generator[Ledger]:
    with ledgers.serve() as running:
        yield running


@asynccontextmanager
async def a_scene_on_postgres(template: str, folder: Path, ledger: Ledger, seconds: int) -> AsyncGenerator[Scene]:
    with postgres.fresh_database(template) as url:
        opened = Database.open(url)
        scene = await a_scene(opened, folder, ledger, slowly(seconds))
        opened.close()
        yield scene


async def start_at_all(scene: Scene, carriers: list[Carrier], keys: list[str]) -> list[str]:
    for place, one in enumerate(carriers):
        await asyncio.to_thread(scene.start, one, *keys[place :: len(carriers)])
    return [scene.started[key] for key in keys]


async def kill(*carriers: Carrier) -> None:
    for one in carriers:
        os.kill(one.pid, signal.SIGKILL)
    for one in carriers:
        await asyncio.to_thread(one.process.join, 20)


async def bring_to_an_end(scene: Scene, runs: list[str]) -> None:
    """Everything ends within a minute, and a person says that what nobody knows of was done."""
    await come_to_rest(scene, runs)
    async with scene.looked_at() as (parts, _):
        before = await results(parts, runs)
    await mend(scene, runs)
    await come_to_rest(scene, runs)
    for run in runs:
        if not scene.sent("once", run):
            scene.ledger.lines.append(Line("POST", f"/once/{run}", ""))  # whoever mended it did it himself
    await check_history(scene, runs, before)


@pytest.mark.requirement("D59", "P6")
@pytest.mark.parametrize("count", [12, pytest.param(300, marks=[pytest.mark.full, pytest.mark.timeout(1800)])])
async def test_runs_of_a_server_that_dies_go_on_elsewhere_and_those_of_two_that_die_at_once(
    postgres_template: str, tmp_path: Path, ledger: Ledger, count: int
) -> None:
    async with a_scene_on_postgres(postgres_template, tmp_path, ledger, 1) as scene:
        with ExitStack() as several:
            carriers = [several.enter_context(scene.carrier()) for _ in range(4)]
            first = await start_at_all(scene, carriers[:3], [f"first-{n}" for n in range(count)])
            await kill(carriers[0])
            await bring_to_an_end(scene, first)
            second = await start_at_all(scene, carriers[1:3], [f"second-{n}" for n in range(count)])
            await kill(*carriers[1:3])
            await bring_to_an_end(scene, second)


async def killed_in_turn(scene: Scene, *, count: int, kills: int, pause: tuple[float, float]) -> None:
    chance = random.Random(23)
    with ExitStack() as several:
        carriers = [several.enter_context(scene.carrier()) for _ in range(4)]
        runs = await start_at_all(scene, carriers, [f"key-{n}" for n in range(count)])
        for _ in range(kills):
            await asyncio.sleep(chance.uniform(*pause))
            place = chance.randrange(len(carriers))
            await kill(carriers[place])
            carriers[place] = several.enter_context(scene.carrier())
        await bring_to_an_end(scene, runs)


@pytest.mark.requirement("D54", "P6")
async def test_four_servers_that_are_killed_in_turn_lose_nothing(
    postgres_template: str, tmp_path: Path, ledger: Ledger
) -> None:
    async with a_scene_on_postgres(postgres_template, tmp_path, ledger, 1) as scene:
        await killed_in_turn(scene, count=20, kills=4, pause=(0.1, 0.6))


@pytest.mark.full
@pytest.mark.requirement("D54")
@pytest.mark.timeout(3600)
async def test_four_servers_that_are_killed_two_hundred_times_lose_none_of_a_thousand_runs(
    postgres_template: str, tmp_path: Path, ledger: Ledger
) -> None:
    async with a_scene_on_postgres(postgres_template, tmp_path, ledger, 60) as scene:
        await killed_in_turn(scene, count=1000, kills=200, pause=(0.5, 2))
