"""Triggers, and whose turn it is to look."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, insert, or_, select, update
from sqlalchemy.exc import IntegrityError as TakenError

from jackfield.db import Statements, Transaction
from jackfield.kernel import BusinessUnitId, ConnectionId, PersonId, ProcessId, TriggerId, name_key
from jackfield.triggers.errors import TriggerNameTakenError, TurnLostError
from jackfield.triggers.kinds import KINDS, TriggerKind
from jackfield.triggers.models import Trigger, Trouble
from jackfield.triggers.tables import triggers
from jackfield.vault import Sealed

_t = triggers.c
_STATE_AT = (
    "SELECT version, (SELECT value FROM policy_epoch) FROM triggers WHERE address_digest = ? AND deleted_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A trigger with the wrapped key of its box."""

    trigger: Trigger
    box: Sealed


def insert_trigger(tx: Transaction, trigger: Trigger, box: Sealed, address_digest: str | None) -> None:
    """Store a new trigger.

    Raises:
        TriggerNameTakenError: The process has one of that name.
    """
    values = _values(trigger) | {
        "id": trigger.id,
        "place": trigger.place,
        "due_at": trigger.due_at,
        "fence": trigger.fence,
        "failures": 0,
        "told": 0,
        "trouble_code": "",
        "trouble": "",
        "address_digest": address_digest,
        "box_key_id": box.key_id,
        "box": box.data,
    }
    _with_its_name(tx, insert(triggers).values(**values), trigger)


def update_trigger(tx: Transaction, trigger: Trigger) -> None:
    """Store what people changed of a trigger; what those wrote who look is left as it is.

    Raises:
        TriggerNameTakenError: The process has another one of that name.
    """
    _with_its_name(tx, update(triggers).where(_t.id == trigger.id).values(**_values(trigger)), trigger)


def set_place(tx: Transaction, trigger_id: TriggerId, place: Mapping[str, Any], due_at: datetime | None) -> None:
    """Begin to look from another place, or at another time; whoever looks just now loses his turn."""
    tx.connection.execute(
        update(triggers)
        .where(_t.id == trigger_id)
        .values(place=place, due_at=due_at, fence=_t.fence + 1, lease_until=None, failures=0)
    )


def set_address(tx: Transaction, trigger_id: TriggerId, digest: str | None) -> None:
    """Listen at another address, or at none."""
    tx.connection.execute(update(triggers).where(_t.id == trigger_id).values(address_digest=digest))


def find_trigger(tx: Transaction, trigger_id: TriggerId, *, lock: bool = False) -> Kept | None:
    """The trigger, unless it is deleted."""
    query = select(triggers).where(_t.id == trigger_id, _t.deleted_at.is_(None))
    row = tx.connection.execute(query.with_for_update() if lock else query).first()
    return None if row is None else _kept(row)


def find_by_address(tx: Transaction, digest: str) -> Kept | None:
    """The webhook that listens at an address."""
    row = tx.connection.execute(select(triggers).where(_t.address_digest == digest, _t.deleted_at.is_(None))).first()
    return None if row is None else _kept(row)


def find_state_at(tx: Statements, digest: str) -> tuple[int, int] | None:
    """The version of the webhook that listens at an address, and the policy epoch (docs/decisions/0004)."""
    found = tx.run(_STATE_AT, (digest,))
    return None if found is None else (found[0], found[1])


def list_of_process(tx: Transaction, process_id: ProcessId, *, lock: bool = False) -> list[Trigger]:
    """The triggers of a process; in the order to lock them in."""
    query = select(triggers).where(_t.process_id == process_id, _t.deleted_at.is_(None)).order_by(_t.id)
    return [trigger_of(row) for row in tx.connection.execute(query.with_for_update() if lock else query)]


def list_of_connection(tx: Transaction, connection_id: ConnectionId) -> list[Trigger]:
    """The triggers that look at a connection; in the order to lock them in."""
    query = select(triggers).where(_t.connection_id == connection_id, _t.deleted_at.is_(None)).order_by(_t.id)
    return [trigger_of(row) for row in tx.connection.execute(query.with_for_update())]


