"""How data flows through a state: into it by InputPath and Parameters, out of it by Output, or ResultPath and OutputPath."""

from typing import Any, cast

from jackfield.states.failures import RESULT_PATH_MATCH_FAILURE, RUNTIME, StateFailedError
from jackfield.states.jsonpath import JsonPath
from jackfield.states.jsonpath.paths import Indices, Names, Segment
from jackfield.states.machine import DISCARDED, Catcher, Language, State, StateType
from jackfield.states.values import QueryValue, Value, View, shortened

_WITH_RESULT = frozenset({StateType.TASK, StateType.PARALLEL, StateType.MAP})


def selected(path: Any, view: View) -> Any:
    """What `InputPath` or `OutputPath` selects."""
    if path is None:
        return view.data
    return {} if path is DISCARDED else path.of(view)


def effective_input(state: State, view: View) -> Any:
    """What the state works on: after InputPath, before Parameters."""
    if state.language is Language.JSONATA:
        return view.data
    return selected(state.input_path, view)


def finish(state: State, view: View, result: Any, *, raw: Any) -> tuple[Any, dict[str, Any] | None]:
    """The state's output, and the variables that it assigns.

    Args:
        state: The state.
        view: What it sees.
        result: Of its work.
        raw: Its input as it came.

    Raises:
        StateFailedError: A path leads nowhere, an expression fails.
    """
    if state.language is Language.JSONATA:
        seen = view.on(view.data, result=result) if state.type in _WITH_RESULT else view
        output = state.output.of(seen) if state.output is not None else result
        return output, assigned(state.assign, seen)
    if state.result_selector is not None:
        result = state.result_selector.of(view.on(result))
    variables = assigned(state.assign, view.on(result))
    output = placed(state.result_path, raw, result)
    return selected(state.output_path, view.on(output)), variables


def finish_caught(
    catcher: Catcher, state: State, view: View, error: dict[str, Any], *, raw: Any
) -> tuple[Any, dict[str, Any] | None]:
    """What a Catch hands on, and the variables that it assigns."""
    if state.language is Language.JSONATA:
        seen = view.on(view.data, errorOutput=error)
        output = catcher.output.of(seen) if catcher.output is not None else error
        return output, assigned(catcher.assign, seen)
    return placed(catcher.result_path, raw, error), assigned(catcher.assign, view.on(error))


def assigned(assign: Value | None, view: View) -> dict[str, Any] | None:
    """The variables of an `Assign`; None where there is none."""
    return None if assign is None else assign.of(view)


def placed(path: Any, raw: Any, result: Any) -> Any:
    """The input with the result at a place; nothing that was there is changed.

    Raises:
        StateFailedError: There is something in the way.
    """
    if path is None:
        return result
    if path is DISCARDED:
        return raw
    reference: JsonPath = path
    try:
        return _placed(raw, reference.segments, result)
    except (TypeError, IndexError):
        raise StateFailedError(
            RESULT_PATH_MATCH_FAILURE,
            f"Unable to apply step '{reference.text}' to input {shortened(raw)}",
        ) from None


def _placed(value: Any, segments: tuple[Segment, ...], result: Any) -> Any:
    if not segments:
        return result
    match segments[0]:
        case Names((name,)):
            if value is not None and not isinstance(value, dict):
                raise TypeError(name)
            members = cast("dict[str, Any]", value or {})
            return {**members, name: _placed(members.get(name), segments[1:], result)}
        case Indices((index,)) if isinstance(value, list):
            items = list(cast("list[Any]", value))
            items[index] = _placed(items[index], segments[1:], result)
            return items
        case _:
            raise TypeError(segments[0])


def whole_number(value: Value | None, view: View, field: str, *, least: int = 0) -> int | None:
    """The whole number that a field says; None where it is left out.

    Raises:
        StateFailedError: It says something else.
    """
    found = number(value, view, field, whole=True)
    if found is None:
        return None
    if found < least:
        if least > 0:
            raise StateFailedError(RUNTIME, f"{field} must be at least {least}.")
        raise StateFailedError(RUNTIME, f"{field} cannot be negative.")
    return int(found)


def number(value: Value | None, view: View, field: str, *, whole: bool) -> int | float | None:
    """The number that a field says; a text of digits is one, too, where a path leads to it."""
    if value is None:
        return None
    found = value.of(view)
    if _is_number(found) and (not whole or found == int(found)):
        return int(found) if whole else found
    if isinstance(value, QueryValue):
        raise value.wrong_type("number", found)
    if isinstance(found, str):
        try:
            return int(found) if whole else float(found)
        except ValueError:
            pass
    kind = "integer" if whole else "float"
    shown = found if isinstance(found, str) else shortened(found)
    raise StateFailedError(RUNTIME, f'The {field}Path field refers to value "{shown}" which is not a valid {kind}.')


def text(value: Value | None, view: View, field: str) -> str | None:
    """The text that a field says; None where it is left out."""
    if value is None:
        return None
    found = value.of(view)
    if isinstance(found, str):
        return found
    if isinstance(value, QueryValue):
        raise value.wrong_type("string", found)
    raise StateFailedError(RUNTIME, f"The field {field} must be a string, not {shortened(found)}.")


def array(value: Value, view: View, field: str) -> list[Any]:
    """The array that a field says."""
    found = value.of(view)
    if isinstance(found, list):
        return cast("list[Any]", found)
    if isinstance(value, QueryValue):
        raise value.wrong_type("array", found)
    raise StateFailedError(
        RUNTIME, f"Reference path in the field {field} must lead to an array, not to {shortened(found)}."
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
