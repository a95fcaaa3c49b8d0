"""What is wrong with an input, in sentences of ours.

Pydantic's own messages speak of strings and dictionaries, repeat what was submitted, and are in one language. These are
few, say what to enter, and never have a value in them (case D02).
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

Context = Mapping[str, Any]
"""What Pydantic says of a problem besides its kind, as `{"min_length": 3}`."""

_SENTENCES: Final[Mapping[str, Callable[[Context], str]]] = {
    "missing": lambda _: "must be given",
    "extra_forbidden": lambda _: "is not known here",
    "literal_error": lambda of: f"must be one of {_listed(of['expected'])}",
    "enum": lambda of: f"must be one of {_listed(of['expected'])}",
    "union_tag_not_found": lambda of: f"must say with {of['discriminator']} what it is",
    "union_tag_invalid": lambda of: f"must say with {of['discriminator']} that it is one of {of['expected_tags']}",
    "string_too_short": lambda of: (
        f"must have at least {of['min_length']} characters" if of["min_length"] > 1 else "must not be empty"
    ),
    "string_too_long": lambda of: f"may have at most {of['max_length']} characters",
    "string_pattern_mismatch": lambda of: f"must fit the pattern {of['pattern']}",
    "too_short": lambda of: (
        f"must have at least {of['min_length']} entries" if of["min_length"] > 1 else "must have at least one entry"
    ),
    "too_long": lambda of: f"may have at most {of['max_length']} entries",
    "greater_than_equal": lambda of: f"must be at least {of['ge']}",
    "greater_than": lambda of: f"must be more than {of['gt']}",
    "less_than_equal": lambda of: f"must be at most {of['le']}",
    "less_than": lambda of: f"must be less than {of['lt']}",
    "finite_number": lambda _: "must be a number that is not infinite",
    "none_required": lambda _: "must be left out",
    "date_from_datetime_inexact": lambda _: "must be a date, as in 2026-11-23",
}
"""By the type of the problem."""

_TYPES: Final[Mapping[str, str]] = {
    "bool": "must be true or false",
    "date": "must be a date, as in 2026-11-23",
    "datetime": "must be a moment with its zone, as in 2026-11-23T08:00:00Z (RFC 3339)",
    "dict": "must be an object",
    "float": "must be a number",
    "int": "must be a whole number",
    "list": "must be a list",
    "mapping": "must be an object",
    "model": "must be an object",
    "set": "must be a list",
    "string": "must be text",
    "tuple": "must be a list",
}
"""By the word before the underscore, for `int_type`, `int_parsing` and so on."""

_FOREIGN: Final = "Value error, "
_MOST: Final = 300


def describe_wrong_input(error: Mapping[str, Any]) -> str:
    """What to do about one problem that a validation found, as the rest of `details.port: …`.

    Args:
        error: One of `pydantic.ValidationError.errors()`, with its context.
    """
    kind = str(error["type"])
    if kind == "value_error":
        return str(error["msg"]).removeprefix(_FOREIGN)[:_MOST]
    say = _SENTENCES.get(kind)
    if say is not None:
        return say(error.get("ctx", {}))
    return _TYPES.get(kind.partition("_")[0], "is not what is expected here")


def place_of_wrong_input(error: Mapping[str, Any], given: Any) -> list[str]:
    """Where in what was submitted the problem stands, as the parts of `form.properties.amount.minimum`.

    Pydantic puts names of types of ours among the parts, which nobody has written; what isn't in the input is left out,
    unless it is what is missing.

    Args:
        error: One of `pydantic.ValidationError.errors()`.
        given: What was submitted.
    """
    parts, place = list(error["loc"]), list[str]()
    for number, part in enumerate(parts):
        if _has(given, part):
            given = given[part]
        elif number < len(parts) - 1 or error["type"] != "missing":
            continue
        place.append(str(part))
    return place


def _has(value: Any, part: int | str) -> bool:
    if isinstance(value, Mapping):
        return part in value
    return isinstance(value, (list, tuple)) and isinstance(part, int) and part < len(cast("list[Any]", value))


def _listed(expected: str) -> str:
    return expected.replace(" or ", ", ")
