"""Switching a connector off and on again."""

import re

import pytest
from playwright.async_api import expect

from web.conftest import Visit
from web.house import House
from web.people import RefusedError

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.requirement("C13")
async def test_turning_off_says_what_freezes_calls_fail_and_on_again_all_is_back(visit: Visit, house: House) -> None:
    unit = house.unit()
    boss, editor = unit.person("Berta Boss", "administrator"), unit.editor()
    connection = unit.connect(editor, "Customers")["id"]
    use = {"connection": connection, "action": "query", "arguments": {"sql": "select 1 as one"}}
    visitor = await visit(boss, f"/connectors?unit={unit.id}")
    page = visitor.page
    switch = page.get_by_role("switch", name=f"PostgreSQL: {unit.name}")

    await expect(page.get_by_role("switch", name="PostgreSQL: Installation")).to_be_disabled()
    await switch.press("Space")
    await expect(page.get_by_role("dialog")).to_contain_text("1 connection freezes")
    await visitor.require_accessible()
    await page.get_by_role("dialog").get_by_role("button", name="Turn off").click()
    await expect(switch).not_to_be_checked()

    hers = (await visit(editor, f"/connections/new?unit={unit.id}")).page
    await expect(hers.get_by_text("Switched off here")).to_be_visible()
    await expect(hers.get_by_text(re.compile("Can be turned on by .*administrators"))).to_be_visible()
    await expect(hers.get_by_role("link", name="PostgreSQL")).to_have_count(0)
    await hers.goto(f"{house.url}/connections/{connection}")
    await expect(hers.get_by_text("Its connector is switched off")).to_be_visible()
    await expect(hers.get_by_text(re.compile("Can be turned on by .*administrators"))).to_be_visible()
    with pytest.raises(RefusedError) as off:
        editor.post("/api/calls", use)
    assert off.value.problem["code"] == "feature.off"

    await switch.press("Space")
    await expect(switch).to_be_checked()
    assert editor.post("/api/calls", use)["result"]["rows"] == [{"one": 1}]
    await hers.reload()
    await expect(hers.get_by_text("Connected", exact=True).first).to_be_visible()
