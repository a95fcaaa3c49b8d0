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
    with pytest.raises(ArgumentError, match="n: must be at most"):
        request(document, {"n": "10"})
    with pytest.raises(ArgumentError, match="n: must be a whole number"):
        request(document, {"n": "x"})


@pytest.mark.parametrize(
    ("schema", "value", "said"),
    [
        ({"type": "string"}, 1, "v: must be text"),
        ({"type": ["integer", "null"]}, "a", "v: must be a whole number, or null"),
        ({"type": ["integer", "string"]}, 1.5, "v: must have one of the types"),
        ({"enum": [1, "two"]}, 3, 'v: must be one of 1, "two"'),
        ({"const": "a"}, "b", 'v: must be "a"'),
        ({"minLength": 2}, "a", "v: must have at least 2 characters"),
        ({"maxLength": 1}, "ab", "v: may have at most 1 characters"),
        ({"minItems": 1}, [], "v: must have at least one entry"),
        ({"maxProperties": 0}, {"a": 1}, "v: may have at most 0 members"),
        ({"pattern": "^a"}, "b", "v: must fit the pattern ^a"),
        ({"exclusiveMinimum": 2}, 2, "v: must be more than 2"),
        ({"multipleOf": 2}, 1, "v: must be a multiple of 2"),
        ({"uniqueItems": True}, [1, 1], "v: has an entry more than once"),
        ({"contains": {"type": "string"}}, [1], "v: has no entry of the kind that it must have"),
        ({"not": {"type": "integer"}}, 1, "v: has a form that is excluded"),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, "v.b: must be given"),
        ({"propertyNames": {"pattern": "^a"}}, {"b": 1}, "v: has a member whose name does not fit: must fit the"),
        ({"type": "object", "additionalProperties": False}, {"b": 1}, "v: has a member that is not known here"),
        ({"properties": {"a": {}}, "unevaluatedProperties": False}, {"b": 1}, "v.b: is not known here"),
        ({"prefixItems": [{}], "unevaluatedItems": False}, [1, 2], "v: has an entry that is not known here"),
        ({"oneOf": [{"type": "integer"}, {"minimum": 1}]}, 3, "v: fits several forms of which it may have only one"),
    ],
)
def test_what_is_wrong_is_said_in_sentences_that_never_have_the_value(schema: Any, value: Any, said: str) -> None:
    wrapped = {"type": "object", "properties": {"v": schema}}
    with pytest.raises(ArgumentError) as caught:
        request(describe(method="post", version="3.1.0", operation=body(wrapped)), {"body": {"v": value}})

    assert str(caught.value).startswith(f"body.{said}")


LOOPS = {
    "schemas": {
        "L": {"$dynamicAnchor": "x", "anyOf": [{"$dynamicRef": "#x"}, {"allOf": [{"$ref": "#/components/schemas/L"}]}]}
    }
}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"kind": "cat", "lives": "nine"}, "body.lives: must be a whole number"),
        ({"kind": "dog"}, "body.barks: must be given"),
        ({"kind": "dog", "barks": True, "x": 1}, "body.x: is not known here"),
        (7, "body: has none of the forms that it may have"),
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
    with pytest.raises(ArgumentError, match=r"body\.n: must be given"):
        request(document, {"body": {"file": {"$bytes": {"base64": "AAE="}}}})
    with pytest.raises(ArgumentError, match="not Base64"):
        request(document, {"body": {"file": {"$bytes": {"base64": "?"}}, "n": 1}})


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ({"name": "a.png", "base64": "?"}, "body.file: its base64 is not Base64"),
        ({"name": "a.png", "base64": None}, "body.file: must be text"),
        ({"$bytes": {"base64": 5}}, "body.file: a file needs its content, as base64 or text"),
        ({"$file": {"filename": "a.png"}}, "body.file: a file needs its content, as base64 or text"),
    ],
)
def test_a_file_without_content_that_can_be_read_is_refused_and_never_sent_empty(file: Any, said: str) -> None:
    schema = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
    document = describe(method="post", operation=body(schema, "multipart/form-data"))

    with pytest.raises(ArgumentError) as caught:
        request(document, {"body": {"file": file}})

    assert (str(caught.value.message), caught.value.data["field"]) == (said, "body.file")
    assert request(document, {"body": {"file": {"$bytes": {"text": ""}}}}).body is not None


