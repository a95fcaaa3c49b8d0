"""The allow lists of targets inside the company's network."""

from typing import Any

from sqlalchemy import Row, delete, insert, select

from jackfield.connections.models import OutboundRule
from jackfield.connections.tables import outbound_targets
from jackfield.db import Transaction
from jackfield.egress import AllowedTarget
from jackfield.kernel import BusinessUnitId, PersonId

INSTALLATION = ""


def insert_rule(tx: Transaction, rule: OutboundRule) -> None:
    """Allow a target."""
    tx.connection.execute(
        insert(outbound_targets).values(
            id=rule.id,
            scope=rule.business_unit_id or INSTALLATION,
            host=rule.host,
            port=rule.port,
            note=rule.note,
            created_at=rule.created_at,
            created_by=rule.created_by,
        )
    )


def find_rule(tx: Transaction, rule_id: str) -> OutboundRule | None:
    """One entry of an allow list."""
    row = tx.connection.execute(select(outbound_targets).where(outbound_targets.c.id == rule_id)).first()
    return None if row is None else _rule(row)


def delete_rule(tx: Transaction, rule_id: str) -> None:
    """Allow a target no longer."""
    tx.connection.execute(delete(outbound_targets).where(outbound_targets.c.id == rule_id))


def list_rules(tx: Transaction, unit: BusinessUnitId | None) -> list[OutboundRule]:
    """One allow list: a business unit's, or (None) the installation's."""
    rows = tx.connection.execute(
        select(outbound_targets)
        .where(outbound_targets.c.scope == (unit or INSTALLATION))
        .order_by(outbound_targets.c.host, outbound_targets.c.id)
    )
    return [_rule(row) for row in rows]


def list_targets(tx: Transaction, unit: BusinessUnitId) -> tuple[AllowedTarget, ...]:
    """All that connections of a business unit may reach: its own list and the installation's."""
    rows = tx.connection.execute(
        select(outbound_targets.c.host, outbound_targets.c.port)
        .where(outbound_targets.c.scope.in_([INSTALLATION, unit]))
        .order_by(outbound_targets.c.host, outbound_targets.c.port, outbound_targets.c.id)
    )
    return tuple(AllowedTarget(host, port) for host, port in rows)


def _rule(row: Row[Any]) -> OutboundRule:
    return OutboundRule(
        id=row.id,
        business_unit_id=BusinessUnitId(row.scope) if row.scope else None,
        host=row.host,
        port=row.port,
        note=row.note,
        created_at=row.created_at,
        created_by=PersonId(row.created_by),
    )
