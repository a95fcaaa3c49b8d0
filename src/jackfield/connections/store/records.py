"""One connection at a time."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from jackfield.connections.errors import NameTakenError
from jackfield.connections.models import Connection, ConnectionFacts, ConnectionState
from jackfield.connections.store import features, people
from jackfield.connections.tables import connections
from jackfield.connectors import RemoteIdentity
from jackfield.db import Transaction
from jackfield.errors import JsonValue
from jackfield.kernel import BusinessUnitId, ConnectionId, PersonId, name_key

NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""How the database says that a connection has never been used."""


def find_connection(tx: Transaction, connection_id: ConnectionId, *, lock: bool = False) -> Connection | None:
    """A connection that isn't deleted; with `lock` nobody else changes it before this transaction ends."""
    query = select(connections).where(connections.c.id == connection_id, connections.c.deleted_at.is_(None))
    row = tx.connection.execute(query.with_for_update() if lock else query).first()
    return None if row is None else connection_of(tx, row)


def find_record(tx: Transaction, connection_id: ConnectionId) -> Connection | None:
    """A connection, also a deleted one."""
    row = tx.connection.execute(select(connections).where(connections.c.id == connection_id)).first()
    return None if row is None else connection_of(tx, row)


def find_ids_by_name(tx: Transaction, name: str, units: Collection[BusinessUnitId] | None) -> list[ConnectionId]:
    """The connections of this name in some business units, or (None) in all."""
    query = select(connections.c.id).where(connections.c.name_key == name_key(name), connections.c.deleted_at.is_(None))
    if units is not None:
        query = query.where(connections.c.business_unit_id.in_(list(units)))
    return [ConnectionId(found) for found in tx.connection.execute(query.limit(50)).scalars()]


def facts_of(tx: Transaction, connection: Connection) -> ConnectionFacts:
    """What decisions ask about it, read in this transaction."""
    authorized = people.find_authorized(tx, connection.id)
    return ConnectionFacts(
        id=connection.id,
        business_unit_id=connection.business_unit_id,
        connector=connection.connector,
        creator_id=connection.creator_id,
        admin_ids=people.find_admins(tx, connection.id),
        authorized_people=authorized.people,
        authorized_groups=authorized.groups,
        state=connection.state,
        ever_connected=connection.ever_connected,
        feature_on=connection.feature_on,
    )


def insert_connection(tx: Transaction, connection: Connection) -> None:
    """Write a new one.

    Raises:
        NameTakenError: The business unit has a connection of this name.
    """
    _require_free_name(tx, connection)
    values = {
        "id": connection.id,
        "business_unit_id": connection.business_unit_id,
        "creator_id": connection.creator_id,
        "created_at": connection.created_at,
        "last_used_at": NEVER,
        **_values(connection),
    }
    try:
        tx.connection.execute(insert(connections).values(values))
    except IntegrityError as error:
        raise _name_taken(connection.name) from error


def update_connection(tx: Transaction, connection: Connection) -> None:
    """Write a changed one; its row is locked by `find_connection`.

    Raises:
        NameTakenError: The business unit has another connection of this name.
    """
    if connection.deleted_at is None:
        _require_free_name(tx, connection)
    try:
        tx.connection.execute(update(connections).where(connections.c.id == connection.id).values(_values(connection)))
    except IntegrityError as error:
        raise _name_taken(connection.name) from error


def touch(tx: Transaction, used: Mapping[ConnectionId, datetime]) -> None:
    """Write when connections were last used; not a change of theirs."""
    for connection_id in sorted(used):
        at = used[connection_id]
        tx.connection.execute(
            update(connections)
            .where(connections.c.id == connection_id, connections.c.last_used_at < at)
            .values(last_used_at=at)
        )


def connection_of(tx: Transaction, row: Row[Any], *, feature_on: bool | None = None) -> Connection:
    """The connection in a row of `connections`; asks whether its feature is on, unless told."""
    unit = BusinessUnitId(row.business_unit_id)
    return Connection(
        id=ConnectionId(row.id),
        business_unit_id=unit,
        name=row.name,
        connector=row.connector,
        scheme=row.scheme,
        details=row.details,
        origin=row.origin,
        state=ConnectionState(row.state),
        reason=row.reason,
        remote=None if row.remote is None else RemoteIdentity(**row.remote),
        ever_connected=row.ever_connected,
        is_narrowed=row.is_narrowed,
        secret_version=row.secret_version,
        creator_id=PersonId(row.creator_id),
        created_at=row.created_at,
        modified_at=row.modified_at,
        modified_by=PersonId(row.modified_by),
        last_used_at=None if row.last_used_at <= NEVER else row.last_used_at,
        version=row.version,
        reason_code=row.reason_code,
        successor_id=None if row.successor_id is None else ConnectionId(row.successor_id),
        deleted_at=row.deleted_at,
        feature_on=features.is_on(tx, row.connector, unit) if feature_on is None else feature_on,
    )


def _values(connection: Connection) -> dict[str, Any]:
    return {
        "name": connection.name,
        "name_key": name_key(connection.name),
        "connector": connection.connector,
        "scheme": connection.scheme,
        "details": dict(connection.details),
        "origin": connection.origin,
        "state": connection.state.value,
        "reason": connection.reason,
        "reason_code": connection.reason_code,
        "remote": _remote(connection.remote),
        "ever_connected": connection.ever_connected,
        "is_narrowed": connection.is_narrowed,
        "secret_version": connection.secret_version,
        "modified_at": connection.modified_at,
        "modified_by": connection.modified_by,
        "version": connection.version,
        "successor_id": connection.successor_id,
        "deleted_at": connection.deleted_at,
    }


def _remote(remote: RemoteIdentity | None) -> dict[str, JsonValue] | None:
    if remote is None:
        return None
    return {"account": remote.account, "system": remote.system, "notes": dict(remote.notes)}


def _require_free_name(tx: Transaction, connection: Connection) -> None:
    taken = find_ids_by_name(tx, connection.name, [connection.business_unit_id])
    if any(other != connection.id for other in taken):
        raise _name_taken(connection.name)


def _name_taken(name: str) -> NameTakenError:
    return NameTakenError(
        f"there is a connection named {name!r} in this business unit already; choose another name",
        rule="C4",
        field="name",
    )
