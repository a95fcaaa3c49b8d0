"""The hallway: the one way from somebody's wish to a credential's use (ARCHITECTURE.md, the hallway)."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog

from jackfield.audit import AuditLog, Intent
from jackfield.connections import Candidate, ConnectionAct, Connections, UsableConnection
from jackfield.connectors import (
    Action,
    Arguments,
    Catalogue,
    Connector,
    Credentials,
    Effect,
    RemoteIdentity,
    Repeat,
    Use,
    Weight,
    parse_fields,
)
from jackfield.directory import Caller, Directory
from jackfield.egress import Egress, Reach
from jackfield.errors import HubError, JsonValue, Kind, NotFoundError
from jackfield.gateway.attempts import classify, may_repeat
from jackfield.gateway.gate import Circuit, Gates
from jackfield.gateway.models import UseResult
from jackfield.gateway.reaches import Reaches
from jackfield.gateway.redaction import Redaction
from jackfield.kernel import Act, Clock, ObjectRef, Outcome, Secret
from jackfield.settings import Limits

log = structlog.get_logger(__name__)

_PEER_FAILED = frozenset({Kind.REMOTE_UNAVAILABLE, Kind.OUTCOME_UNKNOWN})
_PEER_ANSWERED = frozenset({Kind.REMOTE_REJECTED, Kind.REMOTE_SIGN_IN, Kind.REMOTE_THROTTLED})


@dataclass(frozen=True, slots=True)
class _Call:
    """One call on its way."""

    caller: Caller
    usable: UsableConnection
    connector: Connector[Any]
    action: Action
    arguments: Arguments
    weight: Weight
    idempotency_key: str
    deadline: float
    """On the event loop's clock."""