# --- Whose turn it is -------------------------------------------------------------------------------------------------


def claim_due(tx: Transaction, now: datetime, lease_until: datetime, limit: int) -> list[Kept]:
    """The triggers that are due and that nobody looks after; the caller has his turn with them until the lease ends."""
    query = (
        select(_t.id)
        .where(
            _t.deleted_at.is_(None),
            _t.is_enabled,
            _t.due_at <= now,
            or_(_t.lease_until.is_(None), _t.lease_until <= now),
        )
        .order_by(_t.due_at, _t.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(tx.connection.scalars(query))
    if not ids:
        return []
    tx.connection.execute(update(triggers).where(_t.id.in_(ids)).values(lease_until=lease_until, fence=_t.fence + 1))
    return [_kept(row) for row in tx.connection.execute(select(triggers).where(_t.id.in_(ids)).order_by(_t.due_at))]


def next_due(tx: Transaction) -> datetime | None:
    """When the next trigger is due that is enabled."""
    query = (
        select(_t.due_at)
        .where(_t.deleted_at.is_(None), _t.is_enabled, _t.due_at.is_not(None))
        .order_by(_t.due_at)
        .limit(1)
    )
    return tx.connection.scalars(query).first()


def end_turn(
    tx: Transaction,
    trigger: Trigger,
    *,
    place: Mapping[str, Any],
    due_at: datetime,
    trouble: Trouble | None = None,
    lease_until: datetime | None = None,
) -> None:
    """Store how far a turn came.

    Args:
        tx: The transaction, of what was found, too.
        trigger: As it was claimed.
        place: How far it has looked.
        due_at: When to look next.
        trouble: Why it couldn't.
        lease_until: Until when it goes on; None: it is over, and somebody else may look.

    Raises:
        TurnLostError: Somebody else has looked meanwhile, or a person has changed it.
    """
    # What was heard meanwhile may have come after the look: then it is due as it was.
    next_due_at = case((_t.told == trigger.told, due_at), else_=trigger.due_at)
    values: dict[str, Any] = {"place": place, "due_at": next_due_at, "failures": 0, "lease_until": lease_until}
    if trouble is not None:
        values |= {"due_at": due_at, "failures": trigger.failures + 1, **_trouble(trouble)}
    changed = tx.connection.execute(
        update(triggers)
        .where(_t.id == trigger.id, _t.fence == trigger.fence, _t.is_enabled, _t.deleted_at.is_(None))
        .values(**values)
    )
    if changed.rowcount != 1:
        raise TurnLostError("somebody else looked meanwhile, or the trigger was changed; nothing was stored")


def renew_turns(tx: Transaction, turns: Iterable[Trigger], lease_until: datetime | None) -> None:
    """Have turns go on until a moment, those that are neither over nor lost; None: whoever comes may have them."""
    for trigger in turns:
        tx.connection.execute(
            update(triggers)
            .where(_t.id == trigger.id, _t.fence == trigger.fence, _t.lease_until.is_not(None))
            .values(lease_until=lease_until)
        )


def end_pauses(tx: Transaction, connection_id: ConnectionId, now: datetime) -> None:
    """Have the triggers look now that couldn't look at a connection; not those whose turn it is just now."""
    tx.connection.execute(
        update(triggers)
        .where(_t.connection_id == connection_id, _t.is_enabled, _t.deleted_at.is_(None), _t.failures > 0)
        .where(_t.due_at > now, or_(_t.lease_until.is_(None), _t.lease_until <= now))
        .values(due_at=now)
    )


def note_trouble(tx: Transaction, trigger_id: TriggerId, trouble: Trouble) -> None:
    """Keep why something was refused, for the trigger's editors."""
    tx.connection.execute(update(triggers).where(_t.id == trigger_id).values(**_trouble(trouble)))


def repoint(tx: Transaction, old: ConnectionId, new: ConnectionId) -> None:
    """Have every trigger look at a connection's successor (C16)."""
    tx.connection.execute(update(triggers).where(_t.connection_id == old).values(connection_id=new))


# --- Boxes ------------------------------------------------------------------------------------------------------------


def list_boxes(tx: Transaction, after: str, limit: int) -> list[tuple[TriggerId, BusinessUnitId, Sealed]]:
    """Wrapped keys in the order of their triggers, deleted ones, too."""
    query = select(_t.id, _t.business_unit_id, _t.box_key_id, _t.box).where(_t.id > after).order_by(_t.id).limit(limit)
    return [
        (TriggerId(row.id), BusinessUnitId(row.business_unit_id), Sealed(row.box_key_id, row.box))
        for row in tx.connection.execute(query)
    ]


def replace_wrapping(tx: Transaction, trigger_id: TriggerId, old: Sealed, new: Sealed) -> int:
    """Store a key wrapped anew, unless it was replaced meanwhile; how many rows changed."""
    changed = tx.connection.execute(
        update(triggers)
        .where(_t.id == trigger_id, _t.box_key_id == old.key_id, _t.box == old.data)
        .values(box_key_id=new.key_id, box=new.data)
    )
    # What is overwritten opens with the old key, which may be about to be destroyed for having been stolen (D06).
    tx.destroys_secrets |= changed.rowcount == 1
    return changed.rowcount


def key_ids(tx: Transaction) -> Iterable[str]:
    """Under which key each box is wrapped."""
    return tx.connection.scalars(select(_t.box_key_id)).all()


# --- Rows -------------------------------------------------------------------------------------------------------------


def trigger_of(row: Row[Any]) -> Trigger:
    """A row of `triggers`."""
    kind = TriggerKind(row.kind)
    return Trigger(
        id=TriggerId(row.id),
        process_id=ProcessId(row.process_id),
        business_unit_id=BusinessUnitId(row.business_unit_id),
        name=row.name,
        kind=kind,
        settings=KINDS[kind].settings.model_validate(row.settings),
        connection_id=None if row.connection_id is None else ConnectionId(row.connection_id),
        is_enabled=row.is_enabled,
        place=row.place,
        due_at=row.due_at,
        fence=row.fence,
        failures=row.failures,
        told=row.told,
        listening_until=None if row.listening_since is None else row.listener_until,
        trouble=None if row.trouble_at is None else Trouble(row.trouble_code, row.trouble, row.trouble_at),
        address=row.address,
        created_at=row.created_at,
        modified_at=row.modified_at,
        modified_by=PersonId(row.modified_by),
        version=row.version,
        deleted_at=row.deleted_at,
    )


def _kept(row: Row[Any]) -> Kept:
    return Kept(trigger_of(row), Sealed(row.box_key_id, row.box))


def _values(trigger: Trigger) -> dict[str, Any]:
    return {
        "process_id": trigger.process_id,
        "business_unit_id": trigger.business_unit_id,
        "name": trigger.name,
        "name_key": name_key(trigger.name),
        "kind": trigger.kind.value,
        "settings": trigger.settings.model_dump(mode="json"),
        "connection_id": trigger.connection_id,
        "is_enabled": trigger.is_enabled,
        "address": trigger.address,
        "created_at": trigger.created_at,
        "modified_at": trigger.modified_at,
        "modified_by": trigger.modified_by,
        "version": trigger.version,
        "deleted_at": trigger.deleted_at,
    }


def _trouble(trouble: Trouble) -> dict[str, Any]:
    return {"trouble_code": trouble.code, "trouble": trouble.message[:2000], "trouble_at": trouble.at}


def _with_its_name(tx: Transaction, statement: Any, trigger: Trigger) -> None:
    try:
        with tx.connection.begin_nested():
            tx.connection.execute(statement)
    except TakenError:
        raise TriggerNameTakenError(f"the process has a trigger named {trigger.name!r} already", field="name") from None
