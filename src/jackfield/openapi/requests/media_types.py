"""Media types: which one a body is sent as."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from jackfield.openapi.errors import ArgumentError
from jackfield.openapi.models import MediaType, RequestBody
from jackfield.openapi.requests.files import OCTETS, FileValue, has_files
from jackfield.openapi.requests.paths import is_json

EVENTS: Final = "text/event-stream"
_FORMS: Final = ("multipart/form-data", "application/x-www-form-urlencoded")
_SEQUENCES: Final = frozenset(
    {
        *("application/jsonl", "application/x-jsonlines", "application/x-ndjson", "application/ndjson"),
        *("application/json-seq", EVENTS),
    }
)


def essence(media_type: str) -> str:
    """Without parameters, in lower case."""
    return media_type.partition(";")[0].strip().lower()


def is_sequence(kind: str) -> bool:
    """Whether it is one value after another (OpenAPI 3.2, "Sequential Media Types")."""
    return kind in _SEQUENCES or kind.endswith(("+json-seq", "+jsonl"))


def is_xml(kind: str) -> bool:
    """Whether it is XML, or built on it."""
    return kind.endswith(("+xml", "/xml"))


def is_text(kind: str) -> bool:
    """Whether it is text that people can read."""
    is_structured = is_json(kind) or is_xml(kind) or is_sequence(kind)
    return is_structured or kind.startswith("text/") or kind.endswith("x-www-form-urlencoded")


def choose_media(body: RequestBody, value: Any, wanted: str | None) -> MediaType:
    """The media type that the caller names, else the one that suits the value: JSON first, files as such.

    Raises:
        ArgumentError: The operation has no such media type, or none at all.
    """
    if not body.content:
        raise ArgumentError("the operation says of no media type for its body", field=body.argument)
    if wanted is not None:
        return _named(body.content, wanted)
    kinds = {essence(one.name): one for one in reversed(body.content)}
    if isinstance(value, FileValue):
        own = essence(value.guessed_type)
        family = own.partition("/")[0]
        return next((kinds[one] for one in (own, f"{family}/*", OCTETS, "*/*") if one in kinds), body.content[0])
    if has_files(value) and _FORMS[0] in kinds:
        return kinds[_FORMS[0]]
    first = body.content[0]
    return next((one for one in body.content if is_json(one.name)), first)


def _named(content: Sequence[MediaType], wanted: str) -> MediaType:
    kind = essence(wanted)
    for matches in (kind, kind.partition("/")[0] + "/*", "*/*"):
        for one in content:
            if essence(one.name) == matches:
                return one if matches == kind else replace(one, name=wanted)
    offered = ", ".join(one.name for one in content)
    raise ArgumentError(f"the body can't be sent as {wanted}; there is: {offered}", field="media_type")


def chosen_type(name: str, value: Any) -> str:
    """What is written in `Content-Type`: never a range."""
    kind = essence(name)
    if "*" not in kind:
        return name
    if isinstance(value, FileValue):
        family = kind.partition("/")[0]
        return value.guessed_type if family in {"*", value.guessed_type.partition("/")[0]} else OCTETS
    if isinstance(value, str):
        return "text/plain"
    return "application/json"


__all__ = ["EVENTS", "choose_media", "chosen_type", "essence", "is_json", "is_sequence", "is_text", "is_xml"]
