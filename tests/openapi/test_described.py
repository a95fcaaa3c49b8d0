"""An operation's arguments as one schema: what fits it can be called."""

from typing import Any

import jsonschema_rs
import pytest

from jackfield.openapi import describe_arguments
from openapi_descriptions import body, describe, parameter, read, request

TREE = {
    "type": "object",
    "properties": {"name": {"type": "string", "nullable": True}, "inner": {"$ref": "#/components/schemas/Tree"}},
}


def described(document: dict[str, Any]) -> dict[str, Any]:
    api = read(document)
    (operation,) = api.operations
    return describe_arguments(api, operation)


def test_all_arguments_are_one_schema_that_needs_no_other_text() -> None:
    document = describe(
        parameter("id", "path", {"type": "integer"}),
        parameter("id", "query", {"type": "string"}, description="Another one.", deprecated=True),
        path="/things/{id}",
        method="put",
        version="3.0.3",
        operation={**body({"$ref": "#/components/schemas/Tree"})},
        components={"schemas": {"Tree": TREE}},
    )

    schema = described(document)

    assert schema["required"] == ["id"]
    assert list(schema["properties"]) == ["id", "query_id", "body"]
    assert schema["properties"]["query_id"] == {"type": "string", "description": "Another one.", "deprecated": True}
    arguments = {"id": 7, "query_id": "x", "body": {"name": None, "inner": {"inner": {}}}}
    assert jsonschema_rs.is_valid(schema, arguments)
    assert not jsonschema_rs.is_valid(schema, {**arguments, "more": 1})
    assert not jsonschema_rs.is_valid(schema, {**arguments, "body": {"inner": {"name": 1}}})
    assert request(document, arguments).url == "/things/7?id=x"


@pytest.mark.parametrize(
    "document",
    [
        describe(
            method="post",
            operation=body(
                {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}},
                "multipart/form-data",
            ),
        ),
        {
            "swagger": "2.0",
            "paths": {
                "/f": {"post": {"parameters": [{"name": "file", "in": "formData", "type": "file"}], "responses": {}}}
            },
        },
    ],
    ids=["3.1", "2.0"],
)
def test_a_file_is_described_as_something_that_json_can_hold(document: dict[str, Any]) -> None:
    file = {"name": "a.txt", "media_type": "text/plain", "base64": "aGVsbG8="}

    assert jsonschema_rs.is_valid(described(document), {"body": {"file": file}})
    assert b"hello" in (request(document, {"body": {"file": file}}).body or b"")


def test_names_of_headers_are_the_same_in_any_case() -> None:
    document = describe(parameter("X-Trace", "header"))

    assert request(document, {"header": {"x-trace": "1"}}).headers == {"X-Trace": "1"}
    assert request(document, {"x-trace": "1"}).headers == {"X-Trace": "1"}


def test_a_body_of_any_media_type_is_described_by_its_schema() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}

    found = described(describe(method="post", operation=body(schema, "*/*")))

    assert found["properties"]["body"] == schema


def test_a_form_that_is_described_as_one_file_is_described_as_a_form() -> None:
    schema = {"type": "string", "format": "binary"}

    found = described(describe(method="post", operation=body(schema, "multipart/form-data")))

    assert found["properties"]["body"] == {"type": "object"}


def test_a_body_that_is_written_as_a_text_is_described_as_one() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}

    found = described(describe(method="post", operation=body(schema, "application/xml")))

    assert found["properties"]["body"] == {"type": "string"}


def test_a_sequence_is_described_as_a_list() -> None:
    content = {"application/jsonl": {"itemSchema": {"type": "integer"}}}

    found = described(describe(method="post", version="3.2.0", operation={"requestBody": {"content": content}}))

    assert found["properties"]["body"] == {"type": "array", "items": {"type": "integer"}}


@pytest.mark.parametrize("name", ["path", "query", "header", "cookie", "querystring", "body", "media_type"])
def test_a_parameter_may_be_called_like_a_place(name: str) -> None:
    document = describe(parameter(name, "query", {"type": "string"}))

    assert request(document, {name: "v"}).url == f"/things?{name}=v"
    assert request(document, {"query": {name: "v"}}).url == f"/things?{name}=v"


def test_an_object_may_be_called_like_a_place() -> None:
    document = describe(parameter("query", "query", style="deepObject"), parameter("x", "query"))

    assert request(document, {"query": {"a": 1}}).url == "/things?query%5Ba%5D=1"
    assert request(document, {"query": {"query": {"a": 1}, "x": 2}}).url == "/things?query%5Ba%5D=1&x=2"
    assert request(document, {"query": {"x": 2}, "path": None}).url == "/things?x=2"
