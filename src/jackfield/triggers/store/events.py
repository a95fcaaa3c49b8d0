"""Events, and what a trigger has seen; plain statements where every webhook waits for them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, case, delete, exists, literal, or_, select, update

from jackfield.db import Statements, Transaction, moment_as_stored
from jackfield.kernel import EventId, Page, PageRequest, RunId, TriggerId, write_json
from jackfield.triggers.models import Event, Followed, Outcome
from jackfield.triggers.tables import trigger_events, trigger_marks, triggers

_e = trigger_events.c
_m = trigger_marks.c
_ORDER = "-id"
_AT_ONCE = 500
_INSERT_MARK = "INSERT INTO trigger_marks (trigger_id, key, event_id, until) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING key"
_FIND_MARKED = "SELECT event_id FROM trigger_marks WHERE trigger_id = ? AND key = ?"
_INSERT_EVENT = (
    "INSERT INTO trigger_events (id, trigger_id, at, what, outcome, reason, run_id, replay_of, attempts, due_at, followed,"
    " source, input) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event with its closed input."""

    event: Event
    input: bytes | None


def insert_mark(tx: Statements, trigger_id: TriggerId, key: str, event_id: EventId | None, until: datetime) -> bool:
    """Remember that something was seen; False if it was before (D65).

    The unique key decides, whoever else comes with the same thing at the same moment.
    """
    values = (trigger_id, key, event_id, moment_as_stored(until, is_sqlite=tx.is_sqlite))
    return tx.run(_INSERT_MARK, values) is not None


def find_marked(tx: Statements, trigger_id: TriggerId, key: str) -> EventId | None:
    """The event of something that was seen."""
    found = tx.run(_FIND_MARKED, (trigger_id, key))
    return EventId(found[0]) if found and found[0] else None


def list_known(tx: Transaction, trigger_id: TriggerId, keys: Collection[str]) -> set[str]:
    """Which of these were seen."""
    found: set[str] = set()
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), _AT_ONCE):
        query = select(_m.key).where(_m.trigger_id == trigger_id, _m.key.in_(wanted[start : start + _AT_ONCE]))
        found.update(tx.connection.scalars(query))
    return found


def keep_marks(
    tx: Transaction, trigger_id: TriggerId, keys: Collection[str], *, before: datetime, until: datetime
) -> None:
    """Remember what is still there for longer; only what would be forgotten before a moment is written."""
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), _AT_ONCE):
        tx.connection.execute(
            update(trigger_marks)
            .where(_m.trigger_id == trigger_id, _m.key.in_(wanted[start : start + _AT_ONCE]), _m.until < before)
            .values(until=until)
        )


def insert_event(tx: Statements, event: Event, closed: bytes | None, due_at: datetime | None) -> None:
    """Store an event; with a due time, its run is to be started then."""
    tx.run(
        _INSERT_EVENT,
        (
            event.id,
            event.trigger_id,
            moment_as_stored(event.at, is_sqlite=tx.is_sqlite),
            event.what[:500],
            event.outcome.value,
            event.reason[:2000],
            event.run_id,
            event.replay_of,
            event.attempts,
            due_at and moment_as_stored(due_at, is_sqlite=tx.is_sqlite),
            event.followed.value,
            write_json(event.source).decode(),
            closed,
        ),
    )


def has_event(tx: Statements, event_id: EventId) -> bool:
    """Whether an event is stored."""
    return tx.run("SELECT id FROM trigger_events WHERE id = ?", (event_id,)) is not None


def find_event(tx: Transaction, trigger_id: TriggerId, event_id: EventId) -> StoredEvent | None:
    """One event of a trigger."""
    query = select(trigger_events).where(_e.id == event_id, _e.trigger_id == trigger_id)
    row = tx.connection.execute(query).first()
    return None if row is None else StoredEvent(_event(row), row.input)


def list_events(
    tx: Transaction, trigger_id: TriggerId, page: PageRequest, outcome: Outcome | None = None
) -> Page[Event]:
    """The events of a trigger, the newest first."""
    query = select(trigger_events).where(_e.trigger_id == trigger_id).order_by(_e.id.desc()).limit(page.limit + 1)
    if outcome is not None:
        query = query.where(_e.outcome == outcome.value)
    if after := page.after(_ORDER, 1):
        query = query.where(_e.id < str(after[0]))
    rows = [_event(row) for row in tx.connection.execute(query)]
    return Page[Event].cut(rows, page.limit, _ORDER, lambda one: (one.id,))


def last_event_at(tx: Transaction, trigger_id: TriggerId) -> datetime | None:
    """When the last thing happened that is remembered."""
    query = select(_e.at).where(_e.trigger_id == trigger_id).order_by(_e.id.desc()).limit(1)
    return tx.connection.scalars(query).first()


# --- Starting runs ----------------------------------------------------------------------------------------------------

_IS_TO_BE_STARTED: Final = or_(
    _e.replay_of.is_not(None),
    ~exists().where(triggers.c.id == _e.trigger_id, ~triggers.c.is_enabled, triggers.c.deleted_at.is_(None)),
)
"""What waits of a trigger that somebody paused waits until it goes on, but for what somebody wants once more.

Nothing of it has a due time, so that nobody who looks for the next one walks past it (`hold`); a request that came in
while it was paused is left out here.
"""


def hold(tx: Transaction, trigger_id: TriggerId) -> None:
    """Have what waits of a trigger wait until it goes on."""
    tx.connection.execute(
        update(trigger_events)
        .where(_e.trigger_id == trigger_id, _e.outcome == Outcome.WAITING.value, _e.replay_of.is_(None))
        .values(due_at=None)
    )


