"""Reading a document, and making an integration of it, all at once or not at all (O1 to O6)."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from api.company import done
from api.hub import GENEROUS, open_hub
from integrations.office import DOCUMENT, KEY, Office, document, grant, open_office, text_of
from jackfield.db import Database
from servers.evil import EvilServer


@pytest.mark.requirement("O2", "O4", "O6")
async def test_a_document_is_read_and_nothing_is_stored_or_fetched(office: Office) -> None:
    read = done(await office["editor"].post("/api/integrations/readings", {"document": text_of(DOCUMENT)}))

    assert (read["title"], read["specification"], read["operations"], read["understood"]) == ("Tickets", "3.1", 7, 6)
    methods = {one["name"]: one for one in read["methods"]}
    assert methods["deleteTicket"]["effect"] == "destructive"
    assert methods["listTickets"]["effect"] == "read"
    assert all(one["effect_reason"] for one in read["methods"])
    assert [one["operation"] for one in read["skipped"]] == ["GET /broken"]
    assert read["skipped"][0]["line"] == 1
    assert read["servers"][0]["endpoint"] == "https://tickets.example.com/v1"
    assert read["sign_in"][0]["scheme"] == "api_key_header"
    assert read["sign_in"][0]["credentials"] == {"name": "X-Api-Key"}
    assert "me" in read["test_paths"]
    assert done(await office["editor"].get("/api/integrations"))["items"] == []
    assert office.sent() == []


@pytest.mark.requirement("O2", "D24")
async def test_how_large_a_description_may_be_is_the_operators_to_say(
    sqlite_database: Database, server: EvilServer, tmp_path: Path
) -> None:
    many = document(**{f"/p{n}": {"get": {"operationId": f"p{n}"}} for n in range(6000)})
    anchored = "openapi: 3.1.0\ninfo: {title: &t Tickets, description: *t}\npaths: {/a: {get: {operationId: a}}}\n"
    wide = {**GENEROUS, "document_operations": 6100, "document_aliases": 1, "document_json_bytes": 1 << 20}

    async with open_hub(sqlite_database, tmp_path, limits=wide) as hub:
        office = await open_office(hub, server)
        last = {"methods": ["p5999"], "grant": grant("groups", office.desk)}
        made = await office.create(document=text_of(many), grants=[last])
        called = await office.call("member", made["id"], "p5999")
        read = done(await office["editor"].post("/api/integrations/readings", {"document": anchored}))
        larger = await office["editor"].post("/api/integrations/readings", {"document": "{" + " " * (1 << 20)})

    assert (made["methods"], called.status, read["operations"]) == (6006, 200, 1)
    assert (larger.status, larger.json()["limit"]) == (413, 1 << 20)


@pytest.mark.requirement("O1", "O2", "O5")
async def test_an_integration_is_made_with_its_connection_and_its_methods_are_called(stored_office: Office) -> None:
    office = stored_office

    made = await office.create()
    office.sent()
    answer = done(await office.call("member", made["id"], "listTickets", state="open"))

    assert (made["title"], made["state"], made["methods"], made["granted"]) == ("Tickets", "connected", 6, 4)
    assert [one["name"] for one in made["access_groups"]] == ["Desk"]
    assert answer["result"]["status"] == 200
    assert answer["result"]["body"]["target"] == "/echo/v1/tickets?state=open"
    assert answer["secret_reflected"] is True
    assert KEY not in json.dumps(answer)
    sent = office.sent()
    assert [(one.method, one.target) for one in sent] == [("GET", "/echo/v1/tickets?state=open")]
    assert sent[0].header("X-Api-Key") == [KEY]
    connection = done(await office["editor"].get(f"/api/connections/{made['id']}"))
    assert (connection["name"], connection["connector"]) == ("Tickets", "openapi")


@pytest.mark.requirement("O3")
@pytest.mark.parametrize("accepted", [None, "", "2020-01"])
async def test_without_the_box_ticked_beside_the_present_text_nothing_is_made(office: Office, accepted: Any) -> None:
    refused = await office["editor"].post("/api/integrations", office.draft(accept_responsibilities=accepted))

    assert (refused.status, refused.code) == (409, "responsibilities.not_accepted")
    text = done(await office["editor"].get("/api/integrations/responsibilities"))
    assert refused.json()["expected"] == text["version"]
    assert text["statement"].startswith("I have reviewed and understood")
    assert len(text["points"]) >= 5
    german = done(await office["editor"].get("/api/integrations/responsibilities", headers={"accept-language": "de"}))
    assert german["statement"].startswith("Ich habe")
    assert office.sent() == []


@pytest.mark.requirement("O3")
async def test_who_accepted_which_text_when_is_kept(office: Office) -> None:
    made = await office.create()

    assert made["acknowledged"]["person_name"] == "Editor"
    assert made["acknowledged"]["text_version"]
    assert made["acknowledged"]["at"]


@pytest.mark.requirement("O1", "O5")
@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"document": "{}"}, "document.rejected", "document"),
        ({"document": '{"openapi": "3.1.0", "paths": {"/a": '}, "document.rejected", "document"),
        ({"document": '{"openapi": "3.1.0", "paths": {}}'}, "input.invalid", "document"),
        ({"access_groups": ["grp_unknown"]}, "input.invalid", "access_groups"),
        ({"access_groups": []}, "input.invalid", "access_groups"),
        ({"details": {}}, "input.invalid", "details.endpoint"),
        ({"details": {"endpoint": "ftp://x"}}, "input.invalid", "details.endpoint"),
        ({"scheme": "psychic"}, "input.invalid", "scheme"),
        ({"credentials": {"name": "X-Api-Key"}}, "input.invalid", "credentials.value"),
        ({"grants": [{"methods": ["noSuch"], "grant": None}]}, "method.not_found", "grants.0.methods"),
    ],
)
async def test_what_doesnt_fit_is_said_with_its_field_and_nothing_is_left_behind(
    office: Office, change: dict[str, Any], code: str, field: str
) -> None:
    refused = await office["editor"].post("/api/integrations", office.draft(**change))

    assert (refused.code, refused.json()["field"]) == (code, field), refused.body
    assert KEY not in refused.body.decode()
    assert done(await office["editor"].get("/api/connections"))["items"] == []
    assert done(await office["editor"].get("/api/integrations"))["items"] == []
    assert office.sent() == []


@pytest.mark.requirement("O2")
async def test_a_broken_document_is_told_with_line_and_column(office: Office) -> None:
    text = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: [\n"

    refused = await office["editor"].post("/api/integrations/readings", {"document": text})

    assert (refused.status, refused.code) == (422, "document.rejected")
    assert refused.json()["line"] >= 3


@pytest.mark.requirement("C1")
async def test_one_that_fails_its_test_is_kept_with_the_reason_and_comes_right_as_any_connection(
    office: Office,
) -> None:
    made = await office.create(details={"endpoint": office.server.url("/status/401")})

    assert (made["state"], bool(made["reason"])) == ("not_connected", True)
    refused = await office.call("member", made["id"], "listTickets")
    assert (refused.status, refused.code) == (409, "connection.not_connected")
    right = {"details": {"endpoint": office.server.url("/echo/")}, "credentials": {"name": "X-Api-Key", "value": KEY}}
    corrected = done(await office["editor"].put(f"/api/connections/{made['id']}/details", right))
    assert corrected["state"] == "connected"
    assert done(await office.call("member", made["id"], "listTickets"))["result"]["status"] == 200


@pytest.mark.requirement("O1")
async def test_title_and_description_change_and_the_title_is_the_connections_name(stored_office: Office) -> None:
    office = stored_office
    made = await office.create()
    path = f"/api/integrations/{made['id']}"

    changed = await office["editor"].patch(path, {"title": "  Desk tickets ", "description": "All of them."})

    assert (done(changed)["title"], done(changed)["description"]) == ("Desk tickets", "All of them.")
    assert done(await office["editor"].get(f"/api/connections/{made['id']}"))["name"] == "Desk tickets"
    old = await office["editor"].patch(path, {"description": "Late."}, headers={"if-match": '"v1"'})
    assert (old.status, old.code) == (412, "integration.changed")
    assert done(await office["editor"].get("/api/integrations/Desk tickets"))["id"] == made["id"]
    taken = await office["editor"].post("/api/integrations", office.draft("DESK TICKETS"))
    assert (taken.status, taken.code) == (409, "connection.name_taken")


@pytest.mark.requirement("C11", "D09")
async def test_deleting_takes_it_with_its_connection(stored_office: Office) -> None:
    office = stored_office
    made = await office.create()

    done(await office["editor"].delete(f"/api/integrations/{made['id']}"))

    assert done(await office["editor"].get("/api/integrations"))["items"] == []
    assert (await office["editor"].get(f"/api/connections/{made['id']}")).status == 404
    gone = await office.call("member", made["id"], "listTickets")
    assert (gone.status, gone.code) == (404, "integration.not_found")
    done(await office.admin.delete(f"/api/groups/{office.desk}"))


@pytest.mark.requirement("E3", "C11")
async def test_what_somebody_changes_at_that_moment_is_not_deleted_unseen(stored_office: Office) -> None:
    office = stored_office
    for number in range(8):
        made = await office.create(f"Tickets {number}")
        path = f"/api/integrations/{made['id']}"
        deletion = office["editor"].delete(path, headers={"if-match": f'"v{made["version"]}"'})
        change = office["editor"].patch(path, {"description": "Still needed."})

        # Either may be first.
        both = (deletion, change) if number % 2 else (change, deletion)
        answers = await asyncio.gather(*both)
        deleted, changed = answers if number % 2 else answers[::-1]

        assert (deleted.status, changed.status) in {(412, 200), (204, 404)}
        if deleted.status == 412:
            assert deleted.code == "integration.changed"
            assert done(await office["editor"].get(path))["description"] == "Still needed."


async def test_a_connection_of_this_kind_is_not_made_without_its_integration(office: Office) -> None:
    draft = {
        "business_unit_id": office.unit,
        "name": "Bare",
        "connector": "openapi",
        "scheme": "none",
        "details": {"endpoint": office.server.url("/echo/")},
    }

    refused = await office["editor"].post("/api/connections", draft)

    assert (refused.status, refused.json()["field"]) == (422, "connector")
    assert "integration" in refused.json()["detail"]


@pytest.mark.requirement("D23")
async def test_references_elsewhere_are_told_and_not_followed(office: Office) -> None:
    elsewhere: dict[str, Any] = {
        "/far": {"get": {"operationId": "far", "parameters": [{"$ref": office.server.url("/ok")}], "responses": {}}},
        "/file": {"get": {"operationId": "file", "parameters": [{"$ref": "file:///etc/passwd"}], "responses": {}}},
    }

    read = done(await office["editor"].post("/api/integrations/readings", {"document": text_of(document(**elsewhere))}))

    assert {"GET /far", "GET /file"} <= {one["operation"] for one in read["skipped"]}
    assert "root:" not in json.dumps(read)
    assert office.sent() == []


@pytest.mark.requirement("O5")
async def test_a_grant_of_mixed_levels_is_refused_with_the_way_out(office: Office) -> None:
    mixed = [{"methods": ["listTickets"], "grant": grant("groups", office.desk, office.people["member"])}]

    refused = await office["editor"].post("/api/integrations", office.draft(grants=mixed))

    assert (refused.status, refused.code) == (422, "grant.mixed_levels")
    assert "second time" in refused.json()["detail"]


def to_check(office: Office, **changes: Any) -> dict[str, Any]:
    """What the wizard sends to try a sign-in."""
    return {
        "business_unit_id": office.unit,
        "connector": "openapi",
        "details": {"endpoint": office.server.url("/echo/v1"), "test_path": "me"},
        "scheme": "api_key_header",
        "credentials": {"name": "X-Api-Key", "value": KEY},
        **changes,
    }


@pytest.mark.requirement("C1", "C2", "E1", "D11")
async def test_a_sign_in_is_tried_before_anything_is_made_and_its_answer_shown_without_the_secret(
    stored_office: Office,
) -> None:
    office = stored_office

    tried = await office["editor"].post("/api/connections/checks", to_check(office))

    found = done(tried)
    (sent,) = office.sent()
    assert (sent.method, sent.target, sent.header("x-api-key")) == ("GET", "/echo/v1/me", [KEY])
    assert (found["connected"], found["reach_only"], found["status"]) == (True, False, 200)
    answer = found["answer"]
    assert (answer["request"], answer["status"], answer["media_type"]) == ("GET me", 200, "application/json")
    # The server says back what it got, the key among it.
    assert "/echo/v1/me" in answer["text"]
    assert "[secret]" in answer["text"]
    assert KEY.encode() not in tried.body
    assert done(await office["editor"].get("/api/connections"))["items"] == []
    entries = done(await office.admin.get("/api/audit?name=connection.test"))["items"]
    assert [(one["actor"]["label"], one["object"]["label"], one["outcome"]) for one in entries] == [
        ("Editor", "not yet made", "done")
    ]


@pytest.mark.requirement("C1", "C14")
async def test_a_sign_in_that_fails_says_why_and_what_was_answered(office: Office) -> None:
    body = b'{"error": "no such key"}'
    head = f"HTTP/1.1 401 No\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    office.server.answers["/echo/v1/me"] = head.encode() + body

    refused = done(await office["editor"].post("/api/connections/checks", to_check(office)))
    lost = to_check(office, details={"endpoint": office.server.url("/nowhere"), "test_path": "me"})
    missing = done(await office["editor"].post("/api/connections/checks", lost))
    bare = to_check(office, details={"endpoint": office.server.url("/nowhere")})
    reached = done(await office["editor"].post("/api/connections/checks", bare))

    assert (refused["connected"], refused["code"], refused["status"]) == (False, "remote.sign_in", 401)
    assert "no such key" in refused["detail"]
    assert (missing["connected"], missing["field"]) == (False, "details.test_path")
    assert "404" in missing["reason"]
    assert (reached["connected"], reached["reach_only"], reached["answer"]["status"]) == (True, True, 404)


@pytest.mark.requirement("C1", "O4", "D16")
async def test_only_who_may_create_a_connection_tries_one_and_only_within_what_may_be_reached(office: Office) -> None:
    for name, status in (("member", 403), ("auditor", 403), ("stranger", 404)):
        refused = await office[name].post("/api/connections/checks", to_check(office))
        assert refused.status == status, (name, refused.body)
    inside = to_check(office, details={"endpoint": "http://127.0.0.1:1/", "test_path": "me"})
    kept_in = done(await office["editor"].post("/api/connections/checks", inside))
    wrong = await office["editor"].post("/api/connections/checks", to_check(office, credentials={}))

    assert (kept_in["connected"], kept_in["code"]) == (False, "egress.target_refused")
    assert (wrong.status, wrong.json()["field"]) == (422, "credentials.name")
    assert office.sent() == []


@pytest.mark.requirement("O4")
async def test_what_does_something_is_not_suggested_to_be_tried(office: Office) -> None:
    value = document(**{"/restart": {"get": {"operationId": "deleteAllTickets", "responses": {"200": {}}}}})

    read = done(await office["editor"].post("/api/integrations/readings", {"document": text_of(value)}))

    assert "me" in read["test_paths"]
    assert "restart" not in read["test_paths"]
