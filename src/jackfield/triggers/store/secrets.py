"""The secrets of webhooks, closed in their triggers' boxes."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import delete, insert, select

from jackfield.db import Transaction
from jackfield.kernel import PersonId, TriggerId
from jackfield.triggers.models import SecretInForce
from jackfield.triggers.tables import trigger_secrets

_s = trigger_secrets.c


def insert_secret(
    tx: Transaction, trigger_id: TriggerId, number: int, data: bytes, *, at: datetime, by: PersonId
) -> None:
    """Put a secret in force."""
    tx.connection.execute(
        insert(trigger_secrets).values(trigger_id=trigger_id, number=number, data=data, set_at=at, set_by=by)
    )


def list_secrets(tx: Transaction, trigger_id: TriggerId) -> tuple[SecretInForce, ...]:
    """Those in force, the newest first."""
    query = select(_s.number, _s.set_at, _s.set_by).where(_s.trigger_id == trigger_id).order_by(_s.number.desc())
    return tuple(SecretInForce(row.number, row.set_at, PersonId(row.set_by)) for row in tx.connection.execute(query))


def find_closed(tx: Transaction, trigger_id: TriggerId) -> Mapping[int, bytes]:
    """Those in force, closed, by their numbers."""
    query = select(_s.number, _s.data).where(_s.trigger_id == trigger_id)
    return {row.number: row.data for row in tx.connection.execute(query)}


def destroy_secrets(tx: Transaction, trigger_id: TriggerId, numbers: Iterable[int] | None = None) -> int:
    """Destroy some of a trigger's secrets, or all; how many."""
    query = delete(trigger_secrets).where(_s.trigger_id == trigger_id)
    if numbers is not None:
        query = query.where(_s.number.in_(sorted(numbers)))
    tx.destroys_secrets = True
    return tx.connection.execute(query).rowcount
