"""People come, get roles, make tokens, and leave."""

import re

import pytest
from playwright.async_api import expect

from web.conftest import Visit
from web.hands import pick, rows
from web.house import House
from web.people import PASSWORD, RefusedError, ask

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.requirement("E2")
async def test_a_super_admin_adds_somebody_who_enters_with_the_code_and_gets_a_role(visit: Visit, house: House) -> None:
    unit = house.unit()
    name = house.unique("Nadia New")
    page = (await visit(house.admin, "/people")).page

    await page.get_by_role("button", name="Add person").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox", name="Name", exact=True).fill(name)
    sign_in_name = dialog.get_by_role("textbox", name="Sign-in name")
    await sign_in_name.fill(house.admin.sign_in_name.upper())
    await dialog.get_by_role("textbox", name="E-mail").fill("no address")
    await dialog.get_by_role("button", name="Add person").click()
    await expect(dialog.get_by_role("textbox", name="E-mail")).to_have_accessible_description(
        re.compile("Write it like")
    )
    await dialog.get_by_role("textbox", name="E-mail").fill("")
    await dialog.get_by_role("button", name="Add person").click()
    await expect(sign_in_name).to_have_accessible_description(re.compile(r"is taken; choose another\."))
    await expect(dialog.get_by_role("alert")).to_have_count(0)
    await sign_in_name.fill(f"{name}@example.com")
    await dialog.get_by_role("button", name="Add person").click()
    code = await page.get_by_test_id("shown-once").inner_text()
    await page.get_by_role("link", name=re.compile("Open the person.s page")).click()
    await expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    await expect(page.get_by_text(code)).to_have_count(0)

    await page.goto(f"{house.url}/units/{unit.id}")
    await page.get_by_role("button", name="Add member").first.click()
    await pick(page.get_by_role("dialog"), "People", name)
    await page.get_by_role("dialog").get_by_role("checkbox", name="Editor").check()
    await page.get_by_role("dialog").get_by_role("button", name="Add", exact=True).click()
    await expect(rows(page, "Members").filter(has_text=name)).to_contain_text("Editor")

    new = (await visit(None, "/")).page
    await new.get_by_role("button", name="I have a one-time code").click()
    await new.get_by_label("One-time code").fill(code)
    await new.get_by_role("textbox", name="New password").fill(PASSWORD)
    await new.get_by_role("button", name="Set the password and sign in").click()
    await expect(new.get_by_role("link", name="New connection").first).to_be_visible()


@pytest.mark.requirement("E2")
async def test_what_is_wrong_with_a_password_stands_at_its_field(visit: Visit, house: House) -> None:
    page = (await visit(house.person("Pia"), "/profile")).page
    present = page.get_by_role("textbox", name="Current password")
    new = page.get_by_role("textbox", name="New password")
    change = page.get_by_role("button", name="Change password")

    await present.fill("not this one, surely")
    await new.fill("short")
    await change.click()
    await expect(new).to_have_accessible_description(re.compile("Must have 12 to 256 characters"))
    await new.fill("long enough, and a sentence")
    await change.click()
    await expect(present).to_have_accessible_description("The present password is wrong.")


@pytest.mark.requirement("E7")
async def test_what_is_wrong_with_a_target_stands_at_its_field(visit: Visit, house: House) -> None:
    page = (await visit(house.admin, "/outbound")).page
    dialog = page.get_by_role("dialog")
    await page.get_by_role("button", name="Allow target").first.click()
    host, port = (dialog.get_by_role("textbox", name=name) for name in ("Address", "Port"))

    await host.fill("no host!")
    await dialog.get_by_role("button", name="Allow target").click()
    await expect(host).to_have_accessible_description(re.compile("An outbound target is an IP address"))
    await host.fill("10.77.0.1")
    await port.fill("99999")
    await dialog.get_by_role("button", name="Allow target").click()
    await expect(port).to_have_accessible_description(re.compile("Must be at most 65535"))
    await expect(dialog.get_by_role("alert")).to_have_count(0)


