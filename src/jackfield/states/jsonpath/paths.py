"""What a path is made of."""

from dataclasses import dataclass
from typing import Any


class PathSyntaxError(ValueError):
    """The text is no path; `at` is the offset at which that shows."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.message = message
        self.at = at


@dataclass(frozen=True, slots=True)
class Names:
    """Members of an object: `.a`, `['a']`; `['a', 'b']`, at the end, is an object of those there are."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Indices:
    """Items of an array: `[0]`, `[0, 2]`; below 0 there are none."""

    indices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """Items of an array: `[1:3]`, `[-2:]`, `[:-1]`."""

    start: int | None
    stop: int | None


@dataclass(frozen=True, slots=True)
class Wildcard:
    """All members, or all items: `*`."""


@dataclass(frozen=True, slots=True)
class Descent:
    """The value and everything in it: `..`."""


@dataclass(frozen=True, slots=True)
class FromEnd:
    """An item of an array: `[(@.length-1)]` is the last."""

    back: int


@dataclass(frozen=True, slots=True)
class Filter:
    """The items for which a test holds: `[?(@.price < 10)]`."""

    test: "Test"


Segment = Names | Indices | FromEnd | Slice | Wildcard | Descent | Filter


@dataclass(frozen=True, slots=True)
class JsonPath:
    """A path: `$` (the data), `$$` (the context object) or `$name` (a variable), and the way from there."""

    text: str
    root: str
    """`$`, `$$`, or the variable's name without its dollar; `@` inside of a filter."""
    segments: tuple[Segment, ...]

    @property
    def is_definite(self) -> bool:
        """Whether it leads to exactly one value; the others find a list."""
        return not any(
            isinstance(one, Wildcard | Descent | Slice | Filter) or (isinstance(one, Indices) and len(one.indices) > 1)
            for one in self.segments
        )

    @property
    def is_reference(self) -> bool:
        """Whether it names one place to write to (a "reference path")."""
        return self.is_definite and not any(
            isinstance(one, FromEnd) or (isinstance(one, Names) and len(one.names) > 1) for one in self.segments
        )

    @property
    def normal(self) -> str:
        """In brackets, as AWS's messages have it."""
        shown = "$" if self.root == "$" else "$$" if self.root == "$$" else f"${self.root}"
        for one in self.segments:
            match one:
                case Names(names):
                    shown += "[" + ",".join(f"'{name}'" for name in names) + "]"
                case Indices(indices):
                    shown += "[" + ",".join(map(str, indices)) + "]"
                case FromEnd(back):
                    shown += f"[(@.length-{back})]"
                case Slice(start, stop):
                    shown += f"[{'' if start is None else start}:{'' if stop is None else stop}]"
                case Wildcard():
                    shown += "[*]"
                case Descent():
                    shown += ".."
                case Filter():
                    shown += "[?]"
        return shown


@dataclass(frozen=True, slots=True)
class Both:
    """`left && right`."""

    left: "Test"
    right: "Test"


@dataclass(frozen=True, slots=True)
class Either:
    """`left || right`."""

    left: "Test"
    right: "Test"


@dataclass(frozen=True, slots=True)
class Inverse:
    """`!test`."""

    test: "Test"


@dataclass(frozen=True, slots=True)
class Exists:
    """A path alone: whether there is something."""

    path: JsonPath


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left == right` and the like."""

    left: "JsonPath | Literal"
    operator: str
    right: "JsonPath | Literal"


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as it stands; a regular expression is a compiled one."""

    value: Any


Test = Both | Either | Inverse | Exists | Comparison
