"""Bodies held against their schemas, as far as what is sent is what the schema describes."""

from typing import Any, Final, cast

from jackfield.openapi.documents.references import Library
from jackfield.openapi.errors import ArgumentError
from jackfield.openapi.models import MediaType, RequestBody, Version
from jackfield.openapi.requests.checks import check_value, read_text
from jackfield.openapi.requests.files import FileValue, with_texts
from jackfield.openapi.requests.forms import URLENCODED
from jackfield.openapi.requests.media_types import chosen_type, essence, is_json, is_sequence, is_xml
from jackfield.openapi.schemas.views import is_no_form, is_structure, view_schema

_MULTIPART: Final = "multipart/"


def check_body(library: Library, version: Version, body: RequestBody, media: MediaType, value: Any) -> None:
    """Refuse a body that doesn't fit.

    Of a text that stands for a structure, as XML does, the schema describes what only its readers make of it.

    Raises:
        ArgumentError: It doesn't.
    """
    kind = essence(chosen_type(media.name, value))
    if media.fields:
        _check_fields(library, version, body, media, value)
    elif isinstance(value, FileValue):
        return
    elif is_sequence(kind) and isinstance(value, list):
        _check_items(library, version, body, media, cast("list[Any]", value))
    elif kind == URLENCODED or kind.startswith(_MULTIPART):
        _check_form(library, version, body, media, value)
    elif is_json(kind) or "*" in media.name:
        check_value(library, version, media.schema, with_texts(value), body.argument)
    elif not is_xml(kind) and not isinstance(value, (dict, list)):
        _check_text(library, version, body, media, value)


def _check_items(library: Library, version: Version, body: RequestBody, media: MediaType, items: list[Any]) -> None:
    check_value(library, version, media.schema, items, body.argument)
    for index, one in enumerate(items):
        check_value(library, version, media.item_schema, one, f"{body.argument}[{index}]")


def _check_form(library: Library, version: Version, body: RequestBody, media: MediaType, value: Any) -> None:
    is_object = isinstance(value, dict)
    if (
        is_object
        and media.name.lower().startswith(_MULTIPART)
        and is_no_form(view_schema(library, version, media.schema))
    ):
        return
    if is_object or not isinstance(value, str):
        plain = read_text(library, version, media.schema, with_texts(value))
        check_value(library, version, media.schema, plain, body.argument)
    if isinstance(value, list):
        for index, one in enumerate(cast("list[Any]", value)):
            plain = read_text(library, version, media.item_schema, with_texts(one))
            check_value(library, version, media.item_schema, plain, f"{body.argument}[{index}]")


def _check_text(library: Library, version: Version, body: RequestBody, media: MediaType, value: Any) -> None:
    if is_structure(view_schema(library, version, media.schema)):
        return
    plain = read_text(library, version, media.schema, value)
    check_value(library, version, media.schema, plain, body.argument)


def _check_fields(library: Library, version: Version, body: RequestBody, media: MediaType, value: Any) -> None:
    if not isinstance(value, dict):
        raise ArgumentError(f"{body.argument} must be an object of the form's fields", field=body.argument)
    members = cast("dict[str, Any]", value)
    for one in media.fields:
        field = f"{body.argument}.{one.name}"
        found = members.get(one.name)
        if found is None:
            if one.is_required:
                raise ArgumentError(f"{field} is required", field=field)
        elif not isinstance(found, FileValue):
            plain = read_text(library, version, one.schema, with_texts(found))
            check_value(library, version, one.schema, plain, field)
