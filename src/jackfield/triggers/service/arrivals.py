"""Storing what happened: one event for one thing, and its input sealed (P5, D65)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from jackfield.db import Statements
from jackfield.kernel import EventId, JsonValue, new_id
from jackfield.triggers.models import Arrival, Event, Followed, Outcome, Trigger
from jackfield.triggers.service.sealing import close_input
from jackfield.triggers.store import events
from jackfield.vault import Box

MAIL_MEMORY: Final = timedelta(days=400)
"""How long a mail is known by its Message-ID, for the day that a server numbers a folder anew."""
FILE_MEMORY: Final = timedelta(days=30)
"""How long a file is known that isn't there any more."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of something that happened."""

    event_id: EventId | None
    """None: it was there before the trigger began to look."""
    input: Mapping[str, Any] | None = field(default=None, repr=False)
    """Of the run to be started; None: the same thing was seen before, or starts none."""
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Closed:
    """An event that is ready to be stored."""

    event: Event
    key: str
    """What the same thing is recognised by; empty if nothing does."""
    input: Mapping[str, Any] | None = field(repr=False)
    """Of its run; None: it starts none."""
    data: bytes | None = field(repr=False)
    """The input as it is stored."""


def close_arrival(trigger: Trigger, box: Box, arrival: Arrival, now: datetime) -> Closed:
    """Make the event of something that happened, with its input closed: what costs time is done before a transaction."""
    has_run = arrival.input is not None
    event = Event(
        id=EventId(new_id("evt")),
        trigger_id=trigger.id,
        at=now,
        what=arrival.what,
        outcome=Outcome.WAITING if has_run else Outcome.SKIPPED,
        reason=arrival.reason,
        run_id=None,
        replay_of=None,
        attempts=0,
        followed=arrival.followed if has_run else Followed.NOT_ASKED,
        source=arrival.source,
    )
    given = None
    if arrival.input is not None:
        given = arrival.input if arrival.is_whole else {**about(trigger, event), **arrival.input}
    return Closed(event, arrival.key, given, None if given is None else close_input(box, event.id, given))


def store_closed(tx: Statements, closed: Closed, *, known_until: datetime, due_at: datetime) -> Stored:
    """Store an event, unless the same thing was seen before.

    Args:
        tx: The transaction, in which how far was looked is stored, too.
        closed: The event.
        known_until: Until when the same thing is recognised.
        due_at: When its run is to be started if nobody says before that it is.
    """
    event = closed.event
    if closed.key and not events.insert_mark(tx, event.trigger_id, closed.key, event.id, known_until):
        return Stored(events.find_marked(tx, event.trigger_id, closed.key))
    events.insert_event(tx, event, closed.data, None if closed.input is None else due_at)
    return Stored(event.id, closed.input, is_new=True)


def store_arrival(
    tx: Statements,
    trigger: Trigger,
    box: Box,
    arrival: Arrival,
    *,
    now: datetime,
    known_until: datetime,
    due_at: datetime,
) -> Stored:
    """`store_closed` of what a trigger has found that looks by itself, where nobody waits."""
    return store_closed(tx, close_arrival(trigger, box, arrival, now), known_until=known_until, due_at=due_at)


def about(trigger: Trigger, event: Event) -> dict[str, Any]:
    """What every run is told of what started it."""
    told: dict[str, JsonValue] = {
        "id": event.id,
        "at": event.at.isoformat(),
        "kind": trigger.kind.value,
        "trigger_id": trigger.id,
        "trigger": trigger.name,
    }
    return {"event": told}
