"""Reading text: what is refused, and where everything stands."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jackfield.openapi import (
    DocumentError,
    DocumentTooLargeError,
    Limits,
    Version,
    describe_arguments,
    read_api,
    read_document,
)
from openapi_descriptions import JSON, describe, names, parameter, read, request

YAML = """\
openapi: 3.0.3
info: {title: NO, version: 012}
paths:
  /things/{id}:
    get:
      operationId: getThing
      parameters:
        - name: id
          in: path
          required: true
          schema: {type: string, enum: [on, yes, 2001-01-01, 0o7]}
      responses:
        200: {description: fine}
    put:
      requestBody: {$ref: "other.yaml#/body"}
      responses: {}
"""


@pytest.mark.requirement("O2")
def test_yaml_is_the_same_document_as_json() -> None:
    document = read_document(YAML)

    assert json.loads(document.json_text)["info"] == {"title": "NO", "version": "012"}
    assert document.get("/paths/~1things~1{id}/get/parameters/0/schema/enum") == ["on", "yes", "2001-01-01", 7]
    assert [one.status for one in read_api(document).operations[0].responses] == ["200"]


@pytest.mark.requirement("O2")
def test_a_skipped_operation_has_its_line_in_yaml_and_in_json() -> None:
    in_yaml = read_api(read_document(YAML)).report
    text = json.dumps(json.loads(read_document(YAML).json_text), indent=2)
    in_json = read_api(read_document(text)).report

    assert (in_yaml.operations, in_yaml.understood) == (2, 1)
    for report, lines in ((in_yaml, YAML.splitlines()), (in_json, text.splitlines())):
        (note,) = report.skipped
        assert note.operation == "PUT /things/{id}"
        assert note.pointer == "/paths/~1things~1{id}/put/requestBody"
        assert note.line is not None
        assert note.column is not None
        assert lines[note.line - 1][note.column - 1 :].strip('"').startswith("requestBody")
        assert "nothing is fetched" in note.reason


TREES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=12,
)


@given(TREES, st.sampled_from([None, 1, 3]))
@example({"\xc2\x80": None}, 1)
def test_every_member_is_found_where_it_stands(tree: Any, indent: int | None) -> None:
    value = {"ä": tree}
    text = json.dumps(value, indent=indent, ensure_ascii=indent == 1)
    document = read_document(text)
    pointers = [(pointer, key) for pointer, key in _members(value, "")]

    places = document.places([pointer for pointer, _ in pointers])

    lines = text.split("\n")
    for pointer, key in pointers:
        rest = lines[places[pointer].line - 1][places[pointer].column - 1 :]
        if key is not None:
            assert rest.startswith(json.dumps(key, ensure_ascii=indent == 1))


def _members(value: Any, pointer: str) -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = []
    items: list[tuple[Any, Any, str | None]] = []
    if isinstance(value, dict):
        items = [(name, one, name) for name, one in value.items()]
    if isinstance(value, list):
        items = [(index, one, None) for index, one in enumerate(value)]
    for token, one, key in items:
        at = f"{pointer}/{str(token).replace('~', '~0').replace('/', '~1')}"
        found += [(at, key), *_members(one, at)]
    return found


@pytest.mark.parametrize(
    ("text", "line", "column", "what"),
    [
        ('{"openapi": "3.0.0",\n "a": {"x": 1,\n  "x": 2}}', 3, 3, "twice"),
        ('{"openapi": "3.0.0",\n "a": [1, }', 2, 11, "not JSON"),
        ('{"a": NaN}', None, None, "NaN"),
        ("a: 1\nb: ä\n".encode("latin-1"), 2, 4, "not YAML at line 2, column 4"),
        ("a: 1\nb: 2\na: 3\n", 3, 1, "twice"),
        ("a: [1\nb: 2\n", 2, 2, "not YAML"),
        ("a: !!python/object/apply:os.system [x]\n", 1, 4, "tag"),
        ("a: 1\n---\nb: 2\n", 2, 1, "second document"),
        ("a: &x {b: 1}\nc: {<<: *x}\n", 2, 5, "merge"),
        ("? [a, b]\n: 1\n", 1, 3, "plain text"),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused_with_its_place(
    text: str | bytes, line: int | None, column: int | None, what: str
) -> None:
    with pytest.raises(DocumentError, match=what) as caught:
        read_document(text)

    assert (caught.value.data.get("line"), caught.value.data.get("column")) == (line, column)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a: &x [1]\nb: *x\n", r"aliases \(\*x\) are not accepted; .* or hand it in as JSON"),
        ("a: " + "[" * 101 + "]" * 101, "deeper than 100"),
        (" " * (6 << 20), "6,291,456 bytes; 5,242,880 are accepted as YAML, and 20,971,520 as JSON"),
        ("{" + " " * (21 << 20), "22,020,097 bytes, and 20,971,520 are accepted; leave out the paths"),
        ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", "deep"),
    ],
)
def test_a_document_has_limits(text: str, what: str) -> None:
    with pytest.raises(DocumentTooLargeError, match=what):
        read_document(text)


def test_a_description_has_no_more_operations_than_are_accepted() -> None:
    paths = {f"/{number}": {"get": {}} for number in range(3)}
    document = read_document(json.dumps({"openapi": "3.1.0", "paths": paths}))

    assert len(read_api(document, limits=Limits(operations=3)).operations) == 3
    with pytest.raises(
        DocumentTooLargeError, match="more than 2 operations, the most that are accepted; leave out the"
    ):
        read_api(document, limits=Limits(operations=2))


def test_aliases_where_they_are_accepted_count_as_what_they_stand_for() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 30))

    assert json.loads(read_document("a: &x [1]\nb: *x\n", Limits(aliases=1)).json_text) == {"a": [1], "b": [1]}
    with pytest.raises(DocumentTooLargeError, match="nodes"):
        read_document(bomb, Limits(aliases=1000))


@given(st.one_of(st.text(), st.binary()))
def test_garbage_is_one_clear_error(text: str | bytes) -> None:
    with pytest.raises((DocumentError, DocumentTooLargeError)) as caught:
        read_api(read_document(text))

    assert caught.value.message


MEMBERS = ["parameters", "requestBody", "responses", "security", "servers", "tags", "operationId", "content", "schema"]
WRONG = st.one_of(st.none(), st.integers(), st.text(max_size=3), st.lists(st.none(), max_size=2), st.just({}), TREES)


@given(
    st.dictionaries(st.sampled_from(MEMBERS), WRONG),
    st.dictionaries(st.sampled_from(["components", "servers", "security", "paths", "info", "tags"]), WRONG),
)
def test_members_of_the_wrong_type_break_nothing_else(operation: dict[str, Any], members: dict[str, Any]) -> None:
    good = {"/good": {"get": {"operationId": "good", "responses": {}}}}
    document = {"openapi": "3.1.0", **members, "paths": {**good, "/bad": {"get": operation}}}

    api = read(document)

    assert "good" in names(api.operations)
    assert api.report.operations == 2


@pytest.mark.requirement("D23")
@pytest.mark.parametrize(
    "reference", ["http://127.0.0.2/x", "file:///etc/passwd", "../../x#/a", "//evil/x", "#/no/such", "#a", "x"]
)
def test_a_reference_that_leads_elsewhere_skips_its_operation_and_no_other(reference: str) -> None:
    document = describe({"$ref": reference})
    document["paths"]["/fine"] = {"get": {"operationId": "fine", "responses": {}}}

    api = read(document)

    assert names(api.operations) == ["fine"]
    (note,) = api.report.skipped
    assert note.pointer == "/paths/~1things/get/parameters/0"
    assert reference in note.reason


@pytest.mark.requirement("D23")
def test_circles_of_references_end_and_recursive_schemas_are_fine() -> None:
    schemas = {
        "Tree": {"type": "object", "properties": {"inner": {"$ref": "#/components/schemas/Tree"}}},
        "Self": {"$ref": "#/components/schemas/Self"},
        **{f"C{n}": {"$ref": f"#/components/schemas/C{n + 1}"} for n in range(9_000)},
        "C9000": {"type": "string"},
        **{f"F{n}": {"allOf": [{"$ref": f"#/components/schemas/F{n + 1}"}] * 2} for n in range(30)},
        "F30": {"type": "string"},
    }
    declared = [
        parameter(name, "query", {"$ref": f"#/components/schemas/{name}"}) for name in ("Tree", "Self", "C0", "F0")
    ]

    api = read(describe(*declared, components={"schemas": schemas}))

    assert api.report.understood == 1


def test_operations_are_named_apart_and_the_same_whatever_comes_first() -> None:
    paths = {f"/{name}": {"get": {"operationId": "list things", "responses": {}}} for name in ("a", "b")}
    paths["/c"] = {"get": {"responses": {}}, "post": {"operationId": "x" * 90, "responses": {}}}
    forward = {"openapi": "3.1.0", "paths": paths}
    backward = {"openapi": "3.1.0", "paths": dict(reversed(paths.items()))}

    found = {one.label: one.name for one in read(forward).operations}

    assert found == {one.label: one.name for one in read(backward).operations}
    assert len(set(found.values())) == 4
    assert found["GET /a"] == "list_things_get_a"
    assert all(len(one) <= 64 for one in found.values())


def test_arguments_are_named_apart() -> None:
    document = describe(
        parameter("id", "query"),
        parameter("id", "path"),
        parameter("body", "header"),
        path="/things/{id}",
        method="put",
        operation={"requestBody": {"content": {"application/json": {}}}},
    )

    (operation,) = read(document).operations

    assert [one.argument for one in operation.parameters] == ["query_id", "id", "body"]
    assert operation.body is not None
    assert operation.body.argument == "request_body"


def test_one_operation_of_a_document_that_was_understood_before_is_the_same_as_among_all() -> None:
    document = describe(parameter("q", "query", {"$ref": "#/components/schemas/Q"}), components={"schemas": {"Q": {}}})
    document["paths"]["/other"] = {"get": {"operationId": "op", "responses": {}}, "post": {"responses": {}}}
    whole = read(document)

    for one in whole.operations:
        alone = read(document, only={one.label: one.name})
        assert alone.operations == (one,)
        assert describe_arguments(alone, one) == describe_arguments(whole, one)


def test_a_dollar_in_a_text_does_not_keep_references_from_being_known_at_once() -> None:
    document = describe(parameter("$q", "query", {"$ref": "#/components/schemas/Q"}), components={"schemas": {"Q": {}}})

    assert read(document).library.is_closed
    assert not read(describe(parameter("q", "query", {"$ref": "#/components/schemas/None"}))).library.is_closed
    assert not read(describe(components={"schemas": {"Q": {"$id": "urn:q"}}})).library.is_closed


def test_what_is_meant_as_a_method_and_is_none_is_skipped_with_its_reason() -> None:
    operation = {"responses": {}}
    old = {"/a": {"GET": operation, "query": operation, "additionalOperations": {"COPY": operation}}}
    new = {"/a": {"query": operation, "additionalOperations": {"COPY": operation, "POST": operation}}}

    reports = [
        {one.operation: one.reason for one in read({**describe(version=version), "paths": paths}).report.skipped}
        for version, paths in (("3.1.1", old), ("3.2.0", new))
    ]

    assert reports == [
        {
            "GET /a": "methods are written in lower case: get",
            "QUERY /a": "OpenAPI 3.1 has no method query",
            "COPY /a": "OpenAPI 3.1 has no additionalOperations",
        },
        {"POST /a": "POST is a method with a field of its own: post"},
    ]


@pytest.mark.parametrize("place", ["body", "formData"])
def test_the_bodies_of_swagger_2_are_no_parameters_of_openapi_3(place: str) -> None:
    report = read(describe(parameter("a", place), version="3.0.4")).report

    assert [one.reason for one in report.skipped] == [f"the parameter 'a' is in {place!r}, which is no place"]


def test_a_path_that_refers_to_another_keeps_what_stands_beside() -> None:
    operation = {"responses": {}}
    own = {"$ref": "#/components/pathItems/P", "post": operation, "parameters": [parameter("q", "query")]}
    shared = {"get": operation, "post": {}, "parameters": [parameter("h", "header")], "servers": [{"url": "/s"}]}
    document = {**describe(), "paths": {"/a": own}, "components": {"pathItems": {"P": shared}}}

    api = read(document)

    assert [(one.label, names(one.parameters), one.servers[0].url) for one in api.operations] == [
        ("POST /a", ["h", "q"], "/s"),
        ("GET /a", ["h", "q"], "/s"),
    ]


def test_a_security_scheme_may_be_named_by_where_it_is() -> None:
    schemes = {"key/a": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    document = describe(
        version="3.2.0",
        operation={"security": [{"#/components/securitySchemes/key~1a": []}]},
        components={"securitySchemes": schemes},
    )

    api = read(document)

    assert api.report.warnings == ()
    assert request(api, {}, credentials={"key/a": "s"}).headers == {"X-Key": "s"}


def test_media_types_of_answers_may_stand_elsewhere() -> None:
    answer = {"content": {"text/plain": {}, "application/json": {"$ref": "#/components/mediaTypes/M"}}}
    document = describe(
        version="3.2.0",
        operation={"responses": {"200": answer}},
        components={"mediaTypes": {"M": {"schema": {"type": "integer"}}}},
    )

    (operation,) = read(document).operations

    found = operation.responses[0].schema_of("application/json", Version.OPENAPI_3_2)
    assert found == "#/components/mediaTypes/M/schema"


def test_the_default_answer_is_a_good_one_where_there_is_no_other() -> None:
    default = {"default": {"description": "d", "content": {"application/json": {}}}}

    alone = request(describe(operation={"responses": default}), {})
    beside = request(describe(operation={"responses": {**default, "204": {"description": "n"}}}), {})

    assert (alone.headers, beside.headers) == ({"Accept": "application/json"}, {})


def test_a_media_type_without_anything_says_nothing_of_its_body() -> None:
    document = describe(method="post", operation={"requestBody": {"content": {JSON: None}}})

    assert request(document, {"body": {"a": 1}}).body == b'{"a":1}'
