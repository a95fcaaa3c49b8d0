"""Why? For any person, connection and act (C17)."""

from jackfield.connections import access
from jackfield.connections.access import Explanation
from jackfield.connections.models import ConnectionAct
from jackfield.connections.service.parts import Parts, Reference
from jackfield.connections.store import records
from jackfield.db import Transaction
from jackfield.directory import Caller
from jackfield.errors import NotFoundError
from jackfield.kernel import PersonId


async def explain(
    parts: Parts, caller: Caller, person_id: PersonId, act: ConnectionAct, reference: Reference
) -> Explanation:
    """Whether a person may do something with a connection, with every question that was asked.

    About oneself one may ask whatever one may know of the connection, about others whoever may see it.

    Raises:
        ConnectionNotFoundError: There is none, as far as the caller may know.
        ForbiddenError: He may not ask about others.
        NotFoundError: There is no such person.
    """

    def work(tx: Transaction) -> Explanation:
        connection = parts.find(tx, caller.principal, reference)
        facts = records.facts_of(tx, connection)
        if person_id == caller.principal.person_id and access.may_know_of(caller.principal, facts):
            return access.explain(caller.principal, act, facts)
        access.require(caller.principal, ConnectionAct.SEE, facts)
        person = parts.directory.find_principal(tx, person_id)
        if person is None:
            raise NotFoundError("there is no such person", code="person.not_found", what="person")
        return access.explain(person, act, facts)

    return await parts.read(work)
