"""Variables: a flow inside sees those around it; what it assigns is its own, and gone when it ends."""

from collections.abc import Iterator
from typing import Any, cast

from jackfield.states.machine import ChoiceState, Flow, MapState, ParallelState, State
from jackfield.states.reading.fields import Problems, under
from jackfield.states.values import VARIES, ObjectTemplate, Value


def check_variables(flow: Flow, problems: Problems, outer: frozenset[str] = frozenset()) -> None:
    """Warn of variables in a flow that have the name of one around it."""
    own: set[str] = set()
    for state in flow.states.values():
        for pointer, assign in _assigns(state):
            for name in _names(assign):
                own.add(name)
                if name in outer:
                    message = f"The variable '{name}' has the name of one around it, which keeps its value"
                    problems.warn(under(pointer, "Assign", name), message, "SHADOWED_VARIABLE")
    for state in flow.states.values():
        seen = outer | own
        if isinstance(state, MapState):
            check_variables(state.processor, problems, frozenset() if state.is_distributed else seen)
        elif isinstance(state, ParallelState):
            for branch in state.branches:
                check_variables(branch, problems, seen)


def _assigns(state: State) -> Iterator[tuple[str, Value]]:
    if state.assign is not None:
        yield state.pointer, state.assign
    for index, catcher in enumerate(state.catch):
        if catcher.assign is not None:
            yield under(state.pointer, "Catch", index), catcher.assign
    if isinstance(state, ChoiceState):
        for index, branch in enumerate(state.choices):
            if branch.assign is not None:
                yield under(state.pointer, "Choices", index), branch.assign


def _names(assign: Value) -> Iterator[str]:
    if isinstance(assign, ObjectTemplate):
        yield from (name for name, _ in assign.members)
    elif assign.constant is not VARIES:
        yield from cast("dict[str, Any]", assign.constant)
