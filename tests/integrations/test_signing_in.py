"""Ways to sign in to what a document describes (O4)."""

import base64
import json
from typing import Any

import pytest

from api.company import done
from integrations.office import Office
from jackfield.catalog.openapi.tokens import read_life
from servers import evil

SECRET = "kA7canaryClientZt94/+secret"
TOKEN = "kA7canaryTokenZt94fetched"


def answer_with(value: Any, status: int = 200) -> bytes:
    body = json.dumps(value).encode()
    head = f"HTTP/1.1 {status} Said\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@pytest.mark.requirement("O4")
@pytest.mark.parametrize(
    ("scheme", "credentials", "expected"),
    [
        ("none", {}, {}),
        ("api_key_header", {"name": "X-Key", "value": "a-header-key"}, {"X-Key": "a-header-key"}),
        ("api_key_cookie", {"name": "sid", "value": "a-cookie-key"}, {"Cookie": "sid=a-cookie-key"}),
        (
            "basic",
            {"username": "ada", "password": "lovelace1"},
            {"Authorization": f"Basic {base64.b64encode(b'ada:lovelace1').decode()}"},
        ),
        ("bearer", {"token": "a-bearer-token"}, {"Authorization": "Bearer a-bearer-token"}),
    ],
)
async def test_each_way_puts_the_credentials_in_their_place(
    office: Office, scheme: str, credentials: dict[str, str], expected: dict[str, str]
) -> None:
    made = await office.create(scheme=scheme, credentials=credentials)
    office.sent()

    done(await office.call("member", made["id"], "listTickets", state="open"))

    (sent,) = office.sent()
    for name in ("X-Key", "Cookie", "Authorization"):
        assert sent.header(name) == ([expected[name]] if name in expected else [])


@pytest.mark.requirement("O4", "D21")
async def test_a_key_in_the_query_stands_beside_the_arguments(office: Office) -> None:
    made = await office.create(scheme="api_key_query", credentials={"name": "key", "value": "a query & key"})
    office.sent()

    done(await office.call("member", made["id"], "listTickets", state="open"))

    assert office.sent()[0].target == "/echo/v1/tickets?state=open&key=a%20query%20%26%20key"


def client(office: Office, server: evil.EvilServer, **details: Any) -> dict[str, Any]:
    return {
        "scheme": "oauth2_client_credentials",
        "credentials": {"client_id": "jack", "client_secret": SECRET, "scope": "read write"},
        "details": {"endpoint": office.server.url("/echo/v1"), "token_url": server.url("/token"), **details},
    }


