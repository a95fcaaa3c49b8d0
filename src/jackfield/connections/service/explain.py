"""Why? For any person, connection and act (C17)."""

from jackfield.connections import access
from jackfield.connections.access import Explanation
from jackfield.connections.models import ConnectionAct, ConnectionFacts
from jackfield.connections.service.parts import Parts, Reference
from jackfield.connections.store import records
from jackfield.db import Transaction
from jackfield.directory import Caller, Principal
from jackfield.errors import NotFoundError
from jackfield.kernel import PersonId


async def explain(
    parts: Parts, caller: Caller, person_id: PersonId, act: ConnectionAct, reference: Reference
) -> Explanation:
    """Whether a person may do something with a connection, with every question that was asked.

    Raises:
        As `explain_all`.
    """

    def work(tx: Transaction) -> Explanation:
        person, facts = _asked_about(parts, tx, caller, person_id, reference)
        return access.explain(person, act, facts)

    return await parts.read(work)


async def explain_all(
    parts: Parts, caller: Caller, person_id: PersonId, reference: Reference
) -> tuple[Explanation, ...]:
    """The same for everything that can be done with a connection.

    About oneself one may ask whatever one may know of the connection, about others whoever may see it.

    Raises:
        ConnectionNotFoundError: There is none, as far as the caller may know.
        ForbiddenError: He may not ask about others.
        NotFoundError: There is no such person.
    """

    def work(tx: Transaction) -> tuple[Explanation, ...]:
        person, facts = _asked_about(parts, tx, caller, person_id, reference)
        return tuple(access.explain(person, act, facts) for act in ConnectionAct)

    return await parts.read(work)


def _asked_about(
    parts: Parts, tx: Transaction, caller: Caller, person_id: PersonId, reference: Reference
) -> tuple[Principal, ConnectionFacts]:
    facts = records.facts_of(tx, parts.find(tx, caller.principal, reference))
    if person_id == caller.principal.person_id and access.may_know_of(caller.principal, facts):
        return caller.principal, facts
    access.require(caller.principal, ConnectionAct.SEE, facts)
    person = parts.directory.find_principal(tx, person_id)
    if person is None:
        raise NotFoundError("there is no such person", code="person.not_found", what="person")
    return person, facts
