"""Blocking drivers beside the event loop."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

T = TypeVar("T")

GRACE_SECONDS: Final = 3.0
"""How long one waits for a thread that was told to stop."""


async def in_thread(work: Callable[[], T], stop: Callable[[], Awaitable[None]]) -> T:
    """Run `work` in a thread of its own, so that slow databases don't keep others waiting for a thread of a pool.

    When this is cancelled, `stop` must make `work` end; the cancellation goes on once it has.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if done.cancelled():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # pyright: ignore[reportArgumentType]  # None is a T when there is no error

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except BaseException as caught:  # noqa: BLE001  # handed to whoever awaits
            error = caught
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, name="sql", daemon=True).start()
    try:
        return await asyncio.shield(done)
    except asyncio.CancelledError:
        ending = asyncio.ensure_future(_end(done, stop))
        _ENDING.add(ending)
        ending.add_done_callback(_ENDING.discard)
        await asyncio.shield(ending)
        raise


_ENDING: set[asyncio.Future[None]] = set()
"""Kept from being collected when the one who waits is cancelled once more."""


async def _end(done: asyncio.Future[T], stop: Callable[[], Awaitable[None]]) -> None:
    try:
        await stop()
    finally:
        await asyncio.wait([done], timeout=GRACE_SECONDS)
        if done.done() and not done.cancelled():
            done.exception()  # seen; the cancellation is what counts
