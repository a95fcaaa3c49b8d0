"""Looking about: whose time has come gets its turn, from one server process at a time (D61).

A turn is claimed with a lease and a fencing number. The lease is renewed for as long as the turn goes on, and given back
where the process stops in order; where it is killed, others look after a minute. Whoever was overtaken all the same stores
nothing of what he found: the events, and how far was looked, are stored in one transaction that asks for the number.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from jackfield.db import Transaction
from jackfield.errors import HubError, Kind
from jackfield.triggers.errors import TurnLostError
from jackfield.triggers.kinds import TriggerKind
from jackfield.triggers.models import Trigger, Trouble
from jackfield.triggers.service import files, mails, schedules
from jackfield.triggers.service.arrivals import Stored
from jackfield.triggers.service.listening import Listening
from jackfield.triggers.service.parts import TURN_LEASE, Parts
from jackfield.triggers.service.starting import start_due, start_run
from jackfield.triggers.store import events, records
from jackfield.triggers.store.records import Kept

_log = structlog.get_logger(__name__)

_RENEW_EVERY: Final = timedelta(seconds=15)
_LOOK_SECONDS: Final = 1.0
_AT_ONCE: Final = 16
_FORGET_EVERY: Final = timedelta(minutes=10)
_FORGET_AT_ONCE: Final = 1000
_LONGEST_PAUSE: Final = timedelta(hours=1)
_FIRST_PAUSE: Final = timedelta(seconds=30)

Turn = Callable[[Parts, Kept], Awaitable[Sequence[Stored]]]
TURNS: Final[Mapping[TriggerKind, Turn]] = {
    TriggerKind.SCHEDULE: schedules.take_turn,
    TriggerKind.MAIL: mails.take_turn,
    TriggerKind.FILE: files.take_turn,
}
"""What each kind does when its time has come; those that aren't here wait for others to come to them."""


class Watch:
    """Looks about in this server process."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._turns: dict[asyncio.Task[None], Trigger] = {}
        self._claiming: asyncio.Task[None] | None = None
        self._listening = Listening(parts)
        self._forgotten_at: datetime | None = None

    async def keep(self) -> None:
        """Look about until cancelled; whatever goes wrong, the next look comes."""
        # Beside the looks, for those may take long.
        renewing = asyncio.create_task(self._keep_renewing())
        try:
            while True:
                try:
                    await self._listening.tend()
                    await self.look_about()
                    await self._forget_sometimes()
                except Exception as error:  # noqa: BLE001  # the next look must come whatever went wrong in this one
                    _log.warning("triggers.no_look", error=type(error).__name__)
                try:
                    async with asyncio.timeout(_LOOK_SECONDS):
                        await self._parts.wake.wait()
                except TimeoutError:
                    pass
                self._parts.wake.clear()
        finally:
            renewing.cancel()
            await asyncio.wait([renewing])

    async def look_about(self) -> None:
        """Begin the turns of the triggers that are due, and start the runs that are."""
        now, room = self._parts.clock.now(), _AT_ONCE - len(self._turns)
        due = await self._parts.read(records.next_due)
        if due is not None and due <= now and room > 0:
            # Whoever is cancelled here may have claimed some already: they are to be begun, for `close` to give them back.
            self._claiming = asyncio.create_task(self._claim(now, room))
            await asyncio.shield(self._claiming)
        while await start_due(self._parts):
            pass

    async def settle(self) -> None:
        """Look about, and wait until every turn is over that this began."""
        await self.look_about()
        while self._turns:
            await asyncio.wait(self._turns)
        while await start_due(self._parts):
            pass

    async def close(self) -> None:
        """Break off every turn, and listen no longer; what was found and not stored is found again."""
        await self._listening.close()
        if self._claiming is not None:
            await asyncio.wait([self._claiming])
        broken_off = dict(self._turns)
        if not broken_off:
            return
        for task in broken_off:
            task.cancel()
        await asyncio.wait(broken_off)
        try:
            await self._parts.database.write(lambda tx: records.renew_turns(tx, broken_off.values(), None))
        except Exception as error:  # noqa: BLE001  # the process ends all the same, and its leases run out
            _log.warning("triggers.not_given_back", error=type(error).__name__)

    async def _claim(self, now: datetime, room: int) -> None:
        claimed = await self._parts.database.write(lambda tx: records.claim_due(tx, now, now + TURN_LEASE, room))
        for kept in claimed:
            task = asyncio.create_task(self._turn(kept))
            self._turns[task] = kept.trigger
            task.add_done_callback(self._turns.pop)

    async def _turn(self, kept: Kept) -> None:
        trigger = kept.trigger
        try:
            stored = await TURNS[trigger.kind](self._parts, kept)
            await start_stored(self._parts, kept, stored)
        except TurnLostError:
            _log.info("trigger.turn_lost", trigger_id=trigger.id)
        except HubError as error:
            await self._note(kept, error)
        except Exception as error:  # noqa: BLE001  # one trigger must not keep the others from their turns
            _log.error("trigger.failed", trigger_id=trigger.id, error=type(error).__name__)
            await self._note(kept, None)

    async def _note(self, kept: Kept, error: HubError | None) -> None:
        """It couldn't look: it keeps its place, and tries again later (C13, C14)."""
        trigger, now = kept.trigger, self._parts.clock.now()
        if error is None:
            trouble = Trouble("server.failed", "it failed inside Jackfield; the server's log has the reason", now)
        else:
            trouble = Trouble(error.code, error.message, now)
        pause = min(_FIRST_PAUSE * 2 ** min(trigger.failures, 8), _LONGEST_PAUSE)
        if error is not None and error.kind is Kind.FEATURE_OFF:
            # Nothing was asked of the other side, and when it is on again all is to be back (C13).
            pause = _FIRST_PAUSE

        def work(tx: Transaction) -> None:
            now_kept = records.find_trigger(tx, trigger.id)
            place = trigger.place if now_kept is None else now_kept.trigger.place
            records.end_turn(tx, trigger, place=place, due_at=now + pause, trouble=trouble)

        try:
            await self._parts.database.write(work)
        except TurnLostError:
            _log.info("trigger.turn_lost", trigger_id=trigger.id)

    async def forget(self) -> None:
        """Forget what has outlived its time."""
        now = self._parts.clock.now()
        before = now - self._parts.limits.trigger_memory
        while await self._parts.database.write(
            lambda tx: events.forget(tx, events_before=before, marks_before=now, limit=_FORGET_AT_ONCE)
        ):
            pass

    async def _keep_renewing(self) -> None:
        renewed_at = self._parts.clock.now()
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            now, turns = self._parts.clock.now(), list(self._turns.values())
            if not turns or now - renewed_at < _RENEW_EVERY:
                continue
            renewed_at = now
            try:
                await self._parts.database.write(
                    lambda tx, now=now, turns=turns: records.renew_turns(tx, turns, now + TURN_LEASE)
                )
            except Exception as error:  # noqa: BLE001  # there is time for two more before a lease runs out
                _log.warning("triggers.not_renewed", error=type(error).__name__)

    async def _forget_sometimes(self) -> None:
        now = self._parts.clock.now()
        if self._forgotten_at is None or now - self._forgotten_at >= _FORGET_EVERY:
            self._forgotten_at = now
            await self.forget()


async def start_stored(parts: Parts, kept: Kept, stored: Sequence[Stored]) -> None:
    """Start the runs of events just stored, in their order."""
    for one in stored:
        if one.event_id is not None and one.input is not None:
            await start_run(parts, kept.trigger, one.event_id, one.input, 0)
