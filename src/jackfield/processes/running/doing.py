"""Doing what a run asks for: one attempt each, of an action through the gateway or as a run of another process."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

import structlog

from jackfield.audit import AuditUnavailableError, Beside
from jackfield.engine import Claim, ClaimLostError
from jackfield.errors import HubError, InvalidError
from jackfield.gateway import RunStep
from jackfield.kernel import Door, RequestId, RunId, new_id
from jackfield.processes.definitions import object_of
from jackfield.processes.run_models import Origin, Run, Step, StepStatus
from jackfield.processes.running import children
from jackfield.processes.running.journal import Attempt, Chunk, Fact
from jackfield.processes.running.payloads import Payloads
from jackfield.processes.running.people import PeopleAsker
from jackfield.processes.running.recovery import OrderNotes
from jackfield.processes.running.starting import Parent, Start, start_run
from jackfield.processes.running.tools import Tools
from jackfield.processes.store import steps
from jackfield.states import ResourceKind, TaskOrder

_log = structlog.get_logger(__name__)

AGAIN_SECONDS: Final = 0.5
"""Between two tries to write what must be written."""


class Doer:
    """Makes attempts for one run. Each ends by handing in a fact, whatever happens."""

    def __init__(
        self,
        tools: Tools,
        *,
        claim: Claim,
        run: Run,
        payloads: Payloads,
        people: PeopleAsker,
        hand_in: Callable[[Fact], None],
        give_up: Callable[[ClaimLostError], None],
        next_place: Callable[[], int],
    ) -> None:
        self._tools = tools
        self._claim = claim
        self._run = run
        self._payloads = payloads
        self._people = people
        self._hand_in = hand_in
        self._give_up = give_up
        self._next_place = next_place

    async def make_attempt(self, order: TaskOrder, notes: OrderNotes, trail: Sequence[Chunk]) -> None:
        """One attempt, with the states that led to it to be stored along."""
        run, n = self._run, notes.n
        step = Step(
            run_id=run.id,
            n=n,
            order_id=order.id,
            path=order.path,
            name=order.state,
            resource=order.resource.text,
            attempt=notes.attempts,
            group=notes.group,
            status=StepStatus.OPEN,
            started_at=self._tools.clock.now(),
        )
        attempt = Attempt(
            claim=self._claim,
            payloads=self._payloads,
            step=step,
            arguments=order.arguments,
            now=self._tools.clock.now,
            next_place=self._next_place,
            hand_in=self._hand_in,
            most_bytes=self._tools.limits.run_payload_bytes,
            connection=None,
            request_id=f"{run.id}.{n}",
            trail=trail,
        )
        try:
            if order.resource.kind is ResourceKind.PROCESS:
                await self._run_process(attempt, order)
            elif order.resource.kind is ResourceKind.PERSON:
                self._hand_in(await self._people.ask(order, step, trail))
            else:
                await self._use(attempt, order)
        except ClaimLostError as error:
            self._give_up(error)
        except HubError as error:
            if not attempt.is_settled:
                await self._end_unrecorded(attempt, error)
        except Exception as error:  # noqa: BLE001  # the step must end, whatever went wrong in here
            self._break_off(n, error)

    async def remind(self, n: int) -> None:
        """Remind the people whom a step waits for."""
        try:
            stored = await self._tools.database.read(lambda tx: steps.find_step(tx, self._run.id, n))
            assert stored is not None
            self._hand_in(await self._people.remind(stored.step))
        except ClaimLostError as error:
            self._give_up(error)
        except Exception as error:  # noqa: BLE001  # as above
            self._break_off(n, error)

    def _break_off(self, n: int, error: Exception) -> None:
        _log.error("step.failed", run=self._run.id, step=n, error=type(error).__name__)
        self._give_up(ClaimLostError("a step failed inside Jackfield; the run is taken up again"))

    async def _use(self, attempt: Attempt, order: TaskOrder) -> None:
        run = self._run
        reference = _reference(order)
        meanings = await self._tools.programs.meanings(run.process_id, run.number)
        if reference is None or reference not in meanings:
            raise InvalidError("the step names no connection that its version was published with", field="connection")
        attempt.step = replace(attempt.step, connection_id=meanings[reference])
        attempt.connection = meanings[reference]
        arguments = _arguments(order)
        while True:
            try:
                await self._tools.gateway.use_in_run(
                    self._run_step(attempt), order.resource.name, arguments, seconds=order.timeout_seconds
                )
            except AuditUnavailableError:
                # Nothing was done, and nothing will be until it can be recorded.
                attempt.is_open = False
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                return

    async def _run_process(self, attempt: Attempt, order: TaskOrder) -> None:
        """Start the run of another process; the step waits for it, or is done at once (docs/decisions/0048)."""
        run, tools = self._run, self._tools
        call = children.read_call(order)
        called = (await tools.programs.get(run.process_id, run.number)).calls.get(call.reference)
        if called is None:
            raise InvalidError("the step names no process that its version was published with", field="Process")
        children.require_depth(tools, run)
        startable = await tools.startables.get(called)
        values = call.values if startable.form is None else startable.form.read(call.values, where="Input")
        child = RunId(new_id("run"))
        output = None if call.waits else {"Run": child}
        beside = attempt.handed_over() if call.waits else attempt.done(output)
        start = Start(
            run.starter,
            Door.PROCESS,
            RequestId(attempt.request_id),
            "C9",
            Origin.PROCESS,
            parent=Parent(run, attempt.step.n),
        )
        while True:
            try:
                await start_run(tools, startable, values, start, run_id=child, beside=beside)
            except AuditUnavailableError:
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                break
        self._hand_in(Fact(attempt.step, output))

    async def _end_unrecorded(self, attempt: Attempt, error: HubError) -> None:
        try:
            await write_behind(self._tools, attempt.never_left(error))
        except ClaimLostError as lost:
            self._give_up(lost)

    def _run_step(self, attempt: Attempt) -> RunStep:
        run, step = self._run, attempt.step
        assert step.connection_id is not None
        key = f"{run.id}\n{step.order_id}\n{step.group}".encode()
        return RunStep(
            connection_id=step.connection_id,
            business_unit_id=run.business_unit_id,
            actor=run.starter,
            request_id=RequestId(attempt.request_id),
            turn=run.process_id,
            idempotency_key=self._tools.vault.mac("run-step", key).hex()[:40],
            data={
                "process": run.process_id,
                "version": run.number,
                "run": run.id,
                "step": step.path,
                "run_as": run.run_as,
            },
            journal=attempt,
            run_as=run.run_as,
        )


async def write_behind(tools: Tools, beside: Beside) -> None:
    """Have something written behind all that was handed in, however long that takes.

    Raises:
        ClaimLostError: The run is another process's.
    """
    while True:
        try:
            await tools.audit.write_behind(beside)
        except AuditUnavailableError:
            await asyncio.sleep(AGAIN_SECONDS)
        else:
            return


def _reference(order: TaskOrder) -> str | None:
    if order.resource.kind is not ResourceKind.CONNECTION:
        return None
    found = object_of(order.credentials).get("Connection")
    return found if isinstance(found, str) else None


def _arguments(order: TaskOrder) -> dict[str, Any]:
    arguments: Any = order.arguments
    if not isinstance(arguments, dict):
        raise InvalidError("the arguments of a step must be an object", field="arguments")
    return dict(object_of(arguments))
