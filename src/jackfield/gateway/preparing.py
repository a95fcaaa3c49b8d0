"""Steps 1 and 2 of the hallway: what is meant, and may it be done."""

import asyncio
from collections.abc import Mapping
from typing import Any

from jackfield.audit import AuditLog, Intent
from jackfield.connections import ConnectionAct, Connections
from jackfield.connectors import Arguments, Catalogue, Weight, parse_fields
from jackfield.directory import Caller, Directory
from jackfield.errors import HubError, InvalidError, Kind
from jackfield.gateway.calls import Call, find_action
from jackfield.gateway.endings import outcome_of
from jackfield.gateway.models import RunStep
from jackfield.integrations import Integrations, UsableMethod, unknown_integration
from jackfield.kernel import Act, ConnectionId, ObjectRef, Outcome
from jackfield.settings import Limits


class Preparing:
    """Makes calls that may be done of what somebody asks for; what is refused is recorded (E1)."""

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        connections: Connections,
        integrations: Integrations,
        directory: Directory,
        audit: AuditLog,
        limits: Limits,
    ) -> None:
        self._catalogue = catalogue
        self._connections = connections
        self._integrations = integrations
        self._directory = directory
        self._audit = audit
        self._limits = limits

    async def prepare(
        self, caller: Caller, reference: str, action_key: str, values: Mapping[str, Any], idempotency_key: str | None
    ) -> Call:
        """A call of an action, or of a method where the reference means a custom integration.

        Raises:
            HubError: It is refused, or there is no such thing as far as the caller may know.
        """
        method = await self._find_method(caller, reference, action_key)
        if method is not None:
            return await self._of_method(caller, method, values, idempotency_key or caller.request_id)
        try:
            usable = await self._connections.usable(caller, reference, ConnectionAct.USE)
        except HubError as error:
            await self._record_if_refused(caller, reference, action_key, error, rule=None)
            raise
        connector = self._catalogue.get(usable.connector)
        action = find_action(connector, action_key)
        arguments = parse_fields(action.arguments, values, where="arguments")
        seconds = self._limits.call_seconds
        return Call(
            caller=caller,
            usable=usable,
            connector=connector,
            action=action,
            arguments=arguments,
            weight=action.weight_of(arguments),
            idempotency_key=idempotency_key or caller.request_id,
            seconds=seconds,
            deadline=asyncio.get_running_loop().time() + seconds,
            turn=caller.principal.person_id,
        )

    async def prepare_method(
        self, caller: Caller, reference: str, name: str, values: Mapping[str, Any], idempotency_key: str | None
    ) -> Call:
        """A call of a method of what must be a custom integration.

        Raises:
            HubError: As `prepare`.
        """
        method = await self._find_method(caller, reference, name)
        if method is None:
            unknown = unknown_integration()
            await self._record_if_refused(caller, reference, name, unknown, rule="O7")
            raise unknown
        return await self._of_method(caller, method, values, idempotency_key or caller.request_id)

    async def prepare_in_run(
        self, step: RunStep, action_name: str, values: Mapping[str, Any], seconds: float | None
    ) -> Call:
        """A call of a step of a run (C9): one attempt.

        Raises:
            HubError: As `prepare`.
        """
        try:
            return await self._of_step(step, action_name, values, seconds)
        except HubError as error:
            # A look that is refused is no attempt of anybody's, and would be recorded again with each look.
            if step.journal is not None:
                rule = "C13" if error.kind is Kind.FEATURE_OFF else "C9"
                await self._record_if_refused(step, step.connection_id, action_name.partition(".")[2], error, rule=rule)
            raise

    async def _of_step(self, step: RunStep, action_name: str, values: Mapping[str, Any], seconds: float | None) -> Call:
        usable = await self._connections.usable_in_run(step.connection_id, step.business_unit_id)
        connector = self._catalogue.get(usable.connector)
        connector_key, _, action_key = action_name.partition(".")
        if connector_key != connector.key:
            raise InvalidError(
                f"the step is made for {connector_key[:60]!r}, and its connection is one of {connector.key}",
                code="step.other_connector",
                field="connection",
            )
        method = await self._integrations.steps.find_method(usable, step.run_as, action_key)
        action = find_action(connector, action_key) if method is None else method.action
        if method is None:
            arguments: Arguments = parse_fields(action.arguments, values, where="arguments")
        else:
            arguments = await self._integrations.prepare(method, values, step.idempotency_key)
        seconds = min(seconds or self._limits.call_seconds, self._limits.call_seconds)
        return Call(
            caller=step,
            usable=usable if method is None else method.usable,
            connector=connector,
            action=action,
            arguments=arguments,
            weight=action.weight_of(arguments),
            idempotency_key=step.idempotency_key,
            seconds=seconds,
            deadline=asyncio.get_running_loop().time() + seconds,
            turn=step.turn,
            attempts=1,
            journal=step.journal,
            method=method,
        )

    async def weigh(self, caller: Caller, reference: str, action: str, values: Mapping[str, Any]) -> Weight:
        """How heavy such a call would be (O6).

        Raises:
            HubError: As `prepare`.
        """
        method = await self._integrations.find_method(caller, reference, action)
        if method is not None:
            await self._integrations.prepare(method, values, caller.request_id)
            return method.action.weight
        usable = await self._connections.usable(caller, reference, ConnectionAct.USE)
        found = find_action(self._catalogue.get(usable.connector), action)
        return found.weight_of(parse_fields(found.arguments, values, where="arguments"))

    async def decide_again(self, call: Call, intent: Intent) -> Call:
        """The same call, decided at the policy under which its intent was recorded.

        Raises:
            HubError: It may not be done any more.
        """
        if isinstance(call.caller, RunStep):
            if call.usable.epoch == intent.policy_epoch:
                return call
            step = call.caller
            usable = await self._connections.usable_in_run(step.connection_id, step.business_unit_id)
            if call.method is None:
                return call._replace(usable=usable)
            method = await self._integrations.steps.require_still(usable, step.run_as, call.method)
            return call._replace(usable=method.usable, method=method)
        if call.caller.principal.epoch == call.usable.epoch == intent.policy_epoch:
            return call
        caller = await self._directory.renew(call.caller, intent.policy_epoch)
        if call.method is not None:
            method = await self._integrations.require_still(caller, call.method)
            return call._replace(caller=caller, usable=method.usable, method=method)
        usable = await self._connections.usable(caller, call.usable.id, ConnectionAct.USE)
        return call._replace(caller=caller, usable=usable)

    async def _of_method(
        self, caller: Caller, method: UsableMethod, values: Mapping[str, Any], idempotency_key: str
    ) -> Call:
        arguments = await self._integrations.prepare(method, values, idempotency_key)
        seconds = self._limits.call_seconds
        return Call(
            caller=caller,
            usable=method.usable,
            connector=self._catalogue.get(method.usable.connector),
            action=method.action,
            arguments=arguments,
            weight=method.action.weight,
            idempotency_key=idempotency_key,
            seconds=seconds,
            deadline=asyncio.get_running_loop().time() + seconds,
            turn=caller.principal.person_id,
            method=method,
        )

    async def _find_method(self, caller: Caller, reference: str, name: str) -> UsableMethod | None:
        """The method, where the reference means a custom integration."""
        try:
            return await self._integrations.find_method(caller, reference, name)
        except HubError as error:
            await self._record_if_refused(caller, reference, name, error, rule="O7")
            raise

    async def _record_if_refused(
        self, caller: Caller | RunStep, reference: str, name: str, error: HubError, *, rule: str | None
    ) -> None:
        """A use that a rule refuses is recorded, too (E1); `rule` is named where the error hides it.

        What isn't there is recorded like what isn't for the caller: not even the time it takes tells them apart (O7).
        """
        if outcome_of(error) is not Outcome.REFUSED and "rule" not in error.data:
            return
        known = None if isinstance(caller, RunStep) else await self._integrations.find_usable(caller, reference)
        known = known or await self._connections.find_usable(ConnectionId(reference))
        act = Act(
            actor=caller.actor,
            door=caller.door,
            request_id=caller.request_id,
            name="connection.use",
            object=ObjectRef("connection", known.id, known.name) if known else ObjectRef("connection", reference[:200]),
            business_unit_id=known.facts.business_unit_id if known else None,
            rule=rule,
            data={"action": name[:100], "code": error.code, **(caller.data if isinstance(caller, RunStep) else {})},
        )
        await self._audit.record_refusal(act, error)
