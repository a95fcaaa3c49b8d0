"""Hearing at once of what triggers look for, from systems that tell: a hint to look now, and nothing else depends on it.

Each trigger is listened for by one server process, which holds a lease of it. What it hears makes the trigger due; its turn
then looks as it always does, and as it goes on doing now and then. So nothing is lost and nothing doubled, whatever
becomes of a connection that stays open.
"""

import asyncio
import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from jackfield.connectors import NOT_OFFERED
from jackfield.db import Transaction
from jackfield.errors import HubError, Kind, MisconfiguredError
from jackfield.kernel import TriggerId, new_id
from jackfield.triggers.kinds import Mail, TriggerKind
from jackfield.triggers.models import Trigger
from jackfield.triggers.service.connecting import looker
from jackfield.triggers.service.parts import Parts
from jackfield.triggers.store import listeners

_log = structlog.get_logger(__name__)

LEASE: Final = timedelta(seconds=60)
_RENEW_EVERY: Final = timedelta(seconds=20)
_FIRST_PAUSE_SECONDS: Final = 2.0
_LONGEST_PAUSE_SECONDS: Final = 600.0
_NOT_OFFERED_SECONDS: Final = 6 * 3600.0
"""Until a server is asked again that tells nothing."""
_AGAIN_SECONDS: Final = 2.0
"""At most, between two sessions; random, so that not all sign in at once."""
_UNTIL_CHANGED: Final = frozenset({Kind.FEATURE_OFF, Kind.CONFLICT})
"""Nothing is asked of the other side before somebody has changed something here."""


@dataclass(slots=True)
class _Listener:
    """One trigger that this process listens for."""

    trigger: Trigger
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    """Something was changed in the installation, perhaps what it waits for."""
    is_open: bool = False
    task: "asyncio.Task[None] | None" = None


