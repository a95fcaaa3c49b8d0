"""The signatures of functions, as `<s-nn?:s>`: which arguments they take, and what stands in for those left out."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, cast

from jackfield.states.jsonata.data import UNDEFINED, is_function, kind_of
from jackfield.states.jsonata.errors import JsonataError

Validate = Callable[[list[Any], Any], list[Any]]
_PLURALS: Final = {
    "a": "arrays",
    "b": "booleans",
    "f": "functions",
    "n": "numbers",
    "o": "objects",
    "s": "strings",
}
_ANY: Final = {"a": "[asnblfom]", "x": "[asnblfom]", "j": "[asnblom]", "f": "f"}


@dataclass(slots=True)
class _Parameter:
    type: str
    pattern: str
    subtype: str = ""
    context: re.Pattern[str] | None = None
    """What the context value must be to stand in for it."""


def check_signature(signature: str) -> None:
    """Refuse a signature that can't be read.

    Raises:
        JsonataError: It can't.
    """
    _parameters(signature)


@lru_cache(maxsize=256)
def validator(signature: str) -> Validate:
    """A function that puts arguments right, or refuses them."""
    parameters = _parameters(signature)
    whole = re.compile("".join(f"({one.pattern})" for one in parameters))

    def validate(arguments: list[Any], context: Any) -> list[Any]:
        symbols = "".join(map(symbol_of, arguments))
        match = whole.fullmatch(symbols)
        if match is None:
            raise _mismatch(parameters, symbols)
        valid: list[Any] = []
        at = 0
        for parameter, matched in zip(parameters, match.groups(), strict=True):
            if not matched:
                if parameter.context is not None:
                    if not parameter.context.fullmatch(symbol_of(context)):
                        raise JsonataError("T0411", index=at + 1)
                    valid.append(context)
                else:
                    valid.append(arguments[at] if at < len(arguments) else UNDEFINED)
                    at += 1
                continue
            for symbol in matched:
                argument = arguments[at] if at < len(arguments) else UNDEFINED
                if parameter.type == "a":
                    argument = _array(argument, symbol, matched, parameter, at)
                valid.append(argument)
                at += 1
        return valid

    return validate


def _array(argument: Any, symbol: str, matched: str, parameter: _Parameter, at: int) -> Any:
    if symbol == "m":
        return UNDEFINED
    subtype = parameter.subtype
    if subtype:
        if symbol == "a":
            items = cast("list[Any]", argument)
            fits = all(symbol_of(one) == subtype[0] for one in items)
        else:
            fits = matched == subtype
        if not fits:
            raise JsonataError("T0412", index=at + 1, type=_PLURALS.get(subtype, subtype))
    return argument if symbol == "a" else [argument]


def symbol_of(value: Any) -> str:  # noqa: PLR0911  # one line per type
    """The letter of a value's type; `m` for nothing."""
    kind = kind_of(value)
    if kind is str:
        return "s"
    if kind is bool:
        return "b"
    if kind is int or kind is float:
        return "n"
    if value is None:
        return "l"
    if isinstance(value, list):
        return "a"
    if kind is dict:
        return "o"
    return "f" if is_function(value) else "m"


def _mismatch(parameters: list[_Parameter], symbols: str) -> JsonataError:
    pattern, good = "", 0
    for parameter in parameters:
        pattern += parameter.pattern
        match = re.match(pattern, symbols)
        if match is None:
            break
        good = match.end()
    return JsonataError("T0410", index=good + 1)


@lru_cache(maxsize=256)
def _parameters(signature: str) -> list[_Parameter]:
    found: list[_Parameter] = []
    at = 1
    while at < len(signature) and signature[at] != ":":
        symbol = signature[at]
        match symbol:
            case "s" | "n" | "b" | "l" | "o":
                found.append(_Parameter(symbol, f"[{symbol}m]"))
            case "a" | "x" | "j" | "f":
                found.append(_Parameter(symbol, _ANY[symbol]))
            case "-" if found:
                found[-1].context = re.compile(found[-1].pattern)
                found[-1].pattern += "?"
            case "?" | "+" if found:
                found[-1].pattern += symbol
            case "(":
                end = _closing(signature, at, "(", ")")
                choice = signature[at + 1 : end]
                if "<" in choice:
                    raise JsonataError("S0402", value=choice)
                found.append(_Parameter(f"({choice})", f"[{re.escape(choice)}m]"))
                at = end
            case "<":
                if not found or found[-1].type not in {"a", "f"}:
                    raise JsonataError("S0401", value=found[-1].type if found else "")
                end = _closing(signature, at, "<", ">")
                found[-1].subtype = signature[at + 1 : end]
                at = end
            case _:
                pass
        at += 1
    return found


def _closing(text: str, start: int, opens: str, closes: str) -> int:
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] == opens) - (text[at] == closes)
        if depth == 0:
            return at
    return len(text)
