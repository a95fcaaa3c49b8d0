"""Finding what a path leads to."""

import math
import statistics
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from jackfield.states.jsonpath.paths import (
    Both,
    Comparison,
    Descent,
    Either,
    Exists,
    Filter,
    Function,
    Indices,
    Inverse,
    JsonPath,
    Literal,
    Names,
    Segment,
    Slice,
    Test,
    Wildcard,
)
from jackfield.states.patterns import Pattern

_WIDEST: Final = 200_000
"""Values that one path may look at."""


class PathNotFoundError(LookupError):
    """There is nothing where a definite path leads."""

    def __init__(self, path: JsonPath) -> None:
        super().__init__(f"No results for path: {path.normal}")
        self.path = path


class PathTooWideError(ValueError):
    """The path looks at too many values."""


def find(path: JsonPath, root: Any, spend: Callable[[int], None] | None = None) -> Any:
    """The value there; for a path that may lead to several, the list of them.

    Args:
        path: The path; that its root is `root` is the caller's business.
        root: A JSON value.
        spend: Told how many values are looked at.

    Raises:
        PathNotFoundError: A definite path leads to nothing.
        PathTooWideError: It looks at more values than an expression may.
    """
    if not path.is_definite:
        wide = _Wide(path, root)
        try:
            return wide.find(root, path.segments)
        finally:
            if spend is not None:
                spend(wide.seen)
    value = root
    for segment in path.segments:
        match segment:
            case Names((name,)):
                if not isinstance(value, dict) or name not in value:
                    raise PathNotFoundError(path)
                value = cast("dict[str, Any]", value)[name]
            case Indices((index,)):
                if not isinstance(value, list) or not -len(cast("list[Any]", value)) <= index < len(
                    cast("list[Any]", value)
                ):
                    raise PathNotFoundError(path)
                value = cast("list[Any]", value)[index]
            case Function(name):
                return _apply(path, name, value)
            case _:
                raise AssertionError(segment)
    return value


class _Wide:
    """Finds lists of values, counting what it looks at."""

    def __init__(self, path: JsonPath, root: Any) -> None:
        self._path = path
        self._root = root
        self.seen = 0

    def find(self, value: Any, segments: tuple[Segment, ...]) -> Any:
        found = [value]
        for segment in segments:
            if isinstance(segment, Function):
                return _apply(self._path, segment.name, found)
            found = self._step(found, segment)
        return found

    def _count(self, number: int) -> None:
        self.seen += number
        if self.seen > _WIDEST:
            raise PathTooWideError(f"the path {self._path.text} looks at more than {_WIDEST} values")

    def _step(self, values: list[Any], segment: Segment) -> list[Any]:
        found: list[Any] = []
        for value in values:
            before = len(found)
            self._one(value, segment, found)
            self._count(1 + len(found) - before)
        return found

    def _one(self, value: Any, segment: Segment, found: list[Any]) -> None:
        match segment, value:
            case Names(names), dict():
                members = cast("dict[str, Any]", value)
                found.extend(members[name] for name in names if name in members)
            case Indices(indices), list():
                items = cast("list[Any]", value)
                found.extend(items[index] for index in indices if -len(items) <= index < len(items))
            case Slice(start, stop, step), list():
                found.extend(cast("list[Any]", value)[start:stop:step])
            case Wildcard(), dict():
                found.extend(cast("dict[str, Any]", value).values())
            case Wildcard(), list():
                found.extend(cast("list[Any]", value))
            case Descent(), _:
                self._descend(value, found)
            case Filter(test), list():
                items = cast("list[Any]", value)
                self._count(len(items))
                found.extend(one for one in items if self._holds(test, one))
            case Filter(test), dict():
                if self._holds(test, value):
                    found.append(value)
            case _:
                pass

    def _descend(self, value: Any, found: list[Any]) -> None:
        waiting = [value]
        while waiting:
            one = waiting.pop()
            found.append(one)
            self._count(1)
            if isinstance(one, dict):
                waiting.extend(reversed(cast("dict[str, Any]", one).values()))
            elif isinstance(one, list):
                waiting.extend(reversed(cast("list[Any]", one)))

    def _holds(self, test: Test, item: Any) -> bool:
        match test:
            case Both(left, right):
                return self._holds(left, item) and self._holds(right, item)
            case Either(left, right):
                return self._holds(left, item) or self._holds(right, item)
            case Inverse(inner):
                return not self._holds(inner, item)
            case Exists(path):
                found = self._operand(path, item)
                return found is not _NOTHING and (path.is_definite or bool(found))
            case Comparison(left, operator, right):
                return _compare(self._operand(left, item), operator, self._operand(right, item))

    def _operand(self, operand: JsonPath | Literal, item: Any) -> Any:
        if isinstance(operand, Literal):
            return operand.value
        value = item if operand.root == "@" else self._root
        try:
            return find(operand, value) if operand.is_definite else self.find(value, operand.segments)
        except PathNotFoundError:
            return _NOTHING