class Listening:
    """Listens in this server process."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._id = new_id("lsn")
        self._listeners: dict[TriggerId, _Listener] = {}
        self._epoch = -1
        self._renewed_at: datetime | None = None
        self._has_begun = False

    async def tend(self) -> None:
        """Listen for what there is to listen for, and no longer for what there isn't; costs next to nothing mostly."""
        now = self._parts.clock.now()
        # Whatever begins or ends listening changes what somebody may do, or uses a connection otherwise (C13, C15).
        epoch = await self._parts.read(Transaction.policy_epoch)
        is_over = self._renewed_at is None or now - self._renewed_at >= _RENEW_EVERY
        if epoch == self._epoch and not is_over:
            return
        self._has_begun = True
        wanted = await self._wanted(now)
        held = await self._hold(wanted, now)
        await self._stop([one for one in self._listeners if one not in held or _differs(self._listeners[one], wanted)])
        for trigger_id in sorted(held):
            if trigger_id not in self._listeners:
                self._start(wanted[trigger_id])
        if epoch != self._epoch:
            for one in self._listeners.values():
                one.changed.set()
        self._epoch, self._renewed_at = epoch, now

    async def close(self) -> None:
        """Listen no longer; others may at once."""
        if not self._has_begun:
            return
        try:
            await self._stop([*self._listeners])
            await self._parts.database.write(lambda tx: listeners.let_go(tx, self._id))
        except Exception as error:  # noqa: BLE001  # the process ends all the same, and its leases run out
            _log.warning("triggers.not_let_go", error=type(error).__name__)

    async def _wanted(self, now: datetime) -> Mapping[TriggerId, Trigger]:
        found = await self._parts.read(lambda tx: listeners.list_mine_or_free(tx, self._id, {TriggerKind.MAIL}, now))
        wanted = {one.id: one for one in found if isinstance(one.settings, Mail) and one.settings.listen}
        # Those that it has first: there is room for so many, and others may have some.
        order = sorted(wanted, key=lambda one: one not in self._listeners)
        return {one: wanted[one] for one in order[: self._parts.limits.watches_parallel]}

    async def _hold(self, wanted: Mapping[TriggerId, Trigger], now: datetime) -> set[TriggerId]:
        if not wanted:
            return set()
        return await self._parts.database.write(lambda tx: listeners.hold(tx, self._id, wanted, now, now + LEASE))

    def _start(self, trigger: Trigger) -> None:
        one = self._listeners[trigger.id] = _Listener(trigger)
        one.task = asyncio.create_task(self._keep_listening(one))

    async def _stop(self, ids: list[TriggerId]) -> None:
        if not ids:
            return
        stopped = [self._listeners.pop(one) for one in ids]
        tasks = [one.task for one in stopped if one.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await self._parts.database.write(lambda tx: listeners.let_go(tx, self._id, ids))

    async def _keep_listening(self, one: _Listener) -> None:
        telling = asyncio.create_task(self._keep_telling(one))
        failures = 0
        try:
            while True:
                one.changed.clear()
                try:
                    await self._listen(one)
                    error, failures = None, 0
                except HubError as found:
                    error = found
                    failures = 1 if one.is_open else failures + 1
                except Exception as found:  # noqa: BLE001  # it listens again, whatever went wrong
                    _log.error("trigger.listening_failed", trigger_id=one.trigger.id, error=type(found).__name__)
                    error, failures = (
                        _failed(),
                        failures + 1,
                    )
                if error is not None:
                    await self._note_deaf(one, error)
                one.is_open = False
                await _pause(one, error, failures)
        finally:
            telling.cancel()
            await asyncio.wait([telling])

    async def _listen(self, one: _Listener) -> None:
        settings = one.trigger.settings
        assert isinstance(settings, Mail)
        look = await looker(self._parts, one.trigger)
        await look.listen("arrivals", one.heard.set, folder=settings.folder)

    async def _keep_telling(self, one: _Listener) -> None:
        """Make the trigger due each time that something was heard; a failure to do so is made up for."""
        while True:
            await one.heard.wait()
            one.heard.clear()
            now, is_first = self._parts.clock.now(), not one.is_open
            try:
                await self._parts.database.write(
                    lambda tx, now=now, is_first=is_first: listeners.note_heard(
                        tx, self._id, one.trigger.id, now, is_first=is_first
                    )
                )
            except Exception as error:  # noqa: BLE001  # what was heard must not be forgotten, whatever went wrong
                _log.warning("trigger.not_told", trigger_id=one.trigger.id, error=type(error).__name__)
                await asyncio.sleep(_FIRST_PAUSE_SECONDS)
                one.heard.set()
            else:
                one.is_open = True
                self._parts.wake.set()

    async def _note_deaf(self, one: _Listener, error: HubError) -> None:
        _log.info("trigger.deaf", trigger_id=one.trigger.id, code=error.code)
        settings: Any = one.trigger.settings
        due_at = self._parts.clock.now() + timedelta(seconds=settings.every_seconds)
        with suppress(HubError):
            await self._parts.database.write(lambda tx: listeners.note_deaf(tx, self._id, one.trigger.id, due_at))


def _failed() -> HubError:
    return MisconfiguredError("it failed inside Jackfield; the server's log has the reason", code="server.failed")


def _differs(one: _Listener, wanted: Mapping[TriggerId, Trigger]) -> bool:
    now = wanted.get(one.trigger.id)
    return now is None or _rests_on(now) != _rests_on(one.trigger)


def _rests_on(trigger: Trigger) -> tuple[Any, ...]:
    return trigger.connection_id, trigger.settings, trigger.name


async def _pause(one: _Listener, error: HubError | None, failures: int) -> None:
    """Until it is worth trying again."""
    if error is None:
        seconds = random.uniform(0, _AGAIN_SECONDS)  # noqa: S311  # jitter, no secret
    else:
        longest = min(_FIRST_PAUSE_SECONDS * 2 ** min(failures, 10), _LONGEST_PAUSE_SECONDS)
        longest = max(longest, min(error.retry_after or 0, 3600))
        if error.code == NOT_OFFERED:
            longest = _NOT_OFFERED_SECONDS
        seconds = random.uniform(longest / 2, longest)  # noqa: S311  # jitter, no secret
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            if error is not None and error.kind in _UNTIL_CHANGED:
                await one.changed.wait()
            else:
                await asyncio.Event().wait()
