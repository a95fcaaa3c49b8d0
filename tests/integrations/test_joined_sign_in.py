"""Several credentials in one connection, and which of them an operation is sent with (O4, C2)."""

import base64
import json
from typing import Any

import pytest

from api.client import Answer
from api.company import done
from integrations.office import KEY, Office, document, grant, text_of
from jackfield.catalog.http import HttpConnector
from jackfield.catalog.openapi import OpenapiConnector

PASSWORD = "kA7canaryPasswordZt94"
TOKEN = "kA7canaryFetchedTokenZt94"
SCHEMES: dict[str, Any] = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
    "app": {"type": "apiKey", "in": "header", "name": "X-App-Key"},
    "session": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "account": {"type": "http", "scheme": "basic"},
    "oauth": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "https://t.example.com", "scopes": {}}}},
    "certificate": {"type": "mutualTLS"},
    "odd": {"type": "apiKey", "in": "header", "name": "Authorization"},
}
BASIC = f"Basic {base64.b64encode(f'ada:{PASSWORD}'.encode()).decode()}"
JOINED: dict[str, Any] = {
    "scheme": "api_key_header+basic",
    "credentials": {"1.name": "x-api-key", "1.value": KEY, "2.username": "ada", "2.password": PASSWORD},
}
ASKED: dict[str, Any] = {
    "both": [{"key": [], "account": []}],
    "either": [{"oauth": []}, {"account": []}, {"key": []}],
    "one": [{"key": []}],
    "optional": [{}, {"key": []}],
    "nothing": [],
    "two_keys": [{"key": [], "app": []}],
    "by_place": [{"odd": []}],
    "with_certificate": [{"certificate": [], "key": []}],
    "strange": [{"session": []}],
    "undeclared": [{"nowhere": []}],
}
INCOMPLETE = ("two_keys", "with_certificate")


def asking(**asked: Any) -> dict[str, Any]:
    """A document with an operation for each, and one that says nothing."""
    paths: dict[str, Any] = {
        f"/{name}": {"get": {"operationId": name, "security": security, "responses": {"200": {"description": "x"}}}}
        for name, security in asked.items()
    }
    paths["/silent"] = {"get": {"operationId": "silent", "responses": {"200": {"description": "x"}}}}
    value = document()
    del value["security"]
    return {**value, "paths": paths, "components": {"securitySchemes": SCHEMES}}


async def make(office: Office, **changes: Any) -> Any:
    grants = [{"filter": {}, "grant": grant("groups", office.desk)}]
    made = await office.create(document=text_of(asking(**ASKED)), grants=grants, **changes)
    office.sent()
    return made


async def sent_for(office: Office, integration: str, method: str) -> dict[str, list[str]]:
    done(await office.call("member", integration, method))
    (sent,) = [one for one in office.sent() if one.path != "/token"]
    names = ("X-Api-Key", "X-App-Key", "Authorization", "Cookie")
    return {name: found for name in names if (found := sent.header(name))}


async def state_of(office: Office, integration: str, expected: str, tries: int = 100) -> str:
    """The state, once it is the expected one: it is written behind the call."""
    state = ""
    for _ in range(tries):
        state = done(await office["editor"].get(f"/api/integrations/{integration}"))["state"]
        if state == expected:
            break
    return state


@pytest.mark.requirement("O4")
async def test_an_operation_is_sent_with_what_it_asks_for_and_nothing_else(office: Office) -> None:
    made = await make(office, **JOINED)
    assert made["state"] == "connected", made["reason"]

    found = {name: await sent_for(office, made["id"], name) for name in (*ASKED, "silent") if name not in INCOMPLETE}

    both = {"X-Api-Key": [KEY], "Authorization": [BASIC]}
    assert found == {
        "both": both,
        "either": {"Authorization": [BASIC]},
        "one": {"X-Api-Key": [KEY]},
        "optional": {"X-Api-Key": [KEY]},
        "nothing": {},
        "by_place": {"Authorization": [BASIC]},
        "strange": both,
        "undeclared": both,
        "silent": both,
    }


@pytest.mark.requirement("O4", "C14")
async def test_an_operation_that_asks_for_more_than_there_is_is_not_sent_and_costs_nobody_the_sign_in(
    office: Office,
) -> None:
    made = await make(office, **JOINED)

    two_keys = await office.call("member", made["id"], "two_keys")
    certificate = await office.call("member", made["id"], "with_certificate")

    for refused, missing in (
        (two_keys, "app (an API key, header X-App-Key)"),
        (certificate, "certificate (a client's certificate, which is not possible yet)"),
    ):
        assert (refused.status, refused.code, refused.json()["rule"]) == (409, "sign_in.incomplete", "O4")
        assert missing in refused.json()["detail"]
    assert office.sent() == []
    assert done(await office["editor"].get(f"/api/integrations/{made['id']}"))["state"] == "connected"


