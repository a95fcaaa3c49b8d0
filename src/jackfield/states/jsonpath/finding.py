"""Finding what a path leads to.

What is not there is dealt with as AWS's library does (Jayway's, of version 2.0, as its messages tell): a path that leads to
one place fails, and so does one that may lead to several where it ends at a missing member; between `[*]` and its end,
what doesn't fit is left out, and a member that is missing on the way ends that way only.
"""

import re
from collections.abc import Callable
from typing import Any, Final, cast

from jackfield.states.jsonpath.paths import (
    Both,
    Comparison,
    Descent,
    Either,
    Exists,
    Filter,
    FromEnd,
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
_NUMBER: Final = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")


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
        PathNotFoundError: It leads to nothing, where it may not.
        PathTooWideError: It looks at more values than an expression may.
    """
    if not path.is_definite:
        wide = _Wide(path, root)
        try:
            return wide.find(root)
        finally:
            if spend is not None:
                spend(wide.seen)
    value = root
    for segment in path.segments:
        value = _single(path, segment, value)
    return value


def _single(path: JsonPath, segment: Segment, value: Any) -> Any:
    """What one segment of a definite path leads to."""
    match segment, value:
        case Names((name,)), dict() if name in value:
            return cast("dict[str, Any]", value)[name]
        case Names(names), dict() if len(names) > 1 and segment is path.segments[-1]:
            return _members(names, cast("dict[str, Any]", value))
        case Indices((index,)), list() if 0 <= index < len(cast("list[Any]", value)):
            return cast("list[Any]", value)[index]
        case FromEnd(back), list() if 0 < back <= len(cast("list[Any]", value)):
            return cast("list[Any]", value)[-back]
        case _:
            raise PathNotFoundError(path)


def _members(names: tuple[str, ...], value: dict[str, Any]) -> dict[str, Any]:
    return {name: value[name] for name in names if name in value}


class _Wide:
    """Finds lists of values, counting what it looks at."""

    def __init__(self, path: JsonPath, root: Any) -> None:
        self._path = path
        self._segments = path.segments
        self._root = root
        self._found: list[Any] = []
        self.seen = 0

    def find(self, value: Any) -> list[Any]:
        self._follow(value, 0)
        return self._found

    def _count(self, number: int) -> None:
        self.seen += number
        if self.seen > _WIDEST:
            raise PathTooWideError(f"the path {self._path.text} looks at more than {_WIDEST} values")

    def _follow(self, value: Any, at: int) -> None:
        self._count(1)
        if at == len(self._segments):
            self._found.append(value)
            return
        segment = self._segments[at]
        match segment:
            case Names((name,)) if isinstance(value, dict) and name not in value and at + 1 < len(self._segments):
                return
            case Indices(indices):
                for index in indices:
                    self._follow(_single(self._path, Indices((index,)), value), at + 1)
            case Slice():
                self._slice(segment, value, at)
            case Wildcard():
                self._wildcard(value, at)
            case Descent():
                self._descend(value, at + 1)
            case Filter(test):
                self._filter(test, value, at)
            case _:
                self._follow(_single(self._path, segment, value), at + 1)

    def _slice(self, segment: Slice, value: Any, at: int) -> None:
        if not isinstance(value, list):
            raise PathNotFoundError(self._path)
        length = len(cast("list[Any]", value))
        for index in _indices(segment, length):
            self._follow(_single(self._path, Indices((index,)), value), at + 1)

    def _wildcard(self, value: Any, at: int) -> None:
        if isinstance(value, dict):
            for one in cast("dict[str, Any]", value).values():
                self._follow(one, at + 1)
        elif isinstance(value, list):
            for one in cast("list[Any]", value):
                try:
                    self._follow(one, at + 1)
                except PathNotFoundError:
                    continue

    def _filter(self, test: Test, value: Any, at: int) -> None:
        if isinstance(value, dict):
            if self._holds(test, value):
                self._follow(value, at + 1)
        elif isinstance(value, list):
            for one in cast("list[Any]", value):
                self._count(1)
                if self._holds(test, one):
                    self._follow(one, at + 1)
        else:
            raise PathNotFoundError(self._path)

    def _descend(self, value: Any, at: int) -> None:
        """Go on from all objects and arrays in the value that the next segment fits."""
        waiting = [value]
        while waiting:
            one = waiting.pop()
            self._count(1)
            if self._fits(self._segments[at], one):
                self._follow(one, at)
            if isinstance(one, dict):
                waiting.extend(reversed(cast("dict[str, Any]", one).values()))
            elif isinstance(one, list):
                waiting.extend(reversed(cast("list[Any]", one)))

    def _fits(self, segment: Segment, value: Any) -> bool:
        match segment, value:
            case Names(names), dict():
                return all(name in value for name in names)
            case Indices() | Slice() | FromEnd(), list():
                return True
            case Wildcard(), dict() | list():
                return True
            case Filter(test), dict() | list():
                return self._holds(test, value)
            case _:
                return False

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
                return found is not _NOTHING and found is not None and (path.is_definite or bool(found))
            case Comparison(left, operator, right):
                mine, other = self._operand(left, item), self._operand(right, item)
                return mine is not _NOTHING and other is not _NOTHING and _compare(mine, operator, other)

    def _operand(self, operand: JsonPath | Literal, item: Any) -> Any:
        if isinstance(operand, Literal):
            return operand.value
        try:
            return find(operand, item if operand.root == "@" else self._root, self._count)
        except PathNotFoundError:
            return _NOTHING


class _Nothing:
    """A path in a filter that leads nowhere."""


_NOTHING: Final = _Nothing()


def _indices(segment: Slice, length: int) -> range:
    """Of the items in a slice: where both ends are given, they are taken as they stand, below 0 or not."""
    start, stop = segment.start, segment.stop
    if stop is None:
        first = 0 if start is None else start if start >= 0 else length + start
        return range(max(0, first), length)
    if start is None:
        return range(min(length, stop if stop >= 0 else length + stop))
    return range(start, min(length, stop))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_wide(value: Any) -> bool:
    return isinstance(value, list | dict)


def _text(value: Any) -> str | None:
    """A value as it is compared with a text."""
    match value:
        case str():
            return value
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case _:
            return None


def _number(value: Any) -> int | float | None:
    """A value as it is compared with a number."""
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value) else None
    return value if _is_number(value) else None


def _same(left: Any, right: Any) -> bool:
    if _is_wide(left) or _is_wide(right):
        return _is_wide(left) and _is_wide(right) and left == right
    if _is_number(left):
        return left == _number(right)
    return _text(left) == _text(right)


def _compare(left: Any, operator: str, right: Any) -> bool:  # noqa: PLR0911  # one branch per operator
    match operator:
        case "==":
            return _same(left, right)
        case "!=":
            return not _same(left, right)
        case "=~":
            text = _text(left)
            return text is not None and isinstance(right, Pattern) and right.compiled.fullmatch(text) is not None
        case "<" | "<=" | ">" | ">=":
            return _orders(left, operator, right)
        case "empty":
            return isinstance(left, list | str | dict) and (not cast("Any", left)) is right
        case "size":
            return isinstance(left, list | str) and _same(len(cast("list[Any] | str", left)), right)
        case "contains":
            if isinstance(left, str):
                return isinstance(right, str) and right in left
            return _is_in(right, left)
        case _:
            return _compare_lists(left, operator, right)


def _orders(left: Any, operator: str, right: Any) -> bool:
    mine: Any = left
    other = _number(right) if _is_number(left) else _text(right) if isinstance(left, str) else None
    if other is None:
        return False
    order: int = (mine > other) - (mine < other)
    return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[operator]


def _is_in(item: Any, items: Any) -> bool:
    return isinstance(items, list) and any(_same(item, one) for one in cast("list[Any]", items))


def _compare_lists(left: Any, operator: str, right: Any) -> bool:
    if operator == "in":
        return _is_in(left, right)
    if operator == "nin":
        return not _is_in(left, right)
    if not isinstance(left, list):
        return False
    inside = [_is_in(one, right) for one in cast("list[Any]", left)]
    return {"subsetof": all(inside), "anyof": any(inside), "noneof": not any(inside)}[operator]
