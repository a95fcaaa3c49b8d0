"""What leaves: only under the base URL, only with settable headers."""

import base64
import re
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.http.connecting import Connect
from jackfield.catalog.http import HttpConnector
from jackfield.catalog.http.declarations import HttpDetails, RequestArguments
from jackfield.connectors import Effect, Repeat, Scheme, parse_fields
from jackfield.connectors.http.urls import build_url, read_base
from jackfield.errors import HubError, InvalidError
from servers import evil

BASE = read_base("https://api.example.com/v1")


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://api.example.com", "https://api.example.com:443/"),
        ("HTTPS://API.Example.com./v1", "https://api.example.com:443/v1/"),
        ("http://api.example.com:8080/a b/ü/", "http://api.example.com:8080/a%20b/%C3%BC/"),
        ("https://bücher.example", "https://xn--bcher-kva.example:443/"),
        ("http://[2001:DB8:0::1]:80/", "http://[2001:db8::1]:80/"),
        ("http://10.0.0.1/x%2fy", "http://10.0.0.1:80/x%2fy/"),
    ],
)
def test_a_base_url_has_one_spelling(text: str, origin: str) -> None:
    details = parse_fields(HttpDetails, {"base_url": text}, where="details")

    assert HttpConnector().origin(details) == origin
    assert read_base(details.base_url).origin == origin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "api.example.com",
        "ftp://example.com",
        "https://user:canary@example.com/",
        "https://example.com/?key=canary",
        "https://example.com/#canary",
        "https://example.com/../admin",
        "https://example.com/%2e%2e/admin",
        "https://example.com//x",
        "https://exam ple.com",
        "https://example.com:0/",
        "https://example.com:99999/",
        "https://127.1/",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://[::1",
        "https://[fe80::1%25eth0]/",
        "https://example.com\\@evil.test/",
        "https://-x.test/",
    ],
)
def test_what_is_no_base_url_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(InvalidError) as caught:
        parse_fields(HttpDetails, {"base_url": text}, where="details")

    assert caught.value.data["field"] == "details.base_url"
    assert "canary" not in f"{caught.value.message} {caught.value.data}"


@pytest.mark.requirement("D20")
@pytest.mark.parametrize(
    "value",
    [
        "../admin", "..", ".", "", "%2e%2e", "%2E%2e", "%252e%252e", "%25252e%25252e", "..%2f", "..%2fadmin", "%2e%2e%2f",
        "a\\..\\b", "..\\x", "\uff0e\uff0e", "..;x=1", "a\r\nb", "a\x00b", "%00", "%0d%0a", "%250d", "\x7f", "\x85", " .. ",
        "x" * 10_240,
    ],
)  # fmt: skip
def test_segments_that_lead_elsewhere_are_refused(value: str) -> None:
    with pytest.raises(InvalidError) as caught:
        build_url(BASE, ["users", value, "detail"], ())

    assert caught.value.data["field"] == "arguments.path"


@pytest.mark.requirement("D20")
@pytest.mark.parametrize(
    "value", ["a/b", "a?x=1", "a#f", "a;b", "a%b", "ü", "a b", "...", "a.", "100%", "{id}", "a:b@c", "~"]
)
async def test_a_segment_arrives_as_it_was_given(connect: Connect, server: evil.EvilServer, value: str) -> None:
    await connect(server.url("/echo/v1")).call(path=["users", value, "detail"])

    segments = server.requests[0].target.split("/")
    assert segments[:4] == ["", "echo", "v1", "users"]
    assert len(segments) == 6
    assert unquote(segments[4]) == value


@pytest.mark.requirement("D20")
@pytest.mark.parametrize("value", [None, [], {}, ["a"], 1.5, True])
def test_a_segment_is_text_or_a_number(value: Any) -> None:
    with pytest.raises(InvalidError):
        parse_fields(RequestArguments, {"path": ["users", value]}, where="arguments")


@pytest.mark.requirement("D20")
@pytest.mark.parametrize(
    "path",
    [
        "..",
        "/..",
        "a/../b",
        "a/./b",
        "a//b",
        "//evil.test/x",
        "a/%2e%2e/b",
        "a?x=1",
        "a#f",
        "a\\b",
        "%",
        "%zz",
        "a\nb",
        "..;/x",
    ],
)
def test_paths_that_lead_elsewhere_are_refused(path: str) -> None:
    with pytest.raises(InvalidError):
        build_url(BASE, path, ())


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", "/v1/"),
        ("/", "/v1/"),
        ("users", "/v1/users"),
        ("/users/", "/v1/users/"),
        ("a b/ü/%2F/x:y@z", "/v1/a%20b/%C3%BC/%2F/x:y@z"),
    ],
)
def test_a_path_is_written_under_the_base(path: str, expected: str) -> None:
    assert build_url(BASE, path, ()) == "https://api.example.com:443" + expected


