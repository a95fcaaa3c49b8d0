"""Who may what with a connection: admins, authorized persons, super admins, and why."""

import re

import pytest
from playwright.async_api import expect

from web.conftest import Visit
from web.hands import pick, rows
from web.house import House
from web.people import RefusedError

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.requirement("C6")
async def test_an_admin_shares_and_removes_and_the_last_one_stays(visit: Visit, house: House) -> None:
    unit = house.unit()
    edith, emil = unit.editor("Edith"), unit.editor("Emil")
    connection = unit.connect(edith, "Customers")["id"]
    page = (await visit(edith, f"/connections/{connection}/people")).page
    admins = page.get_by_role("region", name="Connection admins")

    await expect(admins.get_by_role("button", name=f"Remove {edith.name}")).to_have_attribute("aria-disabled", "true")
    await pick(admins, "Add connection admins", emil.name)
    await admins.get_by_role("button", name="Share").click()
    await expect(admins.get_by_role("listitem").filter(has_text=emil.name)).to_be_visible()
    his = (await visit(emil, "/connections")).page
    await expect(rows(his, "Connections")).to_contain_text(["Customers"])
    await expect(his.get_by_role("link", name=re.compile(r"Notices \(1\)"))).to_be_visible()

    await his.goto(f"{house.url}/connections/{connection}/people")
    await his.get_by_role("button", name=f"Remove {edith.name}").click()
    await his.get_by_role("dialog").get_by_role("button", name="Remove admin").click()
    await expect(his.get_by_role("button", name=f"Remove {edith.name}")).to_have_count(0)
    await expect(his.get_by_role("button", name=f"Remove {emil.name}")).to_have_attribute("aria-disabled", "true")
    with pytest.raises(RefusedError) as last:
        emil.delete(f"/api/connections/{connection}/admins/{emil.id}")
    assert (last.value.status, last.value.problem["rule"]) == (409, "C6")


@pytest.mark.requirement("C7", "C17")
async def test_a_super_admin_sees_all_may_only_share_and_when_he_has_the_admins_are_told(
    visit: Visit, house: House
) -> None:
    unit = house.unit()
    editor, chief = unit.editor("Edith"), house.person("Chief", "super_admin")
    connection = unit.connect(editor, "Customers")["id"]
    page = (await visit(chief, f"/connections?unit={unit.id}")).page

    await rows(page, "Connections").filter(has_text="Customers").get_by_role("link").click()
    await expect(page.get_by_role("heading", name="Customers", level=1)).to_be_visible()
    await expect(page.get_by_text("You may not read the details")).to_be_visible()
    for button in ("Reconnect", "More actions", "Test now"):
        await expect(page.get_by_role("button", name=button)).to_have_count(0)
    with pytest.raises(RefusedError) as refused:
        chief.patch(f"/api/connections/{connection}", {"name": "Mine"})
    assert (refused.value.status, refused.value.problem["rule"]) == (403, "C7")

    await page.get_by_role("tab", name="People").click()
    await page.get_by_role("button", name="Share it with myself").click()
    await expect(page.get_by_role("dialog")).to_contain_text("1 admin is told that you did.")
    await page.get_by_role("dialog").get_by_role("button", name="Share it with myself").click()
    await expect(page.get_by_role("button", name="More actions")).to_be_visible()
    await page.get_by_role("tab", name="Overview").click()
    await expect(page.get_by_text("General details").first).to_be_visible()

    told = (await visit(editor, "/notices")).page
    await expect(told.get_by_role("main")).to_contain_text(chief.name)
    shared = [entry for entry in house.admin.acts("connection.share") if entry["object"]["id"] == connection]
    assert shared[0]["rule"] == "C7"


@pytest.mark.requirement("C8", "C9")
async def test_authorized_persons_narrow_who_may_build_and_the_page_says_that_running_is_not_narrowed(
    visit: Visit, house: House
) -> None:
    unit = house.unit()
    edith, emil, third = unit.editor("Edith"), unit.editor("Emil"), unit.editor("Third")
    connection = unit.connect(edith, "Customers")["id"]
    assert [one["id"] for one in third.get("/api/pickable-connections")["items"]] == [connection]
    page = (await visit(edith, f"/connections/{connection}/people")).page
    authorized = page.get_by_role("region", name="Authorized persons")

    await expect(authorized).to_contain_text(f"every editor of {unit.name} may design with it")
    await expect(authorized).to_contain_text("This does not restrict running: whoever may run a process runs all")
    await pick(authorized, "People", emil.name)
    await authorized.get_by_role("button", name="Save the list").click()
    await expect(authorized).to_contain_text("Only these, of the editors of the business unit")

    for person, sees in ((emil, True), (third, False), (edith, True)):
        found = [one["id"] for one in person.get("/api/pickable-connections")["items"]]
        assert found == ([connection] if sees else []), person.name
    his = (await visit(third, f"/connections/{connection}")).page
    await expect(his.get_by_role("heading", name="There is no such page")).to_be_visible()
    await page.goto(f"{house.url}/connections")
    await expect(page.get_by_role("img", name="Narrowed to authorized persons")).to_be_visible()


@pytest.mark.requirement("C17")
async def test_the_page_says_who_may_what_and_why_and_who_can_change_it(visit: Visit, house: House) -> None:
    unit = house.unit()
    edith, emil = unit.editor("Edith"), unit.editor("Emil")
    connection = unit.connect(edith, "Customers")["id"]
    visitor = await visit(edith, f"/connections/{connection}/why")
    page = visitor.page

    mine = page.get_by_role("button", name=re.compile("^Rename it"))
    await expect(mine).to_contain_text(re.compile("Rule C6.*Allowed"))
    await pick(page.get_by_role("main"), "Ask about somebody else", emil.name)
    await expect(page.get_by_role("heading", name=f"What {emil.name} may do")).to_be_visible()
    await expect(page.get_by_role("button", name=re.compile("^Rename it"))).to_contain_text("Refused")
    await page.get_by_role("button", name=re.compile("^Rename it")).click()

    chain = page.get_by_role("region", name=re.compile("^Rename it"))
    await expect(chain).to_contain_text(re.compile("Can be changed by the connection.s admins"))
    await expect(chain).to_contain_text("Decided by rule C6")
    await visitor.require_accessible()
