"""Writing the bodies of requests."""

import secrets
from typing import assert_never
from urllib.parse import quote_plus

from jackfield.catalog.http.declarations import Body, FileBody, FormBody, JsonBody, MultipartBody, TextBody
from jackfield.connectors.http.headers import check_value
from jackfield.connectors.http.urls import query_pairs, write_value
from jackfield.errors import InvalidError
from jackfield.kernel import write_json


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
            return body.value.encode(), body.media_type
        case FormBody():
            pairs = (f"{quote_plus(name)}={quote_plus(write_value(value))}" for name, value in query_pairs(body.fields))
            return "&".join(pairs).encode(), "application/x-www-form-urlencoded"
        case MultipartBody():
            return _write_multipart(body)
        case FileBody():
            return body.file.data, _media_type(body.file.media_type, "arguments.body.file.media_type")
        case _:  # pragma: no cover
            assert_never(body)


def _write_multipart(body: MultipartBody) -> tuple[bytes, str]:
    boundary = f"jackfield-{secrets.token_hex(16)}"
    parts: list[bytes] = []
    for name, value in query_pairs(body.fields):
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"\r\n\r\n'
        parts.append(head.encode() + write_value(value).encode())
    for number, part in enumerate(body.files):
        media_type = _media_type(part.file.media_type, f"arguments.body.files.{number}.file.media_type")
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(part.name)}"; '
            f'filename="{_quoted(part.file.name)}"\r\nContent-Type: {media_type}\r\n\r\n'
        )
        parts.append(head.encode() + part.file.data)
    parts.append(f"--{boundary}--\r\n".encode())
    return b"\r\n".join(parts), f"multipart/form-data; boundary={boundary}"


def _quoted(name: str) -> str:
    """As browsers write names and file names (HTML §4.10.21.8, RFC 7578 §2)."""
    return name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")


def _media_type(text: str, field: str) -> str:
    try:
        check_value(text)
    except ValueError:
        raise InvalidError("the media type of the file is none", field=field) from None
    if "/" not in text:
        raise InvalidError("the media type of the file is none", field=field)
    return text
