"""JSON as everyone agrees on it: no duplicate names, no NaN, bounded (SECURITY case D35; ASVS 1.5.3)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

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
    names = 0

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal names
        names += len(items)
        if names > max_names:
            raise LimitedError(f"{what} has more than {max_names} names", code="json.too_many_names", limit=max_names)
        found = dict(items)
        if len(found) != len(items):
            raise InvalidError(f"{what} has the same name twice in one object", code="json.duplicate_name")
        return found

    def refuse(constant: str) -> Any:
        raise InvalidError(f"{what} contains {constant}, which JSON doesn't have", code="json.invalid")

    try:
        text = raw.decode() if isinstance(raw, bytes) else raw
        value: JsonValue = json.loads(text, object_pairs_hook=pairs, parse_constant=refuse, parse_float=_finite)
    except RecursionError as error:
        raise LimitedError(f"{what} is nested too deep", code="json.too_deep", limit=max_depth) from error
    except UnicodeDecodeError as error:
        raise InvalidError(f"{what} is not UTF-8 at byte {error.start}", code="json.invalid") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InvalidError(f"{what} is not JSON: {error.msg} at {place}", code="json.invalid") from None
    except ValueError:
        # int() refuses numbers of more than 4300 digits
        raise InvalidError(f"{what} has a number too long to read", code="json.invalid") from None
    _check_depth(value, what, max_depth)
    if "\\u" in text:
        _check_characters(value, what)
    return value


def _finite(digits: str) -> float:
    value = float(digits)
    if value in {float("inf"), float("-inf")}:
        raise InvalidError("a number in the JSON is too large", code="json.invalid")
    return value


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
