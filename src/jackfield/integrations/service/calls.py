"""What the gateway asks: which method is meant, may it be called, and what exactly would be sent (O5, O7)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from jackfield.catalog.openapi import MethodCall, MethodResult, OpenapiConnector
from jackfield.catalog.openapi.declarations import OpenapiDetails
from jackfield.connections import (
    NameAmbiguousError,
    UsableConnection,
    may_know_of,
    refusal_of,
)
from jackfield.connectors import Action, Repeat, Weight
from jackfield.db import EpochCache, Transaction
from jackfield.directory import Caller, Principal
from jackfield.errors import HubError, JsonValue
from jackfield.integrations import access
from jackfield.integrations.errors import (
    ConfirmationUnavailableError,
    MethodChangedError,
    method_is_held,
    unknown_integration,
    unknown_method,
)
from jackfield.integrations.models import Definition, IntegrationAct, IntegrationFacts, Method
from jackfield.integrations.service.descriptions import Descriptions
from jackfield.integrations.service.parts import Parts, Reference
from jackfield.integrations.store import records
from jackfield.kernel import ConnectionId, PersonId
from jackfield.openapi import Api, Arguments, Operation, Request, build_request, classify, read_arguments

_SIZE: Final = 20_000


@dataclass(frozen=True, slots=True)
class UsableMethod:
    """What one call needs, decided for one caller; the credentials still sealed."""

    usable: UsableConnection
    """With the rule by which he may call the method."""
    method: Method
    document_number: int
    """The version of the document that the call is made by."""

    action: Action
    """The method as an action of its connector: it walks the hallway as all others do."""

    @classmethod
    def of(cls, usable: UsableConnection, method: Method, document_number: int) -> "UsableMethod":
        """The same, with the action that the method makes."""
        action = Action(
            key=method.name,
            title=method.label,
            description=method.summary,
            weight=Weight(method.effect, method.repeat),
            arguments=MethodCall,
            result=MethodResult,
            perform=OpenapiConnector.send,
        )
        return cls(usable, method, document_number, action)

    @property
    def recorded(self) -> dict[str, JsonValue]:
        """What the record of a call says of the method, beside its name."""
        return {"method": self.method.label, "document": self.document_number}


class Calls:
    """Methods ready to be called, and for whom, remembered for one policy epoch."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._decided: EpochCache[tuple[PersonId, Reference, str], UsableMethod] = EpochCache(_SIZE)
        self._definitions: EpochCache[ConnectionId, Definition] = EpochCache(_SIZE)
        self._descriptions = Descriptions()
        self._others: EpochCache[Reference, bool] = EpochCache(_SIZE)
        """References that mean no integration to anybody."""

    async def find_method(self, caller: Caller, reference: Reference, name: str) -> UsableMethod | None:
        """A method that the caller may call now; None where the reference means no custom integration.

        Raises:
            IntegrationNotFoundError: It means one that he may not know of.
            MethodNotFoundError: No such method, or none for him (O7).
            ForbiddenError: He may read the grants, and they don't let him.
            ConfirmationUnavailableError: A person would have to confirm it.
            FeatureOffError, ConflictError: It is only that it can't be called now.
            NameAmbiguousError: The reference is a name that means several.
        """
        epoch = await self._parts.epoch.current()
        principal = caller.principal
        key = (principal.person_id, reference, name)
        decided = self._decided.find(key, epoch) if principal.epoch == epoch else None
        if decided is not None:
            return decided
        if self._others.find(reference, epoch):
            return None
        integration_id = await self._resolve(principal, reference, epoch)
        if integration_id is None:
            return None
        found = await self._decide(principal, integration_id, name, epoch)
        if principal.epoch == epoch:
            self._decided.keep(key, epoch, found)
        return found

    async def find_usable(self, caller: Caller, reference: Reference) -> UsableConnection | None:
        """The connection of the integration that a reference means, for the record; no rule is asked."""
        epoch = await self._parts.epoch.current()
        integration_id = await self._resolve(caller.principal, reference, epoch)
        return None if integration_id is None else await self._parts.connections.find_usable(integration_id)

    async def require_still(self, caller: Caller, before: UsableMethod) -> UsableMethod:
        """The same method, decided for who the caller is now.

        Raises:
            MethodChangedError: The document got another version meanwhile.
            HubError: As `find_method`.
        """
        now = await self.find_method(caller, before.usable.id, before.method.name)
        if now is None:
            raise unknown_integration()
        if now.document_number != before.document_number:
            raise MethodChangedError("the integration's document was changed meanwhile; nothing was sent, call again")
        return now

    async def prepare(self, found: UsableMethod, values: Mapping[str, Any], idempotency_key: str) -> MethodCall:
        """The request of a call, complete but for the credentials.

        Raises:
            InvalidError: The arguments don't fit; `field` says which.
        """
        api = await self._parts.apis.get(found.usable.id, found.document_number)
        operation = api.get_operation(found.method.name)
        details = found.usable.details
        assert isinstance(details, OpenapiDetails)
        try:
            arguments, request = make_request(api, found.method, values, idempotency_key, server=details.endpoint)
        except HubError as error:
            raise _told_of_arguments(error) from None
        return MethodCall(
            method=request.method,
            url=request.url,
            headers=request.headers,
            body=request.body,
            described=self._descriptions.describe(api, operation, arguments),
        )

    async def _resolve(self, principal: Principal, reference: Reference, epoch: int) -> ConnectionId | None:
        """The integration that is meant; None if none is."""
        if self._definitions.find(ConnectionId(reference), epoch) is not None:
            return ConnectionId(reference)

        def work(tx: Transaction) -> tuple[ConnectionId | None, bool]:
            if records.find_integration(tx, ConnectionId(reference)) is not None:
                return ConnectionId(reference), False
            named = self._parts.desk.find_ids_by_name(tx, reference)
            if not named:
                return None, True
            known: list[tuple[ConnectionId, bool]] = []
            for connection_id in named:
                live = self._parts.desk.find(tx, connection_id)
                if live is None:
                    continue
                one = self._parts.find_by_id(tx, connection_id)
                if may_know_of(principal, live[1]) or (
                    one is not None and access.may_know_of(principal, one.facts, one.definition)
                ):
                    known.append((connection_id, one is not None))
            if len(known) > 1:
                raise NameAmbiguousError(
                    f"{reference[:120]!r} is the name of several connections; use the id", field="connection"
                )
            return (known[0][0] if known and known[0][1] else None), False

        integration_id, is_other = await self._parts.database.read(work)
        if is_other:
            self._others.keep(reference, epoch, value=True)
        return integration_id

    async def _decide(self, principal: Principal, integration_id: ConnectionId, name: str, epoch: int) -> UsableMethod:
        usable = await self._parts.connections.find_usable(integration_id)
        definition = await self._definition(integration_id, epoch)
        if usable is None or definition is None:
            raise unknown_integration()
        facts = IntegrationFacts(definition.access_groups, usable.facts)
        method, grant = definition.methods.get(name), definition.grants.get(name)
        if method is None or not access.is_granted(principal, facts, grant):
            raise _refusal(principal, facts, definition, method)
        decision = access.decide_call(principal, facts, grant)
        if not decision.allowed:
            match decision.rule:
                case "O9":
                    raise method_is_held(decision)
                case "C13" | "C1":
                    raise refusal_of(usable.facts, decision)
                case _:
                    raise decision.error(IntegrationAct.CALL)
        if grant is not None and grant.confirmation:
            raise ConfirmationUnavailableError(
                "a person has to confirm calls of this method, which can't be done yet; nothing was sent",
                rule="O6",
                act=IntegrationAct.CALL,
                who_can_change="the connection's admins",
            )
        return UsableMethod.of(
            replace(usable, rule=decision.rule, epoch=epoch), method, definition.integration.document_number
        )

    async def _definition(self, integration_id: ConnectionId, epoch: int) -> Definition | None:
        kept = self._definitions.find(integration_id, epoch)
        if kept is not None:
            return kept

        def work(tx: Transaction) -> Definition | None:
            found = self._parts.find_by_id(tx, integration_id)
            return None if found is None else found.definition

        read = await self._parts.database.read(work)
        if read is not None:
            self._definitions.keep(integration_id, epoch, read)
        return read


