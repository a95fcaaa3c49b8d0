"""What came back is read as it is; where it isn't what the document says, that is a warning."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jackfield.openapi import Answer, Checked, ContentKind, RateLimits, read_answer, read_limits, read_retry_after
from openapi_descriptions import describe, read

JSON = "application/json"
NOW = datetime(2026, 11, 27, 12, 0, 0, tzinfo=UTC)
PERSON = {
    "type": "object",
    "required": ["name", "secret"],
    "properties": {
        "name": {"type": "string"},
        "secret": {"type": "string", "writeOnly": True},
        "age": {"type": "integer"},
    },
}


def answered(
    body: bytes | Any, media_type: str = JSON, status: int = 200, *, responses: Any = None, **headers: str
) -> Answer:
    declared = {
        "200": {"description": "", "content": {JSON: {"schema": PERSON}, "text/csv": {}}},
        "4XX": {"description": ""},
    }
    api = read(describe(path="/people/{id}/photo.png", operation={"responses": responses or declared}))
    (operation,) = api.operations
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = [("Content-Type", media_type), *((name.replace("_", "-"), value) for name, value in headers.items())]
    return read_answer(api, operation, status, fields, content, now=NOW)


def test_json_is_a_value_and_held_against_its_schema() -> None:
    good = answered({"name": "Ada", "age": 36})
    bad = answered({"age": "old"})

    assert (good.data, good.warnings, good.is_success) == ({"name": "Ada", "age": 36}, (), True)
    assert good.declared is not None
    assert (good.checked, bad.checked) == (Checked.FITS, Checked.DIFFERS)
    assert bad.data == {"age": "old"}
    assert sorted(bad.warnings) == ["/age: must be a whole number", "/name: must be given"]


def test_where_it_differs_is_a_json_pointer_and_of_many_places_the_first_ten_are_named() -> None:
    schema = {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "integer"}}}
    responses = {"200": {"description": "", "content": {JSON: {"schema": schema}}}}

    few = answered({"a/b~c": [1, "2"]}, responses=responses)
    many = answered({"list": ["no"] * 50}, responses=responses)

    assert few.warnings == ("/a~1b~0c/1: must be a whole number",)
    assert (len(many.warnings), many.warnings[-1]) == (11, "there are more differences than these")
    assert many.warnings[0].startswith("/list/0: ")


@pytest.mark.parametrize(
    ("responses", "body", "media_type", "checked"),
    [
        ({"200": {"description": ""}}, b"{}", JSON, Checked.NOT),
        ({"200": {"description": "", "content": {JSON: {}}}}, b"{}", JSON, Checked.NOT),
        ({"200": {"description": "", "content": {"text/plain": {}}}}, b"x", "text/plain", Checked.NOT),
        ({"200": {"description": "", "content": {JSON: {"schema": PERSON}}}}, b"", JSON, Checked.NOT),
        ({"200": {"description": "", "content": {JSON: {"schema": PERSON}}}}, b"{", JSON, Checked.DIFFERS),
        ({"200": {"description": "", "content": {JSON: {"schema": PERSON}}}}, b"x", "text/plain", Checked.DIFFERS),
        ({"201": {"description": ""}}, b"{}", JSON, Checked.DIFFERS),
    ],
)
def test_what_can_not_be_held_against_a_schema_is_said_to_be_unchecked(
    responses: Any, body: bytes, media_type: str, checked: Checked
) -> None:
    assert answered(body, media_type, responses=responses).checked is checked


def test_an_answer_that_does_not_say_what_it_is_is_what_the_document_says() -> None:
    responses = {"200": {"description": "", "content": {JSON: {"schema": PERSON}}}}

    assert answered(b'{"name": "Ada"}', "", responses=responses).data == {"name": "Ada"}
    assert answered(b'{"name": "Ada"}', "").content.kind is ContentKind.TEXT


def test_of_very_many_lines_only_the_first_are_read_and_that_is_said() -> None:
    found = answered(b"1\n" * 100_001, "application/jsonl")

    assert (found.content.is_whole, len(found.data or [])) == (False, 100_000)  # pyright: ignore[reportArgumentType]  # a list
    assert "only the first 100000 of 100001 lines are read" in found.warnings


@pytest.mark.parametrize(
    ("body", "media_type", "kind", "text"),
    [
        (b"a;b", "text/csv; charset=utf-8", ContentKind.TEXT, "a;b"),
        ("ä".encode("latin-1"), "text/csv; charset=ISO-8859-1", ContentKind.TEXT, "ä"),
        (b"\xff\xfe", "text/csv", ContentKind.FILE, None),
        (b"\x00\x01", "image/png", ContentKind.FILE, None),
        (b"", "image/png", ContentKind.NOTHING, None),
        (b"a=1&a=2&b=", "application/x-www-form-urlencoded", ContentKind.FORM, "a=1&a=2&b="),
        (b'{"a": 1}\n[2]\n', "application/x-ndjson", ContentKind.LINES, '{"a": 1}\n[2]\n'),
        (b"{", JSON, ContentKind.TEXT, "{"),
        (b"<a/>", "application/atom+xml", ContentKind.TEXT, "<a/>"),
    ],
)
def test_what_a_body_is_is_said_by_its_media_type_and_by_itself(
    body: bytes, media_type: str, kind: ContentKind, text: str | None
) -> None:
    found = answered(body, media_type)

    assert (found.content.kind, found.content.text) == (kind, text)
    assert (found.file is not None) == (kind is ContentKind.FILE)


def test_forms_and_lines_have_values() -> None:
    assert answered(b"a=1&a=2&b=", "application/x-www-form-urlencoded").data == {"a": ["1", "2"], "b": ""}
    assert answered(b'{"a": 1}\n\n[2]', "application/jsonl").data == [{"a": 1}, [2]]
    assert answered(b"{nothing", "application/jsonl").content.kind is ContentKind.TEXT


def test_a_file_has_a_name_that_is_no_path() -> None:
    named = answered(b"\x00", "image/png", Content_Disposition='attachment; filename="../../etc/cat.png"').file
    unnamed = answered(b"\x00", "image/png").file

    assert named is not None
    assert unnamed is not None
    assert (named.filename, named.media_type, named.content) == ("cat.png", "image/png", b"\x00")
    assert unnamed.filename == "photo.png"


def test_what_the_document_does_not_say_is_a_warning() -> None:
    assert answered({}, status=500).warnings == ("the document says nothing of an answer 500",)
    assert answered(b"<p>", "text/html").warnings == (
        "the answer is text/html; the document says application/json, text/csv",
    )
    assert answered({"message": "no"}, status=404).warnings == ()
    assert "not JSON" in answered(b"{", JSON).warnings[0]


def test_cookies_are_not_handed_on() -> None:
    assert "set-cookie" not in answered({}, Set_Cookie="session=secret").headers


def test_the_schema_of_another_media_type_is_its_own() -> None:
    responses = {
        "default": {
            "description": "",
            "content": {
                JSON: {"schema": {"type": "integer"}},
                "application/vnd.x+json": {"schema": {"type": "string"}},
            },
        }
    }

    assert answered("x", "application/vnd.x+json", responses=responses).warnings == ()
    assert answered(1, "application/vnd.x+json", responses=responses).warnings == ("the whole answer: must be text",)


@given(
    status=st.integers(100, 599),
    headers=st.lists(
        st.tuples(
            st.sampled_from(["Content-Type", "Link", "RateLimit", "X-RateLimit-Reset", "Retry-After"]),
            st.text(max_size=30),
        )
    ),
    body=st.one_of(st.binary(max_size=40), st.sampled_from([b'{"a":1}', b"[" * 5_000, b'"\\ud800"', b"1e999"])),
)
def test_any_answer_is_read(status: int, headers: list[tuple[str, str]], body: bytes) -> None:
    api = read(
        describe(operation={"responses": {"default": {"description": "", "content": {"*/*": {"schema": PERSON}}}}})
    )
    (operation,) = api.operations

    found = read_answer(api, operation, status, [("Content-Type", JSON), *headers], body, now=NOW)

    assert found.status == status
    assert len(found.warnings) <= 12
    assert found.limits.pause is None or found.limits.pause >= 0


@pytest.mark.requirement("P3")
@pytest.mark.parametrize(
    ("headers", "limits"),
    [
        ({}, RateLimits()),
        ({"retry-after": "7"}, RateLimits(retry_after=7.0)),
        ({"retry-after": "Fri, 27 Nov 2026 12:01:00 GMT"}, RateLimits(retry_after=60.0)),
        (
            {"ratelimit": '"default";r=0;t=30, "day";r=900;t=9000', "ratelimit-policy": '"default";q=100;w=60'},
            RateLimits(limit=100, remaining=0, reset_after=30.0, window=60.0),
        ),
        ({"ratelimit": "limit=100, remaining=50, reset=5"}, RateLimits(limit=100, remaining=50, reset_after=5.0)),
        (
            {"ratelimit-limit": "10, 10;w=1", "ratelimit-remaining": "3", "ratelimit-reset": "1"},
            RateLimits(limit=10, remaining=3, reset_after=1.0),
        ),
        (
            {
                "x-ratelimit-limit": "5000",
                "x-ratelimit-remaining": "0",
                "x-ratelimit-reset": str(int(NOW.timestamp()) + 90),
            },
            RateLimits(limit=5000, remaining=0, reset_after=90.0),
        ),
        ({"x-ratelimit-reset": str(int(NOW.timestamp() * 1000) + 1500)}, RateLimits(reset_after=1.5)),
        ({"x-rate-limit-reset": "2026-11-27T12:00:10Z"}, RateLimits(reset_after=10.0)),
        ({"x-ratelimit-reset": "5", "x-ratelimit-reset-after": "0.5"}, RateLimits(reset_after=0.5)),
        (
            {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "6m0s"},
            RateLimits(remaining=0, reset_after=360.0),
        ),
        ({"x-ratelimit-reset": "soon", "x-ratelimit-limit": "many"}, RateLimits()),
    ],
)
def test_when_to_come_again_is_read_in_every_spelling(headers: dict[str, str], limits: RateLimits) -> None:
    found = read_limits(headers, NOW)

    assert found == limits


def test_the_pause_is_what_was_asked_for_or_until_there_are_requests_again() -> None:
    assert RateLimits(retry_after=3, remaining=0, reset_after=9).pause == 3
    assert RateLimits(remaining=0, reset_after=9).pause == 9
    assert RateLimits(remaining=1, reset_after=9).pause is None
    assert read_retry_after("9" * 400, NOW) == read_retry_after("Fri, 31 Dec 9999 23:59:59 GMT", NOW)
