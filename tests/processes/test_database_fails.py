"""The database crashes again and again while servers carry runs on: they all go on once it is back (D58)."""

import asyncio
import random
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest

from jackfield.db import Database
from jackfield.migrations import upgrade
from processes.test_kill import a_scene, check_history, come_to_rest, mend, results, slowly
from servers import ledger as ledgers
from servers import postgres
from servers.ledger import Ledger, Line


@pytest.fixture
def ledger() -> Generator[Ledger]:
    with ledgers.serve() as running:
        yield running


async def the_database_crashes(
    folder: Path, ledger: Ledger, *, servers: int, count: int, crashes: int, pause: tuple[float, float], seconds: int
) -> None:
    chance = random.Random(17)
    with postgres.own_cluster("", "") as cluster:
        opened = Database.open(cluster.admin)
        upgrade(opened)
        scene = await a_scene(opened, folder, ledger, slowly(seconds))
        opened.close()
        keys = [f"key-{number}" for number in range(count)]
        with ExitStack() as several:
            carriers = [several.enter_context(scene.carrier()) for _ in range(servers)]
            for place, one in enumerate(carriers):
                await asyncio.to_thread(scene.start, one, *keys[place::servers])
            assert len(scene.started) == count
            for _ in range(crashes):
                await asyncio.sleep(chance.uniform(*pause))
                await asyncio.to_thread(cluster.stop_at_once)
                await asyncio.sleep(chance.uniform(0.2, 2))
                await asyncio.to_thread(cluster.start_again)
            runs = [scene.started[key] for key in keys]
            # Within a minute of the last recovery (come_to_rest waits no longer).
            await come_to_rest(scene, runs)
            async with scene.looked_at() as (parts, _):
                before = await results(parts, runs)
            await mend(scene, runs)
            await come_to_rest(scene, runs)
            assert all(one.process.is_alive() for one in carriers), "a server crashed"
        for run in runs:
            if not scene.sent("once", run):
                ledger.lines.append(Line("POST", f"/once/{run}", ""))  # whoever mended it did it himself
        await check_history(scene, runs, before)


@pytest.mark.requirement("D58", "P6")
async def test_runs_go_on_when_the_database_crashed_under_them(tmp_path: Path, ledger: Ledger) -> None:
    await the_database_crashes(tmp_path, ledger, servers=2, count=10, crashes=2, pause=(0.5, 2), seconds=1)


@pytest.mark.full
@pytest.mark.requirement("D58")
@pytest.mark.timeout(3600)
async def test_a_thousand_runs_go_on_while_the_database_crashes_for_ten_minutes(tmp_path: Path, ledger: Ledger) -> None:
    await the_database_crashes(tmp_path, ledger, servers=3, count=1000, crashes=30, pause=(10, 30), seconds=140)
