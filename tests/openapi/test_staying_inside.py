"""No argument leaves its place: not the path's segment, not the query's value, not the header's line."""

import string
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jackfield.openapi import ArgumentError, CredentialError, Request, ServerError
from openapi_descriptions import describe, parameter, read, request

BASE = "https://api.example.com/v1"
USERS = read(describe(parameter("id", "path", {"type": "string"}), path="/users/{id}/profile", servers=[{"url": BASE}]))
PREFIX = "/v1/users/"
SUFFIX = "/profile"


def segment_of(made: Request) -> str:
    """The one segment that is the caller's; nothing else has moved."""
    parts = urlsplit(made.url)
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("https", "api.example.com", "", "")
    assert parts.path.startswith(PREFIX)
    assert parts.path.endswith(SUFFIX)
    assert parts.path.count("/") == len(["", "v1", "users", "x", "profile"]) - 1
    return parts.path.removeprefix(PREFIX).removesuffix(SUFFIX)


@pytest.mark.requirement("D20")
@pytest.mark.parametrize(
    "value",
    [
        "../admin",
        "..%2f",
        "a/b",
        "a?x=1",
        "a#f",
        "a;b",
        "a\\..\\b",
        "\N{FULLWIDTH FULL STOP}\N{FULLWIDTH FULL STOP}",
        "x" * 10240,
        "..;",
        "…",
    ],
)
def test_a_value_arrives_as_it_is(value: str) -> None:
    made = request(USERS, {"path": {"id": value}})

    assert unquote(segment_of(made)) == value


@pytest.mark.requirement("D20")
@pytest.mark.parametrize(
    "value", ["..", ".", "", "%2e%2e", "%2e", "%252e.", "a\r\nb", "a\0b", "%0d%0aX: 1", None, [], {}]
)
def test_what_could_be_another_path_is_refused(value: Any) -> None:
    with pytest.raises(ArgumentError):
        request(USERS, {"path": {"id": value}})


@pytest.mark.requirement("D20")
def test_values_that_are_dots_together_are_refused() -> None:
    document = describe(parameter("a", "path"), parameter("b", "path"), path="/x/{a}{b}")

    with pytest.raises(ArgumentError, match="another path"):
        request(document, {"path": {"a": ".", "b": "."}})


@pytest.mark.requirement("D20")
@given(st.text())
@example("..")
@example("%2E%2e")
@example("/")
def test_no_text_leaves_its_segment(value: str) -> None:
    try:
        made = request(USERS, {"path": {"id": value}})
    except ArgumentError:
        return

    segment = segment_of(made)
    assert unquote(segment) == value
    assert segment not in {"", ".", ".."}
    assert segment.isascii()


STYLES = [("simple", True), ("simple", False), ("label", True), ("label", False), ("matrix", True), ("matrix", False)]
VALUES = st.one_of(
    st.text(),
    st.lists(st.text(), max_size=4),
    st.dictionaries(st.text(max_size=5), st.text(), max_size=3),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
)


@pytest.mark.requirement("D20")
@given(st.sampled_from(STYLES), VALUES)
def test_no_value_in_any_style_adds_a_segment_or_a_query(style: tuple[str, bool], value: Any) -> None:
    named, explode = style
    declared = parameter("id", "path", style=named, explode=explode)
    document = describe(declared, path="/users/{id}/profile", servers=[{"url": BASE}])
    try:
        made = request(document, {"path": {"id": value}})
    except ArgumentError:
        return

    assert segment_of(made) not in {"", ".", ".."}


@pytest.mark.requirement("D20")
def test_an_empty_value_is_sent_where_the_document_names_it() -> None:
    document = describe(parameter("id", "path", {"type": "string", "enum": ["", "all"]}), path="/things/{id}")

    assert request(document, {"path": {"id": ""}}).url == "/things/"


FORBIDDEN = [
    "Authorization",
    "Host",
    "Content-Length",
    "Transfer-Encoding",
    "Cookie",
    "X-Forwarded-For",
    "Connection",
    "Proxy-Authorization",
    "TE",
    "Upgrade",
]


@pytest.mark.requirement("D21")
@pytest.mark.parametrize("name", FORBIDDEN)
def test_a_header_that_is_not_the_callers_is_never_set_by_him(name: str) -> None:
    document = describe(parameter(name, "header", {"type": "string"}, required=True))

    made = request(document, {"header": {name: "evil"}})

    assert name.lower() not in {one.lower() for one in made.headers}
    assert read(document).report.warnings


