"""The executor of this process (mechanisms M20, M24)."""

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final

import structlog

from jackfield.db import Database, Transaction
from jackfield.engine import store
from jackfield.engine.models import Claim, Handler
from jackfield.kernel import Clock, new_id
from jackfield.settings import Limits

_log = structlog.get_logger(__name__)

_LOOK_SECONDS: Final = 1.0
"""How long work of other processes' making may be due before it is seen."""
_AGAIN_MS: Final = 10_000
"""Until work that failed inside Jackfield is tried again."""
_LEAVE_SECONDS: Final = 25.0
"""How long stopping waits for what is carried on to come to a place where it can be left (case D63)."""


@dataclass(slots=True)
class Reservation:
    """Room for one new piece of work in this process: `begin` or `give_back` must follow."""

    owner: str
    claim: Claim


class Engine:
    """Carries work on, as long as `running` lasts.

    Args:
        database: Holds the work.
        clock: Says what is due.
        limits: How much at the same time, and after what silence an executor is dead.
    """

    def __init__(self, database: Database, clock: Clock, limits: Limits) -> None:
        self._database = database
        self._clock = clock
        self._limits = limits
        self._handler: Handler | None = None
        self._id = ""
        self._active: dict[str, asyncio.Task[None]] = {}
        self._reserved: set[str] = set()
        self._strays: frozenset[str] = frozenset()
        """What was this process's at the last beat, and isn't carried on here."""
        self._of_unit: Counter[str] = Counter()
        self._wake = asyncio.Event()
        self._is_backlogged = False
        self._is_stopping = False
        self._hearers: dict[str, Callable[[], None]] = {}

    def handle_with(self, handler: Handler) -> None:
        """Say who knows what the work is; it stands above this."""
        self._handler = handler

    @property
    def is_running(self) -> bool:
        """Whether this process carries work on."""
        return bool(self._id) and not self._is_stopping

    @property
    def active(self) -> int:
        """How much is carried on just now."""
        return len(self._active)

    def now_ms(self) -> int:
        """The present moment, as work is due by."""
        return int(self._clock.now().timestamp() * 1000)

    # --- New work -----------------------------------------------------------------------------------------------------

    def reserve(self, work_id: str, unit: str) -> Reservation | None:
        """Room for new work that this process begins with at once; None: it is stored as due, and its turn comes."""
        if not self.is_running or not self._has_room(unit):
            return None
        self._reserved.add(work_id)
        self._of_unit[unit] += 1
        return Reservation(self._id, Claim(work_id, unit, 1, 0))

    def begin(self, reservation: Reservation) -> None:
        """Carry on what was stored under the reservation."""
        self._reserved.discard(reservation.claim.id)
        self._start(reservation.claim)

    def give_back(self, reservation: Reservation) -> None:
        """It was not stored after all."""
        self._reserved.discard(reservation.claim.id)
        self._free(reservation.claim.unit)

    def wake(self) -> None:
        """There may be something due now."""
        self._wake.set()

    def hear_nudges(self, work_id: str, hear: Callable[[], None]) -> None:
        """Have `hear` called whenever the work is nudged, as long as this process carries it on."""
        self._hearers[work_id] = hear

    def nudged(self, work_id: str) -> None:
        """Call it after the transaction that nudged work, so that it is heeded at once if it is here."""
        if (hear := self._hearers.get(work_id)) is not None:
            hear()
        else:
            self._wake.set()

    # --- The life of the executor -------------------------------------------------------------------------------------

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Carry work on while the block runs; then leave it where it can be left."""
        self._is_stopping = False
        await self._join()
        loops = [asyncio.create_task(one) for one in (self._look_about(), self._keep_beating())]
        try:
            yield
        finally:
            self._is_stopping = True
            for one in loops:
                one.cancel()
            await asyncio.wait(loops)
            await self._stop()

    async def _join(self) -> None:
        self._id = new_id("exe")
        executor, host, lives = self._id, socket.gethostname()[:100], self.now_ms()

        def work(tx: Transaction) -> int:
            now = store.now_ms(tx, lives)
            # One process owns a SQLite file: whoever else is written there is dead. Elsewhere silence is waited for.
            before = now + 1_000_000 if tx.is_sqlite else now - self._silence_ms
            freed = store.bury(tx, store.silent(tx, before, executor), now)
            store.join(tx, executor, host, now)
            return freed

        freed = await self._database.write(work)
        _log.info("engine.started", executor=executor, taken_over=freed)

    async def _stop(self) -> None:
        if self._handler is not None:
            self._handler.stop()
        if self._active:
            await asyncio.wait(self._active.values(), timeout=_LEAVE_SECONDS)
        for task in [*self._active.values()]:
            task.cancel()
        executor, now = self._id, self.now_ms()
        await self._database.write(lambda tx: store.leave(tx, executor, now))
        self._id = ""
        _log.info("engine.stopped", executor=executor)

    async def _keep_beating(self) -> None:
        while True:
            await asyncio.sleep(self._limits.heartbeat_seconds)
            try:
                await self._beat()
            except Exception as error:  # noqa: BLE001  # the next beat must come whatever went wrong with this one
                _log.warning("engine.no_beat", error=type(error).__name__)

    async def _beat(self) -> None:
        executor, lives = self._id, self.now_ms()

        here = frozenset(self._active) | self._reserved

        def work(tx: Transaction) -> tuple[bool, int, frozenset[str]]:
            now = store.now_ms(tx, lives)
            is_known = store.beat(tx, executor, now)
            freed = store.bury(tx, store.silent(tx, now - self._silence_ms, executor), now)
            strays = frozenset(store.owned(tx, executor)) - here
            # Stored as ours though we heard that it wasn't, or not left when it failed: twice in a row is no coincidence.
            freed += store.free(tx, executor, strays & self._strays, lives)
            return is_known, freed, strays

        is_known, freed, self._strays = await self._database.write(work)
        if freed:
            _log.warning("engine.took_over", work=freed)
            self._wake.set()
        if not is_known:
            # We were taken for dead: what we carried on is others' now, and what we write for it is refused.
            _log.error("engine.was_taken_for_dead", executor=executor)
            await self._join()

    # --- Claiming -----------------------------------------------------------------------------------------------------

    async def _look_about(self) -> None:
        while True:
            try:
                pause = await self._claim_due()
            except Exception as error:  # noqa: BLE001  # the next look must come whatever went wrong with this one
                _log.warning("engine.no_claim", error=type(error).__name__)
                pause = _LOOK_SECONDS
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._wake.wait()
            self._wake.clear()

    async def _claim_due(self) -> float:
        """Claim what is due and fits in; how long until it is worth another look."""
        due, nudged = await self._database.read(lambda tx: (store.next_due(tx), store.nudged(tx, self._id)))
        for work_id in nudged:
            if (hear := self._hearers.get(work_id)) is not None:
                hear()
        now = self.now_ms()
        if due is None or due > now:
            return _LOOK_SECONDS if due is None else min(_LOOK_SECONDS, (due - now) / 1000 + 0.001)
        if not self._room():
            self._is_backlogged = True
            return _LOOK_SECONDS
        claims = await self._database.write(lambda tx: self._claim(tx, now))
        for claim in claims:
            self._of_unit[claim.unit] += 1
            self._start(claim)
        self._is_backlogged = True
        return 0.0 if claims else _LOOK_SECONDS

    def _claim(self, tx: Transaction, now: int) -> list[Claim]:
        """In turn for the business units, those with the least under way first (weighted fair with equal weights)."""
        assert self._handler is not None
        units = sorted(store.units_with_work(tx), key=lambda unit: self._of_unit[unit])
        free = self._room()
        claims: list[Claim] = []
        for place, unit in enumerate(units):
            share = max(1, free // (len(units) - place))
            most = min(share, self._limits.runs_parallel_unit - self._of_unit[unit], free)
            if most > 0:
                found = store.claim(tx, unit, self._id, most, now)
                claims += found
                free -= len(found)
        if claims:
            self._handler.claimed(tx, claims)
        return claims

    def _room(self) -> int:
        return max(0, self._limits.runs_parallel - len(self._active) - len(self._reserved))

    def _has_room(self, unit: str) -> bool:
        return self._room() > 0 and self._of_unit[unit] < self._limits.runs_parallel_unit

    # --- Carrying on --------------------------------------------------------------------------------------------------

    def _start(self, claim: Claim) -> None:
        task = asyncio.get_running_loop().create_task(self._carry_on(claim), name=f"work-{claim.id}")
        self._active[claim.id] = task
        task.add_done_callback(lambda done: self._ended(claim, done))

    def _ended(self, claim: Claim, task: asyncio.Task[None]) -> None:
        if self._active.get(claim.id) is task:
            del self._active[claim.id]
            self._hearers.pop(claim.id, None)
        self._free(claim.unit)

    def _free(self, unit: str) -> None:
        self._of_unit[unit] -= 1
        if not self._of_unit[unit]:
            del self._of_unit[unit]
        if self._is_backlogged:
            self._is_backlogged = False
            self._wake.set()

    async def _carry_on(self, claim: Claim) -> None:
        assert self._handler is not None
        try:
            if claim.crashes >= self._limits.run_crashes:
                await self._handler.put_aside(claim)
            else:
                await self._handler.carry_on(claim)
        except Exception as error:  # noqa: BLE001  # one piece of work must not end the others
            _log.error("work.failed", work=claim.id, error=type(error).__name__, reason=str(error)[:300])
            now = self.now_ms()
            try:
                await self._database.write(lambda tx: store.postpone(tx, claim, now + _AGAIN_MS, now))
                self._wake.set()
            except Exception as second:  # noqa: BLE001  # it stays ours until we are restarted, or taken for dead
                _log.error("work.not_left", work=claim.id, error=type(second).__name__)

    @property
    def _silence_ms(self) -> int:
        return int(self._limits.silence_seconds * 1000)
