"""The whole of a definition, and its flows."""

from collections.abc import Callable, Iterator
from typing import Any, Final, cast

from jackfield.states.errors import DefinitionError
from jackfield.states.machine import (
    LARGEST_SECONDS,
    ChoiceState,
    Flow,
    Language,
    State,
    StateMachine,
)
from jackfield.states.models import Problem, Severity
from jackfield.states.reading.fields import Fields, Problems, under
from jackfield.states.reading.positions import place_problems, read_text
from jackfield.states.reading.scoping import check_variables
from jackfield.states.reading.states import read_state

_NESTING: Final = 10
"""Of Map and Parallel in one another."""
_MISSING_TARGET: Final = "MISSING_TRANSITION_TARGET"


def parse(definition: Any) -> StateMachine:
    """Read a definition: a JSON value, or its text (then problems have lines and columns).

    Raises:
        DefinitionError: It can't be run; `found` says why, and where.
    """
    return _runnable(*_read(definition), lambda one: one.severity is Severity.ERROR)


def reparse(definition: Any) -> StateMachine:
    """Read what was found right when it was published: a mistake that is refused only since then doesn't stop its runs.

    Raises:
        DefinitionError: It can't be run at all.
    """
    return _runnable(*_read(definition), lambda one: one.severity is Severity.ERROR and one.hinders)


def check(definition: Any) -> tuple[Problem, ...]:
    """All that is wrong with a definition, in its order; nothing is raised."""
    return tuple(_read(definition)[1])


def _runnable(
    machine: StateMachine | None, problems: list[Problem], is_error: Callable[[Problem], bool]
) -> StateMachine:
    errors = [one for one in problems if is_error(one)]
    if machine is None or errors:
        raise DefinitionError(errors)
    return machine


def _read(definition: Any) -> tuple[StateMachine | None, list[Problem]]:
    text = definition if isinstance(definition, str) else None
    if isinstance(definition, bytes):
        text = definition.decode("utf-8", "replace")
    problems = Problems()
    value = definition
    if text is not None:
        try:
            value = read_text(text)
        except DefinitionError as error:
            return None, list(error.found)
    machine = None
    try:
        machine = _machine(cast("dict[str, Any]", value), problems) if isinstance(value, dict) else None
    except RecursionError:
        problems.error("", "The definition is nested too deep")
    if machine is None and not problems.found:
        problems.error("", "A definition is a JSON object")
    return machine, place_problems(text, problems.found)


def _machine(definition: dict[str, Any], problems: Problems) -> StateMachine | None:
    fields = Fields(definition, "", problems, Language.JSONPATH)
    language = Language(fields.text("QueryLanguage", one_of=tuple(Language)) or Language.JSONPATH)
    fields.language = language
    fields.text("Version")
    timeout = fields.number("TimeoutSeconds", least=1, most=LARGEST_SECONDS)
    flow = _FlowReader(problems, language).read(fields, 0)
    check_variables(flow, problems)
    return StateMachine(
        definition=definition,
        flow=flow,
        language=language,
        timeout_seconds=timeout,
        comment=str(definition.get("Comment", "")),
    )


class _FlowReader:
    """Reads flows in one another; names of states are unique in all of them."""

    def __init__(self, problems: Problems, language: Language) -> None:
        self._problems = problems
        self._language = language
        self._names: set[str] = set()

    def read(self, fields: Fields, depth: int) -> Flow:
        """The flow of an object with `StartAt` and `States`."""
        start = fields.text("StartAt", required=True)
        members = fields.object("States", required=True)
        fields.finish(" beside StartAt and States" if depth else "")
        if depth > _NESTING:
            self._problems.error(fields.pointer, f"Map and Parallel are nested at most {_NESTING} deep")
            return Flow("", {})
        states: dict[str, State] = {}
        given: dict[str, Any] = members.members if members else {}
        if members is not None and not given:
            fields.error("States", "Value cannot be empty")
        for name, one in given.items():
            pointer = under(fields.pointer, "States", name)
            if name in self._names:
                self._problems.error(pointer, f"There are two states with the name '{name}'")
            self._names.add(name)
            if not isinstance(one, dict):
                self._problems.error(pointer, "Value is not an Object")
                continue
            inner = Fields(cast("dict[str, Any]", one), pointer, self._problems, self._language)
            state = read_state(name, inner, self._language, self.read, depth)
            if state is not None:
                states[name] = state
        flow = Flow(start or "", states)
        if start is not None:
            self._check(flow, set(given), fields.pointer, is_whole=depth == 0)
        return flow

    def _check(self, flow: Flow, names: set[str], pointer: str, *, is_whole: bool) -> None:
        if flow.start_at not in names:
            self._missing(under(pointer, "StartAt"), flow.start_at)
        for state in flow.states.values():
            for where, target in _targets(state):
                if target not in names:
                    self._missing(where, target)
        if len(flow.states) < len(names):
            # Where a state can't be read, there is no knowing where it leads.
            return
        if is_whole and all(state.next is not None or isinstance(state, ChoiceState) for state in flow.states.values()):
            self._problems.refuse(under(pointer, "States"), "Workflow has no terminal state", "MISSING_END_STATE")
            return
        reached = _reached(flow)
        for name in flow.states:
            if name not in reached:
                message = f'State "{name}" is not reachable.'
                self._problems.refuse(under(pointer, "States", name), message, _MISSING_TARGET)

    def _missing(self, pointer: str, target: str) -> None:
        self._problems.error(pointer, f"Missing 'Next' target: {target}", _MISSING_TARGET)


def _reached(flow: Flow) -> set[str]:
    """The states that the first one leads to."""
    reached = {flow.start_at}
    waiting = [flow.start_at]
    while waiting:
        state = flow.states.get(waiting.pop())
        if state is None:
            continue
        new = {target for _, target in _targets(state)} - reached
        reached |= new
        waiting.extend(new)
    return reached


def _targets(state: State) -> Iterator[tuple[str, str]]:
    if state.next is not None:
        yield under(state.pointer, "Next"), state.next
    for index, catcher in enumerate(state.catch):
        if catcher.next:
            yield under(state.pointer, "Catch", index, "Next"), catcher.next
    if isinstance(state, ChoiceState):
        for index, branch in enumerate(state.choices):
            yield under(state.pointer, "Choices", index, "Next"), branch.next
        if state.default is not None:
            yield under(state.pointer, "Default"), state.default
