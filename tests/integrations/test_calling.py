"""Calling methods: who may, what leaves, and what comes back (O5, O6, O7)."""

import json
from typing import Any
from urllib.parse import unquote

import pytest

from api.client import Answer
from api.company import done
from integrations.office import DOCUMENT, KEY, Office, document, grant, text_of, token_of
from jackfield.directory import Scope
from servers import evil


def stripped(answer: Answer) -> Any:
    return {**answer.json(), "request_id": ""}


@pytest.mark.requirement("O7", "D12", "D13")
async def test_what_one_may_not_call_looks_exactly_like_what_is_not_there(stored_office: Office) -> None:
    office = stored_office
    made = await office.create()
    office.sent()

    # of the integration: nothing, to who may call none of its methods
    for name in ("outsider", "stranger"):
        real = await office.call(name, made["id"], "listTickets")
        unknown = await office.call(name, "con_unknown", "listTickets")
        assert (real.status, stripped(real)) == (404, stripped(unknown))
        for path in ("", "/methods", "/methods/listTickets", "/matrix", "/versions", "/method-counts"):
            real = await office[name].get(f"/api/integrations/{made['id']}{path}")
            unknown = await office[name].get(f"/api/integrations/con_unknown{path}")
            assert (real.status, stripped(real)) == (404, stripped(unknown)), path
        assert done(await office[name].get("/api/integrations"))["items"] == []
    # of a method: nothing, to who may call others
    real = await office.call("temp", made["id"], "changeTicket", id="1")
    unknown = await office.call("temp", made["id"], "noSuchThing", id="1")
    assert (real.status, stripped(real)) == (404, stripped(unknown))
    assert abs(len(real.body) - len(unknown.body)) <= 2
    # and through the other door
    for method in ("changeTicket", "noSuchThing"):
        call = {"connection": made["id"], "action": method, "arguments": {}}
        assert stripped(await office["temp"].post("/api/calls", call)) == stripped(unknown)
    assert office.sent() == []


@pytest.mark.requirement("O7", "O5", "D14")
async def test_who_administers_it_reads_all_and_calls_only_what_is_granted(office: Office) -> None:
    made = await office.create()

    refused = await office.call("editor", made["id"], "openTicket", body={"subject": "x"})
    granted_to_nobody = await office.call("editor", made["id"], "whoAmI")
    audited = await office["auditor"].get(f"/api/integrations/{made['id']}/methods")
    auditor = await office.call("auditor", made["id"], "listTickets")

    assert (refused.status, refused.json()["rule"]) == (403, "O5")
    assert (granted_to_nobody.status, granted_to_nobody.json()["rule"]) == (403, "O5")
    assert len(done(audited)["items"]) == 6
    assert (auditor.status, auditor.json()["rule"]) == (403, "O1")


@pytest.mark.requirement("E1", "O7")
async def test_a_refused_call_is_recorded_with_its_rule_whoever_made_it_and_however_little_he_was_told(
    stored_office: Office,
) -> None:
    office = stored_office
    made = await office.create()
    call = {"connection": "Tickets", "action": "changeTicket", "arguments": {"id": "1"}}

    await office.call("temp", made["id"], "deleteTicket", id="7")
    await office.call("temp", made["id"], "noSuchThing")
    await office["temp"].post("/api/calls", call)
    await office.call("outsider", made["id"], "listTickets")
    await office.call("editor", made["id"], "whoAmI")
    await office.call("outsider", "con_unknown", "listTickets")
    activity = done(await office["editor"].get(f"/api/connections/{made['id']}/activity?name=connection.use"))
    everything = done(await office.admin.get("/api/audit?name=connection.use"))

    def told(entries: list[Any]) -> list[tuple[str, str, str, str, str]]:
        return [
            (one["actor"]["label"], one["data"]["action"], one["data"]["code"], one["rule"], one["outcome"])
            for one in reversed(entries)
        ]

    of_the_integration = [
        ("Temp", "deleteTicket", "confirmation.unavailable", "O6", "refused"),
        ("Temp", "noSuchThing", "method.not_found", "O7", "refused"),
        ("Temp", "changeTicket", "method.not_found", "O7", "refused"),
        ("Outsider", "listTickets", "integration.not_found", "O7", "refused"),
        ("Editor", "whoAmI", "access.refused", "O5", "refused"),
    ]
    assert told(activity["items"]) == of_the_integration
    unknown = ("Outsider", "listTickets", "integration.not_found", "O7", "refused")
    assert told(everything["items"]) == [*of_the_integration, unknown]


