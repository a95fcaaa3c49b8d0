"""Request bodies: the Request Body Object of OpenAPI 3, and what Swagger 2.0 has in its place."""

from collections.abc import Sequence
from typing import Any, Final

from jackfield.openapi.documents.pointers import under
from jackfield.openapi.documents.references import Library, Node
from jackfield.openapi.models import Location, MediaType, RequestBody
from jackfield.openapi.reading.parameters import Found, read_encoding, read_form_field, read_positional_encoding
from jackfield.openapi.reading.values import flag, mapping, text

_JSON: Final = "application/json"
_URLENCODED: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"


def read_body(library: Library, location: Location, value: Any) -> RequestBody:
    """The Request Body Object there, through its references.

    Raises:
        DocumentError: A reference on the way can't be followed.
    """
    node = library.node(location, value)
    content = tuple(
        # `application/json:` with nothing behind it says nothing of the body, as `{}`.
        _media_type(name, at if one is None else library.node(at.location, one))
        for name, one in mapping(node.value, "content").items()
        if (at := Node(under(node.location, "content", name), {}))
    )
    return RequestBody(
        is_required=flag(node.value, "required"), content=content, description=text(node.value, "description")
    )


def _media_type(name: str, node: Node) -> MediaType:
    prefix, item = read_positional_encoding(node)
    return MediaType(
        name=name.strip(),
        schema=_schema(node, "schema"),
        item_schema=_schema(node, "itemSchema"),
        encoding=read_encoding(node),
        prefix_encoding=prefix,
        item_encoding=item,
    )


def _schema(node: Node, name: str) -> Location | None:
    return under(node.location, name) if isinstance(node.value.get(name), (dict, bool)) else None


def read_swagger_body(parameters: Sequence[Found], consumes: Sequence[str]) -> RequestBody | None:
    """What the parameters in `body` and `formData` are together."""
    body = next((one for one in parameters if one.place == "body"), None)
    fields = [one for one in parameters if one.place == "formData"]
    if body is not None:
        schema = _schema(body.node, "schema")
        names = tuple(consumes) or (_JSON,)
        return RequestBody(
            is_required=flag(body.node.value, "required"),
            content=tuple(MediaType(name=one.strip(), schema=schema) for one in names),
            name=body.name,
            description=text(body.node.value, "description"),
        )
    return _form(fields, consumes) if fields else None


def _form(found: Sequence[Found], consumes: Sequence[str]) -> RequestBody:
    fields = tuple(read_form_field(one) for one in found)
    forms = [one.strip() for one in consumes if one.strip().lower().split(";")[0] in {_URLENCODED, _MULTIPART}]
    if any(one.is_file for one in fields):
        # "If type is file, the consumes MUST be multipart/form-data, application/x-www-form-urlencoded or both";
        # a file has no text, so that only the first can carry it.
        forms = [one for one in forms if one.lower().startswith(_MULTIPART)] or [_MULTIPART]
    return RequestBody(
        is_required=any(one.is_required for one in fields),
        content=tuple(MediaType(name=one, schema=None, fields=fields) for one in forms or (_URLENCODED,)),
    )
