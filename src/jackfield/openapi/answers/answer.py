"""An answer as the operation's document describes it; where it is otherwise, that is a warning and never an error."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from jackfield.errors import HubError, JsonValue
from jackfield.openapi.answers.contents import BodyContent, ContentKind, file_name, read_body
from jackfield.openapi.answers.limits import RateLimits, read_limits
from jackfield.openapi.models import Location, Operation, Response
from jackfield.openapi.reading.api import Api
from jackfield.openapi.requests.checks import find_differences
from jackfield.openapi.requests.files import OCTETS, FileValue
from jackfield.openapi.requests.media_types import essence

_LARGEST_CHECKED: Final = 4 << 20
"""Bytes of a body that is held against its schema."""
_HIDDEN: Final = frozenset({"set-cookie", "set-cookie2"})


class Checked(StrEnum):
    """What came of holding an answer against its document."""

    FITS = "fits"
    """It is what the schema says."""
    DIFFERS = "differs"
    """It is something else; the warnings say where."""
    NOT = "not_checked"
    """There is no schema that can be used, or the answer is no JSON."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case, several values joined by a comma; without cookies."""
    content: BodyContent
    file: FileValue | None = None
    """Of content that is a file."""
    declared: Response | None = None
    """What the document says of such an answer."""
    checked: Checked = Checked.NOT
    """Whether it is what the document says."""
    warnings: tuple[str, ...] = ()
    """How it differs from that: its status, its media type, and at most ten places in it, each with its JSON pointer."""
    limits: RateLimits = field(default_factory=RateLimits)

    @property
    def is_success(self) -> bool:
        """Whether its status is 2xx (RFC 9110 §15.3)."""
        return 200 <= self.status < 300

    @property
    def data(self) -> JsonValue:
        """The value of JSON, of lines, or of a form."""
        return self.content.data


def read_answer(
    api: Api,
    operation: Operation,
    status: int,
    headers: Iterable[tuple[str, str]],
    body: bytes,
    *,
    now: datetime,
) -> Answer:
    """What came back for a call of an operation. Never raises: an answer is what it is.

    Args:
        api: The description.
        operation: The one of it that was called.
        status: As it came.
        headers: As they came, names in any case.
        body: As it came, within the limits of who fetched it.
        now: When it came, with its zone.
    """
    fields = join_headers(headers)
    declared = find_response(operation, status)
    # Where the answer doesn't say what it is, the document does.
    content = read_body(fields.get("content-type") or _only_type(declared), body)
    file = None
    if content.kind is ContentKind.FILE:
        name = file_name(fields.get("content-disposition", ""), operation.path.partition("?")[0])
        file = FileValue(body, name, content.media_type or OCTETS)
    checked, warnings = _check(api, declared, status, content, len(body))
    return Answer(status, fields, content, file, declared, checked, tuple(warnings), read_limits(fields, now))


def join_headers(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Headers by their names in lower case, several values joined by a comma (RFC 9110 §5.3), without cookies."""
    fields: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        if key not in _HIDDEN:
            fields[key] = f"{fields[key]}, {value}" if key in fields else value
    return fields


def find_response(operation: Operation, status: int) -> Response | None:
    """What the document says of this status: exactly, as `4XX`, or as `default`."""
    exact = str(status)
    for one in operation.responses:
        if one.status == exact:
            return one
    by_status = {one.status.upper(): one for one in operation.responses}
    for name in (f"{status // 100}XX", "DEFAULT"):
        if name in by_status:
            return by_status[name]
    return None


def find_schema(api: Api, response: Response, media_type: str) -> Location | None:
    """The schema of an answer in this media type; ranges such as `application/*` count."""
    kinds = _kinds(response.media_types)
    for kind in (media_type, f"{media_type.partition('/')[0]}/*", "*/*"):
        if kind in kinds:
            return response.schema_of(kinds[kind], api.version)
    return None


@lru_cache(maxsize=1024)
def _kinds(media_types: tuple[str, ...]) -> Mapping[str, str]:
    """Media types as they stand in the document, by what they are; the first counts."""
    return {essence(one): one for one in reversed(media_types)}


def _only_type(declared: Response | None) -> str:
    types = declared.media_types if declared else ()
    return types[0] if len(types) == 1 and "*" not in types[0] else ""


def _check(
    api: Api, declared: Response | None, status: int, content: BodyContent, size: int
) -> tuple[Checked, list[str]]:
    if declared is None:
        return Checked.DIFFERS, [f"the document says nothing of an answer {status}"]
    notes = [content.note] if content.note else []
    if content.kind is ContentKind.NOTHING or not declared.media_types:
        return Checked.NOT, notes
    kinds = _kinds(declared.media_types)
    media_type = content.media_type
    if media_type not in kinds and not kinds.keys() & {f"{media_type.partition('/')[0]}/*", "*/*"}:
        said = ", ".join(sorted(kinds))
        return Checked.DIFFERS, [*notes, f"the answer is {media_type or 'of no media type'}; the document says {said}"]
    if content.kind is not ContentKind.JSON:
        return Checked.DIFFERS if content.note else Checked.NOT, notes
    return _check_schema(api, find_schema(api, declared, media_type), content.data, size)


def _check_schema(api: Api, schema: Location | None, value: Any, size: int) -> tuple[Checked, list[str]]:
    if schema is None:
        return Checked.NOT, []
    if size > _LARGEST_CHECKED:
        return Checked.NOT, ["the answer is too large to be held against its schema"]
    try:
        differences = find_differences(api.library, api.version, schema, value)
    except (HubError, RecursionError):
        return Checked.NOT, ["the schema of the answer can't be used"]
    if differences is None:
        return Checked.NOT, []
    found, has_more = differences
    warnings = [f"{pointer or 'the whole answer'}: {text}" for pointer, text in found]
    more = ["there are more differences than these"] if has_more else []
    return Checked.DIFFERS if found else Checked.FITS, [*warnings, *more]
