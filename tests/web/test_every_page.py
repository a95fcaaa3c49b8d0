"""What holds on every page, whoever looks at it in whatever light."""

import re
from dataclasses import dataclass
from typing import Literal

import pytest
from playwright.async_api import expect

from web.conftest import DESK, PHONE, Visit
from web.furnished import PAGES, Furnished, furnish
from web.house import House
from web.words import english_only

pytestmark = pytest.mark.asyncio(loop_scope="session")


@dataclass(frozen=True)
class Look:
    """How a page is opened; without another load it is then seen in the other light, too."""

    size: tuple[int, int]
    colors: Literal["light", "dark"]
    locale: str
    then: Literal["light", "dark"] | None = None


LOOKS = [
    pytest.param(Look(DESK, "light", "en-GB"), id="desk-light"),
    # By night first: what is dark from the beginning has never been light.
    pytest.param(Look(PHONE, "dark", "de-DE", then="light"), id="phone-dark-and-light-german"),
    # Each of its colours, words and sizes is in one of the others.
    pytest.param(Look(DESK, "dark", "de-DE"), id="desk-dark-german", marks=pytest.mark.full),
]


@pytest.fixture(scope="session")
def furnished(house: House) -> Furnished:
    return furnish(house)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.requirement("E7", "D67")
async def test_a_page_fits_is_accessible_and_speaks_one_language(
    visit: Visit, furnished: Furnished, page: str, look: Look
) -> None:
    person = None if page == "sign-in" else furnished.owner
    visitor = await visit(
        person,
        furnished.path(page),
        url=furnished.owner.url,
        size=look.size,
        colors=look.colors,
        locale=look.locale,
        again=True,
    )
    shown = await visitor.settled()

    await expect(shown).to_have_title(re.compile(r".+ · Jackfield$"))
    await expect(shown.locator("html")).to_have_attribute("lang", look.locale[:2])
    await expect(shown.locator("html")).to_have_attribute("data-mantine-color-scheme", look.colors)
    assert await shown.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    if look.locale == "de-DE":
        lines = {line.strip() for line in (await shown.locator("body").inner_text()).splitlines()}
        assert lines & english_only() == set()
    await visitor.require_accessible()
    if look.then:
        await shown.emulate_media(color_scheme=look.then, reduced_motion="reduce")
        await expect(shown.locator("html")).to_have_attribute("data-mantine-color-scheme", look.then)
        await visitor.require_accessible()


@pytest.mark.parametrize("colors", ["light", "dark"])
@pytest.mark.requirement("E7")
async def test_what_opens_over_a_page_is_accessible(
    visit: Visit, furnished: Furnished, colors: Literal["light", "dark"]
) -> None:
    visitor = await visit(furnished.owner, furnished.path("connections"), colors=colors)
    menu = visitor.page.get_by_role("menu")
    for page, button in (
        ("connections", "Columns"),
        ("connections", "Your account"),
        ("connections/{connection}", "More actions"),
        ("processes/{process}", "More actions"),
        ("processes/{process}/triggers/{trigger}", "More actions"),
    ):
        await visitor.go(furnished.path(page))
        shown = await visitor.settled()
        await shown.get_by_role("button", name=button).click()
        await expect(menu.locator("[role^=menuitem]").first).to_be_visible()
        await visitor.require_accessible()


@pytest.mark.parametrize("page", [page for page in PAGES if page != "sign-in"])
async def test_who_may_see_little_is_told_so_or_shown_less(visit: Visit, furnished: Furnished, page: str) -> None:
    visitor = await visit(furnished.member, furnished.path(page), size=PHONE, again=True)
    shown = await visitor.settled()

    await expect(shown.get_by_text(re.compile("This didn.t work"))).to_have_count(0)
    assert await shown.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


@pytest.mark.parametrize("page", ["people", "groups", "outbound", "audit"])
async def test_who_may_not_see_a_list_is_offered_nothing_to_do_with_it(
    visit: Visit, furnished: Furnished, page: str
) -> None:
    visitor = await visit(furnished.member, furnished.path(page), again=True)
    main = (await visitor.settled()).get_by_role("main")

    await expect(main.get_by_text("You may not see this")).to_be_visible()
    await expect(main.locator("input, button")).to_have_count(0)


@pytest.mark.parametrize("page", ["nowhere", "connections/con_01nowhere"])
async def test_from_a_page_that_is_not_there_one_finds_back(visit: Visit, furnished: Furnished, page: str) -> None:
    shown = (await visit(furnished.member, f"/{page}", again=True)).page

    await expect(shown.get_by_text("There is no such page")).to_be_visible()
    await shown.get_by_role("link", name="Go to connections").click()
    await expect(shown.get_by_role("heading", name="Connections")).to_be_visible()
