"""Methods as steps of processes: what publishing asks, and each call of a run (O5, O7, C9; docs/decisions/0065).

A run calls by the right of whoever published its version: he must be granted the method when he publishes it, and still
when it is called. Who starts the run is granted nothing by that, and needs no grant.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from jackfield.connections import UsableConnection
from jackfield.db import EpochCache, Transaction
from jackfield.directory import Principal
from jackfield.errors import HubError, InvalidError
from jackfield.integrations import access
from jackfield.integrations.errors import (
    ConfirmationUnavailableError,
    MethodChangedError,
    MethodNotFoundError,
    MethodNotGrantedError,
    method_is_held,
    unknown_integration,
    unknown_method,
    unknown_method_of,
)
from jackfield.integrations.models import Grant, IntegrationAct, Method
from jackfield.integrations.service.calls import UsableMethod, make_request
from jackfield.integrations.service.create import CONNECTOR
from jackfield.integrations.service.parts import Found, Parts
from jackfield.kernel import ConnectionId, PersonId
from jackfield.openapi import Api

_SIZE: Final = 20_000
_ANYWHERE: Final = "https://integration.invalid"
"""In place of the endpoint, which has no part in whether arguments fit."""
Documents = Mapping[ConnectionId, tuple[int, Api]]
"""Documents of integrations, with their versions."""


class StepMethods:
    """The methods of custom integrations, as processes use them."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._decided: EpochCache[tuple[PersonId, ConnectionId, str], UsableMethod] = EpochCache(_SIZE)
        """What runs may call, remembered for one policy epoch."""

    def find_problem(
        self, tx: Transaction, publisher: Principal, connection_id: ConnectionId, name: str
    ) -> HubError | None:
        """Why a step can't call a method by somebody's right, told as far as he may know (O7); None if it can."""
        found = self._parts.find_by_id(tx, connection_id)
        if found is None:
            return unknown_integration()
        problem = _problem_of(found, publisher, name)
        method = found.definition.methods.get(name)
        may_know_why = method is not None and access.decide(publisher, IntegrationAct.READ, found.facts).allowed
        if not isinstance(problem, MethodNotFoundError) or not may_know_why:
            return problem
        decision = access.decide_in_run(publisher, found.facts, found.definition.grants.get(name))
        return MethodNotGrantedError(
            f"the method {name} can't be called by your right: {decision.reason}",
            rule=decision.rule,
            act=IntegrationAct.CALL,
            who_can_change=decision.who_can_change,
        )

    async def read_documents(self, ids: Iterable[ConnectionId]) -> Documents:
        """The documents of integrations as they are now, to hold arguments against; what isn't there is left out.

        Beside any transaction: reading one may take seconds.
        """
        wanted = sorted(set(ids))

        def work(tx: Transaction) -> dict[ConnectionId, int]:
            found = {one: self._parts.find_by_id(tx, one) for one in wanted}
            return {one: known.integration.document_number for one, known in found.items() if known is not None}

        numbers = await self._parts.database.read(work) if wanted else {}
        return {one: (number, await self._parts.apis.get(one, number)) for one, number in numbers.items()}

    def find_argument_problem(
        self, tx: Transaction, connection_id: ConnectionId, name: str, values: Mapping[str, Any], documents: Documents
    ) -> HubError | None:
        """Why the document refuses arguments that are given outright; None if it doesn't, or was changed since it was read.

        Of a method that the caller may call: he learns of no other.
        """
        found, (number, api) = self._parts.find_by_id(tx, connection_id), documents.get(connection_id, (0, None))
        if api is None or found is None or found.integration.document_number != number:
            return None
        try:
            make_request(api, found.definition.methods[name], values, "any", server=_ANYWHERE)
        except InvalidError as error:
            return error
        return None

    async def find_method(self, usable: UsableConnection, run_as: PersonId | None, name: str) -> UsableMethod | None:
        """A method that a run may call now; None where the connection is no custom integration.

        Raises:
            MethodNotFoundError: No such method, or none for whoever published the version.
            MethodHeldError: It waits to be accepted after an update.
            ConfirmationUnavailableError: A person would have to confirm it.
        """
        if usable.connector != CONNECTOR:
            return None
        if run_as is None:
            raise unknown_method()
        key = (run_as, usable.id, name)
        decided = self._decided.find(key, usable.epoch)
        if decided is None:
            decided = await self._parts.database.read(lambda tx: self._decide(tx, usable, run_as, name))
            self._decided.keep(key, usable.epoch, decided)
        return decided

    async def require_still(
        self, usable: UsableConnection, run_as: PersonId | None, before: UsableMethod
    ) -> UsableMethod:
        """The same method, decided anew.

        Raises:
            MethodChangedError: The document got another version meanwhile.
            HubError: As `find_method`.
        """
        now = await self.find_method(usable, run_as, before.method.name)
        assert now is not None
        if now.document_number != before.document_number:
            raise MethodChangedError("the integration's document was changed meanwhile; nothing was sent, try again")
        return now

    def _decide(self, tx: Transaction, usable: UsableConnection, run_as: PersonId, name: str) -> UsableMethod:
        publisher = self._parts.facts.find_principal(tx, run_as)
        found = self._parts.find_by_id(tx, usable.id)
        if publisher is None or found is None:
            raise unknown_integration()
        problem = _problem_of(found, publisher, name)
        if problem is not None:
            raise problem
        rule = access.decide_in_run(publisher, found.facts, found.definition.grants.get(name)).rule
        number = found.integration.document_number
        return UsableMethod.of(replace(usable, rule=rule), found.definition.methods[name], number)


def _problem_of(found: Found, publisher: Principal, name: str) -> HubError | None:
    """Why a run doesn't call a method; unknown and not granted look the same."""
    methods: Mapping[str, Method] = found.definition.methods
    grant: Grant | None = found.definition.grants.get(name)
    decision = access.decide_in_run(publisher, found.facts, grant)
    if name not in methods or (not decision.allowed and decision.rule != "O9"):
        return unknown_method_of(name, publisher.name)
    if not decision.allowed:
        return method_is_held(decision)
    if grant is not None and grant.confirmation:
        return ConfirmationUnavailableError(
            f"a person has to confirm calls of {name}, which can't be done yet; nothing was sent",
            rule="O6",
            act=IntegrationAct.CALL,
            who_can_change="the connection's admins",
        )
    return None
