"""The admins and the authorized persons of connections."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from jackfield.connections.models import AuthorizedPersons
from jackfield.connections.tables import authorized_persons, connection_admins, connections
from jackfield.db import Transaction
from jackfield.kernel import BusinessUnitId, ConnectionId, GroupId, PersonId

_PERSON = "person"
_GROUP = "group"


def find_admins(tx: Transaction, connection_id: ConnectionId) -> frozenset[PersonId]:
    """The connection admins of one connection."""
    return frozenset(find_admins_of(tx, [connection_id]).get(connection_id, ()))


def find_admins_of(tx: Transaction, ids: Collection[ConnectionId]) -> Mapping[ConnectionId, Sequence[PersonId]]:
    """The connection admins of several connections in one query, the longest-serving first."""
    rows = tx.connection.execute(
        select(connection_admins.c.connection_id, connection_admins.c.person_id)
        .where(connection_admins.c.connection_id.in_(list(ids)))
        .order_by(connection_admins.c.since, connection_admins.c.person_id)
    )
    found: dict[ConnectionId, list[PersonId]] = {}
    for connection_id, person_id in rows:
        found.setdefault(ConnectionId(connection_id), []).append(PersonId(person_id))
    return found


def insert_admins(tx: Transaction, connection_id: ConnectionId, people: Iterable[PersonId], since: datetime) -> None:
    """Add admins that aren't yet."""
    rows = [
        {"connection_id": connection_id, "person_id": person_id, "since": since} for person_id in sorted(set(people))
    ]
    if rows:
        tx.connection.execute(insert(connection_admins), rows)


def delete_admin(tx: Transaction, connection_id: ConnectionId, person_id: PersonId) -> None:
    """Take an admin away."""
    tx.connection.execute(
        delete(connection_admins).where(
            connection_admins.c.connection_id == connection_id, connection_admins.c.person_id == person_id
        )
    )


def list_administered(tx: Transaction, person_id: PersonId, unit_id: BusinessUnitId | None) -> list[ConnectionId]:
    """The connections, of one business unit or of all, that somebody is an admin of; in the order to lock them in."""
    query = (
        select(connections.c.id)
        .join(connection_admins, connection_admins.c.connection_id == connections.c.id)
        .where(connection_admins.c.person_id == person_id, connections.c.deleted_at.is_(None))
        .order_by(connections.c.id)
    )
    if unit_id is not None:
        query = query.where(connections.c.business_unit_id == unit_id)
    return [ConnectionId(found) for found in tx.connection.execute(query).scalars()]


def find_authorized(tx: Transaction, connection_id: ConnectionId) -> AuthorizedPersons:
    """To whom design use of a connection is narrowed."""
    rows = tx.connection.execute(
        select(authorized_persons.c.kind, authorized_persons.c.subject_id).where(
            authorized_persons.c.connection_id == connection_id
        )
    ).all()
    return AuthorizedPersons(
        people=frozenset(PersonId(subject) for kind, subject in rows if kind == _PERSON),
        groups=frozenset(GroupId(subject) for kind, subject in rows if kind == _GROUP),
    )


def replace_authorized(tx: Transaction, connection_id: ConnectionId, wanted: AuthorizedPersons) -> None:
    """Narrow design use to these, or open it again; keeps `is_narrowed` true to it."""
    tx.connection.execute(delete(authorized_persons).where(authorized_persons.c.connection_id == connection_id))
    subjects = [(_PERSON, person) for person in wanted.people] + [(_GROUP, group) for group in wanted.groups]
    if subjects:
        tx.connection.execute(
            insert(authorized_persons),
            [{"connection_id": connection_id, "kind": kind, "subject_id": subject} for kind, subject in subjects],
        )
    tx.connection.execute(
        update(connections).where(connections.c.id == connection_id).values(is_narrowed=bool(subjects))
    )


def list_narrowed_to(tx: Transaction, group_id: GroupId) -> list[tuple[ConnectionId, str]]:
    """The connections, by id and name, that are narrowed to a group."""
    rows = tx.connection.execute(
        select(connections.c.id, connections.c.name)
        .join(authorized_persons, authorized_persons.c.connection_id == connections.c.id)
        .where(
            authorized_persons.c.kind == _GROUP,
            authorized_persons.c.subject_id == group_id,
            connections.c.deleted_at.is_(None),
        )
        .order_by(connections.c.name_key)
    )
    return [(ConnectionId(found), name) for found, name in rows]
