"""Deadlines for what is done thousands of times a second and hardly ever takes too long."""

import asyncio
import math
from types import TracebackType

TICK_SECONDS = 0.02


class Deadlines:
    """Makes deadlines that do what `asyncio.timeout_at` does, and share one timer: a third of the CPU.

    What is over ends at the next fiftieth of a second. For one event loop.
    """

    def __init__(self) -> None:
        self._due: dict[int, set[Deadline]] = {}
        """By the tick at which they are over."""
        self._next_tick = 0
        self._timer: asyncio.TimerHandle | None = None

    def at(self, when: float) -> "Deadline":
        """A deadline on the event loop's clock, for one `with` block.

        What is awaited in the block is cancelled then, and the block ends with a `TimeoutError`.
        """
        return Deadline(self, math.ceil(when / TICK_SECONDS))

    def add(self, deadline: "Deadline") -> None:
        """For `Deadline` only."""
        tick = deadline.tick
        due = self._due.get(tick)
        if due is None:
            due = self._due[tick] = set()
        due.add(deadline)
        if self._timer is None or tick < self._next_tick:
            self._wait_for(tick)

    def remove(self, deadline: "Deadline") -> None:
        """For `Deadline` only."""
        due = self._due.get(deadline.tick)
        if due is not None:
            due.discard(deadline)
            if not due:
                del self._due[deadline.tick]

    def _wait_for(self, tick: int) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._next_tick = tick
        self._timer = asyncio.get_running_loop().call_at(tick * TICK_SECONDS, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        for tick in [tick for tick in self._due if tick <= self._next_tick]:
            for deadline in self._due.pop(tick):
                deadline.expire()
        if self._due:
            self._wait_for(min(self._due))


class Deadline:
    """One block's deadline."""

    __slots__ = ("_all", "_cancelling", "_is_over", "_task", "tick")

    def __init__(self, deadlines: Deadlines, tick: int) -> None:
        self.tick = tick
        self._all = deadlines
        self._is_over = False

    def __enter__(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self._cancelling = task.cancelling()
        self._all.add(self)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if not self._is_over:
            self._all.remove(self)
        elif self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            # Nobody else wanted it cancelled.
            raise TimeoutError from error

    def expire(self) -> None:
        """For `Deadlines` only."""
        self._is_over = True
        self._task.cancel()