class Gateway:
    """Uses connections for whoever may."""

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        connections: Connections,
        directory: Directory,
        audit: AuditLog,
        egress: Egress,
        clock: Clock,
        limits: Limits,
    ) -> None:
        self._catalogue = catalogue
        self._connections = connections
        self._directory = directory
        self._audit = audit
        self._egress = egress
        self._clock = clock
        self._limits = limits
        self._gates = Gates(limits)
        self._reaches = Reaches(egress)
        self._under_way: set[asyncio.Task[UseResult]] = set()

    async def use(
        self,
        caller: Caller,
        reference: str,
        action: str,
        arguments: Mapping[str, Any],
        *,
        idempotency_key: str | None = None,
    ) -> UseResult:
        """Call one action of a connection.

        A caller who goes away stops waiting, and nothing else: what has left is followed to its outcome.

        Args:
            caller: Who asks, through which door.
            reference: The connection's id, or its name where only one of the caller's has it.
            action: The action's key.
            arguments: For the action, as JSON values.
            idempotency_key: Sent along by actions that can be keyed; made up where there is none.

        Raises:
            NotFoundError: There is no such connection or action, as far as the caller may know.
            ForbiddenError: A rule refuses it.
            FeatureOffError: Its connector is switched off.
            InvalidError: The arguments don't fit; `field` says which.
            LimitedError: A limit of ours was reached.
            RemoteError: What the other side said, or that it said nothing.
        """
        task = asyncio.ensure_future(self._use(caller, reference, action, arguments, idempotency_key))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)

    async def _use(
        self, caller: Caller, reference: str, action_key: str, values: Mapping[str, Any], idempotency_key: str | None
    ) -> UseResult:
        usable = await self._connections.usable(caller, reference, ConnectionAct.USE)
        connector = self._catalogue.get(usable.connector)
        action = _find_action(connector, action_key)
        arguments = parse_fields(action.arguments, values, where="arguments")
        seconds = self._limits.call_seconds
        call = _Call(
            caller=caller,
            usable=usable,
            connector=connector,
            action=action,
            arguments=arguments,
            weight=action.weight_of(arguments),
            idempotency_key=idempotency_key or caller.request_id,
            deadline=asyncio.get_running_loop().time() + seconds,
        )
        async with self._gates.through(usable.id, caller.principal.person_id, seconds=seconds) as circuit:
            intent = await self._audit.intend(_act(call))
            return await self._follow(call, intent, circuit)

    async def _follow(self, call: _Call, intent: Intent, circuit: Circuit) -> UseResult:
        """From the recorded intent to the recorded outcome."""
        started = time.perf_counter()
        attempts = _Attempts()
        outcome, data = Outcome.UNKNOWN, dict[str, JsonValue]()
        try:
            call = await self._decide_again(call, intent)
            text, reflected = await self._perform(call, circuit, attempts)
        except HubError as error:
            outcome = _outcome(error)
            data = {"code": error.code, "attempts": attempts.made}
            raise
        else:
            outcome = Outcome.DONE
            data = {"attempts": attempts.made} | ({"secret_reflected": True} if reflected else {})
        finally:
            self._audit.settle(intent, outcome, data=data)
        self._connections.note_use(call.usable.id, self._clock.now())
        return UseResult(
            request_id=call.caller.request_id,
            result=text,
            secret_reflected=reflected,
            attempts=attempts.made,
            duration_ms=round((time.perf_counter() - started) * 1000),
        )

    async def _decide_again(self, call: _Call, intent: Intent) -> _Call:
        """The same call, decided at the policy under which its intent was recorded."""
        if call.caller.principal.epoch == call.usable.epoch == intent.policy_epoch:
            return call
        caller = await self._directory.renew(call.caller, intent.policy_epoch)
        usable = await self._connections.usable(caller, call.usable.id, ConnectionAct.USE)
        return replace(call, caller=caller, usable=usable)

    async def _perform(self, call: _Call, circuit: Circuit, attempts: "_Attempts") -> tuple[bytes, bool]:
        """Attempt it, and again where that is safe; the result as JSON and whether a secret was in it."""
        _, _, budget = self._gates.of(call.usable.id)
        budget.earn()
        loop = asyncio.get_running_loop()
        while True:
            attempts.made += 1
            try:
                answer = await self._attempt(call, call.deadline - loop.time())
            except HubError as error:
                self._note_failure(call, circuit, error)
                again = may_repeat(error, call.weight, attempts.made, seconds_left=call.deadline - loop.time())
                if again is None or not budget.spend():
                    raise
                await asyncio.sleep(again.pause)
                circuit.require_closed()
            else:
                circuit.succeeded()
                self._connections.note_health(call.usable, None)
                return answer

    async def _attempt(self, call: _Call, seconds: float) -> tuple[bytes, bool]:
        """One attempt; the credentials are readable inside this function alone."""
        credentials = self._connections.unseal(call.usable)
        redaction = Redaction(_secrets(credentials))
        try:
            async with (
                asyncio.timeout(seconds),
                self._reaches.lend(
                    (
                        call.usable.id,
                        call.usable.secret_version,
                        call.usable.policy,
                        call.connector.tls(call.usable.details),
                    )
                ) as reach,
            ):
                use = self._make_use(call, credentials, reach, seconds)
                result = await call.action.perform(call.connector, use, call.arguments)
            return redaction.clean_json(result.model_dump_json().encode())
        except Exception as raw:  # noqa: BLE001  # whatever a connector raises becomes one HubError
            raise _failure(
                raw,
                weight=call.weight,
                caller=call.caller,
                connector=call.connector,
                action=call.action.key,
                seconds=seconds,
                redaction=redaction,
            ) from None

    def _make_use(self, call: _Call, credentials: Credentials, reach: Reach, seconds: float) -> Use[Any]:
        return Use(
            details=call.usable.details,
            scheme=call.usable.scheme,
            credentials=credentials,
            reach=reach,
            seconds=seconds,
            idempotency_key=call.idempotency_key if call.weight.repeat is Repeat.KEYED else None,
        )

    def _note_failure(self, call: _Call, circuit: Circuit, error: HubError) -> None:
        """Tell the circuit and the connection's health (C14)."""
        if error.kind in _PEER_FAILED:
            circuit.failed()
        elif error.kind in _PEER_ANSWERED:
            circuit.succeeded()
        else:
            circuit.gave_no_answer()
        self._connections.note_health(call.usable, error)

    async def test(self, caller: Caller, candidate: Candidate) -> RemoteIdentity:
        """Sign in with a connection that is not (or not yet) the stored one (C1, C5); audited like any use.

        Raises:
            HubError: Why it doesn't connect.
        """
        connector = self._catalogue.get(candidate.connector)
        seconds = self._limits.call_seconds
        intent = await self._audit.intend(
            Act(
                actor=caller.actor,
                door=caller.door,
                request_id=caller.request_id,
                name="connection.test",
                object=ObjectRef("connection", candidate.connection_id, candidate.name),
                business_unit_id=candidate.business_unit_id,
                rule="C1",
                data={"connector": candidate.connector},
            )
        )
        outcome, data = Outcome.UNKNOWN, dict[str, JsonValue]()
        redaction = Redaction(_secrets(candidate.credentials))
        reach = self._egress.reach(candidate.policy, connector.tls(candidate.details))
        use: Use[Any] = Use(candidate.details, candidate.scheme, candidate.credentials, reach, seconds)
        try:
            async with asyncio.timeout(seconds):
                identity = await connector.test(use)
            outcome = Outcome.DONE
        except Exception as raw:  # noqa: BLE001  # whatever a connector raises becomes one HubError
            error = _failure(
                raw,
                weight=_TEST,
                caller=caller,
                connector=connector,
                action="test",
                seconds=seconds,
                redaction=redaction,
            )
            outcome, data = _outcome(error), {"code": error.code}
            raise error from None
        else:
            return RemoteIdentity(
                redaction.clean_text(identity.account), redaction.clean_text(identity.system), identity.notes
            )
        finally:
            await reach.close()
            self._audit.settle(intent, outcome, data=data)

    async def close(self) -> None:
        """Let what is under way come to its outcome, then let go of every connection."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=self._limits.call_seconds)
        await self._reaches.close()


_TEST = Weight(effect=Effect.READ, repeat=Repeat.READ)


@dataclass(slots=True)
class _Attempts:
    made: int = 0


def _failure(
    raw: Exception,
    *,
    weight: Weight,
    caller: Caller,
    connector: Connector[Any],
    action: str,
    seconds: float,
    redaction: Redaction,
) -> HubError:
    """The one error for what an attempt raised, without the connection's secrets."""
    if not isinstance(raw, (HubError, TimeoutError)):
        # No traceback: its lines and values are not ours to show, and may hold what must not be seen.
        log.error(
            "connector.failed",
            request_id=caller.request_id,
            connector=connector.key,
            action=action,
            error=type(raw).__name__,
            reason=redaction.clean_text(str(raw))[:500],
        )
    return redaction.clean_error(classify(raw, weight, connector=connector.title, action=action, seconds=seconds))


