"""Listening to what a connection tells by itself, for as long as the rules allow it; the hallway's steps, held open.

One record is written of it, with an intent before and an outcome after, and one sign-in is made: so a session lasts an
hour, and not a minute. It ends within a second of whatever it rests on: the connection switched off, deleted, reconnected,
moved, no longer permitted where it goes.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from jackfield.audit import AuditLog
from jackfield.connections import Connections, UsableConnection
from jackfield.connectors import Arguments, Catalogue, Connector, Effect, Repeat, Tell, Use, Watch, Weight, parse_fields
from jackfield.errors import HubError, InvalidError, JsonValue, Kind, NotFoundError
from jackfield.gateway.endings import failure_of, outcome_of, secrets_of
from jackfield.gateway.gate import Circuit, Gates
from jackfield.gateway.models import RunStep
from jackfield.gateway.reaches import Reaches
from jackfield.gateway.redaction import Redaction
from jackfield.kernel import Act, Clock, ObjectRef, Outcome
from jackfield.settings import Limits

_LOOK_SECONDS: Final = 0.5
"""Between two looks whether it may still be listened to."""
_SPARE_SECONDS: Final = 5
"""For a connector to come to its end by itself."""
_READS: Final = Weight(Effect.READ, Repeat.READ)


@dataclass(slots=True)
class _Session:
    step: RunStep
    usable: UsableConnection
    connector: Connector[Any]
    watch: Watch
    arguments: Arguments
    circuit: Circuit
    told: int = 0
    """How often something may have been new; it listens from the first time on."""


class Watches:
    """Listens to connections for whoever may use them in runs."""

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        connections: Connections,
        audit: AuditLog,
        gates: Gates,
        reaches: Reaches,
        clock: Clock,
        limits: Limits,
    ) -> None:
        self._catalogue = catalogue
        self._connections = connections
        self._audit = audit
        self._gates = gates
        self._reaches = reaches
        self._clock = clock
        self._limits = limits

    async def watch(self, step: RunStep, name: str, values: Mapping[str, Any], tell: Tell) -> None:
        """As `Gateway.watch`."""
        usable = await self._connections.usable_in_run(step.connection_id, step.business_unit_id)
        connector = self._catalogue.get(usable.connector)
        watch = _find_watch(connector, name)
        arguments = parse_fields(watch.arguments, values, where="arguments")
        with self._gates.watching(usable.id) as circuit:
            await self._recorded(_Session(step, usable, connector, watch, arguments, circuit), tell)

    async def _recorded(self, session: _Session, tell: Tell) -> None:
        intent = await self._audit.intend(_act(session))
        outcome, data = Outcome.DONE, dict[str, JsonValue]()
        try:
            session.usable = await self._usable(session)
            await self._while_permitted(session, tell)
        except HubError as error:
            outcome, data = outcome_of(error), {"code": error.code}
            raise
        finally:
            self._audit.settle(intent, outcome, data={**data, "told": session.told})

    async def _while_permitted(self, session: _Session, tell: Tell) -> None:
        listening = asyncio.create_task(self._listen(session, tell))
        permitted = asyncio.create_task(self._watch_permission(session))
        try:
            await asyncio.wait((listening, permitted), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (listening, permitted):
                task.cancel()
            await asyncio.wait((listening, permitted))
        for task in (permitted, listening):
            if not task.cancelled():
                task.result()

    async def _watch_permission(self, session: _Session) -> None:
        """Until what it rests on is another than it was.

        Raises:
            HubError: It may not be listened to any more.
        """
        before = _rests_on(session.usable)
        while _rests_on(await self._usable(session)) == before:  # noqa: ASYNC110  # other processes change it, too
            await asyncio.sleep(_LOOK_SECONDS)

    async def _listen(self, session: _Session, tell: Tell) -> None:
        seconds = self._limits.watch_seconds
        usable, connector = session.usable, session.connector
        # The credentials are readable inside this function alone.
        credentials = self._connections.unseal(usable)
        redaction = Redaction(secrets_of(credentials))
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._limits.call_seconds) as deadline:
                with self._reaches.lend(
                    (usable.id, usable.secret_version, usable.policy, connector.tls(usable.details))
                ) as reach:
                    use: Use[Any] = Use(
                        usable.details, usable.scheme, credentials, reach, seconds, conceal=redaction.conceal
                    )
                    until = loop.time() + seconds + _SPARE_SECONDS
                    heard = self._hears(session, tell, lambda: deadline.reschedule(until))
                    await session.watch.perform(connector, use, session.arguments, heard)
        except Exception as raw:  # noqa: BLE001  # whatever a connector raises becomes one HubError
            if session.told and isinstance(raw, TimeoutError):
                return
            error = failure_of(
                raw,
                weight=_READS,
                caller=session.step,
                connector=connector,
                action=session.watch.key,
                seconds=self._limits.call_seconds,
                redaction=redaction,
            )
            self._note_failure(session, error)
            raise error from None

    def _hears(self, session: _Session, tell: Tell, opened: Callable[[], None]) -> Tell:
        def heard() -> None:
            session.told += 1
            if session.told == 1:
                opened()
                session.circuit.succeeded()
                self._connections.note_health(session.usable, None)
                self._connections.note_use(session.usable.id, self._clock.now())
            tell()

        return heard

    def _note_failure(self, session: _Session, error: HubError) -> None:
        """Tell the circuit and the connection's health (C14).

        That a session broke off which had begun is no news of either: many servers end them, and the next shows.
        """
        if session.told:
            return
        if error.kind in {Kind.REMOTE_UNAVAILABLE, Kind.OUTCOME_UNKNOWN}:
            session.circuit.failed()
        elif error.kind in {Kind.REMOTE_REJECTED, Kind.REMOTE_SIGN_IN, Kind.REMOTE_THROTTLED}:
            session.circuit.succeeded()
        self._connections.note_health(session.usable, error)

    async def _usable(self, session: _Session) -> UsableConnection:
        return await self._connections.usable_in_run(session.step.connection_id, session.step.business_unit_id)


def _rests_on(usable: UsableConnection) -> tuple[Any, ...]:
    return usable.secret_version, usable.scheme, usable.details, usable.policy


def _find_watch(connector: Connector[Any], name: str) -> Watch:
    connector_key, _, key = name.partition(".")
    if connector_key != connector.key:
        raise InvalidError(
            f"{connector_key[:60]!r} was to be listened to, and the connection is one of {connector.key}",
            code="step.other_connector",
            field="connection",
        )
    found = connector.watches.get(key)
    if found is None:
        raise NotFoundError(f"{connector.title} has no watch {key[:60]!r}", code="watch.not_found", field="watch")
    return found


def _act(session: _Session) -> Act:
    step, usable = session.step, session.usable
    return Act(
        actor=step.actor,
        door=step.door,
        request_id=step.request_id,
        name="connection.use",
        object=ObjectRef("connection", usable.id, usable.name),
        business_unit_id=usable.facts.business_unit_id,
        rule=usable.rule,
        data={
            "action": session.watch.key,
            "effect": _READS.effect.value,
            "connector": usable.connector,
            **step.data,
        },
    )
