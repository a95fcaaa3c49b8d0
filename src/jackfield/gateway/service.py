"""The hallway: the one way from somebody's wish to a credential's use (ARCHITECTURE.md, the hallway).

wish ─ preparing ─▶ Call ─ performing ─▶ result, or one HubError
"""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any

from jackfield.audit import AuditLog
from jackfield.connections import Candidate, Connections
from jackfield.connectors import Catalogue, RemoteIdentity, Tell, Weight
from jackfield.directory import Caller, Directory
from jackfield.egress import Egress
from jackfield.gateway.calls import Call
from jackfield.gateway.gate import Gates
from jackfield.gateway.models import RunStep, UseResult
from jackfield.gateway.performing import Performing
from jackfield.gateway.preparing import Preparing
from jackfield.gateway.reaches import Reaches
from jackfield.gateway.testing import Testing
from jackfield.gateway.watching import Watches
from jackfield.integrations import Integrations
from jackfield.kernel import Clock
from jackfield.settings import Limits


class Gateway:
    """Uses connections for whoever may."""

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        connections: Connections,
        integrations: Integrations,
        directory: Directory,
        audit: AuditLog,
        egress: Egress,
        clock: Clock,
        limits: Limits,
    ) -> None:
        self._limits = limits
        self._reaches = Reaches(egress)
        gates = Gates(limits)
        self._preparing = Preparing(
            catalogue=catalogue,
            connections=connections,
            integrations=integrations,
            directory=directory,
            audit=audit,
            limits=limits,
        )
        self._performing = Performing(
            preparing=self._preparing,
            connections=connections,
            audit=audit,
            gates=gates,
            reaches=self._reaches,
            clock=clock,
        )
        self._watches = Watches(
            catalogue=catalogue,
            connections=connections,
            audit=audit,
            gates=gates,
            reaches=self._reaches,
            clock=clock,
            limits=limits,
        )
        self._testing = Testing(catalogue=catalogue, audit=audit, egress=egress, seconds=limits.call_seconds)
        self._under_way: set[asyncio.Task[None]] = set()

    async def use(
        self,
        caller: Caller,
        reference: str,
        action: str,
        arguments: Mapping[str, Any],
        *,
        idempotency_key: str | None = None,
    ) -> UseResult:
        """Call one action of a connection, or one method of a custom integration.

        A caller who goes away stops waiting, and nothing else: what has left is followed to its outcome.

        Args:
            caller: Who asks, through which door.
            reference: The connection's id, or its name where only one of the caller's has it.
            action: The action's key, or the method's name.
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
        return await self._to_the_end(self._preparing.prepare(caller, reference, action, arguments, idempotency_key))

    async def call_method(
        self,
        caller: Caller,
        reference: str,
        name: str,
        arguments: Mapping[str, Any],
        *,
        idempotency_key: str | None = None,
    ) -> UseResult:
        """`use` of what must be a custom integration.

        Raises:
            IntegrationNotFoundError: The reference means none, as far as the caller may know.
            HubError: As `use`.
        """
        return await self._to_the_end(
            self._preparing.prepare_method(caller, reference, name, arguments, idempotency_key)
        )

    async def weigh(self, caller: Caller, reference: str, action: str, arguments: Mapping[str, Any]) -> Weight:
        """How heavy such a call would be (O6); nothing is sent, and no secret opened.

        Raises:
            HubError: As `use`, before anything would leave.
        """
        return await self._preparing.weigh(caller, reference, action, arguments)

    async def use_in_run(
        self, step: RunStep, action: str, arguments: Mapping[str, Any], *, seconds: float | None = None
    ) -> UseResult:
        """Call one action of a connection as a step of a run (C9): one attempt, with the run's journal beside the record.

        Args:
            step: What asks.
            action: As `connector.action`.
            arguments: For the action, as JSON values.
            seconds: How long it may take; never longer than any call.

        Raises:
            HubError: As `use`; and what the journal refuses with.
        """
        return await self._to_the_end(self._preparing.prepare_in_run(step, action, arguments, seconds))

    async def watch(self, step: RunStep, watch: str, arguments: Mapping[str, Any], tell: Tell) -> None:
        """Listen to what a connection tells by itself; returns when that is over for now, and may be begun anew.

        Args:
            step: What listens.
            watch: As `connector.watch`.
            arguments: For the watch, as JSON values.
            tell: Called each time that something may be new; the first time once it listens.

        Raises:
            HubError: It can't be listened to, or no longer: `watch.not_offered` where the system tells nothing.
        """
        await self._watches.watch(step, watch, arguments, tell)

    async def test(self, caller: Caller, candidate: Candidate) -> RemoteIdentity:
        """Sign in with a connection that is not (or not yet) the stored one (C1, C5); audited like any use.

        Raises:
            HubError: Why it doesn't connect.
        """
        return await self._testing.test(caller, candidate)

    async def close(self) -> None:
        """Let what is under way come to its outcome, then let go of every connection."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=self._limits.call_seconds)
        await self._reaches.close()

    async def _to_the_end(self, prepared: Coroutine[Any, Any, Call]) -> UseResult:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[UseResult] = loop.create_future()
        task = loop.create_task(self._follow_through(prepared, answer))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await answer

    async def _follow_through(self, prepared: Coroutine[Any, Any, Call], answer: "asyncio.Future[UseResult]") -> None:
        """Go to the end, whoever still waits for the answer; `asyncio.shield` would come to the same at twice the cost."""
        try:
            result = await self._performing.perform(await prepared)
        except asyncio.CancelledError:
            answer.cancel()
            raise
        except Exception as error:  # noqa: BLE001  # it is the answer
            if not answer.done():
                answer.set_exception(error)
        else:
            if not answer.done():
                answer.set_result(result)
