"""What holds for every route there is, made from the OpenAPI document (D01, D02, D12, D13, D17)."""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest

from api.client import Answer, Client
from api.company import HEADER_CANARY, Company, done, http_connection
from api.hub import Hub
from jackfield.directory import Scope

CANARY = "kA7canaryZt94neverToBeSeenAnywhere"
SMUGGLED = {
    "role": "super_admin",
    "is_admin": True,
    "installation_role": "super_admin",
    "owner_id": "per_x",
    "creator_id": "per_x",
    "created_by": "per_x",
    "approved": True,
    "sso_exempt": True,
    "is_active": False,
    "version": 9,
    "id": "x",
}


@dataclass(frozen=True)
class Operation:
    id: str
    method: str
    path: str
    scope: str | None
    by_token: bool
    body: Mapping[str, Any] | None


def operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            body = one.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            by_token = any("token" in way for way in one["security"])
            yield Operation(one["operationId"], method.upper(), path, one.get("x-jackfield-scope"), by_token, body)


async def every_operation(hub: Hub) -> list[Operation]:
    found = list(operations(done(await hub.client().get("/openapi.json"))))
    assert len(found) >= 60
    return found


def filled(path: str, **values: str) -> str:
    """The path with its parameters; unknown ids where none is given."""
    return re.sub(r"{(\w+)}", lambda name: quote(values.get(name[1], "unknown"), safe=""), path)


def spellings(text: str) -> list[str]:
    """Raw, base 64 at each of three offsets, hexadecimal, in a URL, in JSON (the harness's search for a canary)."""
    raw = text.encode()
    offsets = [base64.b64encode(b"x" * offset + raw).decode()[4:-4] for offset in range(3)]
    return [text, raw.hex(), quote(text), json.dumps(text)[1:-1], *offsets]


@pytest.mark.requirement("D12")
async def test_every_route_but_the_public_ones_refuses_nobody(hub: Hub) -> None:
    public = {
        "installation_setup",
        "session_begin",
        "session_redeem",
        "service_health",
        "service_ready",
        "service_describe",
        "example_get",
        "example_switch",
        "hook_receive",
        "task_link_look",
        "task_link_decide",
    }

    for operation in await every_operation(hub):
        answer = await hub.client().request(operation.method, filled(operation.path))
        if operation.id in public:
            assert operation.scope is None
        else:
            assert (answer.status, answer.code) == (401, "identity.missing"), operation
            assert answer.header("www-authenticate")


@pytest.mark.requirement("D12", "D18")
async def test_every_route_refuses_a_token_without_its_scope(hub: Hub) -> None:
    browser = await hub.super_admin()
    programs = {scope: await hub.program(browser, [one for one in Scope if one is not scope]) for scope in Scope}

    for operation in await every_operation(hub):
        if operation.scope is None:
            continue
        answer = await programs[Scope(operation.scope)].request(operation.method, filled(operation.path))
        expected = "token.scope_missing" if operation.by_token else "session.needed"
        assert (answer.status, answer.code) == (403, expected), operation


@pytest.mark.requirement("D12", "D18")
async def test_every_route_refuses_a_revoked_token(hub: Hub) -> None:
    browser = await hub.super_admin()
    program = await hub.program(browser)
    for token in done(await browser.get("/api/tokens"))["items"]:
        done(await browser.delete(f"/api/tokens/{token['id']}"))

    for number, operation in enumerate(await every_operation(hub)):
        if operation.scope is not None:
            # From many addresses: from one it would be taken for guessing, and answered with 429.
            program.address = f"192.0.2.{number}"
            answer = await program.request(operation.method, filled(operation.path))
            assert (answer.status, answer.code) == (401, "token.invalid"), operation


@pytest.mark.requirement("D17")
async def test_every_body_refuses_what_it_does_not_declare(hub: Hub) -> None:
    browser = await hub.super_admin()
    bodies = [one for one in await every_operation(hub) if one.body is not None]

    for operation in bodies:
        for name, value in SMUGGLED.items():
            answer = await browser.request(operation.method, filled(operation.path), json={name: value})
            assert answer.status == 422, (operation, name)
            assert name in {one["field"] for one in answer.json()["problems"]}, (operation, name)
    assert len(bodies) >= 20


