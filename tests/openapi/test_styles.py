"""The tables of the specification: OpenAPI 3.0.4 and later, style examples; RFC 6570."""

import base64
from typing import Any

import pytest

from jackfield.openapi import ArgumentError, Request
from openapi_cases import read_parts
from openapi_descriptions import body, describe, parameter, request

COLOURS = ["blue", "black", "brown"]
RGB = {"R": 100, "G": 200, "B": 150}


@pytest.mark.parametrize(
    ("style", "explode", "value", "expected"),
    [
        ("simple", False, "blue", "/blue"),
        ("simple", False, COLOURS, "/blue,black,brown"),
        ("simple", False, RGB, "/R,100,G,200,B,150"),
        ("simple", True, COLOURS, "/blue,black,brown"),
        ("simple", True, RGB, "/R=100,G=200,B=150"),
        ("label", False, "blue", "/.blue"),
        ("label", False, COLOURS, "/.blue,black,brown"),
        ("label", False, RGB, "/.R,100,G,200,B,150"),
        ("label", True, COLOURS, "/.blue.black.brown"),
        ("label", True, RGB, "/.R=100.G=200.B=150"),
        ("matrix", False, "", "/;color"),
        ("matrix", False, "blue", "/;color=blue"),
        ("matrix", False, COLOURS, "/;color=blue,black,brown"),
        ("matrix", False, RGB, "/;color=R,100,G,200,B,150"),
        ("matrix", True, COLOURS, "/;color=blue;color=black;color=brown"),
        ("matrix", True, RGB, "/;R=100;G=200;B=150"),
    ],
)
def test_a_path_has_the_style_of_the_table(style: str, explode: bool, value: Any, expected: str) -> None:
    document = describe(parameter("color", "path", style=style, explode=explode), path="/{color}")

    assert request(document, {"path": {"color": value}}).url == expected


