"""Integrations and their methods as people see them, each as far as he may (O7)."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from jackfield.connections import ConnectionAct, ConnectionQuery, Named
from jackfield.connections import decide as decide_on_connection
from jackfield.db import Transaction
from jackfield.directory import Caller, Principal
from jackfield.integrations import access
from jackfield.integrations.errors import unknown_method, unknown_version
from jackfield.integrations.models import (
    Document,
    Grant,
    GrantLevel,
    IntegrationAct,
    IntegrationRow,
    IntegrationView,
    Method,
    MethodFilter,
    MethodRow,
    MethodUse,
    NamedGrant,
)
from jackfield.integrations.service.parts import Found, Parts, Reference
from jackfield.integrations.service.selection import cut_page, select_methods
from jackfield.integrations.store import documents, grants, records
from jackfield.kernel import BusinessUnitId, GroupId, Page, PageRequest, PersonId, read_json
from jackfield.openapi import Api, Operation

_CONNECTOR = "openapi"


async def list_integrations(
    parts: Parts, caller: Caller, query: ConnectionQuery, page: PageRequest
) -> Page[IntegrationRow]:
    """Those whose connections he may see (C3), and those of which he may call a method (O7)."""

    def granted(tx: Transaction) -> ConnectionQuery:
        return replace(query, connector=_CONNECTOR, besides=grants.list_granted_to(tx, caller.principal))

    found = await parts.connections.list_connections(caller, await parts.database.read(granted), page)

    def work(tx: Transaction) -> Page[IntegrationRow]:
        rows: list[IntegrationRow] = []
        for connection in found.items:
            one = parts.find_by_id(tx, connection.id)
            if one is not None:
                rows.append(_row(parts, tx, caller.principal, one))
        return Page(tuple(rows), found.next)

    return await parts.database.read(work)


async def get_integration(parts: Parts, caller: Caller, reference: Reference) -> IntegrationView:
    """One integration, as far as the caller may see it."""

    def work(tx: Transaction) -> IntegrationView:
        return view(parts, tx, caller.principal, parts.find(tx, caller.principal, reference))

    return await parts.database.read(work)


def view(parts: Parts, tx: Transaction, principal: Principal, found: Found) -> IntegrationView:
    """One integration with all that this person may read of it."""
    row = _row(parts, tx, principal, found)
    may_read = IntegrationAct.READ in row.may
    acknowledged = records.find_acknowledgement(tx, found.connection.id) if may_read else None
    people = [found.integration.created_by, *([acknowledged.person_id] if acknowledged else [])]
    names = parts.facts.find_people(tx, people)

    def name_of(person_id: PersonId) -> str:
        return names[person_id].name if person_id in names else person_id

    creator = found.integration.created_by
    return IntegrationView(
        row=row,
        access_groups=_groups(parts, tx, found.definition.access_groups) if may_read else None,
        acknowledged=acknowledged,
        acknowledged_by=name_of(acknowledged.person_id) if acknowledged else "",
        created_by=Named(creator, name_of(creator)),
    )


async def list_methods(
    parts: Parts, caller: Caller, reference: Reference, wanted: MethodFilter, page: PageRequest
) -> Page[MethodRow]:
    """All of them with their grants for who may read these; for others, those that they may call."""

    def work(tx: Transaction) -> Page[MethodRow]:
        principal = caller.principal
        found = parts.find(tx, principal, reference)
        may_read = access.decide(principal, IntegrationAct.READ, found.facts).allowed
        methods = select_methods(found.definition, wanted)
        shown = methods if may_read else (one for one in methods if _is_his(principal, found, one))
        cut = cut_page(found.definition, shown, page)
        names = namer(parts, tx, [found.definition.grants.get(one.name) for one in cut.items] if may_read else [])
        return cut.map(lambda one: _method_row(principal, found, one, names if may_read else None))

    return await parts.database.read(work)


async def count_methods(parts: Parts, caller: Caller, reference: Reference) -> dict[str, dict[str, int]]:
    """How many of the methods that the caller sees there are by tag, by verb and by effect."""

    def work(tx: Transaction) -> dict[str, dict[str, int]]:
        principal = caller.principal
        found = parts.find(tx, principal, reference)
        may_read = access.decide(principal, IntegrationAct.READ, found.facts).allowed
        counts: dict[str, dict[str, int]] = {"tags": {}, "verbs": {}, "effects": {}}
        for one in found.definition.methods.values():
            if not may_read and not _is_his(principal, found, one):
                continue
            for kind, values in (("tags", one.tags), ("verbs", (one.verb,)), ("effects", (one.effect.value,))):
                for value in values:
                    counts[kind][value] = counts[kind].get(value, 0) + 1
        return counts

    return await parts.database.read(work)


async def get_method(parts: Parts, caller: Caller, reference: Reference, name: str) -> tuple[MethodRow, Api, Operation]:
    """One method with its operation, for who may read all of them and for who may call it.

    Raises:
        MethodNotFoundError: There is none, or none for him (O7).
    """

    def work(tx: Transaction) -> tuple[MethodRow, Found]:
        principal = caller.principal
        found = parts.find(tx, principal, reference)
        method = found.definition.methods.get(name)
        may_read = access.decide(principal, IntegrationAct.READ, found.facts).allowed
        if method is None or not (may_read or _is_his(principal, found, method)):
            raise unknown_method()
        names = namer(parts, tx, [found.definition.grants.get(name)]) if may_read else None
        return _method_row(principal, found, method, names), found

    row, found = await parts.database.read(work)
    api = await parts.apis.get(found.connection.id, found.definition.document.number)
    return row, api, api.get_operation(name)


async def list_documents(
    parts: Parts, caller: Caller, reference: Reference, page: PageRequest
) -> tuple[Page[Document], dict[PersonId, str]]:
    """The versions of the document, newest first, and the names of who made them."""

    def work(tx: Transaction) -> tuple[Page[Document], dict[PersonId, str]]:
        found = parts.look(tx, caller, IntegrationAct.READ, reference)
        versions = documents.list_documents(tx, found.connection.id, page)
        people = parts.facts.find_people(tx, {one.created_by for one in versions.items})
        return versions, {one: person.name for one, person in people.items()}

    return await parts.database.read(work)


async def get_document(parts: Parts, caller: Caller, reference: Reference, number: int) -> tuple[bytes, Any]:
    """The text of a version as it was given, and the report on it.

    Raises:
        NotFoundError: There is no such version.
    """

    def work(tx: Transaction) -> tuple[bytes, Any]:
        found = parts.look(tx, caller, IntegrationAct.READ, reference)
        if documents.find_document(tx, found.connection.id, number) is None:
            raise unknown_version()
        source = documents.read_source(tx, found.connection.id, number)
        report = documents.read_report(tx, found.connection.id, number)
        return source, read_json(report, what="the report", max_names=10_000_000)

    return await parts.database.read(work)


def _row(parts: Parts, tx: Transaction, principal: Principal, found: Found) -> IntegrationRow:
    definition, facts = found.definition, found.facts
    uses = [access.use_of(principal, facts, grant) for grant in definition.grants.values()]
    return IntegrationRow(
        connection=parts.desk.row(tx, found.connection),
        integration=definition.integration,
        document=definition.document,
        total=len(definition.methods),
        granted=len(definition.grants),
        held=sum(1 for grant in definition.grants.values() if grant.held),
        known=sum(1 for grant in definition.grants.values() if access.is_granted(principal, facts, grant)),
        mine=sum(1 for use in uses if use is not MethodUse.NO),
        may_see_connection=decide_on_connection(principal, ConnectionAct.SEE, facts.connection).allowed,
        may=access.acts_of(principal, facts, definition),
    )


def _is_his(principal: Principal, found: Found, method: Method) -> bool:
    return access.is_granted(principal, found.facts, found.definition.grants.get(method.name))


Namer = Callable[[Grant], tuple[Named, ...]]


def namer(parts: Parts, tx: Transaction, found: Iterable[Grant | None]) -> Namer:
    """Gives the entries of these grants their present names, read at once."""
    wanted = [one for one in found if one is not None]

    def ids(level: GrantLevel) -> set[str]:
        return {entry for one in wanted if one.level is level for entry in one.entries}

    names: dict[str, str] = {}
    names |= {id_: one.name for id_, one in parts.facts.find_groups(tx, map(GroupId, ids(GrantLevel.GROUPS))).items()}
    people = parts.facts.find_people(tx, map(PersonId, ids(GrantLevel.INDIVIDUALS)))
    names |= {id_: one.name for id_, one in people.items()}
    for unit_id in ids(GrantLevel.COMPANY):
        unit = parts.facts.find_business_unit(tx, BusinessUnitId(unit_id))
        if unit is not None:
            names[unit_id] = unit.name

    def name(grant: Grant) -> tuple[Named, ...]:
        # A group that was deleted has no name any more, and nobody in it.
        named = [Named(entry, names.get(entry, entry)) for entry in grant.entries]
        return tuple(sorted(named, key=lambda one: (one.name.casefold(), one.id)))

    return name


def _method_row(principal: Principal, found: Found, method: Method, names: Namer | None) -> MethodRow:
    grant = found.definition.grants.get(method.name)
    named = NamedGrant(grant, names(grant)) if grant is not None and names is not None else None
    return MethodRow(method, access.use_of(principal, found.facts, grant), named)


def _groups(parts: Parts, tx: Transaction, ids: Iterable[GroupId]) -> tuple[Named, ...]:
    found = parts.facts.find_groups(tx, ids)
    return tuple(sorted((Named(one.id, one.name) for one in found.values()), key=lambda one: one.name.casefold()))
