"""How much a browser has to load before one sees something."""

import pytest
from playwright.async_api import Page, Response, expect

from web.conftest import Visit
from web.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")

MOST = 300_000
"""Bytes of scripts on the wire, as the product promises."""


class Scales:
    """Weighs the scripts that a page loads, compressed as they come."""

    def __init__(self, page: Page) -> None:
        self.answers: list[Response] = []
        page.on("response", lambda answer: self.answers.append(answer) if answer.url.endswith(".js") else None)

    async def weigh(self) -> dict[str, int]:
        """The bytes of each script since the last time."""
        weighed = {answer.url: (await answer.request.sizes())["responseBodySize"] for answer in self.answers}
        self.answers.clear()
        return weighed


@pytest.mark.parametrize("path", ["/sign-in", "/connections"])
async def test_the_first_load_is_light_and_other_pages_come_when_they_are_opened(
    visit: Visit, house: House, path: str
) -> None:
    person = house.person("Willa")
    visitor = await visit(person, "/icon.svg")
    scales = Scales(visitor.page)

    await visitor.go(path)
    await visitor.settled()
    first = await scales.weigh()
    await visitor.go("/connections")
    await visitor.settled()
    await scales.weigh()
    await visitor.page.get_by_role("link", name="Business units").click()
    await expect(visitor.page.get_by_role("heading", name="Business units", level=1)).to_be_visible()
    await visitor.settled()
    further = await scales.weigh()

    assert 100_000 < sum(first.values()) < MOST, first
    assert 0 < sum(further.values()) < 60_000, further
    assert not set(first) & set(further)
