"""Having whoever watches look at once."""

import asyncio


class Wake:
    """An event of the event loop it was made in, which may be set from any thread, as behind a transaction."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()

    def set(self) -> None:
        """Say that something became due that nobody waits for."""
        # asyncio's own events belong to the thread of their loop: set from another they may wake nobody.
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._event.set)

    def clear(self) -> None:
        """What comes from now on is news."""
        self._event.clear()

    async def wait(self) -> None:
        """Until something became due."""
        await self._event.wait()
