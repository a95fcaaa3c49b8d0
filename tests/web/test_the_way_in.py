"""Signing in and out, and what stands around every page."""

import pytest
from playwright.async_api import expect

from web.conftest import PHONE, Visit
from web.house import House
from web.people import PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.requirement("E2")
async def test_one_signs_in_where_one_wanted_to_go_and_out_again(visit: Visit, house: House) -> None:
    person = house.person("Ines")
    page = (await visit(None, "/groups")).page

    await page.get_by_label("Sign-in name").fill(person.sign_in_name)
    await page.get_by_role("textbox", name="Password").fill("not this one, surely")
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_role("alert", name="This didn")).to_be_visible()
    await page.get_by_role("textbox", name="Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page).to_have_url(f"{house.url}/groups")

    await page.get_by_role("button", name=f"Your account: {person.name}").click()
    await page.get_by_role("menuitem", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await page.goto(f"{house.url}/connections")
    await expect(page).to_have_url(f"{house.url}/sign-in?to=%2Fconnections")


@pytest.mark.requirement("E2")
async def test_who_signs_out_in_one_tab_is_out_in_all_and_who_signs_in_again_keeps_what_he_wrote(
    visit: Visit, house: House
) -> None:
    person = house.person("Tabea")
    first = (await visit(person, "/profile")).page
    second = await first.context.new_page()
    await second.goto(f"{house.url}/sign-in")
    await first.get_by_role("button", name="Create token").click()
    name = first.get_by_role("textbox", name="What it is for")
    await name.fill("half written")

    await second.get_by_label("Sign-in name").fill(person.sign_in_name)
    await second.get_by_role("textbox", name="Password").fill(PASSWORD)
    await second.get_by_role("button", name="Sign in", exact=True).click()
    await expect(second.get_by_role("button", name=f"Your account: {person.name}")).to_be_visible()
    await expect(name).to_have_value("half written")

    await second.get_by_role("button", name="Your account").click()
    await second.get_by_role("menuitem", name="Sign out").click()
    await expect(first.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.requirement("E2", "E7")
async def test_whose_session_ends_in_the_middle_of_a_form_signs_in_beside_it_and_loses_nothing(
    visit: Visit, house: House
) -> None:
    person = house.person("Sonja")
    page = (await visit(person, "/profile")).page
    await page.get_by_role("button", name="Create token").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox", name="What it is for").fill("nightly filing")
    person.delete("/api/sessions/current")

    await dialog.get_by_role("button", name="Create token").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("You are no longer signed in")
    await expect(dialog.get_by_role("alert")).not_to_contain_text("Bearer")
    async with page.context.expect_page() as opened:
        await dialog.get_by_role("link", name="Sign in in a new tab").click()
    beside = await opened.value
    await beside.get_by_label("Sign-in name").fill(person.sign_in_name)
    await beside.get_by_role("textbox", name="Password").fill(PASSWORD)
    await beside.get_by_role("button", name="Sign in", exact=True).click()
    await expect(beside.get_by_role("button", name=f"Your account: {person.name}")).to_be_visible()
    await dialog.get_by_role("button", name="Create token").click()

    await expect(dialog.get_by_test_id("shown-once")).to_be_visible()
    await dialog.get_by_role("button", name="Done").click()
    await expect(page.get_by_role("table", name="API tokens")).to_contain_text("nightly filing")


@pytest.mark.requirement("E2")
async def test_a_new_person_enters_with_the_code_and_has_a_password_from_then_on(visit: Visit, house: House) -> None:
    name = house.unique("newcomer").replace(" ", ".")
    code = house.admin.post("/api/people", {"name": "Nora Newcomer", "sign_in_name": name})["code"]
    page = (await visit(None, "/")).page

    await page.get_by_role("button", name="I have a one-time code").click()
    await page.get_by_label("One-time code").fill(code)
    await page.get_by_role("textbox", name="New password").fill(PASSWORD)
    await page.get_by_role("button", name="Set the password and sign in").click()
    await expect(page).to_have_url(f"{house.url}/connections")

    second = (await visit(None, "/")).page
    await second.get_by_label("Sign-in name").fill(name)
    await second.get_by_role("textbox", name="Password").fill(PASSWORD)
    await second.get_by_label("Sign-in name").press("Enter")
    await expect(second.get_by_role("button", name="Your account: Nora Newcomer")).to_be_visible()


async def test_everybody_finds_in_the_menu_what_is_for_him(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor, auditor = unit.editor(), unit.person("Otto", "auditor")

    of_editor = (await visit(editor)).page.get_by_role("navigation", name="Menu")
    of_auditor = (await visit(auditor)).page.get_by_role("navigation", name="Menu")
    of_admin = (await visit(house.admin)).page.get_by_role("navigation", name="Menu")

    await expect(of_editor.get_by_role("link")).to_have_text(
        ["Connections", "Custom integrations", "Processes", "Runs", "Tasks", "Business units", "Groups", "Connectors"]
    )
    await expect(of_auditor.get_by_role("link", name="Audit")).to_be_visible()
    await expect(of_admin.get_by_role("link", name="Installation")).to_be_visible()


@pytest.mark.requirement("E7")
async def test_colours_and_language_are_chosen_and_kept(visit: Visit, house: House) -> None:
    visitor = await visit(house.person("Lena"))
    page = visitor.page

    await page.get_by_role("button", name="Your account").click()
    await page.get_by_text("Dark", exact=True).click()
    await page.get_by_text("Deutsch", exact=True).click()
    await visitor.go("/connections")

    await expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    await expect(page.locator("html")).to_have_attribute("lang", "de")
    await expect(page.get_by_role("navigation", name="Menü").get_by_role("link", name="Verbindungen")).to_be_visible()


async def test_on_a_phone_the_menu_opens_and_closes(visit: Visit, house: House) -> None:
    page = (await visit(house.person("Paul"), size=PHONE)).page
    connectors = page.get_by_role("navigation", name="Menu").get_by_role("link", name="Connectors")

    await expect(connectors).not_to_be_in_viewport()
    await page.get_by_role("banner").get_by_role("button", name="Menu").click()
    await connectors.click()

    await expect(page).to_have_url(f"{house.url}/connectors")
    await expect(connectors).not_to_be_in_viewport()


async def test_an_address_that_is_none_says_so(visit: Visit, house: House) -> None:
    page = (await visit(house.person("Lost"), "/no-such-page")).page

    await expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()


async def test_signing_in_leads_nowhere_but_to_pages_of_this_server(visit: Visit, house: House) -> None:
    person = house.person("Phil")
    page = (await visit(None, "/sign-in?to=%2F%2Fevil.example%2Fconnections")).page

    await page.get_by_label("Sign-in name").fill(person.sign_in_name)
    await page.get_by_role("textbox", name="Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()

    await expect(page).to_have_url(f"{house.url}/connections")


@pytest.mark.requirement("E2")
async def test_a_page_that_is_opened_while_the_server_is_away_says_so_and_comes_when_it_is_back(
    visit: Visit, house: House
) -> None:
    visitor = await visit(house.admin, "/connections")
    page = visitor.page
    await expect(page.get_by_role("heading", name="Connections")).to_be_visible()

    await page.context.set_offline(True)
    await page.get_by_role("link", name="Runs", exact=True).click()
    await expect(page.get_by_text("be reached; try again in a moment")).to_be_visible()

    await page.context.set_offline(False)
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("heading", name="Runs", exact=True)).to_be_visible()
    expected = ("ERR_INTERNET_DISCONNECTED", "be reached")
    visitor.problems = [one for one in visitor.problems if not any(part in one for part in expected)]