@pytest.mark.requirement("O5", "O7")
async def test_the_list_shows_each_what_is_his(stored_office: Office) -> None:
    office = stored_office
    made = await office.create()
    await office.create("Other tickets", grants=[])

    async def titles(name: str) -> list[tuple[str, int]]:
        found = done(await office[name].get("/api/integrations"))["items"]
        return [(one["title"], one["mine"]) for one in found]

    assert await titles("editor") == [("Other tickets", 0), ("Tickets", 3)]
    assert await titles("temp") == [("Tickets", 3)]
    assert await titles("outsider") == []
    seen = done(await office["temp"].get(f"/api/integrations/{made['id']}"))
    assert (seen["methods"], seen["access_groups"], seen["acknowledged"], seen["created_by"]) == (3, None, None, None)
    assert seen["may"] == ["call", "see"]
    assert (await office["temp"].get(f"/api/connections/{made['id']}")).status == 404
    first = done(await office.admin.get("/api/integrations?limit=1"))
    rest = done(await office.admin.get(f"/api/integrations?limit=1&cursor={first['next']}"))
    assert [one["title"] for one in (*first["items"], *rest["items"])] == ["Other tickets", "Tickets"]


@pytest.mark.requirement("O6", "O8")
async def test_what_needs_a_confirmation_is_refused_before_anything_leaves(office: Office) -> None:
    made = await office.create()
    office.sent()

    refused = await office.call("temp", made["id"], "deleteTicket", id="7")

    assert (refused.status, refused.code, refused.json()["rule"]) == (403, "confirmation.unavailable", "O6")
    assert office.sent() == []
    shown = done(await office["temp"].get(f"/api/integrations/{made['id']}/methods/deleteTicket"))
    assert shown["use"] == "confirmation"


@pytest.mark.requirement("O5", "E1")
async def test_a_call_is_the_same_through_both_doors_and_is_recorded_with_the_method(office: Office) -> None:
    made = await office.create()
    office.sent()

    direct = done(await office.call("member", made["id"], "openTicket", body={"subject": "It hums"}))
    call = {"connection": "Tickets", "action": "openTicket", "arguments": {"body": {"subject": "It hums"}}}
    other = done(await office["member"].post("/api/calls", call))

    assert direct["result"]["body"] == other["result"]["body"]
    assert [(one.method, one.target, json.loads(one.body)) for one in office.sent()] == [
        ("POST", "/echo/v1/tickets", {"subject": "It hums"})
    ] * 2
    activity = done(await office["editor"].get(f"/api/connections/{made['id']}/activity?name=connection.use"))
    data = activity["items"][0]["data"]
    assert (data["action"], data["method"], data["document"], data["effect"]) == (
        "openTicket",
        "POST /tickets",
        1,
        "write",
    )
    assert activity["items"][0]["actor"]["label"] == "Member"
    weighed = done(await office["member"].post("/api/calls/weighings", call))
    assert weighed == {"effect": "write", "repeat": "once"}


@pytest.mark.requirement("O5")
async def test_arguments_that_dont_fit_are_told_by_name_and_nothing_leaves(office: Office) -> None:
    made = await office.create()
    office.sent()
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("arguments.body", {}),
        ("arguments.body", {"body": {}}),
        ("arguments.more", {"body": {"subject": "x"}, "more": 1}),
    ]

    for field, arguments in wrong:
        refused = await office.call("member", made["id"], "openTicket", **arguments)
        assert refused.status == 422, refused.body
        assert refused.json()["field"].startswith(field)
    assert office.sent() == []


