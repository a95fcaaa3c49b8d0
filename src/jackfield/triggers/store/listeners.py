"""Which server process listens for which trigger: one at a time, by a lease that it renews."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, case, or_, select, update

from jackfield.db import Transaction
from jackfield.kernel import TriggerId
from jackfield.triggers.kinds import TriggerKind
from jackfield.triggers.models import Trigger
from jackfield.triggers.store.records import trigger_of
from jackfield.triggers.tables import triggers

_t = triggers.c


def list_mine_or_free(tx: Transaction, listener: str, kinds: Collection[TriggerKind], now: datetime) -> list[Trigger]:
    """The triggers that look, and that this process listens for, or nobody."""
    query = select(triggers).where(
        *_listenable(kinds), or_(_t.listener.is_(None), _t.listener == listener, _t.listener_until <= now)
    )
    return [trigger_of(row) for row in tx.connection.execute(query.order_by(_t.id))]


def hold(tx: Transaction, listener: str, ids: Collection[TriggerId], now: datetime, until: datetime) -> set[TriggerId]:
    """Have this process listen for these until a moment; those that it now does, without whatever another was faster at."""
    free = or_(_t.listener.is_(None), _t.listener == listener, _t.listener_until <= now)
    is_mine = _t.listener == listener
    changed = tx.connection.execute(
        update(triggers)
        .where(_t.id.in_(sorted(ids)), _t.deleted_at.is_(None), _t.is_enabled, free)
        .values(
            listener=listener,
            listener_until=until,
            listening_since=case((is_mine, _t.listening_since), else_=None),
            # Whoever listened before is gone, and what it would have heard was heard by nobody.
            due_at=case((or_(is_mine, _t.listener.is_(None)), _t.due_at), else_=now),
        )
        .returning(_t.id)
    )
    return {TriggerId(found) for found in changed.scalars()}


def note_heard(tx: Transaction, listener: str, trigger_id: TriggerId, now: datetime, *, is_first: bool) -> None:
    """Something may be new: the trigger is due, also if it looks just now."""
    values = {"told": _t.told + 1, "due_at": now, **({"listening_since": now} if is_first else {})}
    tx.connection.execute(update(triggers).where(*_mine(listener, trigger_id), _t.due_at.is_not(None)).values(**values))


def note_deaf(tx: Transaction, listener: str, trigger_id: TriggerId, due_at: datetime) -> None:
    """It hears nothing any more for now, and looks again."""
    earlier = case((_t.due_at > due_at, due_at), else_=_t.due_at)
    tx.connection.execute(
        update(triggers)
        .where(*_mine(listener, trigger_id), _t.listening_since.is_not(None))
        .values(listening_since=None, due_at=earlier)
    )


def let_go(tx: Transaction, listener: str, ids: Collection[TriggerId] | None = None) -> None:
    """Listen for these no longer; for all, where none are named."""
    wanted = [_t.listener == listener] if ids is None else [_t.listener == listener, _t.id.in_(sorted(ids))]
    tx.connection.execute(
        update(triggers).where(*wanted).values(listener=None, listener_until=None, listening_since=None)
    )


def _listenable(kinds: Collection[TriggerKind]) -> list[ColumnElement[bool]]:
    return [
        _t.deleted_at.is_(None),
        _t.is_enabled,
        _t.connection_id.is_not(None),
        _t.kind.in_(sorted(kind.value for kind in kinds)),
    ]


def _mine(listener: str, trigger_id: TriggerId) -> list[ColumnElement[bool]]:
    return [_t.id == trigger_id, _t.listener == listener, _t.is_enabled, _t.deleted_at.is_(None)]
