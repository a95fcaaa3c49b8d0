"""Ending runs, and deciding about the steps that stopped them (P3)."""

from dataclasses import replace
from typing import Any

from jackfield.db import Transaction
from jackfield.directory import Caller
from jackfield.engine import lock_work, nudge_work
from jackfield.errors import InvalidError
from jackfield.kernel import (
    JsonValue,
    ObjectRef,
    RunId,
)
from jackfield.processes import access
from jackfield.processes.definitions import object_of
from jackfield.processes.errors import (
    RunEndedError,
    StepNotStuckError,
)
from jackfield.processes.models import ProcessAct
from jackfield.processes.run_models import (
    OPEN_STATES,
    Run,
    RunState,
    RunView,
    StepStatus,
)
from jackfield.processes.running import Payloads
from jackfield.processes.running.payloads import encode
from jackfield.processes.service.run_reading import Reading
from jackfield.processes.service.run_waiting import wait_for
from jackfield.processes.store import runs, steps
from jackfield.processes.store.steps import DECISIONS, StoredStep

_STOPPED = frozenset({StepStatus.FAILED, StepStatus.UNKNOWN})


class Mending(Reading):
    """Ends and mends runs, for whoever may."""

    async def cancel(self, caller: Caller, run_id: RunId) -> RunView:
        """End a run; what is under way at the other side is followed to its outcome, and recorded.

        By whoever started it, and its process's editors.

        Raises:
            RunEndedError: It is over.
        """

        def work(tx: Transaction) -> None:
            run, facts, _ = self._look(tx, caller.principal, run_id)
            if run.starter.id != caller.principal.person_id:
                access.require(caller.principal, ProcessAct.MANAGE_RUNS, facts)
            _require_open(run)
            runs.request_cancel(tx, run_id, caller.principal.person_id)
            nudge_work(tx, run_id, self._tools.engine.now_ms())
            self._record(tx, caller, "run.cancel", run)

        await self._act(caller, "run.cancel", run_id, work)
        self._tools.engine.nudged(run_id)
        await wait_for(self._parts, self._tools, run_id, 5)
        return await self.get_run(caller, run_id)

    async def retry_step(self, caller: Caller, run_id: RunId, n: int) -> RunView:
        """Have a step tried again that stopped a run: by the process's editors.

        With the same idempotency key where nobody knows whether it took effect.
        """
        await self._decide(caller, run_id, n, "run.retry_step", status=StepStatus.AGAIN)
        return await self.get_run(caller, run_id)

    async def skip_step(self, caller: Caller, run_id: RunId, n: int, value: JsonValue) -> RunView:
        """Go on with a value in place of the result of a step that stopped a run: by the process's editors."""
        if len(encode(value)) > self._parts.limits.run_payload_bytes:
            raise InvalidError("the value is too large", field="value")
        await self._decide(caller, run_id, n, "run.skip_step", status=StepStatus.SKIPPED, value=value)
        return await self.get_run(caller, run_id)

    async def _decide(
        self, caller: Caller, run_id: RunId, n: int, name: str, *, status: StepStatus, value: JsonValue = None
    ) -> None:
        def work(tx: Transaction) -> None:
            run, facts, _ = self._look(tx, caller.principal, run_id)
            access.require(caller.principal, ProcessAct.MANAGE_RUNS, facts)
            _require_open(run)
            stored = steps.find_step(tx, run_id, n)
            last = stored and steps.find_last_of_order(tx, run_id, stored.step.order_id)
            decided = steps.find_step(tx, run_id, DECISIONS + n)
            problem = object_of(run.problem)
            if stored is None or last is None:
                raise _not_stuck()
            if run.state not in {RunState.FAULTY, RunState.PARKED}:
                is_stopped = last.step.n == n and decided is None and last.step.status in _STOPPED
                raise _goes_on() if is_stopped else _not_stuck()
            if n not in problem.get("steps", [problem.get("step")]) or last.step.n != n or decided is not None:
                raise _not_stuck()
            whole = runs.find_stored(tx, run_id)
            assert whole is not None
            payloads = Payloads.open(self._tools.vault, run.business_unit_id, run.id, whole.box)
            now = self._parts.clock.now()
            decision = replace(
                stored.step,
                n=DECISIONS + n,
                status=status,
                started_at=now,
                ended_at=now,
                place=None,
                by=caller.principal.person_id,
            )
            output = payloads.write(value, f"out/{DECISIONS + n}") if status is StepStatus.SKIPPED else None
            steps.insert_step(tx, StoredStep(decision, output=output))
            runs.store_problem(tx, run_id, RunState.RUNNING, None)
            nudge_work(tx, run_id, self._tools.engine.now_ms())
            self._record(tx, caller, name, run, step=stored.step.path, n=n)

        await self._act(caller, name, run_id, work)
        self._tools.engine.nudged(run_id)

    async def resume(self, caller: Caller, run_id: RunId) -> RunView:
        """Let a run go on that was put aside because servers died while it was under way: by the process's editors."""

        def work(tx: Transaction) -> None:
            run, facts, _ = self._look(tx, caller.principal, run_id)
            access.require(caller.principal, ProcessAct.MANAGE_RUNS, facts)
            _require_open(run)
            if object_of(run.problem).get("code") != "run.put_aside":
                raise _not_stuck()
            runs.store_problem(tx, run_id, RunState.RUNNING, None)
            nudge_work(tx, run_id, self._tools.engine.now_ms())
            self._record(tx, caller, "run.resume", run)

        await self._act(caller, "run.resume", run_id, work)
        self._tools.engine.nudged(run_id)
        return await self.get_run(caller, run_id)

    async def _act(self, caller: Caller, name: str, run_id: RunId, work: Any) -> None:
        act = caller.act(name, ObjectRef("run", run_id))

        def locked(tx: Transaction) -> None:
            # Before the run's own row, as whoever carries it on does: the other way round both would wait for each other.
            lock_work(tx, run_id)
            work(tx)

        async with self._parts.audit.record_refusals(act):
            await self._parts.database.write(locked)

    def _record(self, tx: Transaction, caller: Caller, name: str, run: Run, **data: JsonValue) -> None:
        self._parts.audit.record(
            tx,
            caller.act(
                name,
                ObjectRef("run", run.id),
                business_unit_id=run.business_unit_id,
                rule="P3",
                data={"process": run.process_id, **data},
            ),
        )


def _require_open(run: Run) -> None:
    if run.state not in OPEN_STATES:
        raise RunEndedError("the run is over")


def _goes_on() -> StepNotStuckError:
    return StepNotStuckError(
        "the run goes on just now, as after a decision about another step; decide about this one when it has stopped again"
    )


def _not_stuck() -> StepNotStuckError:
    return StepNotStuckError("the run doesn't wait for a decision about this step; read it again")