@pytest.mark.requirement("D20")
async def test_path_arguments_that_lead_elsewhere_never_leave(office: Office) -> None:
    made = await office.create()
    office.sent()
    refused = ["..", ".", "", "%2e%2e", "a\r\nb", "a\x00b", None]
    whole = ["../admin", "..%2f", "a\\..\\b", "．．", "x" * 10_240, [], {}]  # noqa: RUF001

    for value in refused:
        answer = await office.call("member", made["id"], "getTicket", id=value)
        assert answer.status == 422, (value, answer.body)
        assert office.sent() == [], value
    for value in whole:
        answer = await office.call("member", made["id"], "getTicket", id=value)
        sent = office.sent()
        assert sent or answer.status == 422, (value, answer.body)
        for one in sent:
            assert one.path.startswith("/echo/v1/tickets/"), (value, one.target)
            assert (one.path.count("/"), unquote(one.path.rpartition("/")[2])) == (4, value)


@pytest.mark.requirement("D20", "D27")
async def test_path_arguments_arrive_as_they_were_given(office: Office) -> None:
    made = await office.create()
    office.sent()

    for value in ["a/b", "a?x=1", "a#f", "a;b", "ä b", "100%", "a:b@c"]:
        done(await office.call("member", made["id"], "getTicket", id=value))
        (sent,) = office.sent()
        assert sent.path.count("/") == 4
        assert unquote(sent.path.rpartition("/")[2]) == value


