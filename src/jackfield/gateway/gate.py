"""One bad peer can't slow the others: limits, fairness and a circuit for each connection (cases D33, D37).

All of it lives on the event loop of one process and needs no lock.
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass

from jackfield.errors import LimitedError, RemoteUnavailableError
from jackfield.settings import Limits

_BURST = 2
"""Calls that may leave ahead of the even pace, so that any second sees at most the rate and this."""


class Gate:
    """Lets the calls of one connection through: so many at once, so many a second, callers in turn."""

    def __init__(self, limits: Limits, now: Callable[[], float] = time.monotonic) -> None:
        self._parallel = limits.calls_parallel_connection
        self._most_waiting = limits.calls_parallel
        self._interval = 1 / limits.calls_per_second_connection
        self._now = now
        self._active = 0
        self._due = 0.0
        """When the next call would leave at an even pace (the theoretical arrival time of GCRA, ITU-T I.371)."""
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}
        """In the order in which the callers have their turn."""
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_idle(self) -> bool:
        """Whether nobody is inside or waiting."""
        return not self._active and not self._waiting

    async def enter(self, who: str, *, seconds: float) -> None:
        """Wait for one's turn, which those who ask have one after the other; `leave` must follow.

        Raises:
            LimitedError: The turn didn't come within `seconds`, or too many wait for theirs.
        """
        if not self._waiting and self._may_pass():
            self._pass()
            return
        if sum(map(len, self._waiting.values())) >= self._most_waiting:
            raise LimitedError(
                f"this connection is busy: {self._most_waiting} calls wait for their turn; try again later",
                code="connection.busy",
                retry_after=1,
            )
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(who, deque()).append(turn)
        self._dispatch()
        try:
            async with asyncio.timeout(seconds):
                await turn
        except BaseException as error:
            self._abandon(who, turn)
            if isinstance(error, TimeoutError):
                raise LimitedError(
                    f"this connection is busy: no turn within {seconds:g} seconds; try again later",
                    code="connection.busy",
                    retry_after=1,
                ) from None
            raise

    def leave(self) -> None:
        """Make room for the next."""
        self._active -= 1
        if self._waiting:
            self._dispatch()

    def _may_pass(self) -> bool:
        return self._active < self._parallel and self._due - self._now() <= _BURST * self._interval

    def _pass(self) -> None:
        self._active += 1
        self._due = max(self._due, self._now()) + self._interval

    def _dispatch(self) -> None:
        while self._waiting and self._may_pass():
            who = next(iter(self._waiting))
            queue = self._waiting.pop(who)
            turn = queue.popleft()
            if queue:
                # To the end of the round: whoever asks a hundred times waits for whoever asks once.
                self._waiting[who] = queue
            if not turn.done():
                self._pass()
                turn.set_result(None)
        if self._waiting and self._active < self._parallel and self._timer is None:
            wait = max(0.0, self._due - self._now() - _BURST * self._interval)
            self._timer = asyncio.get_running_loop().call_later(wait, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self._dispatch()

    def _abandon(self, who: str, turn: asyncio.Future[None]) -> None:
        if turn.done() and not turn.cancelled():
            # The turn came in the same moment: hand it on.
            self.leave()
            return
        queue = self._waiting.get(who)
        if queue and turn in queue:
            queue.remove(turn)
            if not queue:
                del self._waiting[who]


class Circuit:
    """Spares a peer that keeps failing, and spares the callers the wait.

    Closed, it counts failures within a window; open, it refuses at once; after a pause it lets a single probe through.
    """

    def __init__(self, limits: Limits, now: Callable[[], float] = time.monotonic) -> None:
        self._threshold = limits.circuit_failures
        self._window = limits.circuit_window_seconds
        self._pause = limits.circuit_open_seconds
        self._now = now
        self._failures: deque[float] = deque(maxlen=self._threshold)
        self._open_until: float | None = None
        self._probes = 0
        self._probing: int | None = None
        """The number of the probe that is under way."""

    @property
    def is_idle(self) -> bool:
        """Whether forgetting it would change nothing."""
        return not self._failures and self._open_until is None

    def require_closed(self) -> int | None:
        """Pass, as the single probe if the pause is over; `gave_no_answer` must follow it.

        Returns:
            The number of the probe, None if it is none.

        Raises:
            RemoteUnavailableError: The circuit is open; `retry_after` says how long.
        """
        if self._open_until is None:
            return None
        left = self._open_until - self._now()
        if left > 0 or self._probing is not None:
            raise RemoteUnavailableError(
                "the system behind this connection failed several times in a row and is given a pause; try again later",
                code="circuit.open",
                retry_after=round(max(left, 1), 1),
            )
        self._probes += 1
        self._probing = self._probes
        return self._probing

    def succeeded(self) -> None:
        """The peer answered."""
        if self._failures:
            self._failures.clear()
        self._open_until = None
        self._probing = None

    def failed(self) -> None:
        """The peer did not answer, or not usefully."""
        now = self._now()
        self._failures.append(now)
        full = len(self._failures) == self._threshold and now - self._failures[0] <= self._window
        if self._probing is not None or full:
            self._open_until = now + self._pause
        self._probing = None

    def gave_no_answer(self, probe: int | None) -> None:
        """A call is over: if it was the probe and has learned nothing of the peer, the next may be it."""
        if probe is not None and self._probing == probe:
            self._probing = None


@dataclass(slots=True)
class RetryBudget:
    """Repeats are at most a tenth of the calls, so that retrying never becomes the load (ASVS 13.1.3)."""

    tokens: float = 10.0

    def earn(self) -> None:
        """A call was made."""
        self.tokens = min(10.0, self.tokens + 0.1)

    def spend(self) -> bool:
        """Take one repeat, if there is one left."""
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Gates:
    """The gates, circuits and budgets of all connections, and the limit over all of them."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._open: dict[str, tuple[Gate, Circuit, RetryBudget]] = {}
        self._active = 0
        self._watched: Counter[str] = Counter()

    def of(self, connection: str) -> tuple[Gate, Circuit, RetryBudget]:
        """Those of one connection."""
        found = self._open.get(connection)
        if found is None:
            if len(self._open) >= 10_000:
                self._forget_idle()
            found = self._open[connection] = (Gate(self._limits), Circuit(self._limits), RetryBudget())
        return found

    def through(self, connection: str, who: str, *, seconds: float) -> "Passage":
        """Pass the limits for one call: `async with` this.

        Raises:
            LimitedError: Too many calls are under way, here or in all.
            RemoteUnavailableError: The circuit is open.
        """
        return Passage(self, connection, who, seconds)

    async def enter(self, connection: str, who: str, *, seconds: float) -> tuple[Gate, Circuit, int | None]:
        """For `Passage` only; `leave` must follow."""
        gate, circuit, _ = self.of(connection)
        self._require_room()
        await gate.enter(who, seconds=seconds)
        try:
            # Whoever waits for his turn at one connection takes no room from the others: only now does he count.
            self._require_room()
            probe = circuit.require_closed()
        except BaseException:
            gate.leave()
            raise
        self._active += 1
        return gate, circuit, probe

    def leave(self, gate: Gate) -> None:
        """For `Passage` only."""
        gate.leave()
        self._active -= 1

    def _require_room(self) -> None:
        if self._active >= self._limits.calls_parallel:
            raise LimitedError(
                "too many calls are under way in this installation; try again later",
                code="calls.too_many",
                limit=self._limits.calls_parallel,
                retry_after=1,
            )

    @contextmanager
    def watching(self, connection: str) -> Generator[Circuit]:
        """Pass the limits for listening, which are its own: who listens for hours takes nobody's turn for a call.

        Raises:
            LimitedError: Too many listen, to this connection or in all.
            RemoteUnavailableError: The circuit is open.
        """
        most, in_all = self._limits.watches_parallel_connection, self._limits.watches_parallel
        if self._watched[connection] >= most or self._watched.total() >= in_all:
            raise LimitedError(
                "too many listen to this connection, or in this installation; it is looked at now and then instead",
                code="watches.too_many",
                limit=most if self._watched[connection] >= most else in_all,
            )
        _, circuit, _ = self.of(connection)
        probe = circuit.require_closed()
        self._watched[connection] += 1
        try:
            yield circuit
        finally:
            circuit.gave_no_answer(probe)
            self._watched[connection] -= 1
            self._watched += Counter()  # those that nobody listens to any more are forgotten

    def _forget_idle(self) -> None:
        for key in [key for key, (gate, circuit, _) in self._open.items() if gate.is_idle and circuit.is_idle]:
            del self._open[key]


class Passage:
    """One call's way through the limits. Not a generator's, which costs as much again as the way itself."""

    __slots__ = ("_circuit", "_connection", "_gate", "_gates", "_probe", "_seconds", "_who")

    def __init__(self, gates: Gates, connection: str, who: str, seconds: float) -> None:
        self._gates = gates
        self._connection = connection
        self._who = who
        self._seconds = seconds

    async def __aenter__(self) -> Circuit:
        self._gate, self._circuit, self._probe = await self._gates.enter(
            self._connection, self._who, seconds=self._seconds
        )
        return self._circuit

    async def __aexit__(self, *_raised: object) -> None:
        self._circuit.gave_no_answer(self._probe)
        self._gates.leave(self._gate)
