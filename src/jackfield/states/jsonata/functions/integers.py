"""`$formatInteger` and `$parseInteger`: digits, letters, Roman numerals, words (XPath and XQuery Functions 3.1, 4.6.1)."""

import math
import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from typing import Any, Final

from jackfield.states.jsonata.data import UNDEFINED, is_number, number
from jackfield.states.jsonata.errors import JsonataError
from jackfield.states.jsonata.evaluation import Evaluation

_FEW: Final = [
    "Zero",
    "One",
    "Two",
    "Three",
    "Four",
    "Five",
    "Six",
    "Seven",
    "Eight",
    "Nine",
    "Ten",
    "Eleven",
    "Twelve",
    "Thirteen",
    "Fourteen",
    "Fifteen",
    "Sixteen",
    "Seventeen",
    "Eighteen",
    "Nineteen",
]
_ORDINALS: Final = [
    "Zeroth",
    "First",
    "Second",
    "Third",
    "Fourth",
    "Fifth",
    "Sixth",
    "Seventh",
    "Eighth",
    "Ninth",
    "Tenth",
    "Eleventh",
    "Twelfth",
    "Thirteenth",
    "Fourteenth",
    "Fifteenth",
    "Sixteenth",
    "Seventeenth",
    "Eighteenth",
    "Nineteenth",
]
_TENS: Final = ["Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety"]
_MAGNITUDES: Final = ["Thousand", "Million", "Billion", "Trillion"]
_ROMAN: Final = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
_ROMAN_VALUES: Final = {"M": 1000, "D": 500, "C": 100, "L": 50, "X": 10, "V": 5, "I": 1}
_ZEROS: Final = (
    0x30, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6,
    0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40,
    0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
)  # fmt: skip
_LARGEST_ROMAN: Final = 1_000_000
_LONGEST_PICTURE: Final = 1000


@dataclass(slots=True)
class IntegerFormat:
    """How a whole number is written."""

    kind: str = "decimal"
    """`decimal`, `letters`, `roman`, `words`, or `sequence` for what isn't known."""
    case: str = "lower"
    is_ordinal: bool = False
    zero: int = 0x30
    mandatory: int = 0
    optional: int = 0
    every: int = 0
    """A grouping separator after each so many digits; 0 where they stand irregularly."""
    separators: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    """Position from the right, and character."""
    width: int | None = None
    """Digits to read, where something follows at once."""
    picture: str = ""


def read_format(picture: str) -> IntegerFormat:
    """What a picture says.

    Raises:
        JsonataError: It mixes kinds of digits.
    """
    if len(picture) > _LONGEST_PICTURE:
        raise JsonataError("D3130", value=picture)
    primary, _, modifier = picture.rpartition(";") if ";" in picture else (picture, "", "")
    made = IntegerFormat(is_ordinal=modifier.startswith("o"), picture=primary)
    known = {
        "A": ("letters", "upper"),
        "a": ("letters", "lower"),
        "I": ("roman", "upper"),
        "i": ("roman", "lower"),
        "W": ("words", "upper"),
        "Ww": ("words", "title"),
        "w": ("words", "lower"),
    }
    if primary in known:
        made.kind, made.case = known[primary]
        return made
    return _read_digits(primary, made)


def _read_digits(picture: str, made: IntegerFormat) -> IntegerFormat:
    zero: int | None = None
    position = 0
    for character in reversed(picture):
        group = next((one for one in _ZEROS if one <= ord(character) <= one + 9), None)
        if group is not None:
            made.mandatory += 1
            position += 1
            if zero not in {None, group}:
                raise JsonataError("D3131")
            zero = group
        elif character == "#":
            made.optional += 1
            position += 1
        else:
            made.separators.append((position, character))
    if zero is None:
        made.kind = "sequence"
        return made
    made.zero = zero
    made.every = regular_interval([at for at, _ in made.separators])
    if len({one for _, one in made.separators}) > 1:
        made.every = 0
    return made


