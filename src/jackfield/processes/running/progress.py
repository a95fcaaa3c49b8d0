"""A run as the state machine has it: what went in, what it waits for, what is known of each order. No I/O.

The same ended steps in the same order always make the same run; that is what recovery stands on.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any, Final

from jackfield.kernel import RunId
from jackfield.processes.run_models import RunState, Step, StepStatus
from jackfield.processes.running.failures import (
    Failure,
    error_output,
    may_be_made_again,
    pause_before_retry,
    waits_for_connection,
)
from jackfield.processes.running.journal import Chunk, Fact
from jackfield.processes.running.payloads import Payloads
from jackfield.processes.running.programs import Program
from jackfield.processes.running.recovery import OrderNotes, OrderState
from jackfield.processes.running.trail import trail_of
from jackfield.processes.store.runs import StoredRun, micros, moment
from jackfield.processes.store.steps import DECISIONS
from jackfield.states import Event, EventKind, Execution, Failed, Outcome, TaskOrder

_STATES_AT_ONCE: Final = 100
"""States without effect between two looks at the event loop."""


class Progress:
    """How far one run has come."""

    def __init__(self, stored: StoredRun, program: Program, payloads: Payloads) -> None:
        self._run_id: RunId = stored.run.id
        self._program = program
        self._payloads = payloads
        self.orders: dict[str, OrderNotes] = {}
        self.applied = stored.snapshot_place
        """The place of the last ended step that went in."""
        self._tick = 0
        self._trail: dict[tuple[int, int], list[dict[str, Any]]] = {}
        self.since_snapshot = 0
        """How many steps went in since."""
        self.let_go: set[int] = set()
        """Steps that waited, and that the run doesn't wait for any more: a sibling failed."""
        self.is_ahead = False
        """Whether time went in since the last snapshot: then there must be another before any effect."""
        self._execution = self._restored(stored)

    def _restored(self, stored: StoredRun) -> Execution:
        snapshot = self._payloads.read(stored.snapshot, "snapshot")
        if snapshot is not None:
            self._tick = snapshot["tick"]
            self.orders = {id_: OrderNotes.read(notes) for id_, notes in snapshot["orders"].items()}
            return Execution.restore(self._program.machine, snapshot["execution"])
        run = stored.run
        return Execution.start(
            self._program.machine,
            self._payloads.read(stored.input, "input"),
            now=run.created_at,
            seed=run.id,
            context={
                "Execution": {"Id": run.id, "Name": run.id, "StartTime": run.created_at.isoformat()},
                "StateMachine": {"Id": run.process_id, "Name": self._program.name},
            },
        )

    @property
    def outcome(self) -> Outcome | None:
        """How it ended; None while it goes on."""
        return self._execution.outcome

    def tasks(self) -> list[TaskOrder]:
        """What is outstanding, in its order."""
        return [one for one in self._execution.orders() if isinstance(one, TaskOrder)]

    # --- What goes in -------------------------------------------------------------------------------------------------

    async def advance(self) -> None:
        """Go on until everything waits for the outside, and keep the way that was taken."""
        while await self._run():
            pass
        self._keep_trail(self._execution.events())
        outstanding = {order.id: order for order in self.tasks()}
        # Answered, or aborted with a sibling: what is still under way is followed to its end, and told to nobody.
        gone = (notes for id_, notes in self.orders.items() if id_ not in outstanding)
        self.let_go |= {notes.n for notes in gone if notes.state is OrderState.WAITING}
        self.orders = {id_: notes for id_, notes in self.orders.items() if id_ in outstanding}
        for order_id, order in outstanding.items():
            # Each time that a state's own `Retry` has it done again, there is another order for it.
            self.orders.setdefault(order_id, OrderNotes(attempts=order.attempt - 1))

    async def _run(self) -> bool:
        """Go on for some states, and say whether there are more.

        In a thread: an expression may take half a second of CPU, in which others' calls must go on. Nobody else gets at
        the execution meanwhile: it belongs to the one coroutine that carries the run on.
        """
        return await asyncio.to_thread(self._execution.run, states=_STATES_AT_ONCE)

    async def take(self, fact: Fact) -> None:
        """Put an ended step in."""
        step = fact.step
        if step.status is StepStatus.WAITING:
            self.note_waiting(step, fact.until)
            return
        notes = self.orders.get(step.order_id)
        self.applied = step.place or self.applied
        self.since_snapshot += 1
        if notes is None or step.ended_at is None:
            return
        if notes.state is OrderState.WAITING:
            notes.state = OrderState.ACTIVE
        notes.attempts = max(notes.attempts, step.attempt)
        if step.n < DECISIONS:
            notes.n = step.n
        if step.status is StepStatus.AGAIN:
            notes.group += 0 if notes.problem.get("kind") == "outcome_unknown" else 1
            notes.state, notes.retries, notes.again_at, notes.problem = OrderState.NEW, 0, None, {}
        elif fact.failure is None:
            self._execution.complete(step.order_id, fact.output, now=step.ended_at)
            await self.advance()
        else:
            await self._fail(step, replace(fact.failure, attempts=notes.attempts), notes, step.ended_at)

    async def _fail(self, step: Step, failure: Failure, notes: OrderNotes, at: datetime) -> None:
        """Attempt → classify → retries → error output → a person (P3)."""
        if "Retry" not in self._program.state_at(step.path):
            pause = pause_before_retry(failure, step.repeat, notes.retries, f"{self._run_id}{step.order_id}")
            if pause is not None:
                notes.state, notes.again_at = OrderState.PAUSED, micros(at + pause)
                notes.retries += not failure.is_turn
                return
        before = self._execution.snapshot()
        self._execution.fail(
            step.order_id,
            failure.name,
            failure.message,
            now=at,
            retryable=may_be_made_again(failure),
            data=error_output(failure),
        )
        await self._run()
        events = self._execution.events()
        is_heeded = any(one.kind in {EventKind.CAUGHT, EventKind.RETRIED} for one in events)
        if isinstance(self._execution.outcome, Failed) and not is_heeded:
            # Nothing caught it: the run stops here for a person, and is not over.
            self._execution = Execution.restore(self._program.machine, before)
            notes.state = OrderState.PARKED if waits_for_connection(failure, step.repeat) else OrderState.STUCK
            notes.problem = {
                "code": failure.code,
                "kind": failure.kind,
                "message": failure.message,
                "step": step.n,
                "path": step.path,
                "connection": failure.connection,
            }
            return
        self._keep_trail(events)
        await self.advance()

    async def elapse(self, now: datetime) -> None:
        """Put the time in, if something waits for it."""
        due = self._execution.next_due
        if due is not None and due <= now:
            self._execution.elapse(now)
            self._tick += 1
            self.is_ahead = True
            await self.advance()

    def note_lost(self, step: Step) -> None:
        """An attempt was under way when its process died; it is made again."""
        notes = self.orders.get(step.order_id)
        if notes is not None and step.n > notes.n:
            notes.attempts, notes.n, notes.group = step.attempt, step.n, step.group

    def note_waiting(self, step: Step, until: datetime | None) -> None:
        """A step waits for a person, or another run; `until` something is to be done about that."""
        notes = self.orders.get(step.order_id)
        if notes is None:
            self.let_go.add(step.n)
        elif step.n >= notes.n:
            notes.state, notes.n, notes.attempts, notes.group = OrderState.WAITING, step.n, step.attempt, step.group
            notes.again_at = None if until is None else micros(until)

    # --- What it waits for --------------------------------------------------------------------------------------------

    def to_begin(self, now: datetime) -> list[TaskOrder]:
        """The orders of which an attempt is to be made now."""
        return [one for one in self.tasks() if self._is_to_begin(self.orders[one.id], micros(now))]

    @staticmethod
    def _is_to_begin(notes: OrderNotes, now: int) -> bool:
        return notes.state is OrderState.NEW or (
            notes.state is OrderState.PAUSED and notes.again_at is not None and notes.again_at <= now
        )

    def to_heed(self, now: datetime) -> list[str]:
        """The orders that wait for somebody else, and of which people are to be reminded now."""
        return [
            id_
            for id_, notes in self.orders.items()
            if notes.state is OrderState.WAITING and notes.again_at is not None and notes.again_at <= micros(now)
        ]

    def due(self) -> datetime | None:
        """When there is something to do though nothing happens."""
        paused = [
            moment(notes.again_at)
            for notes in self.orders.values()
            if notes.state in {OrderState.PAUSED, OrderState.WAITING} and notes.again_at is not None
        ]
        patience = [found for one in self.tasks() if (found := self._patience(one)) is not None]
        waits = [one for one in (self._execution.next_due, *paused, *patience) if one is not None]
        return min(waits) if waits else None

    def overdue(self, now: datetime) -> list[TaskOrder]:
        """What has been waited for longer than its `TimeoutSeconds`."""
        return [one for one in self.tasks() if (until := self._patience(one)) is not None and until <= now]

    def _patience(self, order: TaskOrder) -> datetime | None:
        """How long a step that waits for a person or another run may go on waiting."""
        if order.timeout_seconds is None or self.orders[order.id].state is not OrderState.WAITING:
            return None
        return order.ordered_at + timedelta(seconds=order.timeout_seconds)

    def parked(self) -> list[OrderNotes]:
        """Those that wait for their connections."""
        return [notes for notes in self.orders.values() if notes.state is OrderState.PARKED]

    def resting_state(self) -> tuple[RunState, Mapping[str, Any] | None]:
        """How the run is if nothing of it is under way, and why it stopped, if it did."""
        for order_state, run_state in ((OrderState.STUCK, RunState.FAULTY), (OrderState.PARKED, RunState.PARKED)):
            found = sorted(
                (notes for notes in self.orders.values() if notes.state is order_state), key=lambda notes: notes.n
            )
            if found:
                problem = {**found[0].problem, "steps": [notes.n for notes in found]}
                return run_state, problem | ({"parked": _by_connection(found)} if run_state is RunState.PARKED else {})
        is_new = any(notes.state is OrderState.NEW for notes in self.orders.values())
        return (RunState.RUNNING if is_new else RunState.WAITING), None

    # --- What is stored of it -----------------------------------------------------------------------------------------

    def snapshot(self) -> bytes:
        """All of it, as it is stored."""
        value = {
            "execution": self._execution.snapshot(),
            "tick": self._tick,
            "orders": {id_: asdict(notes) for id_, notes in self.orders.items()},
        }
        return self._payloads.write(value, "snapshot")

    def take_trail(self) -> tuple[Chunk, ...]:
        """The way that was taken since it was last asked for, to be stored with what is next."""
        chunks = tuple(
            Chunk(place, tick, self._payloads.write(events, f"trail/{place}/{tick}"))
            for (place, tick), events in self._trail.items()
        )
        self._trail = {}
        return chunks

    def _keep_trail(self, events: list[Event]) -> None:
        if found := trail_of(events):
            self._trail.setdefault((self.applied, self._tick), []).extend(found)


def _by_connection(parked: Sequence[OrderNotes]) -> list[dict[str, Any]]:
    """Why steps are parked, with their numbers: once for each connection, as each comes back by itself."""
    found: dict[str, dict[str, Any]] = {}
    for notes in parked:
        one = found.setdefault(notes.problem["connection"], {**notes.problem, "steps": []})
        one["steps"].append(notes.n)
    return [*found.values()]
