"""What a server process does beside its main work."""

import asyncio
import ctypes
import gc
import sys
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any


def settle_memory() -> None:
    """Give back what starting needed, and keep the garbage collector from what was made up to now and stays to the end.

    Walking it all would stop every call for some 100 ms, once in a few thousand calls.
    """
    gc.collect()
    _give_memory_back()
    gc.freeze()
    gc.set_threshold(5_000, 20, 20)


def _give_memory_back() -> None:
    """What nobody holds any more: two megabytes, which glibc would keep for later."""
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)


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
