"""Who may call what: granted, previewed, narrowed, and seen as a whole (O3, O5, O6, C17)."""

from typing import Any

import pytest

from api.client import Answer
from api.company import done
from integrations.office import Office, grant
from jackfield.integrations import TEXT_VERSION


async def set_grants(office: Office, integration: str, *changes: dict[str, Any], **more: Any) -> Answer:
    query = "?dry_run=true" if more.pop("dry_run", False) else ""
    return await office["editor"].put(f"/api/integrations/{integration}/grants{query}", {"changes": changes, **more})


def methods(answer: Answer) -> dict[str, Any]:
    return {one["name"]: one for one in done(answer)["items"]}


@pytest.mark.requirement("O5", "O6")
async def test_many_methods_are_granted_at_once_after_a_look_at_what_it_would_do(stored_office: Office) -> None:
    office = stored_office
    made = await office.create(grants=[])
    change = {"filter": {"tag": "tickets"}, "grant": grant("groups", office.desk)}

    looked = done(await set_grants(office, made["id"], change, dry_run=True))
    before = done(await office["editor"].get(f"/api/integrations/{made['id']}"))
    refused = await set_grants(office, made["id"], change)
    granted = done(await set_grants(office, made["id"], change, accept_responsibilities=TEXT_VERSION))

    assert (looked["dry_run"], looked["methods"], len(looked["added"])) == (True, 4, 4)
    assert looked["writing"] == ["openTicket", "changeTicket"]
    assert (looked["unconfirmed_writing"], looked["needs_responsibilities"]) == ([], True)
    assert (before["granted"], before["version"]) == (0, 1)
    assert (refused.status, refused.code) == (409, "responsibilities.not_accepted")
    assert granted["added"] == looked["added"]
    shown = methods(await office["editor"].get(f"/api/integrations/{made['id']}/methods?tag=tickets"))
    assert {name: one["grant"]["confirmation"] for name, one in shown.items()} == {
        "listTickets": False,
        "openTicket": True,
        "getTicket": False,
        "changeTicket": True,
    }
    assert shown["listTickets"]["grant"]["entries"] == [{"id": office.desk, "name": "Desk"}]
    assert done(await office["editor"].get(f"/api/integrations/{made['id']}"))["granted"] == 4


@pytest.mark.requirement("O3", "O6")
async def test_responsibilities_are_asked_about_again_when_a_writing_method_is_granted_and_not_for_reading(
    office: Office,
) -> None:
    made = await office.create(grants=[])

    reading = await set_grants(office, made["id"], {"methods": ["whoAmI"], "grant": grant("groups", office.desk)})
    writing = await set_grants(office, made["id"], {"methods": ["openTicket"], "grant": grant("groups", office.desk)})

    assert done(reading)["added"] == ["whoAmI"]
    assert (writing.status, writing.code) == (409, "responsibilities.not_accepted")
    accepted = await set_grants(
        office,
        made["id"],
        {"methods": ["openTicket"], "grant": grant("groups", office.desk, confirmation=False)},
        accept_responsibilities=TEXT_VERSION,
    )
    assert done(accepted)["unconfirmed_writing"] == ["openTicket"]
    assert done(await office.call("temp", made["id"], "openTicket", body={"subject": "It hums"}))
    # what is granted already may be narrowed without asking
    assert done(
        await set_grants(
            office, made["id"], {"methods": ["openTicket"], "grant": grant("individuals", office.people["member"])}
        )
    )["changed"] == ["openTicket"]


@pytest.mark.requirement("O5")
@pytest.mark.parametrize("level", ["groups", "individuals", "company"])
async def test_a_grant_beyond_the_access_groups_is_refused_and_says_which_part(
    stored_office: Office, level: str
) -> None:
    office = stored_office
    made = await office.create(grants=[])
    inside = {"groups": office.desk, "individuals": office.people["member"], "company": office.unit}[level]
    beyond = {"groups": office.outside, "individuals": office.people["outsider"], "company": office.other_unit}[level]
    name = {"groups": "Visitors", "individuals": "Outsider", "company": "Sales"}[level]

    refused = await set_grants(office, made["id"], {"methods": ["listTickets"], "grant": grant(level, inside, beyond)})

    assert (refused.status, refused.code) == (409, "grant.outside_access_groups")
    assert name in refused.json()["detail"]
    assert refused.json()["rule"] == "O5"
    assert done(await office["editor"].get(f"/api/integrations/{made['id']}"))["granted"] == 0


@pytest.mark.requirement("O5")
async def test_changes_are_made_together_or_not_at_all(stored_office: Office) -> None:
    office = stored_office
    made = await office.create()

    refused = await set_grants(
        office,
        made["id"],
        {"methods": ["listTickets"], "grant": None},
        {"methods": ["noSuchMethod"], "grant": grant("groups", office.desk)},
    )

    assert (refused.status, refused.code) == (404, "method.not_found")
    assert refused.json()["field"] == "changes.1.methods"
    assert done(await office.call("temp", made["id"], "listTickets"))
    taken = done(await set_grants(office, made["id"], {"filter": {}, "grant": None}))
    assert len(taken["removed"]) == 4
    gone = await office.call("temp", made["id"], "listTickets")
    assert (gone.status, gone.code) == (404, "integration.not_found")


