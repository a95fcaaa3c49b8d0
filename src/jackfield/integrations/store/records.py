"""Integrations, their access groups, and who accepted the responsibilities."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from jackfield.db import Transaction
from jackfield.integrations.models import Acknowledgement, Integration
from jackfield.integrations.tables import access_groups, acknowledgements, integrations
from jackfield.kernel import ConnectionId, GroupId, PersonId


def find_integration(tx: Transaction, integration_id: ConnectionId, *, lock: bool = False) -> Integration | None:
    """The integration of a connection, also of one that was deleted."""
    query = select(integrations).where(integrations.c.id == integration_id)
    row = tx.connection.execute(query.with_for_update() if lock else query).first()
    return None if row is None else _integration(row)


def find_integrations(tx: Transaction, ids: Collection[ConnectionId]) -> dict[ConnectionId, Integration]:
    """Those of the integrations that there are."""
    rows = tx.connection.execute(select(integrations).where(integrations.c.id.in_(list(ids))))
    return {ConnectionId(row.id): _integration(row) for row in rows}


def insert_integration(tx: Transaction, integration: Integration, groups: Iterable[GroupId]) -> None:
    """Write a new one; its access groups first, as nothing can be added to those of one that is there."""
    tx.connection.execute(
        insert(access_groups),
        [{"integration_id": integration.id, "group_id": group_id} for group_id in sorted(set(groups))],
    )
    tx.connection.execute(insert(integrations).values(_values(integration)))


def update_integration(tx: Transaction, integration: Integration) -> None:
    """Write a changed one; its row is locked."""
    tx.connection.execute(update(integrations).where(integrations.c.id == integration.id).values(_values(integration)))


def find_access_groups(tx: Transaction, integration_id: ConnectionId) -> frozenset[GroupId]:
    """Who may use an integration at all."""
    query = select(access_groups.c.group_id).where(access_groups.c.integration_id == integration_id)
    return frozenset(GroupId(found) for found in tx.connection.scalars(query))


def list_with_group(tx: Transaction, group_id: GroupId) -> list[ConnectionId]:
    """The integrations that have a group among their access groups, deleted ones, too."""
    query = (
        select(access_groups.c.integration_id)
        .where(access_groups.c.group_id == group_id)
        .order_by(access_groups.c.integration_id)
    )
    return [ConnectionId(found) for found in tx.connection.scalars(query)]


def insert_acknowledgement(tx: Transaction, integration_id: ConnectionId, made: Acknowledgement) -> None:
    """Write that somebody accepted the responsibilities."""
    count = select(func.count()).where(acknowledgements.c.integration_id == integration_id)
    tx.connection.execute(
        insert(acknowledgements).values(
            integration_id=integration_id,
            number=tx.connection.execute(count).scalar_one() + 1,
            text_version=made.text_version,
            person_id=made.person_id,
            at=made.at,
        )
    )


def find_acknowledgement(tx: Transaction, integration_id: ConnectionId) -> Acknowledgement | None:
    """The last one."""
    row = tx.connection.execute(
        select(acknowledgements)
        .where(acknowledgements.c.integration_id == integration_id)
        .order_by(acknowledgements.c.number.desc())
        .limit(1)
    ).first()
    return None if row is None else Acknowledgement(row.text_version, PersonId(row.person_id), row.at)


def _integration(row: Row[Any]) -> Integration:
    return Integration(
        id=ConnectionId(row.id),
        description=row.description,
        document_number=row.document_number,
        created_at=row.created_at,
        created_by=PersonId(row.created_by),
        modified_at=row.modified_at,
        modified_by=PersonId(row.modified_by),
        version=row.version,
    )


def _values(integration: Integration) -> dict[str, Any]:
    return {
        "id": integration.id,
        "description": integration.description,
        "document_number": integration.document_number,
        "created_at": integration.created_at,
        "created_by": integration.created_by,
        "modified_at": integration.modified_at,
        "modified_by": integration.modified_by,
        "version": integration.version,
    }