def regular_interval(positions: list[int]) -> int:
    """The interval at which separators stand; 0 where they don't stand regularly."""
    if not positions:
        return 0
    factor = reduce(math.gcd, positions)
    return factor if all(index * factor in positions for index in range(1, len(positions) + 1)) else 0


def format_integer(run: Evaluation, value: Any, picture: Any) -> Any:
    """`$formatInteger`."""
    if value is UNDEFINED or picture is UNDEFINED:
        return UNDEFINED
    if not is_number(value):
        raise JsonataError("D1001", value=value)
    made = format_whole(_whole(value), read_format(picture))
    run.write(len(made))
    return made


def _whole(value: float) -> int:
    # As it is written, not as its bits are: 1e46 is a one and 46 zeros.
    return value if isinstance(value, int) else math.floor(value) if abs(value) < 2**53 else int(Decimal(repr(value)))


def format_whole(value: int, format_: IntegerFormat) -> str:
    """A whole number, written so.

    Raises:
        JsonataError: That isn't known.
    """
    size = abs(value)
    match format_.kind:
        case "letters":
            made = _letters(size, "A" if format_.case == "upper" else "a")
        case "roman":
            if size > _LARGEST_ROMAN:
                raise JsonataError("D1001", value=value)
            made = _roman(size)
            made = made.upper() if format_.case == "upper" else made
        case "words":
            made = _words(size, is_ordinal=format_.is_ordinal)
            made = {"upper": made.upper(), "lower": made.lower()}.get(format_.case, made)
        case "decimal":
            made = _digits(size, format_)
        case _:
            raise JsonataError("D3130", value=format_.picture)
    return f"-{made}" if value < 0 else made


def _digits(value: int, format_: IntegerFormat) -> str:
    made = str(value).rjust(format_.mandatory, "0")
    if format_.zero != 0x30:
        made = "".join(chr(ord(one) + format_.zero - 0x30) for one in made)
    if format_.every:
        made = _grouped(made, format_.every, format_.separators[0][1])
    else:
        for position, character in sorted(format_.separators):
            at = len(made) - position - sum(1 for other, _ in format_.separators if other < position)
            if at >= 0:
                made = made[:at] + character + made[at:]
    if format_.is_ordinal:
        made += _suffix(made)
    return made


def _grouped(digits: str, every: int, character: str) -> str:
    groups: list[str] = []
    while digits:
        groups.append(digits[-every:])
        digits = digits[:-every]
    return character.join(reversed(groups))


def _suffix(digits: str) -> str:
    if len(digits) > 1 and digits[-2] == "1":
        return "th"
    return {"1": "st", "2": "nd", "3": "rd"}.get(digits[-1], "th")


def _letters(value: int, first: str) -> str:
    made = ""
    while value > 0:
        value, rest = divmod(value - 1, 26)
        made = chr(rest + ord(first)) + made
    return made


