"""What comes back with a call: held against the document, with the next page, and with what is said of limits (O5)."""

import json
from typing import Any

import pytest

from api.client import Client
from api.company import done
from integrations.office import KEY, Office, grant, json_answer, paged, text_of


async def make(office: Office, **answer: Any) -> str:
    grants = [{"methods": ["listTickets"], "grant": grant("groups", office.desk)}]
    made = await office.create(document=text_of(paged(**answer)), grants=grants)
    office.sent()
    return str(made["id"])


async def call(office: Office, integration: str, arguments: dict[str, Any]) -> dict[str, Any]:
    answer = await office["member"].post(
        f"/api/integrations/{integration}/methods/listTickets/calls", {"arguments": arguments}
    )
    found: dict[str, Any] = done(answer)["result"]
    return found


@pytest.mark.requirement("O5")
async def test_an_answer_that_is_not_what_the_document_says_is_given_whole_with_where_it_differs(
    office: Office,
) -> None:
    integration = await make(office)
    office.server.answers["/echo/v1/tickets"] = json_answer({"items": [{"id": 1}, {"id": "two"}, {}], "odd": True})
    other = await call(office, integration, {})
    office.server.answers["/echo/v1/tickets"] = json_answer({"items": [{"id": 1}]})
    same = await call(office, integration, {})

    assert (other["checked"], other["body"]) == ("differs", {"items": [{"id": 1}, {"id": "two"}, {}], "odd": True})
    assert other["warnings"] == ["/items/1/id: must be a whole number", "/items/2/id: must be given"]
    assert (same["checked"], same["warnings"], same["truncated"]) == ("fits", [], False)


@pytest.mark.requirement("E7", "O5")
async def test_where_an_answer_differs_is_said_in_the_language_of_whoever_asks_and_the_answer_stays_as_it_is(
    office: Office,
) -> None:
    integration = await make(office)
    body = {"items": [{"id": "two"}, {}], "warnings": ["there are more differences than these"]}
    office.server.answers["/echo/v1/tickets"] = json_answer(body)
    german = Client(office["member"].app, {**office["member"].headers, "accept-language": "de"})

    # The language is a request's own; here all of them are made in one context, so the plain route comes first.
    also = done(await german.post("/api/calls", {"connection": integration, "action": "listTickets"}))["result"]
    said = done(await german.post(f"/api/integrations/{integration}/methods/listTickets/calls", {}))["result"]
    arguments = await german.post(
        f"/api/integrations/{integration}/methods/listTickets/calls", {"arguments": {"limit": "many"}}
    )

    spoken = ["/items/0/id: muss eine ganze Zahl sein", "/items/1/id: muss angegeben werden"]
    assert said["warnings"] == also["warnings"] == spoken
    assert said["body"] == also["body"] == body
    assert arguments.json()["detail"] == "limit: muss eine ganze Zahl sein"


@pytest.mark.requirement("O5")
@pytest.mark.parametrize("arguments", [{"state": "open", "limit": 2}, {"query": {"state": "open", "limit": 2}}])
async def test_the_next_page_is_asked_for_with_the_arguments_that_the_answer_gives(
    office: Office, arguments: dict[str, Any]
) -> None:
    integration = await make(office)
    office.server.answers["/echo/v1/tickets"] = json_answer({"items": [{"id": 1}, {"id": 2}], "next_cursor": "c 2"})

    first = await call(office, integration, arguments)
    office.server.answers["/echo/v1/tickets"] = json_answer({"items": [{"id": 3}]})
    last = await call(office, integration, first["page"]["next"])

    assert first["page"] == {
        "kind": "cursor",
        "said_by": "the names of arguments and answers",
        "items": ["items"],
        "count": 2,
        "next": {"state": "open", "limit": 2, "cursor": "c 2"},
    }
    assert last["page"]["next"] is None
    targets = [one.target for one in office.sent()]
    assert targets == ["/echo/v1/tickets?limit=2&state=open", "/echo/v1/tickets?cursor=c%202&limit=2&state=open"]


@pytest.mark.requirement("O5", "D22")
async def test_an_address_of_the_next_page_is_read_for_its_arguments_and_never_followed(office: Office) -> None:
    integration = await make(office, headers={"Link": {"schema": {"type": "string"}}})
    link = 'Link: <http://127.0.0.2:1/stolen?cursor=abc&admin=true>; rel="next"'
    office.server.answers["/echo/v1/tickets"] = json_answer({"items": [{"id": 1}]}, link)

    found = await call(office, integration, {"limit": 1})

    assert (found["page"]["kind"], found["page"]["next"]) == ("link", {"limit": 1, "cursor": "abc"})
    assert [one.path for one in office.sent()] == ["/echo/v1/tickets"]


@pytest.mark.requirement("O5", "C14")
async def test_what_is_said_of_limits_is_data_in_the_answer_and_in_the_error(office: Office) -> None:
    integration = await make(office)
    head = ("RateLimit-Limit: 100", "RateLimit-Remaining: 7", "RateLimit-Reset: 30")
    office.server.answers["/echo/v1/tickets"] = json_answer({"items": []}, *head)
    well = await call(office, integration, {})
    office.server.answers["/echo/v1/tickets"] = json_answer({}, "Retry-After: 299", *head, status="429 Slow down")
    path = f"/api/integrations/{integration}/methods/listTickets/calls"
    throttled = await office["member"].post(path, {"arguments": {}})

    assert well["limits"] == {"retry_after": None, "limit": 100, "remaining": 7, "reset_after": 30.0, "window": None}
    assert throttled.code == "remote.throttled"
    assert throttled.json()["retry_after"] == 299
    assert throttled.json()["rate_limits"] == {"limit": 100, "remaining": 7, "reset_after": 30.0}


@pytest.mark.requirement("D11", "O5")
async def test_a_secret_in_what_is_said_of_an_answer_is_replaced_like_one_in_the_answer(office: Office) -> None:
    integration = await make(office)
    office.server.answers["/echo/v1/tickets"] = json_answer({"items": KEY, "next_cursor": KEY})

    found = await call(office, integration, {})

    assert KEY not in json.dumps(found)
    assert found["page"]["next"] == {"cursor": "[secret]"}


@pytest.mark.requirement("O5")
async def test_a_large_answer_is_checked_beside_the_others_and_given_whole(office: Office) -> None:
    integration = await make(office)
    items = [{"id": number, "subject": "x" * 60} for number in range(3_000)]
    office.server.answers["/echo/v1/tickets"] = json_answer({"items": [*items, {"id": None}]})

    found = await call(office, integration, {})

    assert (len(found["body"]["items"]), found["page"]["count"]) == (3_001, 3_001)
    assert found["warnings"] == ["/items/3000/id: must be a whole number"]
