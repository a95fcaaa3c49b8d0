"""What a server process does beside its main work."""

import asyncio
import gc
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any


def spare_collector() -> None:
    """Keep the garbage collector from what was made up to now, which stays to the end.

    Walking it all stops every call for some 100 ms, once in a few thousand calls.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 20, 20)


@asynccontextmanager
async def beside(*work: Coroutine[Any, Any, None]) -> AsyncGenerator[None]:
    """Do work while the block runs, and end it with the block."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