@pytest.mark.requirement("D02")
async def test_no_body_that_is_refused_comes_back(hub: Hub, capfd: pytest.CaptureFixture[str]) -> None:
    browser = await hub.super_admin()
    document = done(await hub.client().get("/openapi.json"))
    shapes: Mapping[str, Any] = document["components"]["schemas"]
    tried = 0

    for operation in operations(document):
        if operation.body is None:
            continue
        fields = shapes[operation.body["$ref"].rpartition("/")[2]]["properties"]
        broken: list[bytes] = [
            *(json.dumps({name: {"deeper": [CANARY]}}).encode() for name in fields),
            *(json.dumps({name: CANARY, "extra": CANARY}).encode() for name in fields),
            f'{{"{next(iter(fields))}": "{CANARY}"'.encode(),
            json.dumps([CANARY]).encode(),
            json.dumps({"note": CANARY * 40_000}).encode(),
        ]
        for body in broken:
            answer = await browser.request(
                operation.method, filled(operation.path), body=body, headers={"content-type": "application/json"}
            )
            assert 400 <= answer.status < 500, (operation, body[:200], answer.body[:300])
            assert CANARY not in answer.body.decode(), (operation, body[:200])
            tried += 1

    assert tried > 100
    assert CANARY not in "".join(capfd.readouterr())


@dataclass(frozen=True)
class Ask:
    """One request, and who of the company succeeds with it."""

    method: str
    path: str
    who: frozenset[str]
    body: Any = None

    async def by(self, client: Client) -> Answer:
        return await client.request(self.method, self.path, json=self.body)


EVERYBODY = frozenset({"admin", "administrator", "editor", "member", "auditor", "stranger"})
OF_THE_UNIT = EVERYBODY - {"stranger"}


