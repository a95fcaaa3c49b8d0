"""Runs that are steps of other runs: begun, answered and called off with the step they belong to (P2; docs/decisions/0048).

A child is stored in the transaction in which its parent's step begins to wait, and the step is answered in the
transaction in which the child ends, so that neither is there without the other, wherever a server is killed. Whoever
writes to both locks the parent first.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypeVar

from jackfield.audit import Beside
from jackfield.db import Statements, Transaction
from jackfield.engine import Claim, keep_claim, lock_work, nudge_work
from jackfield.errors import InvalidError, Kind, LimitedError
from jackfield.kernel import Act, Actor, ActorKind, Door, ObjectRef, RequestId, RunId
from jackfield.processes.definitions import CALL_MEMBERS, PROCESS, object_of
from jackfield.processes.run_models import Run, RunState, StepStatus
from jackfield.processes.running.failures import Failure
from jackfield.processes.running.payloads import Payloads, encode
from jackfield.processes.running.tools import Tools
from jackfield.processes.store import runs, steps, tasks
from jackfield.processes.store.runs import Child
from jackfield.processes.store.steps import DECISIONS
from jackfield.processes.task_models import TaskState
from jackfield.states import TaskOrder

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """What a step asks for."""

    reference: str
    """What it calls the process."""
    values: dict[str, Any]
    waits: bool
    """Whether it goes on only when the child has ended."""


def read_call(order: TaskOrder) -> Call:
    """What a step asks for.

    Raises:
        InvalidError: Its arguments are none for `process:run`.
    """
    arguments = object_of(order.arguments)
    if unknown := arguments.keys() - CALL_MEMBERS:
        raise InvalidError(
            f"process:run takes Process, Input and Wait, and not {min(unknown)[:60]!r}", field="arguments"
        )
    reference, values, waits = arguments.get("Process"), arguments.get("Input", {}), arguments.get("Wait", True)
    if not isinstance(reference, str):
        raise InvalidError("Process must name the process to run", field="arguments.Process")
    if not isinstance(values, dict):
        raise InvalidError("Input must be an object: what the run is started with", field="arguments.Input")
    if not isinstance(waits, bool):
        raise InvalidError("Wait must be true or false", field="arguments.Wait")
    return Call(reference, dict(object_of(values)), waits)


def require_depth(tools: Tools, run: Run) -> None:
    """Refuse a child of a run that has as many above it as may be.

    Raises:
        LimitedError: It has.
    """
    most = tools.limits.run_depth
    if run.depth >= most:
        raise LimitedError(
            f"this run was started by a run, and that one by another, {most} times: no deeper one is started; let "
            "processes call each other less deeply",
            code="run.too_deep",
            limit=most,
        )


# --- How a child ends -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """What the parent's step is answered with, as its own run stores it."""

    status: StepStatus
    output: bytes | None = None
    error: bytes | None = None


async def answer_of(
    tools: Tools, run: Run, name: str, *, state: RunState, output: Any, error: Mapping[str, Any] | None
) -> Answer | None:
    """How a run's end is told to its parent; None if that is gone."""
    parent_id, n = run.parent_id, run.parent_step
    assert parent_id is not None
    assert n is not None
    found = await tools.database.read(lambda tx: runs.find_box(tx, parent_id))
    if found is None:
        return None
    unit, box = found
    payloads = Payloads.open(tools.vault, unit, parent_id, box)
    if state is RunState.SUCCEEDED:
        text = encode(output)
        if len(text) <= tools.limits.run_payload_bytes:
            return Answer(StepStatus.DONE, payloads.keep(text, f"out/{n}"))
        error = {"error": "step.output_too_large", "cause": "what the run ended with is too large for its parent"}
    failure = _failure(run, name, state, error or {})
    return Answer(StepStatus.FAILED, None, payloads.write(asdict(failure), f"err/{n}"))


def _failure(run: Run, name: str, state: RunState, error: Mapping[str, Any]) -> Failure:
    """The child's own error goes on to the parent's `Catch`, by its name."""
    said = {RunState.CANCELLED: "was cancelled", RunState.TIMED_OUT: "took too long"}.get(state, "failed")
    return Failure(
        code=str(error.get("error") or f"run.{state.value}"),
        kind=Kind.REMOTE_REJECTED.value,
        message=str(error.get("cause") or f"the run of {name!r} that the step started {said}"),
        status=None,
        retryable=False,
        retry_after=None,
        action=PROCESS,
        connection=None,
        request_id=f"{run.parent_id}.{run.parent_step}",
        has_left=True,
    )


def lock_parent(tx: Statements, run: Run) -> None:
    """First of all in a transaction in which a child ends."""
    if run.parent_id is not None:
        lock_work(tx, run.parent_id)


