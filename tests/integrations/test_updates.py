"""Another version of the document: compared, joined with the grants, applied, and taken back (O9, D26)."""

import copy
from typing import Any

import pytest

from api.client import Answer
from api.company import done
from integrations.office import DOCUMENT, Office, grant, text_of
from jackfield.directory import Caller
from jackfield.integrations import TEXT_VERSION, MethodChangedError
from jackfield.kernel import Door, PersonId, RequestId


def changed(**operations: Any) -> dict[str, Any]:
    """The document with operations changed by their operationId; None takes one away."""
    value = copy.deepcopy(DOCUMENT)
    for item in value["paths"].values():
        for verb, operation in list(item.items()):
            name = operation.get("operationId") if isinstance(operation, dict) else None
            if name in operations:
                if operations[name] is None:
                    del item[verb]
                else:
                    operation.update(operations[name])
    return value


async def preview(office: Office, made: Any, value: Any) -> Any:
    return done(await office["editor"].post(f"/api/integrations/{made['id']}/updates", {"document": text_of(value)}))


async def apply(office: Office, made: Any, value: Any, **decision: Any) -> Answer:
    body = {"document": text_of(value), **decision}
    return await office["editor"].post(f"/api/integrations/{made['id']}/versions", body)


@pytest.mark.requirement("O9")
async def test_an_update_is_compared_with_the_grants_before_it_is_applied(stored_office: Office) -> None:
    office = stored_office
    made = await office.create()
    value = changed(
        listTickets={"parameters": [{"name": "state", "in": "query", "required": True, "schema": {"type": "string"}}]},
        getTicket={"summary": "One ticket, read."},
        deleteTicket=None,
    )
    value["paths"]["/labels"] = {"get": {"operationId": "listLabels", "responses": {"200": {"description": "x"}}}}

    update = await preview(office, made, value)

    assert update["based_on"] == 1
    assert [one["name"] for one in update["added"]] == ["listLabels"]
    assert [(one["method"]["name"], one["granted"]) for one in update["removed"]] == [("deleteTicket", True)]
    assert {one["method"]["name"]: (one["impact"], one["held"]) for one in update["changed"]} == {
        "listTickets": ("breaking", True),
        "getTicket": ("words", False),
    }
    assert update["changed"][0]["changes"][0]["sentence"]
    assert (update["needs_confirmation"], update["to_accept"]) == (["deleteTicket"], ["listTickets"])
    assert done(await office["editor"].get(f"/api/integrations/{made['id']}"))["document_number"] == 1


@pytest.mark.requirement("O9")
async def test_removed_methods_in_use_block_unless_confirmed_and_new_ones_are_granted_to_nobody(
    stored_office: Office,
) -> None:
    office = stored_office
    made = await office.create()
    value = changed(deleteTicket=None, whoAmI=None)
    value["paths"]["/labels"] = {"get": {"operationId": "listLabels", "responses": {"200": {"description": "x"}}}}

    blocked = await apply(office, made, value)
    done_anyway = done(await apply(office, made, value, confirm_removed=True, based_on=1))

    assert (blocked.status, blocked.code) == (409, "methods.in_use")
    assert blocked.json()["blockers"] == [{"kind": "method", "id": "deleteTicket", "label": "deleteTicket"}]
    assert (done_anyway["document_number"], done_anyway["methods"], done_anyway["granted"]) == (2, 5, 3)
    shown = {
        one["name"]: one for one in done(await office["editor"].get(f"/api/integrations/{made['id']}/methods"))["items"]
    }
    assert shown["listLabels"]["grant"] is None
    gone = await office.call("temp", made["id"], "deleteTicket", id="1")
    new = await office.call("temp", made["id"], "listLabels")
    assert (gone.code, new.code) == ("method.not_found", "method.not_found")
    assert done(await office.call("temp", made["id"], "listTickets"))


