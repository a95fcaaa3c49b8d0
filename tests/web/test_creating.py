"""Creating a connection, as its person does it."""

import re

import pytest
from playwright.async_api import expect

from web.conftest import Visit
from web.hands import fill_in_account, fill_in_database, rows
from web.house import Account, House

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.requirement("C1", "C2")
async def test_an_editor_connects_a_system_and_sees_which_account_it_is(visit: Visit, house: House) -> None:
    unit = house.unit()
    account = house.account("crm")
    visitor = await visit(unit.editor(), "/connections")
    page = visitor.page

    await page.get_by_role("link", name="New connection").first.click()
    await page.get_by_role("searchbox", name="Search connectors").fill("postgres")
    await page.get_by_role("link", name="PostgreSQL").click()
    await fill_in_database(page, unit, "Customers", account)
    await page.get_by_role("button", name="Create and test").click()

    await expect(page.get_by_role("heading", name="Customers is connected")).to_be_visible()
    await expect(page.get_by_text(account.user)).to_be_visible()
    await visitor.require_nothing_seen({account.password})
    await visitor.require_accessible()
    await page.get_by_role("link", name=re.compile("Open the connection")).click()
    await expect(page).to_have_url(re.compile("/connections/con_"))
    await visitor.require_nothing_seen({account.password})


@pytest.mark.requirement("C1", "C2")
async def test_one_that_fails_is_kept_with_its_reason_and_comes_right_when_it_is_corrected(
    visit: Visit, house: House
) -> None:
    unit = house.unit()
    account = house.account("crm")
    mistyped = Account(account.user, "mistyped-secret-Xy81")
    visitor = await visit(unit.editor(), f"/connections/new?connector=postgresql&unit={unit.id}")
    page = visitor.page

    await fill_in_database(page, unit, "Customers", mistyped)
    await page.get_by_role("button", name="Create and test").click()
    await expect(page.get_by_role("alert").filter(has_text="Kept, but not connected yet")).to_be_visible()
    await expect(
        page.get_by_role("alert").filter(has_text=re.compile("password|accept", re.IGNORECASE))
    ).to_be_visible()
    await visitor.require_accessible()
    listed = await visit(unit.house.admin, "/connections?search=Customers")
    await expect(rows(listed.page, "Connections").filter(has_text=unit.name)).to_contain_text("Not connected")

    await page.get_by_role("textbox", name="Password", exact=True).fill(account.password)
    await page.get_by_role("button", name="Save and test again").click()
    await expect(page.get_by_role("heading", name="Customers is connected")).to_be_visible()

    await visitor.require_nothing_seen({account.password, mistyped.password})


@pytest.mark.requirement("C1")
async def test_what_is_missing_or_taken_is_said_at_the_field(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor = unit.editor()
    unit.connect(editor, "Customers")
    page = (await visit(editor, f"/connections/new?connector=postgresql&unit={unit.id}")).page
    name = page.get_by_role("textbox", name="Name", exact=True)
    host = page.get_by_role("textbox", name="Host")

    await name.fill("  CUSTOMERS ")
    await page.get_by_role("button", name="Create and test").click()
    await expect(host).to_have_attribute("aria-invalid", "true")
    await fill_in_database(page, unit, "  CUSTOMERS ", house.account())
    await page.get_by_role("button", name="Create and test").click()

    await expect(name).to_have_attribute("aria-invalid", "true")
    await expect(host).not_to_have_attribute("aria-invalid", "true")
    await fill_in_account(page, house.account())
    await name.fill("Suppliers")
    await page.get_by_role("button", name="Create and test").click()
    await expect(page.get_by_role("heading", name="Suppliers is connected")).to_be_visible()


@pytest.mark.requirement("C1")
async def test_an_address_inside_the_network_is_refused_until_a_super_admin_allows_it(
    visit: Visit, house: House
) -> None:
    made = house.admin.post("/api/business-units", {"name": house.unique("Closed")})
    editor = house.person("Edith")
    house.admin.put(f"/api/business-units/{made['id']}/members/{editor.id}", {"roles": ["editor"]})
    page = (await visit(editor, "/connections/new?connector=http")).page

    await page.get_by_role("textbox", name="Name", exact=True).fill("Inside")
    await page.get_by_role("textbox", name="Base URL").fill("http://127.0.0.1:9/")
    await page.get_by_role("button", name="Create and test").click()

    await expect(page.get_by_role("alert").filter(has_text="This address needs to be allowed first")).to_be_visible()
    await expect(page.get_by_role("alert").filter(has_text="A super admin can allow it")).to_be_visible()


@pytest.mark.requirement("C1", "C17")
async def test_who_may_not_create_learns_who_does(visit: Visit, house: House) -> None:
    page = (await visit(house.unit().person("Max", "member"), "/connections/new")).page

    await expect(page.get_by_role("heading", name="You may not create connections")).to_be_visible()
    await expect(page.get_by_text("Editors of a business unit create connections in it")).to_be_visible()


@pytest.mark.requirement("C1", "E7")
async def test_what_was_filled_in_is_not_lost_by_a_link_or_the_way_back(visit: Visit, house: House) -> None:
    unit = house.unit()
    visitor = await visit(unit.editor(), "/connections/new")
    page = visitor.page
    await page.get_by_role("link", name="PostgreSQL").click()
    host = page.get_by_role("textbox", name="Host")
    dialog = page.get_by_role("dialog", name="Leave without saving?")

    await host.fill("db.example.com")
    for leave in (
        page.get_by_role("link", name="Choose another connector").click,
        page.get_by_role("navigation").get_by_role("link", name="Runs").click,
        page.go_back,
    ):
        await leave()
        await expect(dialog).to_be_visible()
        await visitor.require_accessible()
        await dialog.get_by_role("button", name="Cancel").click()
        await expect(dialog).to_have_count(0)
        await expect(host).to_have_value("db.example.com")

    await page.get_by_role("link", name="Choose another connector").click()
    await dialog.get_by_role("button", name="Leave").click()
    await page.get_by_role("link", name="MySQL").click()
    await expect(page.get_by_role("heading", name="New connection: MySQL")).to_be_visible()
    await page.get_by_role("navigation").get_by_role("link", name="Runs").click()
    await expect(page.get_by_role("heading", name="Runs", exact=True)).to_be_visible()
