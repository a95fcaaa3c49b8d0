"""Reading answers: what they hold, and what their status means."""

import asyncio
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

from jackfield.connectors.connector import RemoteAnswer
from jackfield.connectors.fields import FileValue
from jackfield.egress import HttpResponse
from jackfield.errors import (
    JsonValue,
    OutcomeUnknownError,
    RemoteError,
    RemoteRejectedError,
    RemoteSignInError,
    RemoteThrottledError,
    RemoteUnavailableError,
)
from jackfield.openapi import (
    ContentKind,
    file_name,
    join_headers,
    read_body,
    read_limits,
    read_retry_after,
    read_text,
    split_content_type,
)

MAX_RETRY_AFTER: Final = 300
MAX_DETAIL: Final = 500
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_LARGE: Final = 256 * 1024


class Content(NamedTuple):
    """What an answer holds: one of `data`, `text` and `file`, or nothing."""

    headers: Mapping[str, str]
    """Names in lower case, several values joined by a comma; without cookies."""
    data: JsonValue = None
    text: str | None = None
    file: FileValue | None = None
    note: str | None = None
    """Why the body is not what its media type says."""
    media_type: str = ""


def is_success(status: int, expect: Collection[int] | None) -> bool:
    """Whether a status was hoped for."""
    return status in expect if expect is not None else 200 <= status < 300


def for_people(request: str, response: HttpResponse) -> RemoteAnswer:
    """The answer to a test, for a person to look at; whole, so that no part of a secret escapes whoever takes it out."""
    media_type, charset = split_content_type(response.header("content-type") or "")
    return RemoteAnswer(request, response.status, media_type, read_text(response.body, charset) or "")


async def read_content(response: HttpResponse, path: str) -> Content:
    """What an answer holds: JSON, text, or a file, by its media type and by what it really is."""
    if len(response.body) > _LARGE:
        return await asyncio.to_thread(_read, response, path)
    return _read(response, path)


def _read(response: HttpResponse, path: str) -> Content:
    fields = join_headers(response.headers)
    found = read_body(fields.get("content-type", ""), response.body)
    match found.kind:
        case ContentKind.JSON:
            return Content(fields, data=found.data, media_type=found.media_type)
        case ContentKind.FILE:
            name = file_name(fields.get("content-disposition", ""), path)
            file = FileValue.of(name, response.body, found.media_type or "application/octet-stream")
            return Content(fields, file=file, note=found.note, media_type=found.media_type)
        case _:
            return Content(fields, text=found.text, note=found.note, media_type=found.media_type)


_MEANINGS: Final[dict[int, tuple[type[RemoteError], str]]] = {
    401: (RemoteSignInError, "it doesn't accept the credentials; reconnect with valid ones"),
    403: (RemoteRejectedError, "this account may not do that there"),
    408: (RemoteUnavailableError, "the request took it too long; try again later"),
    425: (RemoteUnavailableError, "it is not ready; try again later"),
    429: (RemoteThrottledError, "it asks to be called less often"),
    501: (RemoteRejectedError, "it can't do that"),
    503: (RemoteUnavailableError, "it is not available; try again later"),
    505: (RemoteRejectedError, "it can't do that"),
}


def failure(method: str, response: HttpResponse, server: str) -> RemoteError:
    """The error for a status that was not hoped for (RFC 9110 §15, case D36)."""
    status = response.status
    after = retry_after(response.header("retry-after"))
    made, meaning = _meaning(status, method)
    if status == 503 and after is not None:
        made, meaning = RemoteThrottledError, "it asks to come back later"
    data: dict[str, JsonValue] = {"status": status, "target": server, "detail": _detail(response)}
    if made in {RemoteThrottledError, RemoteUnavailableError}:
        data["retry_after"] = after
    data["rate_limits"] = _rate_limits(response)
    known = {name: value for name, value in data.items() if value is not None}
    return made(f"{server} answered {status}: {meaning}", code=None, **known)


def _rate_limits(response: HttpResponse) -> JsonValue:
    """What it says of how often it may be called, as data; None where that is nothing."""
    said = read_limits(join_headers(response.headers), datetime.now(UTC))
    found: dict[str, JsonValue] = {
        "limit": said.limit,
        "remaining": said.remaining,
        "reset_after": said.reset_after,
        "window": said.window,
    }
    return {name: value for name, value in found.items() if value is not None} or None


def _meaning(status: int, method: str) -> tuple[type[RemoteError], str]:
    if (known := _MEANINGS.get(status)) is not None:
        return known
    if 500 <= status < 600:
        if method in SAFE_METHODS:
            return RemoteUnavailableError, "it has a problem of its own"
        return OutcomeUnknownError, "it failed, and whether the request took effect is not known"
    if 300 <= status < 400:
        return RemoteRejectedError, "a redirect, which is not followed"
    return RemoteRejectedError, "it doesn't accept the request"


def retry_after(value: str | None) -> float | None:
    """Seconds to wait (RFC 9110 §10.2.3), at most `MAX_RETRY_AFTER`; None when it says nothing readable."""
    seconds = read_retry_after(value, datetime.now(UTC))
    return None if seconds is None else min(seconds, float(MAX_RETRY_AFTER))


def _detail(response: HttpResponse) -> str | None:
    """The beginning of what it said, where that is for people to read."""
    media_type, charset = split_content_type(response.header("content-type") or "")
    if "json" not in media_type and media_type != "text/plain":
        return None
    text = read_text(response.body[: 8 * MAX_DETAIL], charset)
    if text is None:
        return None
    folded = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return folded[:MAX_DETAIL] or None
