"""Parameters: JSON from outside into values that drivers bind."""

import base64
import binascii
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Final
from uuid import UUID

from pydantic import JsonValue

from jackfield.errors import InvalidError

MAX_PARAMETERS: Final = 1000
MAX_ARRAY: Final = 10_000
MAX_DIGITS: Final = 1000


@dataclass(frozen=True, slots=True)
class Json:
    """A value to be bound as JSON."""

    value: JsonValue

    def text(self) -> str:
        """As JSON text."""
        return json.dumps(self.value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


@dataclass(frozen=True, slots=True)
class Array:
    """Several values of one type."""

    values: tuple["Scalar", ...]


Scalar = None | bool | int | float | str | Decimal | date | datetime | time | UUID | bytes | Json
Value = Scalar | Array


class _NotOfTypeError(ValueError):
    pass


def _text(value: JsonValue) -> str:
    if not isinstance(value, str):
        raise _NotOfTypeError
    return value


def _integer(value: JsonValue) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise _NotOfTypeError
    if isinstance(value, str) and not re.fullmatch(r"[+-]?[0-9]{1,1000}", value):
        raise _NotOfTypeError
    return int(value)


def _number(value: JsonValue) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _NotOfTypeError
    return float(value)


def _boolean(value: JsonValue) -> bool:
    if not isinstance(value, bool):
        raise _NotOfTypeError
    return value


def _decimal(value: JsonValue) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise _NotOfTypeError
    number = Decimal(value)
    # 1E+999999999 is short to write and long to store
    if not number.is_finite() or abs(number.adjusted()) > MAX_DIGITS or len(number.as_tuple().digits) > MAX_DIGITS:
        raise _NotOfTypeError
    return number


def _timestamp(value: JsonValue) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is not None:
        # What the zone moves out of the calendar has no way to be written in UTC.
        moment.astimezone(UTC)
    return moment


def _bytes(value: JsonValue) -> bytes:
    return base64.b64decode(_text(value), validate=True)


_READERS: Final[Mapping[str, tuple[Callable[[JsonValue], Scalar], str]]] = {
    "text": (_text, "text"),
    "integer": (_integer, "a whole number, or its digits as text"),
    "number": (_number, "a number"),
    "boolean": (_boolean, "true or false"),
    "decimal": (_decimal, "the digits as text, as in 12.50"),
    "date": (lambda value: date.fromisoformat(_text(value)), "a date, as in 2026-03-31"),
    "time": (lambda value: time.fromisoformat(_text(value)), "a time, as in 14:30:00"),
    "timestamp": (
        _timestamp,
        "a date and time, as in 2026-03-31T14:30:00, with Z or +02:00 for a moment",
    ),
    "uuid": (lambda value: UUID(_text(value)), "a UUID"),
    "bytes": (_bytes, "bytes in base 64"),
    "json": (Json, "any JSON value"),
}
TYPES: Final = (*_READERS, "array")


def read_parameters(given: Mapping[str, JsonValue], *, where: str = "arguments.parameters") -> dict[str, Value]:
    """Values to bind, by name.

    Raises:
        InvalidError: One is not what its type says; the message never has the value.
    """
    if len(given) > MAX_PARAMETERS:
        raise InvalidError(f"there are more than {MAX_PARAMETERS} parameters", field=where)
    return {name: _read(value, f"{where}.{name[:80]}") for name, value in given.items()}


def _read(given: JsonValue, field: str) -> Value:
    match given:
        case None | bool() | int() | float():
            return _plain(given, field)
        case str():
            return _checked(given, field)
        case {"type": str(kind), "value": value, **rest} if not rest or (kind == "array" and [*rest] == ["items"]):
            if kind == "array":
                return _read_array(value, rest.get("items"), field)
            return _read_typed(kind, value, field)
        case list():
            raise InvalidError(f'{field}: a list is written {{"type": "array", "value": […]}}', field=field)
        case _:
            raise InvalidError(
                f'{field}: an object as value is written {{"type": "json", "value": …}}; '
                f"types are {', '.join(TYPES)}, and array takes the type of its items as items",
                field=field,
            )


def _plain(given: bool | float | None, field: str) -> Scalar:  # noqa: FBT001
    if isinstance(given, float) and not math.isfinite(given):
        raise InvalidError(f"{field} is not a number that JSON knows", field=field)
    return given


def _checked(given: str, field: str) -> str:
    try:
        given.encode()
    except UnicodeEncodeError:
        raise InvalidError(f"{field} has half of a character pair (a lone surrogate)", field=field) from None
    return given


def _read_typed(kind: str, value: JsonValue, field: str) -> Scalar:
    if kind not in _READERS:
        raise InvalidError(
            f"{field}: there is no type {kind[:40]!r}; there are {', '.join(TYPES)}", field=f"{field}.type"
        )
    if value is None and kind != "json":
        return None
    read, expected = _READERS[kind]
    try:
        found = read(value)
    except (ValueError, OverflowError, InvalidOperation, binascii.Error):
        raise InvalidError(f"{field}.value: for {kind} is expected {expected}", field=f"{field}.value") from None
    if isinstance(found, float):
        return _plain(found, field)
    return _checked(found, field) if isinstance(found, str) else found


def _read_array(value: JsonValue, items: JsonValue, field: str) -> Array:
    if not isinstance(value, list):
        raise InvalidError(f"{field}.value: for array is expected a list", field=f"{field}.value")
    if len(value) > MAX_ARRAY:
        raise InvalidError(f"{field}.value has more than {MAX_ARRAY} items", field=f"{field}.value")
    found: list[Scalar] = []
    for number, item in enumerate(value):
        place = f"{field}.value.{number}"
        if isinstance(items, str):
            found.append(_read_typed(items, item, place))
        elif items is None and isinstance(item, (bool, int, float, str, type(None))):
            one = _read(item, place)
            assert not isinstance(one, Array)  # these types are read as themselves
            found.append(one)
        else:
            raise InvalidError(
                f'{place}: items are plain values, or items names their type as in "items": "date"', field=place
            )
    return Array(tuple(found))