@pytest.mark.requirement("O4")
async def test_a_document_without_any_scheme_doesnt_say_that_nothing_is_needed(office: Office) -> None:
    value = asking(nothing=[], undeclared=[{"nowhere": []}])
    del value["components"]
    grants = [{"filter": {}, "grant": grant("groups", office.desk)}]
    made = await office.create(document=text_of(value), grants=grants, **JOINED)
    office.sent()

    found = [await sent_for(office, made["id"], name) for name in ("nothing", "undeclared", "silent")]

    assert found == [{"X-Api-Key": [KEY], "Authorization": [BASIC]}] * 3


@pytest.mark.requirement("O4")
async def test_a_connection_without_credentials_sends_none_whatever_is_asked_for(office: Office) -> None:
    made = await make(office, scheme="none", credentials={})

    assert await sent_for(office, made["id"], "both") == {}


@pytest.mark.requirement("O4")
async def test_a_fetched_token_stands_beside_a_key_and_two_cookies_are_one_header(office: Office) -> None:
    body = json.dumps({"access_token": TOKEN, "expires_in": 3600}).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    office.server.answers["/token"] = head + body
    grants = [{"filter": {}, "grant": grant("groups", office.desk)}]
    made = await office.create(
        document=text_of(asking(all=[{"oauth": [], "session": [], "key": []}])),
        grants=grants,
        details={"endpoint": office.server.url("/echo/v1"), "token_url": office.server.url("/token")},
        scheme="oauth2_client_credentials+api_key_cookie+api_key_header+api_key_cookie",
        credentials={
            "1.client_id": "jack",
            "1.client_secret": "kA7canaryClientSecretZt94",
            "2.name": "sid",
            "2.value": "cookie-one",
            "3.name": "X-Api-Key",
            "3.value": KEY,
            "4.name": "other",
            "4.value": "cookie-two",
        },
    )
    office.sent()

    asked = await sent_for(office, made["id"], "all")
    silent = await sent_for(office, made["id"], "silent")

    assert asked == {"X-Api-Key": [KEY], "Authorization": [f"Bearer {TOKEN}"], "Cookie": ["sid=cookie-one"]}
    assert silent["Cookie"] == ["sid=cookie-one; other=cookie-two"]


@pytest.mark.requirement("C14", "O4")
async def test_what_is_asked_without_sign_in_says_nothing_of_the_credentials(office: Office) -> None:
    made = await make(office, **JOINED)
    path = f"/api/integrations/{made['id']}"
    office.server.answers["/echo/v1/nothing"] = b"HTTP/1.1 401 Who\r\nContent-Length: 0\r\n\r\n"

    public = await office.call("member", made["id"], "nothing")
    still = done(await office["editor"].get(path))["state"]
    office.server.answers["/echo/v1/one"] = b"HTTP/1.1 401 Who\r\nContent-Length: 0\r\n\r\n"
    refused = await office.call("member", made["id"], "one")
    broken = await state_of(office, made["id"], "needs_sign_in")
    del office.server.answers["/echo/v1/nothing"]
    done(await office.call("member", made["id"], "nothing"))

    assert (public.code, still) == ("remote.rejected", "connected")
    assert "the document says that this method needs none" in public.json()["detail"]
    assert (refused.code, broken) == ("remote.sign_in", "needs_sign_in")
    # what is written behind a call is written before those that come after
    assert await state_of(office, made["id"], "connected", tries=5) == "needs_sign_in"


@pytest.mark.requirement("C2", "D01", "D08")
async def test_each_field_is_a_secret_of_its_own_and_what_goes_with_one_needs_it_anew(stored_office: Office) -> None:
    office = stored_office
    made = await make(office, **JOINED)
    path = f"/api/connections/{made['id']}"

    async def reconnect(**credentials: Any) -> Answer:
        return await office["editor"].put(f"{path}/credentials", {"credentials": credentials})

    shown = (await office["editor"].get(path)).body.decode()
    fields = {one["field"]: one["is_set"] for one in json.loads(shown)["details"]["secrets"]}
    moved = await reconnect(**{"1.name": "X-Elsewhere"})
    done(await reconnect(**{"2.password": "anotherPassword1"}))
    office.sent()
    sent = await sent_for(office, made["id"], "both")

    assert fields == {"1.name": True, "1.value": True, "2.username": True, "2.password": True}
    for secret in (KEY, PASSWORD):
        assert secret not in shown
    assert (moved.status, moved.code) == (409, "connection.secret_required")
    assert sent["X-Api-Key"] == [KEY]
    assert base64.b64decode(sent["Authorization"][0].removeprefix("Basic ")) == b"ada:anotherPassword1"


