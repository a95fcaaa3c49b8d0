"""A server that nobody has signed in to, and one that opens on the example company."""

from collections.abc import Generator

import pytest
from playwright.async_api import expect

from servers import jackfield
from servers.jackfield import GENEROUS, JackfieldServer
from web.conftest import Visit
from web.people import PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture(scope="module")
def fresh(built_pages: None, tmp_path_factory: pytest.TempPathFactory) -> Generator[JackfieldServer]:
    """Just installed."""
    with jackfield.running(tmp_path_factory.mktemp("fresh"), **GENEROUS) as server:
        yield server


@pytest.fixture(scope="module")
def example(built_pages: None, tmp_path_factory: pytest.TempPathFactory) -> Generator[JackfieldServer]:
    """Just installed, with the example."""
    with jackfield.running(tmp_path_factory.mktemp("example"), with_example=True, **GENEROUS) as server:
        yield server


@pytest.mark.requirement("E2")
async def test_the_first_super_admin_enters_with_the_code_of_the_first_start(
    visit: Visit, fresh: JackfieldServer
) -> None:
    visitor = await visit(None, "/", url=fresh.url)
    page = visitor.page

    await expect(page.get_by_label("One-time code")).to_be_visible()
    await visitor.require_accessible()
    await page.get_by_label("One-time code").fill(fresh.code)
    await page.get_by_role("textbox", name="New password").fill("too short")
    await page.get_by_role("button", name="Set the password and sign in").click()
    await expect(page.get_by_text("Must have 12 to 256 characters.")).to_be_visible()
    await page.get_by_role("textbox", name="New password").fill(PASSWORD)
    await page.get_by_role("button", name="Set the password and sign in").click()

    await expect(page.get_by_role("link", name="Installation")).to_be_visible()
    second = (await visit(None, "/", url=fresh.url)).page
    await expect(second.get_by_label("Sign-in name")).to_be_visible()


async def test_the_example_shows_everybody_something_else_at_a_click(visit: Visit, example: JackfieldServer) -> None:
    visitor = await visit(None, "/", url=example.url)
    page = visitor.page
    people = page.get_by_role("region", name="Look around as somebody of the example company").get_by_role("button")

    await expect(people.first).to_be_visible()
    await visitor.require_accessible()
    first = (await people.nth(0).locator("p").first.inner_text()).strip()
    other = (await people.nth(1).locator("p").first.inner_text()).strip()
    await people.nth(0).click()
    await expect(page.get_by_role("button", name=f"Your account: {first}")).to_be_visible()
    second = await page.context.new_page()
    await second.goto(f"{example.url}/profile")
    await expect(second.get_by_role("button", name=f"Your account: {first}")).to_be_visible()
    await page.get_by_role("button", name="Your account").click()
    await page.get_by_role("menuitem", name=other).click()

    await expect(page.get_by_role("button", name=f"Your account: {other}")).to_be_visible()
    # What another tab showed of the one before is gone from there, too.
    await expect(second.get_by_role("button", name=f"Your account: {other}")).to_be_visible()
