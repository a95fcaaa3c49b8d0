"""The list of connections."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from web import hands
from web.conftest import DESK, PHONE, Visit
from web.hands import choose
from web.house import Account, House

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOBODY = Account("nobody", "lets nobody in")


def rows(page: Page) -> Locator:
    return hands.rows(page, "Connections")


@pytest.mark.requirement("C3")
async def test_the_list_has_what_one_created_or_was_given_with_what_one_must_know_of_it(
    visit: Visit, house: House
) -> None:
    unit = house.unit()
    edith, emil = unit.editor("Edith"), unit.editor("Emil")
    mine = unit.connect(edith, "Customers")
    given = unit.try_to_connect(emil, "Orders", NOBODY)
    emil.post(f"/api/connections/{given['id']}/admins", {"people": [edith.id]})
    unit.connect(emil, "Of no concern to Edith")
    edith.post("/api/calls", {"connection": mine["id"], "action": "query", "arguments": {"sql": "select 1"}})

    page = (await visit(edith, "/connections")).page

    await expect(rows(page)).to_have_count(2)
    for column in ("Name", "Business unit", "Health", "Last used", "Used in", "Shared with", "Modified"):
        await expect(page.get_by_role("columnheader", name=column)).to_be_visible()
    await expect(rows(page).nth(0)).to_contain_text(
        re.compile(f"Customers.*PostgreSQL.*{unit.name}.*Connected.*just now")
    )
    await expect(rows(page).nth(1)).to_contain_text(re.compile("Orders.*Not connected.*"))
    await expect(rows(page).nth(1)).to_contain_text("E")
    await rows(page).nth(0).get_by_role("link").click()
    await expect(page).to_have_url(re.compile(f"{mine['id']}"))


@pytest.mark.requirement("C3")
async def test_the_list_is_searched_filtered_and_sorted_and_its_address_says_how(visit: Visit, house: House) -> None:
    unit = house.unit()
    edith, emil = unit.editor("Edith"), unit.editor("Emil")
    unit.connect(edith, "Alpha customers")
    unit.try_to_connect(edith, "Beta orders", NOBODY)
    given = unit.connect(emil, "Gamma orders")
    emil.post(f"/api/connections/{given['id']}/admins", {"people": [edith.id]})
    page = (await visit(edith, "/connections")).page

    await page.get_by_role("searchbox", name="Search connections").fill("ORDER")
    await expect(rows(page)).to_contain_text(["Beta orders", "Gamma orders"])
    await choose(page, "Health", "Connected")
    await expect(rows(page)).to_contain_text(["Gamma orders"])
    await expect(page).to_have_url(re.compile(r"search=ORDER.*state=connected|state=connected.*search=ORDER"))
    await page.reload()
    await expect(rows(page)).to_contain_text(["Gamma orders"])
    await choose(page, "Whose", "Created by me")
    await expect(page.get_by_text("Nothing found")).to_be_visible()
    await page.get_by_role("button", name="Clear filters").last.click()
    await expect(rows(page)).to_contain_text(["Alpha customers", "Beta orders", "Gamma orders"])

    await page.get_by_role("columnheader", name="Name").get_by_role("button").click()
    await expect(page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "descending")
    await expect(rows(page)).to_contain_text(["Gamma orders", "Beta orders", "Alpha customers"])
    await page.get_by_role("columnheader", name="Health").get_by_role("button").click()
    await expect(rows(page)).to_contain_text(["Alpha customers", "Gamma orders", "Beta orders"])
    unit.use(given["id"], "File the invoice", emil)
    await page.get_by_role("columnheader", name="Used in").get_by_role("button").click()
    await page.get_by_role("columnheader", name="Used in").get_by_role("button").click()
    await expect(rows(page)).to_contain_text(["Gamma orders", "Beta orders", "Alpha customers"])
    await choose(page, "Whose", "Shared with me")
    await expect(rows(page)).to_contain_text(["Gamma orders"])


@pytest.mark.requirement("C3")
async def test_a_long_list_comes_page_by_page(visit: Visit, house: House) -> None:
    unit = house.unit()
    edith = unit.editor()
    for number in range(53):
        unit.try_to_connect(edith, f"Store {number:02}", NOBODY)
    page = (await visit(edith, "/connections")).page

    await expect(rows(page)).to_have_count(50)
    await page.get_by_role("button", name="Show more").click()

    await expect(rows(page)).to_have_count(53)
    await expect(rows(page).last).to_contain_text("Store 52")
    await expect(page.get_by_role("button", name="Show more")).to_have_count(0)


async def test_columns_that_one_does_not_need_are_hidden_and_stay_so(visit: Visit, house: House) -> None:
    unit = house.unit()
    edith = unit.editor()
    unit.connect(edith)
    page = (await visit(edith, "/connections")).page
    used_in = page.get_by_role("columnheader", name="Used in")

    await expect(used_in).to_be_visible()
    await page.get_by_role("button", name="Columns").click()
    await page.get_by_role("menuitemcheckbox", name="Used in").click()
    await expect(used_in).to_have_count(0)
    await page.reload()

    await expect(page.get_by_role("columnheader", name="Name")).to_be_visible()
    await expect(used_in).to_have_count(0)


async def test_an_empty_list_says_what_to_do_next(visit: Visit, house: House) -> None:
    unit = house.unit()

    editors = (await visit(unit.editor(), "/connections")).page
    members = (await visit(unit.person("Max", "member"), "/connections")).page

    await expect(editors.get_by_role("heading", name="Connect the first system")).to_be_visible()
    await expect(editors.get_by_role("link", name="New connection").first).to_be_visible()
    await expect(members.get_by_role("heading", name="Nothing is shared with you yet")).to_be_visible()
    await expect(members.get_by_role("link", name="New connection")).to_have_count(0)


@pytest.mark.parametrize("size", [DESK, PHONE])
@pytest.mark.requirement("C3", "E7")
async def test_a_name_without_a_break_pushes_nothing_out_of_sight(
    visit: Visit, house: House, size: tuple[int, int]
) -> None:
    unit = house.unit()
    editor = unit.editor()
    unit.admit(house.person("Elektrizitätenhauptbetriebswerkbauunterbeamter" * 2), "editor")
    unit.admit(editor, "administrator", "editor")
    unit.connect(editor, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk" * 2)
    visitor = await visit(editor, "/connections", size=size)

    for path, table in (("/connections", "Connections"), (f"/units/{unit.id}", "Members")):
        await visitor.go(path)
        await visitor.settled()
        frame = visitor.page.get_by_role("table", name=table).locator("..")
        assert await frame.evaluate("(frame) => frame.scrollWidth - frame.clientWidth") == 0
