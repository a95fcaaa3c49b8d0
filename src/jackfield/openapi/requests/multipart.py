"""`multipart/…` (RFC 7578, RFC 2046): the same parts give the same bytes, so that what was confirmed is what is sent."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from jackfield.openapi.errors import ArgumentError
from jackfield.openapi.requests.styles import Pairs

_HEADER: Final = re.compile(r"[\t\x20-\x7e]+")


@dataclass(frozen=True, slots=True)
class Part:
    """One part."""

    name: str
    content: bytes
    content_type: str
    filename: str | None = None
    headers: Pairs = field(default_factory=list[tuple[str, str]])
    """Beside those that every part has."""


def write_parts(parts: Sequence[Part], content_type: str) -> tuple[bytes, str]:
    """The body, and its media type with the boundary.

    Raises:
        ArgumentError: A part's media type can't stand in a header.
    """
    boundary = _boundary(parts)
    named = content_type.partition(";")[0].strip().lower() == "multipart/form-data"
    lines: list[bytes] = []
    for one in parts:
        lines += [f"--{boundary}\r\n".encode(), _head(one, is_named=named), b"\r\n", one.content, b"\r\n"]
    lines.append(f"--{boundary}--\r\n".encode())
    return b"".join(lines), f"{content_type.partition(';')[0].strip()}; boundary={boundary}"


def _boundary(parts: Sequence[Part]) -> str:
    """From the content, and in none of it."""
    digest = hashlib.sha256()
    for one in parts:
        digest.update(f"{len(one.content)};{one.name};".encode() + one.content)
    boundary = f"jackfield-{digest.hexdigest()[:40]}"
    while any(boundary.encode() in one.content for one in parts):
        digest.update(b"again")
        boundary = f"jackfield-{digest.hexdigest()[:40]}"
    return boundary


def _head(part: Part, *, is_named: bool) -> bytes:
    if not _HEADER.fullmatch(part.content_type):
        raise ArgumentError(f"the media type of {part.name!r} can't be sent", field=part.name)
    lines = ""
    if is_named:
        lines = f'Content-Disposition: form-data; name="{_quoted(part.name)}"'
        if part.filename is not None:
            lines += f'; filename="{_quoted(part.filename)}"'
        lines += "\r\n"
    more = "".join(f"{name}: {text}\r\n" for name, text in part.headers)
    return f"{lines}Content-Type: {part.content_type}\r\n{more}".encode()


def _quoted(text: str) -> str:
    """As browsers write it (WHATWG HTML, multipart/form-data): no quotation mark or line break is left."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A").replace("\0", "%00")
