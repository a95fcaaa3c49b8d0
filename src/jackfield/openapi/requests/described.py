"""The arguments of an operation as one JSON Schema: for a form, for a tool of an assistant (rules O5, A1, A5).

Names are the operation's own, flat: what fits this schema is what `read_arguments` reads.
"""

from collections.abc import Mapping
from typing import Any, Final

from jackfield.openapi.models import Location, MediaType, Operation
from jackfield.openapi.reading.api import Api
from jackfield.openapi.requests.forms import URLENCODED
from jackfield.openapi.requests.media_types import choose_media, essence, is_json, is_sequence, is_xml
from jackfield.openapi.schemas.bundles import bundle_schemas
from jackfield.openapi.schemas.keywords import Schema
from jackfield.openapi.schemas.views import is_no_form, is_structure, view_schema

FILE: Final[Mapping[str, Any]] = {
    "type": "object",
    "description": "A file.",
    "properties": {
        "name": {"type": "string"},
        "media_type": {"type": "string"},
        "base64": {"type": "string", "contentEncoding": "base64"},
    },
    "required": ["name", "base64"],
}
_BODY: Final = "\0body"
_ITEM: Final = "\0item"


def describe_arguments(api: Api, operation: Operation) -> dict[str, Any]:
    """JSON Schema 2020-12 of an object of the operation's arguments; recursive schemas are in its `$defs`.

    The body is described as the media type that is chosen when the caller names none.

    Raises:
        UnresolvedReferenceError: A part of a schema can't be reached.
    """
    locations: dict[str, Location] = {one.argument: one.schema for one in operation.parameters if one.schema}
    body = operation.body
    media = choose_media(body, {}, None) if body and body.content else None
    if media and media.schema:
        locations[_BODY] = media.schema
    if media and media.item_schema:
        locations[_ITEM] = media.item_schema
    fields = {f"{_BODY}.{one.name}": one.schema for one in media.fields} if media else {}
    schemas, definitions = bundle_schemas(api.library, api.version, locations | fields)
    properties = {
        one.argument: _annotated(schemas.get(one.argument, True), one.description, is_deprecated=one.is_deprecated)
        for one in operation.parameters
    }
    required = [one.argument for one in operation.parameters if one.is_required]
    if body and media:
        properties[body.argument] = _annotated(_body(api, media, schemas), body.description, is_deprecated=False)
        required += [body.argument] if body.is_required else []
    found: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    if required:
        found["required"] = required
    return {**found, "$defs": definitions} if definitions else found


def _annotated(schema: Schema, description: str, *, is_deprecated: bool) -> dict[str, Any]:
    found = dict(schema) if isinstance(schema, Mapping) else {}
    if description:
        found["description"] = description
    if is_deprecated:
        found["deprecated"] = True
    return found


def _body(api: Api, media: MediaType, schemas: Mapping[str, Schema]) -> Schema:
    if media.fields:
        return {
            "type": "object",
            "properties": {one.name: FILE if one.is_file else schemas[f"{_BODY}.{one.name}"] for one in media.fields},
            "required": [one.name for one in media.fields if one.is_required],
        }
    schema = schemas.get(_BODY, True)
    kind = essence(media.name)
    if _ITEM in schemas and (is_sequence(kind) or kind.startswith("multipart/")):
        return {"type": "array", "items": schemas[_ITEM], **(schema if isinstance(schema, Mapping) else {})}
    if is_json(kind) or kind == URLENCODED or not isinstance(schema, Mapping):
        return schema
    return _with_files(api, media, schema) if kind.startswith("multipart/") else _text(api, media, schema)


def _text(api: Api, media: MediaType, schema: Mapping[str, Any]) -> Schema:
    if _is_binary(api, media.schema):
        return FILE
    kind = essence(media.name)
    # A range such as `*/*` leaves to the value what it is sent as: JSON, unless it is a text.
    if "*" in kind or is_sequence(kind):
        return schema
    is_written = is_xml(kind) or is_structure(view_schema(api.library, api.version, media.schema))
    return {"type": "string"} if is_written else {"type": "string", **schema}


def _with_files(api: Api, media: MediaType, schema: Mapping[str, Any]) -> Schema:
    """Bytes can't be in JSON: the parts that are files are described as such."""
    view = view_schema(api.library, api.version, media.schema)
    if is_no_form(view):
        return {"type": "object"}
    files: dict[str, Any] = {}
    for name, location in view.all_properties.items():
        inner = view_schema(api.library, api.version, location)
        if _is_binary(api, location):
            files[name] = FILE
        elif inner.items and _is_binary(api, inner.items):
            files[name] = {"type": "array", "items": FILE}
    if not files or "$ref" in schema:
        return schema
    properties: Mapping[str, Any] = schema.get("properties", {})
    return {**schema, "properties": {**properties, **files}}


def _is_binary(api: Api, location: Location | None) -> bool:
    view = view_schema(api.library, api.version, location)
    is_bytes = view.content_media_type is not None and view.content_encoding is None
    return "binary" in view.formats or (is_bytes and view.all_types <= {"string"})
