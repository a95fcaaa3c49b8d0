"""Arguments are held against their schemas, in every dialect, with messages that say what to change."""

from contextlib import suppress
from typing import Any

import pytest

from jackfield.openapi import ArgumentError, DocumentTooLargeError, OperationUnknownError
from openapi_descriptions import body, describe, parameter, read, request


def test_a_missing_and_an_unknown_argument_are_named() -> None:
    document = describe(parameter("id", "query", required=True), parameter("limit", "query"))

    with pytest.raises(ArgumentError, match="id is required"):
        request(document, {})
    with pytest.raises(ArgumentError, match="no argument 'limt'; the operation has id, limit"):
        request(document, {"id": 1, "limt": 2})


@pytest.mark.parametrize(
    ("version", "schema", "good", "bad"),
    [
        ("3.0.3", {"type": "integer", "minimum": 1, "exclusiveMinimum": True}, 2, 1),
        ("3.0.3", {"type": "string", "nullable": True, "enum": ["a"]}, None, "b"),
        ("3.0.3", {"allOf": [{"type": "integer"}], "nullable": True}, None, "b"),
        ("3.1.0", {"type": ["integer", "null"], "exclusiveMinimum": 1}, None, 1),
        ("3.1.0", {"const": "x"}, "x", "y"),
        ("3.1.0", {"type": "integer", "format": "int32"}, 2**31 - 1, 2**31),
        ("3.0.3", {"type": "string", "pattern": "^a+$"}, "aa", "b"),
        ("3.0.3", {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}, {"a": 1}, {}),
        ("3.0.3", {"type": "object", "required": ["id"], "properties": {"id": {"readOnly": True}}}, {}, []),
        ("3.0.3", {"type": "object", "additionalProperties": False}, {}, {"x": 1}),
        ("3.0.3", {"type": "array", "items": {"$ref": "#/components/schemas/N"}, "maxItems": 2}, [1], ["x"]),
        ("3.0.3", {"oneOf": [{"type": "integer"}, {"type": "boolean"}]}, True, "x"),
        ("3.0.3", {"type": "string", "format": "date", "required": True, "minLength": "no"}, "anything", 1),
    ],
)
def test_a_body_fits_its_schema_in_the_dialect_of_the_version(version: str, schema: Any, good: Any, bad: Any) -> None:
    wrapped = {"type": "object", "properties": {"v": schema}}
    components = {"schemas": {"N": {"type": "integer"}}}
    document = describe(method="post", version=version, operation=body(wrapped), components=components)

    assert request(document, {"body": {"v": good}}).body is not None
    with pytest.raises(ArgumentError) as caught:
        request(document, {"body": {"v": bad}})

    assert str(caught.value.data["field"]).startswith("body.v")
    assert caught.value.data["problems"]


def test_parameters_are_text_on_the_wire_and_so_is_what_is_checked() -> None:
    document = describe(
        parameter("n", "query", {"type": "integer", "maximum": 9}), parameter("s", "query", {"type": "string"})
    )

    assert request(document, {"n": "7", "s": 12}).url == "/things?n=7&s=12"
    with pytest.raises(ArgumentError, match="n: 10 is greater"):
        request(document, {"n": "10"})
    with pytest.raises(ArgumentError, match='n: "x" is not of type "integer"'):
        request(document, {"n": "x"})


LOOPS = {
    "schemas": {
        "L": {"$dynamicAnchor": "x", "anyOf": [{"$dynamicRef": "#x"}, {"allOf": [{"$ref": "#/components/schemas/L"}]}]}
    }
}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"kind": "cat", "lives": "nine"}, 'body.lives: "nine" is not of type "integer"'),
        ({"kind": "dog"}, "body.barks: it is required"),
        ({"kind": "dog", "barks": True, "x": 1}, "body.x: there is no such member"),
        (7, "body: 7 is not valid under any"),
    ],
)
def test_of_several_forms_the_one_that_was_meant_is_explained(value: Any, said: str) -> None:
    pets = [
        {
            "type": "object",
            "properties": {"kind": {"const": "cat"}, "lives": {"type": "integer"}},
            "required": ["lives"],
        },
        {
            "type": "object",
            "properties": {"kind": {"const": "dog"}, "barks": {"type": "boolean"}},
            "required": ["barks"],
            "additionalProperties": False,
        },
        {"type": "string"},
    ]
    document = describe(method="post", operation=body({"oneOf": pets, "discriminator": {"propertyName": "kind"}}))

    with pytest.raises(ArgumentError) as caught:
        request(document, {"body": value})

    assert caught.value.message.startswith(said)