@pytest.mark.requirement("D21")
async def test_one_argument_is_one_value_and_no_header_is_a_callers_to_take(office: Office) -> None:
    hostile = document(
        **{
            "/search": {
                "get": {
                    "operationId": "search",
                    "parameters": [
                        {"name": "q", "in": "query", "schema": {"type": "string"}},
                        {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
                        *(
                            {"name": name, "in": "header", "schema": {"type": "string"}}
                            for name in (
                                "Authorization",
                                "Host",
                                "Content-Length",
                                "Transfer-Encoding",
                                "Cookie",
                                "X-Forwarded-For",
                                "Connection",
                                "x-api-key",
                            )
                        ),
                    ],
                    "responses": {"200": {"description": "Found."}},
                }
            }
        }
    )
    grants = [{"methods": ["search"], "grant": grant("groups", office.desk)}]
    made = await office.create(document=text_of(hostile), grants=grants)
    office.sent()

    done(await office.call("member", made["id"], "search", q="a&admin=true", **{"X-Trace": "t"}))
    (sent,) = office.sent()
    for name in ("Authorization", "Host", "Content-Length", "Transfer-Encoding", "Cookie", "X-Forwarded-For"):
        flat = await office.call("member", made["id"], "search", **{name: "mine"})
        placed = await office.call("member", made["id"], "search", header={name: "mine"})
        assert flat.status == 422, (name, flat.body)
        assert placed.status in {200, 422}, (name, placed.body)
    key = await office.call("member", made["id"], "search", **{"x-api-key": "mine"})
    crlf = await office.call("member", made["id"], "search", **{"X-Trace": "a\r\nX-Evil: 1"})

    assert sent.target == "/echo/v1/search?q=a%26admin%3Dtrue"
    assert sent.header("X-Trace") == ["t"]
    assert (key.status, crlf.status) == (422, 422)
    for one in office.sent():
        assert not any("mine" in value for _, value in one.headers)
        assert one.header("X-Api-Key") == [KEY]


@pytest.mark.requirement("D22", "D08")
async def test_only_the_endpoint_is_ever_contacted_whatever_servers_the_document_names(office: Office) -> None:
    with evil.serve("127.0.0.2") as elsewhere:
        foreign = [
            {"url": elsewhere.url("/stolen")},
            {"url": "https://{host}", "variables": {"host": {"default": "x"}}},
        ]
        value = document(
            **{
                "/tickets": {
                    "servers": foreign,
                    "get": {
                        "operationId": "listTickets",
                        "servers": foreign,
                        "responses": {"200": {"description": "x", "links": {"self": {"server": foreign[0]}}}},
                        "callbacks": {"done": {elsewhere.url("/back"): {"post": {"responses": {}}}}},
                    },
                }
            }
        )
        value["servers"] = foreign
        grants = [{"methods": ["listTickets"], "grant": grant("groups", office.desk)}]
        made = await office.create(document=text_of(value), grants=grants)
        office.sent()

        done(await office.call("member", made["id"], "listTickets"))
        redirect = office.server.url(f"/redirect/302?to={elsewhere.url('/stolen')}")
        office.server.answers["/echo/v1/tickets"] = (
            f"HTTP/1.1 302 Found\r\nLocation: {redirect}\r\nContent-Length: 0\r\n\r\n".encode()
        )
        moved = await office.call("member", made["id"], "listTickets")

        assert {one.path for one in office.sent()} == {"/echo/v1/tickets"}
        assert (moved.status, moved.code) == (502, "remote.rejected")
        assert (elsewhere.requests, elsewhere.connections) == ([], 0)


@pytest.mark.requirement("C13")
async def test_switched_off_it_is_not_called_and_says_so(office: Office) -> None:
    made = await office.create()
    done(await office.admin.put("/api/features/openapi", {"on": False}))
    office.sent()

    refused = await office.call("member", made["id"], "listTickets")
    shown = done(await office["member"].get(f"/api/integrations/{made['id']}"))

    assert refused.code == "feature.off"
    assert (shown["state"], shown["mine"]) == ("off", 0)
    assert office.sent() == []
    done(await office.admin.put("/api/features/openapi", {"on": True}))
    assert done(await office.call("member", made["id"], "listTickets"))


@pytest.mark.requirement("C14")
async def test_what_the_other_side_says_becomes_one_error_and_the_connections_health(office: Office) -> None:
    made = await office.create()
    office.server.answers["/echo/v1/tickets"] = b"HTTP/1.1 429 Slow\r\nRetry-After: 299\r\nContent-Length: 0\r\n\r\n"
    throttled = await office.call("member", made["id"], "listTickets")
    office.server.answers["/echo/v1/tickets"] = b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"
    unknown = await office.call("member", made["id"], "openTicket", body={"subject": "x"})

    assert (throttled.code, throttled.json()["retry_after"]) == ("remote.throttled", 299)
    assert unknown.code == "outcome.unknown"
    assert [one.method for one in office.sent()].count("POST") == 1


@pytest.mark.requirement("D10", "D11")
async def test_a_reflected_key_is_replaced_and_cookies_stay_away(office: Office) -> None:
    made = await office.create()
    body = json.dumps({"you sent": KEY}).encode()
    head = f'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nSet-Cookie: a=b\r\nETag: "1"\r\nX-Odd: {KEY}\r\n'
    office.server.answers["/echo/v1/tickets"] = head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body

    answer = await office.call("member", made["id"], "listTickets")

    assert done(answer)["result"]["body"] == {"you sent": "[secret]"}
    assert done(answer)["secret_reflected"] is True
    assert sorted(done(answer)["result"]["headers"]) == ["content-type", "etag"]


@pytest.mark.requirement("O5", "D18")
async def test_a_token_needs_the_scope_for_using_and_gets_no_more_rights(office: Office) -> None:
    made = await office.create()
    reader = await token_of(office.hub, office.people["member"], Scope.READ)
    path = f"/api/integrations/{made['id']}/methods/listTickets"
    office.sent()

    refused = await reader.post(f"{path}/calls", {"arguments": {}})

    assert (refused.status, refused.code) == (403, "token.scope_missing")
    assert done(await reader.get(path))["use"] == "allowed"
    assert office.sent() == []


@pytest.mark.requirement("C5", "C6")
async def test_sharing_reconnecting_and_activity_are_those_of_its_connection(office: Office) -> None:
    made = await office.create()
    path = f"/api/connections/{made['id']}"

    done(await office["editor"].post(f"{path}/admins", {"people": [office.people["colleague"]]}))
    new = {"credentials": {"name": "X-Api-Key", "value": "another-key-altogether"}}
    done(await office["colleague"].put(f"{path}/credentials", new))
    office.sent()
    done(await office.call("member", made["id"], "listTickets"))

    assert office.sent()[0].header("X-Api-Key") == ["another-key-altogether"]
    assert "change" in done(await office["colleague"].get(f"/api/integrations/{made['id']}"))["may"]
    names = {one["name"] for one in done(await office["editor"].get(f"{path}/activity"))["items"]}
    assert {"connection.create", "integration.create", "connection.use", "connection.share"} <= names


async def test_the_document_is_read_once_for_many_calls(office: Office) -> None:
    made = await office.create(document=text_of(DOCUMENT))

    for _ in range(3):
        done(await office.call("member", made["id"], "listTickets"))

    kept = office.hub.services.integrations.documents_in_memory
    assert kept == 1