def release(tx: Transaction, trigger_id: TriggerId, now: datetime) -> None:
    """Have the runs started that were held."""
    tx.connection.execute(
        update(trigger_events)
        .where(_e.trigger_id == trigger_id, _e.outcome == Outcome.WAITING.value, _e.due_at.is_(None))
        .values(due_at=now)
    )


def claim_due(tx: Transaction, now: datetime, again_at: datetime, limit: int) -> list[StoredEvent]:
    """The events whose runs are to be started and that nobody is about to; tried again if nothing is heard until then."""
    query = (
        select(_e.id)
        .where(_e.due_at <= now, _IS_TO_BE_STARTED)
        .order_by(_e.due_at, _e.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(tx.connection.scalars(query))
    if not ids:
        return []
    tx.connection.execute(
        update(trigger_events).where(_e.id.in_(ids)).values(due_at=again_at, attempts=_e.attempts + 1)
    )
    rows = tx.connection.execute(select(trigger_events).where(_e.id.in_(ids)).order_by(_e.id))
    return [StoredEvent(_event(row), row.input) for row in rows]


def next_due(tx: Transaction) -> datetime | None:
    """When the next run is to be started."""
    query = select(_e.due_at).where(_e.due_at.is_not(None), _IS_TO_BE_STARTED).order_by(_e.due_at).limit(1)
    return tx.connection.scalars(query).first()


def note_started(tx: Statements, event_id: EventId, run_id: RunId) -> None:
    """Store that an event has its run; the first word stands."""
    tx.run(
        "UPDATE trigger_events SET outcome = 'started', run_id = ?, due_at = NULL WHERE id = ? AND outcome = 'waiting'",
        (run_id, event_id),
    )


def refuse(tx: Transaction, event_id: EventId, reason: str) -> None:
    """Store that an event gets no run; the first word stands."""
    tx.connection.execute(
        update(trigger_events)
        .where(_e.id == event_id, _e.outcome == Outcome.WAITING.value)
        .values(outcome=Outcome.REFUSED.value, due_at=None, reason=reason[:2000])
    )


def settle_all(tx: Transaction, trigger_id: TriggerId, reason: str) -> None:
    """Have no run started for whatever waits of a trigger, and nothing done with its mails and files."""
    tx.connection.execute(
        update(trigger_events)
        .where(_e.trigger_id == trigger_id, _e.outcome == Outcome.WAITING.value)
        .values(outcome=Outcome.REFUSED.value, due_at=None, reason=reason)
    )
    tx.connection.execute(
        update(trigger_events)
        .where(_e.trigger_id == trigger_id, _e.followed == Followed.WAITING.value)
        .values(followed=Followed.KEPT.value)
    )


def postpone(tx: Transaction, event_id: EventId, due_at: datetime, reason: str) -> None:
    """Try to start its run again at a moment, or where its trigger was paused meanwhile when that goes on."""
    tx.connection.execute(
        update(trigger_events)
        .where(_e.id == event_id, _e.outcome == Outcome.WAITING.value)
        .values(due_at=case((_IS_TO_BE_STARTED, literal(due_at, _e.due_at.type))), reason=reason[:2000])
    )


# --- Afterwards -------------------------------------------------------------------------------------------------------


def list_to_follow(tx: Transaction, trigger_id: TriggerId, limit: int) -> list[Event]:
    """The events whose mail or file is still to be dealt with: those whose run is started, the earliest first."""
    query = (
        select(trigger_events)
        .where(_e.trigger_id == trigger_id, _e.followed == Followed.WAITING.value, _e.outcome == Outcome.STARTED.value)
        .order_by(_e.id)
        .limit(limit)
    )
    return [_event(row) for row in tx.connection.execute(query)]


def has_to_follow(tx: Transaction, trigger_id: TriggerId) -> bool:
    """Whether there is such an event, its run started or not."""
    query = exists().where(_e.trigger_id == trigger_id, _e.followed == Followed.WAITING.value)
    return bool(tx.connection.execute(select(query)).scalar_one())


def set_followed(tx: Transaction, event_id: EventId, followed: Followed, reason: str = "") -> None:
    """Store what became of the mail or file."""
    values: dict[str, Any] = {"followed": followed.value}
    if reason:
        values["reason"] = reason[:2000]
    tx.connection.execute(update(trigger_events).where(_e.id == event_id).values(**values))


# --- Forgetting -------------------------------------------------------------------------------------------------------


def forget(tx: Transaction, *, events_before: datetime, marks_before: datetime, limit: int) -> int:
    """Forget old events that are settled, and marks whose time is over; how many rows at most of each, how many did go."""
    old = (
        select(_e.id)
        .where(_e.at < events_before, _e.outcome != Outcome.WAITING.value, _e.followed != Followed.WAITING.value)
        .order_by(_e.at)
        .limit(limit)
    )
    ids = list(tx.connection.scalars(old))
    if ids:
        tx.connection.execute(delete(trigger_events).where(_e.id.in_(ids)))
        tx.destroys_secrets = True
    over = select(_m.trigger_id, _m.key).where(_m.until < marks_before).limit(limit)
    rows = tx.connection.execute(over).all()
    for trigger_id, key in rows:
        tx.connection.execute(delete(trigger_marks).where(_m.trigger_id == trigger_id, _m.key == key))
    return len(ids) + len(rows)


def _event(row: Row[Any]) -> Event:
    return Event(
        id=EventId(row.id),
        trigger_id=TriggerId(row.trigger_id),
        at=row.at,
        what=row.what,
        outcome=Outcome(row.outcome),
        reason=row.reason,
        run_id=None if row.run_id is None else RunId(row.run_id),
        replay_of=None if row.replay_of is None else EventId(row.replay_of),
        attempts=row.attempts,
        followed=Followed(row.followed),
        source=row.source,
    )
