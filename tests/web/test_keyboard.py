"""All of it without a mouse."""

import pytest
from playwright.async_api import Locator, Page, expect

from web.asking import ask
from web.conftest import Visit
from web.hands import pick, rows
from web.house import House
from web.people import PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="session")

MOST_STEPS = 60


async def tab_to(page: Page, target: Locator) -> None:
    """Tab until it has the focus, as somebody without a mouse does."""
    await expect(target).to_be_visible()
    for _ in range(MOST_STEPS):
        if await target.evaluate("(element) => element === document.activeElement"):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"{target} can't be reached")


async def press(page: Page, target: Locator, key: str = "Enter") -> None:
    await tab_to(page, target)
    await page.keyboard.press(key)


async def type_into(page: Page, target: Locator, text: str) -> None:
    await tab_to(page, target)
    await page.keyboard.press("ControlOrMeta+a")
    await page.keyboard.type(text)


async def choose_with_arrows(page: Page, option: Locator) -> None:
    """Down a list that has opened until the option is the marked one, as one sees it, and take it."""
    await expect(option).to_be_visible()
    for _ in range(MOST_STEPS):
        if await option.get_attribute("data-combobox-selected") == "true":
            return await page.keyboard.press("Enter")
        await page.keyboard.press("ArrowDown")
    raise AssertionError(f"{option} can't be reached")


