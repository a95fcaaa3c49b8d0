"""The way through the wizard for custom integrations, step by step."""

import json
import re
from typing import Any

from playwright.async_api import Page, expect

from integrations.office import DOCUMENT
from web.hands import pick
from web.house import House
from web.people import Person


async def go_on(page: Page, step: str) -> None:
    """To the next step, which is this one."""
    await page.get_by_role("button", name="Next").click()
    await expect(page.get_by_role("navigation", name="Steps").locator("[aria-current=step]")).to_have_text(
        re.compile(step)
    )


async def fill_in_general(page: Page, title: str, group: str) -> None:
    await page.get_by_role("textbox", name="Title").fill(title)
    await pick(page, "Access groups", group)
    await go_on(page, "Configuration")


async def fill_in_document(page: Page, house: House) -> None:
    await page.get_by_role("textbox", name="Paste the document").fill(json.dumps(DOCUMENT, indent=1))
    await expect(page.get_by_text("6 of 7 operations understood")).to_be_visible()
    await page.get_by_role("textbox", name="API endpoint").fill(house.api.url("/echo/v1"))
    await go_on(page, "Responsibilities")


async def tick_the_box(page: Page) -> None:
    await page.get_by_role("checkbox").check()
    await go_on(page, "Sign-in")


async def fill_in_key(page: Page, key: str, *, tries: bool = False) -> None:
    await page.get_by_role("region", name="key", exact=True).get_by_role("button", name="Use this").click()
    await expect(page.get_by_role("textbox", name="Header")).to_have_value("X-Api-Key")
    await page.get_by_role("textbox", name="Key", exact=True).fill(key)
    await page.get_by_role("button", name="me", exact=True).click()
    if tries:
        await page.get_by_role("button", name="Try it now").click()
        await expect(page.get_by_text("It lets us in as")).to_be_visible()
        # The system says back what it got, without the key.
        await expect(page.get_by_role("region", name="Test", exact=True)).to_contain_text('"[secret]"')
    await go_on(page, "Rights")


def grants_of(person: Person, integration: str) -> dict[str, Any]:
    """By the names of the methods, only what there is."""
    methods = person.get(f"/api/integrations/{integration}/methods")["items"]
    return {one["name"]: one["grant"] for one in methods if one["grant"]}
