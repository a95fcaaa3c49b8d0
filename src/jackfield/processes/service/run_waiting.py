"""Waiting for a run to end, or to rest."""

import asyncio
from typing import Final

from jackfield.kernel import RunId
from jackfield.processes.run_models import EndedRun, RunState
from jackfield.processes.running import Tools
from jackfield.processes.service.parts import Parts
from jackfield.processes.store import runs

_LOOK_SECONDS: Final = 0.5
"""Between two looks whether a run has ended that another process carries on."""


async def wait_for(parts: Parts, tools: Tools, run_id: RunId, seconds: float) -> EndedRun | None:
    """Until a run has ended or rests, or for so long; how it ended, where this process has ended it."""
    loop = asyncio.get_running_loop()
    woken: asyncio.Future[EndedRun | None] = loop.create_future()
    tools.waiters[run_id].append(woken)
    deadline = loop.time() + seconds
    try:
        while (left := deadline - loop.time()) > 0:
            await asyncio.wait({woken}, timeout=min(left, _LOOK_SECONDS))
            if woken.done():
                return woken.result()
            run = await parts.read(lambda tx: runs.find_run(tx, run_id))
            if run is None or run.state not in {RunState.QUEUED, RunState.RUNNING, RunState.WAITING}:
                return None
        return None
    finally:
        waiting = tools.waiters.get(run_id)
        if waiting is not None and woken in waiting:
            waiting.remove(woken)
            if not waiting:
                del tools.waiters[run_id]
