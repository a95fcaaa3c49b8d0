"""One value after another: JSON lines, `json-seq` (RFC 7464) and server-sent events (WHATWG HTML §9.2)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from jackfield.openapi.errors import ArgumentError
from jackfield.openapi.requests.media_types import EVENTS
from jackfield.openapi.requests.percent import json_text, text_of

_FIELDS: Final = ("event", "id", "retry", "data")
"""Of an event; the members of its schema (OpenAPI 3.2, "Special Considerations for Server-Sent Events")."""


def write_sequence(kind: str, items: Sequence[Any], argument: str) -> str:
    """The text of a sequence.

    Raises:
        ArgumentError: One of the items can't be an event.
    """
    if kind == EVENTS:
        return "".join(_event(one, f"{argument}[{index}]") for index, one in enumerate(items))
    start = "\x1e" if kind.endswith("json-seq") else ""
    return "".join(f"{start}{json_text(one)}\n" for one in items)


def _event(item: Any, argument: str) -> str:
    members: Mapping[str, Any] = cast("dict[str, Any]", item) if isinstance(item, dict) else {}
    if not members or not members.keys() <= set(_FIELDS):
        raise ArgumentError(f"{argument} must be an object of {', '.join(_FIELDS)}", field=argument)
    lines = [
        line for name in _FIELDS if members.get(name) is not None for line in _field(name, members[name], argument)
    ]
    return "".join(f"{one}\n" for one in (*lines, ""))


def _field(name: str, value: Any, argument: str) -> list[str]:
    lines = text_of(value).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > 1 and name != "data":
        raise ArgumentError(f"{argument}.{name} can't have several lines", field=f"{argument}.{name}")
    return [f"{name}: {one}" for one in lines]
