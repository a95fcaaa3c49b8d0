"""The rules of a Choice in JSONPath: `{"Variable": "$.amount", "NumericGreaterThan": 100}`, `And`, `Or`, `Not`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from jackfield.states.failures import RUNTIME, StateFailedError
from jackfield.states.jsonpath import JsonPath, PathNotFoundError, find
from jackfield.states.timestamps import read_timestamp
from jackfield.states.values import PathValue, View, root_of


@dataclass(frozen=True, slots=True)
class Every:
    """`And`."""

    rules: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class AtLeastOne:
    """`Or`."""

    rules: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """`Not`."""

    rule: "Rule"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A variable and what it is compared with."""

    variable: JsonPath
    operator: str
    """Without `Path` at its end."""
    operand: Any
    """A JSON value, or a `PathValue`."""


Rule = Every | AtLeastOne | Not | Comparison

_PIECE: Final = re.compile(r"\\[*\\]|\*|[^*\\]+|\\", re.DOTALL)
_SHAPES: Final = ("IsNull", "IsBoolean", "IsNumeric", "IsString", "IsTimestamp", "IsPresent")
_ORDERS: Final = ("Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals")
OPERATORS: Final[Mapping[str, type[Any] | tuple[type[Any], ...]]] = {
    **dict.fromkeys(_SHAPES, bool),
    **dict.fromkeys((f"String{order}" for order in _ORDERS), str),
    **dict.fromkeys((f"Numeric{order}" for order in _ORDERS), (int, float)),
    **dict.fromkeys((f"Timestamp{order}" for order in _ORDERS), str),
    "BooleanEquals": bool,
    "StringMatches": str,
}
"""The operators, and the type of what stands beside them."""
WITH_PATH: Final = frozenset(OPERATORS) - set(_SHAPES) - {"StringMatches"}
"""Those that take a path, too, as `NumericEqualsPath`."""


def holds(rule: Rule, view: View) -> bool:
    """Whether a rule holds for what the state sees.

    Raises:
        StateFailedError: A path leads nowhere.
    """
    match rule:
        case Every(rules):
            return all(holds(one, view) for one in rules)
        case AtLeastOne(rules):
            return any(holds(one, view) for one in rules)
        case Not(inner):
            return not holds(inner, view)
        case Comparison():
            return _compare(rule, view)


def _compare(rule: Comparison, view: View) -> bool:
    try:
        value = find(rule.variable, root_of(rule.variable, view), view.meter.spend)
    except PathNotFoundError:
        if rule.operator == "IsPresent":
            return not rule.operand
        raise StateFailedError(
            RUNTIME,
            f"Invalid path '{rule.variable.text}': The choice state's condition path references an invalid value.",
        ) from None
    except StateFailedError:
        if rule.operator == "IsPresent":
            return not rule.operand
        raise
    operand = rule.operand.of(view) if isinstance(rule.operand, PathValue) else rule.operand
    shape = _IS.get(rule.operator)
    if shape is not None:
        return shape(value) is operand
    if rule.operator == "StringMatches":
        return isinstance(value, str) and _matches(operand, value)
    kind, order = _split(rule.operator)
    left, right = _KINDS[kind](value), _KINDS[kind](operand)
    return left is not None and right is not None and _ORDER[order](left, right)


def _split(operator: str) -> tuple[str, str]:
    for kind in _KINDS:
        if operator.startswith(kind):
            return kind, operator[len(kind) :]
    raise AssertionError(operator)


def _matches(pattern: str, text: str) -> bool:
    r"""`*` stands for anything, `\*` and `\\` for themselves; each piece is looked for once, from left to right."""
    pieces = [""]
    for one in _PIECE.findall(pattern):
        if one == "*":
            pieces.append("")
        else:
            pieces[-1] += one[1:] if len(one) == 2 and one[0] == "\\" else one
    first, *rest = pieces
    if not rest:
        return text == first
    *middle, last = rest
    if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in middle:
        found = text.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def is_number(value: Any) -> bool:
    """Whether it is a number of JSON."""
    return isinstance(value, int | float) and not isinstance(value, bool)


_IS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "IsNull": lambda value: value is None,
    "IsBoolean": lambda value: isinstance(value, bool),
    "IsNumeric": is_number,
    "IsString": lambda value: isinstance(value, str),
    "IsTimestamp": lambda value: isinstance(value, str) and read_timestamp(value) is not None,
    "IsPresent": lambda _: True,
}
_KINDS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "String": lambda value: value if isinstance(value, str) else None,
    "Numeric": lambda value: value if is_number(value) else None,
    "Boolean": lambda value: value if isinstance(value, bool) else None,
    "Timestamp": lambda value: read_timestamp(value) if isinstance(value, str) else None,
}
_ORDER: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "Equals": lambda left, right: left == right,
    "LessThan": lambda left, right: left < right,
    "GreaterThan": lambda left, right: left > right,
    "LessThanEquals": lambda left, right: left <= right,
    "GreaterThanEquals": lambda left, right: left >= right,
}
