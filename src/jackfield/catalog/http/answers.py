"""Reading answers: what they hold, and what their status means."""

import asyncio
import re
from collections.abc import Collection
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from jackfield.catalog.http.declarations import HttpResult
from jackfield.connectors import FileValue, HttpResponse
from jackfield.errors import (
    InvalidError,
    JsonValue,
    LimitedError,
    OutcomeUnknownError,
    RemoteError,
    RemoteRejectedError,
    RemoteSignInError,
    RemoteThrottledError,
    RemoteUnavailableError,
)
from jackfield.kernel import read_json, write_json

MAX_RETRY_AFTER: Final = 300
MAX_DETAIL: Final = 500
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_LARGE: Final = 256 * 1024
_TEXT_TYPES: Final = frozenset(
    {
        "application/javascript",
        "application/graphql",
        "application/sql",
        "application/x-ndjson",
        "application/x-www-form-urlencoded",
        "application/xml",
        "application/yaml",
        "application/toml",
    }
)
_CHARSETS: Final = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "cp1252",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}
_FILE_NAME = re.compile(r"""filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))""", re.IGNORECASE)


def is_success(status: int, expect: Collection[int] | None) -> bool:
    """Whether a status was hoped for."""
    return status in expect if expect is not None else 200 <= status < 300


async def read_answer(response: HttpResponse, path: str) -> HttpResult:
    """What an answer holds: JSON, text, or a file, by its media type and by what it really is."""
    if len(response.body) > _LARGE:
        return await asyncio.to_thread(_read, response, path)
    return _read(response, path)


def _read(response: HttpResponse, path: str) -> HttpResult:
    fields: dict[str, str] = {}
    for name, value in response.headers:
        key = name.lower()
        if key not in {"set-cookie", "set-cookie2"}:
            fields[key] = f"{fields[key]}, {value}" if key in fields else value
    media_type, charset = _content_type(fields.get("content-type", ""))
    body, note = response.body, None
    if not body:
        return HttpResult(status=response.status, headers=fields)
    if media_type == "application/json" or media_type.endswith("+json"):
        try:
            return HttpResult(status=response.status, headers=fields, data=_read_json(body))
        except (InvalidError, LimitedError) as error:
            note = error.message
    is_texty = media_type in _TEXT_TYPES or media_type.startswith("text/") or media_type.endswith("+xml")
    if (is_texty or note or not media_type) and (text := _read_text(body, charset)) is not None:
        return HttpResult(status=response.status, headers=fields, text=text, note=note)
    if is_texty and not note:
        note = f"the body is not text in {charset or 'utf-8'}"
    name = _file_name(fields.get("content-disposition", ""), path)
    file = FileValue.of(name, body, media_type or "application/octet-stream")
    return HttpResult(status=response.status, headers=fields, file=file, note=note)


def _content_type(text: str) -> tuple[str, str]:
    media_type, _, parameters = text.partition(";")
    found = re.search(r'charset\s*=\s*"?([A-Za-z0-9_:.+-]{1,40})', parameters, re.IGNORECASE)
    return media_type.strip().lower()[:200], found[1].lower() if found else ""


def _read_json(body: bytes) -> JsonValue:
    value = read_json(body, what="the body", max_depth=100, max_names=1_000_000)
    if b"\\u" in body:
        # Escapes may spell half a surrogate pair, which is no character: JSON takes it, UTF-8 and databases don't.
        try:
            write_json(value)
        except UnicodeEncodeError:
            raise InvalidError("the body has escapes that are no characters") from None
    return value


def _read_text(body: bytes, charset: str) -> str | None:
    codec = _CHARSETS.get(charset or "utf-8")
    if codec is None or (b"\x00" in body and not codec.startswith("utf-16")):
        return None
    try:
        text = body.decode(codec)
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else text.removeprefix("\ufeff")


def _file_name(disposition: str, path: str) -> str:
    found = _FILE_NAME.search(disposition)
    name = (found[1] or found[2] or "") if found else path
    name = re.split(r"[/\\]", name.rstrip("/"))[-1]
    clean = "".join(char for char in name if char.isprintable()).strip(". ")
    return clean[:200] or "body"


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
    known = {name: value for name, value in data.items() if value is not None}
    return made(f"{server} answered {status}: {meaning}", code=None, **known)


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
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(MAX_RETRY_AFTER) if len(text) > 6 else float(min(int(text), MAX_RETRY_AFTER))
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - datetime.now(UTC)).total_seconds(), 0.0), float(MAX_RETRY_AFTER))


def _detail(response: HttpResponse) -> str | None:
    """The beginning of what it said, where that is for people to read."""
    media_type, charset = _content_type(response.header("content-type") or "")
    if "json" not in media_type and media_type != "text/plain":
        return None
    text = _read_text(response.body[: 8 * MAX_DETAIL], charset)
    if text is None:
        return None
    folded = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return folded[:MAX_DETAIL] or None