@pytest.mark.requirement("D26", "O9")
async def test_what_changes_its_meaning_is_held_until_accepted_and_the_rest_goes_on(stored_office: Office) -> None:
    office = stored_office
    made = await office.create()
    required = [{"name": "state", "in": "query", "required": True, "schema": {"type": "string"}}]
    value = changed(listTickets={"parameters": required}, getTicket={"description": "Other words."})

    updated = done(await apply(office, made, value))
    office.sent()
    held = await office.call("temp", made["id"], "listTickets", state="open")
    unaffected = await office.call("temp", made["id"], "getTicket", id="1")

    assert updated["held"] == 1
    assert (held.status, held.code, held.json()["rule"]) == (409, "method.held", "O9")
    assert done(unaffected)["result"]["status"] == 200
    assert [one.path for one in office.sent()] == ["/echo/v1/tickets/1"]
    shown = done(await office["editor"].get(f"/api/integrations/{made['id']}/methods/listTickets"))
    assert "version 2" in shown["grant"]["held"]
    # granting it anew accepts it
    again = {"methods": ["listTickets"], "grant": {"level": "groups", "entries": [office.desk], "confirmation": False}}
    accepted = done(await office["editor"].put(f"/api/integrations/{made['id']}/grants", {"changes": [again]}))
    assert accepted["changed"] == ["listTickets"]
    assert done(await office.call("temp", made["id"], "listTickets", state="open"))["result"]["status"] == 200


@pytest.mark.requirement("D26", "O9")
async def test_what_is_accepted_with_the_update_goes_on_at_once(office: Office) -> None:
    made = await office.create()
    required = [{"name": "state", "in": "query", "required": True, "schema": {"type": "string"}}]
    value = changed(listTickets={"parameters": required})

    wrong = await apply(office, made, value, accept=["getTicket"])
    updated = done(await apply(office, made, value, accept=["listTickets"]))

    assert (wrong.status, wrong.json()["field"]) == (422, "accept")
    assert updated["held"] == 0
    assert done(await office.call("temp", made["id"], "listTickets", state="open"))


@pytest.mark.requirement("D26", "O3", "O9")
async def test_a_reading_method_that_becomes_heavier_is_held_and_accepting_it_takes_the_responsibilities(
    office: Office,
) -> None:
    made = await office.create()
    value = changed(getTicket={"operationId": "getTicket", "x-destructive": True})

    update = await preview(office, made, value)
    refused = await apply(office, made, value, accept=["getTicket"])
    accepted = await apply(office, made, value, accept=["getTicket"], accept_responsibilities=TEXT_VERSION)

    assert (update["to_accept"], update["needs_responsibilities"]) == (["getTicket"], ["getTicket"])
    assert (refused.status, refused.code) == (409, "responsibilities.not_accepted")
    assert done(accepted)["held"] == 0


@pytest.mark.requirement("O3", "O9", "D26")
async def test_a_heavier_method_that_waits_is_not_accepted_later_without_the_responsibilities(office: Office) -> None:
    made = await office.create()
    heavier = changed(getTicket={"x-destructive": True})
    update = await preview(office, made, heavier)
    assert update["needs_responsibilities"] == ["getTicket"]
    done(await apply(office, made, heavier))
    path = f"/api/integrations/{made['id']}/grants"
    again = {"changes": [{"methods": ["getTicket"], "grant": grant("groups", office.desk, confirmation=False)}]}
    needed = {"name": "why", "in": "query", "required": True, "schema": {"type": "string"}}
    broken = changed(getTicket={"x-destructive": True, "parameters": [needed]})

    by_grant = await office["editor"].put(path, again)
    by_another_update = await apply(office, made, broken, accept=["getTicket"])
    accepted = done(await office["editor"].put(path, {**again, "accept_responsibilities": TEXT_VERSION}))

    for refused in (by_grant, by_another_update):
        assert (refused.status, refused.code) == (409, "responsibilities.not_accepted")
    assert accepted["writing"] == ["getTicket"]
    assert done(await office["editor"].get(f"/api/integrations/{made['id']}"))["held"] == 0


@pytest.mark.requirement("D26")
async def test_an_operation_id_moved_from_get_to_delete_takes_no_grant_with_it(office: Office) -> None:
    made = await office.create()
    value = copy.deepcopy(DOCUMENT)
    item = value["paths"]["/tickets/{id}"]
    del item["get"]
    item["delete"]["operationId"] = "getTicket"

    update = await preview(office, made, value)
    updated = done(await apply(office, made, value, confirm_removed=True, accept=[]))

    assert [(one["before"]["label"], one["after"]["label"]) for one in update["moved"]] in (
        [],
        [("GET /tickets/{id}", "DELETE /tickets/{id}")],
    )
    assert "getTicket" in update["needs_confirmation"]
    assert updated["methods"] == 5
    # what was granted as deleteTicket, to be confirmed, is the same DELETE under its new name; the reading grant is gone
    shown = done(await office["editor"].get(f"/api/integrations/{made['id']}/methods/getTicket"))
    assert (shown["effect"], shown["grant"]["confirmation"], shown["grant"]["level"]) == (
        "destructive",
        True,
        "company",
    )
    office.sent()
    refused = await office.call("temp", made["id"], "getTicket", id="1")
    assert refused.code in {"confirmation.unavailable", "method.held"}
    assert office.sent() == []


