"""An expression as it stands in a definition: read once, evaluated often."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, cast

from jackfield.states.chance import Chance
from jackfield.states.jsonata.compiling import Code, compile_tree
from jackfield.states.jsonata.data import UNDEFINED, Sequence, plain
from jackfield.states.jsonata.errors import JsonataError
from jackfield.states.jsonata.evaluation import Evaluation, Frame
from jackfield.states.jsonata.functions import FUNCTIONS
from jackfield.states.jsonata.parsing import read_tree
from jackfield.states.jsonata.processing import process
from jackfield.states.jsonata.references import References, references_of
from jackfield.states.meter import Meter

_SHORT: Final = 2000
"""Characters of expressions that are kept for those who read them again."""
_BUILT_IN: Final[dict[str, Any]] = dict(FUNCTIONS)


class Expression:
    """A JSONata expression."""

    __slots__ = ("_code", "_size", "mentions_context", "references", "source")

    def __init__(self, source: str, code: Code, size: int, references: References) -> None:
        self.source = source
        self.references = references
        self._code = code
        self._size = size
        self.mentions_context = "states" in source
        """Whether it may look at the context object."""

    def evaluate(
        self,
        variables: Mapping[str, Any],
        states: Mapping[str, Any],
        chance: Chance,
        now: datetime,
        meter: Meter,
        *,
        data: Any = UNDEFINED,
    ) -> Any:
        """The value, as plain JSON; `UNDEFINED` for nothing, `UNSUPPORTED` for what isn't JSON.

        Args:
            variables: What `$name` is, for each name.
            states: What `$states` is.
            chance: Where random numbers come from.
            now: What `$now()` tells.
            meter: What the execution has spent, and may; what is spent here is put down.
            data: What `$` and `$$` are at the top; a state has nothing there.

        Raises:
            JsonataError: It fails, or takes more than an expression may.
        """
        run = Evaluation(variables, chance, now, meter.left)
        frame = Frame({"states": states, "$": data}, Frame(_BUILT_IN, None, run), run)
        if isinstance(data, list):
            # One value, not many.
            data = Sequence([cast("list[Any]", data)])
            data.is_outer = True
        try:
            run.spend(self._size)
            found = self._code(data, frame)
            if found is UNDEFINED:
                return UNDEFINED
            made = plain(found, run.spend)
        except RecursionError:
            raise JsonataError("D1011") from None
        except MemoryError:
            raise JsonataError("D9011") from None
        finally:
            meter.spend(run.steps)
        return UNSUPPORTED if made is UNDEFINED else made


class _Unsupported:
    """A value that JSON doesn't have: a function."""


UNSUPPORTED: Final = _Unsupported()


def read_expression(source: str) -> Expression:
    """The expression that a text says.

    Raises:
        JsonataError: It says none.
    """
    return _read_again(source) if len(source) <= _SHORT else _read(source)


def _read(source: str) -> Expression:
    try:
        tree = process(read_tree(source))
        references = references_of(tree)
        return Expression(source, compile_tree(tree), len(source) >> 3, references)
    except RecursionError:
        raise JsonataError("S0901") from None


_read_again = lru_cache(maxsize=1024)(_read)
