"""A custom integration is made, from the document to the granted methods."""

import copy
import json
import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from integrations.office import DOCUMENT
from web.conftest import DESK, PHONE, Visit
from web.hands import pick, rows
from web.house import House
from web.integrating import fill_in_document, fill_in_general, fill_in_key, go_on, grants_of, tick_the_box

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.requirement("O1", "O2", "O3", "O4", "O5", "O6", "C2")
async def test_an_editor_goes_from_a_document_to_granted_methods_step_by_step(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor = unit.editor("Edith")
    group, desk = house.group("Desk", editor)
    key = house.key()
    visitor = await visit(editor, "/connections/new")
    page = visitor.page

    await page.get_by_role("link", name=re.compile("^OpenAPI")).click()
    await page.get_by_role("button", name="Next").click()
    await expect(page.get_by_text("A title is needed.")).to_be_visible()
    await expect(page.get_by_text("Choose at least one group.")).to_be_visible()
    await fill_in_general(page, "Tickets", desk)

    await page.get_by_role("textbox", name="Paste the document").fill('{"openapi": "3.1.0",\n "info": ]')
    await expect(page.get_by_role("alert")).to_contain_text("line 2")
    await page.get_by_role("textbox", name="Paste the document").fill(json.dumps(DOCUMENT, indent=1))
    await expect(page.get_by_role("status").first).to_contain_text("1 operation skipped")
    await expect(page.get_by_role("status").first).to_contain_text("GET /broken")
    await page.get_by_role("button", name="Take it").click()
    await expect(page.get_by_role("textbox", name="API endpoint")).to_have_value("https://tickets.example.com/v1")
    await visitor.require_accessible()
    await fill_in_document(page, house)

    box = page.get_by_role("checkbox")
    await expect(box).not_to_be_checked()
    await page.get_by_role("button", name="Next").click()
    await expect(page.get_by_text("Tick the box to go on.")).to_be_visible()
    await visitor.require_accessible()
    await tick_the_box(page)
    await fill_in_key(page, key, tries=True)

    await expect(rows(page, "Methods")).to_have_count(6)
    await expect(rows(page, "Methods").filter(has_text="Nobody")).to_have_count(6)
    await page.get_by_role("button", name="Grant all 3 methods that only read").click()
    await page.get_by_role("checkbox", name="Select POST /tickets").check()
    await page.get_by_role("checkbox", name="Select DELETE /tickets/{id}").check()
    await page.get_by_role("button", name="Grant …").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("radiogroup", name="To whom").get_by_text("People").click()
    await pick(dialog, "People", editor.name)
    await visitor.require_accessible()
    await dialog.get_by_role("button", name="Apply").click()
    await expect(rows(page, "Methods").filter(has_text="Each call")).to_have_count(2)
    await go_on(page, "Review")

    review = page.get_by_role("region", name="Tickets")
    await expect(review).to_contain_text("5 of 6 methods are granted.")
    await expect(review).to_contain_text("2 granted methods ask for a confirmation of each call.")
    await expect(review).to_contain_text("The sign-in was tried: it lets us in as")
    await expect(review).to_contain_text(f"Only members of {desk} can ever call its methods.")
    await visitor.require_accessible()
    await page.get_by_role("button", name="Create integration").click()

    await expect(page.get_by_role("heading", name="Tickets", level=1)).to_be_visible()
    await expect(page.get_by_text("Connected", exact=True)).to_be_visible()
    await visitor.require_nothing_seen({key})
    made = page.url.rpartition("/")[2]
    assert {name: (one["level"], one["confirmation"]) for name, one in grants_of(editor, made).items()} == {
        "listTickets": ("groups", False),
        "getTicket": ("groups", False),
        "whoAmI": ("groups", False),
        "openTicket": ("individuals", True),
        "deleteTicket": ("individuals", True),
    }
    assert [one["id"] for one in editor.get(f"/api/integrations/{made}")["access_groups"]] == [group]


async def require_room_on_a_phone(page: Page, suggestion: str) -> None:
    """What is suggested has its words and its buttons inside, however narrow the page is."""
    await page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    region = page.get_by_role("region", name=suggestion, exact=True)
    around = await region.bounding_box()
    assert around is not None
    assert around["height"] < 160
    for button in await region.get_by_role("button").all():
        box = await button.bounding_box()
        assert box is not None
        assert around["x"] < box["x"]
        assert box["x"] + box["width"] < around["x"] + around["width"]
    await page.set_viewport_size({"width": DESK[0], "height": DESK[1]})


@pytest.mark.requirement("O4", "C2")
async def test_what_asks_for_two_at_once_gets_two_ways_to_sign_in(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor = unit.editor()
    _, desk = house.group("Desk", editor)
    joined = copy.deepcopy(DOCUMENT)
    joined["components"]["securitySchemes"]["account"] = {"type": "http", "scheme": "basic"}
    joined["security"] = [{"key": [], "account": []}]
    key, password = house.key(), house.key()
    visitor = await visit(editor, "/integrations/new")
    page = visitor.page

    await fill_in_general(page, "Joined tickets", desk)
    await page.get_by_role("textbox", name="Paste the document").fill(json.dumps(joined))
    await page.get_by_role("textbox", name="API endpoint").fill(house.api.url("/echo/v1"))
    await expect(page.get_by_text("6 of 7 operations understood")).to_be_visible()
    await go_on(page, "Responsibilities")
    await tick_the_box(page)
    await expect(page.get_by_text("operations ask for several at once: use them together.")).to_be_visible()
    await page.get_by_role("region", name="key", exact=True).get_by_role("button", name="Use this").click()
    await require_room_on_a_phone(page, "account")
    await page.get_by_role("textbox", name="Key", exact=True).fill(key)
    await page.get_by_role("region", name="account", exact=True).get_by_role("button", name="Use this too").click()
    first, second = (page.get_by_role("region", name=f"Sign-in {number}", exact=True) for number in (1, 2))
    await expect(first.get_by_role("textbox", name="Header")).to_have_value("X-Api-Key")
    await expect(first.get_by_role("textbox", name="Key", exact=True)).to_have_value(key)
    await second.get_by_role("textbox", name="User").fill("ada")
    await second.get_by_role("textbox", name="Password").fill(password)
    await page.get_by_role("button", name="Add a further sign-in").click()
    await page.get_by_role("button", name="Leave out sign-in 3").click()
    await page.get_by_role("button", name="me", exact=True).click()
    await visitor.require_accessible()
    await go_on(page, "Rights")
    await go_on(page, "Review")
    await page.get_by_role("button", name="Create integration").click()

    await expect(page.get_by_role("heading", name="Joined tickets", level=1)).to_be_visible()
    await expect(page.get_by_text("Connected", exact=True)).to_be_visible()
    await visitor.require_nothing_seen({key, password})
    made = page.url.rpartition("/")[2]
    details = editor.get(f"/api/connections/{made}")["details"]
    assert details["scheme"] == "api_key_header+basic"
    assert {one["field"] for one in details["secrets"] if one["is_set"]} >= {"1.value", "2.password"}


async def test_going_back_loses_nothing_a_refusal_leads_to_its_field_and_leaving_asks(
    visit: Visit, house: House
) -> None:
    unit = house.unit()
    editor = unit.editor()
    group, desk = house.group("Desk", editor)
    unit.integrate(editor, group, "Already here")
    page = (await visit(editor, "/integrations/new")).page
    steps = page.get_by_role("navigation", name="Steps")

    await fill_in_general(page, "already here", desk)
    await fill_in_document(page, house)
    await tick_the_box(page)
    await fill_in_key(page, house.key())
    await go_on(page, "Review")
    await page.get_by_role("button", name="Create integration").click()
    title = page.get_by_role("textbox", name="Title")
    await expect(title).to_have_attribute("aria-invalid", "true")
    await expect(title).to_have_value("already here")
    await title.fill("Free")

    await steps.get_by_role("button", name="Sign-in").click()
    await expect(page.get_by_role("textbox", name="Key", exact=True)).not_to_have_value("")
    await steps.get_by_role("button", name="Responsibilities").click()
    await expect(page.get_by_role("checkbox")).to_be_checked()
    await page.get_by_role("link", name="Connections").first.click()
    question = page.get_by_role("dialog", name="Leave without creating it?")
    await question.get_by_role("button", name="Cancel").click()
    await steps.get_by_role("button", name="Review").click()
    await page.get_by_role("button", name="Create integration").click()
    await expect(page.get_by_role("heading", name="Free", level=1)).to_be_visible()

    await page.goto(f"{house.url}/integrations/new")
    await page.get_by_role("textbox", name="Title").fill("Never made")
    await page.get_by_role("link", name="Connections").first.click()
    await question.get_by_role("button", name="Leave").click()
    await expect(page).to_have_url(f"{house.url}/connections")


@pytest.mark.requirement("O2")
async def test_a_large_document_is_a_file_and_its_methods_are_found_among_many(
    visit: Visit, house: House, tmp_path: Path
) -> None:
    unit = house.unit()
    editor = unit.editor()
    _, desk = house.group("Desk", editor)
    large = copy.deepcopy(DOCUMENT)
    for number in range(400):
        operation = {"summary": f"Report {number} " + "of many words " * 30, "responses": {"200": {"description": "x"}}}
        large["paths"][f"/reports/{number}"] = {"get": operation}
    file = tmp_path / "large.json"
    file.write_text(json.dumps(large, indent=2))
    page = (await visit(editor, "/integrations/new")).page

    await fill_in_general(page, "Reports", desk)
    await page.locator("input[type=file]").set_input_files(file)
    await expect(page.get_by_text("406 of 407 operations understood")).to_be_visible()
    await expect(page.get_by_text("large.json")).to_be_visible()
    await page.get_by_role("textbox", name="API endpoint").fill(house.api.url("/echo/v1"))
    await go_on(page, "Responsibilities")
    await tick_the_box(page)
    await go_on(page, "Rights")

    await expect(rows(page, "Methods")).to_have_count(100)
    await page.get_by_role("searchbox", name="Search methods").fill("report 39")
    await expect(page.get_by_text("Select all 11 methods found")).to_be_visible()
