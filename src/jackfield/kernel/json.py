"""JSON as everyone agrees on it: no duplicate names, no NaN, bounded (SECURITY case D35; ASVS 1.5.3)."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

import msgspec

from jackfield.errors import InvalidError, JsonScalar, JsonValue, LimitedError

__all__ = ["JsonScalar", "JsonValue", "canonical_json", "read_json", "write_json"]

MAX_DEPTH = 64
MAX_NAMES = 10_000


def read_json(
    raw: bytes | str, *, what: str = "the body", max_depth: int = MAX_DEPTH, max_names: int = MAX_NAMES
) -> JsonValue:
    """Parse JSON text (RFC 8259) into plain values.

    Raises:
        InvalidError: It is not JSON, not UTF-8, has a name twice in one object, or a number JSON doesn't know.
        LimitedError: Nested deeper than `max_depth`, or more than `max_names` names.
    """
    text = _decode(raw, what) if isinstance(raw, bytes) else raw
    names = text.count('":')
    quick = _read_quickly(text, names) if names <= max_names else None
    value = quick[0] if quick else _read_carefully(text, what, max_depth, max_names)
    if text.count("[") + text.count("{") > max_depth:
        _check_depth(value, what, max_depth)
    if "\\u" in text:
        _check_characters(value, what)
    return value


def _read_quickly(text: str, names: int) -> tuple[JsonValue] | None:
    """What has one meaning alone, by a reader that takes a fraction of the time; None where that isn't certain.

    Of a name that stands twice in one object it takes the last. But where no blank stands before a colon, each name of
    the text is one `":"` in it, and what looks like one inside of a text only makes more: if as many names are read,
    none stood twice. `names` says how many of them there are.
    """
    if " :" in text or "\n:" in text or "\t:" in text or "\r:" in text:
        return None
    try:
        value = _decode_quickly(text)
        return (value,) if _count_names(value) == names else None
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None


_decode_quickly: Final = msgspec.json.Decoder().decode


def _count_names(value: object) -> int:
    """How many names there are in all; `value` is what the reader above made, so it has no other classes.

    Raises:
        RecursionError: It is nested deeper than the reader itself can go.
    """
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        count, inside = len(members), members.values()
    elif isinstance(value, list):
        count, inside = 0, cast("list[object]", value)
    else:
        return 0
    for one in inside:
        if isinstance(one, (dict, list)):
            count += _count_names(cast("object", one))
    return count


def _read_carefully(text: str, what: str, max_depth: int, max_names: int) -> JsonValue:
    try:
        # Each name has a colon behind it: only where there are more of those have the names to be counted.
        decoder = _decoder if text.count(":") <= max_names else _make_decoder(_Count(max_names))
        return decoder.decode(text)
    except RecursionError as error:
        raise LimitedError(f"{what} is nested too deep", code="json.too_deep", limit=max_depth) from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InvalidError(f"{what} is not JSON: {error.msg} at {place}", code="json.invalid") from None
    except _TwiceError:
        raise InvalidError(f"{what} has the same name twice in one object", code="json.duplicate_name") from None
    except _TooManyError:
        raise LimitedError(
            f"{what} has more than {max_names} names", code="json.too_many_names", limit=max_names
        ) from None
    except _ConstantError as error:
        raise InvalidError(f"{what} contains {error}, which JSON doesn't have", code="json.invalid") from None
    except _TooLargeError:
        raise InvalidError("a number in the JSON is too large", code="json.invalid") from None
    except ValueError:
        # int() refuses numbers of more than 4300 digits
        raise InvalidError(f"{what} has a number too long to read", code="json.invalid") from None


def _decode(raw: bytes, what: str) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise InvalidError(f"{what} is not UTF-8 at byte {error.start}", code="json.invalid") from None


class _TwiceError(Exception):
    """A name stands twice in one object."""


class _TooManyError(Exception):
    """There are too many names."""


class _ConstantError(Exception):
    """`NaN` or the like, which is its text."""


class _TooLargeError(Exception):
    """A number is."""


def _unique(items: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(items)
    if len(found) != len(items):
        raise _TwiceError
    return found


class _Count:
    """Does what `_unique` does, for at most so many names in all."""

    def __init__(self, most: int) -> None:
        self._left = most

    def __call__(self, items: list[tuple[str, Any]]) -> dict[str, Any]:
        self._left -= len(items)
        if self._left < 0:
            raise _TooManyError
        return _unique(items)


def _refuse_constant(constant: str) -> Any:
    raise _ConstantError(constant)


def _finite(digits: str) -> float:
    value = float(digits)
    if value in {float("inf"), float("-inf")}:
        raise _TooLargeError
    return value


def _make_decoder(make_object: Callable[[list[tuple[str, Any]]], dict[str, Any]]) -> json.JSONDecoder:
    return json.JSONDecoder(object_pairs_hook=make_object, parse_constant=_refuse_constant, parse_float=_finite)


_decoder = _make_decoder(_unique)
"""Made once: `json.loads` makes a decoder for each call that wants anything unusual."""


def _check_depth(value: JsonValue, what: str, max_depth: int) -> None:
    level = [value] if isinstance(value, (dict, list)) else []
    for _ in range(max_depth):
        if not level:
            return
        inner = [item for one in level for item in (one.values() if isinstance(one, dict) else one)]
        level = [item for item in inner if isinstance(item, (dict, list))]
    if level:
        raise LimitedError(f"{what} is nested deeper than {max_depth}", code="json.too_deep", limit=max_depth)


def _check_characters(value: JsonValue, what: str) -> None:
    """Refuse lone surrogates, which no UTF-8 can carry on (RFC 7493 §2.1)."""
    try:
        write_json(value)
    except UnicodeEncodeError:
        # Not chained: the encoder's error holds the text.
        raise InvalidError(f"{what} has half a character (a lone surrogate)", code="json.invalid") from None


# Made once: `json.dumps` makes an encoder for each call that wants anything unusual.
_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_write_sorted = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, sort_keys=True).encode


def write_json(value: Mapping[str, Any] | Sequence[Any] | JsonScalar) -> bytes:
    """Compact UTF-8 JSON; refuses NaN and anything that isn't JSON."""
    return _write(value).encode()


def canonical_json(value: Mapping[str, Any] | Sequence[Any] | JsonScalar) -> bytes:
    """The one spelling of a value that digests are taken over: names sorted by code point, compact, UTF-8."""
    return _write_sorted(value).encode()
