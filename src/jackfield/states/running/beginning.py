"""What a state does when it is entered, type by type: it says so, and the engine does it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from jackfield.states.choices import holds
from jackfield.states.failures import NO_CHOICE_MATCHED, RUNTIME, StateFailedError
from jackfield.states.machine import (
    LARGEST_SECONDS,
    MISSING,
    Branch,
    ChoiceState,
    FailState,
    Language,
    MapState,
    ParallelState,
    PassState,
    State,
    TaskState,
    WaitState,
)
from jackfield.states.running import branching
from jackfield.states.running.data import assigned, effective_input, finish, selected, text, whole_number
from jackfield.states.running.scopes import Visit
from jackfield.states.timestamps import read_timestamp
from jackfield.states.values import QueryValue, Value, View, shortened

_LAST: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""Later than this, nothing is waited for."""


@dataclass(frozen=True, slots=True)
class Leave:
    """It is done."""

    following: str | None
    output: Any
    variables: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Wait:
    """Time must pass."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Ask:
    """A task is to be done."""

    state: TaskState
    arguments: Any
    credentials: Any
    timeout_seconds: int | None
    heartbeat_seconds: int | None


@dataclass(frozen=True, slots=True)
class Branches:
    """Branches or iterations are to be run; the visit says which."""


Beginning = Leave | Wait | Ask | Branches


def begin(  # noqa: PLR0911  # one line per type of state
    visit: Visit, view: View, *, most_at_a_time: int
) -> Beginning:
    """What the state does first.

    Raises:
        StateFailedError: It fails, or is a Fail state.
    """
    state = visit.state
    match state:
        case PassState():
            return _pass(state, visit, view)
        case TaskState():
            return _task(state, view)
        case ChoiceState():
            return _choice(state, view)
        case WaitState():
            return Wait(_until(state, view.on(effective_input(state, view))))
        case FailState():
            raise StateFailedError(text(state.error, view, "Error"), text(state.cause, view, "Cause"))
        case ParallelState():
            branching.begin_parallel(state, visit, view)
            return Branches()
        case MapState():
            branching.begin_map(state, visit, view, most_at_a_time)
            return Branches()
        case _:
            return leave_plainly(state, visit, view)


def leave_plainly(state: State, visit: Visit, view: View) -> Leave:
    """The end of a state that has no result of its own: Wait, Succeed."""
    if state.language is Language.JSONATA:
        return Leave(state.next, *finish(state, view, visit.input, raw=visit.input))
    seen = view.on(selected(state.input_path, view))
    return Leave(state.next, selected(state.output_path, seen), assigned(state.assign, seen))


def _pass(state: PassState, visit: Visit, view: View) -> Leave:
    result = effective_input(state, view)
    if state.parameters is not None:
        result = state.parameters.of(view.on(result))
    if state.result is not MISSING:
        result = state.result
    return Leave(state.next, *finish(state, view, result, raw=visit.input))


def _task(state: TaskState, view: View) -> Ask:
    data = effective_input(state, view)
    seen = view.on(data)
    return Ask(
        state,
        arguments=state.parameters.of(seen) if state.parameters is not None else data,
        credentials=state.credentials.of(seen) if state.credentials is not None else None,
        timeout_seconds=_seconds(state.timeout_seconds, seen, "TimeoutSeconds"),
        heartbeat_seconds=_seconds(state.heartbeat_seconds, seen, "HeartbeatSeconds"),
    )


def _seconds(value: Value | None, view: View, field: str) -> int | None:
    """How long something may take; where an expression says more than a definition may, as long as that."""
    found = whole_number(value, view, field, least=1)
    return None if found is None else min(found, LARGEST_SECONDS)


def _choice(state: ChoiceState, view: View) -> Leave:
    seen = view.on(effective_input(state, view))
    for branch in state.choices:
        if _holds(branch, seen):
            assign, output, following = branch.assign, branch.output, branch.next
            break
    else:
        if state.default is None:
            message = f"No choice of the state '{state.name}' matches, and it has no Default."
            raise StateFailedError(NO_CHOICE_MATCHED, message)
        assign, output, following = state.assign, state.output, state.default
    made = output.of(seen) if output is not None else selected(state.output_path, seen)
    return Leave(following, made, assigned(assign, seen))


def _holds(branch: Branch, view: View) -> bool:
    if branch.rule is not None:
        return holds(branch.rule, view)
    if isinstance(branch.condition, QueryValue):
        found = branch.condition.of(view)
        if not isinstance(found, bool):
            raise branch.condition.wrong_type("boolean", found)
        return found
    return branch.condition is True


def _until(state: WaitState, view: View) -> datetime:
    if state.seconds is not None:
        return after(view.now, whole_number(state.seconds, view, "Seconds") or 0)
    found = text(state.timestamp, view, "Timestamp") or ""
    moment = read_timestamp(found)
    if moment is None:
        if isinstance(state.timestamp, QueryValue):
            raise state.timestamp.wrong_type("timestamp", found)
        message = f"The Timestamp parameter is not a valid ISO-8601 timestamp: {shortened(found)}."
        raise StateFailedError(RUNTIME, message)
    return moment


def after(now: datetime, seconds: float) -> datetime:
    """The moment so much later; far beyond anything, the same for all."""
    try:
        return min(now + timedelta(seconds=seconds), _LAST)
    except OverflowError:
        return _LAST