@pytest.mark.parametrize(
    ("schema", "good", "said"),
    [
        ({"type": "string", "format": "binary", "minLength": 1}, ["AAE="], "must not be empty"),
        ({"type": "string", "format": "binary", "maxLength": 2}, ["/wA="], "at most 2 characters"),
        ({"type": "string", "minLength": 1, "pattern": "^h"}, ["aGk="], "must not be empty"),
        ({"type": "array", "uniqueItems": True, "items": {"format": "binary"}}, ["AAE=", "AAI="], "more than once"),
    ],
)
def test_a_file_is_held_against_its_schema_by_its_content(schema: Any, good: list[str], said: str) -> None:
    def sent(*contents: str) -> Any:
        files = [{"$bytes": {"base64": one}} for one in contents]
        document = describe(method="post", operation=body({"properties": {"f": schema}}, "multipart/form-data"))
        return request(document, {"body": {"f": files if schema["type"] == "array" else files[0]}}).body

    bad = {"at most 2 characters": ["AAECAw=="], "more than once": ["AAE=", "AAE="]}.get(said, [""])

    assert sent(*good) is not None
    with pytest.raises(ArgumentError, match=said):
        sent(*bad)


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


@pytest.mark.parametrize(
    ("schema", "value", "sent"),
    [
        ({"type": "string", "enum": [1, 2]}, "2", "2"),
        ({"type": "string", "enum": [1, 2]}, 2, "2"),
        ({"type": "integer", "enum": ["1", "2"]}, 1, "1"),
        ({"type": "number", "enum": ["1.5", "2"]}, 1.5, "1.5"),
        ({"type": "string", "enum": [1.5, "b"]}, "1.5", "1.5"),
        ({"type": "string", "enum": [True, False]}, "true", "true"),
        ({"type": "boolean", "enum": ["true", ["x"]]}, True, "true"),
        ({"type": "array", "enum": ["a", "b"]}, ["a", "b"], "a&q=b"),
        ({"type": "array", "items": {"type": "string"}, "enum": ["a", None]}, ["a"], "a"),
        ({"type": ["array", "null"], "items": {"type": "string"}, "enum": [1, 2]}, ["1"], "1"),
        ({"type": "array", "items": {"enum": ["c"]}, "enum": ["a"]}, ["c"], "c"),
        ({"type": "array", "enum": [["a", "b"]]}, ["a", "b"], "a&q=b"),
    ],
)
def test_values_are_read_in_the_type_beside_them(schema: Any, value: Any, sent: str) -> None:
    document = describe(parameter("q", "query", schema))

    assert request(document, {"q": value}).url == f"/things?q={sent}"
    with pytest.raises(ArgumentError):
        request(document, {"q": ["x"] if isinstance(value, list) else 3})


def test_a_parameter_may_be_called_by_a_number() -> None:
    document = describe({"name": 404, "in": "query", "required": True, "schema": {}})

    assert request(document, {"404": "x"}).url == "/things?404=x"


@pytest.mark.parametrize("place", ["query", "querystring"])
def test_what_is_the_whole_query_has_nothing_beside_it(place: str) -> None:
    content = {"application/json": {"schema": {}}}
    other = parameter("z", place) if place == "query" else parameter("z", place, content=content)
    api = read(describe(parameter("all", "querystring", content=content), other, version="3.2.0"))

    assert [one.reason for one in api.report.skipped] == [
        "the parameter 'all' is the whole query, and 'z' is beside it"
    ]


@pytest.mark.parametrize("place", ["body", "formData"])
def test_a_second_body_of_swagger_2_is_left_out_with_a_word(place: str) -> None:
    parameters = [
        {"name": "a", "in": "body", "schema": {"type": "object"}},
        {"name": "b", "in": place, "type": "string"},
    ]
    path = {"post": {"parameters": parameters, "responses": {}}}

    api = read({"swagger": "2.0", "info": {"title": "t", "version": "1"}, "paths": {"/x": path}})

    assert [(one.operation, one.pointer, one.reason) for one in api.report.warnings] == [
        ("POST /x", "/paths/~1x/post/parameters/1", "a request has one body, 'a'; the parameter 'b' is left out")
    ]


def test_a_body_of_any_media_type_is_what_its_schema_says() -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}
    document = describe(method="post", operation=body(schema, "*/*"))

    made = request(document, {"body": {"a": 1}})

    assert (made.headers["Content-Type"], made.body) == ("application/json", b'{"a":1}')
    with pytest.raises(ArgumentError, match=r"body\.a: must be given"):
        request(document, {"body": {}})


@pytest.mark.parametrize(
    ("media_type", "text"),
    [("application/xml", "<a>1</a>"), ("text/csv", "a\n1"), ("application/x-www-form-urlencoded", "a=1")],
)
def test_a_text_that_stands_for_a_structure_is_sent_as_it_is(media_type: str, text: str) -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}
    document = describe(method="post", operation=body(schema, media_type))

    assert request(document, {"body": text}).body == text.encode()


