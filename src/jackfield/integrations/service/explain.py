"""Why may somebody call a method, or why not (C17), and the whole picture of people and methods."""

from jackfield.connections import Explanation, Named
from jackfield.db import Transaction
from jackfield.directory import Caller
from jackfield.errors import NotFoundError
from jackfield.integrations import access
from jackfield.integrations.errors import unknown_method
from jackfield.integrations.models import IntegrationAct, MatrixRow, Method, MethodFilter
from jackfield.integrations.service.parts import Parts, Reference
from jackfield.integrations.service.selection import select_methods
from jackfield.kernel import Page, PageRequest, PersonId


async def explain_call(
    parts: Parts, caller: Caller, person_id: PersonId, reference: Reference, name: str
) -> Explanation:
    """Whether a person may call a method, with every question that was asked.

    About oneself one may ask for each method that one knows of; about others, whoever may read the grants.

    Raises:
        MethodNotFoundError: There is none, as far as the caller may know.
        NotFoundError: There is no such person.
        ForbiddenError: He may not ask about others.
    """

    def work(tx: Transaction) -> Explanation:
        found = parts.find(tx, caller.principal, reference)
        grant = found.definition.grants.get(name)
        may_read = access.decide(caller.principal, IntegrationAct.READ, found.facts)
        knows = may_read.allowed or access.is_granted(caller.principal, found.facts, grant)
        if name not in found.definition.methods or not knows:
            raise unknown_method()
        if person_id == caller.principal.person_id:
            return access.explain_call(caller.principal, found.facts, grant)
        may_read.require(IntegrationAct.READ)
        person = parts.facts.find_principal(tx, person_id)
        if person is None:
            raise NotFoundError("there is no such person", code="person.not_found", what="person")
        return access.explain_call(person, found.facts, grant)

    return await parts.database.read(work)


async def get_matrix(
    parts: Parts, caller: Caller, reference: Reference, wanted: MethodFilter, page: PageRequest, *, search: str
) -> tuple[tuple[Method, ...], Page[MatrixRow]]:
    """The granted methods that a filter finds, and for each active person of the access groups what he may call.

    Raises:
        ForbiddenError: He may not read the grants.
    """

    def work(tx: Transaction) -> tuple[tuple[Method, ...], Page[MatrixRow]]:
        found = parts.look(tx, caller, IntegrationAct.READ, reference)
        definition = found.definition
        methods = tuple(one for one in select_methods(definition, wanted) if one.name in definition.grants)
        people = parts.facts.list_people_of_groups(tx, definition.access_groups, search, page)
        rows: list[MatrixRow] = []
        for person in people.items:
            principal = parts.facts.find_principal(tx, person.id)
            if principal is not None:
                uses = tuple(access.use_of(principal, found.facts, definition.grants.get(one.name)) for one in methods)
                rows.append(MatrixRow(Named(person.id, person.name), uses))
        return methods, Page(tuple(rows), people.next)

    return await parts.database.read(work)
