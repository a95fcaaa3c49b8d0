"""A successor takes an integration's place, where its endpoint or its access groups must change (C16, O1)."""

import pytest

from api.company import done
from integrations.office import KEY, Office
from jackfield.integrations import TEXT_VERSION


@pytest.mark.requirement("C16", "O1", "O3")
async def test_other_access_groups_come_with_a_successor_that_has_the_grants_within(stored_office: Office) -> None:
    office = stored_office
    made = await office.create()
    path = f"/api/integrations/{made['id']}"
    wanted = {"access_groups": [office.outside]}

    looked = done(await office["editor"].post(f"{path}/replacements", wanted))
    refused = await office["editor"].post(f"{path}/replace", wanted)
    replaced = done(await office["editor"].post(f"{path}/replace", {**wanted, "accept_responsibilities": TEXT_VERSION}))

    assert (looked["kept"], looked["narrowed"]) == (["deleteTicket"], [])
    assert sorted(looked["dropped"]) == ["getTicket", "listTickets", "openTicket"]
    assert (refused.status, refused.code) == (409, "responsibilities.not_accepted")
    new = replaced["integration"]
    assert (new["title"], new["granted"], new["methods"]) == ("Tickets", 1, 6)
    assert [one["id"] for one in new["access_groups"]] == [office.outside]
    assert new["id"] != made["id"]
    assert sorted(replaced["dropped"]) == ["getTicket", "listTickets", "openTicket"]
    assert (await office["editor"].get(path)).status == 404
    # the credentials went with it, as the endpoint is the same
    confirmed = await office.call("outsider", new["id"], "deleteTicket", id="1")
    assert confirmed.code == "confirmation.unavailable"
    done(await office.admin.delete(f"/api/groups/{office.desk}"))


@pytest.mark.requirement("C16", "D08")
async def test_another_endpoint_needs_the_credentials_anew_and_keeps_document_and_grants(stored_office: Office) -> None:
    office = stored_office
    made = await office.create()
    details = {"endpoint": office.server.url("/echo/v2")}

    refused = await office["editor"].post(f"/api/connections/{made['id']}/replace", {"details": details})
    replaced = done(
        await office["editor"].post(
            f"/api/connections/{made['id']}/replace",
            {"details": details, "credentials": {"name": "X-Api-Key", "value": f"{KEY}2"}},
        )
    )
    office.sent()
    done(await office.call("member", replaced["id"], "listTickets"))

    assert (refused.status, refused.code) == (409, "connection.secret_required")
    (sent,) = office.sent()
    assert (sent.path, sent.header("X-Api-Key")) == ("/echo/v2/tickets", [f"{KEY}2"])
    shown = done(await office["editor"].get(f"/api/integrations/{replaced['id']}"))
    assert (shown["granted"], shown["document_number"]) == (4, 1)
    assert [one["id"] for one in shown["access_groups"]] == [office.desk]


@pytest.mark.requirement("E3", "C16")
async def test_who_replaces_what_he_didnt_see_is_told_and_nothing_is_tested_or_made(stored_office: Office) -> None:
    office = stored_office
    made = await office.create()
    path = f"/api/integrations/{made['id']}"
    done(await office["editor"].patch(path, {"description": "Somebody was faster."}))
    office.sent()

    stale = await office["editor"].post(
        f"{path}/replace", {"title": "Anew"}, headers={"if-match": f'"v{made["version"]}"'}
    )

    assert (stale.status, stale.code, office.sent()) == (412, "integration.changed", [])
    now = done(await office["editor"].get(path))
    assert now["title"] == "Tickets"
    fresh = {"if-match": f'"v{now["version"]}"'}
    replaced = done(await office["editor"].post(f"{path}/replace", {"title": "Anew"}, headers=fresh))
    assert replaced["integration"]["title"] == "Anew"
