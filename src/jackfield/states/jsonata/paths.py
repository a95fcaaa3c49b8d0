"""Walking a path: each step maps the values of the one before it, filters them, sorts them, remembers them."""

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from jackfield.states.jsonata.data import UNDEFINED, Constructed, Sequence, is_number, truth
from jackfield.states.jsonata.errors import JsonataError
from jackfield.states.jsonata.evaluation import Evaluation, Frame
from jackfield.states.jsonata.nodes import Slot
from jackfield.states.jsonata.sequences import append, flattened, lookup

Code = Callable[[Any, Frame], Any]
_VALUE = "@"
"""In a tuple, the name of the value itself."""


@dataclass(slots=True)
class StepStage:
    """A filter, or counting the values into a variable."""

    code: Code | None
    number: int | None
    """The filter, where it is a number as it stands."""
    variable: str


@dataclass(slots=True)
class Step:
    """One step of a path."""

    name: str | None
    """Where it is nothing but a member's name."""
    stages: list[StepStage]
    focus: str | None
    index: str | None
    ancestor: Slot | None
    is_tuple: bool
    is_constructed: bool
    code: Code | None = None
    terms: list[tuple[Code, bool]] | None = None
    position: int = 0

    def of(self, data: Any, frame: Frame) -> Any:
        """What it makes of one value."""
        assert self.code is not None
        return self.code(data, frame)


def run_path(steps: list[Step], given: Any, frame: Frame) -> Any:
    """What the steps find."""
    last = len(steps) - 1
    found: Any = given
    for number, step in enumerate(steps):
        if number == 0 and step.is_constructed:
            found = step.of(found, frame)
        else:
            found = _run_step(step, found, frame, is_last=number == last)
        if found is UNDEFINED or not found:
            break
    return found


def _run_step(step: Step, given: Any, frame: Frame, *, is_last: bool) -> Any:
    if step.terms is not None:
        found = _sorted(step, given, frame)
        for stage in step.stages:
            found = _staged(stage, found, frame)
        return found
    values = _mapped(step, given, frame)
    if is_last and len(values) == 1 and isinstance(values[0], list) and not isinstance(values[0], Sequence):
        return cast("Any", values[0])
    found = Sequence()
    for one in values:
        if isinstance(one, list) and not isinstance(one, Constructed):
            found.extend(cast("list[Any]", one))
        else:
            found.append(one)
    frame.run.spend(len(found))
    return found


def _mapped(step: Step, given: Any, frame: Frame) -> list[Any]:
    run = frame.run
    run.spend(len(given))
    name = step.name
    values: list[Any] = []
    for one in given:
        value: Any
        if name is None:
            value = step.of(one, frame)
        elif type(one) is dict:
            value = cast("dict[str, Any]", one).get(name, UNDEFINED)
        else:
            value = _settled(lookup(run, one, name))
        for stage in step.stages:
            if stage.code is not None:
                value = filtered(frame, stage.code, stage.number, value)
        if value is not UNDEFINED:
            values.append(value)
    return values


def _settled(value: Any) -> Any:
    if type(value) is Sequence:
        return UNDEFINED if not value else value[0] if len(value) == 1 else value
    return value


def _staged(stage: StepStage, found: Any, frame: Frame) -> Any:
    if stage.code is not None:
        return filtered(frame, stage.code, stage.number, found)
    for index, one in enumerate(found):
        one[stage.variable] = index
    return found


def run_tuple_path(steps: list[Step], given: Any, frame: Frame, *, is_kept: bool) -> tuple[list[Any], Any]:
    """The tuples that the steps make, and the values that they find."""
    found: Any = given
    tuples: Any = None
    last = len(steps) - 1
    has_begun = False
    for number, step in enumerate(steps):
        has_begun = has_begun or step.is_tuple
        if number == 0 and step.is_constructed:
            found = step.of(found, frame)
        elif has_begun:
            tuples = _run_tuple_step(step, found, tuples, frame)
        else:
            found = _run_step(step, found, frame, is_last=number == last)
        if not has_begun and (found is UNDEFINED or not found):
            break
    if tuples is None:
        return [], found
    if is_kept:
        return tuples, tuples
    return tuples, Sequence([one.get(_VALUE, UNDEFINED) for one in tuples])


def _run_tuple_step(step: Step, given: Any, tuples: Any, frame: Frame) -> Any:
    if step.terms is not None:
        made = _sorted_tuples(step, given, tuples, frame)
    else:
        made = Sequence()
        made.is_tuples = True
        for one in tuples if tuples is not None else [{_VALUE: item} for item in given]:
            frame.run.spend(2)
            value = step.of(one.get(_VALUE, UNDEFINED), Frame(one, frame, frame.run))
            if value is not UNDEFINED:
                _bind_all(step, one, value, made, frame.run)
    for stage in step.stages:
        made = _staged(stage, made, frame)
    return made


