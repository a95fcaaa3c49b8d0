"""One execution of a state machine, in memory: the same calls with the same arguments give the same, always.

    execution = Execution.start(machine, {"amount": 7}, now=clock.now(), seed="run-17")
    execution.run()
    while execution.outcome is None:
        for order in execution.orders():
            ...            # do it, then: execution.complete(order.id, result, now=clock.now())
        execution.elapse(clock.now())
        execution.run()

It has no clock and no chance of its own: `now` and `seed` come from outside, so that a replay gives the same ids, the
same pauses and the same random numbers.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from jackfield.states.errors import OrderUnknownError
from jackfield.states.machine import StateMachine
from jackfield.states.models import DEFAULT_LIMITS, Event, Limits, Order, Outcome, TaskOrder, WaitKind, WaitOrder
from jackfield.states.running.engine import Engine
from jackfield.states.running.scopes import Answer, Phase, Scope, Visit
from jackfield.states.running.snapshots import (
    VERSION,
    read_outcome,
    read_scope,
    require_fitting,
    write_outcome,
    write_scope,
)
from jackfield.states.timestamps import write_timestamp


class Execution:
    """A state machine that is running, or has ended. Not for several threads at once."""

    def __init__(self, engine: Engine, due: datetime | None) -> None:
        self._engine = engine
        self._due = due
        """When its `TimeoutSeconds` are over."""

    @classmethod
    def start(
        cls,
        machine: StateMachine,
        input: Any,  # noqa: A002  # the language's word
        *,
        now: datetime,
        seed: str,
        context: Mapping[str, Any] | None = None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> "Execution":
        """Begin; nothing is done before `run`.

        Args:
            machine: What `parse` made.
            input: A JSON value.
            now: The start time, aware.
            seed: Of all random numbers, ids and task tokens: the run's id, or something that can't be guessed.
            context: Members of the context object, as `{"Execution": {"Id": …, "Name": …}}`; what it leaves out of
                Execution and StateMachine is filled in.
            limits: What it may take.
        """
        given = dict(context or {})
        execution = {"Id": seed, "Name": seed, **given.get("Execution", {})}
        given["Execution"] = {
            "Id": execution.pop("Id"),
            "Input": input,
            "StartTime": write_timestamp(now),
            "RoleArn": "",
            "RedriveCount": 0,
            **execution,
        }
        given["StateMachine"] = {"Id": machine.digest, "Name": machine.digest, **given.get("StateMachine", {})}
        engine = Engine(machine, now=now, seed=seed, context=given, limits=limits)
        engine.enter(engine.root, machine.flow.start_at, input)
        engine.ready.append(engine.root)
        seconds = machine.timeout_seconds
        return cls(engine, None if seconds is None else now + timedelta(seconds=seconds))

    def run(self, *, states: int | None = None) -> bool:
        """Go on until everything waits for the outside, or the end.

        All of this is the caller's CPU time: a state takes microseconds, a hostile expression about a second, all
        expressions of an execution together ten to twenty (`Limits.work`). Where an event loop must stay free, call it
        in a thread (`asyncio.to_thread`): it is Python throughout and lets others have their turn.

        Args:
            states: At most so many states are entered in this call.

        Returns:
            Whether there is more to do at once (only with `states`).
        """
        return self._engine.run(states)

    def orders(self) -> Sequence[Order]:
        """What is outstanding, in the order in which it was asked for."""
        found = [scope.visit.order for scope in self._engine.orders.values() if scope.visit is not None]
        return [one for one in found if one is not None]

    def complete(self, order_id: str, output: Any, *, now: datetime) -> None:
        """A task has been done.

        Args:
            order_id: Of a `TaskOrder`.
            output: Its result, a JSON value.
            now: When it was known.

        Raises:
            OrderUnknownError: It isn't outstanding.
        """
        self._answer(order_id, Answer(output=output), now)

    def fail(
        self,
        order_id: str,
        error: str | None,
        cause: str | None,
        *,
        now: datetime,
        retryable: bool = True,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """A task could not be done; `States.Timeout` and `States.HeartbeatTimeout` are said this way, too.

        Args:
            order_id: Of a `TaskOrder`.
            error: Its name, as `Retry` and `Catch` compare it.
            cause: For people; JSON text is given to expressions as it is.
            now: When it was known.
            retryable: False: no `Retry` applies, of this state or of those around it (its effect may have happened);
                `Catch` still does.
            data: More for the error output, beside Error and Cause: `code`, `kind`, `status`, …

        Raises:
            OrderUnknownError: It isn't outstanding.
        """
        self._answer(
            order_id,
            Answer(error=error, cause=cause, data=dict(data or {}), is_failure=True, retryable=retryable),
            now,
        )

    def _answer(self, order_id: str, answer: Answer, now: datetime) -> None:
        scope, visit = self._outstanding(order_id)
        if not isinstance(visit.order, TaskOrder):
            raise OrderUnknownError(f"'{order_id}' is no task; time passes by itself")
        self._engine.now = now
        visit.answer, visit.order, visit.phase = answer, None, Phase.ANSWERED
        self._wake(order_id, scope)

    def _outstanding(self, order_id: str) -> tuple[Scope, Visit]:
        scope = self._engine.orders.get(order_id)
        if scope is None or scope.visit is None:
            raise OrderUnknownError(f"the order '{order_id}' isn't outstanding (any more)")
        return scope, scope.visit

    def _wake(self, order_id: str, scope: Scope) -> None:
        del self._engine.orders[order_id]
        self._engine.ready.append(scope)

    def elapse(self, now: datetime) -> None:
        """It is now `now`: ends the waits that are due, and the execution where its `TimeoutSeconds` are over.

        Time-outs of tasks are not: only who does a task knows whether it is still being done. Its order says when it
        has to be answered; `fail` with `States.Timeout` says that it wasn't.
        """
        self._engine.now = now
        if self.outcome is not None:
            return
        if self._due is not None and self._due <= now:
            self._engine.time_out()
            return
        for order_id, scope in list(self._engine.orders.items()):
            visit = scope.visit
            if visit is None or not isinstance(visit.order, WaitOrder) or visit.order.until > now:
                continue
            if visit.order.kind is WaitKind.RETRY:
                visit.attempt += 1
                visit.begin_again()
            else:
                visit.order, visit.phase = None, Phase.ELAPSED
            self._wake(order_id, scope)

    @property
    def next_due(self) -> datetime | None:
        """When `elapse` will have something to do; None if never."""
        if self.outcome is not None:
            return None
        moments = [order.until for order in self.orders() if isinstance(order, WaitOrder)]
        if self._due is not None:
            moments.append(self._due)
        return min(moments, default=None)

    def token(self, order_id: str) -> str:
        """What `$$.Task.Token` is for an order whose resource ends with `.waitForTaskToken`."""
        return self._engine.token(order_id)

    @property
    def outcome(self) -> Outcome | None:
        """How it ended; None while it goes on."""
        return self._engine.outcome

    @property
    def steps(self) -> int:
        """How many states have been entered."""
        return self._engine.steps

    def events(self) -> list[Event]:
        """What happened since the last call; it is not kept."""
        found, self._engine.events = self._engine.events, []
        return found

    def snapshot(self) -> Any:
        """All there is to it as a JSON value, without history; events that weren't taken are not in it."""
        engine = self._engine
        return {
            "version": VERSION,
            "definition": engine.machine.digest,
            "seed": engine.seed,
            "now": engine.now.isoformat(),
            "due": self._due.isoformat() if self._due else None,
            "context": engine.context,
            "steps": engine.steps,
            "work": engine.meter.spent,
            "outcome": write_outcome(engine.outcome),
            "ready": [one.step for one in engine.ready if one.is_alive],
            "orders": list(engine.orders),
            "root": write_scope(engine.root),
        }

    @classmethod
    def restore(cls, machine: StateMachine, snapshot: Any, *, limits: Limits = DEFAULT_LIMITS) -> "Execution":
        """Go on from a snapshot, with the definition that it was made with.

        Raises:
            SnapshotError: It doesn't belong to this definition.
        """
        made = require_fitting(snapshot, machine)
        engine = Engine(
            machine,
            now=datetime.fromisoformat(made["now"]),
            seed=made["seed"],
            context=made["context"],
            limits=limits,
        )
        engine.steps = made["steps"]
        engine.meter.spend(made["work"])
        engine.outcome = read_outcome(made["outcome"])
        engine.root = read_scope(made["root"], machine.flow, None, 0)
        scopes = list(engine.root.everything())
        by_step = {one.step: one for one in scopes}
        engine.ready.extend(by_step[step] for step in made["ready"])
        waiting = {one.visit.order.id: one for one in scopes if one.visit is not None and one.visit.order is not None}
        engine.orders.update({order_id: waiting[order_id] for order_id in made["orders"]})
        due = made["due"]
        return cls(engine, datetime.fromisoformat(due) if due else None)
