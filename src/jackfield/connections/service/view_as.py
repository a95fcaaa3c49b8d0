"""Connections as somebody else would see them, as far as one may see them oneself (C17)."""

from dataclasses import replace

from jackfield.connections.models import (
    Connection,
    ConnectionAct,
    ConnectionQuery,
    ConnectionRow,
    ConnectionView,
    Named,
    ViewedAs,
)
from jackfield.connections.service.parts import Parts, Reference
from jackfield.connections.service.views import rows_of, view
from jackfield.connections.store import lists
from jackfield.connections.store.lists import Lens
from jackfield.connections.viewing import decide_view_as, decide_view_as_anybody, units_in_view
from jackfield.db import Transaction
from jackfield.directory import Caller, Principal
from jackfield.errors import NotFoundError
from jackfield.kernel import Page, PageRequest, PersonId

MOST_COUNTED = 1000
"""Counting costs as much as there is to count; beyond this it is only said that there are more."""


async def list_connections_as(
    parts: Parts, caller: Caller, person_id: PersonId, query: ConnectionQuery, page: PageRequest
) -> tuple[Page[ConnectionRow], ViewedAs]:
    """The connections that a person would see in his list and the caller may see, and how many were left out.

    Raises:
        ForbiddenError: The caller may not look as this person.
        NotFoundError: There is no such person.
    """

    def work(tx: Transaction) -> tuple[Page[ConnectionRow], ViewedAs]:
        person, lens = _look_through(parts, tx, caller, person_id)
        found: Page[Connection] = lists.list_visible(tx, person, query, page, lens=lens)
        # Of the whole list: counted within the search, it would tell the names of what the caller may not see.
        left_out = lists.count_visible(tx, person, ConnectionQuery(), MOST_COUNTED, lens=replace(lens, inverted=True))
        return Page(rows_of(parts, tx, found.items), found.next), _viewed_as(person, left_out)

    return await parts.read(work)


async def get_connection_as(
    parts: Parts, caller: Caller, person_id: PersonId, reference: Reference
) -> tuple[ConnectionView, ViewedAs]:
    """One connection with what the person may do with it; its details only if both may read them.

    Raises:
        ConnectionNotFoundError: One of the two may not know of it.
        ForbiddenError: The caller may not look as this person.
        NotFoundError: There is no such person.
    """

    def work(tx: Transaction) -> tuple[ConnectionView, ViewedAs]:
        person, lens = _look_through(parts, tx, caller, person_id)
        connection = parts.look(tx, caller, ConnectionAct.SEE, reference).connection
        as_person = replace(caller, principal=person)
        parts.look(tx, as_person, ConnectionAct.SEE, connection.id)
        mine = view(parts, tx, caller.principal, connection)
        seen = view(parts, tx, person, connection)
        is_withheld = seen.details is not None and (mine.details is None or not lens.holds(connection))
        return replace(seen, details=None if is_withheld else seen.details), _viewed_as(person, int(is_withheld))

    return await parts.read(work)


def _look_through(parts: Parts, tx: Transaction, caller: Caller, person_id: PersonId) -> tuple[Principal, Lens]:
    principal = caller.principal
    if person_id != principal.person_id:
        decide_view_as_anybody(principal).require("view_as")
    person = parts.directory.find_principal(tx, person_id)
    if person is None:
        raise NotFoundError("there is no such person", code="person.not_found", what="person")
    decide_view_as(principal, person).require("view_as")
    return person, Lens(principal, units_in_view(principal, person))


def _viewed_as(person: Principal, left_out: int) -> ViewedAs:
    return ViewedAs(Named(person.person_id, person.name), left_out)
