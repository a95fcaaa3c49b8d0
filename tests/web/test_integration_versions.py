"""What comes after a custom integration: another version of its document, and a successor."""

import copy
import json
import re

import pytest
from playwright.async_api import expect

from integrations.office import DOCUMENT
from web.conftest import Visit
from web.hands import act, choose, pick, rows
from web.house import House
from web.integrating import grants_of
from web.people import RefusedError

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.requirement("O9")
async def test_another_version_is_compared_decided_upon_applied_and_taken_back(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor = unit.editor()
    group, _ = house.group("Desk", editor)
    granted = {"level": "groups", "entries": [group]}
    made = unit.integrate(editor, group, listTickets=granted, deleteTicket=granted)["id"]
    changed = copy.deepcopy(DOCUMENT)
    del changed["paths"]["/tickets/{id}"]["delete"]
    changed["paths"]["/tickets"]["get"]["parameters"][0]["required"] = True
    changed["paths"]["/labels"] = {"get": {"operationId": "listLabels", "responses": {"200": {"description": "x"}}}}
    visitor = await visit(editor, f"/integrations/{made}/document")
    page = visitor.page

    await page.get_by_role("button", name="Update the document").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox", name="Paste the document").fill(json.dumps(changed))
    await expect(dialog.get_by_text("1 method gone")).to_be_visible()
    await expect(dialog.get_by_text("1 new method")).to_be_visible()
    await expect(dialog.get_by_text("Breaks callers", exact=True)).to_be_visible()
    apply = dialog.get_by_role("button", name="Apply")
    await expect(apply).to_be_disabled()
    await visitor.require_accessible()
    await dialog.get_by_role("checkbox", name=re.compile("1 method in use goes")).check()
    await apply.click()

    await expect(rows(page, "Versions")).to_have_count(2)
    assert set(grants_of(editor, made)) == {"listTickets"}
    await page.get_by_role("tab", name="Methods and rights").click()
    await expect(page.get_by_text("Waits to be accepted")).to_be_visible()
    await page.get_by_role("checkbox", name="Select GET /tickets", exact=True).check()
    await page.get_by_role("button", name="Accept", exact=True).click()
    await page.get_by_role("button", name="Check and save").click()
    await dialog.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Waits to be accepted")).to_have_count(0)

    await page.get_by_role("tab", name="Document").click()
    await page.get_by_role("button", name="Put in force again").click()
    await expect(dialog.get_by_text("1 new method")).to_be_visible()
    await dialog.get_by_role("button", name="Apply").click()
    await expect(rows(page, "Versions").first).to_contain_text("from version 1")
    assert editor.get(f"/api/integrations/{made}")["document_number"] == 3


@pytest.mark.requirement("C16", "O1", "O3", "D08")
async def test_a_successor_with_other_access_groups_shows_first_what_it_drops_and_keeps_the_credentials(
    visit: Visit, house: House
) -> None:
    unit = house.unit()
    editor, both, newcomer = unit.editor("Edith"), unit.person("Bo", "member"), unit.person("Nina", "member")
    desk, _ = house.group("Desk", editor, both)
    hall, hall_name = house.group("Hall", both, newcomer)
    unit.integrate(editor, desk, "Already here")
    made = unit.integrate(
        editor,
        desk,
        listTickets={"level": "groups", "entries": [desk]},
        getTicket={"level": "individuals", "entries": [editor.id, both.id]},
        whoAmI={"level": "individuals", "entries": [both.id]},
    )["id"]
    visitor = await visit(editor, f"/connections/{made}")
    page = visitor.page

    await act(page, "Replace it on the page of the custom integration")
    await expect(page).to_have_url(f"{house.url}/integrations/{made}")
    await act(page, "Replace by a successor")
    dialog = page.get_by_role("dialog")
    replace = dialog.get_by_role("button", name="Test and replace")
    endpoint = dialog.get_by_role("textbox", name="API endpoint")
    key = dialog.get_by_role("textbox", name="Key", exact=True)
    await expect(key).to_have_count(0)
    await endpoint.fill(house.api.url("/echo/v2"))
    await replace.click()
    # Another endpoint: the sealed credentials were given for the one before, and don't go there.
    await expect(key).to_have_attribute("aria-invalid", "true")
    await visitor.require_accessible()
    await endpoint.fill(house.api.url("/echo/v1"))
    await expect(key).to_have_count(0)

    await pick(dialog, "Access groups", hall_name)
    left = dialog.get_by_role("region", name="What becomes of the grants")
    await expect(left).to_contain_text("3 granted methods stay as granted as now.")
    await dialog.get_by_role("combobox", name="Access groups").press("Backspace")
    await expect(left).to_have_count(0)
    await dialog.get_by_role("combobox", name="Access groups").press("Backspace")
    await expect(dialog.get_by_text("Choose at least one group.")).to_be_visible()
    await pick(dialog, "Access groups", hall_name)
    await expect(left).to_contain_text(re.compile("1 granted method can.t be called by anybody any more: listTickets"))
    await expect(left).to_contain_text("can only be called by some of those who may now: getTicket")
    await expect(left).to_contain_text("1 granted method stays as granted as now.")
    await expect(replace).to_be_disabled()
    await dialog.get_by_role("checkbox").check()
    # Its colours change with it.
    await expect(replace).to_be_enabled()
    await visitor.require_accessible()
    title = dialog.get_by_role("textbox", name="Title")
    await title.fill("Already here")
    await replace.click()
    await expect(title).to_be_focused()
    await expect(title).to_have_attribute("aria-invalid", "true")
    await title.fill("Tickets of the hall")
    await replace.click()

    await expect(page.get_by_role("heading", name="Tickets of the hall", level=1)).to_be_visible()
    successor = page.url.rpartition("/")[2]
    assert {name: one["level"] for name, one in grants_of(editor, successor).items()} == {
        "getTicket": "individuals",
        "whoAmI": "individuals",
    }
    assert [one["id"] for one in editor.get(f"/api/integrations/{successor}")["access_groups"]] == [hall]
    with pytest.raises(RefusedError) as gone:
        editor.get(f"/api/integrations/{made}")
    assert gone.value.status == 404
    granted = {"methods": ["listTickets"], "grant": {"level": "groups", "entries": [hall]}}
    editor.put(f"/api/integrations/{successor}/grants", {"changes": [granted]})
    assert newcomer.post(f"/api/integrations/{successor}/methods/listTickets/calls", {"arguments": {}})


@pytest.mark.requirement("C16", "D08")
async def test_a_successor_at_another_endpoint_has_new_credentials_and_the_grants_of_before(
    visit: Visit, house: House
) -> None:
    unit = house.unit()
    editor = unit.editor()
    group, _ = house.group("Desk", editor)
    made = unit.integrate(editor, group, listTickets={"level": "groups", "entries": [group]})["id"]
    key = house.key()
    visitor = await visit(editor, f"/integrations/{made}")
    page = visitor.page

    await act(page, "Replace by a successor")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox", name="Title").fill("Tickets, moved")
    await dialog.get_by_role("textbox", name="API endpoint").fill(house.api.url("/echo/v2"))
    await dialog.get_by_role("textbox", name="Header").fill("X-Api-Key")
    await dialog.get_by_role("textbox", name="Key", exact=True).fill(key)
    await dialog.get_by_role("button", name="Test and replace").click()

    await expect(page.get_by_role("heading", name="Tickets, moved", level=1)).to_be_visible()
    successor = page.url.rpartition("/")[2]
    assert set(grants_of(editor, successor)) == {"listTickets"}
    called = editor.post(f"/api/integrations/{successor}/methods/listTickets/calls", {"arguments": {}})
    assert "/echo/v2/tickets" in json.dumps(called)
    await visitor.require_nothing_seen({key})


@pytest.mark.requirement("O5", "O7", "O9", "C15", "P1")
async def test_a_step_is_put_in_from_the_granted_methods_and_an_update_names_the_process(
    visit: Visit, house: House
) -> None:
    unit = house.unit()
    editor = unit.editor()
    group, _ = house.group("Desk", editor)
    granted = {"level": "groups", "entries": [group]}
    made = unit.integrate(editor, group, "Desk of tickets", listTickets=granted, deleteTicket=granted)["id"]
    body = {"business_unit_id": unit.id, "name": "Look after it", "definition": {}}
    process = editor.post("/api/processes", body)["id"]
    visitor = await visit(editor, f"/processes/{process}/definition")
    page = visitor.page

    await page.get_by_role("button", name="Add a step").click()
    dialog = page.get_by_role("dialog")
    await choose(page, "Connection", "Desk of tickets")
    await dialog.get_by_label("Method", exact=True).first.click()
    await expect(page.get_by_role("option", name=re.compile("deleteTicket"))).to_contain_text("to be confirmed")
    await page.get_by_role("option", name=re.compile("listTickets")).click()
    await visitor.require_accessible()
    await dialog.get_by_role("button", name="Put it in").click()
    await expect(page.get_by_role("textbox", name="Definition", exact=True)).to_have_value(
        re.compile('"connection:openapi.listTickets"')
    )
    await page.get_by_role("button", name="Publish").click()
    await dialog.get_by_role("button", name="Publish").click()
    await expect(dialog).to_have_count(0)

    await page.goto(f"{house.url}/integrations/{made}/uses")
    await expect(rows(page, "Where it is used")).to_have_count(2)
    await expect(rows(page, "Where it is used").filter(has_text="Published")).to_contain_text("listTickets")
    await visitor.require_accessible()
    await page.get_by_role("tab", name="Document").click()
    await page.get_by_role("button", name="Update the document").click()
    changed = copy.deepcopy(DOCUMENT)
    del changed["paths"]["/tickets"]["get"]
    await dialog.get_by_role("textbox", name="Paste the document").fill(json.dumps(changed))
    await expect(dialog.get_by_text("Used by 2")).to_be_visible()
    await expect(dialog.get_by_role("link", name="Look after it")).to_have_count(2)
    await visitor.require_accessible()
    await expect(dialog.get_by_role("button", name="Apply")).to_be_disabled()