def answer_parent(tx: Statements, run: Run, answer: Answer, at: datetime, now_ms: int) -> None:
    """Store it, unless the parent doesn't wait any more, and have the parent go on."""
    assert run.parent_id is not None
    assert run.parent_step is not None
    steps.answer_step(tx, run.parent_id, run.parent_step, answer.status, at, output=answer.output, error=answer.error)
    nudge_work(tx, run.parent_id, now_ms)


# --- Calling children off ---------------------------------------------------------------------------------------------


def call_off(tools: Tools, tx: Transaction, run: Run, ns: Collection[int] | None = None) -> list[RunId]:
    """Cancel the runs that a run waits for, and those that these wait for; says which, to be nudged after the commit.

    Args:
        tools: What runs are carried on with.
        tx: The transaction in which it ends, or stops waiting.
        run: The parent.
        ns: Of which of its steps; None is of all.
    """
    found: list[Child] = []
    todo: list[tuple[RunId, Collection[int] | None]] = [(run.id, ns)]
    while todo:
        children = runs.list_awaited(tx, *todo.pop())
        found += children
        todo += [(one.id, None) for one in children]
    for child in found:
        # In this order, as whoever carries it on locks them.
        nudge_work(tx, child.id, tools.engine.now_ms())
        runs.request_cancel(tx, child.id, run.id)
        tools.audit.record(tx, _called_off(child, run))
    return [one.id for one in found]


def _called_off(child: Child, run: Run) -> Act:
    return Act(
        actor=Actor(ActorKind.SYSTEM, run.id, "Jackfield"),
        door=Door.PROCESS,
        request_id=RequestId(f"{run.id}.end"),
        name="run.cancel",
        object=ObjectRef("run", child.id),
        business_unit_id=child.business_unit_id,
        rule="P2",
        data={"process": child.process_id, "parent": run.id},
    )


def nudge_all(tools: Tools, ids: Sequence[RunId]) -> None:
    """After the transaction: whoever carries them on in this process looks at once."""
    for one in ids:
        tools.engine.nudged(one)


async def end_in_family(tools: Tools, run: Run, end: Beside, answer: Answer | None) -> None:
    """Store how a run ends, tell its parent, and call off whom it waited for, all in one transaction.

    Raises:
        ClaimLostError: The run is another process's.
    """
    at = tools.clock.now()

    def work(tx: Transaction) -> list[RunId]:
        lock_parent(tx, run)
        end(tx)
        if answer is not None:
            answer_parent(tx, run, answer, at, tools.engine.now_ms())
        return call_off(tools, tx, run)

    called_off = await write_apart(tools, work)
    nudge_all(tools, called_off if run.parent_id is None else [run.parent_id, *called_off])


def stop_asking(tx: Statements, run: Run, at: datetime, n: int | None = None) -> None:
    """Ask people no more what a step of a run asks, or what all do."""
    first, last = (0, DECISIONS) if n is None else (n, n)
    steps.abort_asking(tx, run.id, first, last, at)
    tasks.close_tasks(tx, run.id, n, TaskState.CANCELLED, at)


async def let_go(tools: Tools, claim: Claim, run: Run, ns: Collection[int]) -> None:
    """Call off what steps waited for, and the run doesn't any more: runs, and answers of people.

    Raises:
        ClaimLostError: The run is another process's.
    """
    at = tools.clock.now()

    def work(tx: Transaction) -> list[RunId]:
        keep_claim(tx, claim)
        for n in ns:
            stop_asking(tx, run, at, n)
        return call_off(tools, tx, run, ns)

    nudge_all(tools, await write_apart(tools, work))


async def end_waiting(
    tools: Tools, claim: Claim, run: Run, n: int, failure: Failure, *, payloads: Payloads, place: int
) -> datetime | None:
    """End a step that waited too long; when, or None if it was answered just before.

    Raises:
        ClaimLostError: The run is another process's.
    """
    at = tools.clock.now()
    error = payloads.write(asdict(failure), f"err/{n}")

    def work(tx: Transaction) -> tuple[bool, list[RunId]]:
        keep_claim(tx, claim)
        called_off = call_off(tools, tx, run, [n])
        tasks.close_tasks(tx, run.id, n, TaskState.EXPIRED, at)
        return steps.answer_step(tx, run.id, n, StepStatus.FAILED, at, error=error, place=place), called_off

    has_ended, called_off = await write_apart(tools, work)
    nudge_all(tools, called_off)
    return at if has_ended else None


async def write_apart(tools: Tools, work: Callable[[Transaction], T]) -> T:
    """Write in a transaction of its own, behind all that was handed in before.

    Not in the audit's group commit: what locks rows of several runs there could wait for another server's, and that one
    for ours.
    """
    while not await tools.audit.flush():
        pass
    return await tools.database.write(work)