def _find_action(connector: Connector[Any], key: str) -> Action:
    found = connector.actions.get(key)
    if found is None:
        known = ", ".join(connector.actions)
        raise NotFoundError(
            f"{connector.title} has no action {key[:60]!r}; it has {known}", code="action.not_found", field="action"
        )
    return found


def _act(call: _Call) -> Act:
    usable = call.usable
    return Act(
        actor=call.caller.actor,
        door=call.caller.door,
        request_id=call.caller.request_id,
        name="connection.use",
        object=ObjectRef("connection", usable.id, usable.name),
        business_unit_id=usable.facts.business_unit_id,
        rule=usable.rule,
        data={"action": call.action.key, "effect": call.weight.effect.value, "connector": usable.connector},
    )


def _outcome(error: HubError) -> Outcome:
    match error.kind:
        case Kind.OUTCOME_UNKNOWN:
            return Outcome.UNKNOWN
        case Kind.FORBIDDEN | Kind.NOT_FOUND | Kind.FEATURE_OFF | Kind.UNAUTHENTICATED:
            return Outcome.REFUSED
        case _:
            return Outcome.FAILED


def _secrets(credentials: Credentials) -> list[str]:
    values = (getattr(credentials, name) for name in type(credentials).model_fields)
    return [value.reveal() for value in values if isinstance(value, Secret)]