@pytest.mark.parametrize(
    ("style", "explode", "value", "expected"),
    [
        ("form", True, "", "color="),
        ("form", True, "blue", "color=blue"),
        ("form", True, COLOURS, "color=blue&color=black&color=brown"),
        ("form", False, COLOURS, "color=blue,black,brown"),
        ("form", True, RGB, "R=100&G=200&B=150"),
        ("form", False, RGB, "color=R,100,G,200,B,150"),
        ("spaceDelimited", False, COLOURS, "color=blue%20black%20brown"),
        ("spaceDelimited", False, RGB, "color=R%20100%20G%20200%20B%20150"),
        ("pipeDelimited", False, COLOURS, "color=blue%7Cblack%7Cbrown"),
        ("pipeDelimited", False, RGB, "color=R%7C100%7CG%7C200%7CB%7C150"),
        ("deepObject", True, RGB, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"),
        ("form", True, [], ""),
        ("form", True, {}, ""),
        ("form", True, None, ""),
    ],
)
def test_a_query_has_the_style_of_the_table(style: str, explode: bool, value: Any, expected: str) -> None:
    document = describe(parameter("color", "query", style=style, explode=explode))

    found = request(document, {"query": {"color": value}}).url

    assert found == (f"/things?{expected}" if expected else "/things")


@pytest.mark.parametrize(
    ("explode", "value", "expected"),
    [
        (False, "blue", "blue"),
        (False, COLOURS, "blue,black,brown"),
        (False, RGB, "R,100,G,200,B,150"),
        (True, RGB, "R=100,G=200,B=150"),
    ],
)
def test_a_header_has_the_style_of_the_table(explode: bool, value: Any, expected: str) -> None:
    document = describe(parameter("X-Color", "header", explode=explode))

    assert request(document, {"header": {"X-Color": value}}).headers["X-Color"] == expected


@pytest.mark.parametrize(
    ("style", "explode", "value", "expected"),
    [
        ("form", False, COLOURS, "color=blue,black,brown"),
        ("form", True, "a b", "color=a%20b"),
        ("cookie", True, "a b%", "color=a b%"),
        ("cookie", True, COLOURS, "color=blue; color=black; color=brown"),
        ("cookie", True, RGB, "R=100; G=200; B=150"),
    ],
)
def test_cookies_have_the_style_of_the_table(style: str, explode: bool, value: Any, expected: str) -> None:
    document = describe(parameter("color", "cookie", style=style, explode=explode), version="3.2.0")

    assert request(document, {"cookie": {"color": value}}).headers["Cookie"] == expected


@pytest.mark.parametrize(
    ("collection", "place", "expected"),
    [
        ("csv", "query", "/things?ids=1,2"),
        ("ssv", "query", "/things?ids=1%202"),
        ("tsv", "query", "/things?ids=1%092"),
        ("pipes", "query", "/things?ids=1%7C2"),
        ("multi", "query", "/things?ids=1&ids=2"),
    ],
)
def test_swagger_2_has_collection_formats(collection: str, place: str, expected: str) -> None:
    declared = {
        "name": "ids",
        "in": place,
        "type": "array",
        "items": {"type": "integer"},
        "collectionFormat": collection,
    }
    document = {
        "swagger": "2.0",
        "info": {"title": "t", "version": "1"},
        "paths": {"/things": {"get": {"parameters": [declared], "responses": {}}}},
    }

    assert request(document, {"query": {"ids": [1, 2]}}).url == expected


@pytest.mark.parametrize(
    ("outer", "inner", "place", "expected"),
    [
        ("csv", "pipes", "query", "/things?ids=1%7C2,3"),
        ("pipes", "csv", "query", "/things?ids=1%2C2%7C3"),
        ("multi", None, "query", "/things?ids=1%2C2&ids=3"),
        ("csv", None, "query", "/things?ids=1%2C2,3"),
        ("ssv", "pipes", "path", "/things/1%7C2%203"),
        ("pipes", "csv", "header", "1,2|3"),
        ("csv", "pipes", "formData", "ids=1%7C2,3"),
    ],
)
def test_lists_in_lists_of_swagger_2_are_joined_by_their_own_format_first(
    outer: str, inner: str | None, place: str, expected: str
) -> None:
    items = {"type": "array", "items": {"type": "integer"}} | ({"collectionFormat": inner} if inner else {})
    declared = {"name": "ids", "in": place, "type": "array", "collectionFormat": outer, "items": items}
    document = {
        "swagger": "2.0",
        "info": {"title": "t", "version": "1"},
        "consumes": ["application/x-www-form-urlencoded"],
        "paths": {
            "/things" + ("/{ids}" if place == "path" else ""): {
                "post": {"parameters": [{**declared, "required": True}], "responses": {}}
            }
        },
    }
    given = {"body": {"ids": [[1, 2], [3]]}} if place == "formData" else {place: {"ids": [[1, 2], [3]]}}

    made = request(document, given)

    assert expected in {made.url, made.headers.get("ids"), (made.body or b"").decode()}


def test_an_inner_item_that_holds_the_delimiter_of_its_list_is_refused() -> None:
    items = {"type": "array", "items": {"type": "string"}, "collectionFormat": "pipes"}
    declared = {"name": "ids", "in": "query", "type": "array", "items": items}
    document = {
        "swagger": "2.0",
        "info": {"title": "t", "version": "1"},
        "paths": {"/things": {"get": {"parameters": [declared], "responses": {}}}},
    }

    with pytest.raises(ArgumentError, match="separates"):
        request(document, {"query": {"ids": [["a|b", "c"], ["d"]]}})


def test_reserved_characters_are_kept_where_that_is_allowed_but_never_those_that_begin_another_value() -> None:
    document = describe(parameter("q", "query", allowReserved=True))

    found = request(document, {"query": {"q": "a/b?c=d&e=f#g+h%20i%zz[1]"}}).url

    assert found == "/things?q=a/b?c=d%26e=f%23g%2Bh%20i%25zz%5B1%5D"


def test_an_item_that_holds_the_delimiter_is_refused_where_it_could_not_be_told_apart() -> None:
    document = describe(parameter("q", "query", style="pipeDelimited", explode=False))

    with pytest.raises(ArgumentError, match="separates"):
        request(document, {"query": {"q": ["a|b", "c"]}})


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "1"), (1.5, "1.5"), (1e300, "1e+300"), (True, "true"), (0.000001, "0.000001"), (-0.0, "0")],
)
def test_numbers_and_booleans_are_written_as_in_json(value: Any, text: str) -> None:
    assert request(describe(parameter("n", "query")), {"query": {"n": value}}).url == f"/things?n={text}".replace(
        "+", "%2B"
    )


