"""Starting runs (P5, P6); the one door to runs."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from jackfield.db import Statements, Transaction
from jackfield.directory import Caller, Principal
from jackfield.errors import InvalidError
from jackfield.kernel import Actor, Door, ProcessId, RequestId, RunId, new_id
from jackfield.processes import access
from jackfield.processes.errors import NotPublishedError
from jackfield.processes.models import ProcessAct
from jackfield.processes.run_models import EndedRun, Origin, RunView
from jackfield.processes.running import Start, Startable, start_run
from jackfield.processes.service.parts import Reference
from jackfield.processes.service.run_mending import Mending
from jackfield.processes.service.run_waiting import wait_for
from jackfield.processes.service.views import require_version
from jackfield.processes.store import records

MOST_WAIT_SECONDS: Final = 60.0
_MOST_KEY: Final = 200


class Runs(Mending):
    """The runs of an installation.

    Whoever may run a process starts runs of it and sees his own; its editors, its owner and auditors see all of them.
    """

    async def start(
        self,
        caller: Caller,
        reference: Reference,
        values: Mapping[str, Any],
        *,
        key: str | None = None,
        wait_seconds: float = 0,
    ) -> RunView:
        """Start a run of the published version; durable when this returns (P6).

        Args:
            caller: Who starts it; he must be among those who may run it.
            reference: The process.
            values: What it is started with; checked by the form, where it has one.
            key: Of the caller's choice: the same key starts the same run, once.
            wait_seconds: How long to wait for it to end; how it is then is in the view.

        Raises:
            ProcessNotFoundError, NotPublishedError, ForbiddenError: There is nothing that he may run.
            InvalidError: The values don't fit the form.
            StartKeyReusedError: The key belongs to another start.
            LimitedError: Too much at once, or too large.
        """
        startable = await self._startable(caller, reference)
        decision = access.require(caller.principal, ProcessAct.RUN, startable.facts)
        given = dict(values) if startable.form is None else startable.form.read(values, where="input")
        origin = Origin.HAND if caller.door is Door.UI else Origin.API
        start = Start(
            caller.actor,
            caller.door,
            caller.request_id,
            decision.rule,
            origin,
            None if key is None else f"{caller.principal.person_id}:{_checked_key(key)}",
        )
        run_id = await start_run(self._tools, startable, given, start)
        if wait_seconds > 0:
            await self.wait(run_id, min(wait_seconds, MOST_WAIT_SECONDS))
        return await self.get_run(caller, run_id)

    async def start_triggered(
        self,
        process_id: ProcessId,
        values: Mapping[str, Any],
        *,
        trigger: Actor,
        key: str,
        request_id: RequestId,
        beside: Callable[[Statements, RunId], None],
    ) -> tuple[RunId, bool]:
        """Start a run for a trigger (P5): at most one for a key, and durable when this returns.

        Args:
            process_id: Its process.
            values: What the event says; the form is for people, and not asked.
            trigger: As the audit names it.
            key: Of the event, as `trg_06f…:evt_06f…`.
            request_id: Of what brought the event, for the audit.
            beside: What is written in the transaction that stores the run.

        Returns:
            The run, and whether it is new: one that was started before with this key had nothing written beside it.

        Raises:
            NotPublishedError: There is no version to be run, or the process was deleted.
            LimitedError: Too large.
        """
        startable = await self._tools.startables.get(process_id)
        start = Start(trigger, Door.TRIGGER, request_id, "P5", Origin.TRIGGER, key)
        fresh = RunId(new_id("run"))
        run_id = await start_run(
            self._tools, startable, values, start, run_id=fresh, after=lambda tx: beside(tx, fresh)
        )
        return run_id, run_id == fresh

    async def wait(self, run_id: RunId, seconds: float) -> None:
        """Until a run has ended or stopped for a person, or for so long."""
        await wait_for(self._parts, self._tools, run_id, seconds)

    async def wait_for_end(self, run_id: RunId, seconds: float) -> EndedRun | None:
        """How a run ended, for the room that started it; None if it hasn't by then. No rule is asked here."""
        return await wait_for(self._parts, self._tools, run_id, seconds) or await self.find_end(run_id)

    async def _startable(self, caller: Caller, reference: Reference) -> Startable:
        """The process that a reference means to the caller; remembered by id until rights or versions change."""
        return await self._tools.startables.find(
            str(reference), lambda tx: self._find_startable(tx, caller.principal, reference)
        )

    def _find_startable(self, tx: Transaction, principal: Principal, reference: Reference) -> Startable:
        process = self._parts.find(tx, principal, reference)
        facts = records.facts_of(tx, process)
        if process.published is None:
            access.require(principal, ProcessAct.RUN, facts)
            raise NotPublishedError("no version of the process is published", rule="P1")
        return Startable(process, facts, require_version(tx, process, process.published))


def _checked_key(key: str) -> str:
    if not 1 <= len(key) <= _MOST_KEY or not key.isascii() or not key.isprintable():
        raise InvalidError(
            f"an idempotency key has 1 to {_MOST_KEY} visible ASCII characters", field="header.idempotency-key"
        )
    return key
