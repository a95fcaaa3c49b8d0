"""Bodies: JSON, forms, texts and bytes."""

from dataclasses import dataclass
from typing import Any, Final, cast

from jackfield.openapi.charsets import split_content_type, write_text
from jackfield.openapi.documents.references import Library
from jackfield.openapi.errors import ArgumentError
from jackfield.openapi.models import MediaType, RequestBody, Version
from jackfield.openapi.requests.files import OCTETS, FileValue, has_files
from jackfield.openapi.requests.forms import URLENCODED, FormReader, write_form
from jackfield.openapi.requests.media_types import chosen_type, essence, is_json, is_sequence
from jackfield.openapi.requests.multipart import Part, write_parts
from jackfield.openapi.requests.parts import named_parts, positional_parts
from jackfield.openapi.requests.percent import json_text, text_of
from jackfield.openapi.requests.sequences import write_sequence

FORM_DATA: Final = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Payload:
    """A body and what it is."""

    content: bytes
    content_type: str


def write_payload(library: Library, version: Version, body: RequestBody, media: MediaType, value: Any) -> Payload:
    """The body of a request.

    Raises:
        ArgumentError: The value can't be sent as this media type.
    """
    content_type = chosen_type(media.name, value)
    kind = essence(content_type)
    is_multipart = kind.startswith("multipart/")
    is_positional = isinstance(value, list) and kind != FORM_DATA
    if is_multipart and not (isinstance(value, dict) or is_positional or "boundary=" in content_type):
        raise ArgumentError(f"{body.argument}: a form is an object of its fields", field=body.argument)
    if isinstance(value, FileValue):
        return Payload(value.content, content_type)
    if kind == URLENCODED and isinstance(value, dict):
        reader = FormReader(library, version, media)
        return Payload(write_form(reader, cast("dict[str, Any]", value), body.argument).encode(), content_type)
    if is_multipart and isinstance(value, (dict, list)):
        parts = _parts(FormReader(library, version, media), cast("Any", value), body.argument)
        return Payload(*write_parts(parts, content_type))
    if has_files(value):
        raise ArgumentError(f"{body.argument}: {kind} can't hold a file among its members", field=body.argument)
    return _plain(kind, content_type, value, body)


def _plain(kind: str, content_type: str, value: Any, body: RequestBody) -> Payload:
    if is_sequence(kind) and isinstance(value, list):
        return Payload(write_sequence(kind, cast("list[Any]", value), body.argument).encode(), content_type)
    if is_json(kind):
        return Payload(json_text(value).encode(), content_type)
    if isinstance(value, (dict, list)):
        raise ArgumentError(
            f"{body.argument}: {kind} is written by whoever knows its form; give it as a text", field=body.argument
        )
    if kind == OCTETS and not isinstance(value, str):
        raise ArgumentError(f"{body.argument}: give the bytes as a file", field=body.argument)
    return Payload(_encoded(text_of(value), content_type, body.argument), content_type)


def _encoded(text: str, content_type: str, argument: str) -> bytes:
    """In the charset that the media type names, and UTF-8 where it names none."""
    _, charset = split_content_type(content_type)
    try:
        return write_text(text, charset)
    except (LookupError, UnicodeEncodeError):
        raise ArgumentError(
            f"{argument} can't be written in {charset}; give the bytes as a file", field=argument
        ) from None


def _parts(reader: FormReader, value: Any, argument: str) -> list[Part]:
    if isinstance(value, list):
        return positional_parts(reader, cast("list[Any]", value), argument)
    return named_parts(reader, cast("dict[str, Any]", value), argument)
