"""What comes back: read by what it is, and never more than an error."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from catalog.http.connecting import Connect
from jackfield.catalog.http.declarations import HttpResult
from jackfield.catalog.http.schemas import AnswerMismatchError
from jackfield.connectors.http.answers import retry_after
from jackfield.errors import (
    HubError,
    InvalidError,
    OutcomeUnknownError,
    RemoteRejectedError,
    RemoteSignInError,
    RemoteThrottledError,
    RemoteUnavailableError,
)
from servers import evil


def _raw(media_type: str, body: bytes, more: str = "") -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\n{more}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def _mirror(connect: Connect, server: evil.EvilServer, media_type: str, body: bytes) -> HttpResult:
    """What is made of an answer with this body."""
    server.answers["/said"] = _raw(media_type, body)
    return await connect(server.origin).call(path="said")


@pytest.mark.requirement("D35")
async def test_json_behind_a_byte_order_mark_is_json(connect: Connect, server: evil.EvilServer) -> None:
    answer = await _mirror(connect, server, "application/json", b'\xef\xbb\xbf{"a": 1}')

    assert (answer.data, answer.text, answer.note) == ({"a": 1}, None, None)


@pytest.mark.requirement("D35")
@pytest.mark.parametrize(
    ("media_type", "body", "text"),
    [
        ("text/plain", "grüß".encode(), "grüß"),
        ("text/plain; charset=ISO-8859-1", b"gr\xfc\xdf", "grüß"),
        ('text/html; charset="utf-8"', b"\xef\xbb\xbf<p>", "<p>"),
        ("application/xml", b"<a/>", "<a/>"),
        ("image/svg+xml", b"<svg/>", "<svg/>"),
        ("application/json", b"<html>", "<html>"),
        ("application/json", b'{"a":1,"a":2}', '{"a":1,"a":2}'),
        ("application/json", b"[NaN]", "[NaN]"),
        ("application/json", b"[1e999]", "[1e999]"),
        ("application/json", b"[" * 200_000, "[" * 200_000),
        ("application/json", b"[" * 101 + b"]" * 101, "[" * 101 + "]" * 101),
        ("application/json", b'{"a":', '{"a":'),
        ("application/json", b'"\\ud800"', '"\\ud800"'),
        ("application/json", b"1" * 5000, "1" * 5000),
    ],
)
async def test_text_and_broken_json_are_text(
    connect: Connect, server: evil.EvilServer, media_type: str, body: bytes, text: str
) -> None:
    answer = await _mirror(connect, server, media_type, body)

    assert (answer.text, answer.data, answer.file) == (text, None, None)
    assert bool(answer.note) == (media_type == "application/json")


@pytest.mark.requirement("D35")
@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/octet-stream", b"abc"),
        ("image/png", b"\x89PNG\x00"),
        ("text/plain", b"\xff\xfe\x00"),
        ("text/plain; charset=utf-7", b"+AGE-"),
        ("text/plain; charset=nonsense", b"abc"),
        ("text/plain", b"a\x00b"),
        ("application/json", b"\xff\xff"),
        ("nonsense", b"abc"),
    ],
)
async def test_what_is_no_text_is_a_file(
    connect: Connect, server: evil.EvilServer, media_type: str, body: bytes
) -> None:
    answer = await _mirror(connect, server, media_type, body)

    assert answer.file is not None
    assert (answer.file.data, answer.file.name, answer.text, answer.data) == (body, "said", None, None)


@pytest.mark.parametrize(
    "media_type", ["application/json", "application/problem+json; charset=utf-8", "APPLICATION/JSON"]
)
async def test_json_is_data(connect: Connect, server: evil.EvilServer, media_type: str) -> None:
    answer = await _mirror(connect, server, media_type, '{"a":[1,2.5,null,true,"ü"]}'.encode())

    assert answer.data == {"a": [1, 2.5, None, True, "ü"]}


async def test_long_lists_are_read_whole(connect: Connect, server: evil.EvilServer) -> None:
    row = b'{"id":1,"name":"somebody","city":"somewhere"}'

    answer = await _mirror(connect, server, "application/json", b"[" + b",".join([row] * 20_000) + b"]")

    assert len(answer.data) == 20_000


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="report.pdf"', "report.pdf"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ("attachment; filename=..", "body"),
        ('attachment; filename="a\\\\b\\\\c.txt"', "c.txt"),
    ],
)
async def test_files_have_a_plain_name(connect: Connect, server: evil.EvilServer, disposition: str, name: str) -> None:
    server.answers["/said"] = _raw("application/pdf", b"%PDF", f"Content-Disposition: {disposition}\r\n")

    answer = await connect(server.origin).call(path="said")

    assert answer.file is not None
    assert answer.file.name == name


async def test_cookies_are_not_handed_on(connect: Connect, server: evil.EvilServer) -> None:
    server.answers["/said"] = _raw("text/plain", b"x", "Set-Cookie: sid=canary\r\nX-Two: a\r\nX-Two: b\r\n")

    answer = await connect(server.origin).call(path="said")

    assert "canary" not in answer.model_dump_json()
    assert answer.headers["x-two"] == "a, b"


@pytest.mark.requirement("D36")
@pytest.mark.parametrize(
    ("status", "method", "expected"),
    [
        (301, "GET", RemoteRejectedError),
        (400, "POST", RemoteRejectedError),
        (401, "GET", RemoteSignInError),
        (403, "GET", RemoteRejectedError),
        (404, "GET", RemoteRejectedError),
        (408, "POST", RemoteUnavailableError),
        (409, "POST", RemoteRejectedError),
        (429, "POST", RemoteThrottledError),
        (500, "GET", RemoteUnavailableError),
        (500, "POST", OutcomeUnknownError),
        (501, "POST", RemoteRejectedError),
        (502, "GET", RemoteUnavailableError),
        (502, "DELETE", OutcomeUnknownError),
        (503, "POST", RemoteUnavailableError),
        (504, "PUT", OutcomeUnknownError),
        (599, "PATCH", OutcomeUnknownError),
    ],
)
async def test_statuses_become_the_right_error(
    connect: Connect, server: evil.EvilServer, status: int, method: str, expected: type[HubError]
) -> None:
    connection = connect(server.origin, "api_key_query", credentials={"name": "key", "value": "canary-1234"})

    with pytest.raises(expected) as caught:
        await connection.call(method=method, path=["status", status], query={"say": "because"})

    assert type(caught.value) is expected
    assert caught.value.data["status"] == status
    assert caught.value.data["detail"] == "because"
    assert "canary" not in f"{caught.value.message} {caught.value.data}"
    assert len(server.requests) == 1


@pytest.mark.requirement("D36")
@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("7", 7),
        ("0", 0),
        ("1e9", None),
        ("1000000000", 300),
        ("9" * 400, 300),
        ("-1", None),
        ("soon", None),
        ("Fri, 31 Dec 1999 23:59:59 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 300),
        ("Fri, 99 Dec 1999", None),
    ],
)
def test_retry_after_is_bounded(value: str | None, seconds: float | None) -> None:
    assert retry_after(value) == seconds


def test_retry_after_may_be_a_date() -> None:
    seconds = retry_after(format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True))

    assert seconds is not None
    assert 60 < seconds <= 100


async def test_an_answer_that_fits_its_schema_is_handed_on(connect: Connect, server: evil.EvilServer) -> None:
    schema = {"type": "object", "required": ["ok"], "properties": {"ok": {"type": "boolean"}}}

    assert (await connect(server.origin).call(path="ok", response_schema=schema)).data == {"ok": True}


async def test_an_answer_that_does_not_fit_says_where(connect: Connect, server: evil.EvilServer) -> None:
    schema = {"properties": {"ok": {"type": "string"}}}

    with pytest.raises(AnswerMismatchError, match=r"/ok \(type\)"):
        await connect(server.origin).call(path="ok", response_schema=schema)


async def test_text_does_not_fit_a_schema(connect: Connect, server: evil.EvilServer) -> None:
    server.answers["/said"] = _raw("text/html", b"<p>")

    with pytest.raises(AnswerMismatchError, match="not JSON"):
        await connect(server.origin).call(path="said", response_schema=True)


@pytest.mark.requirement("D25")
@pytest.mark.parametrize(
    "reference", ["http://127.0.0.2/schema.json", "file:///etc/passwd", "../other.json", "https://json-schema.test/x"]
)
async def test_a_schema_fetches_nothing(connect: Connect, server: evil.EvilServer, reference: str) -> None:
    with pytest.raises(InvalidError) as caught:
        await connect(server.origin).call(path="ok", response_schema={"$ref": reference})

    assert caught.value.data["field"] == "arguments.response_schema"
    assert server.connections == 0


def _fan_out(depth: int) -> dict[str, Any]:
    steps = {f"a{at}": {"anyOf": [{"$ref": f"#/$defs/a{at + 1}"}] * 2} for at in range(depth)}
    return {"$defs": {**steps, f"a{depth}": {"type": "integer"}}, "$ref": "#/$defs/a0"}


def _unevaluated(depth: int) -> dict[str, Any]:
    nested: dict[str, Any] = {"properties": {"a": True}}
    for _ in range(depth):
        nested = {"anyOf": [nested, {"allOf": [{}]}], "unevaluatedProperties": False}
    return nested


@pytest.mark.requirement("D25")
@pytest.mark.parametrize(
    "schema",
    [
        {"pattern": "^(a+)+$"},
        {"pattern": "(?=a)(a*)*$"},
        {"pattern": "("},
        {"maxLength": 10**18},
        {"format": "unheard-of"},
        {"type": 7},
        {"enum": ["x" * 70_000]},
        {"$dynamicAnchor": "x", "$dynamicRef": "#x"},
        {"anyOf": [{"$ref": "#"}, {"$ref": "#"}]},
        {"$ref": "#/nowhere"},
        _fan_out(26),
        _unevaluated(14),
        {"items": {"anyOf": [{"type": "integer"}] * 4_900}},
    ],
    ids=str,
)
async def test_hostile_schemas_end_soon_or_are_refused(
    connect: Connect, server: evil.EvilServer, schema: dict[str, Any]
) -> None:
    server.answers["/said"] = _raw("application/json", b'["' + b"a" * 500_000 + b'!"]')

    async with asyncio.timeout(5):
        try:
            answer = (await connect(server.origin).call(path="said", response_schema=schema)).model_dump_json()
        except (AnswerMismatchError, InvalidError) as error:
            answer = error.message

    assert "\n" not in answer


async def test_references_within_a_schema_are_followed(connect: Connect, server: evil.EvilServer) -> None:
    schema = {"properties": {"ok": {"$ref": "#/$defs/a~1b"}}, "$defs": {"a/b": {"type": "string"}}}

    with pytest.raises(AnswerMismatchError, match=r"/ok \(type\)"):
        await connect(server.origin).call(path="ok", response_schema=schema)