@pytest.mark.requirement("D20")
@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_any_segments_stay_under_the_base_or_are_refused(segments: list[str]) -> None:
    try:
        url = build_url(BASE, segments, ())
    except InvalidError:
        return

    written = url.removeprefix("https://api.example.com:443/v1/").split("/")
    assert [unquote(one) for one in written] == segments
    assert re.fullmatch(r"[!-~]+", url)


@pytest.mark.requirement("D20")
@given(st.text(alphabet="./\\%2eEfF5c;ab", max_size=24))
def test_any_path_stays_under_the_base_or_is_refused(path: str) -> None:
    try:
        url = build_url(BASE, path, ())
    except InvalidError:
        return

    decoded = url.removeprefix("https://api.example.com:443")
    for _ in range(3):
        decoded = unquote(decoded)
    assert decoded.startswith("/v1/")
    assert ".." not in re.split(r"[/\\;]", decoded)


@pytest.mark.requirement("D21")
async def test_a_parameter_is_one_parameter(connect: Connect, server: evil.EvilServer) -> None:
    values = ["a&admin=true", "a\r\nX-Evil: 1", "a=b", "a+b", "a b", "ü", "#", ""]

    await connect(server.url("/echo")).call(query=[["q", value] for value in values])

    received = server.requests[0]
    assert parse_qsl(received.target.partition("?")[2], keep_blank_values=True) == [("q", value) for value in values]
    assert not received.header("X-Evil")


@pytest.mark.requirement("D21")
@pytest.mark.parametrize(
    "name",
    ["Authorization", "Host", "Content-Length", "Transfer-Encoding", "Cookie", "X-Forwarded-For", "Connection", "Upgrade",
     "Proxy-Authorization", "Forwarded", "X-Real-IP", "X-Original-URL", "TE", "Expect", "a b", "x\r\ny", "", "X-É"],
)  # fmt: skip
def test_some_headers_are_never_settable(name: str) -> None:
    for spelled in {name, name.lower(), name.upper()}:
        with pytest.raises(InvalidError):
            parse_fields(RequestArguments, {"headers": {spelled: "x"}}, where="arguments")
        with pytest.raises(InvalidError):
            parse_fields(RequestArguments, {"idempotency_header": spelled}, where="arguments")
        with pytest.raises(InvalidError):
            parse_fields(HttpDetails, {"base_url": "https://a.test", "headers": {spelled: "x"}}, where="details")


@pytest.mark.requirement("D02", "D21")
@pytest.mark.parametrize("value", ["canary\r\nX-Evil: 1", "canary\x00", "canaryé", " canary"])
def test_header_values_are_checked_and_not_repeated(value: str) -> None:
    for model, fields in (
        (RequestArguments, {"headers": {"X-A": value}}),
        (HttpDetails, {"base_url": "https://a.test", "headers": {"X-A": value}}),
        (HttpConnector().schemes[1].credentials, {"name": "X-Api-Key", "value": value}),
        (HttpConnector().schemes[5].credentials, {"token": value}),
    ):
        with pytest.raises(InvalidError) as caught:
            parse_fields(model, fields, where="here")

        assert "canary" not in f"{caught.value.message} {caught.value.data}"


@pytest.mark.parametrize("name", ["X-Api-Key", "X-Auth-Token", "X-Secret", "Location", "X-Session-Id"])
def test_default_headers_hold_no_secrets(name: str) -> None:
    with pytest.raises(InvalidError):
        parse_fields(HttpDetails, {"base_url": "https://a.test", "headers": {name: "x"}}, where="details")


def test_a_header_is_given_once_in_whatever_case() -> None:
    for model, fields, where in (
        (RequestArguments, {"headers": {"X-A": "1", "x-a": "2"}}, "arguments"),
        (HttpDetails, {"base_url": "https://a.test", "headers": {"X-A": "1", "x-A": "2"}}, "details"),
    ):
        with pytest.raises(InvalidError, match="is given twice") as caught:
            parse_fields(model, fields, where=where)

        assert caught.value.data["field"] == f"{where}.headers"


async def test_the_header_of_the_idempotency_key_is_not_given_beside_it(
    connect: Connect, server: evil.EvilServer
) -> None:
    keyed = connect(server.url("/echo"), idempotency_key="key-1")

    with pytest.raises(InvalidError, match="is given twice") as caught:
        await keyed.call(method="POST", idempotency_header="Idempotency-Key", headers={"idempotency-key": "mine"})

    assert caught.value.data["field"] == "arguments.headers"
    assert not server.requests


