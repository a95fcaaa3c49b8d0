"""Sealed credentials: the rows that secrets are at rest in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, func, insert, or_, select, update

from jackfield.connections.models import SealedField, SecretStatus
from jackfield.connections.tables import connections, credentials
from jackfield.db import Transaction
from jackfield.kernel import ConnectionId, PersonId
from jackfield.vault import Binding, Sealed


@dataclass(frozen=True, slots=True)
class NewField:
    """A credential field about to be stored."""

    sealed: SealedField
    fingerprint: str
    set_at: datetime
    set_by: PersonId


@dataclass(frozen=True, slots=True)
class Retired:
    """The replaced set of credentials, as long as it is kept."""

    version: int
    scheme: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredField:
    """A stored credential field with the place it is bound to, for a rotation of keys."""

    connection_id: ConnectionId
    sealed: SealedField
    binding: Binding

    @property
    def cursor(self) -> tuple[str, int, str]:
        """Its place in the order of `list_fields`."""
        return self.connection_id, self.sealed.version, self.sealed.name


def insert_fields(tx: Transaction, connection_id: ConnectionId, scheme: str, fields: Iterable[NewField]) -> None:
    """Store a set of credentials."""
    rows = [
        {
            "connection_id": connection_id,
            "scheme": scheme,
            "version": new.sealed.version,
            "field": new.sealed.name,
            "key_id": new.sealed.key_id,
            "data": new.sealed.data,
            "fingerprint": new.fingerprint,
            "set_at": new.set_at,
            "set_by": new.set_by,
        }
        for new in fields
    ]
    if rows:
        tx.connection.execute(insert(credentials), rows)


def find_fields(tx: Transaction, connection_id: ConnectionId, version: int) -> tuple[SealedField, ...]:
    """One set of credentials, sealed."""
    rows = tx.connection.execute(
        select(credentials.c.field, credentials.c.version, credentials.c.key_id, credentials.c.data)
        .where(credentials.c.connection_id == connection_id, credentials.c.version == version)
        .order_by(credentials.c.field)
    )
    return tuple(SealedField(*row) for row in rows)


def find_statuses(tx: Transaction, connection_id: ConnectionId, version: int) -> dict[str, SecretStatus]:
    """What may be known of one set of credentials, by field."""
    rows = tx.connection.execute(
        select(credentials.c.field, credentials.c.set_at, credentials.c.set_by, credentials.c.fingerprint).where(
            credentials.c.connection_id == connection_id, credentials.c.version == version
        )
    )
    return {
        field: SecretStatus(field, is_set=True, set_at=set_at, set_by=PersonId(set_by), fingerprint=fingerprint)
        for field, set_at, set_by, fingerprint in rows
    }


def retire_fields(tx: Transaction, connection_id: ConnectionId, version: int, now: datetime) -> None:
    """Keep a replaced set for the grace period (C5); what had been kept before it goes at once."""
    destroy_fields(tx, connection_id, below=version)
    tx.connection.execute(
        update(credentials)
        .where(credentials.c.connection_id == connection_id, credentials.c.version == version)
        .values(retired_at=now)
    )


def find_retired(tx: Transaction, connection_id: ConnectionId) -> Retired | None:
    """The replaced set that is still kept."""
    row = tx.connection.execute(
        select(credentials.c.version, credentials.c.scheme, credentials.c.retired_at)
        .where(credentials.c.connection_id == connection_id, credentials.c.retired_at.is_not(None))
        .order_by(credentials.c.version.desc())
        .limit(1)
    ).first()
    return None if row is None else Retired(row.version, row.scheme, row.retired_at)


def destroy_fields(tx: Transaction, connection_id: ConnectionId, *, below: int | None = None) -> None:
    """Delete the credentials of a connection, or the sets before a version. The database overwrites them (D09)."""
    query = delete(credentials).where(credentials.c.connection_id == connection_id)
    gone = tx.connection.execute(query if below is None else query.where(credentials.c.version < below))
    tx.destroys_secrets |= gone.rowcount > 0


def destroy_retired(tx: Transaction, before: datetime) -> int:
    """Delete what was replaced before a moment; returns how many fields that were."""
    gone = tx.connection.execute(delete(credentials).where(credentials.c.retired_at < before)).rowcount
    tx.destroys_secrets |= gone > 0
    return gone


def list_fields(tx: Transaction, after: tuple[str, int, str] | None, limit: int) -> list[StoredField]:
    """All stored fields, the replaced ones too, in an order that a rotation can go on in."""
    query = (
        select(
            credentials.c.connection_id,
            credentials.c.field,
            credentials.c.version,
            credentials.c.key_id,
            credentials.c.data,
            connections.c.business_unit_id,
            connections.c.origin,
        )
        .join(connections, connections.c.id == credentials.c.connection_id)
        .order_by(credentials.c.connection_id, credentials.c.version, credentials.c.field)
        .limit(limit)
    )
    if after is not None:
        connection_id, version, field = after
        same = credentials.c.connection_id == connection_id
        query = query.where(
            credentials.c.connection_id >= connection_id,
            or_(
                credentials.c.connection_id > connection_id,
                and_(same, credentials.c.version > version),
                and_(same, credentials.c.version == version, credentials.c.field > field),
            ),
        )
    return [
        StoredField(
            ConnectionId(row.connection_id),
            SealedField(row.field, row.version, row.key_id, row.data),
            Binding(row.business_unit_id, row.connection_id, row.field, row.version, row.origin),
        )
        for row in tx.connection.execute(query)
    ]


def replace_wrapping(tx: Transaction, stored: StoredField, new: Sealed) -> bool:
    """Store the same secret under another key, unless it changed meanwhile; says whether it did so."""
    changed = tx.connection.execute(
        update(credentials)
        .where(
            credentials.c.connection_id == stored.connection_id,
            credentials.c.version == stored.sealed.version,
            credentials.c.field == stored.sealed.name,
            credentials.c.key_id == stored.sealed.key_id,
            credentials.c.data == stored.sealed.data,
        )
        .values(key_id=new.key_id, data=new.data)
    )
    # What is overwritten opens with the old key, which may be about to be destroyed for having been stolen (D06).
    tx.destroys_secrets |= changed.rowcount == 1
    return changed.rowcount == 1


def count_by_key_id(tx: Transaction) -> dict[str, int]:
    """How many fields are sealed under each key."""
    rows = tx.connection.execute(select(credentials.c.key_id, func.count()).group_by(credentials.c.key_id))
    return {row[0]: row[1] for row in rows}