def _sorted_tuples(step: Step, given: Any, tuples: Any, frame: Frame) -> Any:
    if tuples is not None:
        return _sorted(step, tuples, frame)
    made = Sequence()
    made.is_tuples = True
    for index, one in enumerate(_sorted(step, given, frame)):
        made.append({_VALUE: one, **({step.index: index} if step.index else {})})
    return made


def _bind_all(step: Step, one: dict[str, Any], value: Any, made: Any, run: Evaluation) -> None:
    """One tuple for each of the values that the step has found in a tuple's."""
    items = cast("list[Any]", value) if isinstance(value, list) else [value]
    is_tuples = isinstance(value, Sequence) and value.is_tuples
    run.spend(len(items) * (1 + len(one)))
    for index, item in enumerate(items):
        bound = dict(one)
        made.append(bound)
        if is_tuples:
            bound.update(item)
            continue
        bound[step.focus or _VALUE] = item
        if step.index:
            bound[step.index] = index
        if step.ancestor:
            bound[step.ancestor.label] = one.get(_VALUE, UNDEFINED)


def filtered(frame: Frame, predicate: Code, number: int | None, given: Any) -> Any:
    """The values for which a predicate holds, or whose index it is."""
    # Nothing is one value, too: a predicate is asked about it.
    items = cast("list[Any]", given) if isinstance(given, list) else [given]
    if number is not None:
        return _item(items, number, is_tuples=isinstance(given, Sequence) and given.is_tuples)
    made = Sequence()
    made.is_tuples = isinstance(given, Sequence) and given.is_tuples
    run = frame.run
    run.spend(len(items))
    for index, item in enumerate(items):
        if made.is_tuples:
            answer = predicate(item.get(_VALUE, UNDEFINED), Frame(item, frame, run))
        else:
            answer = predicate(item, frame)
        wanted = None if type(answer) is bool else _indices(answer)
        if wanted is None:
            if truth(answer):
                made.append(item)
            continue
        run.spend(len(wanted) >> 2)
        for one in wanted:
            at = math.floor(one)
            if (at + len(items) if at < 0 else at) == index:
                made.append(item)
    return made


def _item(items: list[Any], number: int, *, is_tuples: bool) -> Any:
    made = Sequence()
    made.is_tuples = is_tuples
    index = number + len(items) if number < 0 else number
    if 0 <= index < len(items):
        item = items[index]
        if isinstance(item, list):
            return cast("list[Any]", item)
        if item is not UNDEFINED:
            made.append(item)
    return made


def _indices(answer: Any) -> list[Any] | None:
    if is_number(answer):
        return [answer]
    if isinstance(answer, list):
        items = cast("list[Any]", answer)
        if all(is_number(one) for one in items):
            return items
    return None


def wildcard(data: Any, frame: Frame) -> Any:
    """All members of an object."""
    if isinstance(data, Sequence) and data.is_outer and data:
        data = data[0]
    found: Any = Sequence()
    values: list[Any] = []
    if type(data) is dict:
        values = list(cast("dict[str, Any]", data).values())
    elif isinstance(data, list):
        values = cast("list[Any]", data)
    frame.run.spend(len(values))
    for one in values:
        if isinstance(one, list):
            found = append(frame.run, found, flattened(frame.run, one))
            found = found if isinstance(found, Sequence) else Sequence(found)
        else:
            found.append(one)
    return found


def _sorted(step: Step, given: Any, frame: Frame) -> Any:
    if len(given) <= 1:
        return given
    run = frame.run
    is_tuples = isinstance(given, Sequence) and given.is_tuples
    terms = step.terms or []
    run.spend(len(given) * len(given).bit_length())
    keyed: list[tuple[list[Any], Any]] = []
    for one in given:
        if is_tuples:
            inner = Frame(one, frame, run)
            keys = [code(one.get(_VALUE, UNDEFINED), inner) for code, _ in terms]
        else:
            keys = [code(one, frame) for code, _ in terms]
        keyed.append((keys, one))

    def compare(left: tuple[list[Any], Any], right: tuple[list[Any], Any]) -> int:
        for (_, is_descending), one, other in zip(terms, left[0], right[0], strict=True):
            order = _order(one, other, step.position, is_descending=is_descending)
            if order:
                return order
        return 0

    keyed.sort(key=functools.cmp_to_key(compare))
    made = Sequence(one for _, one in keyed)
    made.is_tuples = is_tuples
    return made


def _order(one: Any, other: Any, position: int, *, is_descending: bool) -> int:
    if one is UNDEFINED:
        return 0 if other is UNDEFINED else 1
    if other is UNDEFINED:
        return -1
    kinds = _kind(one), _kind(other)
    if None in kinds:
        raise JsonataError("T2008", position=position)
    if kinds[0] != kinds[1]:
        raise JsonataError("T2007", position=position, value=one, value2=other)
    order: int = (one > other) - (one < other)
    return -order if is_descending else order


def _kind(value: Any) -> str | None:
    if type(value) is str:
        return "text"
    return "number" if type(value) in {int, float} else None