@pytest.mark.requirement("O9")
async def test_an_earlier_version_is_put_in_force_again_as_a_new_one(stored_office: Office) -> None:
    office = stored_office
    made = await office.create()
    done(await apply(office, made, changed(openTicket=None), confirm_removed=True))
    path = f"/api/integrations/{made['id']}/versions"

    looked = done(await office["editor"].post(f"/api/integrations/{made['id']}/updates", {"number": 1}))
    restored = done(await office["editor"].post(f"{path}/1/restore", {}))

    assert [one["name"] for one in looked["added"]] == ["openTicket"]
    assert (restored["document_number"], restored["methods"], restored["granted"]) == (3, 6, 3)
    versions = done(await office["editor"].get(path))["items"]
    assert [(one["number"], one["restored_from"]) for one in versions] == [(3, 1), (2, None), (1, None)]
    assert versions[0]["digest"] == versions[2]["digest"]
    assert versions[0]["created_by_name"] == "Editor"
    text = done(await office["editor"].get(f"{path}/3"))
    assert text["document"] == text_of(DOCUMENT)
    assert [one["operation"] for one in text["skipped"]] == ["GET /broken"]
    # it was taken away, and nobody has granted it since
    assert (await office.call("member", made["id"], "openTicket", body={"subject": "x"})).code == "method.not_found"
    missing = await office["editor"].post(f"{path}/9/restore", {})
    assert (missing.status, missing.code) == (404, "version.not_found")


@pytest.mark.requirement("O9")
async def test_the_document_in_force_makes_no_version_of_itself(office: Office) -> None:
    made = await office.create()

    same = done(await apply(office, made, DOCUMENT))
    restored = done(await office["editor"].post(f"/api/integrations/{made['id']}/versions/1/restore", {}))

    assert same["document_number"] == restored["document_number"] == 1
    assert same["version"] == restored["version"] == made["version"]
    assert len(done(await office["editor"].get(f"/api/integrations/{made['id']}/versions"))["items"]) == 1


@pytest.mark.requirement("O9")
async def test_who_looked_at_another_version_is_told_before_anything_is_applied(office: Office) -> None:
    made = await office.create()
    done(await apply(office, made, changed(whoAmI=None), based_on=1))

    late = await apply(office, made, changed(getTicket=None), based_on=1, confirm_removed=True)

    assert (late.status, late.code) == (412, "integration.changed")
    assert done(await office["editor"].get(f"/api/integrations/{made['id']}"))["document_number"] == 2


@pytest.mark.requirement("D26", "O9")
async def test_a_call_prepared_by_another_version_is_not_sent(office: Office) -> None:
    made = await office.create()
    integrations, directory = office.hub.services.integrations, office.hub.services.directory
    principal = await directory.find_principal(PersonId(office.people["temp"]))
    assert principal is not None
    caller = Caller(principal, Door.REST, RequestId("req_test"))
    found = await integrations.find_method(caller, made["id"], "listTickets")
    assert found is not None
    assert await integrations.require_still(caller, found)
    done(await apply(office, made, changed(whoAmI=None)))
    principal = await directory.find_principal(PersonId(office.people["temp"]))
    assert principal is not None

    with pytest.raises(MethodChangedError, match="nothing was sent"):
        await integrations.require_still(Caller(principal, Door.REST, RequestId("req_test")), found)


@pytest.mark.requirement("O9", "D12")
async def test_only_who_administers_it_updates_it(office: Office) -> None:
    made = await office.create()
    body = {"document": text_of(DOCUMENT)}

    for name, status in (("member", 403), ("auditor", 403), ("outsider", 404), ("stranger", 404)):
        for path in ("updates", "versions"):
            refused = await office[name].post(f"/api/integrations/{made['id']}/{path}", body)
            assert refused.status == status, (name, path, refused.body)
    admin = await office.admin.post(f"/api/integrations/{made['id']}/versions", body)
    assert (admin.status, admin.json()["rule"]) == (403, "C7")