def _roman(value: int) -> str:
    made = ""
    for size, numeral in _ROMAN:
        made += numeral * (value // size)
        value %= size
    return made


def _words(value: int, *, is_ordinal: bool, follows: bool = False) -> str:
    if value <= 19:
        return (" and " if follows else "") + (_ORDINALS if is_ordinal else _FEW)[value]
    if value < 100:
        tens, rest = divmod(value, 10)
        made = (" and " if follows else "") + _TENS[tens - 2]
        if rest:
            return f"{made}-{_words(rest, is_ordinal=is_ordinal)}"
        return made[:-1] + "ieth" if is_ordinal else made
    if value < 1000:
        hundreds, rest = divmod(value, 100)
        made = (", " if follows else "") + _FEW[hundreds] + " Hundred"
    else:
        magnitude = min((len(str(value)) - 1) // 3, len(_MAGNITUDES))
        many, rest = divmod(value, 10 ** (magnitude * 3))
        made = (", " if follows else "") + _words(many, is_ordinal=False) + " " + _MAGNITUDES[magnitude - 1]
    if rest:
        return made + _words(rest, is_ordinal=is_ordinal, follows=True)
    return made + "th" if is_ordinal else made


def _word_values() -> dict[str, int]:
    found: dict[str, int] = {}
    for words in (_FEW, _ORDINALS):
        found.update({word.lower(): index for index, word in enumerate(words)})
    for index, word in enumerate([*_TENS, "Hundred"]):
        found[word.lower()] = (index + 2) * 10
        found[word.lower()[:-1] + "ieth"] = (index + 2) * 10
    found["hundredth"] = 100
    for index, word in enumerate(_MAGNITUDES):
        found[word.lower()] = found[word.lower() + "th"] = 10 ** ((index + 1) * 3)
    return found


_VALUES: Final = _word_values()


def parse_integer(run: Evaluation, text: Any, picture: Any) -> Any:
    """`$parseInteger`."""
    if text is UNDEFINED or picture is UNDEFINED:
        return UNDEFINED
    run.spend(len(text))
    found = parse_whole(text, read_format(picture))
    return math.nan if found is None else number(found)


def pattern_of(format_: IntegerFormat) -> str:
    """A regular expression for numbers that are written so."""
    is_upper = format_.case == "upper"
    match format_.kind:
        case "letters":
            return "[A-Z]+" if is_upper else "[a-z]+"
        case "roman":
            return "[MDCLXVI]+" if is_upper else "[mdclxvi]+"
        case "words":
            return "(?:" + "|".join([*_VALUES, "and", r"[\-, ]"]) + ")+"
        case "decimal":
            digits = f"[0-9]{{{format_.width}}}" if format_.width else "[0-9]+"
            return digits + ("(?:th|st|nd|rd)" if format_.is_ordinal else "")
        case _:
            raise JsonataError("D3130", value=format_.picture)


def parse_whole(text: str, format_: IntegerFormat) -> int | None:
    """The number that a text writes so; None where it is none.

    Raises:
        JsonataError: That way of writing isn't known.
    """
    match format_.kind:
        case "letters":
            first = ord("A" if format_.case == "upper" else "a")
            total = 0
            for one in text[:20]:
                total = total * 26 + ord(one) - first + 1
            return total
        case "roman":
            return _from_roman(text.upper())
        case "words":
            return _from_words(text.lower())
        case "decimal":
            return _from_digits(text, format_)
        case _:
            raise JsonataError("D3130", value=format_.picture)


def _from_roman(text: str) -> int | None:
    total, most = 0, 1
    for one in reversed(text):
        value = _ROMAN_VALUES.get(one)
        if value is None:
            return None
        if value < most:
            total -= value
        else:
            most = value
            total += value
    return total


def _from_words(text: str) -> int | None:
    segments = [0]
    for word in re.split(r",\s|\sand\s|[\s\-]", text):
        value = _VALUES.get(word)
        if value is None:
            return None
        if value < 100:
            top = segments.pop()
            if top >= 1000:
                segments.append(top)
                top = 0
            segments.append(top + value)
        else:
            segments.append(segments.pop() * value)
    return sum(segments)


def _as_ascii(character: str, zero: int) -> str:
    value = ord(character) - zero
    return chr(0x30 + value) if 0 <= value <= 9 else "x"


def _from_digits(text: str, format_: IntegerFormat) -> int | None:
    digits = text[:-2] if format_.is_ordinal else text
    for separator in {one for _, one in format_.separators} | ({","} if format_.every else set[str]()):
        digits = digits.replace(separator, "")
    if format_.zero != 0x30:
        digits = "".join(_as_ascii(one, format_.zero) for one in digits)
    match = re.match(r"\s*[+-]?[0-9]{1,300}", digits)
    return int(match[0]) if match else None
