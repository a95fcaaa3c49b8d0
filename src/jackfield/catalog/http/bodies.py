"""Writing the bodies of requests."""

import secrets
from typing import assert_never
from urllib.parse import quote_plus

from jackfield.catalog.http.declarations import Body, FileBody, FormBody, JsonBody, MultipartBody, TextBody
from jackfield.connectors import FileValue
from jackfield.connectors.http.headers import check_value
from jackfield.connectors.http.urls import query_pairs, write_value
from jackfield.errors import InvalidError
from jackfield.kernel import write_json
from jackfield.openapi import split_content_type, write_text


def write_body(body: Body) -> tuple[bytes, str]:
    """The bytes of a body and its media type.

    Raises:
        InvalidError: A text can't be encoded, a file's content is not base 64, or its media type is none.
    """
    try:
        return _write(body)
    except UnicodeEncodeError:
        raise InvalidError("the body has characters that are none", field="arguments.body") from None
    except ValueError as error:
        if isinstance(error, UnicodeError):
            raise
        raise InvalidError("the body has a number that JSON doesn't have", field="arguments.body.value") from None


def _write(body: Body) -> tuple[bytes, str]:
    match body:
        case JsonBody():
            return write_json(body.value), body.media_type
        case TextBody():
            return _write_text(body.value, body.media_type), body.media_type
        case FormBody():
            pairs = (f"{quote_plus(name)}={quote_plus(write_value(value))}" for name, value in query_pairs(body.fields))
            return "&".join(pairs).encode(), "application/x-www-form-urlencoded"
        case MultipartBody():
            return _write_multipart(body)
        case FileBody():
            return _content(body.file, "arguments.body.file")
        case _:  # pragma: no cover
            assert_never(body)


def _write_text(text: str, media_type: str) -> bytes:
    _, charset = split_content_type(media_type)
    try:
        return write_text(text, charset)
    except (LookupError, UnicodeEncodeError):
        where = "arguments.body.value"
        raise InvalidError(
            f"{where} can't be written in {charset or 'utf-8'}; give the bytes as a file", field=where
        ) from None


def _write_multipart(body: MultipartBody) -> tuple[bytes, str]:
    boundary = f"jackfield-{secrets.token_hex(16)}"
    parts: list[bytes] = []
    for name, value in query_pairs(body.fields):
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"\r\n\r\n'
        parts.append(head.encode() + write_value(value).encode())
    for number, part in enumerate(body.files):
        data, media_type = _content(part.file, f"arguments.body.files.{number}.file")
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(part.name)}"; '
            f'filename="{_quoted(part.file.name)}"\r\nContent-Type: {media_type}\r\n\r\n'
        )
        parts.append(head.encode() + data)
    parts.append(f"--{boundary}--\r\n".encode())
    return b"\r\n".join(parts), f"multipart/form-data; boundary={boundary}"


def _quoted(name: str) -> str:
    """As browsers write names and file names (HTML §4.10.21.8, RFC 7578 §2)."""
    return name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")


def _content(file: FileValue, field: str) -> tuple[bytes, str]:
    """A file's bytes and its media type."""
    try:
        check_value(file.media_type)
    except ValueError:
        raise InvalidError("the media type of the file is none", field=f"{field}.media_type") from None
    if "/" not in file.media_type:
        raise InvalidError("the media type of the file is none", field=f"{field}.media_type")
    try:
        return file.data, file.media_type
    except InvalidError as error:
        raise InvalidError(error.message, field=f"{field}.base64") from None