@pytest.mark.requirement("E7", "C1", "C4", "C11")
async def test_one_signs_in_connects_renames_and_deletes_with_the_keyboard_alone(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor, account = unit.editor(), house.account("keys")
    details = unit.details()
    page = (await visit(None, "/connections")).page

    await type_into(page, page.get_by_label("Sign-in name"), editor.sign_in_name)
    await type_into(page, page.get_by_role("textbox", name="Password"), PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Connections", level=1)).to_be_visible()

    await press(page, page.get_by_role("link", name="New connection").first)
    await press(page, page.get_by_role("link", name="PostgreSQL"))
    await type_into(page, page.get_by_role("textbox", name="Name", exact=True), "Customers")
    await type_into(page, page.get_by_role("textbox", name="Host"), details["host"])
    await type_into(page, page.get_by_role("textbox", name="Port"), str(details["port"]))
    await type_into(page, page.get_by_role("textbox", name="Database"), details["database"])
    await tab_to(page, page.get_by_role("combobox", name="Encryption"))
    await page.keyboard.press("Enter")
    await choose_with_arrows(page, page.get_by_role("option", name="Off"))
    await expect(page.get_by_role("combobox", name="Encryption")).to_have_value("Off")
    await type_into(page, page.get_by_role("textbox", name="User", exact=True), account.user)
    await type_into(page, page.get_by_role("textbox", name="Password", exact=True), account.password)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Customers is connected")).to_be_visible()

    await press(page, page.get_by_role("link", name="Open the connection"))
    await press(page, page.get_by_role("button", name="More actions"))
    await expect(page.get_by_role("menuitem", name="Rename")).to_be_visible()
    await tab_or_arrow_to(page, page.get_by_role("menuitem", name="Rename"))
    await page.keyboard.press("Enter")
    await type_into(page, page.get_by_role("dialog").get_by_role("textbox"), "Suppliers")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Suppliers", level=1)).to_be_visible()

    await press(page, page.get_by_role("button", name="More actions"))
    await expect(page.get_by_role("menuitem", name="Delete connection")).to_be_visible()
    await tab_or_arrow_to(page, page.get_by_role("menuitem", name="Delete connection"))
    await page.keyboard.press("Enter")
    await type_into(page, page.get_by_role("dialog").get_by_role("textbox"), "Suppliers")
    await press(page, page.get_by_role("dialog").get_by_role("button", name="Delete connection"))
    await expect(page.get_by_role("heading", name="Connect the first system")).to_be_visible()


@pytest.mark.requirement("E7", "C6", "P2")
async def test_one_shares_a_connection_and_approves_what_a_run_asks_with_the_keyboard_alone(
    visit: Visit, house: House
) -> None:
    unit = house.unit()
    editor, other = unit.editor("Edith"), unit.editor("Emil")
    connection = unit.connect(editor, "Customers")["id"]
    question = {"title": "Order scales", "assignees": {"people": [editor.id]}, "self_approval": True}
    ask(editor, unit.id, "Order", "approve", question)
    page = (await visit(editor, f"/connections/{connection}")).page

    await tab_to(page, page.get_by_role("tab", name="Overview"))
    for _ in range(3):
        await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("tab", name="People")).to_have_attribute("aria-selected", "true")
    admins = page.get_by_role("region", name="Connection admins")
    await type_into(page, admins.get_by_role("combobox"), other.name)
    await choose_with_arrows(page, page.get_by_role("option", name=other.name))
    await press(page, admins.get_by_role("button", name="Share"))
    await expect(admins.get_by_role("listitem").filter(has_text=other.name)).to_be_visible()

    await page.goto(f"{house.url}/tasks")
    await press(page, rows(page, "For me").filter(has_text="Order scales").get_by_role("link"))
    await type_into(page, page.get_by_role("textbox", name="Reason"), "It is in the budget.")
    await press(page, page.get_by_role("button", name="Approve"))
    await expect(page.get_by_role("region", name="The answer")).to_contain_text("It was approved.")


async def tab_or_arrow_to(page: Page, target: Locator) -> None:
    """Menus are walked with the arrows."""
    for _ in range(MOST_STEPS):
        if await target.evaluate("(element) => element === document.activeElement"):
            return
        await page.keyboard.press("ArrowDown")
    raise AssertionError(f"{target} can't be reached")


@pytest.mark.requirement("E7")
async def test_the_first_stop_of_the_keyboard_leads_past_the_menu_and_the_focus_is_seen(
    visit: Visit, house: House
) -> None:
    visitor = await visit(house.person("Kay"), "/connections")
    page = await visitor.settled()

    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await page.keyboard.press("Tab")
    seen = "() => getComputedStyle(document.activeElement).outlineStyle !== 'none'"
    assert await page.evaluate(seen)


@pytest.mark.requirement("E7")
async def test_whoever_closes_a_dialog_is_where_it_was_opened_from(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor = unit.editor()
    connection = unit.connect(editor, "Customers")["id"]
    process = unit.publish(editor, "Look them up", connection)["id"]
    page = (await visit(editor, f"/processes/{process}")).page
    dialog, menu = page.get_by_role("dialog"), page.get_by_role("button", name="More actions")

    start = page.get_by_role("button", name="Start a run")
    await press(page, start)
    await expect(dialog.get_by_role("textbox", name="Input")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(start).to_be_focused()

    # The item of a menu is gone with the menu; what it asks is confirmed, or named.
    for item in ("Take the published version back", "Rename"):
        await press(page, menu)
        await expect(page.get_by_role("menuitem", name=item)).to_be_visible()
        await tab_or_arrow_to(page, page.get_by_role("menuitem", name=item))
        await page.keyboard.press("Enter")
        await expect(dialog).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
        await expect(menu).to_be_focused()


@pytest.mark.requirement("E7", "O5", "O9")
async def test_neither_a_pasted_document_nor_a_begun_grant_is_lost_by_a_key(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor = unit.editor()
    group, desk = house.group("Desk", editor)
    made = unit.integrate(editor, group)["id"]
    page = (await visit(editor, f"/integrations/{made}/document")).page
    dialog = page.get_by_role("dialog")

    await page.get_by_role("button", name="Update the document").click()
    document = dialog.get_by_role("textbox", name="Paste the document")
    await document.fill("openapi: 3.1.0")
    await page.keyboard.press("Escape")
    await page.mouse.click(5, 5)
    await expect(document).to_have_value("openapi: 3.1.0")
    await dialog.get_by_role("button", name="Close").click()
    await expect(dialog).to_have_count(0)

    await page.get_by_role("tab", name="Methods and rights").click()
    await page.get_by_role("button", name="Change who may call GET /tickets", exact=True).click()
    await pick(dialog, "Groups", desk)
    await page.keyboard.press("Escape")
    await page.mouse.click(5, 5)
    await dialog.get_by_role("button", name="Apply").click()
    await expect(rows(page, "Methods").first).to_contain_text(desk)