def test_a_text_is_the_value_that_its_schema_describes() -> None:
    document = describe(method="post", operation=body({"type": "integer", "maximum": 9}, "text/plain"))

    assert request(document, {"body": "7"}).body == b"7"
    assert request(document, {"body": 7}).body == b"7"
    with pytest.raises(ArgumentError, match="must be at most 9"):
        request(document, {"body": 70})


def test_a_text_is_written_in_the_charset_that_its_media_type_names() -> None:
    document = describe(method="post", operation=body({"type": "string"}, "text/plain; charset=ISO-8859-1"))

    assert request(document, {"body": "\u00e9"}).body == b"\xe9"
    with pytest.raises(ArgumentError, match="can't be written in iso-8859-1"):
        request(document, {"body": "\u20ac"})


def test_every_item_of_a_sequence_fits_the_schema_of_items() -> None:
    content = {"application/jsonl": {"itemSchema": {"type": "object", "required": ["n"]}}}
    document = describe(method="post", version="3.2.0", operation={"requestBody": {"content": content}})

    assert request(document, {"body": [{"n": 1}, {"n": 2}]}).body == b'{"n":1}\n{"n":2}\n'
    with pytest.raises(ArgumentError, match=r"body\[1\]\.n: must be given"):
        request(document, {"body": [{"n": 1}, {}]})


def test_events_are_written_as_their_readers_expect() -> None:
    content = {"text/event-stream": {"itemSchema": {"type": "object", "properties": {"data": {"type": "string"}}}}}
    document = describe(method="post", version="3.2.0", operation={"requestBody": {"content": content}})

    made = request(document, {"body": [{"data": "a\nb", "event": "add", "id": "1"}, {"data": "c", "retry": 5}]})

    assert made.body == b"event: add\nid: 1\ndata: a\ndata: b\n\nretry: 5\ndata: c\n\n"
    with pytest.raises(ArgumentError, match=r"body\[0\]\.id can't have several lines"):
        request(document, {"body": [{"id": "1\ndata: x"}]})
    with pytest.raises(ArgumentError, match="must be an object of event, id, retry, data"):
        request(document, {"body": [{"data\nid": "1"}]})


def test_a_required_body_that_may_be_null_is_sent_as_null() -> None:
    operation = body({"type": ["object", "null"]})
    operation["requestBody"]["required"] = True
    document = describe(method="post", operation=operation)

    assert request(document, {"body": None}).body == b"null"
    with pytest.raises(ArgumentError, match="body is required"):
        request(document, {})


@pytest.mark.parametrize(
    "schema",
    [
        {"allOf": [{"$ref": "#/components/schemas/Base"}], "required": ["id", "n"]},
        {"allOf": [{"properties": {"id": {"readOnly": True}}}, {"required": ["id", "n"]}]},
        {"allOf": [{"allOf": [{"$ref": "#/components/schemas/Base"}]}, {"allOf": [{"required": ["id", "n"]}]}]},
    ],
)
def test_what_is_read_only_is_not_asked_for_wherever_that_is_said(schema: Any) -> None:
    base = {"properties": {"id": {"type": "string", "readOnly": True}}}
    document = describe(method="post", operation=body(schema), components={"schemas": {"Base": base}})

    assert request(document, {"body": {"n": 1}}).body == b'{"n":1}'
    with pytest.raises(ArgumentError, match=r"^body\.n: must be given$"):
        request(document, {"body": {}})


def test_identifiers_and_anchors_count_where_a_schema_is_used() -> None:
    own = {"$id": "https://e.example/s", "$ref": "#/$defs/x", "$defs": {"x": {"$anchor": "x", "type": "string"}}}
    document = describe(parameter("q", "query", {"$ref": "https://e.example/s#x"}), method="post", operation=body(own))

    with pytest.raises(ArgumentError, match="must be text"):
        request(document, {"body": 1})
    with pytest.raises(ArgumentError, match="must be text"):
        request(document, {"q": [1]})


def test_a_form_needs_its_fields() -> None:
    document = describe(method="post", operation=body({"type": "string", "format": "binary"}, "multipart/form-data"))

    with pytest.raises(ArgumentError, match="a form is an object of its fields"):
        request(document, {"body": "text"})
    file = {"name": "a.txt", "media_type": "text/plain", "base64": "aGVsbG8="}
    assert b'name="file"; filename="a.txt"' in (request(document, {"body": {"file": file}}).body or b"")
