"""`{key: value}`: an object from one value, or from all that have the same key."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from jackfield.states.jsonata.data import UNDEFINED
from jackfield.states.jsonata.errors import JsonataError
from jackfield.states.jsonata.evaluation import Evaluation, Frame
from jackfield.states.jsonata.sequences import append

Code = Callable[[Any, Frame], Any]
_VALUE = "@"


def run_group(
    frame: Frame, pairs: list[tuple[Code, Code]], given: Any, position: int, *, is_reduced: bool
) -> dict[str, Any]:
    """The object that the pairs make of the values.

    Args:
        frame: Where variables are.
        pairs: Keys and values.
        given: A value, an array of them, or tuples.
        position: For messages.
        is_reduced: Whether these are tuples, whose values are put together for each key.
    """
    groups = _collect(frame, pairs, given, position, is_reduced=is_reduced)
    made: dict[str, Any] = {}
    for key, group in groups.items():
        code = pairs[group.pair][1]
        if is_reduced:
            names = _reduced(frame.run, group.data)
            context = names.pop(_VALUE, UNDEFINED)
            value = code(context, Frame(names, frame, frame.run))
        else:
            value = code(group.data, frame)
        if value is not UNDEFINED:
            made[key] = value
    return made


@dataclass(slots=True)
class _Group:
    """The values with one key."""

    pair: int
    """Which of the pairs made the key."""
    data: Any
    is_own: bool = False
    """Whether `data` is the group's own list."""


def _collect(
    frame: Frame, pairs: list[tuple[Code, Code]], given: Any, position: int, *, is_reduced: bool
) -> dict[str, _Group]:
    run = frame.run
    items: list[Any] = cast("list[Any]", given) if isinstance(given, list) else [given]
    if not items and not is_reduced:
        items = [UNDEFINED]
    groups: dict[str, _Group] = {}
    run.spend(len(items) * len(pairs))
    for item in items:
        inner = Frame(item, frame, run) if is_reduced else frame
        value = item.get(_VALUE, UNDEFINED) if is_reduced else item
        for number, (key_code, _) in enumerate(pairs):
            key = key_code(value, inner)
            if key is UNDEFINED:
                continue
            if type(key) is not str:
                raise JsonataError("T1003", position=position, value=key)
            known = groups.get(key)
            if known is None:
                groups[key] = _Group(number, item)
            elif known.pair != number:
                raise JsonataError("D1009", position=position, value=key)
            else:
                _add(run, known, item)
    return groups


def _add(run: Evaluation, known: _Group, item: Any) -> None:
    if known.is_own and not isinstance(item, list):
        known.data.append(item)
        run.spend(1)
    else:
        known.data = append(run, known.data, item)
        known.is_own = item is not UNDEFINED


def _reduced(run: Evaluation, tuples: Any) -> dict[str, Any]:
    if not isinstance(tuples, list):
        return dict(tuples)
    items = cast("list[dict[str, Any]]", tuples)
    made: dict[str, list[Any]] = {}
    for one in items:
        for name, value in one.items():
            made.setdefault(name, []).append(value)
            run.spend(1)
    return {name: _together(run, values) for name, values in made.items()}


def _together(run: Evaluation, values: list[Any]) -> Any:
    known = [one for one in values if one is not UNDEFINED]
    if not known:
        return UNDEFINED
    if len(known) == 1:
        return known[0]
    found: list[Any] = []
    for one in known:
        items = cast("list[Any]", one) if isinstance(one, list) else [one]
        found.extend(items)
        run.spend(len(items))
    return found
