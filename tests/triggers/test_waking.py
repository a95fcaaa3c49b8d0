"""Whoever watches triggers looks at once when something became due, whoever says so."""

import asyncio
from threading import Semaphore, Thread

import pytest

from jackfield.triggers.service.waking import Wake


@pytest.mark.requirement("P5")
async def test_who_waits_is_woken_from_another_thread_although_nothing_else_happens() -> None:
    wake, is_idle = Wake(), Semaphore(0)

    def set_once_idle() -> None:
        is_idle.acquire()
        wake.set()

    for _ in range(20):
        thread = Thread(target=set_once_idle)
        thread.start()
        async with asyncio.timeout(20):
            asyncio.get_running_loop().call_soon(is_idle.release)  # the last thing that happens here before it waits
            await wake.wait()
        wake.clear()
        thread.join()


@pytest.mark.requirement("P5")
async def test_what_became_due_before_anybody_waited_is_not_forgotten() -> None:
    wake = Wake()
    wake.set()
    async with asyncio.timeout(20):
        await wake.wait()
