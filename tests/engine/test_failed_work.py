"""Work that fails inside Jackfield: tried again later, or at once where something came for it meanwhile."""

import asyncio
from collections.abc import Sequence

import pytest

from directory.house import HandClock
from jackfield.db import Database, Statements
from jackfield.engine import Claim, Engine, add_work, nudge_work, remove_work
from jackfield.settings import Limits

WORK = Claim("run_1", "bu_1", 0, 0)


class Stumbling:
    """Fails the first time, while somebody nudges what it carries on; does it the next time."""

    def __init__(self, database: Database, engine: Engine) -> None:
        self._database = database
        self._engine = engine
        self._is_first = True
        self.is_done = asyncio.Event()

    def claimed(self, tx: Statements, claims: Sequence[Claim]) -> None:
        """Nothing is to be noted."""

    async def carry_on(self, claim: Claim) -> None:
        if self._is_first:
            self._is_first = False
            await self._database.write(lambda tx: nudge_work(tx, claim.id, self._engine.now_ms()))
            raise ValueError("it can't be read")

        def remove(tx: Statements) -> None:
            remove_work(tx, claim)

        await self._database.write(remove)
        self.is_done.set()

    async def put_aside(self, claim: Claim) -> None:
        raise AssertionError(claim)

    def stop(self) -> None:
        """Nothing takes long."""


@pytest.mark.requirement("P6", "D63")
async def test_work_that_was_nudged_while_it_failed_is_tried_again_at_once(database: Database) -> None:
    # The clock stands still: what is left for later never comes.
    engine = Engine(database, HandClock(), Limits())
    handler = Stumbling(database, engine)
    engine.handle_with(handler)
    await database.write(lambda tx: add_work(tx, WORK, owner=None, due_ms=engine.now_ms()))

    async with engine.running(), asyncio.timeout(30):
        await handler.is_done.wait()
