"""Starting the runs of events: each once, however often it is tried and whoever tries it (P5).

An event is stored before its run is started, with the moment from which on others are to try; the run is started with
the event's id as its key, so that a process that was killed between the two leaves nothing undone and nothing doubled.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import structlog

from jackfield.db import Transaction
from jackfield.errors import HubError
from jackfield.kernel import EventId, RequestId, RunId, TriggerId, new_id
from jackfield.triggers.models import Trigger
from jackfield.triggers.service.parts import Parts, actor_of
from jackfield.triggers.service.roles import Start
from jackfield.triggers.service.sealing import box_of, open_input
from jackfield.triggers.store import events, records
from jackfield.triggers.store.events import StoredEvent

_log = structlog.get_logger(__name__)

_FIRST_PAUSE: Final = timedelta(seconds=5)
_LONGEST_PAUSE: Final = timedelta(minutes=10)
_AT_ONCE: Final = 50


async def start_due(parts: Parts) -> bool:
    """Start the runs that are due and that nobody else is about to start; whether there were any."""
    now = parts.clock.now()
    due = await parts.read(events.next_due)
    if due is None or due > now:
        return False
    claimed = await parts.database.write(lambda tx: events.claim_due(tx, now, now + parts.own_turn, _AT_ONCE))
    await asyncio.gather(*(_start_stored(parts, stored) for stored in claimed))
    return bool(claimed)


async def start_run(
    parts: Parts, trigger: Trigger, event_id: EventId, given: Mapping[str, Any], tries: int
) -> RunId | None:
    """Start the run of an event that is stored, and store what came of it.

    Args:
        parts: What use cases are made with.
        trigger: Whose event it is.
        event_id: The event; also the key with which its run is started.
        given: The input.
        tries: How often it was tried before.

    Returns:
        The run; None if there is none, or none yet.
    """
    start = Start(
        trigger.process_id,
        given,
        actor_of(trigger),
        event_id,
        RequestId(new_id("req")),
        beside=lambda tx, run_id: events.note_started(tx, event_id, run_id),
    )
    try:
        started = await parts.runs.start_run(start)
    except HubError as error:
        await _no_run(parts, event_id, error, tries)
        return None
    if not started.is_new:
        await parts.database.write(lambda tx: events.note_started(tx, event_id, started.run_id))
    return started.run_id


async def _start_stored(parts: Parts, stored: StoredEvent) -> None:
    """Start the run of an event that somebody left, or whose time has come again."""
    event = stored.event

    def find(tx: Transaction) -> tuple[Trigger, Mapping[str, Any]] | None:
        kept = records.find_trigger(tx, event.trigger_id)
        if kept is None or stored.input is None:
            return None
        return kept.trigger, open_input(box_of(parts.vault, kept), event.id, stored.input)

    try:
        found = await parts.read(find)
    except HubError as error:
        await _no_run(parts, event.id, error, event.attempts)
        return
    if found is None:
        reason = "the trigger was deleted before its run was started"
        await parts.database.write(lambda tx: events.refuse(tx, event.id, reason))
        return
    trigger, given = found
    await start_run(parts, trigger, event.id, given, event.attempts)


async def _no_run(parts: Parts, event_id: EventId, error: HubError, tries: int) -> None:
    if not error.retryable:
        await parts.database.write(lambda tx: events.refuse(tx, event_id, error.message))
        return
    pause = min(_FIRST_PAUSE * 2 ** min(tries, 10), _LONGEST_PAUSE)
    if error.retry_after is not None:
        pause = max(pause, timedelta(seconds=min(error.retry_after, 3600)))
    due_at = parts.clock.now() + pause
    _log.warning("trigger.run_postponed", event_id=event_id, code=error.code)
    await parts.database.write(lambda tx: events.postpone(tx, event_id, due_at, error.message))


def give_up_waiting(tx: Transaction, trigger_id: TriggerId) -> None:
    """Have no run started any more for the events of a trigger that is deleted."""
    events.settle_all(tx, trigger_id, "the trigger was deleted before its run was started")
