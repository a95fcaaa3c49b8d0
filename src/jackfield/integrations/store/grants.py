"""Who may call which method."""

from collections.abc import Collection, Mapping

from sqlalchemy import and_, delete, insert, or_, select

from jackfield.db import Transaction
from jackfield.directory import Principal
from jackfield.integrations.models import Grant, GrantLevel
from jackfield.integrations.tables import access_groups, grant_entries, grants
from jackfield.kernel import ConnectionId, PersonId


def find_grants(tx: Transaction, integration_id: ConnectionId) -> dict[str, Grant]:
    """All grants of an integration, by the names of the methods."""
    entries: dict[str, set[str]] = {}
    for row in tx.connection.execute(
        select(grant_entries.c.method, grant_entries.c.subject_id).where(
            grant_entries.c.integration_id == integration_id
        )
    ):
        entries.setdefault(row.method, set()).add(row.subject_id)
    rows = tx.connection.execute(select(grants).where(grants.c.integration_id == integration_id))
    return {
        row.method: Grant(
            level=GrantLevel(row.level),
            entries=frozenset(entries.get(row.method, ())),
            confirmation=row.confirmation,
            granted_at=row.granted_at,
            granted_by=PersonId(row.granted_by),
            held=row.held,
        )
        for row in rows
    }


def replace_grants(tx: Transaction, integration_id: ConnectionId, wanted: Mapping[str, Grant | None]) -> None:
    """Write the grants of some methods; None is that there is none."""
    names = sorted(wanted)
    for start in range(0, len(names), 500):
        some = names[start : start + 500]
        for table in (grant_entries, grants):
            tx.connection.execute(
                delete(table).where(table.c.integration_id == integration_id, table.c.method.in_(some))
            )
    given = {name: grant for name, grant in wanted.items() if grant is not None}
    if not given:
        return
    tx.connection.execute(
        insert(grants),
        [
            {
                "integration_id": integration_id,
                "method": name,
                "level": grant.level.value,
                "confirmation": grant.confirmation,
                "held": grant.held,
                "granted_at": grant.granted_at,
                "granted_by": grant.granted_by,
            }
            for name, grant in given.items()
        ],
    )
    tx.connection.execute(
        insert(grant_entries),
        [
            {"integration_id": integration_id, "method": name, "subject_id": subject}
            for name, grant in given.items()
            for subject in sorted(grant.entries)
        ],
    )


def list_granted_to(tx: Transaction, principal: Principal) -> frozenset[ConnectionId]:
    """The integrations, deleted ones too, of which somebody may call at least one method (O5, O7).

    The same question as `access.is_granted`, asked of all of them at once.
    """
    if not principal.is_active or not principal.group_ids:
        return frozenset()
    units = [unit for unit in principal.roles if principal.is_member_of(unit)]
    subjects: list[tuple[GrantLevel, Collection[str]]] = [
        (GrantLevel.COMPANY, units),
        (GrantLevel.GROUPS, principal.group_ids),
        (GrantLevel.INDIVIDUALS, [principal.person_id]),
    ]
    found = tx.connection.scalars(
        select(grants.c.integration_id)
        .distinct()
        .join(
            grant_entries,
            and_(grant_entries.c.integration_id == grants.c.integration_id, grant_entries.c.method == grants.c.method),
        )
        .where(
            or_(
                *(
                    and_(grants.c.level == level.value, grant_entries.c.subject_id.in_(sorted(ids)))
                    for level, ids in subjects
                    if ids
                )
            ),
            select(access_groups.c.group_id)
            .where(
                access_groups.c.integration_id == grants.c.integration_id,
                access_groups.c.group_id.in_(sorted(principal.group_ids)),
            )
            .exists(),
        )
    )
    return frozenset(ConnectionId(one) for one in found)
