"""Business units and the roles in them."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, delete, insert, select, tuple_, update

from jackfield.db import Transaction
from jackfield.directory.models import BusinessUnit, Member, Role
from jackfield.directory.store.people import person_of
from jackfield.directory.store.principals import list_roles
from jackfield.directory.tables import business_units, memberships, people
from jackfield.kernel import BusinessUnitId, Page, PageRequest, PersonId, name_key

_ORDER = "name"


def find_unit(tx: Transaction, unit_id: BusinessUnitId) -> BusinessUnit | None:
    """The business unit with this id."""
    row = tx.connection.execute(select(business_units).where(business_units.c.id == unit_id)).first()
    return None if row is None else _unit(row)


def find_by_name(tx: Transaction, name: str) -> BusinessUnit | None:
    """The business unit with this name, however it is written."""
    row = tx.connection.execute(select(business_units).where(business_units.c.name_key == name_key(name))).first()
    return None if row is None else _unit(row)


def list_units(
    tx: Transaction, among: Collection[BusinessUnitId] | None, search: str, page: PageRequest
) -> Page[BusinessUnit]:
    """Business units by name; those of `among`, or all."""
    query = select(business_units).order_by(business_units.c.name_key, business_units.c.id).limit(page.limit + 1)
    if among is not None:
        query = query.where(business_units.c.id.in_(list(among)))
    if search:
        query = query.where(business_units.c.name_key.contains(name_key(search), autoescape=True))
    if after := page.after(_ORDER, 2):
        query = query.where(tuple_(business_units.c.name_key, business_units.c.id) > tuple_(*map(str, after)))
    found = [_unit(row) for row in tx.connection.execute(query)]
    return Page[BusinessUnit].cut(found, page.limit, _ORDER, lambda unit: (name_key(unit.name), unit.id))


def insert_unit(tx: Transaction, unit: BusinessUnit) -> None:
    """Add a business unit."""
    tx.connection.execute(
        insert(business_units).values(
            id=unit.id,
            name=unit.name,
            name_key=name_key(unit.name),
            description=unit.description,
            runs_kept_days=unit.runs_kept_days,
            created_at=unit.created_at,
            modified_at=unit.modified_at,
            version=unit.version,
        )
    )


def update_unit(tx: Transaction, unit: BusinessUnit) -> None:
    """Store what has changed about a business unit."""
    tx.connection.execute(
        update(business_units)
        .where(business_units.c.id == unit.id)
        .values(
            name=unit.name,
            name_key=name_key(unit.name),
            description=unit.description,
            runs_kept_days=unit.runs_kept_days,
            modified_at=unit.modified_at,
            version=unit.version,
        )
    )


def find_roles(tx: Transaction, unit_id: BusinessUnitId, person_id: PersonId) -> frozenset[Role]:
    """The roles that a person has in a business unit; empty for who doesn't belong there."""
    query = select(memberships.c.role).where(memberships.c.unit_id == unit_id, memberships.c.person_id == person_id)
    return frozenset(Role(role) for role in tx.connection.scalars(query))


def replace_roles(tx: Transaction, unit_id: BusinessUnitId, person_id: PersonId, roles: frozenset[Role]) -> None:
    """Give a person exactly these roles in a business unit; none takes him out of it."""
    tx.connection.execute(
        delete(memberships).where(memberships.c.unit_id == unit_id, memberships.c.person_id == person_id)
    )
    if roles:
        rows = [{"unit_id": unit_id, "person_id": person_id, "role": role.value} for role in sorted(roles)]
        tx.connection.execute(insert(memberships), rows)


def list_members(tx: Transaction, unit_id: BusinessUnitId, search: str, page: PageRequest) -> Page[Member]:
    """The people of a business unit by name, with their roles there."""
    belongs = select(memberships.c.person_id).where(
        memberships.c.person_id == people.c.id, memberships.c.unit_id == unit_id
    )
    query = select(people).where(belongs.exists()).order_by(people.c.name_key, people.c.id).limit(page.limit + 1)
    if search:
        query = query.where(people.c.search_text.contains(name_key(search), autoescape=True))
    if after := page.after(_ORDER, 2):
        query = query.where(tuple_(people.c.name_key, people.c.id) > tuple_(*map(str, after)))
    persons = [person_of(row) for row in tx.connection.execute(query)]
    ids = [person.id for person in persons]
    roles = list_roles(tx, (memberships.c.unit_id == unit_id) & memberships.c.person_id.in_(ids))
    found = [Member(person, roles.get(person.id, {}).get(unit_id, frozenset())) for person in persons]
    return Page[Member].cut(found, page.limit, _ORDER, lambda member: (name_key(member.person.name), member.person.id))


def _unit(row: Row[Any]) -> BusinessUnit:
    return BusinessUnit(
        BusinessUnitId(row.id),
        row.name,
        row.description,
        row.created_at,
        row.modified_at,
        row.version,
        row.runs_kept_days,
    )
