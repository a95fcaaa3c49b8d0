"""Forms in the encoding of a URL, and how the document says that the properties of a form are sent."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from jackfield.openapi.documents.pointers import under
from jackfield.openapi.documents.references import Library
from jackfield.openapi.errors import ArgumentError
from jackfield.openapi.models import Encoding, Location, MediaType, Style, Version
from jackfield.openapi.requests.files import has_files
from jackfield.openapi.requests.media_types import essence, is_json
from jackfield.openapi.requests.percent import encode, encode_reserved, json_text, keep, text_of
from jackfield.openapi.requests.styles import Pairs, expand_pairs, join_inner
from jackfield.openapi.schemas.views import SchemaView, item_of, view_schema

URLENCODED: Final = "application/x-www-form-urlencoded"
_OWN: Final = frozenset({"content-disposition", "content-length", "content-transfer-encoding"})
"""Headers of a part that follow from what it is; bytes are never in another encoding (RFC 7578 §4.7)."""


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a form and how it is sent."""

    name: str
    view: SchemaView
    encoding: Encoding

    @property
    def has_style(self) -> bool:
        """Whether it is sent like a query parameter; a content type is ignored then."""
        own = self.encoding
        return own.style is not None or own.explode is not None or own.allow_reserved


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

    @property
    def _ignores_styles(self) -> bool:
        """Until 3.1, styles are ignored unless the form is in the encoding of a URL (OpenAPI 3.0.4 §4.7.15.1)."""
        return self._version is Version.OPENAPI_3_0 and essence(self._media.name) != URLENCODED

    def property(self, name: str) -> Property:
        """The property of this name, declared or not."""
        field = self._fields.get(name)
        if field is not None:
            encoding = Encoding(style=field.style, explode=field.explode, item_styles=field.item_styles)
            return Property(name, self.view(field.schema), encoding)
        encoding = self._media.encoding.get(name, Encoding())
        if self._ignores_styles:
            encoding = replace(encoding, style=None, explode=None, allow_reserved=False)
        return Property(name, self.view(self._view.all_properties.get(name)), encoding)

    def item(self, index: int) -> Property:
        """The part in this place of a form whose parts have no names (OpenAPI 3.2, "Encoding By Position")."""
        first = self._media.prefix_encoding
        encoding = first[index] if index < len(first) else self._media.item_encoding or Encoding()
        return Property("", self.view(item_of(self._view, index) or self._media.item_schema), encoding)

    def view(self, location: Location | None) -> SchemaView:
        """The top of a schema of the document."""
        return view_schema(self._library, self._version, location)

    def constant_headers(self, prop: Property) -> Pairs:
        """The headers of a part whose schema leaves them one value; no caller can give others."""
        found: Pairs = []
        for name, location in prop.encoding.headers.items():
            if name.lower() in _OWN:
                continue
            node = self._library.resolve(location)
            values = self.view(under(node.location, "schema")).enum if "schema" in node.value else None
            if values is not None and len(values) == 1 and values[0] is not None:
                found.append((name, text_of(values[0])))
        return found


def write_form(reader: FormReader, value: Mapping[str, Any], argument: str) -> str:
    """A form in the encoding of a URL.

    Raises:
        ArgumentError: A property can't be sent so.
    """
    pairs: Pairs = []
    for name, one in value.items():
        if one is not None:
            pairs += _pairs(reader, reader.property(name), one, f"{argument}.{name}")
    return "&".join(f"{name}={text}" for name, text in pairs)


def expand(prop: Property, value: Any, argument: str, *, is_raw: bool) -> Pairs:
    """A property that has a style."""
    encoding = prop.encoding
    style = encoding.style or Style.FORM
    explode = encoding.explode if encoding.explode is not None else style is Style.FORM
    function = keep if is_raw else encode_reserved if encoding.allow_reserved else encode
    whole = join_inner(value, encoding.item_styles, argument)
    return expand_pairs(
        prop.name, style, whole, function, argument, explode=explode, encode_name=keep if is_raw else encode
    )


def _pairs(reader: FormReader, prop: Property, value: Any, argument: str) -> Pairs:
    if has_files(value):
        raise ArgumentError(f"{argument}: a file can't be sent in this kind of form", field=argument)
    if prop.has_style:
        return expand(prop, value, argument, is_raw=False)
    is_whole = prop.encoding.content_type is not None and not reader.is_per_item
    kind = prop.encoding.content_type or ""
    return [(encode(prop.name), encode(_text(one, kind))) for one in each(value, is_whole=is_whole)]


def each(value: Any, *, is_whole: bool) -> list[Any]:
    """The items of a list that are sent one by one, without those that are null."""
    if isinstance(value, list) and not is_whole:
        return [one for one in cast("list[Any]", value) if one is not None]
    return [value]


def _text(value: Any, content_type: str) -> str:
    if content_type and is_json(content_type.partition(",")[0]):
        return json_text(value)
    return text_of(value)
