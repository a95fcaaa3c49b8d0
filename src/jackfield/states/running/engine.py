"""Going from state to state: the loop behind an execution."""

from collections import deque
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from jackfield.kernel.json import write_json
from jackfield.states.chance import Chance
from jackfield.states.failures import DATA_LIMIT, RUNTIME, TIMEOUT, StateFailedError
from jackfield.states.machine import MapState, ParallelState, StateMachine, TaskState
from jackfield.states.meter import Meter
from jackfield.states.models import (
    Event,
    EventKind,
    Failed,
    Limits,
    Outcome,
    Pattern,
    Succeeded,
    TaskOrder,
    WaitKind,
    WaitOrder,
)
from jackfield.states.running import branching
from jackfield.states.running.beginning import Ask, Beginning, Branches, Leave, Wait, after, begin, leave_plainly
from jackfield.states.running.data import finish, finish_caught
from jackfield.states.running.retrying import catcher_for, next_retry
from jackfield.states.running.scopes import Answer, Phase, Scope, Visit
from jackfield.states.running.snapshots import task_id, wait_id
from jackfield.states.timestamps import write_timestamp
from jackfield.states.values import View


class Engine:
    """Runs scopes until all of them wait, or the outermost has ended."""

    def __init__(
        self, machine: StateMachine, *, now: datetime, seed: str, context: Mapping[str, Any], limits: Limits
    ) -> None:
        self.machine = machine
        self.now = now
        self.seed = seed
        self.context = context
        self.limits = limits
        self.meter = Meter(limits.work)
        self.steps = 0
        self.outcome: Outcome | None = None
        self.events: list[Event] = []
        self.ready: deque[Scope] = deque()
        self.orders: dict[str, Scope] = {}
        """The scopes whose states wait for the outside, by the ids of their orders."""
        self.root = Scope(machine.flow, None, 0)

    def run(self, states: int | None) -> bool:
        """Go on; whether there is more to do at once."""
        most = None if states is None else self.steps + states
        while self.ready and self.outcome is None:
            scope = self.ready[0]
            if scope.is_alive and self._advance(scope, most):
                return True
            self.ready.popleft()
        return False

    def _advance(self, scope: Scope, most: int | None) -> bool:
        """Move a scope until it waits or ends; whether it stopped because enough states were entered."""
        while scope.is_alive and self.outcome is None:
            visit = scope.visit
            if visit is None:
                return False
            if most is not None and visit.phase is Phase.BEGINNING and self.steps >= most:
                return True
            try:
                goes_on = self._move(scope, visit)
            except StateFailedError as failure:
                goes_on = self._failed(scope, visit, failure)
            except RecursionError:
                cause = f"The state '{visit.state.name}' has data that is nested too deep."
                goes_on = self._failed(scope, visit, StateFailedError(RUNTIME, cause))
            if not goes_on:
                return False
        return False

    # Entering and leaving states

    def enter(self, scope: Scope, name: str, given: Any) -> None:
        """Let a scope be at a state."""
        self.steps += 1
        scope.entered += 1
        state = scope.flow.states[name]
        visit = Visit(state, given, scope.entered, self.now)
        scope.visit = visit
        self._tell(EventKind.ENTERED, scope, visit, input=given)

    def _leave(self, scope: Scope, visit: Visit, leave: Leave) -> bool:
        """End a visit; whether the scope goes on at once."""
        output, variables, following = leave.output, leave.variables, leave.following
        self._require_size(output, visit)
        if variables:
            self._require_size(variables, visit)
            scope.assign(variables)
        self._tell(EventKind.EXITED, scope, visit, output=output, assigned=variables, next=following)
        if following is not None:
            self.enter(scope, following, output)
            return True
        self._end(scope, Answer(output=output))
        return False

    def _end(self, scope: Scope, answer: Answer, path: str = "") -> None:
        """End a scope: the execution, a branch, or an iteration."""
        scope.is_alive = False
        scope.visit = None
        parent = scope.parent
        if parent is None:
            self.outcome = (
                Failed(answer.error, answer.cause, path, answer.data) if answer.is_failure else Succeeded(answer.output)
            )
            self.orders.clear()
            return
        visit = parent.visit
        assert visit is not None
        del visit.inside[scope.index]
        if answer.is_failure:
            if not (isinstance(visit.state, MapState) and not answer.is_final and branching.is_tolerable(visit)):
                self._abort_inside(visit)
                if visit.tolerated is not None and not answer.is_final:
                    failure = branching.threshold_passed()
                    answer = Answer(error=failure.error, cause=failure.cause, is_failure=True)
                visit.answer = answer
                visit.phase = Phase.JOINED
                self.ready.append(parent)
                return
            visit.failures += 1
        else:
            visit.results[scope.index] = answer.output
        if visit.started < branching.total(visit):
            self._start_inside(parent, visit)
        elif not visit.inside:
            visit.phase = Phase.JOINED
            self.ready.append(parent)

    def _abort_inside(self, visit: Visit) -> None:
        for inner in visit.inside.values():
            for one in inner.everything():
                one.is_alive = False
                if one.visit is not None:
                    if one.visit.order is not None:
                        self.orders.pop(one.visit.order.id, None)
                    self._tell(EventKind.ABORTED, one, one.visit)
        visit.inside = {}

    def _require_size(self, value: Any, visit: Visit) -> None:
        # What was let in is let out; only what is new is measured.
        if value is visit.input or value is None or isinstance(value, bool | int | float):
            return
        try:
            size = len(write_json(value))
        except (ValueError, RecursionError):
            raise StateFailedError(RUNTIME, f"The state '{visit.state.name}' made what is no JSON.") from None
        if size > self.limits.payload_bytes:
            raise StateFailedError(
                DATA_LIMIT,
                f"The state/task '{visit.state.name}' returned a result with a size exceeding the maximum number of "
                f"bytes service limit.",
            )

    # What a state does

    def _move(self, scope: Scope, visit: Visit) -> bool:
        if self.steps > self.limits.steps:
            raise StateFailedError(
                RUNTIME, f"The execution has entered more than {self.limits.steps} states.", is_final=True
            )
        if not self.meter.left:
            raise StateFailedError(RUNTIME, "The execution has spent all its work on expressions.", is_final=True)
        view = self._view(scope, visit)
        match visit.phase:
            case Phase.BEGINNING:
                return self._begin(scope, visit, begin(visit, view, most_at_a_time=self.limits.concurrency))
            case Phase.ANSWERED | Phase.JOINED:
                return self._answered(scope, visit, view)
            case Phase.ELAPSED:
                return self._leave(scope, visit, leave_plainly(visit.state, visit, view))
            case _:
                return False

    def _begin(self, scope: Scope, visit: Visit, beginning: Beginning) -> bool:
        match beginning:
            case Leave():
                return self._leave(scope, visit, beginning)
            case Wait(until):
                if until <= self.now:
                    visit.phase = Phase.ELAPSED
                    return True
                self._order_wait(scope, visit, until, WaitKind.WAIT)
            case Ask():
                self._order_task(scope, visit, beginning)
            case Branches():
                total = branching.total(visit)
                visit.phase = Phase.INSIDE if total else Phase.JOINED
                while visit.phase is Phase.INSIDE and visit.started < min(visit.concurrency, total):
                    self._start_inside(scope, visit)
                return not total
        return False

    def _order_wait(self, scope: Scope, visit: Visit, until: datetime, kind: WaitKind) -> None:
        order = WaitOrder(wait_id(scope, visit, kind), scope.path_of(visit), visit.state.name, until, kind)
        visit.phase = Phase.ORDERED if kind is WaitKind.WAIT else Phase.PAUSED
        visit.order = order
        self.orders[order.id] = scope
        if kind is WaitKind.WAIT:
            self._tell(EventKind.ORDERED, scope, visit, order_id=order.id, until=until)

    def _order_task(self, scope: Scope, visit: Visit, ask: Ask) -> None:
        self._require_size(ask.arguments, visit)
        order = TaskOrder(
            id=task_id(scope, visit),
            path=scope.path_of(visit),
            state=ask.state.name,
            resource=ask.state.resource,
            arguments=ask.arguments,
            credentials=ask.credentials,
            timeout_seconds=ask.timeout_seconds,
            heartbeat_seconds=ask.heartbeat_seconds,
            attempt=visit.attempt,
            ordered_at=self.now,
        )
        visit.phase = Phase.ORDERED
        visit.order = order
        self.orders[order.id] = scope
        self._tell(EventKind.ORDERED, scope, visit, input=ask.arguments, order_id=order.id, attempt=visit.attempt)

    def _view(self, scope: Scope, visit: Visit) -> View:
        return View(
            data=visit.input,
            states={"input": visit.input},
            variables=scope.variables,
            chance=Chance(self.seed, f"{scope.step_of(visit)}#{visit.attempt}:{visit.phase.value}"),
            now=self.now,
            meter=self.meter,
            make_context=lambda: self._context(scope, visit),
        )

    def _context(self, scope: Scope, visit: Visit) -> dict[str, Any]:
        state = visit.state
        own: dict[str, Any] = {"Name": state.name, "EnteredTime": write_timestamp(visit.entered_at)}
        if isinstance(state, TaskState | ParallelState | MapState):
            own["RetryCount"] = visit.attempt - 1
        made = {**self.context, "State": own}
        item = scope.nearest_item()
        if item is not None:
            made["Map"] = {"Item": {"Index": item[0], "Value": item[1]}}
        if isinstance(state, TaskState) and state.resource.pattern is Pattern.WAIT_FOR_TASK_TOKEN:
            made["Task"] = {"Token": self.token(task_id(scope, visit))}
        return made

    def token(self, order_id: str) -> str:
        """What an order's `$$.Task.Token` is: as hard to guess as the seed."""
        return sha256(f"{self.seed}\n{order_id}\ntoken".encode()).hexdigest()

    def _start_inside(self, scope: Scope, visit: Visit) -> None:
        inner = branching.start_one(scope, visit)
        state = visit.state
        try:
            given = visit.data
            if isinstance(state, MapState):
                given = branching.item_input(state, visit, self._item_view(scope, visit, inner), inner.index)
        except StateFailedError as failure:
            # Of the Map itself: no iteration has begun.
            inner.is_alive = False
            del visit.inside[inner.index]
            self._abort_inside(visit)
            visit.answer = _answer_of(failure)
            visit.phase = Phase.JOINED
            self.ready.append(scope)
            return
        self.enter(inner, inner.flow.start_at, given)
        self.ready.append(inner)

    def _item_view(self, scope: Scope, visit: Visit, inner: Scope) -> View:
        view = self._view(scope, visit)
        item = {"Map": {"Item": {"Index": inner.index, "Value": visit.items[inner.index]}}}
        view.make_context = lambda: {**self._context(scope, visit), **item}
        view.chance = Chance(self.seed, f"{inner.step}:item")
        return view

    def _answered(self, scope: Scope, visit: Visit, view: View) -> bool:
        answer = visit.answer
        if answer is not None and answer.is_failure:
            raise StateFailedError(
                answer.error,
                answer.cause,
                data=answer.data,
                retryable=answer.retryable,
                is_final=answer.is_final,
            )
        if visit.phase is Phase.JOINED:
            result: Any = [visit.results[index] for index in sorted(visit.results)]
        else:
            assert answer is not None
            result = answer.output
            self._require_size(result, visit)
        state = visit.state
        return self._leave(scope, visit, Leave(state.next, *finish(state, view, result, raw=visit.input)))

    # What becomes of failures

    def _failed(self, scope: Scope, visit: Visit, failure: StateFailedError) -> bool:
        chance = Chance(self.seed, f"{scope.step_of(visit)}#{visit.attempt}:retry")
        told = {"error": failure.error, "cause": failure.cause, "data": dict(failure.data) or None}
        delay = next_retry(visit, failure, chance)
        if delay is not None:
            until = after(self.now, delay.total_seconds())
            self._tell(EventKind.RETRIED, scope, visit, **told, until=until, attempt=visit.attempt)
            if until <= self.now:
                visit.attempt += 1
                visit.begin_again()
                return True
            self._order_wait(scope, visit, until, WaitKind.RETRY)
            return False
        self._tell(EventKind.FAILED, scope, visit, **told, attempt=visit.attempt)
        catcher = catcher_for(visit.state, failure)
        if catcher is not None:
            try:
                return self._caught(scope, visit, catcher.next, failure)
            except StateFailedError as second:
                failure = second
        answer = _answer_of(failure)
        path = scope.path_of(visit)
        self._end(scope, answer, path)
        return False

    def _caught(self, scope: Scope, visit: Visit, following: str, failure: StateFailedError) -> bool:
        catcher = catcher_for(visit.state, failure)
        assert catcher is not None
        view = self._view(scope, visit)
        output, variables = finish_caught(catcher, visit.state, view, failure.output, raw=visit.input)
        self._require_size(output, visit)
        if variables:
            scope.assign(variables)
        self._tell(EventKind.CAUGHT, scope, visit, output=output, assigned=variables, next=following)
        self.enter(scope, following, output)
        return True

    def time_out(self) -> None:
        """End the execution: its `TimeoutSeconds` are over."""
        for one in self.root.everything():
            one.is_alive = False
            if one.visit is not None:
                self._tell(EventKind.ABORTED, one, one.visit)
        self._end(self.root, Answer(error=TIMEOUT, cause="", is_failure=True, is_final=True))

    def _tell(self, kind: EventKind, scope: Scope, visit: Visit, **details: Any) -> None:
        state = visit.state
        self.events.append(
            Event(kind, scope.path_of(visit), state.name, state.type.value, self.now, scope.step_of(visit), **details)
        )


def _answer_of(failure: StateFailedError) -> Answer:
    return Answer(
        error=failure.error,
        cause=failure.cause,
        data=dict(failure.data),
        is_failure=True,
        retryable=failure.retryable,
        is_final=failure.is_final,
    )
