"""Bytes among JSON arguments: what a file is while a request is made from it."""

import base64
import binascii
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from jackfield.openapi.errors import ArgumentError

OCTETS: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class FileValue:
    """Bytes to send, in a form or as a body."""

    content: bytes
    filename: str | None = None
    media_type: str | None = None

    @property
    def guessed_type(self) -> str:
        """Its media type, else what its name says."""
        guessed = mimetypes.guess_type(self.filename)[0] if self.filename else None
        return self.media_type or guessed or OCTETS


def read_files(value: Any, where: str = "body") -> Any:
    """The same value, with a `FileValue` in place of each object that stands for bytes.

    These are `{"$bytes": {"base64" | "text": …}}`, `{"$file": {"filename", "content_type", "base64" | "text"}}`, and
    Jackfield's own `{"name", "media_type", "base64"}`.

    Raises:
        ArgumentError: It is not Base64, or says no content at all.
    """
    if isinstance(value, list):
        return [read_files(one, f"{where}.{index}") for index, one in enumerate(cast("list[Any]", value))]
    if not isinstance(value, dict):
        return value
    members = cast("dict[str, Any]", value)
    if len(members) == 1:
        for name in ("$bytes", "$file"):
            inner = members.get(name)
            if isinstance(inner, dict):
                return _file(cast("dict[str, Any]", inner), where)
    is_file = "name" in members and isinstance(members.get("base64"), str)
    if is_file and members.keys() <= {"name", "media_type", "base64"}:
        return _file(
            {
                "filename": members["name"],
                "content_type": members.get("media_type"),
                "base64": members["base64"],
            },
            where,
        )
    return {name: read_files(one, f"{where}.{name}") for name, one in members.items()}


def _file(members: Mapping[str, Any], where: str) -> FileValue:
    text, encoded = members.get("text"), members.get("base64")
    if isinstance(encoded, str):
        try:
            content = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            raise ArgumentError(f"{where}: its base64 is not Base64", field=where) from None
    elif isinstance(text, str):
        content = text.encode()
    else:
        raise ArgumentError(f"{where}: a file needs its content, as base64 or text", field=where)
    filename, media_type = members.get("filename"), members.get("content_type")
    return FileValue(
        content,
        filename if isinstance(filename, str) and filename else None,
        media_type if isinstance(media_type, str) and media_type else None,
    )


def has_files(value: Any) -> bool:
    """Whether there are bytes in it."""
    match value:
        case FileValue():
            return True
        case dict():
            return any(has_files(one) for one in cast("dict[str, Any]", value).values())
        case list():
            return any(has_files(one) for one in cast("list[Any]", value))
        case _:
            return False


def with_texts(value: Any) -> Any:
    """The same, with a text for each file: what a schema can be held against, that of its length or of its items too."""
    match value:
        case FileValue():
            return _text_of(value.content)
        case dict():
            return {name: with_texts(one) for name, one in cast("dict[str, Any]", value).items()}
        case list():
            return [with_texts(one) for one in cast("list[Any]", value)]
        case _:
            return value


def _text_of(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        # A character for each byte: as long, and the same for the same bytes.
        return content.decode("latin-1")
