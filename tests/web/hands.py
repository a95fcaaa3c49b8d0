"""What one does on many pages."""

import re

from playwright.async_api import Locator, Page, expect

from web.house import Account, Unit


def rows(page: Page, table: str) -> Locator:
    """What a table lists, without its headings."""
    return page.get_by_role("table", name=table).locator("tbody").get_by_role("row")


async def choose(page: Page, label: str, option: str) -> None:
    """Choose one of what a field offers; what it means may be said after its name."""
    await page.get_by_role("combobox", name=label, exact=True).click()
    await page.get_by_role("option", name=re.compile(rf"^{re.escape(option)}\b")).click()


async def fill_in_database(page: Page, unit: Unit, name: str, account: Account) -> None:
    """The form of a new connection to the house's database server."""
    details = unit.details()
    await page.get_by_role("textbox", name="Name", exact=True).fill(name)
    await page.get_by_role("textbox", name="Host").fill(details["host"])
    await page.get_by_role("textbox", name="Port").fill(str(details["port"]))
    await page.get_by_role("textbox", name="Database").fill(details["database"])
    await choose(page, "Encryption", "Off")
    await fill_in_account(page, account)


async def fill_in_account(page: Page, account: Account) -> None:
    await page.get_by_role("textbox", name="User", exact=True).fill(account.user)
    await page.get_by_role("textbox", name="Password", exact=True).fill(account.password)


async def pick(scope: Page | Locator, label: str, name: str) -> None:
    """Find somebody or something by name and add it to what a field has."""
    field = scope.get_by_role("combobox", name=re.compile(f"^{label}"))
    await field.fill(name)
    page = scope if isinstance(scope, Page) else scope.page
    await page.get_by_role("option", name=re.compile(f"^{re.escape(name)}")).click()
    await expect(page.get_by_role("listbox").get_by_role("option", name=name)).to_have_count(0)
    await field.press("Escape")


async def act(page: Page, name: str) -> None:
    """Begin one of the acts that the connection's menu offers."""
    await page.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name=re.compile(f"^{name}")).click()
    # It fades away behind what it opened, and half faded it is no menu that anybody could read.
    await expect(page.locator("[role=menu]")).to_have_count(0)