def test_a_parameter_with_a_media_type_is_that_text() -> None:
    document = describe(parameter("filter", "query", content={"application/json": {"schema": {"type": "object"}}}))

    assert request(document, {"query": {"filter": {"a": [1, "x&y"]}}}).url.startswith("/things?filter=%7B%22a%22")


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"header": {"X-A": "1", "x-a": "2"}}, "header.x-a"),
        ({"x-a": "1", "X-A": "2"}, "x-a"),
        ({"x-a": "1", "X-a": "2"}, "X-a"),
    ],
)
def test_a_header_is_given_once_in_whatever_case(arguments: dict[str, Any], field: str) -> None:
    with pytest.raises(ArgumentError, match="the header X-A is given twice") as caught:
        request(describe(parameter("X-A", "header")), arguments)

    assert caught.value.data["field"] == field


def test_the_whole_query_is_one_parameter_in_3_2() -> None:
    document = describe(
        parameter("all", "querystring", content={"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}),
        version="3.2.0",
    )

    assert request(document, {"querystring": {"a": "1 &", "b": True}}).url == "/things?a=1%20%26&b=true"


def test_a_form_is_sent_as_its_encoding_says() -> None:
    schema = {"type": "object", "properties": {"tags": {"type": "array"}, "place": {"type": "object"}}}
    encoding = {"tags": {"style": "pipeDelimited", "explode": False}}
    document = describe(method="post", operation=body(schema, "application/x-www-form-urlencoded", encoding=encoding))

    made = request(document, {"body": {"tags": ["a", "b"], "place": {"x": 1}, "n": None}})

    assert made.body == b"tags=a%7Cb&place=%7B%22x%22%3A1%7D"
    assert made.headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_a_form_of_parts_carries_files_and_says_what_they_are() -> None:
    schema = {"type": "object", "properties": {"meta": {"type": "object"}, "file": {}, "also": {"type": "array"}}}
    document = describe(method="post", operation=body(schema, "multipart/form-data"))
    file = {"$file": {"filename": 'a"\r\nX: y.txt', "content_type": "text/plain", "text": "hello"}}

    made = request(document, {"body": {"meta": {"a": 1}, "file": file, "also": ["x", "y"]}})

    assert made.body is not None
    parts = list(read_parts(made.body, made.headers["Content-Type"]))
    assert [(one["name"], one["content_type"]) for one in parts] == [
        ("meta", "application/json"),
        ("file", "text/plain"),
        ("also", "text/plain"),
        ("also", "text/plain"),
    ]
    assert b"\r\nX: y" not in made.body


def test_the_same_arguments_make_the_same_bytes() -> None:
    document = describe(method="post", operation=body({"type": "object"}, "multipart/form-data"))

    first, second = (request(document, {"body": {"a": "1", "b": "2"}}) for _ in range(2))

    assert first == second


def parts_of(made: Request) -> list[dict[str, Any]]:
    return list(read_parts(made.body or b"", made.headers["Content-Type"]))


def in_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_until_3_1_styles_are_ignored_in_a_form_of_parts() -> None:
    schema = {"type": "object", "properties": {"o": {"type": "object"}}}
    operation = body(schema, "multipart/form-data", encoding={"o": {"style": "form"}})

    old = request(describe(method="post", version="3.0.4", operation=operation), {"body": {"o": {"a": 1}}})
    new = request(describe(method="post", version="3.1.1", operation=operation), {"body": {"o": {"a": 1}}})

    assert [(one["name"], one["base64"]) for one in parts_of(old)] == [("o", in_base64('{"a":1}'))]
    assert [(one["name"], one["base64"]) for one in parts_of(new)] == [("a", in_base64("1"))]


@pytest.mark.parametrize(
    ("declared", "name", "sent"),
    [
        ("image/png, image/jpeg", "a.jpg", "image/jpeg"),
        ("image/png, image/jpeg", "a.pdf", "image/png"),
        ("image/*", "a.jpg", "image/jpeg"),
        ("image/*", "a.pdf", "application/octet-stream"),
        ("image/png", "a.jpg", "image/png"),
    ],
)
def test_a_file_has_one_of_the_media_types_that_are_allowed(declared: str, name: str, sent: str) -> None:
    schema = {"type": "object", "properties": {"f": {"type": "string", "format": "binary"}}}
    operation = body(schema, "multipart/form-data", encoding={"f": {"contentType": declared}})
    document = describe(method="post", operation=operation)

    (part,) = parts_of(request(document, {"body": {"f": {"$file": {"filename": name, "text": "x"}}}}))

    assert part["content_type"] == sent


def test_a_part_has_the_headers_that_can_have_one_value_only() -> None:
    headers = {"X-Kind": {"schema": {"const": "photo"}}, "X-Free": {"schema": {"type": "string"}}}
    operation = body({"type": "object"}, "multipart/form-data", encoding={"f": {"headers": headers}})

    made = request(describe(method="post", operation=operation), {"body": {"f": "x"}})

    assert b"\r\nX-Kind: photo\r\n" in (made.body or b"")
    assert b"X-Free" not in (made.body or b"")


def test_bytes_of_a_part_in_base64_are_sent_in_it() -> None:
    schema = {"type": "object", "properties": {"f": {"type": "string", "contentEncoding": "base64"}}}
    document = describe(method="post", operation=body(schema, "multipart/form-data"))

    (part,) = parts_of(request(document, {"body": {"f": {"$bytes": {"text": "hello"}}}}))

    assert part["base64"] == in_base64("aGVsbG8=")


def test_parts_without_names_are_sent_by_their_position() -> None:
    media = {
        "schema": {"type": "array", "prefixItems": [{"type": "object"}], "items": {"type": "integer"}},
        "prefixEncoding": [{"contentType": "application/vnd.a+json"}],
        "itemEncoding": {"contentType": "text/csv"},
    }
    document = describe(
        method="post", version="3.2.0", operation={"requestBody": {"content": {"multipart/mixed": media}}}
    )

    made = request(document, {"body": [{"a": 1}, "2"]})

    found = [(one["content_type"], one["base64"]) for one in parts_of(made)]
    assert found == [("application/vnd.a+json", in_base64('{"a":1}')), ("text/csv", in_base64("2"))]
    with pytest.raises(ArgumentError, match=r"body\[1\]: must be a whole number"):
        request(document, {"body": [{}, "x"]})


def test_a_structure_is_not_sent_as_what_it_is_not() -> None:
    operation = body({"type": "object"}, "multipart/form-data", encoding={"f": {"contentType": "application/xml"}})
    document = describe(method="post", operation=operation)

    with pytest.raises(ArgumentError, match=r"body\.f is sent as application/xml: write it as a text"):
        request(document, {"body": {"f": {"a": 1}}})
    assert request(document, {"body": {"f": "<a/>"}}).body is not None


@pytest.mark.parametrize(
    ("version", "path", "cookie"),
    [
        ("3.1.1", "/a%3Ab%2Fc%2520", "p=a%3Ab%2Fc%2520%3B"),
        ("3.2.0", "/a:b%2Fc%20", "p=a:b/c%20%3B"),
    ],
)
def test_from_3_2_on_reserved_characters_may_be_kept_wherever_values_are_encoded(
    version: str, path: str, cookie: str
) -> None:
    document = describe(
        parameter("p", "path", allowReserved=True),
        parameter("p", "cookie", allowReserved=True, style="form"),
        path="/{p}",
        version=version,
    )

    made = request(document, {"path": {"p": "a:b/c%20"}, "cookie": {"p": "a:b/c%20;"}})

    assert (made.url, made.headers["Cookie"]) == (path, cookie)
    with pytest.raises(ArgumentError, match="way to another path"):
        request(document, {"path": {"p": "%2e%2e"}})
