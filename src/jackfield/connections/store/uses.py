"""What refers to connections (C15)."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, tuple_, update

from jackfield.connections.tables import connection_uses, connections
from jackfield.connections.use_models import BLOCKING, Use, UserKind, UserState
from jackfield.db import Transaction
from jackfield.kernel import BusinessUnitId, ConnectionId, PersonId

IN_FORCE: Final[ColumnElement[bool]] = tuple_(connection_uses.c.kind, connection_uses.c.state).in_(
    sorted((kind.value, state.value) for kind, state in BLOCKING)
)
"""The uses that stand in the way of deleting (C11)."""


def replace_use(tx: Transaction, use: Use) -> None:
    """Write that something refers to a connection, which is locked, or how it stands now."""
    tx.connection.execute(
        delete(connection_uses).where(
            connection_uses.c.connection_id == use.connection_id,
            connection_uses.c.kind == use.kind.value,
            connection_uses.c.user_id == use.id,
            connection_uses.c.part == use.part,
        )
    )
    tx.connection.execute(
        insert(connection_uses).values(
            connection_id=use.connection_id,
            kind=use.kind.value,
            user_id=use.id,
            part=use.part,
            state=use.state.value,
            label=use.label,
            container=use.container,
            owner_id=use.owner_id,
            link=use.link,
            business_unit_id=use.business_unit_id,
            methods=[*use.methods],
        )
    )
    _count_anew(tx, [use.connection_id])


def delete_uses(tx: Transaction, kind: UserKind, user_id: str, part: str | None) -> None:
    """Write that something no longer refers to any connection, or that one part of it doesn't."""
    these = [connection_uses.c.kind == kind.value, connection_uses.c.user_id == user_id]
    if part is not None:
        these.append(connection_uses.c.part == part)
    used = tx.connection.execute(select(connection_uses.c.connection_id).where(*these).distinct()).scalars().all()
    # In one order, so that two who take away uses of the same connections don't wait for each other.
    tx.connection.execute(
        select(connections.c.id).where(connections.c.id.in_(used)).order_by(connections.c.id).with_for_update()
    )
    tx.connection.execute(delete(connection_uses).where(*these))
    _count_anew(tx, [ConnectionId(one) for one in used])


def list_uses(tx: Transaction, connection_id: ConnectionId, *, blocking: bool = False) -> list[Use]:
    """What refers to a connection, or only what stands in the way of deleting it."""
    query = (
        select(connection_uses)
        .where(connection_uses.c.connection_id == connection_id)
        .order_by(connection_uses.c.kind, connection_uses.c.label, connection_uses.c.user_id, connection_uses.c.part)
    )
    return [_use(row) for row in tx.connection.execute(query.where(IN_FORCE) if blocking else query)]


def count_uses_of(tx: Transaction, ids: Collection[ConnectionId]) -> Mapping[ConnectionId, Mapping[UserKind, int]]:
    """How many things of each kind refer to several connections, in one query."""
    rows = tx.connection.execute(
        select(
            connection_uses.c.connection_id,
            connection_uses.c.kind,
            func.count(connection_uses.c.user_id.distinct()),
        )
        .where(connection_uses.c.connection_id.in_(list(ids)))
        .group_by(connection_uses.c.connection_id, connection_uses.c.kind)
    )
    found: dict[ConnectionId, dict[UserKind, int]] = {}
    for connection_id, kind, count in rows:
        found.setdefault(ConnectionId(connection_id), {})[UserKind(kind)] = count
    return found


def repoint_uses(tx: Transaction, old: ConnectionId, new: ConnectionId) -> None:
    """Have everything refer to a successor (C16)."""
    tx.connection.execute(
        update(connection_uses).where(connection_uses.c.connection_id == old).values(connection_id=new)
    )
    _count_anew(tx, [old, new])


def _count_anew(tx: Transaction, ids: Sequence[ConnectionId]) -> None:
    """Bring `use_count` of connections, which are locked, to what is written of their uses."""
    each = select(connection_uses.c.kind, connection_uses.c.user_id).where(
        connection_uses.c.connection_id == connections.c.id
    )
    count = select(func.count()).select_from(each.distinct().correlate(connections).subquery()).scalar_subquery()
    tx.connection.execute(update(connections).where(connections.c.id.in_(ids)).values(use_count=count))


def _use(row: Row[Any]) -> Use:
    return Use(
        connection_id=ConnectionId(row.connection_id),
        kind=UserKind(row.kind),
        id=row.user_id,
        state=UserState(row.state),
        label=row.label,
        container=row.container,
        owner_id=PersonId(row.owner_id),
        link=row.link,
        business_unit_id=BusinessUnitId(row.business_unit_id),
        part=row.part,
        methods=tuple(row.methods),
    )
