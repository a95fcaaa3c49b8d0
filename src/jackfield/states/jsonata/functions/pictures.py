"""`$formatNumber`: a number by a picture such as `#,##0.00` (XPath and XQuery Functions 3.1, 4.7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from jackfield.states.jsonata.data import UNDEFINED, is_number
from jackfield.states.jsonata.errors import JsonataError
from jackfield.states.jsonata.evaluation import Evaluation
from jackfield.states.jsonata.functions.integers import regular_interval
from jackfield.states.jsonata.functions.numbers import rounded

_SYMBOLS: Final[Mapping[str, str]] = {
    "decimal-separator": ".",
    "grouping-separator": ",",
    "exponent-separator": "e",
    "infinity": "Infinity",
    "minus-sign": "-",
    "NaN": "NaN",
    "percent": "%",
    "per-mille": "\u2030",
    "zero-digit": "0",
    "digit": "#",
    "pattern-separator": ";",
}
_LONGEST: Final = 1000


class _Symbols:
    def __init__(self, given: Any) -> None:
        symbols = dict(_SYMBOLS)
        if type(given) is dict:
            symbols.update({name: str(one) for name, one in cast("dict[str, Any]", given).items()})
        self.decimal = symbols["decimal-separator"]
        self.grouping = symbols["grouping-separator"]
        self.exponent = symbols["exponent-separator"]
        self.minus = symbols["minus-sign"]
        self.percent = symbols["percent"]
        self.per_mille = symbols["per-mille"]
        self.digit = symbols["digit"]
        self.between = symbols["pattern-separator"]
        self.zero = symbols["zero-digit"][:1] or "0"
        self.digits = [chr(ord(self.zero) + one) for one in range(10)]
        self.active = {*self.digits, self.decimal, self.exponent, self.grouping, self.digit, self.between}

    def mandatory(self, part: str) -> int:
        return sum(one in self.digits for one in part)

    def any_digits(self, part: str) -> int:
        return sum(one in self.digits or one == self.digit for one in part)


@dataclass(slots=True)
class _Parts:
    picture: str
    prefix: str
    suffix: str
    active: str
    mantissa: str
    exponent: str | None
    integer: str
    fraction: str


@dataclass(slots=True)
class _Layout:
    picture: str
    prefix: str
    suffix: str
    groups: list[int]
    every: int
    fraction_groups: list[int]
    least_integer: int
    scaling: int
    least_fraction: int
    most_fraction: int
    least_exponent: int


def format_number(run: Evaluation, value: Any, picture: Any, options: Any = UNDEFINED) -> Any:
    """`$formatNumber`."""
    if value is UNDEFINED or picture is UNDEFINED:
        return UNDEFINED
    if not is_number(value) or len(picture) > _LONGEST:
        raise JsonataError("D1001", value=value)
    symbols = _Symbols(options)
    # Nothing stands between every two characters, as in JavaScript.
    pictures = picture.split(symbols.between) if symbols.between else list(picture) or [""]
    if len(pictures) > 2:
        raise JsonataError("D3080")
    layouts: list[_Layout] = []
    for one in pictures:
        parts = _split(one, symbols)
        _check(parts, symbols)
        layouts.append(_analyse(parts, symbols))
    layout = layouts[0]
    prefix = layout.prefix
    if value < 0:
        if len(layouts) == 2:
            layout = layouts[1]
            prefix = layout.prefix
        else:
            prefix = symbols.minus + prefix
    made = prefix + _formatted(value, layout, symbols) + layout.suffix
    run.write(len(made))
    return made


def _split(picture: str, symbols: _Symbols) -> _Parts:
    active = [at for at, one in enumerate(picture) if one in symbols.active and one != symbols.exponent]
    prefix = picture[: active[0]] if active else ""
    suffix = picture[active[-1] + 1 :] if active else ""
    middle = picture[len(prefix) : len(picture) - len(suffix)]
    at = picture.find(symbols.exponent, len(prefix))
    if at < 0 or at > len(picture) - len(suffix):
        mantissa, exponent = middle, None
    else:
        mantissa, exponent = middle[:at], middle[at + 1 :]
    point = mantissa.find(symbols.decimal)
    integer, fraction = (mantissa, suffix) if point < 0 else (mantissa[:point], mantissa[point + 1 :])
    return _Parts(picture, prefix, suffix, middle, mantissa, exponent, integer, fraction)


def _check(parts: _Parts, symbols: _Symbols) -> None:
    """Refuse pictures that mean nothing (4.7.3); of several faults, the last is told."""
    picture, integer, fraction = parts.picture, parts.integer, parts.fraction
    point = picture.find(symbols.decimal)
    beside = {picture[point - 1 : point], picture[point + 1 : point + 2]} if point >= 0 else set[str]()
    first = integer.find(symbols.digit)
    last = fraction.rfind(symbols.digit)
    exponent = parts.exponent
    has_percent = symbols.percent in picture or symbols.per_mille in picture
    faults = (
        ("D3081", picture.count(symbols.decimal) > 1),
        ("D3082", picture.count(symbols.percent) > 1),
        ("D3083", picture.count(symbols.per_mille) > 1),
        ("D3084", symbols.percent in picture and symbols.per_mille in picture),
        ("D3085", not symbols.any_digits(parts.mantissa)),
        ("D3086", any(one not in symbols.active for one in parts.active)),
        ("D3087", symbols.grouping in beside),
        ("D3088", point < 0 and integer.endswith(symbols.grouping)),
        ("D3089", symbols.grouping * 2 in picture),
        ("D3090", first >= 0 and symbols.mandatory(integer[:first]) > 0),
        ("D3091", last >= 0 and symbols.mandatory(fraction[last:]) > 0),
        ("D3092", bool(exponent) and has_percent),
        ("D3093", exponent is not None and (not exponent or symbols.mandatory(exponent) != len(exponent))),
    )
    found = [code for code, is_so in faults if is_so]
    if found:
        raise JsonataError(found[-1])


def _positions(part: str, symbols: _Symbols, *, is_fraction: bool) -> list[int]:
    found: list[int] = []
    for at, one in enumerate(part):
        if one == symbols.grouping:
            found.append(symbols.any_digits(part[:at] if is_fraction else part[at:]))
    return found


def _analyse(parts: _Parts, symbols: _Symbols) -> _Layout:
    groups = _positions(parts.integer, symbols, is_fraction=False)
    least_integer = scaling = symbols.mandatory(parts.integer)
    least_fraction, most_fraction = symbols.mandatory(parts.fraction), symbols.any_digits(parts.fraction)
    has_exponent = parts.exponent is not None
    if least_integer == 0 and most_fraction == 0:
        if has_exponent:
            least_fraction = most_fraction = 1
        else:
            least_integer = 1
    if has_exponent and least_integer == 0 and symbols.digit in parts.integer:
        least_integer = 1
    if least_integer == 0 and least_fraction == 0:
        least_fraction = 1
    return _Layout(
        picture=parts.picture,
        prefix=parts.prefix,
        suffix=parts.suffix,
        groups=groups,
        every=regular_interval(groups),
        fraction_groups=_positions(parts.fraction, symbols, is_fraction=True),
        least_integer=least_integer,
        scaling=scaling,
        least_fraction=least_fraction,
        most_fraction=most_fraction,
        least_exponent=symbols.mandatory(parts.exponent or ""),
    )


def _formatted(value: float, layout: _Layout, symbols: _Symbols) -> str:
    if symbols.percent in layout.picture:
        value *= 100
    elif symbols.per_mille in layout.picture:
        value *= 1000
    mantissa, exponent = float(value), 0
    if layout.least_exponent and mantissa:
        most, least = 10.0**layout.scaling, 10.0 ** (layout.scaling - 1)
        while abs(mantissa) < least:
            mantissa *= 10
            exponent -= 1
        while abs(mantissa) > most:
            mantissa /= 10
            exponent += 1
    number = rounded(mantissa if layout.least_exponent else value, layout.most_fraction)
    digits = f"{abs(number):.{layout.most_fraction}f}"
    integer, _, fraction = digits.partition(".")
    integer = integer.lstrip("0").rjust(layout.least_integer, "0")
    fraction = fraction.rstrip("0").ljust(layout.least_fraction, "0")
    made = _grouped_integer(integer, layout, symbols.grouping)
    if fraction and symbols.decimal in layout.picture:
        made += symbols.decimal + _grouped_fraction(fraction, layout, symbols.grouping)
    elif fraction:
        made += _grouped_fraction(fraction, layout, symbols.grouping)
    if layout.least_exponent:
        sign = symbols.minus if exponent < 0 else ""
        made += symbols.exponent + sign + str(abs(exponent)).rjust(layout.least_exponent, "0")
    if symbols.zero == "0":
        return made
    return "".join(symbols.digits[int(one)] if one in "0123456789" else one for one in made)


def _grouped_integer(digits: str, layout: _Layout, separator: str) -> str:
    positions = layout.groups
    if layout.every:
        positions = list(range(layout.every, len(digits), layout.every))
    cuts = sorted({len(digits) - one for one in positions if 0 < one < len(digits)})
    pieces = [digits[start:end] for start, end in zip([0, *cuts], [*cuts, len(digits)], strict=True)]
    return separator.join(pieces)


def _grouped_fraction(digits: str, layout: _Layout, separator: str) -> str:
    cuts = sorted({one for one in layout.fraction_groups if 0 < one < len(digits)})
    pieces = [digits[start:end] for start, end in zip([0, *cuts], [*cuts, len(digits)], strict=True)]
    return separator.join(pieces)