def asks(company: Company) -> list[Ask]:
    connection = f"/api/connections/{company.connection}"
    unit = f"/api/business-units/{company.unit}"
    editor = company.people["editor"]
    call = {"connection": company.connection, "action": "request", "arguments": {"path": "echo/"}}
    member = company.people["member"]

    def ask(method: str, path: str, *who: str, body: Any = None) -> Ask:
        return Ask(method, path, frozenset(who), body)

    return [
        Ask("GET", "/api/me", EVERYBODY),
        Ask("GET", "/api/tokens", EVERYBODY),
        Ask("GET", "/api/notices", EVERYBODY),
        Ask("GET", "/api/connections", EVERYBODY),
        Ask("GET", "/api/pickable-connections", EVERYBODY),
        Ask("GET", "/api/pickable-people", EVERYBODY),
        Ask("GET", f"/api/pickable-people?business_unit_id={company.unit}", OF_THE_UNIT),
        Ask("GET", "/api/pickable-groups", EVERYBODY),
        Ask("GET", "/api/setup", EVERYBODY),
        Ask("GET", "/api/connectors", EVERYBODY),
        Ask("GET", "/api/business-units", EVERYBODY),
        Ask("GET", f"/api/features?business_unit_id={company.unit}", OF_THE_UNIT),
        Ask("GET", unit, OF_THE_UNIT),
        Ask("GET", f"{unit}/members", OF_THE_UNIT),
        Ask("GET", f"/api/people/{editor}", EVERYBODY),
        ask("GET", "/api/people", "admin", "administrator", "stranger"),
        ask("GET", "/api/groups", "admin", "administrator", "editor", "auditor", "stranger"),
        ask("GET", "/api/audit", "admin", "administrator", "auditor", "stranger"),
        ask("GET", "/api/audit/anchor", "admin"),
        ask("GET", "/api/installation", "admin"),
        ask("GET", "/api/keys", "admin"),
        ask("GET", "/api/audit/export", "admin", "administrator", "auditor", "stranger"),
        ask("GET", f"/api/tokens?person_id={editor}", "admin", "editor"),
        ask("GET", "/api/outbound-targets", "admin"),
        ask("GET", connection, "admin", "editor", "auditor"),
        ask("GET", f"{connection}/uses", "admin", "editor", "auditor"),
        ask("GET", f"{connection}/activity", "editor", "auditor"),
        ask("GET", f"{connection}/health", "editor", "auditor"),
        ask("GET", f"{connection}/explanations", "admin", "administrator", "editor", "auditor"),
        ask("GET", f"/api/connections?as_person_id={editor}", "admin", "administrator", "editor"),
        ask("GET", f"{connection}?as_person_id={editor}", "admin", "editor"),
        ask("POST", "/api/calls", "administrator", "editor", body=call),
        ask("POST", "/api/calls/weighings", "administrator", "editor", body=call),
        ask("PATCH", connection, "editor", body={"name": "Archive"}),
        ask("POST", f"{connection}/test", "editor"),
        ask("PUT", f"{connection}/authorized-persons", "editor", body={}),
        ask("POST", f"{connection}/admins", "admin", "editor", body={"people": [editor]}),
        ask("POST", "/api/groups", "admin", body={"name": "Group"}),
        ask("POST", "/api/business-units", "admin", body={"name": "Unit"}),
        ask("POST", "/api/people", "admin", body={"name": "Eve", "sign_in_name": "eve"}),
        ask("PATCH", f"/api/people/{member}", "admin", body={"email": "m@example.com"}),
        ask("PATCH", unit, "admin", "administrator", body={"description": "numbers"}),
        ask("PUT", f"{unit}/members/{member}", "admin", "administrator", body={"roles": ["member"]}),
        ask("POST", "/api/outbound-targets", "admin", body={"host": "10.0.0.1"}),
        ask("PUT", "/api/features/http", "admin", body={"on": True}),
        ask("PUT", "/api/features/http", "admin", "administrator", body={"on": True, "business_unit_id": company.unit}),
        ask("POST", "/api/audit/verify", "admin", body={}),
        ask("POST", f"/api/people/{company.people['leaver']}/end-sessions", "admin"),
        ask("POST", f"/api/people/{company.people['leaver']}/reset-sign-in", "admin"),
        ask("POST", f"/api/people/{company.people['leaver']}/deactivate", "admin"),
        ask("POST", f"/api/people/{company.people['leaver']}/reactivate", "admin"),
        ask("DELETE", connection, "editor"),
    ]


@pytest.mark.requirement("D12", "D14")
async def test_only_who_may_succeeds(company: Company) -> None:
    clients = {"admin": company.admin, **company.clients}
    leaver = done(await company.admin.post("/api/people", {"name": "Lee", "sign_in_name": "lee"}))
    company.people["leaver"] = leaver["person"]["id"]

    for ask in asks(company):
        # Who may comes last: what succeeds may change what the others would meet.
        for name in sorted(clients, key=lambda one: (one in ask.who, one)):
            answer = await ask.by(clients[name])
            allowed = answer.status < 300
            assert allowed == (name in ask.who), (ask, name, answer.status, answer.body[:300])
            if not allowed:
                assert answer.status in {403, 404}, (ask, name, answer.body[:300])
                assert answer.status == 404 or answer.json()["rule"], (ask, name)


