"""The record of what was done, looked into by those who may."""

import json
import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from web.asking import ask
from web.conftest import Visit
from web.hands import choose, rows
from web.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.requirement("E1")
async def test_an_auditor_finds_what_was_done_narrows_it_down_and_takes_it_along(
    visit: Visit, house: House, tmp_path: Path
) -> None:
    unit = house.unit()
    editor, auditor = unit.editor("Edith"), unit.person("Otto", "auditor")
    connection = unit.connect(editor, "Customers")["id"]
    editor.patch(f"/api/connections/{connection}", {"name": "All customers"})
    for _ in range(3):
        editor.post("/api/calls", {"connection": connection, "action": "query", "arguments": {"sql": "select 1"}})
    visitor = await visit(auditor, "/audit")
    page = visitor.page
    table = page.get_by_role("main").get_by_role("table")
    entries = table.locator("tbody").get_by_role("row")

    await expect(entries.filter(has_text=editor.name).first).to_be_visible()
    await page.goto(f"{house.url}/audit?name=connection.rename&unit={unit.id}")
    await expect(entries).to_have_count(1)
    await expect(entries).to_contain_text(editor.name)
    await visitor.require_accessible()
    await page.goto(f"{house.url}/audit?name=connection.use&unit={unit.id}")
    await expect(entries).to_have_count(3)
    await choose(page, "Outcome", "Refused")
    await expect(page.get_by_text("Nothing found")).to_be_visible()

    await page.goto(f"{house.url}/audit?name=connection.use&unit={unit.id}")
    await page.get_by_role("button", name="Export").click()
    await page.get_by_role("radio", name="JSON Lines, for programs").check()
    async with page.expect_download() as started:
        await page.get_by_role("link", name="Download").click()
    target = tmp_path / "audit.jsonl"
    await (await started.value).save_as(target)
    lines = [json.loads(line) for line in target.read_text().splitlines()]
    assert [line["name"] for line in lines] == ["connection.use"] * 3


@pytest.mark.requirement("E1")
async def test_what_was_done_and_to_what_is_said_as_people_say_it(visit: Visit, house: House) -> None:
    unit = house.unit()
    chief, editor, buyer = unit.person("Ada", "administrator"), unit.editor("Edith"), unit.person("Bruno", "member")
    connection = unit.connect(editor, "Customers")["id"]
    process = unit.publish(editor, "Look them up", connection)["id"]
    editor.post(f"/api/processes/{process}/runs?wait=20", {"input": {}})
    _, task = ask(editor, unit.id, "Sign", "approve", {"title": "Sign it", "assignees": {"people": [buyer.id]}})
    buyer.post(f"/api/tasks/{task}/decision", {"decision": "approved"})
    hook = {"process": process, "name": "From the shop", "kind": "webhook", "settings": {"verify": "none"}}
    editor.post("/api/triggers", hook)
    chief.put("/api/features/folder", {"on": False, "business_unit_id": unit.id})
    page = (await visit(chief, f"/audit?unit={unit.id}", locale="de-DE")).page
    entries = rows(page, "Protokoll")

    await expect(entries.filter(has_text="Konnektor abgeschaltet")).to_contain_text("Lokaler Ordner")
    for act in (
        "Prozess veröffentlicht",
        "Lauf gestartet",
        "Personen gefragt",
        "Aufgabe beantwortet",
        "Auslöser angelegt",
    ):
        await expect(entries.filter(has_text=act).first).to_be_visible()
    names = [(await cell.inner_text()).strip() for cell in await entries.locator("td:first-child").all()]
    assert len(names) > 10
    assert [name for name in names if re.fullmatch(r"[a-z_]+\.[a-z_]+", name)] == []
    await (
        entries.filter(has_text="Prozess veröffentlicht").filter(has_text="Look them up").get_by_role("button").click()
    )
    await page.get_by_role("dialog").get_by_role("link", name="Look them up").click()
    await expect(page).to_have_url(f"{house.url}/processes/{process}")


@pytest.mark.requirement("E1")
async def test_an_entry_is_looked_into_and_the_chain_verified(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor = unit.editor("Edith")
    unit.connect(editor, "Customers")
    visitor = await visit(house.admin, f"/audit?unit={unit.id}&name=connection.create")
    page = visitor.page

    await page.get_by_role("main").get_by_role("table").locator("tbody").get_by_role("button").first.click()
    await expect(page.get_by_role("dialog")).to_contain_text("C1")
    await visitor.require_accessible()
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Verify").click()
    await page.get_by_role("dialog").get_by_role("button", name="Verify now").click()

    await expect(page.get_by_text("The record is intact")).to_be_visible()
    await expect(page.get_by_text(re.compile(r"\d+ entries verified"))).to_be_visible()


async def test_notices_are_read_and_lead_to_what_they_are_about(visit: Visit, house: House) -> None:
    unit = house.unit()
    edith, emil = unit.editor("Edith"), unit.editor("Emil")
    connection = unit.connect(edith, "Customers")["id"]
    edith.post(f"/api/connections/{connection}/admins", {"people": [emil.id]})
    page = (await visit(emil, "/connections")).page

    await page.get_by_role("link", name="Notices (1)").click()
    await expect(page.get_by_role("main")).to_contain_text(f"{edith.name} shared this connection with you")
    await page.get_by_role("button", name="Mark all as read").click()
    await expect(page.get_by_role("link", name="Notices", exact=True)).to_be_visible()
    await page.goto(f"{house.url}/connections")
    await expect(rows(page, "Connections")).to_contain_text(["Customers"])