@pytest.mark.requirement("C2", "D08", "O4")
async def test_what_changes_beside_one_secret_leaves_those_of_other_ways_to_sign_in_as_they_are(office: Office) -> None:
    made = await make(office, **JOINED)
    path = f"/api/connections/{made['id']}"
    grace = f"grace at {office.server.host}:{office.server.port}"

    async def reconnect(**credentials: Any) -> Answer:
        body = {"credentials": credentials, "accept_account": grace}
        return await office["editor"].put(f"{path}/credentials", body)

    without = await reconnect(**{"2.username": "grace"})
    done(await reconnect(**{"1.name": "x-api-key", "2.username": "grace", "2.password": "anotherPassword1"}))
    office.sent()
    by_account = await sent_for(office, made["id"], "both")
    other_key = await reconnect(**{"1.name": "X-Other-Key", "2.password": "anotherPassword2"})
    done(await reconnect(**{"1.name": "X-Other-Key", "1.value": "anotherKey1", "2.password": "anotherPassword2"}))
    office.sent()
    done(await office.call("member", made["id"], "silent"))
    (by_key,) = office.sent()

    for refused, field in ((without, "credentials.2.password"), (other_key, "credentials.1.value")):
        assert (refused.status, refused.code, refused.json()["field"]) == (409, "connection.secret_required", field)
    assert by_account["X-Api-Key"] == [KEY]
    assert base64.b64decode(by_account["Authorization"][0].removeprefix("Basic ")) == b"grace:anotherPassword1"
    assert by_key.header("X-Other-Key") == ["anotherKey1"]
    assert base64.b64decode(by_key.header("Authorization")[0].removeprefix("Basic ")) == b"grace:anotherPassword2"


@pytest.mark.requirement("C2", "D08", "O4")
async def test_joining_one_more_asks_for_that_one_alone_and_leaving_one_out_for_none(stored_office: Office) -> None:
    office = stored_office
    made = await make(office, scheme="basic", credentials={"username": "ada", "password": PASSWORD})
    path = f"/api/connections/{made['id']}"

    async def reconnect(scheme: str, **credentials: Any) -> Answer:
        return await office["editor"].put(f"{path}/credentials", {"scheme": scheme, "credentials": credentials})

    async def secrets() -> dict[str, str]:
        found = (await office["editor"].get(path)).json()
        return {one["field"]: one["set_at"] for one in found["details"]["secrets"]}

    before = await secrets()
    incomplete = await reconnect("api_key_header+basic", **{"1.name": "X-Api-Key"})
    as_other = await reconnect("api_key_header+basic", **{"1.name": "X-Api-Key", "1.value": KEY, "2.username": "bob"})
    done(await reconnect("api_key_header+basic", **{"1.name": "X-Api-Key", "1.value": KEY}))
    joined = await secrets()
    office.sent()
    both = await sent_for(office, made["id"], "both")
    done(await reconnect("basic"))
    alone = await secrets()

    assert (incomplete.status, incomplete.json()["field"]) == (422, "credentials.1.value")
    assert (as_other.status, as_other.json()["field"]) == (409, "credentials.2.password")
    assert (both["X-Api-Key"], both["Authorization"]) == ([KEY], [BASIC])
    assert joined.keys() == {"1.name", "1.value", "2.username", "2.password"}
    assert joined["2.password"] == before["password"] == alone["password"]
    assert alone.keys() == {"username", "password"}


@pytest.mark.requirement("C2", "D08", "O4")
async def test_of_two_of_one_kind_none_stays_where_one_is_left_out(office: Office) -> None:
    two = {"1.name": "X-Api-Key", "1.value": KEY, "2.name": "X-App-Key", "2.value": TOKEN}
    made = await make(office, scheme="api_key_header+api_key_header", credentials=two)

    left = await office["editor"].put(
        f"/api/connections/{made['id']}/credentials", {"scheme": "api_key_header", "credentials": {}}
    )

    assert (left.status, left.json()["field"]) == (422, "credentials.name")


@pytest.mark.requirement("D11")
async def test_every_joined_secret_that_comes_back_is_replaced(office: Office) -> None:
    made = await make(office, **JOINED)
    body = json.dumps([KEY, PASSWORD]).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    office.server.answers["/echo/v1/both"] = head.encode() + body

    answer = done(await office.call("member", made["id"], "both"))

    assert (answer["result"]["body"], answer["secret_reflected"]) == (["[secret]", "[secret]"], True)


@pytest.mark.requirement("O4")
@pytest.mark.parametrize(
    ("scheme", "credentials", "field"),
    [
        ("basic+nothing_known", {}, "scheme"),
        ("none+basic", {"2.username": "ada"}, "scheme"),
        ("bearer+basic+basic+basic+basic", {}, "scheme"),
        ("bearer+bearer", {"1.token": "one", "2.token": "two"}, "credentials"),
        (
            "api_key_header+api_key_header",
            {"1.name": "X-Key", "1.value": "one", "2.name": "X-Key", "2.value": "two"},
            "credentials",
        ),
        ("basic+bearer", {"1.username": "a:b", "2.token": "x"}, "credentials.1.username"),
        ("basic+bearer", {"username": "ada", "2.token": "x"}, "credentials.1.username"),
    ],
)
async def test_what_cant_be_joined_is_refused_with_the_field(
    office: Office, scheme: str, credentials: dict[str, str], field: str
) -> None:
    refused = await office["editor"].post("/api/integrations", office.draft(scheme=scheme, credentials=credentials))

    assert (refused.status, refused.json()["field"]) == (422, field)


def test_only_what_says_so_takes_several_ways_to_sign_in_at_once() -> None:
    assert OpenapiConnector().scheme("basic+bearer") is not None
    assert HttpConnector().scheme("basic+bearer") is None
