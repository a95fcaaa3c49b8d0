"""What the intrinsic functions do."""

import base64
import binascii
import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from jackfield.states.chance import Chance, seeded_number
from jackfield.states.intrinsics.calls import Text

_LONGEST_TEXT: Final = 10_000
_LONGEST_RANGE: Final = 1000
_LARGEST: Final = 1 << 20
"""Of a result as text, in characters."""
_GAP: Final = re.compile(r"\\(.)|(\{\})", re.DOTALL)
_HASHES: Final = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


class IntrinsicError(ValueError):
    """The arguments aren't what the function takes."""


def call(name: str, arguments: list[Any], chance: Chance) -> Any:
    """The function's result.

    Args:
        name: With `States.` before it.
        arguments: JSON values; texts that stand in the call itself as `Text`.
        chance: Where random numbers and ids come from.

    Raises:
        IntrinsicError: The function can't be applied to them.
    """
    if name == "States.Format":
        return _format(arguments)
    values = [one.value if isinstance(one, Text) else one for one in arguments]
    if name == "States.UUID":
        return chance.uuid()
    if name == "States.MathRandom":
        return _random(values, chance)
    return _FUNCTIONS[name](*values)


def _format(arguments: list[Any]) -> str:
    first = arguments[0]
    if not isinstance(first, str | Text):
        raise IntrinsicError("the first argument of States.Format is a text")
    template = first.raw if isinstance(first, Text) else first
    rest = iter(arguments[1:])
    used = 0

    def fill(match: re.Match[str]) -> str:
        nonlocal used
        if match[2] is None:
            return match[1] if isinstance(first, Text) else match[0]
        used += 1
        try:
            return _shown(next(rest))
        except StopIteration:
            raise IntrinsicError(f"States.Format has more gaps than the {len(arguments) - 1} values for them") from None

    found = _GAP.sub(fill, template)
    if used != len(arguments) - 1:
        raise IntrinsicError(f"States.Format has {used} gaps for {len(arguments) - 1} values")
    return _bounded(found)


def _shown(value: Any) -> str:
    if isinstance(value, Text):
        return value.value
    if isinstance(value, str):
        return value
    # Arrays and objects as Java writes its collections: that is how AWS does it.
    if isinstance(value, list):
        return _bounded("[" + ", ".join(map(_shown, cast("list[Any]", value))) + "]")
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return _bounded("{" + ", ".join(f"{name}={_shown(one)}" for name, one in members.items()) + "}")
    return _json(value)


