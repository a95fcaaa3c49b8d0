"""Finding members, and putting arrays together."""

from typing import Any, cast

from jackfield.states.jsonata.data import UNDEFINED, Sequence
from jackfield.states.jsonata.evaluation import Evaluation


def lookup(run: Evaluation, data: Any, name: str) -> Any:
    """The member of an object, or of all the objects in an array."""
    if type(data) is dict:
        return cast("dict[str, Any]", data).get(name, UNDEFINED)
    if not isinstance(data, list):
        return UNDEFINED
    found = Sequence()
    items = cast("list[Any]", data)
    run.spend(len(items))
    for one in items:
        value = cast("dict[str, Any]", one).get(name, UNDEFINED) if type(one) is dict else lookup(run, one, name)
        if value is UNDEFINED:
            continue
        if isinstance(value, list):
            found.extend(cast("list[Any]", value))
            run.spend(len(cast("list[Any]", value)))
        else:
            found.append(value)
    return found


def append(run: Evaluation, first: Any, second: Any) -> Any:
    """Both in one array; nothing adds nothing."""
    if first is UNDEFINED:
        return second
    if second is UNDEFINED:
        return first
    if not isinstance(first, list):
        first = Sequence([first])
    if not isinstance(second, list):
        second = [second]
    run.spend(len(cast("list[Any]", first)) + len(cast("list[Any]", second)))
    return [*first, *second]


def flattened(run: Evaluation, value: Any) -> list[Any]:
    """All values in arrays in one another."""
    found: list[Any] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        run.spend(1)
        if isinstance(one, list):
            waiting.extend(reversed(cast("list[Any]", one)))
        else:
            found.append(one)
    return found


def descendants(run: Evaluation, data: Any) -> Any:
    """The value and everything in it, but arrays."""
    if data is UNDEFINED:
        return UNDEFINED
    found = Sequence()
    waiting = [data]
    while waiting:
        one = waiting.pop()
        run.spend(1)
        if isinstance(one, list):
            waiting.extend(reversed(cast("list[Any]", one)))
            continue
        found.append(one)
        if type(one) is dict:
            waiting.extend(reversed(cast("dict[str, Any]", one).values()))
    return found[0] if len(found) == 1 else found