@pytest.mark.requirement("O4", "D22")
async def test_a_clients_token_is_fetched_once_used_and_never_shown(office: Office) -> None:
    office.server.answers["/token"] = answer_with({"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600})
    made = await office.create(**client(office, office.server))
    assert made["state"] == "connected", made["reason"]
    office.sent()

    answers = [await office.call("member", made["id"], "listTickets") for _ in range(3)]

    sent = office.sent()
    tokens = [one for one in sent if one.path == "/token"]
    assert len(tokens) == 1
    assert tokens[0].body == b"grant_type=client_credentials&scope=read+write"
    assert tokens[0].header("Authorization") == [
        f"Basic {base64.b64encode(b'jack:kA7canaryClientZt94%2F%2Bsecret').decode()}"
    ]
    assert [one.header("Authorization") for one in sent if one.path != "/token"] == [[f"Bearer {TOKEN}"]] * 3
    for answer in answers:
        assert TOKEN not in answer.body.decode()
        assert done(answer)["secret_reflected"] is True
    shown = (await office["editor"].get(f"/api/connections/{made['id']}")).body.decode()
    assert SECRET not in shown
    assert TOKEN not in shown


@pytest.mark.requirement("O4")
async def test_a_token_that_is_no_longer_accepted_is_fetched_anew_within_the_call(office: Office) -> None:
    office.server.answers["/token"] = answer_with({"access_token": TOKEN, "expires_in": 3600})
    made = await office.create(**client(office, office.server))
    done(await office.call("member", made["id"], "listTickets"))
    office.server.answers["/echo/v1/tickets"] = answer_with({}, 401)
    office.server.answers["/token"] = answer_with({"access_token": f"{TOKEN}2", "expires_in": 3600})
    office.sent()

    refused = await office.call("member", made["id"], "listTickets")

    assert refused.code == "remote.sign_in"
    assert [one.path for one in office.sent()] == ["/echo/v1/tickets", "/token", "/echo/v1/tickets"]
    assert TOKEN not in refused.body.decode()


@pytest.mark.requirement("O4", "C14")
async def test_a_token_url_that_gives_no_token_makes_no_refused_credentials_good_again(office: Office) -> None:
    office.server.answers["/token"] = answer_with({"access_token": TOKEN, "expires_in": 0})
    made = await office.create(**client(office, office.server))

    async def state_after(token_answer: bytes, api_answer: bytes) -> tuple[str, str]:
        office.server.answers |= {"/token": token_answer, "/echo/v1/tickets": api_answer}
        await office.call("member", made["id"], "listTickets")
        await office.hub.services.connections.close()
        shown = done(await office["editor"].get(f"/api/connections/{made['id']}"))
        return shown["state"], shown["reason"]

    good, no = answer_with({"access_token": TOKEN, "expires_in": 0}), answer_with({}, 404)
    refused = await state_after(answer_with({"error": "invalid_client"}, 401), no)
    assert refused[0] == "needs_sign_in"
    assert await state_after(answer_with([]), no) == refused
    assert await state_after(no, no) == refused
    assert await state_after(good, no) == ("connected", "")


@pytest.mark.requirement("O4", "C14")
@pytest.mark.parametrize(
    ("answer", "part"),
    [
        (answer_with({"error": "invalid_client"}, 401), "doesn't accept the client's credentials"),
        (answer_with({"error": "invalid_client"}, 400), "doesn't accept the client's credentials"),
        (answer_with({"access_token": ""}), "without a bearer token"),
        (answer_with({"access_token": "a\r\nb"}), "can't be sent in a header"),
        (answer_with({"access_token": "x", "token_type": "mac"}), "without a bearer token"),
        (answer_with([]), "something else than a token"),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "not available"),
    ],
)
async def test_a_token_that_cant_be_had_is_the_reason_why_it_isnt_connected(
    office: Office, answer: bytes, part: str
) -> None:
    office.server.answers["/token"] = answer

    made = await office.create(**client(office, office.server))

    assert made["state"] == "not_connected"
    assert part in made["reason"]
    assert SECRET not in made["reason"]
    assert [one.path for one in office.sent() if one.path != "/token"] == []


@pytest.mark.requirement("D08", "D22")
async def test_another_token_url_needs_the_clients_secret_anew_and_hears_nothing(office: Office) -> None:
    office.server.answers["/token"] = answer_with({"error": "invalid_client"}, 401)
    made = await office.create(**client(office, office.server))
    with evil.serve("127.0.0.2") as elsewhere:
        details = {"endpoint": office.server.url("/echo/v1"), "token_url": elsewhere.url("/token")}

        refused = await office["editor"].put(f"/api/connections/{made['id']}/details", {"details": details})

        assert (refused.status, refused.code) == (409, "connection.secret_required")
        assert elsewhere.connections == 0


@pytest.mark.requirement("O4", "D22")
async def test_without_a_token_url_entered_by_a_person_no_token_is_fetched(office: Office) -> None:
    draft = client(office, office.server)
    del draft["details"]["token_url"]

    made = await office.create(**draft)

    assert made["state"] == "not_connected"
    assert "needs a token URL" in made["reason"]
    assert office.sent() == []


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (3600, 3600),
        ("3600", 3600),
        (-1, 0),
        (1e99, 86400),
        ("inf", 86400),
        ("nan", 300),
        ("soon", 300),
        (None, 300),
        ([], 300),
    ],
)
def test_a_token_lives_as_long_as_is_said_and_never_for_ever(said: Any, seconds: float) -> None:
    assert read_life(said) == seconds
