"""Connections as people see them: names for ids, counts, and nothing that could be a secret."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from jackfield.connections import access
from jackfield.connections.models import (
    Connection,
    ConnectionAct,
    ConnectionDetails,
    ConnectionFacts,
    ConnectionQuery,
    ConnectionRow,
    ConnectionView,
    Named,
    Pickable,
    SecretStatus,
)
from jackfield.connections.service.parts import Parts, Reference
from jackfield.connections.store import credentials, lists, people, records, uses
from jackfield.db import Transaction
from jackfield.directory import Caller, Principal
from jackfield.kernel import BusinessUnitId, ConnectionId, GroupId, Page, PageRequest, PersonId


async def get_connection(parts: Parts, caller: Caller, reference: Reference) -> ConnectionView:
    """One connection, as far as the caller may see it."""

    def work(tx: Transaction) -> ConnectionView:
        opened = parts.look(tx, caller, ConnectionAct.SEE, reference)
        return view(parts, tx, caller.principal, opened.connection)

    return await parts.act(caller, "connection.read", reference, work, read=True)


async def list_connections(
    parts: Parts, caller: Caller, query: ConnectionQuery, page: PageRequest
) -> Page[ConnectionRow]:
    """The connections that the caller may see (C3)."""

    def work(tx: Transaction) -> Page[ConnectionRow]:
        found = lists.list_visible(tx, caller.principal, query, page)
        return Page(rows_of(parts, tx, found.items), found.next)

    return await parts.read(work)


async def count_connections(parts: Parts, caller: Caller, query: ConnectionQuery, most: int) -> int:
    """How many there are in such a list, up to `most + 1`."""
    return await parts.read(lambda tx: lists.count_visible(tx, caller.principal, query, most))


async def list_pickable(
    parts: Parts,
    caller: Caller,
    page: PageRequest,
    *,
    unit: BusinessUnitId | None,
    connector: str | None,
    search: str,
) -> Page[Pickable]:
    """The connections that the caller may design with (C8)."""

    def work(tx: Transaction) -> Page[Pickable]:
        found = lists.list_pickable(tx, caller.principal, page, unit=unit, connector=connector, search=search)
        units = _names_of_units(parts, tx, (one.business_unit_id for one in found.items))
        return found.map(
            lambda one: Pickable(one.id, one.name, one.connector, units[one.business_unit_id], one.shown_state)
        )

    return await parts.read(work)


def view(parts: Parts, tx: Transaction, principal: Principal, connection: Connection) -> ConnectionView:
    """One connection with all that this person may read of it."""
    facts = records.facts_of(tx, connection)
    may = frozenset(act for act in ConnectionAct if access.decide(principal, act, facts).allowed)
    return ConnectionView(
        row=rows_of(parts, tx, [connection])[0],
        details=_details(parts, tx, connection, facts) if ConnectionAct.READ_DETAILS in may else None,
        may=may,
    )


def secret_statuses(parts: Parts, tx: Transaction, connection: Connection) -> tuple[SecretStatus, ...]:
    """What may be known of each credential field of the connection's scheme (C2)."""
    stored = credentials.find_statuses(tx, connection.id, connection.secret_version)
    scheme = parts.catalogue.get(connection.connector).scheme(connection.scheme)
    declared = list(scheme.credentials.model_fields) if scheme else []
    names = [*declared, *sorted(stored.keys() - set(declared))]
    setters = names_of_people(parts, tx, (one.set_by for one in stored.values() if one.set_by is not None))
    return tuple(_named(stored.get(name) or SecretStatus(name, is_set=False), setters) for name in names)


def _named(status: SecretStatus, setters: Mapping[PersonId, Named]) -> SecretStatus:
    return status if status.set_by is None else replace(status, set_by_name=setters[status.set_by].name)


def names_of_people(parts: Parts, tx: Transaction, ids: Iterable[PersonId]) -> dict[PersonId, Named]:
    """People by their present names."""
    wanted = set(ids)
    found = parts.directory.find_people(tx, wanted)
    return {one: Named(one, found[one].name if one in found else one) for one in wanted}


def _names_of_groups(parts: Parts, tx: Transaction, ids: Iterable[GroupId]) -> tuple[Named, ...]:
    found = parts.directory.find_groups(tx, ids)
    return tuple(sorted((Named(group.id, group.name) for group in found.values()), key=lambda one: one.name))


def _names_of_units(parts: Parts, tx: Transaction, ids: Iterable[BusinessUnitId]) -> dict[BusinessUnitId, Named]:
    found = {one: parts.directory.find_business_unit(tx, one) for one in set(ids)}
    return {one: Named(one, unit.name if unit else one) for one, unit in found.items()}


def _details(parts: Parts, tx: Transaction, connection: Connection, facts: ConnectionFacts) -> ConnectionDetails:
    retired = credentials.find_retired(tx, connection.id)
    authorized = names_of_people(parts, tx, facts.authorized_people)
    return ConnectionDetails(
        details=connection.details,
        scheme=connection.scheme,
        origin=connection.origin,
        remote=connection.remote,
        secrets=secret_statuses(parts, tx, connection),
        authorized_people=tuple(sorted(authorized.values(), key=lambda one: one.name)),
        authorized_groups=_names_of_groups(parts, tx, facts.authorized_groups),
        ever_connected=connection.ever_connected,
        can_roll_back_until=None if retired is None else retired.at + parts.limits.credentials_grace,
    )


def rows_of(parts: Parts, tx: Transaction, connections: Sequence[Connection]) -> tuple[ConnectionRow, ...]:
    """A page in a handful of queries, however long it is."""
    ids = [one.id for one in connections]
    admins: Mapping[ConnectionId, Sequence[PersonId]] = people.find_admins_of(tx, ids)
    used = uses.count_uses_of(tx, ids)
    persons = names_of_people(
        parts, tx, [one.creator_id for one in connections] + [one for group in admins.values() for one in group]
    )
    units = _names_of_units(parts, tx, (one.business_unit_id for one in connections))
    return tuple(
        ConnectionRow(
            id=one.id,
            name=one.name,
            connector=one.connector,
            business_unit=units[one.business_unit_id],
            state=one.shown_state,
            reason=one.reason,
            reason_code=one.reason_code,
            creator=persons[one.creator_id],
            created_at=one.created_at,
            modified_at=one.modified_at,
            last_used_at=one.last_used_at,
            shared_with=tuple(persons[admin] for admin in admins.get(one.id, ())),
            is_narrowed=one.is_narrowed,
            uses=used.get(one.id, {}),
            version=one.version,
        )
        for one in connections
    )