@pytest.mark.requirement("D21")
async def test_the_credentials_can_not_be_overridden(connect: Connect, server: evil.EvilServer) -> None:
    by_header = connect(server.url("/echo"), "api_key_header", credentials={"name": "X-Api-Key", "value": "k"})
    by_query = connect(server.url("/echo"), "api_key_query", credentials={"name": "key", "value": "k"})

    for arguments in ({"headers": {"x-api-key": "mine"}}, {"method": "POST", "idempotency_header": "X-API-KEY"}):
        with pytest.raises(InvalidError):
            await by_header.call(**arguments)
    with pytest.raises(InvalidError):
        await by_query.call(query={"key": "mine"})

    assert server.connections == 0


@pytest.mark.parametrize(
    ("body", "media_type", "sent"),
    [
        ({"type": "json", "value": {"ü": None}}, "application/json", '{"ü":null}'),
        (
            {"type": "json", "value": None, "media_type": "application/merge-patch+json"},
            "application/merge-patch+json",
            "null",
        ),
        ({"type": "text", "value": "grüß"}, "text/plain; charset=utf-8", "grüß"),
        (
            {"type": "form", "fields": {"a": "1&b=2", "c": [1, True]}},
            "application/x-www-form-urlencoded",
            "a=1%26b%3D2&c=1&c=true",
        ),
        ({"type": "file", "file": {"name": "a.csv", "media_type": "text/csv", "base64": "YQ=="}}, "text/csv", "a"),
    ],
)
async def test_bodies_are_written(
    connect: Connect, server: evil.EvilServer, body: dict[str, Any], media_type: str, sent: str
) -> None:
    await connect(server.url("/ok")).call(method="POST", body=body)

    assert server.requests[0].header("Content-Type") == [media_type]
    assert server.requests[0].body.decode() == sent


async def test_forms_with_files_are_read_back_whole(connect: Connect, server: evil.EvilServer) -> None:
    data = b"\r\n--jackfield\r\n\x00\xff"
    file = {"name": 'a"\r\nX: 1.bin', "media_type": "application/pdf", "base64": base64.b64encode(data).decode()}
    body = {"type": "multipart", "fields": [["a", "1"], ["a", "ü"]], "files": [{"name": "f\r\n", "file": file}]}

    await connect(server.url("/ok")).call(method="POST", body=body)

    received = server.requests[0]
    head = f"Content-Type: {received.header('Content-Type')[0]}\r\n\r\n".encode()
    parts = list(message_from_bytes(head + received.body).walk())[1:]
    assert [part.get_payload(decode=True) for part in parts] == [b"1", "ü".encode(), data]
    assert [part.keys() for part in parts[2:]] == [["Content-Disposition", "Content-Type"]]
    assert parts[2].get_filename() == "a%22%0D%0AX: 1.bin"


@pytest.mark.parametrize(
    ("charset", "sent"),
    [("iso-8859-1", b"gr\xfc\xdf"), ("UTF-8", "grüß".encode()), ("utf-16le", "grüß".encode("utf-16-le"))],
)
async def test_a_text_is_sent_in_the_charset_that_its_media_type_names(
    connect: Connect, server: evil.EvilServer, charset: str, sent: bytes
) -> None:
    body = {"type": "text", "value": "grüß", "media_type": f"text/plain; charset={charset}"}
    await connect(server.url("/ok")).call(method="POST", body=body)

    assert server.requests[-1].body == sent


@pytest.mark.parametrize("charset", ["us-ascii", "nonsense"])
async def test_a_text_that_its_charset_does_not_have_is_refused(
    connect: Connect, server: evil.EvilServer, charset: str
) -> None:
    body = {"type": "text", "value": "grüß", "media_type": f"text/plain; charset={charset}"}

    with pytest.raises(InvalidError, match=f"can't be written in {charset}") as caught:
        await connect(server.url("/ok")).call(method="POST", body=body)

    assert caught.value.data["field"] == "arguments.body.value"
    assert server.connections == 0


@pytest.mark.parametrize(
    "body",
    [
        {"type": "file", "file": {"name": "x", "base64": "not base 64!"}},
        {"type": "file", "file": {"name": "x", "base64": "ü"}},
        {"type": "multipart", "files": [{"name": "x", "file": {"name": "x", "base64": "ü"}}]},
        {"type": "file", "file": {"name": "x", "base64": "", "media_type": "text/plain\r\nX-Evil: 1"}},
        {"type": "text", "value": "x", "media_type": "text/plain\r\nX-Evil: 1"},
        {"type": "text", "value": "\ud800"},
        {"type": "json", "value": "\ud800"},
        {"type": "xml", "value": "x"},
        {"value": "x"},
        "text",
    ],
)
async def test_bodies_that_can_not_be_written_are_refused(connect: Connect, server: evil.EvilServer, body: Any) -> None:
    with pytest.raises(InvalidError) as caught:
        await connect(server.url("/ok")).call(method="POST", body=body)

    assert str(caught.value.data.get("field", "")).startswith("arguments.body")
    assert server.connections == 0