@pytest.mark.requirement("D21")
@given(st.text(), st.sampled_from(["header", "cookie"]))
@example("a\r\nX-Evil: 1", "header")
@example("a; admin=1", "cookie")
def test_no_text_begins_another_header_or_cookie(value: str, place: str) -> None:
    document = describe(parameter("X-Value", place, {"type": "string"}))
    try:
        made = request(document, {place: {"X-Value": value}})
    except ArgumentError:
        return

    for line in made.headers.values():
        assert all(" " <= one <= "~" or one == "\t" for one in line)
    assert made.headers.get("Cookie", "X-Value=").count("=") >= 1
    assert ";" not in made.headers.get("Cookie", "")


@pytest.mark.requirement("D21")
@given(st.text(), st.booleans())
@example("a&admin=true", True)
@example("a+b;c#d", True)
def test_one_query_parameter_is_one_value(value: str, reserved: bool) -> None:
    document = describe(parameter("q", "query", {"type": "string"}, allowReserved=reserved))

    pairs = parse_qsl(urlsplit(request(document, {"query": {"q": value}}).url).query, keep_blank_values=True)

    ((name, found),) = pairs
    assert name == "q"
    # What is encoded already stays so where reserved characters are allowed (RFC 6570, 3.2.3).
    assert found == (unquote(value) if reserved and "%" in value and found != value else value)


@pytest.mark.requirement("D21")
def test_an_exploded_object_can_t_be_what_the_path_says_itself() -> None:
    document = describe(parameter("filter", "query", {"type": "object"}), path="/x?act%20ion=list")

    with pytest.raises(ArgumentError, match="called like another parameter"):
        request(document, {"query": {"filter": {"act ion": "drop"}}})
    assert request(document, {"query": {"filter": {"a": "b"}}}).url == "/x?act%20ion=list&a=b"


@pytest.mark.requirement("D21")
def test_an_exploded_object_can_t_be_another_parameter_or_the_key() -> None:
    document = describe(
        parameter("more", "query", {"type": "object"}),
        parameter("admin", "query"),
        components={"securitySchemes": {"key": {"type": "apiKey", "in": "query", "name": "api_key"}}},
        security=[{"key": []}],
    )

    for name in ("admin", "api_key"):
        with pytest.raises(ArgumentError, match="called like another parameter"):
            request(document, {"query": {"more": {name: "x"}}}, credentials={"key": "secret"})


@pytest.mark.requirement("D21")
def test_a_parameter_that_is_the_credential_is_not_the_callers() -> None:
    document = describe(
        parameter("api_key", "query", required=True),
        components={"securitySchemes": {"key": {"type": "apiKey", "in": "query", "name": "api_key"}}},
        security=[{"key": []}],
    )

    assert request(document, {}, credentials={"key": "s/1"}).url == "/things?api_key=s%2F1"
    with pytest.raises(ArgumentError, match="no argument"):
        request(document, {"query": {"api_key": "mine"}})


@pytest.mark.parametrize("credential", ["a\r\nX: 1", "a\0", "ä"])
def test_a_credential_can_t_begin_another_header(credential: str) -> None:
    document = describe(
        components={"securitySchemes": {"b": {"type": "http", "scheme": "bearer"}}}, security=[{"b": []}]
    )

    with pytest.raises((ArgumentError, CredentialError)) as caught:
        request(document, {}, credentials={"b": credential})

    assert credential not in str(caught.value)


@pytest.mark.requirement("D22")
def test_only_the_given_server_is_ever_the_target() -> None:
    document = describe(
        path="/x",
        servers=[{"url": "https://evil.example"}],
        operation={"servers": [{"url": "https://worse.example/{host}", "variables": {"host": {"default": "a"}}}]},
    )

    made = request(document, {}, server="https://api.example.com/v1/")

    assert made.url == "https://api.example.com/v1/x"


@pytest.mark.requirement("D22")
def test_arguments_have_no_say_in_servers() -> None:
    document = describe(servers=[{"url": "https://{host}/", "variables": {"host": {"default": "api.example.com"}}}])

    for arguments in ({"host": "evil"}, {"server": "https://evil"}, {"server_variables": {"host": "evil"}}):
        with pytest.raises(ArgumentError, match="no argument"):
            request(document, arguments)


