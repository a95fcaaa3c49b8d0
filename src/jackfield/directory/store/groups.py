"""Groups and who belongs to them."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Row, delete, insert, select, tuple_, update

from jackfield.db import Transaction
from jackfield.directory.models import Group
from jackfield.directory.tables import group_members, groups
from jackfield.kernel import GroupId, Page, PageRequest, PersonId, name_key

_ORDER = "name"


def find_group(tx: Transaction, group_id: GroupId) -> Group | None:
    """The group with this id."""
    return find_groups(tx, [group_id]).get(group_id)


def find_groups(tx: Transaction, ids: Iterable[GroupId]) -> Mapping[GroupId, Group]:
    """Those of the groups that there are."""
    found = [_group(row) for row in tx.connection.execute(select(groups).where(groups.c.id.in_(list(ids))))]
    return {group.id: group for group in found}


def find_by_name(tx: Transaction, name: str) -> Group | None:
    """The group with this name, however it is written."""
    row = tx.connection.execute(select(groups).where(groups.c.name_key == name_key(name))).first()
    return None if row is None else _group(row)


def list_groups(tx: Transaction, search: str, page: PageRequest) -> Page[Group]:
    """Groups by name."""
    query = select(groups).order_by(groups.c.name_key, groups.c.id).limit(page.limit + 1)
    if search:
        query = query.where(groups.c.name_key.contains(name_key(search), autoescape=True))
    if after := page.after(_ORDER, 2):
        query = query.where(tuple_(groups.c.name_key, groups.c.id) > tuple_(*map(str, after)))
    found = [_group(row) for row in tx.connection.execute(query)]
    return Page[Group].cut(found, page.limit, _ORDER, lambda group: (name_key(group.name), group.id))


def insert_group(tx: Transaction, group: Group) -> None:
    """Add a group."""
    tx.connection.execute(
        insert(groups).values(
            id=group.id,
            name=group.name,
            name_key=name_key(group.name),
            description=group.description,
            created_at=group.created_at,
            modified_at=group.modified_at,
            version=group.version,
        )
    )


def update_group(tx: Transaction, group: Group) -> None:
    """Store what has changed about a group."""
    tx.connection.execute(
        update(groups)
        .where(groups.c.id == group.id)
        .values(
            name=group.name,
            name_key=name_key(group.name),
            description=group.description,
            modified_at=group.modified_at,
            version=group.version,
        )
    )


def delete_group(tx: Transaction, group_id: GroupId) -> None:
    """Remove a group with its memberships."""
    tx.connection.execute(delete(group_members).where(group_members.c.group_id == group_id))
    tx.connection.execute(delete(groups).where(groups.c.id == group_id))


def insert_member(tx: Transaction, group_id: GroupId, person_id: PersonId) -> bool:
    """Put a person into a group; False if he was there already."""
    if _belongs(tx, group_id, person_id):
        return False
    tx.connection.execute(insert(group_members).values(group_id=group_id, person_id=person_id))
    return True


def delete_member(tx: Transaction, group_id: GroupId, person_id: PersonId) -> bool:
    """Take a person out of a group; False if he was not there."""
    if not _belongs(tx, group_id, person_id):
        return False
    tx.connection.execute(
        delete(group_members).where(group_members.c.group_id == group_id, group_members.c.person_id == person_id)
    )
    return True


def _belongs(tx: Transaction, group_id: GroupId, person_id: PersonId) -> bool:
    query = select(group_members.c.person_id).where(
        group_members.c.group_id == group_id, group_members.c.person_id == person_id
    )
    return tx.connection.execute(query).first() is not None


def _group(row: Row[Any]) -> Group:
    return Group(GroupId(row.id), row.name, row.description, row.created_at, row.modified_at, row.version)