@pytest.mark.parametrize(
    ("arguments", "effect", "repeat"),
    [
        ({"method": "GET"}, Effect.READ, Repeat.READ),
        ({"method": "HEAD"}, Effect.READ, Repeat.READ),
        ({"method": "OPTIONS"}, Effect.READ, Repeat.READ),
        ({"method": "PUT"}, Effect.WRITE, Repeat.REPEATABLE),
        ({"method": "DELETE"}, Effect.DESTRUCTIVE, Repeat.REPEATABLE),
        ({"method": "POST"}, Effect.WRITE, Repeat.ONCE),
        ({"method": "PATCH"}, Effect.WRITE, Repeat.ONCE),
        ({"method": "POST", "idempotency_header": "Idempotency-Key"}, Effect.WRITE, Repeat.KEYED),
        ({"method": "GET", "idempotency_header": "Idempotency-Key"}, Effect.READ, Repeat.READ),
    ],
)
def test_a_request_weighs_what_its_method_promises(arguments: dict[str, str], effect: Effect, repeat: Repeat) -> None:
    weight = HttpConnector.actions["request"].weight_of(parse_fields(RequestArguments, arguments, where="arguments"))

    assert (weight.effect, weight.repeat) == (effect, repeat)


@pytest.mark.requirement("D36")
async def test_the_idempotency_key_is_sent_where_the_api_takes_it(connect: Connect, server: evil.EvilServer) -> None:
    keyed = connect(server.url("/ok"), idempotency_key="key-1")
    keyless = connect(server.url("/ok"))

    await keyed.call(method="POST", idempotency_header="Idempotency-Key")
    with pytest.raises(InvalidError):
        await keyless.call(method="POST", idempotency_header="Idempotency-Key")

    assert [one.header("Idempotency-Key") for one in server.requests] == [["key-1"]]


@pytest.mark.parametrize("pem", ["", "canary", "-----BEGIN CERTIFICATE-----\ncanary\n-----END CERTIFICATE-----"])
def test_unreadable_certificates_are_refused(pem: str) -> None:
    with pytest.raises(InvalidError) as caught:
        parse_fields(HttpDetails, {"base_url": "https://a.test", "ca_pem": pem}, where="details")

    assert caught.value.data["field"] == "details.ca_pem"
    assert "canary" not in f"{caught.value.message} {caught.value.data}"


@pytest.mark.requirement("D10")
@pytest.mark.parametrize("scheme", HttpConnector.schemes, ids=lambda scheme: scheme.key)
async def test_no_secret_is_logged_or_said(
    connect: Connect, server: evil.EvilServer, scheme: Scheme, caplog: pytest.LogCaptureFixture
) -> None:
    filled = {"name": "x-name", "value": "canary-1", "token": "canary-2", "username": "user", "password": "canary-3"}
    fields = {name: filled[name] for name in scheme.credentials.model_fields}
    connection = connect(server.origin, scheme.key, credentials=fields)
    said: list[str] = []

    with caplog.at_level("DEBUG"):
        await connection.call(path="ok")
        for path in ("reset", "raw", "status/500", "status/404", "headers/long", "hang-up"):
            with pytest.raises(HubError) as caught:
                await connection.call(path=path, method="POST")
            said.append(f"{caught.value!r} {caught.value.data}")

    assert "canary" not in caplog.text
    assert "canary" not in " ".join(said)
    assert "canary" not in repr(connection.use)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"query": {"page": None}}, "arguments.query.page"),
        ({"query": {"": "x"}}, "arguments.query"),
        ({"path": 5}, "arguments.path"),
        ({"path": ["users", 1.5]}, "arguments.path"),
        ({"response_schema": []}, "arguments.response_schema"),
        ({"body": {"type": "json"}}, "arguments.body.value"),
        ({"body": {"type": "file"}}, "arguments.body.file"),
        ({"body": {"type": "file", "file": {"name": 1, "base64": ""}}}, "arguments.body.file.name"),
        ({"body": {"type": "form", "fields": {"a": {}}}}, "arguments.body.fields.a"),
        ({"expect": [200, 1]}, "arguments.expect.1"),
    ],
)
def test_what_is_wrong_has_the_path_of_what_was_filled_in_whatever_was_tried(wrong: Any, field: str) -> None:
    with pytest.raises(InvalidError) as caught:
        parse_fields(RequestArguments, wrong, where="arguments")

    problems: Any = caught.value.data["problems"]
    assert caught.value.data["field"] == field
    assert len({one["field"] for one in problems}) == len(problems)


def test_a_text_that_is_too_long_is_counted_in_characters() -> None:
    with pytest.raises(InvalidError, match="may have at most 8192 characters"):
        parse_fields(RequestArguments, {"path": "x" * 9000}, where="arguments")