class _Nothing:
    """A path in a filter that leads nowhere."""


_NOTHING: Final = _Nothing()


def _apply(path: JsonPath, name: str, value: Any) -> Any:
    if name == "keys":
        if isinstance(value, dict):
            return list(cast("dict[str, Any]", value))
        raise PathNotFoundError(path)
    if name in {"length", "size"} and isinstance(value, dict | str):
        return len(cast("dict[str, Any] | str", value))
    if not isinstance(value, list):
        raise PathNotFoundError(path)
    items = cast("list[Any]", value)
    if name in {"length", "size"}:
        return len(items)
    if name in {"first", "last"}:
        if not items:
            raise PathNotFoundError(path)
        return items[0 if name == "first" else -1]
    numbers = [one for one in items if _is_number(one)]
    if not numbers:
        raise PathNotFoundError(path)
    return _AGGREGATES[name](numbers)


_AGGREGATES: Final[Mapping[str, Callable[[list[Any]], Any]]] = {
    "min": min,
    "max": max,
    "sum": math.fsum,
    "avg": statistics.fmean,
    "stddev": statistics.pstdev,
}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return (type(left) is type(right) and left == right) or (_is_number(left) and _is_number(right) and left == right)


def _compare(left: Any, operator: str, right: Any) -> bool:  # noqa: PLR0911  # one branch per operator
    match operator:
        case "==":
            return left is not _NOTHING and _same(left, right)
        case "!=":
            return not _same(left, right)
        case "=~":
            return isinstance(left, str) and isinstance(right, Pattern) and right.compiled.fullmatch(left) is not None
        case "<" | "<=" | ">" | ">=":
            return _orders(left, operator, right)
        case "empty":
            return isinstance(left, list | str | dict) and (not left) is right
        case "size":
            return isinstance(left, list | str) and _same(len(cast("list[Any] | str", left)), right)
        case "contains":
            if isinstance(left, str):
                return isinstance(right, str) and right in left
            return _is_in(right, left)
        case _:
            return _compare_lists(left, operator, right)


def _orders(left: Any, operator: str, right: Any) -> bool:
    if not ((_is_number(left) and _is_number(right)) or (isinstance(left, str) and isinstance(right, str))):
        return False
    order: int = (left > right) - (left < right)
    return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[operator]


def _is_in(item: Any, items: Any) -> bool:
    return isinstance(items, list) and any(_same(item, one) for one in cast("list[Any]", items))


def _compare_lists(left: Any, operator: str, right: Any) -> bool:
    if operator == "in":
        return left is not _NOTHING and _is_in(left, right)
    if operator == "nin":
        return not _is_in(left, right)
    if not isinstance(left, list):
        return False
    inside = [_is_in(one, right) for one in cast("list[Any]", left)]
    return {"subsetof": all(inside), "anyof": any(inside), "noneof": not any(inside)}[operator]