def make_request(
    api: Api, method: Method, values: Mapping[str, Any], idempotency_key: str, *, server: str
) -> tuple[Arguments, Request]:
    """What a method would send with these arguments.

    Raises:
        InvalidError: They don't fit; `field` says which, by the operation's own names.
    """
    operation = api.get_operation(method.name)
    arguments = read_arguments(operation, values)
    if method.repeat is Repeat.KEYED:
        arguments = _keyed(operation, arguments, idempotency_key)
    return arguments, build_request(api, operation, arguments, server=server)


def _refusal(principal: Principal, facts: IntegrationFacts, definition: Definition, method: Method | None) -> HubError:
    """As much as he may know: nothing of the integration, or nothing of the method, or which rule is in the way (O7)."""
    if not access.may_know_of(principal, facts, definition):
        return unknown_integration()
    if method is None or not access.decide(principal, IntegrationAct.READ, facts).allowed:
        return unknown_method()
    return access.decide_call(principal, facts, definition.grants.get(method.name)).error(IntegrationAct.CALL)


def _keyed(operation: Operation, arguments: Arguments, key: str) -> Arguments:
    """With the idempotency key, where the API takes one and the caller gives none."""
    taker = classify(operation).key_parameter
    if taker is None or arguments.header.get(taker.name) is not None:
        return arguments
    return replace(arguments, header={**arguments.header, taker.name: key})


def _told_of_arguments(error: HubError) -> HubError:
    field = error.data.get("field")
    if isinstance(field, str):
        error.data["field"] = f"arguments.{field}"
    return error
