"""What runs ask people, in a browser: the inbox, answering, asking others (P2)."""

import re

import pytest
from playwright.async_api import expect

from web.asking import ask
from web.conftest import PHONE, Visit
from web.hands import pick, rows
from web.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.requirement("P2", "P7")
async def test_who_is_asked_finds_it_in_his_inbox_and_approves_it(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor, buyer = unit.editor(), unit.person("Bruno", "member")
    run, _ = ask(
        editor,
        unit.id,
        "Order scales",
        "approve",
        {
            "title": "Order 17 of Brauhaus Hopfner",
            "text": "It costs **900 Euro**. <script>alert(1)</script> ![](https://example.com/x.png)",
            "format": "markdown",
            "assignees": {"people": [buyer.id]},
            "due": 86400,
        },
    )
    visitor = await visit(buyer, "/tasks")
    page = visitor.page

    await expect(page.get_by_role("link", name=re.compile("^Tasks")).first).to_contain_text("1")
    await visitor.require_accessible()
    await rows(page, "For me").filter(has_text="Order 17").get_by_role("link").click()
    await expect(page.get_by_role("heading", name="Order 17 of Brauhaus Hopfner", level=1)).to_be_visible()
    await expect(page.locator("strong")).to_have_text("900 Euro")
    await expect(page.locator("main img, main script")).to_have_count(0)
    await visitor.require_accessible()
    await page.get_by_role("textbox", name="Reason").fill("It is in the budget.")
    await page.get_by_role("button", name="Approve").click()

    answer = page.get_by_role("region", name="The answer")
    await expect(answer).to_contain_text("It was approved.")
    await expect(answer).to_contain_text("It is in the budget.")
    await page.get_by_role("link", name="Tasks").first.click()
    await expect(page.get_by_role("heading", name="Nothing waits for you")).to_be_visible()
    await page.get_by_text("Answered by me", exact=True).click()
    await expect(rows(page, "Answered by me").filter(has_text="Order 17")).to_contain_text("Approved")
    seen = (await visit(editor, f"/runs/{run}")).page
    await expect(seen.get_by_text("Succeeded", exact=True)).to_be_visible()
    step = seen.get_by_role("list", name="Steps").get_by_role("listitem")
    await step.get_by_role("button").first.click()
    await expect(step).to_contain_text(re.compile("Answered by Bruno"))


@pytest.mark.requirement("P2")
async def test_a_form_is_filled_in_on_a_phone_and_what_is_wrong_is_said_at_its_field(
    visit: Visit, house: House
) -> None:
    unit = house.unit()
    editor = unit.editor()
    form = {
        "type": "object",
        "properties": {
            "amount": {"type": "number", "title": "Amount", "minimum": 1},
            "why": {"type": "string", "title": "What for", "multiline": True},
        },
        "required": ["amount", "why"],
    }
    asked = {"title": "Travel costs", "assignees": {"people": [editor.id]}, "form": form}
    _, task = ask(editor, unit.id, "Travel", "form", asked)
    visitor = await visit(editor, f"/tasks/{task}", size=PHONE)
    page = visitor.page

    amount = page.get_by_role("textbox", name="Amount")
    await amount.fill("0.5")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("textbox", name="What for")).to_have_attribute("aria-invalid", "true")
    await page.get_by_role("textbox", name="What for").fill("Trains to Graz")
    await page.get_by_role("button", name="Send").click()
    await expect(amount).to_have_attribute("aria-invalid", "true")
    await visitor.require_accessible()
    await amount.fill("120")
    await page.get_by_role("button", name="Send").click()

    await expect(page.get_by_role("region", name="The answer")).to_contain_text("Trains to Graz")
    assert editor.get(f"/api/tasks/{task}")["answer"]["values"]["amount"] == 120


@pytest.mark.requirement("P2", "C12")
async def test_whoever_edits_the_process_asks_somebody_else(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor, absent, present = unit.editor(), unit.person("Ada", "member"), unit.person("Pia", "member")
    _, task = ask(editor, unit.id, "Sign", "approve", {"title": "Sign it", "assignees": {"people": [absent.id]}})
    visitor = await visit(editor, "/tasks?view=governed")
    page = visitor.page

    await rows(page, "Of my processes").get_by_role("link", name=re.compile("^Sign it")).click()
    await expect(page.get_by_text(re.compile("You can.t answer it"))).to_be_visible()
    await page.get_by_role("button", name="Ask others").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("combobox", name="People").press("Backspace")
    await pick(dialog, "People", present.name)
    await visitor.require_accessible()
    await dialog.get_by_role("button", name="Ask others").click()

    await expect(page.get_by_role("definition").filter(has_text=present.name)).to_be_visible()
    assert [one["id"] for one in absent.get("/api/tasks")["items"]] == []
    assert [one["id"] for one in present.get("/api/tasks")["items"]] == [task]
