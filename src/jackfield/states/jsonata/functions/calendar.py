"""Moments as text, and back, by a picture such as `[Y0001]-[M01]-[D01]` (XPath and XQuery Functions 3.1, 9.8)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from jackfield.states.jsonata.data import UNDEFINED, number
from jackfield.states.jsonata.errors import JsonataError
from jackfield.states.jsonata.evaluation import Evaluation
from jackfield.states.jsonata.functions.integers import (
    IntegerFormat,
    format_whole,
    parse_whole,
    pattern_of,
    read_format,
)
from jackfield.states.patterns import Pattern, PatternError, read_pattern

_DAY: Final = 86_400_000
_ISO: Final = "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]"
_DAYS: Final = ("", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DEFAULTS: Final = {
    **dict.fromkeys("YMDdWwXxHhf", "1"),
    **dict.fromkeys("FPCE", "n"),
    **dict.fromkeys("ms", "01"),
    **dict.fromkeys("Zz", "01:01"),
}
_NUMBERS: Final = "YMDdFWwXxHhmsf"
_LONGEST: Final = 1000


@dataclass(slots=True)
class _Part:
    """A text, or a component."""

    literal: str = ""
    component: str = ""
    names: str = ""
    """`upper`, `lower`, `title` where it is written as a name."""
    format: IntegerFormat | None = None
    least: int | None = None
    most: int | None = None
    is_traditional: bool = False
    year_digits: int = -1


def civil(days: int) -> tuple[int, int, int]:
    """Year, month and day of a day counted from 1970 (the proleptic Gregorian calendar)."""
    era, day = divmod(days + 719_468, 146_097)
    of_era = (day - day // 1460 + day // 36_524 - day // 146_096) // 365
    of_year = day - (365 * of_era + of_era // 4 - of_era // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return of_era + era * 400 + (month <= 2), month, of_year - (153 * shifted + 2) // 5 + 1


def days_from(year: int, month: int, day: int) -> int:
    """The day counted from 1970; months and days may overflow."""
    year += (month - 1) // 12
    month = (month - 1) % 12 + 1
    year -= month <= 2
    era, of_era = divmod(year, 400)
    of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def _weekday(days: int) -> int:
    """1 is Monday."""
    return (days + 3) % 7 + 1


def _first_week(year: int, month: int) -> int:
    """The Monday of the week with the first Thursday of a month."""
    first = days_from(year, month, 1)
    weekday = _weekday(first)
    return first + 8 - weekday if weekday > 4 else first - weekday + 1


class _Moment:
    def __init__(self, millis: int) -> None:
        self.days, self.rest = divmod(millis, _DAY)
        self.year, self.month, self.day = civil(self.days)

    def of(self, component: str) -> Any:  # noqa: C901, PLR0911, PLR0912  # one branch per component
        hour = self.rest // 3_600_000
        match component:
            case "Y":
                return self.year
            case "M":
                return self.month
            case "D":
                return self.day
            case "d":
                return self.days - days_from(self.year, 1, 1) + 1
            case "F":
                return _weekday(self.days)
            case "W":
                return self._week(self.year, 1, 12, 52)
            case "w":
                return self._week(self.year, self.month, 1, 4)
            case "X":
                before, after = _first_week(self.year, 1), _first_week(self.year + 1, 1)
                return self.year - (self.days < before) + (self.days >= after)
            case "x":
                before, after = _first_week(self.year, self.month), _first_week(self.year, self.month + 1)
                return (self.month - 1 - (self.days < before) + (self.days >= after)) % 12 + 1
            case "H":
                return hour
            case "h":
                return hour % 12 or 12
            case "P":
                return "pm" if hour >= 12 else "am"
            case "m":
                return self.rest // 60_000 % 60
            case "s":
                return self.rest // 1000 % 60
            case "f":
                return self.rest % 1000
            case _:
                return "ISO"

    def _week(self, year: int, month: int, months: int, most: int) -> int:
        week = (self.days - _first_week(year, month)) // 7 + 1
        if week > most and self.days >= _first_week(year, month + months):
            return 1
        if week < 1:
            return (self.days - _first_week(year, month - months)) // 7 + 1
        return week


@lru_cache(maxsize=128)
def _read_picture(picture: str) -> tuple[_Part, ...]:
    if len(picture) > _LONGEST:
        raise JsonataError("D3132", value=picture)
    parts: list[_Part] = []
    start = at = 0

    def literal(end: int) -> None:
        if end > start:
            parts.append(_Part(picture[start:end].replace("]]", "]")))

    while at < len(picture):
        if picture[at] != "[":
            at += 1
            continue
        literal(at)
        if picture.startswith("[[", at):
            parts.append(_Part("["))
            at = start = at + 2
            continue
        end = picture.find("]", at)
        if end < 0:
            raise JsonataError("D3135")
        part = _read_marker("".join(picture[at + 1 : end].split()))
        if part.format is not None and part.component in _NUMBERS and parts:
            previous = parts[-1].format
            if previous is not None and parts[-1].component in _NUMBERS:
                previous.width = previous.mandatory
        parts.append(part)
        at = start = end + 1
    literal(at)
    return tuple(parts)


def _read_marker(marker: str) -> _Part:
    part = _Part(component=marker[:1])
    modifiers, comma, width = marker[1:].rpartition(",") if "," in marker else (marker[1:], "", "")
    if comma:
        least, dash, most = width.partition("-")
        part.least = _width(least)
        part.most = _width(most) if dash else None
    second = ""
    if len(modifiers) > 1 and modifiers[-1] in "atco":
        modifiers, second = modifiers[:-1], modifiers[-1]
    part.is_traditional = second == "t"
    presentation = modifiers or _DEFAULTS.get(part.component, "")
    if not presentation or part.component not in _DEFAULTS:
        raise JsonataError("D3132", value=part.component)
    if presentation[0] in "nN":
        part.names = "lower" if presentation[0] == "n" else "title" if presentation[1:2] == "n" else "upper"
    elif part.component in _NUMBERS:
        _read_number(part, f"{presentation};{second}" if second else presentation)
    if part.component in "Zz":
        part.format = read_format(presentation)
    return part


def _read_number(part: _Part, picture: str) -> None:
    part.format = read_format(picture)
    if part.least is not None:
        part.format.mandatory = max(part.format.mandatory, part.least)
    if part.component == "Y":
        if part.most is not None:
            part.year_digits = part.format.mandatory = part.most
        elif part.format.mandatory + part.format.optional >= 2:
            part.year_digits = part.format.mandatory + part.format.optional


def _width(text: str) -> int | None:
    return min(int(text), 100) if text.isdigit() and len(text) < 9 else None


def format_moment(run: Evaluation, millis: int, picture: Any, zone: Any) -> str:
    """A moment by a picture; ISO 8601 without one.

    Args:
        run: The evaluation.
        millis: From 1970.
        picture: A text, or nothing.
        zone: As `+0530`, or nothing for UTC.

    Raises:
        JsonataError: The picture can't be read.
    """
    hours, minutes = _offset(zone)
    moment = _Moment(millis + (60 * hours + minutes) * 60_000)
    parts = _read_picture(_ISO if picture is UNDEFINED else picture)
    made = "".join(one.literal or _formatted(one, moment, hours, minutes) for one in parts)
    run.write(len(made))
    run.spend(len(parts))
    return made


def _offset(zone: Any) -> tuple[int, int]:
    if zone is UNDEFINED:
        return 0, 0
    match = re.match(r"\s*([+-]?\d{1,5})", zone)
    if match is None:
        return 0, 0
    offset = int(match[1])
    return offset // 100, offset - int(offset / 100) * 100


def _formatted(part: _Part, moment: _Moment, hours: int, minutes: int) -> str:
    value = moment.of(part.component)
    if part.component in "Zz":
        return _format_zone(part, hours, minutes)
    if part.component == "P":
        return value.upper() if part.names == "upper" else value
    if part.component in "CE":
        return value
    if part.component == "Y" and part.year_digits != -1:
        value %= 10**part.year_digits
    if part.names:
        return _name(part, value)
    assert part.format is not None
    return format_whole(value, part.format)


def _name(part: _Part, value: int) -> str:
    if part.component in "Mx":
        name = _MONTHS[value - 1]
    elif part.component == "F":
        name = _DAYS[value]
    else:
        raise JsonataError("D3133", value=part.component)
    name = {"upper": name.upper(), "lower": name.lower()}.get(part.names, name)
    return name[: part.most] if part.most is not None else name


def _format_zone(part: _Part, hours: int, minutes: int) -> str:
    offset = hours * 100 + minutes
    assert part.format is not None
    if part.format.every:
        made = format_whole(offset, part.format)
    elif part.format.mandatory in {1, 2}:
        made = format_whole(hours, part.format) + (f":{minutes:02}" if minutes else "")
    elif part.format.mandatory in {3, 4}:
        made = format_whole(offset, part.format)
    else:
        raise JsonataError("D3134", value=part.format.mandatory)
    if offset == 0 and part.is_traditional:
        return "Z"
    made = f"+{made}" if offset >= 0 else made
    return f"GMT{made}" if part.component == "z" else made


@lru_cache(maxsize=128)
def _reader(picture: str) -> tuple[Pattern, tuple[tuple[str, Callable[[str], int | None]], ...]]:
    pattern = ""
    readers: list[tuple[str, Callable[[str], int | None]]] = []
    for part in _read_picture(picture):
        if part.literal:
            pattern += f"({re.escape(part.literal)})"
            readers.append(("", lambda _: None))
            continue
        source, read = _part_reader(part)
        pattern += f"({source})"
        readers.append((part.component, read))
    try:
        return read_pattern(pattern, ignore_case=True), tuple(readers)
    except PatternError as error:
        raise JsonataError("D9002", message=str(error)) from None


def _part_reader(part: _Part) -> tuple[str, Callable[[str], int | None]]:
    if part.component in "Zz":
        return _zone_reader(part)
    if part.component == "f":
        return "[0-9]+", lambda text: int(text[:3].ljust(3, "0"))
    if part.format is not None:
        format_ = part.format
        return pattern_of(format_), lambda text: parse_whole(text, format_)
    if part.component in "Mx":
        known = {name[: part.most]: index + 1 for index, name in enumerate(_MONTHS)}
    elif part.component == "F":
        known = {name[: part.most]: index for index, name in enumerate(_DAYS) if index}
    elif part.component == "P":
        known = {"am": 0, "AM": 0, "pm": 1, "PM": 1}
    else:
        raise JsonataError("D3133", value=part.component)
    return "[a-zA-Z]+", known.get


def _zone_reader(part: _Part) -> tuple[str, Callable[[str], int | None]]:
    assert part.format is not None
    separator = part.format.separators[0][1] if part.format.every else ""
    pattern = ("GMT" if part.component == "z" else "") + "[-+][0-9]+"
    if separator:
        pattern += re.escape(separator) + "[0-9]+"

    def read(text: str) -> int:
        given = text[3:] if part.component == "z" else text
        if separator:
            hours, _, minutes = given.partition(separator)
        elif len(given) <= 3:
            hours, minutes = given, "0"
        else:
            hours, minutes = given[:3], given[3:]
        return int(hours[:6]) * 60 + int(minutes[:5])

    return pattern, read


def parse_moment(run: Evaluation, text: str, picture: str, now: int) -> Any:
    """Milliseconds from 1970 of a text by a picture; nothing where the text isn't like it.

    What the picture has no component for is now's, left of those it has, and the least, right of them.

    Raises:
        JsonataError: Something between them is missing.
    """
    pattern, readers = _reader(picture)
    run.spend(len(text) + len(picture))
    match = pattern.compiled.fullmatch(text)
    if match is None:
        return UNDEFINED
    found: dict[str, int | None] = {}
    for (component, read), given in zip(readers, match.groups(), strict=True):
        if component:
            found[component] = read(given)
    if not found:
        return UNDEFINED
    return number(_assembled(found, _Moment(now)))


def _assembled(found: dict[str, int | None], now: _Moment) -> int:
    by_day = bool(found.get("d")) and not any(found.get(one) for one in "MD") and _is_like(found, "YXMxWwdD", "Yd")
    is_a = _is_like(found, "YXMxWwdD", "YMD")
    is_weeks = any(_is_like(found, "YXMxWwdD", one) for one in ("XxwF", "XW")) and not is_a
    by_day = by_day and not is_a
    halves = not _is_like(found, "PHhmsf", "Hmsf") and _is_like(found, "PHhmsf", "Phmsf")
    dates = "Yd" if by_day else "YMD"
    if is_weeks and (found.get("X") or found.get("W") or found.get("x") or found.get("w")):
        raise JsonataError("D3136")
    has_begun = has_ended = False
    for component in dates + ("Phmsf" if halves else "Hmsf"):
        if found.get(component) is None:
            if has_begun:
                found[component] = 1 if component in "MDd" else 0
                has_ended = True
            else:
                value = now.of(component)
                found[component] = value if isinstance(value, int) else int(value == "pm")
        else:
            has_begun = True
            if has_ended:
                raise JsonataError("D3136")

    def of(component: str) -> int:
        return found.get(component) or 0

    days = days_from(of("Y"), 1, of("d")) if by_day else days_from(of("Y"), max(of("M"), 1), of("D"))
    hour = of("H")
    if halves:
        hour = of("h") % 12 + (12 if of("P") == 1 else 0)
    zone = of("Z") or of("z")
    seconds = (hour * 60 + of("m") - zone) * 60 + of("s")
    return days * _DAY + seconds * 1000 + of("f")


def _is_like(found: dict[str, int | None], all_of_them: str, wanted: str) -> bool:
    """Whether nothing but the wanted components is there, and at least one of them."""
    there = {one for one in all_of_them if found.get(one)}
    return bool(there) and there <= set(wanted)
