"""A server that is told to stop with a hundred calls under way (D63)."""

import asyncio
from collections.abc import Generator
from pathlib import Path

import pytest

from installation import open_house
from jackfield.db import Database
from jackfield.directory import Caller
from jackfield.kernel import Door, PersonId, RequestId
from jackfield.processes import RunState
from jackfield.settings import Limits
from processes.test_kill import set_up, step
from processes.yard import machine
from servers import ledger as ledgers
from servers.ledger import Ledger

COUNT = 100
LIMITS = Limits(
    runs_parallel_unit=2 * COUNT, calls_per_second_connection=5000, calls_parallel_connection=2 * COUNT, call_seconds=60
)


@pytest.fixture
def ledger() -> Generator[Ledger]:
    with ledgers.serve() as running:
        yield running


@pytest.mark.requirement("D63", "P6")
async def test_what_is_under_way_comes_to_its_outcome_nothing_new_begins_and_all_runs_go_on_later(
    database: Database, tmp_path: Path, ledger: Ledger
) -> None:
    async with open_house(database, tmp_path, LIMITS) as house:
        person, process = await set_up(house, ledger, machine(Once=step("once"), After=step("keyed")), None)
        principal = await house.parts.directory.find_principal(PersonId(person))
        assert principal is not None
        caller, runs = Caller(principal, Door.REST, RequestId("req_1")), house.parts.processes.runs
        ledger.lines.clear()
        ledger.holds = True
        loop = asyncio.get_running_loop()
        async with house.parts.engine.running():
            begun = [(await runs.start(caller, process, {})).row.run.id for _ in range(COUNT)]
            async with asyncio.timeout(30):
                while len(ledger.lines) < COUNT:  # noqa: ASYNC110  # they are counted in another thread
                    await asyncio.sleep(0.02)
            loop.call_later(1, setattr, ledger, "holds", False)
            told_to_stop = loop.time()
        assert loop.time() - told_to_stop < 30

        assert len(ledger.lines) == COUNT, "a step began after the server was told to stop"
        states = {(await runs.get_run(caller, one)).row.run.state for one in begun}
        assert states == {RunState.RUNNING}
        async with house.parts.engine.running():
            async with asyncio.timeout(60):
                for one in begun:
                    while (await runs.get_run(caller, one)).row.run.state is not RunState.SUCCEEDED:  # noqa: ASYNC110  # it is the engine's
                        await asyncio.sleep(0.05)
        for one in begun:
            sent = [line.target.split("/")[1] for line in ledger.lines if line.target.endswith(one)]
            assert sent == ["once", "keyed"]
