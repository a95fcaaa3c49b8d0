"""The switches of connectors, in the installation and in business units (C13)."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, func, insert, select

from jackfield.connections.models import ConnectionState
from jackfield.connections.store.uses import IN_FORCE
from jackfield.connections.tables import connection_uses, connections, features
from jackfield.connections.use_models import UserKind
from jackfield.db import Transaction
from jackfield.kernel import BusinessUnitId, ConnectionId, PersonId

INSTALLATION = ""


def is_on(tx: Transaction, connector: str, unit: BusinessUnitId) -> bool:
    """Whether a connector is on in the installation and in a business unit."""
    return not find_off(tx, [unit], connector)


def find_off(
    tx: Transaction, units: Iterable[BusinessUnitId], connector: str | None = None
) -> frozenset[tuple[str, str]]:
    """What is off, as (scope, connector): in the installation (its scope is `''`), and in these business units."""
    query = select(features.c.scope, features.c.connector).where(
        features.c.scope.in_([INSTALLATION, *units]), features.c.is_on.is_(False)
    )
    if connector is not None:
        query = query.where(features.c.connector == connector)
    return frozenset((scope, key) for scope, key in tx.connection.execute(query))


def clause_off() -> ColumnElement[bool]:
    """For queries on `connections`: the connector of the row is off."""
    return exists(
        select(features.c.connector).where(
            features.c.scope.in_([INSTALLATION, connections.c.business_unit_id]),
            features.c.connector == connections.c.connector,
            features.c.is_on.is_(False),
        )
    )


def replace_switch(tx: Transaction, scope: str, connector: str, *, is_on: bool, at: datetime, by: PersonId) -> None:
    """Turn a connector on or off in one scope."""
    tx.connection.execute(delete(features).where(features.c.scope == scope, features.c.connector == connector))
    tx.connection.execute(
        insert(features).values(scope=scope, connector=connector, is_on=is_on, changed_at=at, changed_by=by)
    )


def count_connections(tx: Transaction, connector: str, unit: BusinessUnitId | None) -> int:
    """How many connections a switch would freeze."""
    query = select(func.count()).where(connections.c.connector == connector, connections.c.deleted_at.is_(None))
    if unit is not None:
        query = query.where(connections.c.business_unit_id == unit)
    return tx.connection.execute(query).scalar_one()


def lock_connected(tx: Transaction, connector: str, unit: BusinessUnitId | None) -> list[ConnectionId]:
    """The healthy connections of a connector that is on, of one business unit or all; they stay so until the transaction ends."""
    query = (
        select(connections.c.id)
        .where(
            connections.c.connector == connector,
            connections.c.deleted_at.is_(None),
            connections.c.state == ConnectionState.CONNECTED.value,
            ~clause_off(),
        )
        .order_by(connections.c.id)
        .with_for_update(of=connections)
    )
    if unit is not None:
        query = query.where(connections.c.business_unit_id == unit)
    return [ConnectionId(one) for one in tx.connection.scalars(query)]


def count_uses(tx: Transaction, connector: str, unit: BusinessUnitId | None) -> Mapping[UserKind, int]:
    """How many things in force use these connections, by kind."""
    query = (
        select(connection_uses.c.kind, func.count(connection_uses.c.user_id.distinct()))
        .join(connections, connections.c.id == connection_uses.c.connection_id)
        .where(connections.c.connector == connector, connections.c.deleted_at.is_(None), IN_FORCE)
        .group_by(connection_uses.c.kind)
    )
    if unit is not None:
        query = query.where(connections.c.business_unit_id == unit)
    return {UserKind(kind): count for kind, count in tx.connection.execute(query)}