@pytest.mark.requirement("D22")
@pytest.mark.parametrize("value", ["evil.example/", "evil@x", "a?b", "a#b", "x\\y", "a b", "..//", "%2f"])
def test_a_server_variable_stays_in_the_host(value: str) -> None:
    document = describe(servers=[{"url": "https://{host}.example.com/v1", "variables": {"host": {"default": "api"}}}])

    with pytest.raises(ServerError):
        request(document, {}, server_variables={"host": value})


@pytest.mark.requirement("D22")
@pytest.mark.parametrize(
    "url",
    [
        "https://a@evil.example",
        "https://a\\@evil",
        "file:///etc",
        "https://a/?x=",
        "https://a:b",
        "///x",
    ],
)
def test_a_server_that_is_more_than_a_host_and_a_path_is_refused(url: str) -> None:
    with pytest.raises(ServerError):
        request(describe(servers=[{"url": "https://api.example.com"}]), {}, server=url)


def test_a_server_variable_with_choices_is_one_of_them() -> None:
    variables = {"port": {"default": "443", "enum": ["443", "8443"]}}
    document = describe(servers=[{"url": "https://a.example:{port}", "variables": variables}])

    assert request(document, {}, server_variables={"port": "8443"}).url == "https://a.example:8443/things"
    with pytest.raises(ServerError, match="one of: 443, 8443"):
        request(document, {}, server_variables={"port": "80"})


NAMES = st.text(string.ascii_letters + string.digits + "_-.[]$", min_size=1, max_size=6)
"""Of parameters, as documents have them."""
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)


@pytest.mark.requirement("D27")
@given(
    NAMES,
    st.sampled_from([("form", True), ("form", False), ("spaceDelimited", False), ("pipeDelimited", False)]),
    st.lists(TEXTS, min_size=1, max_size=4),
)
def test_a_list_in_a_query_is_read_as_it_was_meant(name: str, style: tuple[str, bool], value: list[str]) -> None:
    named, explode = style
    document = describe(parameter(name, "query", style=named, explode=explode))
    try:
        query = urlsplit(request(document, {"query": {name: value}}).url).query
    except ArgumentError:
        # An item holds the delimiter itself.
        assert named != "form"
        return

    pairs = [one.split("=", 1) for one in query.split("&")]
    assert {unquote(key) for key, _ in pairs} == {name}
    if explode:
        assert [unquote(text) for _, text in pairs] == value
    else:
        ((_, text),) = pairs
        delimiter = {"form": ",", "spaceDelimited": "%20", "pipeDelimited": "%7C"}[named]
        assert [unquote(one) for one in text.split(delimiter)] == value


@pytest.mark.requirement("D27")
@given(
    NAMES,
    st.sampled_from([("form", True), ("form", False), ("deepObject", True)]),
    st.dictionaries(TEXTS, TEXTS, min_size=1, max_size=4),
)
def test_an_object_in_a_query_is_read_as_it_was_meant(
    name: str, style: tuple[str, bool], value: dict[str, str]
) -> None:
    named, explode = style
    document = describe(parameter(name, "query", style=named, explode=explode))

    query = urlsplit(request(document, {"query": {name: value}}).url).query

    pairs = [one.split("=", 1) for one in query.split("&")]
    if named == "deepObject":
        found = {unquote(key).removeprefix(f"{name}[").removesuffix("]"): unquote(text) for key, text in pairs}
    elif explode:
        found = {unquote(key): unquote(text) for key, text in pairs}
    else:
        ((_, text),) = pairs
        flat = [unquote(one) for one in text.split(",")]
        found = dict(zip(flat[::2], flat[1::2], strict=True))
    assert found == value


@pytest.mark.requirement("D27")
@given(st.sampled_from(STYLES), st.lists(TEXTS, min_size=1, max_size=4))
def test_a_list_in_a_path_is_read_as_it_was_meant(style: tuple[str, bool], value: list[str]) -> None:
    named, explode = style
    document = describe(parameter("id", "path", style=named, explode=explode), path="/x/a{id}z")
    try:
        text = request(document, {"path": {"id": value}}).url.removeprefix("/x/a").removesuffix("z")
    except ArgumentError:
        return

    match named:
        case "simple":
            found = text.split(",")
        case "label":
            # A dot is data as well as the delimiter of exploded labels (RFC 6570, 3.2.5): only their sum is sure.
            found = text[1:].split("," if not explode else "\0")
            if explode:
                assert unquote(text) == "." + ".".join(value)
                return
        case _:
            found = text.split(";id=")[1:] if explode else text.removeprefix(";id=").split(",")
    assert [unquote(one) for one in found] == value
