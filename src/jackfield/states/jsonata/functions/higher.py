"""Functions that take functions."""

import functools
from typing import Any, cast

from jackfield.states.jsonata.data import UNDEFINED, Sequence, arity_of, truth
from jackfield.states.jsonata.errors import JsonataError
from jackfield.states.jsonata.evaluation import Evaluation


def _arguments(function: Any, first: Any, second: Any, third: Any) -> list[Any]:
    """As many as the function takes, and at least one."""
    arity = arity_of(function)
    return [first, second, third][: max(1, min(arity, 3))]


def map_each(run: Evaluation, items: Any, function: Any) -> Any:
    """`$map`."""
    if items is UNDEFINED:
        return UNDEFINED
    made = Sequence()
    for index, one in enumerate(items):
        run.spend(1)
        value = run.apply(function, _arguments(function, one, index, items))
        if value is not UNDEFINED:
            made.append(value)
    return made


def filter_each(run: Evaluation, items: Any, function: Any) -> Any:
    """`$filter`."""
    if items is UNDEFINED:
        return UNDEFINED
    made = Sequence()
    for index, one in enumerate(items):
        run.spend(1)
        if truth(run.apply(function, _arguments(function, one, index, items))):
            made.append(one)
    return made


def single(run: Evaluation, items: Any, function: Any = UNDEFINED) -> Any:
    """`$single`."""
    if items is UNDEFINED:
        return UNDEFINED
    found: list[Any] = []
    for index, one in enumerate(items):
        run.spend(1)
        if function is UNDEFINED or truth(run.apply(function, _arguments(function, one, index, items))):
            found.append(one)
            if len(found) > 1:
                raise JsonataError("D3138")
    if not found:
        raise JsonataError("D3139")
    return found[0]


def reduce_all(run: Evaluation, items: Any, function: Any, start: Any = UNDEFINED) -> Any:
    """`$reduce`."""
    if items is UNDEFINED:
        return UNDEFINED
    arity = arity_of(function)
    if arity < 2:
        raise JsonataError("D3050")
    result, first = (items[0], 1) if start is UNDEFINED and items else (start, 0)
    for index in range(first, len(items)):
        run.spend(1)
        result = run.apply(function, [result, items[index], index, items][: min(arity, 4)])
    return result


def sift(run: Evaluation, value: Any, function: Any = UNDEFINED) -> Any:
    """`$sift`: the members for which a function holds."""
    if type(value) is not dict:
        return UNDEFINED
    members = cast("dict[str, Any]", value)
    made: dict[str, Any] = {}
    for name, one in members.items():
        run.spend(1)
        if truth(run.apply(function, _arguments(function, one, name, members))):
            made[name] = one
    return made or UNDEFINED


def each(run: Evaluation, value: Any, function: Any) -> Any:
    """`$each`: what a function makes of each member."""
    made = Sequence()
    if type(value) is not dict:
        return made
    members = cast("dict[str, Any]", value)
    for name, one in members.items():
        run.spend(1)
        found = run.apply(function, _arguments(function, one, name, members))
        if found is not UNDEFINED:
            made.append(found)
    return made


def sort(run: Evaluation, items: Any, function: Any = UNDEFINED) -> Any:
    """`$sort`: by a function that says whether the first of two comes after the second."""
    if items is UNDEFINED or len(items) <= 1:
        return items
    run.spend(len(items) * len(items).bit_length())
    if function is UNDEFINED:
        kinds: set[Any] = {"number" if type(one) in {int, float} else type(one) for one in items}
        if kinds not in ({"number"}, {str}):
            raise JsonataError("D3070")
        return sorted(items)

    def compare(left: Any, right: Any) -> int:
        # Sorting asks only whether one is less than another, and is stable: it is, if that one must come after it.
        return -1 if truth(run.apply(function, [right, left])) else 0

    return sorted(items, key=functools.cmp_to_key(compare))
