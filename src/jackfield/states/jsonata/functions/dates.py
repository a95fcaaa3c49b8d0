"""Functions of dates and times."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from jackfield.states.jsonata.data import UNDEFINED, number
from jackfield.states.jsonata.errors import JsonataError
from jackfield.states.jsonata.evaluation import Evaluation
from jackfield.states.jsonata.functions.calendar import format_moment, parse_moment

_ISO: Final = re.compile(
    r"(\d{4})(?:-([01]\d))?(?:-([0-3]\d))?(?:T([0-2]\d):([0-5]\d):([0-5]\d))?(\.\d+)?([+-][0-2]\d:?[0-5]\d|Z)?",
    re.ASCII,
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FURTHEST: Final = 8.64e15
"""Milliseconds from 1970 that JavaScript can count to."""


def _millis_of(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def now(run: Evaluation, picture: Any = UNDEFINED, zone: Any = UNDEFINED) -> Any:
    """`$now`: when the state was evaluated, as it was said from outside."""
    return format_moment(run, _millis_of(run.now), picture, zone)


def millis(run: Evaluation) -> Any:
    """`$millis`."""
    return _millis_of(run.now)


def from_millis(run: Evaluation, value: Any, picture: Any = UNDEFINED, zone: Any = UNDEFINED) -> Any:
    """`$fromMillis`."""
    if value is UNDEFINED:
        return UNDEFINED
    if abs(value) > _FURTHEST:
        raise JsonataError("D3110", value=value)
    return format_moment(run, int(value), picture, zone)


def to_millis(run: Evaluation, text: Any, picture: Any = UNDEFINED) -> Any:
    """`$toMillis`."""
    if text is UNDEFINED:
        return UNDEFINED
    if picture is not UNDEFINED:
        return parse_moment(run, text, picture, _millis_of(run.now))
    match = _ISO.fullmatch(text)
    if match is None:
        raise JsonataError("D3110", value=text)
    year, month, day, hour, minute, second = (int(one) if one else None for one in match.groups()[:6])
    zone = (match[8] or "Z").replace(":", "")
    offset = 0 if zone == "Z" else int(zone[0] + "1") * (int(zone[1:3]) * 60 + int(zone[3:5]))
    try:
        moment = datetime(year or 1, month or 1, day or 1, hour or 0, minute or 0, second or 0, tzinfo=UTC)
    except ValueError:
        raise JsonataError("D3110", value=text) from None
    fraction = int((match[7] or ".0")[1:4].ljust(3, "0"))
    return number(_millis_of(moment) - offset * 60_000 + fraction)