@pytest.mark.requirement("D13")
async def test_what_is_foreign_looks_like_what_is_not_there(company: Company) -> None:
    stranger = company["stranger"]
    known = {
        "connection": company.connection,
        "unit_id": company.unit,
    }
    done(
        await company.admin.post(
            f"/api/connections/{company.connection}/admins", {"people": [company.people["administrator"]]}
        )
    )
    known["notice_id"] = done(await company["editor"].get("/api/notices"))["items"][0]["id"]
    await company.hub.program(company["editor"])
    known["token_id"] = done(await company["editor"].get("/api/tokens"))["items"][0]["id"]
    bodies: dict[str, Any] = {
        "connection_rename": {"name": "x"},
        "connection_correct": {},
        "connection_reconnect": {"credentials": {}},
        "connection_replace": {},
        "admin_add": {"people": ["per_x"]},
        "connection_narrow": {},
        "unit_change": {"name": "x"},
        "unit_admit": {"roles": ["member"]},
    }
    tried = 0

    for operation in await every_operation(company.hub):
        names = set(re.findall(r"{(\w+)}", operation.path)) & known.keys()
        if not names or operation.id == "connection_explain":
            continue
        body = bodies.get(operation.id)
        if operation.body is not None:
            assert body is not None, f"say in this test what to send to {operation.id}"
        real = await stranger.request(operation.method, filled(operation.path, **known), json=body)
        unknown = await stranger.request(operation.method, filled(operation.path), json=body)
        assert real.status == unknown.status == 404, (operation, real.body, unknown.body)
        assert {**real.json(), "request_id": ""} == {**unknown.json(), "request_id": ""}, operation
        tried += 1

    call = {"connection": company.connection, "action": "request", "arguments": {}}
    for path in ("/api/calls", "/api/calls/weighings"):
        real = await stranger.post(path, call)
        unknown = await stranger.post(path, {**call, "connection": "unknown"})
        assert {**real.json(), "request_id": ""} == {**unknown.json(), "request_id": ""}
    assert tried >= 15
    assert (await company["editor"].get(f"/api/connections/{company.connection}")).json()["name"] == "Archive"


@pytest.mark.requirement("D13")
async def test_foreign_ids_in_bodies_and_filters_find_nothing(company: Company) -> None:
    stranger = company["stranger"]
    made = http_connection(company.unit, company.server, "Mine now")

    created = await stranger.post("/api/connections", made)
    switched = await stranger.put("/api/features/http", {"on": False, "business_unit_id": company.unit})
    listed = await stranger.get(f"/api/connections?business_unit_id={company.unit}")
    picked = await stranger.get(f"/api/pickable-connections?business_unit_id={company.unit}")
    audited = await stranger.get(f"/api/audit?business_unit_id={company.unit}")

    assert [created.status, switched.status] == [404, 404]
    assert [done(listed)["items"], done(picked)["items"]] == [[], []]
    assert audited.status == 403


@pytest.mark.requirement("D01")
async def test_no_route_gives_a_stored_secret_back_to_anybody(company: Company) -> None:
    editor = company["editor"]
    schemes: dict[str, dict[str, str]] = {
        "bearer": {"token": CANARY},
        "basic": {"username": "someone", "password": CANARY},
        "api_key_header": {"name": "X-Api-Key", "value": CANARY},
        "api_key_query": {"name": "key", "value": CANARY},
        "api_key_cookie": {"name": "key", "value": HEADER_CANARY},
    }
    ids: list[str] = []
    for scheme, credentials in schemes.items():
        body = http_connection(
            company.unit,
            company.server,
            scheme,
            scheme=scheme,
            credentials=credentials,
            details={"base_url": f"{company.server.base}/echo/"},
        )
        made = done(await editor.post("/api/connections", body))
        assert made["state"] == "connected", made
        ids.append(made["id"])
        call = {"connection": made["id"], "action": "request", "arguments": {"path": "x"}}
        done(await editor.post("/api/calls", call))
    wanted = [one for secret in (CANARY, HEADER_CANARY) for one in spellings(secret)]
    asked = 0

    for client in (company.admin, *company.clients.values()):
        for operation in await every_operation(company.hub):
            if operation.method != "GET":
                continue
            for connection in ids if "{connection}" in operation.path else [""]:
                path = filled(
                    operation.path,
                    connection=connection,
                    connector="http",
                    unit_id=company.unit,
                    person_id=company.people["editor"],
                )
                answer = await client.get(path + ("?act=use" if operation.id == "connection_explain" else ""))
                text = answer.body.decode()
                assert not [one for one in wanted if one in text], (operation, text[:500])
                asked += 1
    assert asked > 100