def _json(value: Any) -> str:
    return _bounded(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _bounded(text: str) -> str:
    if len(text) > _LARGEST:
        raise IntrinsicError("the result is too large")
    return text


def _string_to_json(text: Any) -> Any:
    if text is None:
        return None
    _require(text, str, "States.StringToJson", "a text")
    if not text.strip():
        return None
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise IntrinsicError("States.StringToJson: the text is no JSON") from None


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _partition(items: Any, size: Any) -> list[Any]:
    _require(items, list, "States.ArrayPartition", "an array")
    if not _is_number(size) or (whole := _rounded(size)) < 1:
        raise IntrinsicError("States.ArrayPartition: the size is a whole number above 0")
    return [items[start : start + whole] for start in range(0, len(items), whole)]


def _contains(items: Any, item: Any) -> bool:
    _require(items, list, "States.ArrayContains", "an array")
    return any(_same(one, item) for one in items)


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        ours, theirs = cast("list[Any]", left), cast("list[Any]", right)
        return len(ours) == len(theirs) and all(map(_same, ours, theirs))
    if isinstance(left, dict) and isinstance(right, dict):
        mine, other = cast("dict[str, Any]", left), cast("dict[str, Any]", right)
        return mine.keys() == other.keys() and all(_same(one, other[name]) for name, one in mine.items())
    return left == right


def _range(first: Any, last: Any, step: Any) -> list[int]:
    if not (_is_number(first) and _is_number(last) and _is_number(step)):
        raise IntrinsicError("States.ArrayRange takes three whole numbers")
    start, end, by = _rounded(first), _rounded(last), _rounded(step)
    if by == 0:
        raise IntrinsicError("States.ArrayRange: the step is not 0")
    if (end - start) // by >= _LONGEST_RANGE:
        raise IntrinsicError(f"States.ArrayRange makes at most {_LONGEST_RANGE} items")
    return list(range(start, end + (1 if by > 0 else -1), by))


def _get_item(items: Any, index: Any) -> Any:
    _require(items, list, "States.ArrayGetItem", "an array")
    if not _is_whole(index) or not 0 <= index < len(items):
        raise IntrinsicError(f"States.ArrayGetItem: there is no item {_json(index)}")
    return items[int(index)]


def _length(items: Any) -> int:
    _require(items, list, "States.ArrayLength", "an array")
    return len(items)


def _unique(items: Any) -> list[Any]:
    _require(items, list, "States.ArrayUnique", "an array")
    seen: dict[str, Any] = {}
    for one in items:
        seen.setdefault(json.dumps(one, sort_keys=True), one)
    return list(seen.values())


def _encode(text: Any) -> str:
    _require_text(text, "States.Base64Encode")
    return base64.b64encode(text.encode()).decode()


def _decode(text: Any) -> str:
    _require_text(text, "States.Base64Decode")
    try:
        return base64.b64decode(text, validate=True).decode()
    except (ValueError, binascii.Error):
        raise IntrinsicError("States.Base64Decode: the text is not Base64 of UTF-8") from None


def _require_text(text: Any, name: str) -> None:
    _require(text, str, name, "a text")
    if len(text) > _LONGEST_TEXT:
        raise IntrinsicError(f"{name} takes at most {_LONGEST_TEXT} characters")


def _hash(value: Any, algorithm: Any) -> str:
    if not isinstance(algorithm, str) or algorithm not in _HASHES:
        raise IntrinsicError(f"States.Hash knows {', '.join(_HASHES)}")
    text = value if isinstance(value, str) else _json(value)
    if len(text) > _LONGEST_TEXT:
        raise IntrinsicError(f"States.Hash takes at most {_LONGEST_TEXT} characters")
    return hashlib.new(_HASHES[algorithm], text.encode(), usedforsecurity=False).hexdigest()


def _merge(left: Any, right: Any, deep: Any) -> dict[str, Any]:
    _require(left, dict, "States.JsonMerge", "an object")
    _require(right, dict, "States.JsonMerge", "an object")
    if deep is not False:
        raise IntrinsicError("States.JsonMerge merges only the top: its third argument is false")
    return {**left, **right}


def _random(values: list[Any], chance: Chance) -> int:
    start, end = values[0], values[1]
    if not (_is_number(start) and _is_number(end)):
        raise IntrinsicError("States.MathRandom takes numbers")
    first, last = _rounded(start), _rounded(end)
    if last <= first:
        raise IntrinsicError("States.MathRandom: the start is below the end")
    seed = values[2] if len(values) > 2 else None
    if seed is not None and not _is_number(seed):
        raise IntrinsicError("States.MathRandom: the seed is a number")
    share = chance.number() if seed is None else seeded_number(_rounded(seed))
    return first + int(share * (last - first))


def _add(left: Any, right: Any) -> int | float:
    if not (_is_number(left) and _is_number(right)):
        raise IntrinsicError("States.MathAdd takes two numbers")
    return _rounded(left) + _rounded(right)


def _rounded(value: float) -> int:
    # Java's Math.round: halves go up.
    return value if isinstance(value, int) else math.floor(value + 0.5)


def _split(text: Any, separators: Any) -> list[str]:
    _require(text, str, "States.StringSplit", "a text")
    _require(separators, str, "States.StringSplit", "a text")
    if not separators:
        return [text] if text else []
    # Each character separates, and nothing between two of them is left out.
    return [one for one in re.split(f"[{re.escape(separators)}]", text) if one]


def _require(value: Any, kind: type[Any], name: str, what: str) -> None:
    if not isinstance(value, kind):
        raise IntrinsicError(f"{name} takes {what}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return _is_number(value) and value == int(value)


_FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "States.StringToJson": _string_to_json,
    "States.JsonToString": _json,
    "States.Array": lambda *items: list(items),
    "States.ArrayPartition": _partition,
    "States.ArrayContains": _contains,
    "States.ArrayRange": _range,
    "States.ArrayGetItem": _get_item,
    "States.ArrayLength": _length,
    "States.ArrayUnique": _unique,
    "States.Base64Encode": _encode,
    "States.Base64Decode": _decode,
    "States.Hash": _hash,
    "States.JsonMerge": _merge,
    "States.MathAdd": _add,
    "States.StringSplit": _split,
}
