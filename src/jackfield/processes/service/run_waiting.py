"""Waiting for a run to end, or to rest."""

import asyncio
from typing import Final

from jackfield.kernel import (
    RunId,
)
from jackfield.processes.run_models import (
    RunState,
)
from jackfield.processes.running import Tools
from jackfield.processes.service.parts import Parts
from jackfield.processes.store import runs

_LOOK_SECONDS: Final = 0.5
"""Between two looks whether a run has ended that another process carries on."""


async def wait_for(parts: Parts, tools: Tools, run_id: RunId, seconds: float) -> None:
    """Until a run has ended or rests, or for so long."""
    ended = asyncio.Event()
    tools.waiters[run_id].append(ended)
    deadline = asyncio.get_running_loop().time() + seconds
    try:
        while (left := deadline - asyncio.get_running_loop().time()) > 0:
            try:
                async with asyncio.timeout(min(left, _LOOK_SECONDS)):
                    await ended.wait()
            except TimeoutError:
                run = await parts.read(lambda tx: runs.find_run(tx, run_id))
                if run is None or run.state not in {RunState.QUEUED, RunState.RUNNING, RunState.WAITING}:
                    return
            else:
                return
    finally:
        waiting = tools.waiters.get(run_id)
        if waiting is not None and ended in waiting:
            waiting.remove(ended)
            if not waiting:
                del tools.waiters[run_id]
