"""A server process that carries runs on, to be killed: all parts as the server has them, without its HTTP door.

It says `None` once it is ready, then takes keys, starts a run for each, and answers with the run's id; of `approve TASK`, it
approves the task, if it still can, and says the same back. With a point, as
`before:open` or `after:done`, it kills itself before or after the commit with which one more step `Once` is open, or done;
with `before:reminded` or `after:reminded`, that with which somebody is reminded of one more task.
"""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

from jackfield.bootstrap import assemble
from jackfield.db import Database, Statements, Transaction
from jackfield.directory import Caller
from jackfield.kernel import Door, PersonId, RequestId, TaskId, new_id
from jackfield.processes import Answer, TaskDecision, TaskEndedError
from jackfield.settings import Limits, read_settings

T = TypeVar("T")
LIMITS = Limits(
    heartbeat_seconds=0.3, silence_seconds=2, calls_per_second_connection=5000, calls_parallel_connection=200
)


class DyingDatabase(Database):
    """Takes its process down at a point."""

    _when = ""
    _count = ""
    _at_first = 0

    async def die_at(self, point: str) -> None:
        """From here on, where there is a point."""
        when, _, what = point.partition(":")
        if what:
            self._count = (
                "SELECT count(*) FROM notices WHERE kind = 'task.reminded'"
                if what == "reminded"
                else f"SELECT count(*) FROM run_steps WHERE name = 'Once' AND status = '{what}'"
            )
            self._at_first = await self.read(self._counted)
            self._when = when

    def _counted(self, tx: Any) -> int:
        return tx.run(self._count)[0]

    async def write(self, work: Callable[[Transaction], T]) -> T:
        return await self._dying(super().write, work)

    async def write_statements(self, work: Callable[[Statements], T]) -> T:
        return await self._dying(super().write_statements, work)

    async def _dying(self, write: Callable[[Callable[[Any], T]], Awaitable[T]], work: Callable[[Any], T]) -> T:
        is_reached = False

        def done(tx: Any) -> T:
            nonlocal is_reached
            result = work(tx)
            is_reached = bool(self._when) and self._counted(tx) > self._at_first
            if is_reached and self._when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        result = await write(done)
        if is_reached:
            os.kill(os.getpid(), signal.SIGKILL)
        return result


async def _carry(
    folder: Path, url: str, person: str, process: str, *, point: str, talk: "Connection[str | None, str]"
) -> None:
    database = DyingDatabase.open(url)
    assert isinstance(database, DyingDatabase)
    settings = read_settings(data_dir=folder / "data", key_file=folder / "keys" / "keys.json", limits=LIMITS)
    async with assemble(settings, database) as parts, parts.engine.running():
        principal = await parts.directory.find_principal(PersonId(person))
        assert principal is not None
        await database.die_at(point)
        talk.send(None)
        loop = asyncio.get_running_loop()
        while key := await loop.run_in_executor(None, talk.recv):
            caller = Caller(principal, Door.REST, RequestId(new_id("req")))
            if key.startswith("approve "):
                with suppress(TaskEndedError):
                    await parts.processes.tasks.decide(caller, TaskId(key.split()[1]), Answer(TaskDecision.APPROVED))
                talk.send(key)
                continue
            view = await parts.processes.runs.start(caller, process, {"key": key}, key=key)
            talk.send(view.row.run.id)
    database.close()


def carry(
    folder: Path, url: str, person: str, process: str, *, point: str, talk: "Connection[str | None, str]"
) -> None:
    """The whole life of one."""
    asyncio.run(_carry(folder, url, person, process, point=point, talk=talk))
