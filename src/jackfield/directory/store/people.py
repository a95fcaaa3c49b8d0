"""People."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, exists, false, insert, or_, select, tuple_, update

from jackfield.db import Transaction
from jackfield.directory.models import InstallationRole, Person, PersonFilter, Role
from jackfield.directory.store.principals import installation_roles
from jackfield.directory.tables import group_members, memberships, people
from jackfield.kernel import BusinessUnitId, GroupId, Page, PageRequest, PersonId, name_key

_ORDER = "name"


@dataclass(frozen=True, slots=True)
class Choice:
    """Among whom somebody may be chosen."""

    units: frozenset[BusinessUnitId] | None
    """In one of these business units; None is anybody."""
    roles: frozenset[Role]
    """With one of these roles there."""
    super_admins_too: bool


def has_people(tx: Transaction) -> bool:
    """Whether there is anybody at all."""
    return tx.connection.execute(select(people.c.id).limit(1)).first() is not None


def find_person(tx: Transaction, person_id: PersonId) -> Person | None:
    """The person with this id."""
    row = tx.connection.execute(select(people).where(people.c.id == person_id)).first()
    return None if row is None else person_of(row)


def find_by_sign_in_name(tx: Transaction, sign_in_name: str) -> Person | None:
    """The person with this sign-in name, however it is written."""
    row = tx.connection.execute(select(people).where(people.c.sign_in_key == name_key(sign_in_name))).first()
    return None if row is None else person_of(row)


def find_people(tx: Transaction, ids: Iterable[PersonId]) -> Mapping[PersonId, Person]:
    """Those of the people that there are."""
    rows = tx.connection.execute(select(people).where(people.c.id.in_(list(ids))))
    found = [person_of(row) for row in rows]
    return {person.id: person for person in found}


def find_called(tx: Transaction, text: str, unit_id: BusinessUnitId) -> list[Person]:
    """The active person with this id, or those of a business unit with this sign-in name or name: two at most."""
    key = name_key(text)
    belongs = exists().where(memberships.c.person_id == people.c.id, memberships.c.unit_id == unit_id)
    ways = (people.c.id == text, and_(people.c.sign_in_key == key, belongs), and_(people.c.name_key == key, belongs))
    for way in ways:
        rows = tx.connection.execute(select(people).where(way, people.c.is_active).order_by(people.c.id).limit(2))
        if found := [person_of(row) for row in rows]:
            return found
    return []


def list_people(tx: Transaction, wanted: PersonFilter, page: PageRequest) -> Page[Person]:
    """People by name."""
    return _page(tx, _filtered(select(people), wanted), page)


def list_choice(tx: Transaction, choice: Choice, search: str, page: PageRequest) -> Page[Person]:
    """The active people among whom somebody may be chosen, by name."""
    query = select(people)
    if choice.units is not None:
        belongs = select(memberships.c.person_id).where(
            memberships.c.person_id == people.c.id,
            memberships.c.unit_id.in_(sorted(choice.units)),
            memberships.c.role.in_(sorted(choice.roles)),
        )
        query = query.where(or_(belongs.exists(), people.c.is_super_admin if choice.super_admins_too else false()))
    return _page(tx, _filtered(query, PersonFilter(search, is_active=True)), page)


def list_people_of_groups(tx: Transaction, ids: Iterable[GroupId], search: str, page: PageRequest) -> Page[Person]:
    """The active people who are in at least one of the groups, by name."""
    belongs = select(group_members.c.person_id).where(
        group_members.c.person_id == people.c.id, group_members.c.group_id.in_(list(ids))
    )
    query = select(people).where(belongs.exists())
    return _page(tx, _filtered(query, PersonFilter(search, is_active=True)), page)


def find_units_of_groups(tx: Transaction, ids: Iterable[GroupId]) -> frozenset[BusinessUnitId]:
    """The business units to which at least one active person of one of the groups belongs."""
    query = (
        select(memberships.c.unit_id)
        .distinct()
        .join(group_members, group_members.c.person_id == memberships.c.person_id)
        .join(people, people.c.id == memberships.c.person_id)
        .where(group_members.c.group_id.in_(list(ids)), memberships.c.role != Role.AUDITOR.value, people.c.is_active)
    )
    return frozenset(BusinessUnitId(found) for found in tx.connection.scalars(query))


def insert_person(tx: Transaction, person: Person) -> None:
    """Add a person."""
    tx.connection.execute(insert(people).values(id=person.id, created_at=person.created_at, **_values(person)))


def update_person(tx: Transaction, person: Person) -> None:
    """Store what has changed about a person."""
    tx.connection.execute(update(people).where(people.c.id == person.id).values(**_values(person)))


def person_of(row: Row[Any]) -> Person:
    """The person in a row that has the columns of `people`."""
    return Person(
        id=PersonId(row.id),
        name=row.name,
        sign_in_name=row.sign_in_name,
        email=row.email,
        installation_roles=installation_roles(row),
        is_active=row.is_active,
        created_at=row.created_at,
        modified_at=row.modified_at,
        version=row.version,
    )


def _page(tx: Transaction, query: Select[Any], page: PageRequest) -> Page[Person]:
    query = query.order_by(people.c.name_key, people.c.id).limit(page.limit + 1)
    if after := page.after(_ORDER, 2):
        query = query.where(tuple_(people.c.name_key, people.c.id) > tuple_(*map(str, after)))
    found = [person_of(row) for row in tx.connection.execute(query)]
    return Page[Person].cut(found, page.limit, _ORDER, lambda person: (name_key(person.name), person.id))


def _values(person: Person) -> dict[str, str | bool | int | datetime]:
    return {
        "name": person.name,
        "name_key": name_key(person.name),
        "sign_in_name": person.sign_in_name,
        "sign_in_key": name_key(person.sign_in_name),
        "email": person.email,
        "search_text": "\n".join(map(name_key, (person.name, person.sign_in_name, person.email))),
        "is_super_admin": InstallationRole.SUPER_ADMIN in person.installation_roles,
        "is_auditor": InstallationRole.AUDITOR in person.installation_roles,
        "is_active": person.is_active,
        "modified_at": person.modified_at,
        "version": person.version,
    }


def _filtered(query: Select[Any], wanted: PersonFilter) -> Select[Any]:
    if wanted.search:
        query = query.where(people.c.search_text.contains(name_key(wanted.search), autoescape=True))
    if wanted.is_active is not None:
        query = query.where(people.c.is_active.is_(wanted.is_active))
    if wanted.installation_role is not None:
        is_super_admin = wanted.installation_role is InstallationRole.SUPER_ADMIN
        query = query.where(people.c.is_super_admin if is_super_admin else people.c.is_auditor)
    if wanted.unit_id is not None or wanted.role is not None:
        held = select(memberships.c.person_id).where(memberships.c.person_id == people.c.id)
        if wanted.unit_id is not None:
            held = held.where(memberships.c.unit_id == wanted.unit_id)
        if wanted.role is not None:
            held = held.where(memberships.c.role == wanted.role)
        query = query.where(held.exists())
    if wanted.group_id is not None:
        belongs = select(group_members.c.person_id).where(
            group_members.c.person_id == people.c.id, group_members.c.group_id == wanted.group_id
        )
        query = query.where(belongs.exists())
    return query
