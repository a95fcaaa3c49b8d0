"""Functions of numbers. Nothing in, nothing out."""

import math
import re
from typing import Any, Final, cast

from jackfield.states.jsonata.data import UNDEFINED, is_number, kind_of, number
from jackfield.states.jsonata.errors import JsonataError
from jackfield.states.jsonata.evaluation import Evaluation
from jackfield.states.jsonata.texts import number_text

_DECIMAL: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?")
_OTHER: Final = re.compile(r"0[xX][0-9A-Fa-f]+|0[oO][0-7]+|0[bB][01]+")
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_SMALLEST: Final = 1e-300


def sum_of(run: Evaluation, items: Any) -> Any:
    """`$sum`."""
    if items is UNDEFINED:
        return UNDEFINED
    run.spend(len(items) >> 2)
    total: int | float = 0
    for one in items:
        total += one
    return number(total)


def count(_: Evaluation, items: Any) -> Any:
    """`$count`."""
    return 0 if items is UNDEFINED else len(items)


def largest(run: Evaluation, items: Any) -> Any:
    """`$max`."""
    if items is UNDEFINED or not items:
        return UNDEFINED
    run.spend(len(items) >> 2)
    return max(items)


def smallest(run: Evaluation, items: Any) -> Any:
    """`$min`."""
    if items is UNDEFINED or not items:
        return UNDEFINED
    run.spend(len(items) >> 2)
    return min(items)


def average(run: Evaluation, items: Any) -> Any:
    """`$average`."""
    if items is UNDEFINED or not items:
        return UNDEFINED
    return number(sum_of(run, items) / len(items))


def to_number(_: Evaluation, value: Any) -> Any:
    """`$number`."""
    kind = kind_of(value)
    if value is UNDEFINED or kind is int or kind is float:
        return value
    if kind is bool:
        return int(value)
    if kind is str and len(value) <= 400:
        text = cast("str", value)
        if _DECIMAL.fullmatch(text):
            found = float(text)
            if math.isfinite(found):
                return number(int(text) if text.lstrip("-").isdigit() and len(text) < 17 else found)
        elif _OTHER.fullmatch(text):
            return number(int(text, 0))
    raise JsonataError("D3030", value=value)


def absolute(_: Evaluation, value: Any) -> Any:
    """`$abs`."""
    return UNDEFINED if value is UNDEFINED else abs(value)


def floor(_: Evaluation, value: Any) -> Any:
    """`$floor`."""
    return UNDEFINED if value is UNDEFINED else number(math.floor(_finite(value)))


def ceil(_: Evaluation, value: Any) -> Any:
    """`$ceil`."""
    return UNDEFINED if value is UNDEFINED else number(math.ceil(_finite(value)))


def _finite(value: Any) -> int | float:
    if not is_number(value):
        raise JsonataError("D1001", value=value)
    return value


def round_half_even(_: Evaluation, value: Any, precision: Any = UNDEFINED) -> Any:
    """`$round`: halves go to the even neighbour."""
    if value is UNDEFINED:
        return UNDEFINED
    return rounded(_finite(value), 0 if precision is UNDEFINED else int(precision))


def rounded(value: float, precision: int) -> int | float:
    """To so many digits after the decimal point; negative: before it."""
    if precision == 0:
        return number(round(value))
    if abs(precision) > 400:
        return number(value) if precision > 0 else 0
    # Shifted as text: to multiply would add errors of its own.
    shifted = float(f"{number_text(value)}e{precision}" if "e" not in number_text(value) else _shift(value, precision))
    if not math.isfinite(shifted):
        return number(value)
    whole = round(shifted)
    return number(float(f"{whole}e{-precision}"))


def _shift(value: float, precision: int) -> str:
    mantissa, _, exponent = number_text(value).partition("e")
    return f"{mantissa}e{int(exponent) + precision}"


def square_root(_: Evaluation, value: Any) -> Any:
    """`$sqrt`."""
    if value is UNDEFINED:
        return UNDEFINED
    if value < 0:
        raise JsonataError("D3060", value=value)
    return number(math.sqrt(value))


def power(_: Evaluation, base: Any, exponent: Any) -> Any:
    """`$power`."""
    if base is UNDEFINED or exponent is UNDEFINED:
        return UNDEFINED
    try:
        found = math.pow(base, exponent)
    except (OverflowError, ValueError):
        found = math.nan
    if not math.isfinite(found):
        raise JsonataError("D3061", value=base, exp=exponent)
    return number(found)


def format_base(_: Evaluation, value: Any, base: Any = UNDEFINED) -> Any:
    """`$formatBase`."""
    if value is UNDEFINED:
        return UNDEFINED
    radix = 10 if base is UNDEFINED else int(rounded(_finite(base), 0))
    if not 2 <= radix <= 36:
        raise JsonataError("D3100", value=radix)
    whole = int(rounded(_finite(value), 0))
    digits, rest = "", abs(whole)
    while rest:
        rest, digit = divmod(rest, radix)
        digits = _DIGITS[digit] + digits
    return ("-" if whole < 0 else "") + (digits or "0")
