"""Every query about idempotency keys."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.exc import IntegrityError as KeyTakenByRowError

from jackfield.api.idempotency.tables import answers
from jackfield.db import Transaction
from jackfield.errors import JsonValue


@dataclass(frozen=True, slots=True)
class KeyRef:
    """One principal's key."""

    principal_id: str
    key: str


@dataclass(frozen=True, slots=True)
class TakenKey:
    """A key that somebody took before."""

    digest: bytes
    request_id: str
    taken_at: datetime
    expires_at: datetime
    status: int | None
    """None while the request runs."""
    headers: dict[str, JsonValue] | None
    sealed_key_id: str | None
    sealed: bytes | None


def take(
    tx: Transaction, ref: KeyRef, digest: bytes, request_id: str, *, now: datetime, expires_at: datetime
) -> TakenKey | None:
    """Take the key, or return by whom it is taken; exactly one of many at once takes it."""
    tx.connection.execute(delete(answers).where(*_is(ref), answers.c.expires_at <= now))
    try:
        with tx.connection.begin_nested():
            tx.connection.execute(
                insert(answers).values(
                    principal_id=ref.principal_id,
                    key=ref.key,
                    digest=digest,
                    request_id=request_id,
                    taken_at=now,
                    expires_at=expires_at,
                )
            )
    except KeyTakenByRowError:
        columns = [answers.c[name] for name in TakenKey.__dataclass_fields__]
        row = tx.connection.execute(select(*columns).where(*_is(ref))).mappings().one()
        return TakenKey(**row)
    return None


def leave_answer(
    tx: Transaction,
    ref: KeyRef,
    status: int,
    headers: dict[str, str],
    *,
    sealed_key_id: str | None,
    sealed: bytes | None,
) -> None:
    """Leave the answer of the request that took the key."""
    tx.connection.execute(
        update(answers)
        .where(*_is(ref))
        .values(status=status, headers=headers, sealed_key_id=sealed_key_id, sealed=sealed)
    )


def give_back(tx: Transaction, ref: KeyRef) -> None:
    """Free the key: nothing happened."""
    tx.connection.execute(delete(answers).where(*_is(ref)))


def forget_expired(tx: Transaction, now: datetime, most: int = 1000) -> None:
    """Drop answers whose time is over."""
    over = (
        select(answers.c.principal_id, answers.c.key)
        .where(answers.c.expires_at <= now)
        .order_by(answers.c.expires_at)
        .limit(most)
    )
    for principal_id, key in tx.connection.execute(over).all():
        give_back(tx, KeyRef(principal_id, key))


def _is(ref: KeyRef) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return answers.c.principal_id == ref.principal_id, answers.c.key == ref.key
