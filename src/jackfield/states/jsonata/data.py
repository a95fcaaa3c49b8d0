"""The values of expressions: those of JSON, nothing at all, sequences, and functions."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeGuard, cast

from jackfield.states.jsonata.errors import JsonataError
from jackfield.states.patterns import Pattern

kind_of: Final = cast("Callable[[Any], type[Any]]", type)
"""The exact type of a value."""
_DEEPEST: Final = 200
"""Arrays and objects in one another, in what comes out."""
_EXACT: Final = 1 << 53
"""From here on, numbers are no longer exact in JSONata, which has the numbers of JavaScript."""


class Undefined:
    """Nothing: what a path finds that leads nowhere."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "undefined"


UNDEFINED: Final = Undefined()


class Sequence(list[Any]):
    """What a path finds: an array that is one value if it has one, and nothing if it has none."""

    __slots__ = ("is_outer", "is_tuples", "keeps_singleton")

    def __init__(self, items: Any = ()) -> None:
        super().__init__(items)
        self.keeps_singleton = False
        self.is_outer = False
        """Holds the input, where that is an array."""
        self.is_tuples = False
        """Of dictionaries with the values that a path has bound on its way."""


class Constructed(list[Any]):
    """An array that was written as one inside of a path: it isn't dissolved in what is around it."""

    __slots__ = ()


@dataclass(slots=True, eq=False)
class Native:
    """A function of the language."""

    name: str
    run: Callable[..., Any]
    """Takes the evaluation, then the arguments."""
    arity: int
    """How many arguments a function that calls it may hand on."""
    validate: Callable[[list[Any], Any], list[Any]] | None = None


@dataclass(slots=True, eq=False)
class Lambda:
    """A function of the expression, with what it sees."""

    parameters: list[str]
    body: Callable[[Any, Any], Any]
    environment: Any
    input: Any
    validate: Callable[[list[Any], Any], list[Any]] | None = None
    frames: int = 4
    """Frames of Python's stack that its body may take, but for calls in it."""
    cost: int = 1


@dataclass(slots=True, eq=False)
class Partial:
    """A function of which some arguments are known."""

    function: Any
    arguments: list[Any]
    holes: list[int] = field(default_factory=list[int])


@dataclass(slots=True, eq=False)
class Matcher:
    """A regular expression as a function: text → match, or nothing."""

    pattern: Pattern


def is_function(value: Any) -> bool:
    """Whether it can be called."""
    return isinstance(value, Native | Lambda | Partial | Matcher)


def arity_of(function: Any) -> int:
    """How many arguments it takes."""
    match function:
        case Native():
            return function.arity
        case Lambda():
            return len(function.parameters)
        case Partial():
            return len(function.holes)
        case _:
            return 2


def is_number(value: Any) -> TypeGuard[int | float]:
    """Whether it is a number; NaN is none.

    Raises:
        JsonataError: It is infinite.
    """
    kind = kind_of(value)
    if kind is int:
        return True
    if kind is not float or value != value:  # noqa: PLR0124  # NaN
        return False
    if value in (math.inf, -math.inf):
        raise JsonataError("D1001", value=value)
    return True


def number(value: float) -> int | float:
    """The number as JavaScript would have it: whole ones as `int`, as long as they are exact."""
    if type(value) is int:
        if -_EXACT <= value <= _EXACT:
            return value
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    if -_EXACT < value < _EXACT and value == int(value):
        return int(value)
    return value


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether it is an object."""
    return isinstance(value, dict)


def is_array(value: Any) -> TypeGuard[list[Any]]:
    """Whether it is an array or a sequence."""
    return isinstance(value, list)


def truth(value: Any) -> bool:
    """What `$boolean` makes of it; nothing is false."""
    kind = kind_of(value)
    if kind is bool:
        return value
    if kind is str or kind is dict:
        return bool(value)
    if isinstance(value, list):
        items = cast("list[Any]", value)
        return truth(items[0]) if len(items) == 1 else any(truth(one) for one in items)
    if value is None or value is UNDEFINED or is_function(value):
        return False
    return is_number(value) and value != 0


def same(left: Any, right: Any, spend: Callable[[int], None]) -> bool:  # noqa: C901, PLR0911  # one branch per type
    """Whether two values are equal all the way down."""
    waiting: list[tuple[Any, Any]] = [(left, right)]
    while waiting:
        one, other = waiting.pop()
        spend(1)
        if isinstance(one, list):
            if not isinstance(other, list):
                return False
            ours, theirs = cast("list[Any]", one), cast("list[Any]", other)
            if len(ours) != len(theirs):
                return False
            waiting.extend(zip(ours, theirs, strict=True))
        elif isinstance(one, dict):
            if not isinstance(other, dict):
                return False
            mine, yours = cast("dict[str, Any]", one), cast("dict[str, Any]", other)
            if mine.keys() != yours.keys():
                return False
            waiting.extend((value, yours[name]) for name, value in mine.items())
        elif isinstance(one, bool) or isinstance(other, bool):
            if one is not other:
                return False
        elif one != other:
            return False
    return True


def plain(value: Any, spend: Callable[[int], None], depth: int = 0) -> Any:
    """The value with nothing but what JSON has; `UNDEFINED` if it can't be.

    What occurs in several places is copied for each: what comes out is as large as its JSON.
    """
    kind = kind_of(value)
    if kind is str:
        spend(1 + (len(value) >> 6))
        return value
    spend(2)
    if depth > _DEEPEST:
        raise JsonataError("D9013")
    if kind is list or isinstance(value, list):
        made = [plain(one, spend, depth + 1) for one in cast("list[Any]", value)]
        return UNDEFINED if any(one is UNDEFINED for one in made) else made
    if kind is dict:
        members = {name: plain(one, spend, depth + 1) for name, one in value.items()}
        return UNDEFINED if any(one is UNDEFINED for one in members.values()) else members
    if value is None or kind is bool or kind is int:
        return value
    return _float(value) if kind is float else UNDEFINED


def _float(value: float) -> float | str:
    # JSON has no infinite numbers; AWS writes their names, as JavaScript calls them.
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def each_item(value: Any) -> Iterator[Any]:
    """The items of an array, or the value alone."""
    if isinstance(value, list):
        yield from cast("list[Any]", value)
    else:
        yield value