@pytest.mark.requirement("O5")
@pytest.mark.parametrize("chosen", [{}, {"filter": {}, "methods": ["listTickets"]}])
async def test_a_change_says_in_one_way_which_methods_it_is_about(office: Office, chosen: dict[str, Any]) -> None:
    made = await office.create()

    refused = await set_grants(office, made["id"], {**chosen, "grant": None})

    assert (refused.status, refused.json()["field"]) == (422, "changes.0.methods")
    assert done(await office["editor"].get(f"/api/integrations/{made['id']}"))["granted"] == 4


@pytest.mark.requirement("O5")
async def test_of_two_who_change_grants_at_once_the_second_learns_of_the_first(office: Office) -> None:
    made = await office.create()
    path = f"/api/integrations/{made['id']}/grants"
    change = {"changes": [{"methods": ["listTickets"], "grant": None}]}

    first = await office["editor"].put(path, change, headers={"if-match": f'"v{made["version"]}"'})
    second = await office["editor"].put(path, change, headers={"if-match": f'"v{made["version"]}"'})

    assert done(first)["version"] == made["version"] + 1
    assert (second.status, second.code) == (412, "integration.changed")


@pytest.mark.requirement("O5", "D16")
async def test_taking_a_grant_away_counts_with_the_next_call(stored_office: Office) -> None:
    office = stored_office
    made = await office.create()
    assert done(await office.call("temp", made["id"], "listTickets"))
    office.sent()

    done(await set_grants(office, made["id"], {"methods": ["listTickets"], "grant": None}))
    refused = await office.call("temp", made["id"], "listTickets")

    assert (refused.status, refused.code) == (404, "method.not_found")
    assert office.sent() == []


@pytest.mark.requirement("O5", "C17")
async def test_the_matrix_shows_for_everybody_with_access_what_may_be_called(stored_office: Office) -> None:
    office = stored_office
    made = await office.create()

    matrix = done(await office["editor"].get(f"/api/integrations/{made['id']}/matrix"))

    assert [one["name"] for one in matrix["methods"]] == ["listTickets", "openTicket", "getTicket", "deleteTicket"]
    assert {one["person"]["name"]: one["uses"] for one in matrix["items"]} == {
        "Editor": ["allowed", "no", "allowed", "confirmation"],
        "Member": ["allowed", "allowed", "allowed", "confirmation"],
        "Temp": ["allowed", "no", "allowed", "confirmation"],
    }
    first = done(await office["editor"].get(f"/api/integrations/{made['id']}/matrix?limit=1&tag=admin"))
    assert ([one["uses"] for one in first["items"]], bool(first["next"])) == ([["confirmation"]], True)
    refused = await office["member"].get(f"/api/integrations/{made['id']}/matrix")
    assert (refused.status, refused.json()["rule"]) == (403, "C6")


@pytest.mark.requirement("C17", "O5")
async def test_why_somebody_may_call_a_method_is_a_chain_of_questions(office: Office) -> None:
    made = await office.create()
    path = f"/api/integrations/{made['id']}/methods/openTicket/explain"

    async def ask(who: str, about: str = "") -> Any:
        query = f"?person_id={office.people[about]}" if about else ""
        return done(await office[who].get(path + query))

    allowed, refused, outside = await ask("member"), await ask("editor", "temp"), await ask("editor", "outsider")

    assert (allowed["allowed"], allowed["rule"]) == (True, "O5")
    assert [one["rule"] for one in allowed["questions"]] == ["C12", "O1", "O5", "O5", "O9", "C13", "C1"]
    assert (refused["allowed"], refused["rule"]) == (False, "O5")
    assert "Temp is not among them" in refused["reason"]
    assert (outside["allowed"], outside["rule"]) == (False, "O1")
    assert outside["who_can_change"] == "whoever keeps the groups"
    others = await office["member"].get(f"{path}?person_id={office.people['temp']}")
    assert others.status == 403
    hidden = await office["temp"].get(path)
    assert (hidden.status, hidden.code) == (404, "method.not_found")


@pytest.mark.requirement("O7")
async def test_methods_are_found_by_words_verb_tag_effect_and_grant_page_by_page(office: Office) -> None:
    made = await office.create()
    path = f"/api/integrations/{made['id']}/methods"

    async def names(query: str, who: str = "editor") -> list[str]:
        return [one["name"] for one in done(await office[who].get(f"{path}?{query}"))["items"]]

    assert await names("search=TICKETS/{ID}".lower()) == ["getTicket", "changeTicket", "deleteTicket"]
    assert await names("verb=post") == ["openTicket"]
    assert await names("effect=destructive") == ["deleteTicket"]
    assert await names("granted=false") == ["changeTicket", "whoAmI"]
    assert await names("", "temp") == ["listTickets", "getTicket", "deleteTicket"]
    page = done(await office["editor"].get(f"{path}?limit=4"))
    rest = done(await office["editor"].get(f"{path}?limit=4&cursor={page['next']}"))
    assert [one["name"] for one in (*page["items"], *rest["items"])] == await names("")
    assert rest["next"] is None
    counts = done(await office["editor"].get(f"/api/integrations/{made['id']}/method-counts"))
    assert counts["tags"] == {"tickets": 4, "admin": 1, "account": 1}
    seen = done(await office["temp"].get(f"{path}/listTickets"))
    assert (seen["grant"], seen["use"]) == (None, "allowed")
    assert seen["arguments"]["properties"]["state"] == {"type": "string"}
