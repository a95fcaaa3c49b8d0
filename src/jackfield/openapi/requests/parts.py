"""The parts of a `multipart/…` body, by name or by position, and what each is sent as."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from jackfield.openapi.errors import ArgumentError
from jackfield.openapi.requests.files import OCTETS, FileValue, has_files
from jackfield.openapi.requests.forms import FormReader, Property, each, expand
from jackfield.openapi.requests.headers import check_header
from jackfield.openapi.requests.media_types import essence, is_json
from jackfield.openapi.requests.multipart import Part
from jackfield.openapi.requests.percent import json_text, text_of


def named_parts(reader: FormReader, value: Mapping[str, Any], argument: str) -> list[Part]:
    """Those of an object: one for each property, or for each item of a list.

    Raises:
        ArgumentError: A property can't be sent so.
    """
    parts: list[Part] = []
    for name, one in value.items():
        if one is not None:
            parts += _parts(reader, reader.property(name), one, f"{argument}.{name}")
    return parts


def positional_parts(reader: FormReader, items: Sequence[Any], argument: str) -> list[Part]:
    """Those of a list: one for each item.

    Raises:
        ArgumentError: An item can't be sent so.
    """
    return [_part(reader, reader.item(index), one, f"{argument}[{index}]") for index, one in enumerate(items)]


def _parts(reader: FormReader, prop: Property, value: Any, argument: str) -> list[Part]:
    if prop.has_style and not has_files(value):
        headers = _headers(reader, prop, argument)
        pairs = expand(prop, value, argument, is_raw=True)
        return [Part(name, text.encode(), "text/plain", headers=headers) for name, text in pairs]
    is_whole = prop.encoding.content_type is not None and not reader.is_per_item and not has_files(value)
    return [_part(reader, prop, one, argument) for one in each(value, is_whole=is_whole)]


def _headers(reader: FormReader, prop: Property, argument: str) -> list[tuple[str, str]]:
    return [(name, check_header(name, text, argument)) for name, text in reader.constant_headers(prop)]


def _part(reader: FormReader, prop: Property, value: Any, argument: str) -> Part:
    headers = _headers(reader, prop, argument)
    if isinstance(value, FileValue):
        content = base64.b64encode(value.content) if prop.view.content_encoding == "base64" else value.content
        kind = _file_type(value, prop.encoding.content_type)
        return Part(prop.name, content, kind, filename=value.filename, headers=headers)
    if has_files(value):
        raise ArgumentError(f"{argument}: a file can't be inside an object", field=argument)
    text, kind = _text(prop, value, argument)
    return Part(prop.name, text.encode(), kind, headers=headers)


def _file_type(value: FileValue, declared: str | None) -> str:
    """What the caller says; else, of those that the document allows, what the file's name says."""
    allowed = [one.strip() for one in declared.split(",")] if declared else []
    if value.media_type or not allowed:
        return value.media_type or OCTETS
    own = value.guessed_type
    if {own, f"{own.partition('/')[0]}/*", "*/*"} & {essence(one) for one in allowed}:
        return own
    return next((one for one in allowed if "*" not in one), OCTETS)


def _text(prop: Property, value: Any, argument: str) -> tuple[str, str]:
    """A part that is text, and its media type."""
    declared = prop.encoding.content_type
    single = declared if declared and "," not in declared and "*" not in declared else None
    if isinstance(value, (dict, list)):
        if single and not is_json(single):
            raise ArgumentError(f"{argument} is sent as {single}: write it as a text", field=argument)
        return json_text(value), single or "application/json"
    if single and is_json(single):
        return json_text(value), single
    is_binary = prop.view.content_encoding is not None or "binary" in prop.view.formats
    default = prop.view.content_media_type or (OCTETS if is_binary else "text/plain")
    kind = single or (declared.partition(",")[0].strip() if declared and "*" not in declared else default)
    return text_of(value), kind
