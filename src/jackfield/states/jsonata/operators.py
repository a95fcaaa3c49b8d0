"""What the operators do with two values."""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from jackfield.states.jsonata.data import UNDEFINED, Sequence, is_number, kind_of, number, same
from jackfield.states.jsonata.errors import JsonataError
from jackfield.states.jsonata.evaluation import Evaluation
from jackfield.states.jsonata.texts import to_text

LONGEST_RANGE: Final = 10_000_000


def _numbers(run: Evaluation, left: Any, right: Any) -> bool:
    """Whether there are two numbers; nothing on either side is allowed, and gives nothing."""
    del run
    if left is not UNDEFINED and not is_number(left):
        raise JsonataError("T2001", value=left)
    if right is not UNDEFINED and not is_number(right):
        raise JsonataError("T2002", value=right)
    return left is not UNDEFINED and right is not UNDEFINED


def _add(run: Evaluation, left: Any, right: Any) -> Any:
    return number(left + right) if _numbers(run, left, right) else UNDEFINED


def _subtract(run: Evaluation, left: Any, right: Any) -> Any:
    return number(left - right) if _numbers(run, left, right) else UNDEFINED


def _multiply(run: Evaluation, left: Any, right: Any) -> Any:
    return number(number(left) * number(right)) if _numbers(run, left, right) else UNDEFINED


def _divide(run: Evaluation, left: Any, right: Any) -> Any:
    if not _numbers(run, left, right):
        return UNDEFINED
    if right == 0:
        return math.nan if left == 0 else math.copysign(math.inf, left) * math.copysign(1, right)
    try:
        return number(left / right)
    except OverflowError:
        return number(float(number(left)) / float(number(right)))


def _remainder(run: Evaluation, left: Any, right: Any) -> Any:
    if not _numbers(run, left, right):
        return UNDEFINED
    return math.nan if right == 0 else number(math.fmod(left, right))


def _equal(run: Evaluation, left: Any, right: Any) -> Any:
    return left is not UNDEFINED and right is not UNDEFINED and same(left, right, run.spend)


def _unequal(run: Evaluation, left: Any, right: Any) -> Any:
    return left is not UNDEFINED and right is not UNDEFINED and not same(left, right, run.spend)


def _ordered(test: Callable[[Any, Any], bool]) -> Callable[[Evaluation, Any, Any], Any]:
    def compare(_: Evaluation, left: Any, right: Any) -> Any:
        mine, other = _sort_of(left), _sort_of(right)
        if mine is None or other is None:
            raise JsonataError("T2010", value=left if mine is None else right)
        if left is UNDEFINED or right is UNDEFINED:
            return UNDEFINED
        if mine != other:
            raise JsonataError("T2009", value=left, value2=right)
        return test(left, right)

    return compare


def _sort_of(value: Any) -> str | None:
    kind = kind_of(value)
    if kind is str:
        return "text"
    if kind is int or kind is float:
        return "number"
    return "nothing" if value is UNDEFINED else None


def _concatenate(run: Evaluation, left: Any, right: Any) -> Any:
    first = left if type(left) is str else to_text(run, left)
    second = right if type(right) is str else to_text(run, right)
    first, second = first or "", second or ""
    run.write(len(first) + len(second))
    return first + second


def _range(run: Evaluation, left: Any, right: Any) -> Any:
    if left is not UNDEFINED and not _is_whole(left):
        raise JsonataError("T2003", value=left)
    if right is not UNDEFINED and not _is_whole(right):
        raise JsonataError("T2004", value=right)
    if left is UNDEFINED or right is UNDEFINED or left > right:
        return UNDEFINED
    size = int(right) - int(left) + 1
    if size > LONGEST_RANGE:
        raise JsonataError("D2014", value=size)
    run.spend(size)
    return Sequence(range(int(left), int(right) + 1))


def _is_whole(value: Any) -> bool:
    return type(value) is int or (type(value) is float and value.is_integer())


def _includes(run: Evaluation, left: Any, right: Any) -> Any:
    if left is UNDEFINED or right is UNDEFINED:
        return False
    items = cast("list[Any]", right) if isinstance(right, list) else [right]
    run.spend(len(items) >> 2)
    if isinstance(left, list | dict):
        return any(one is left for one in items)
    return any(not isinstance(one, list | dict) and same(left, one, run.spend) for one in items)


OPERATORS: Final[Mapping[str, Callable[[Evaluation, Any, Any], Any]]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "%": _remainder,
    "=": _equal,
    "!=": _unequal,
    "<": _ordered(lambda left, right: left < right),
    "<=": _ordered(lambda left, right: left <= right),
    ">": _ordered(lambda left, right: left > right),
    ">=": _ordered(lambda left, right: left >= right),
    "&": _concatenate,
    "..": _range,
    "in": _includes,
}