@pytest.mark.requirement("E2")
async def test_a_token_is_shown_once_does_what_it_may_and_no_more_and_is_revoked(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor = unit.editor()
    connection = unit.connect(editor)["id"]
    visitor = await visit(editor, "/profile")
    page = visitor.page

    await page.get_by_role("button", name="Create token").click()
    await page.get_by_role("dialog").get_by_role("textbox", name="What it is for").fill("nightly export")
    await expect(page.get_by_role("dialog").get_by_role("button", name="Create token")).to_be_enabled()
    await visitor.require_accessible()
    await page.get_by_role("dialog").get_by_role("button", name="Create token").click()
    token = await page.get_by_test_id("shown-once").inner_text()
    await page.get_by_role("button", name="Done").click()

    bearer = {"authorization": f"Bearer {token}"}
    assert ask(house.url, "GET", f"/api/connections/{connection}", headers=bearer)[0]["name"] == "Customers"
    with pytest.raises(RefusedError) as refused:
        ask(house.url, "PATCH", f"/api/connections/{connection}", {"name": "Other"}, headers=bearer)
    assert refused.value.status == 403
    await visitor.go("/profile")
    row = page.get_by_role("table").get_by_role("row", name="nightly export")
    await expect(row).to_contain_text("read")
    await expect(page.get_by_text(token)).to_have_count(0)
    await row.get_by_role("button", name="Revoke").click()
    await page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    await expect(row.get_by_role("button", name="Revoke")).to_have_count(0)
    with pytest.raises(RefusedError) as unknown:
        ask(house.url, "GET", "/api/me", headers=bearer)
    assert unknown.value.status == 401


@pytest.mark.requirement("C12")
async def test_who_leaves_takes_nothing_down_and_one_sees_beforehand_what_passes_to_whom(
    visit: Visit, house: House
) -> None:
    unit = house.unit()
    boss = unit.person("Berta Boss", "administrator")
    leaver, colleague = unit.editor("Lea Leaver"), unit.editor("Carl Colleague")
    alone, shared = unit.connect(leaver, "Hers alone")["id"], unit.connect(leaver, "Shared")["id"]
    leaver.post(f"/api/connections/{shared}/admins", {"people": [colleague.id]})
    page = (await visit(house.admin, f"/people/{leaver.id}")).page
    hers = (await visit(leaver, "/connections")).page

    await page.get_by_role("button", name="Deactivate person").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("2 connections that this person administers: all stay and keep working.")
    await expect(dialog).to_contain_text("1 has other admins, who keep it.")
    await expect(dialog).to_contain_text(f"1 has no other admin and will pass to {boss.name}, who will be told.")
    german = (await visit(house.admin, f"/people/{leaver.id}", locale="de-DE")).page
    await german.get_by_role("button", name="Person deaktivieren").click()
    await expect(german.get_by_role("dialog")).to_contain_text("Sofort überall abgemeldet.")
    await expect(german.get_by_role("dialog")).to_contain_text("1 hat weitere Admins und bleibt bei ihnen.")
    await expect(german.get_by_role("dialog")).to_contain_text(f"1 hat keinen weiteren Admin und geht an {boss.name}")
    await dialog.get_by_role("button", name="Deactivate person").click()
    await expect(page.get_by_text("Deactivated", exact=True).first).to_be_visible()

    await hers.get_by_role("link", name="Groups").click()
    await expect(hers).to_have_url(f"{house.url}/groups")
    await expect(hers.get_by_role("heading", name="You are no longer signed in")).to_be_visible()
    await hers.get_by_role("link", name="Sign in").click()
    await expect(hers).to_have_url(f"{house.url}/sign-in?to=%2Fgroups")
    for connection in (alone, shared):
        use = {"connection": connection, "action": "query", "arguments": {"sql": "select 1 as one"}}
        assert colleague.post("/api/calls", use)["result"]["rows"] == [{"one": 1}]
    assert [one["id"] for one in boss.get(f"/api/connections/{alone}")["shared_with"]] == [boss.id]
    assert [one["id"] for one in colleague.get(f"/api/connections/{shared}")["shared_with"]] == [colleague.id]
    told = (await visit(boss, "/connections")).page
    await expect(told.get_by_role("link", name="Notices (1)")).to_be_visible()
    await expect(rows(told, "Connections")).to_contain_text(["Hers alone"])


async def test_a_group_is_made_filled_and_not_deleted_while_a_connection_is_narrowed_to_it(
    visit: Visit, house: House
) -> None:
    unit = house.unit()
    editor, name = unit.editor("Greta"), house.unique("Bookkeepers")
    visitor = await visit(house.admin, "/groups")
    page = visitor.page

    await page.get_by_role("button", name="Create group").first.click()
    await page.get_by_role("dialog").get_by_role("textbox", name="Name").fill(name)
    await page.get_by_role("dialog").get_by_role("button", name="Create group").click()
    await expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    await page.get_by_role("button", name="Add members").first.click()
    await pick(page.get_by_role("dialog"), "People", editor.name)
    await page.get_by_role("dialog").get_by_role("button", name="Add", exact=True).click()
    await expect(rows(page, "Members")).to_contain_text([editor.name])

    group = page.url.rpartition("/")[2]
    connection = unit.connect(editor)["id"]
    editor.put(f"/api/connections/{connection}/authorized-persons", {"groups": [group]})
    await page.get_by_role("button", name="Delete group").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete group").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Still used in 1 place")
    await expect(page.get_by_role("dialog")).to_contain_text("Customers")
