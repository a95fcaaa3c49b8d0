"""Requests as another reader of the same description takes them: Prism, which refuses what doesn't fit."""

from typing import Any

import pytest

from openapi_descriptions import body, parameter, read
from servers import needs
from servers.prism import INSTALL, call_everything, find_prism

PET = {
    "type": "object",
    "required": ["name", "kind"],
    "properties": {
        "name": {"type": "string", "minLength": 2, "pattern": "^[A-Z][a-z]+$"},
        "kind": {"oneOf": [{"type": "string", "enum": ["cat", "dog"]}, {"type": "integer", "minimum": 3}]},
        "born": {"type": "string", "format": "date-time"},
        "tags": {"type": "array", "items": {"type": "string"}, "minItems": 2},
        "parent": {"$ref": "#/components/schemas/Pet"},
    },
}
TEXTS = {"type": "array", "items": {"type": "string"}, "minItems": 2}
OBJECT = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}


def operation(*parameters: Any, **members: Any) -> dict[str, Any]:
    return {"parameters": list(parameters), "responses": {"200": {"description": "fine"}}, **members}


DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "t", "version": "1"},
    "paths": {
        "/pets": {
            "post": operation(**body({"$ref": "#/components/schemas/Pet"}), security=[{"key": []}]),
            "get": operation(
                parameter("tags", "query", TEXTS),
                parameter("piped", "query", TEXTS, style="pipeDelimited", explode=False),
                parameter("page", "query", {"type": "integer", "maximum": 5}, required=True),
                parameter("X-Trace", "header", {"type": "string", "format": "uuid"}),
                parameter("filter", "query", OBJECT, style="deepObject", required=True),
                security=[{"token": []}],
            ),
        },
        "/pets/{id}": {
            "put": operation(
                parameter("id", "path", {"type": "integer"}),
                **body(PET, "application/x-www-form-urlencoded"),
            ),
            "delete": operation(parameter("id", "path", {"type": "string"}), security=[{"basic": []}]),
        },
        "/labels/{name}": {"get": operation(parameter("name", "path", {"type": "string", "enum": ["a b/c?d#é"]}))},
        "/photos": {
            "post": operation(
                **body(
                    {
                        "type": "object",
                        "properties": {"file": {"type": "string", "format": "binary"}, "note": {"type": "string"}},
                    },
                    "multipart/form-data",
                )
            )
        },
    },
    "components": {
        "schemas": {"Pet": PET},
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "token": {"type": "http", "scheme": "bearer"},
            "basic": {"type": "http", "scheme": "basic"},
        },
    },
}


@pytest.mark.requirement("O2", "O4")
def test_another_reader_of_the_description_accepts_every_request() -> None:
    prism = find_prism()
    if prism is None:
        needs("Prism", INSTALL)
    api = read(DOCUMENT)

    found = call_everything(api, prism)

    assert api.report.understood == 6
    assert (found.refused, found.without_example, found.mistakes) == ([], [], {})
    assert found.accepted == found.sent == 12
