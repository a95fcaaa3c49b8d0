"""Bodies: JSON, forms, texts and bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from jackfield.openapi.answers.contents import split_content_type, write_text
from jackfield.openapi.documents.references import Library
from jackfield.openapi.errors import ArgumentError
from jackfield.openapi.models import Encoding, MediaType, RequestBody, Style, Version
from jackfield.openapi.requests.files import OCTETS, FileValue, has_files
from jackfield.openapi.requests.media_types import chosen_type, essence, is_json, is_sequence
from jackfield.openapi.requests.multipart import Part, write_parts
from jackfield.openapi.requests.percent import encode, encode_reserved, json_text, keep, text_of
from jackfield.openapi.requests.sequences import write_sequence
from jackfield.openapi.requests.styles import Pairs, expand_pairs
from jackfield.openapi.schemas.views import SchemaView, view_schema

URLENCODED: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Payload:
    """A body and what it is."""

    content: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a form and how it is sent."""

    name: str
    view: SchemaView
    encoding: Encoding


class FormReader:
    """How the properties of a form are sent, by the document."""

    def __init__(self, library: Library, version: Version, media: MediaType) -> None:
        self._library = library
        self._version = version
        self._media = media
        self._fields = {one.name: one for one in media.fields}
        self._view = view_schema(library, version, media.schema) if media.schema else SchemaView()

    @property
    def is_per_item(self) -> bool:
        """Whether a content type is that of each item of a list (3.2), not of the list."""
        return self._version is Version.OPENAPI_3_2

    def property(self, name: str) -> Property:
        """The property of this name, declared or not."""
        field = self._fields.get(name)
        if field is not None:
            encoding = Encoding(style=field.style, explode=field.explode)
            return Property(name, view_schema(self._library, self._version, field.schema), encoding)
        location = self._view.all_properties.get(name)
        view = view_schema(self._library, self._version, location)
        return Property(name, view, self._media.encoding.get(name, Encoding()))


def write_payload(library: Library, version: Version, body: RequestBody, media: MediaType, value: Any) -> Payload:
    """The body of a request.

    Raises:
        ArgumentError: The value can't be sent as this media type.
    """
    content_type = chosen_type(media.name, value)
    kind = essence(content_type)
    if kind.startswith("multipart/") and not isinstance(value, dict) and "boundary=" not in content_type:
        raise ArgumentError(f"{body.argument}: a form is an object of its fields", field=body.argument)
    if isinstance(value, FileValue):
        return Payload(value.content, content_type)
    if kind == URLENCODED and isinstance(value, dict):
        reader = FormReader(library, version, media)
        return Payload(write_form(reader, cast("dict[str, Any]", value), body.argument).encode(), content_type)
    if kind.startswith("multipart/") and isinstance(value, dict):
        reader = FormReader(library, version, media)
        parts = _parts(reader, cast("dict[str, Any]", value), body.argument)
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


def write_form(reader: FormReader, value: Mapping[str, Any], argument: str) -> str:
    """A form in the encoding of a URL.

    Raises:
        ArgumentError: A property can't be sent so.
    """
    pairs: Pairs = []
    for name, one in value.items():
        if one is not None:
            pairs += _form_pairs(reader, reader.property(name), one, f"{argument}.{name}")
    return "&".join(f"{name}={text}" for name, text in pairs)


def _has_style(encoding: Encoding) -> bool:
    """Whether it is sent like a query parameter; a content type is ignored then."""
    return encoding.style is not None or encoding.explode is not None or encoding.allow_reserved


def _expand(prop: Property, value: Any, argument: str, *, is_raw: bool) -> Pairs:
    encoding = prop.encoding
    style = encoding.style or Style.FORM
    explode = encoding.explode if encoding.explode is not None else style is Style.FORM
    function = keep if is_raw else encode_reserved if encoding.allow_reserved else encode
    return expand_pairs(
        prop.name, style, value, function, argument, explode=explode, encode_name=keep if is_raw else encode
    )


def _form_pairs(reader: FormReader, prop: Property, value: Any, argument: str) -> Pairs:
    if has_files(value):
        raise ArgumentError(f"{argument}: a file can't be sent in this kind of form", field=argument)
    if _has_style(prop.encoding):
        return _expand(prop, value, argument, is_raw=False)
    is_whole = prop.encoding.content_type is not None and not reader.is_per_item
    kind = prop.encoding.content_type or ""
    return [(encode(prop.name), encode(_property_text(one, kind))) for one in _each(value, is_whole=is_whole)]


def _each(value: Any, *, is_whole: bool) -> list[Any]:
    """The items of a list that are sent one by one, without those that are null."""
    if isinstance(value, list) and not is_whole:
        return [one for one in cast("list[Any]", value) if one is not None]
    return [value]


def _property_text(value: Any, content_type: str) -> str:
    if content_type and is_json(content_type.partition(",")[0]):
        return json_text(value)
    return text_of(value)


def _parts(reader: FormReader, value: Mapping[str, Any], argument: str) -> list[Part]:
    parts: list[Part] = []
    for name, one in value.items():
        if one is not None:
            parts += _property_parts(reader, reader.property(name), one, f"{argument}.{name}")
    return parts


def _property_parts(reader: FormReader, prop: Property, value: Any, argument: str) -> list[Part]:
    if _has_style(prop.encoding) and not has_files(value):
        pairs = _expand(prop, value, argument, is_raw=True)
        return [Part(name, text.encode(), "text/plain") for name, text in pairs]
    is_whole = prop.encoding.content_type is not None and not reader.is_per_item and not has_files(value)
    return [_part(prop, one, argument) for one in _each(value, is_whole=is_whole)]


def _part(prop: Property, value: Any, argument: str) -> Part:
    declared = prop.encoding.content_type
    single = declared if declared and "," not in declared and "*" not in declared else None
    if isinstance(value, FileValue):
        return Part(prop.name, value.content, value.media_type or single or OCTETS, filename=value.filename)
    if has_files(value):
        raise ArgumentError(f"{argument}: a file can't be inside an object", field=argument)
    if isinstance(value, (dict, list)):
        return Part(prop.name, json_text(value).encode(), single or "application/json")
    if single and is_json(single):
        return Part(prop.name, json_text(value).encode(), single)
    is_binary = prop.view.content_encoding is not None or "binary" in prop.view.formats
    default = prop.view.content_media_type or (OCTETS if is_binary else "text/plain")
    kind = single or (declared.partition(",")[0].strip() if declared and "*" not in declared else default)
    return Part(prop.name, text_of(value).encode(), kind)