@pytest.mark.requirement("D25")
@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string", "pattern": "^(a+)+$"}, "a" * 50_000 + "b"),
        ({"type": "string", "pattern": "^(?=x)(a|b)*$", "maxLength": 5}, "a" * 50_000),
        ({"type": "string", "maxLength": 1e18, "format": "no-such"}, "a"),
        ({"$ref": "#/components/schemas/L"}, "a"),
    ],
)
def test_a_hostile_schema_is_decided_at_once(schema: Any, value: Any) -> None:
    document = read(describe(method="post", operation=body(schema), components=LOOPS))

    with suppress(ArgumentError):
        request(document, {"body": value})


@pytest.mark.requirement("D25")
@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf"])
def test_a_schema_that_would_be_looked_at_a_billion_times_is_refused(keyword: str) -> None:
    schemas: dict[str, Any] = {f"F{n}": {keyword: [{"$ref": f"#/components/schemas/F{n + 1}"}] * 2} for n in range(30)}
    schemas["F30"] = {"type": "integer"}
    document = describe(
        method="post", operation=body({"$ref": "#/components/schemas/F0"}), components={"schemas": schemas}
    )

    with pytest.raises(DocumentTooLargeError, match="too intricate"):
        request(document, {"body": "x"})


@pytest.mark.requirement("D25")
@pytest.mark.parametrize(
    "schema",
    [
        {"anyOf": [{"items": {"$ref": "#/components/schemas/X"}, "minItems": n} for n in range(3)]},
        {"oneOf": [{"additionalProperties": {"$ref": "#/components/schemas/X"}}] * 2},
        {
            "allOf": [
                {"properties": {"x": {"$ref": "#/components/schemas/X"}}},
                {"patternProperties": {"x": {"$ref": "#/components/schemas/X"}}},
            ]
        },
    ],
)
def test_a_value_that_a_recursive_schema_would_be_looked_at_with_a_billion_times_is_refused(
    schema: dict[str, Any],
) -> None:
    document = read(
        describe(
            method="post",
            operation=body({"$ref": "#/components/schemas/X"}),
            components={"schemas": {"X": {**schema, "type": ["array", "object"]}}},
        )
    )
    flat: Any = [] if "anyOf" in schema else {}
    deep: Any = flat
    for _ in range(40):
        deep = [deep] if "anyOf" in schema else {"x": deep}

    with suppress(ArgumentError):
        request(document, {"body": flat})
    with pytest.raises(ArgumentError, match="too deep"):
        request(document, {"body": deep})


@pytest.mark.requirement("D25")
def test_a_recursive_schema_that_looks_once_takes_large_and_deep_values() -> None:
    tree = {"type": "object", "properties": {"of": {"type": "array", "items": {"$ref": "#/components/schemas/X"}}}}
    document = read(
        describe(method="post", operation=body({"$ref": "#/components/schemas/X"}), components={"schemas": {"X": tree}})
    )
    value: Any = {"of": [{"of": []} for _ in range(5000)]}
    for _ in range(40):
        value = {"of": [value, {"of": []}]}

    assert request(document, {"body": value}).body


def test_an_operation_that_is_not_there_is_not_found_and_a_skipped_one_says_why() -> None:
    api = read(describe({"$ref": "http://elsewhere/x"}))

    with pytest.raises(OperationUnknownError, match="no operation 'nothing'"):
        api.get_operation("nothing")
    with pytest.raises(OperationUnknownError, match="could not be understood"):
        api.get_operation("GET /things")


def test_a_form_is_checked_and_its_files_are_not_text() -> None:
    schema = {
        "type": "object",
        "required": ["file", "n"],
        "properties": {"file": {"type": "string", "format": "binary"}, "n": {"type": "integer"}},
    }
    document = describe(method="post", operation=body(schema, "multipart/form-data"))

    assert request(document, {"body": {"file": {"$bytes": {"base64": "AAE="}}, "n": "3"}}).body is not None
    with pytest.raises(ArgumentError, match=r"body\.n: it is required"):
        request(document, {"body": {"file": {"$bytes": {"base64": "AAE="}}}})
    with pytest.raises(ArgumentError, match="not Base64"):
        request(document, {"body": {"file": {"$bytes": {"base64": "?"}}, "n": 1}})


def test_a_body_goes_as_the_media_type_that_suits_it() -> None:
    content = {name: {} for name in ("application/xml", "application/json", "image/*")}
    document = describe(method="post", operation={"requestBody": {"content": content}})
    picture = {"$file": {"filename": "a.png", "base64": "AAE="}}

    assert request(document, {"body": {"a": 1}}).headers["Content-Type"] == "application/json"
    assert request(document, {"body": picture}).headers["Content-Type"] == "image/png"
    assert request(document, {"body": "<a/>", "media_type": "application/xml"}).body == b"<a/>"
    with pytest.raises(ArgumentError, match="there is: application/xml, application/json"):
        request(document, {"body": "x", "media_type": "text/html"})
    with pytest.raises(ArgumentError, match="give it as a text"):
        request(document, {"body": {"a": 1}, "media_type": "application/xml"})
