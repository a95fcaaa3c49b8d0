"""One evaluation: what it may take, and how functions are called in it.

The limits are counts, not times: the same expression on the same data passes them at the same place whenever it is run.
One step is about what one node of the expression costs, half a microsecond to two on one core.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from jackfield.states.chance import Chance
from jackfield.states.jsonata.data import UNDEFINED, Lambda, Matcher, Native, Partial
from jackfield.states.jsonata.errors import JsonataError

STEPS: Final = 1_000_000
"""About a second of CPU time; also the most values that can be made, and so about 50 MB."""
TEXT: Final = 16 << 20
"""Characters of all texts that are made; four bytes each, at most."""
_MATCH: Final = 8
"""Steps that a match costs."""
FRAMES: Final = 700
"""Of Python's stack."""


@dataclass(slots=True)
class Jump:
    """A call with which a function ended: made after it, not inside of it."""

    procedure: Callable[[Any, "Frame"], Any]
    arguments: list[Callable[[Any, "Frame"], Any]]
    input: Any
    environment: "Frame"
    name: Any
    position: int


class Frame:
    """The variables of a block or a function, and where the others are."""

    __slots__ = ("names", "parent", "run")

    def __init__(self, names: dict[str, Any], parent: "Frame | None", run: "Evaluation") -> None:
        self.names = names
        self.parent = parent
        self.run = run

    def lookup(self, name: str) -> Any:
        """The value of a variable; nothing if there is none."""
        frame: Frame | None = self
        while frame is not None:
            if name in frame.names:
                return frame.names[name]
            frame = frame.parent
        return self.run.variables.get(name, UNDEFINED)


class Evaluation:
    """The state of one evaluation."""

    __slots__ = ("chance", "frames", "most", "now", "steps", "text", "variables")

    def __init__(self, variables: Mapping[str, Any], chance: Chance, now: datetime, most: int = STEPS) -> None:
        self.variables = variables
        self.chance = chance
        self.now = now
        self.most = min(most, STEPS)
        self.steps = 0
        self.text = 0
        self.frames = 0

    def spend(self, steps: int) -> None:
        """Take so many steps.

        Raises:
            JsonataError: There are no more.
        """
        self.steps += steps
        if self.steps > self.most:
            raise JsonataError("D9011")

    def write(self, length: int) -> None:
        """Make so much text; asked before it is made.

        Raises:
            JsonataError: That is too much.
        """
        self.text += length
        self.steps += length >> 10
        if self.text > TEXT:
            raise JsonataError("D9012")

    def apply(self, function: Any, arguments: list[Any], context: Any = UNDEFINED) -> Any:
        """The function's result, and not a jump.

        Raises:
            JsonataError: It is no function, or fails.
        """
        self.frames += 2
        if self.frames > FRAMES:
            raise JsonataError("D1011")
        result = self._once(function, arguments, context)
        while type(result) is Jump:
            jump = result
            function = jump.procedure(jump.input, jump.environment)
            arguments = [one(jump.input, jump.environment) for one in jump.arguments]
            try:
                result = self._once(function, arguments, context)
            except JsonataError as error:
                raise error.at(jump.position, jump.name) from None
        self.frames -= 2
        return result

    def _once(self, function: Any, arguments: list[Any], context: Any) -> Any:
        match function:
            case Lambda():
                self.spend(function.cost)
                if function.validate is not None:
                    arguments = function.validate(arguments, context)
                missing = len(function.parameters) - len(arguments)
                if missing > 0:
                    arguments = [*arguments, *[UNDEFINED] * missing]
                names = dict(zip(function.parameters, arguments, strict=False))
                return function.body(function.input, Frame(names, function.environment, self))
            case Native():
                self.spend(2)
                if function.validate is not None:
                    arguments = function.validate(arguments, context)
                return function.run(self, *arguments)
            case Partial():
                filled = list(function.arguments)
                for hole, value in zip(function.holes, arguments, strict=False):
                    filled[hole] = value
                return self._once(function.function, filled, context)
            case Matcher():
                return self.match(function, *arguments[:2])
            case _:
                raise JsonataError("T1006")

    def match(self, matcher: Matcher, text: Any = UNDEFINED, start: Any = 0) -> Any:
        """The first match from there on, as an object whose `next` gives the one after it."""
        if not isinstance(text, str):
            return UNDEFINED
        at = start if isinstance(start, int) else 0
        self.spend(_MATCH + (len(text) - at >> 4))
        found = matcher.pattern.compiled.search(text, at)
        if found is None:
            return UNDEFINED

        def following(run: Evaluation) -> Any:
            if found.end() >= len(text):
                return UNDEFINED
            after = run.match(matcher, text, found.end())
            if after is not UNDEFINED and after["match"] == "":
                raise JsonataError("D1004", value=matcher.pattern.source)
            return after

        return {**_match(found), "next": Native("next", following, 0)}

    def matches(self, matcher: Matcher, text: str) -> Iterator[dict[str, Any]]:
        """All matches, one after the other: the text is prepared once."""
        self.spend(1 + (len(text) >> 4))
        last: Any = None
        for found in matcher.pattern.compiled.finditer(text):
            # An empty match would be found again and again; only as the very first it is one.
            if last is not None and "" in {found.group(), last.group()}:
                raise JsonataError("D1004", value=matcher.pattern.source)
            self.spend(_MATCH)
            yield _match(found)
            if found.end() >= len(text):
                return
            last = found


def _match(found: Any) -> dict[str, Any]:
    return {
        "match": found.group(),
        "start": found.start(),
        "end": found.end(),
        "groups": [UNDEFINED if one is None else one for one in found.groups()],
    }
