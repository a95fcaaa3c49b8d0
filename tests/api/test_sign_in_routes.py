"""Signing in and out over the API, and API tokens."""

from datetime import UTC, datetime, timedelta

import pytest

from api.client import ORIGIN
from api.company import done, sign_in
from api.hub import PASSWORD, Hub
from jackfield.kernel import Secret

NEW_PASSWORD = "another horse, another battery"


async def test_the_first_super_admin_comes_in_by_his_code_and_then_by_his_password(stored_hub: Hub) -> None:
    code = await stored_hub.services.directory.sign_in.first_start()
    assert code is not None

    by_code = await sign_in(stored_hub, {"code": code.reveal(), "password": PASSWORD}, "/api/sessions/redeem-code")
    by_password = await sign_in(stored_hub, {"sign_in_name": "ADMIN", "password": PASSWORD})

    for browser in (by_code, by_password):
        me = done(await browser.get("/api/me"))
        assert (me["installation_roles"], me["token_id"]) == (["super_admin"], None)
    assert by_code.headers["cookie"] != by_password.headers["cookie"]
    again = await stored_hub.client(origin=ORIGIN).post(
        "/api/sessions/redeem-code", {"code": code.reveal(), "password": PASSWORD}
    )
    assert (again.status, again.code) == (401, "code.invalid")


@pytest.mark.requirement("D19")
async def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(hub: Hub) -> None:
    await hub.super_admin()

    answer = await hub.client(origin=ORIGIN).post("/api/sessions", {"sign_in_name": "admin", "password": PASSWORD})

    cookie = answer.header("set-cookie") or ""
    assert "; HttpOnly" in cookie
    assert "; SameSite=Lax" in cookie
    token = cookie.partition("=")[2].partition(";")[0]
    assert token not in answer.body.decode()


@pytest.mark.requirement("D18", "D19")
async def test_who_fails_to_sign_in_learns_nothing(hub: Hub) -> None:
    await hub.super_admin()
    client = hub.client(origin=ORIGIN)

    unknown = await client.post("/api/sessions", {"sign_in_name": "nobody", "password": PASSWORD})
    wrong = await client.post("/api/sessions", {"sign_in_name": "admin", "password": NEW_PASSWORD})

    assert unknown.status == wrong.status == 401
    bodies = [one.json() for one in (unknown, wrong)]
    for body in bodies:
        del body["request_id"]
    assert bodies[0] == bodies[1]
    assert NEW_PASSWORD not in wrong.body.decode()


@pytest.mark.requirement("D19")
async def test_signing_out_ends_the_session_for_good(hub: Hub) -> None:
    browser = await hub.super_admin()

    out = await browser.delete("/api/sessions/current")

    assert (out.status, "Max-Age=0" in (out.header("set-cookie") or "")) == (204, True)
    assert (await browser.get("/api/me")).status == 401


@pytest.mark.requirement("D19")
async def test_changing_the_password_ends_every_other_session(hub: Hub) -> None:
    browser = await hub.super_admin()
    elsewhere = await sign_in(hub, {"sign_in_name": "admin", "password": PASSWORD})

    changed = await browser.put("/api/me/password", {"current_password": PASSWORD, "new_password": NEW_PASSWORD})

    fresh = (changed.header("set-cookie") or "").partition(";")[0]
    statuses = [
        (await browser.get("/api/me")).status,
        (await elsewhere.get("/api/me")).status,
        (await browser.get("/api/me", headers={"cookie": fresh})).status,
    ]
    assert (changed.status, statuses) == (200, [401, 401, 200])


@pytest.mark.requirement("D19")
async def test_a_foreign_page_can_sign_nobody_in(hub: Hub) -> None:
    await hub.super_admin()
    body = {"sign_in_name": "admin", "password": PASSWORD}

    answer = await hub.client(origin="https://evil.example").post("/api/sessions", body)

    assert (answer.status, answer.code, answer.header("set-cookie")) == (403, "origin.foreign", None)


@pytest.mark.requirement("D18")
async def test_a_token_is_shown_once_does_what_it_may_and_is_void_once_revoked(stored_hub: Hub) -> None:
    browser = await stored_hub.super_admin()
    made = done(await browser.post("/api/tokens", {"name": "filing", "scopes": ["read"]}))
    program = stored_hub.client(authorization=f"Bearer {made['text']}")

    me = done(await program.get("/api/me"))
    refused = await program.post("/api/groups", {"name": "x"})
    listed = await browser.get("/api/tokens")
    gone = await browser.delete(f"/api/tokens/{made['token']['id']}")
    after = await program.get("/api/me")

    assert me["scopes"] == ["read"]
    assert (refused.status, refused.code) == (403, "token.scope_missing")
    assert [one["name"] for one in listed.json()["items"]] == ["filing"]
    assert made["text"] not in listed.body.decode()
    assert (gone.status, after.status, after.code) == (204, 401, "token.invalid")


async def test_a_token_may_end_sooner(hub: Hub) -> None:
    browser = await hub.super_admin()
    end = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)

    made = done(await browser.post("/api/tokens", {"name": "a", "scopes": ["read"], "expires_at": end.isoformat()}))

    assert abs(datetime.fromisoformat(made["token"]["expires_at"]) - end) < timedelta(minutes=1)


@pytest.mark.requirement("D18")
async def test_a_token_can_make_no_token_and_no_session_worth_more(hub: Hub) -> None:
    program = await hub.program(await hub.super_admin())

    answers = [
        await program.post("/api/tokens", {"name": "more", "scopes": ["read"]}),
        await program.put("/api/me/password", {"current_password": PASSWORD, "new_password": NEW_PASSWORD}),
    ]

    assert [(one.status, one.code) for one in answers] == [(403, "session.needed")] * 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "a", "scopes": []}, "scopes"),
        ({"name": "a", "scopes": ["everything"]}, "scopes.0"),
        ({"name": "a", "scopes": ["read"], "expires_at": "2999-01-01T00:00:00Z"}, "expires_at"),
        ({"name": "a", "scopes": ["read"], "expires_at": "2026-01-01"}, "expires_at"),
        ({"name": "a", "scopes": ["read"], "person_id": "per_other"}, "person_id"),
        ({"name": " ", "scopes": ["read"]}, "name"),
    ],
)
@pytest.mark.requirement("D17", "D18")
async def test_a_token_that_can_not_be_made_is_refused_with_the_field(hub: Hub, body: object, field: str) -> None:
    browser = await hub.super_admin()

    answer = await browser.post("/api/tokens", body)

    assert (answer.status, answer.json()["field"]) == (422, field)


async def test_a_code_that_was_never_ours_is_refused_in_the_same_words(hub: Hub) -> None:
    await hub.super_admin()

    answers = [
        await hub.client(origin=ORIGIN).post(
            "/api/sessions/redeem-code", {"code": Secret(code).reveal(), "password": PASSWORD}
        )
        for code in ("x", "jfc_" + "0" * 72)
    ]

    assert [(one.status, one.code) for one in answers] == [(401, "code.invalid")] * 2
