"""Functions of arrays."""

import json
from typing import Any, cast

from jackfield.states.jsonata.data import UNDEFINED, Sequence, is_function, kind_of, same
from jackfield.states.jsonata.evaluation import Evaluation
from jackfield.states.jsonata.sequences import append


def zip_all(run: Evaluation, *arrays: Any) -> Any:
    """`$zip`."""
    if any(not isinstance(one, list) for one in arrays) or not arrays:
        return []
    made = [list(one) for one in zip(*arrays, strict=False)]
    run.spend(len(made) * (1 + len(arrays)))
    return made


def append_to(run: Evaluation, first: Any, second: Any = UNDEFINED) -> Any:
    """`$append`."""
    return append(run, first, second)


def reverse(run: Evaluation, items: Any) -> Any:
    """`$reverse`."""
    if items is UNDEFINED or len(items) <= 1:
        return items
    run.spend(len(items))
    return list(reversed(items))


def shuffle(run: Evaluation, items: Any) -> Any:
    """`$shuffle`."""
    if items is UNDEFINED or len(items) <= 1:
        return items
    run.spend(len(items) * 4)
    made: list[Any] = []
    for index, one in enumerate(items):
        at = int(run.chance.number() * (index + 1))
        if at == index:
            made.append(one)
        else:
            made.append(made[at])
            made[at] = one
    return made


def distinct(run: Evaluation, items: Any) -> Any:
    """`$distinct`."""
    if not isinstance(items, list) or len(cast("list[Any]", items)) <= 1:
        return cast("Any", items)
    given = cast("list[Any]", items)
    made: list[Any] = Sequence() if isinstance(items, Sequence) else []
    seen: dict[str, list[Any]] = {}
    for one in given:
        run.spend(1)
        # Values of one kind alone are compared all the way down.
        key = _key(run, one)
        if not any(same(one, other, run.spend) for other in seen.get(key, ())):
            seen.setdefault(key, []).append(one)
            made.append(one)
    return made


def _key(run: Evaluation, value: Any) -> str:
    kind = kind_of(value)
    if kind is int or kind is float:
        return f"n{float(value)!r}" if abs(value) < 1e300 else "n"
    if kind is str:
        return f"s{value}"
    if isinstance(value, list):
        items = cast("list[Any]", value)
        return f"a{len(items)}" + (_key(run, items[0]) if items and not isinstance(items[0], list | dict) else "")
    if kind is dict:
        members = cast("dict[str, Any]", value)
        run.spend(len(members))
        simple = {name: one for name, one in sorted(members.items()) if type(one) in {str, bool}}
        return f"o{sorted(members)}{json.dumps(simple)}"
    return "f" if is_function(value) else repr(value)
