"""Values as text: as JavaScript's `JSON.stringify` writes them, numbers with 15 digits."""

import json
import math
from typing import Any, cast

from jackfield.states.jsonata.data import UNDEFINED, Sequence, is_function, kind_of
from jackfield.states.jsonata.errors import JsonataError
from jackfield.states.jsonata.evaluation import Evaluation

_quoted = json.JSONEncoder(ensure_ascii=False).encode


def number_text(value: float) -> str:
    """A number as JavaScript writes it."""
    if isinstance(value, int) and abs(value) < 10**21:
        return str(value)
    if value == 0:
        return "0"
    digits = repr(float(value))
    mantissa, _, exponent = digits.partition("e")
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    fraction = "" if fraction == "0" else fraction
    point = len(whole) + int(exponent or 0)
    figures = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len(figures) if whole + fraction != figures else 0
    figures = figures.rstrip("0") or "0"
    if 0 < point <= 21:
        if len(figures) <= point:
            return sign + figures.ljust(point, "0")
        return f"{sign}{figures[:point]}.{figures[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{figures}"
    power = point - 1
    tail = f".{figures[1:]}" if len(figures) > 1 else ""
    return f"{sign}{figures[0]}{tail}e{'+' if power > 0 else '-'}{abs(power)}"


def _rounded(value: float) -> int | float:
    return value if value.is_integer() else float(f"{value:.15g}")


def to_text(run: Evaluation, value: Any, *, is_pretty: bool = False) -> str | None:
    """What `$string` makes of a value; None of nothing.

    Raises:
        JsonataError: It is infinite, or too large.
    """
    if value is UNDEFINED:
        return None
    if type(value) is str:
        return value
    if is_function(value):
        return ""
    if type(value) is float and not math.isfinite(value):
        raise JsonataError("D3001", value=value)
    if isinstance(value, Sequence) and value.is_outer:
        value = value[0]
    parts: list[str] = []
    _write(run, value, parts, "\n" if is_pretty else "")
    text = "".join(parts)
    run.write(len(text))
    return text


def _write(run: Evaluation, value: Any, parts: list[str], line: str) -> None:
    run.spend(1)
    kind = kind_of(value)
    if kind is str:
        run.write(len(value))
        parts.append(_quoted(value))
    elif kind is bool:
        parts.append("true" if value else "false")
    elif value is None or value is UNDEFINED:
        parts.append("null")
    elif kind is int or kind is float:
        if kind is float and not math.isfinite(value):
            raise JsonataError("D1001", value=value)
        parts.append(number_text(_rounded(value) if kind is float else value))
    elif isinstance(value, list):
        _write_items(run, cast("list[Any]", value), parts, line)
    elif isinstance(value, dict):
        _write_members(run, cast("dict[str, Any]", value), parts, line)
    else:
        parts.append('""')


def _write_items(run: Evaluation, items: list[Any], parts: list[str], line: str) -> None:
    inner = f"{line}  " if line else ""
    parts.append("[")
    for index, one in enumerate(items):
        parts.append(("," if index else "") + inner)
        _write(run, one, parts, inner)
    parts.append(f"{line if items else ''}]")


def _write_members(run: Evaluation, members: dict[str, Any], parts: list[str], line: str) -> None:
    inner = f"{line}  " if line else ""
    parts.append("{")
    is_first = True
    for name, one in members.items():
        if one is UNDEFINED:
            continue
        parts.append(f"{'' if is_first else ','}{inner}{_quoted(name)}:{' ' if line else ''}")
        is_first = False
        _write(run, one, parts, inner)
    parts.append(f"{'' if is_first else line}}}")
