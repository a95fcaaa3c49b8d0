"""The methods of a custom integration: granted, seen by those they are granted to, tried."""

import asyncio
import re

import pytest
from playwright.async_api import Route, expect

from integrations.office import json_answer, paged
from web.conftest import Visit
from web.hands import pick, rows
from web.house import House
from web.integrating import grants_of
from web.people import RefusedError

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.requirement("O3", "O5", "O6")
async def test_grants_are_gathered_weighed_and_changed_together(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor, member = unit.editor("Edith"), unit.person("Max", "member")
    group, desk = house.group("Desk", editor, member)
    made = unit.integrate(editor, group, listTickets={"level": "groups", "entries": [group]})["id"]
    visitor = await visit(editor, f"/integrations/{made}/methods")
    page = visitor.page

    await page.get_by_role("button", name="Change who may call POST /tickets").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Apply").click()
    await expect(dialog.get_by_text("Choose at least one.")).to_be_visible()
    await pick(dialog, "Groups", desk)
    await dialog.get_by_role("radio", name="None").check()
    await expect(dialog.get_by_role("status")).to_contain_text("without anybody having looked")
    await dialog.get_by_role("button", name="Apply").click()
    await page.get_by_role("checkbox", name="Select GET /tickets", exact=True).check()
    await page.get_by_role("button", name="Take away").click()
    await expect(page.get_by_text("2 changes not saved yet")).to_be_visible()
    assert set(grants_of(editor, made)) == {"listTickets"}

    await page.get_by_role("button", name="Check and save").click()
    await expect(dialog).to_contain_text("1 method becomes callable.")
    await expect(dialog).to_contain_text("1 method is taken away from everybody")
    save = dialog.get_by_role("button", name="Save")
    await expect(save).to_be_disabled()
    await dialog.get_by_role("checkbox").check()
    await visitor.require_accessible()
    await save.click()

    await expect(page.get_by_text("not saved yet")).to_have_count(0)
    assert {name: one["confirmation"] for name, one in grants_of(editor, made).items()} == {"openTicket": False}


@pytest.mark.requirement("O7")
async def test_everybody_sees_what_is_granted_to_him_and_those_who_administer_see_it_of_all(
    visit: Visit, house: House
) -> None:
    unit = house.unit()
    editor, member, stranger = unit.editor("Edith"), unit.person("Max", "member"), unit.person("Stranger", "member")
    group, _ = house.group("Desk", editor, member)
    made = unit.integrate(
        editor,
        group,
        "Tickets of the desk",
        listTickets={"level": "individuals", "entries": [member.id]},
        deleteTicket={"level": "groups", "entries": [group]},
    )["id"]

    admins = await visit(editor, f"/integrations/{made}/matrix")
    of_max = admins.page.get_by_role("row", name=re.compile(member.name))
    await expect(of_max.get_by_role("button", name=re.compile("tickets: May call it"))).to_be_visible()
    await expect(of_max.get_by_role("button", name=re.compile("DELETE .*: With a confirmation"))).to_be_visible()
    of_edith = admins.page.get_by_role("row", name=re.compile(editor.name))
    await expect(of_edith.get_by_role("button")).to_have_count(2)
    await of_edith.get_by_role("button", name=re.compile("tickets: May not")).click()
    await expect(admins.page.get_by_role("dialog")).to_contain_text("Decided by rule O5")
    await admins.require_accessible()
    await admins.page.keyboard.press("Escape")
    await admins.page.get_by_role("region", name="Who may what").focus()
    await admins.page.keyboard.press("End")
    await admins.require_accessible()

    members = (await visit(member, "/integrations")).page
    await members.get_by_role("link", name=re.compile("Tickets of the desk")).click()
    await expect(members.get_by_role("tab")).to_have_text(["Overview", "Methods", "Try it"])
    await members.get_by_role("tab", name="Methods").click()
    await expect(rows(members, "Methods")).to_have_count(2)
    await expect(members.get_by_role("checkbox")).to_have_count(0)

    strangers = (await visit(stranger, f"/integrations/{made}")).page
    await expect(strangers.get_by_role("heading", name="There is no such")).to_be_visible()
    with pytest.raises(RefusedError):
        stranger.get(f"/api/integrations/{made}")


@pytest.mark.requirement("O5", "C2")
async def test_a_method_is_tried_with_the_request_that_leaves_and_the_answer_that_comes(
    visit: Visit, house: House
) -> None:
    unit = house.unit()
    editor = unit.editor()
    group, _ = house.group("Desk", editor)
    free = {"level": "groups", "entries": [group], "confirmation": False}
    made = unit.integrate(editor, group, listTickets=free, openTicket=free)["id"]
    visitor = await visit(editor, f"/integrations/{made}/try")
    page = visitor.page

    await page.get_by_role("textbox", name="state").fill("open & new")
    await page.get_by_role("button", name="Show the request").click()
    request = page.get_by_role("region", name="What is sent")
    await expect(request).to_contain_text(f"GET {house.api.url('/echo/v1/tickets?state=open%20%26%20new')}")
    await expect(request).not_to_contain_text("X-Api-Key")
    await page.get_by_role("button", name="Call it").click()
    answer = page.get_by_role("region", name="Answer")
    await expect(answer).to_contain_text("Status 200")
    await expect(answer).to_contain_text("/echo/v1/tickets?state=open%20%26%20new")
    await expect(answer).to_contain_text("[secret]")
    await visitor.require_accessible()

    await page.get_by_role("combobox", name="Method").click()
    await page.get_by_role("option", name="POST /tickets").click()
    await page.get_by_role("button", name="Call it").click()
    await expect(page.get_by_text("This is needed.")).to_be_visible()
    await page.get_by_role("textbox", name="body").fill('{"subject": 7}')
    await page.get_by_role("button", name="Call it").click()
    await expect(page.get_by_role("alert").or_(page.locator("[aria-invalid=true]")).first).to_be_visible()
    await page.get_by_role("textbox", name="body").fill('{"subject": "It is broken"}')
    await page.get_by_role("button", name=re.compile("^Call it")).click()
    await expect(answer).to_contain_text("It is broken")
    await page.get_by_role("tab", name="Activity").click()
    await expect(page.get_by_role("table")).to_contain_text("Used")


@pytest.mark.requirement("O5")
async def test_a_list_is_read_page_after_page_and_what_is_not_as_documented_is_said(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor = unit.editor()
    group, _ = house.group("Desk", editor)
    head = ("RateLimit-Limit: 100", "RateLimit-Remaining: 7")
    first = {"items": [{"id": 1}, {"id": "two"}], "next_cursor": "after two"}
    house.api.answers["/echo/paged/tickets"] = json_answer(first, *head)
    free = {"level": "groups", "entries": [group], "confirmation": False}
    made = unit.integrate(editor, group, document=paged(), place="/echo/paged", listTickets=free)["id"]
    visitor = await visit(editor, f"/integrations/{made}/try")
    page = visitor.page

    await page.get_by_role("textbox", name="state").fill("open")
    await page.get_by_role("button", name="Call it").click()
    answer = page.get_by_role("region", name="Answer")
    await expect(answer).to_contain_text("Not as documented")
    await expect(answer).to_contain_text("/items/1/id")
    await expect(answer).to_contain_text("2 items on this page. There is a next page.")
    await expect(answer).to_contain_text("7 of 100 requests left.")
    await visitor.require_accessible()
    house.api.answers["/echo/paged/tickets"] = json_answer({"items": [{"id": 3}]})
    await answer.get_by_role("button", name="Next page").click()

    await expect(answer).to_contain_text("1 item on this page. Nothing shows that there are more.")
    await expect(page.get_by_role("textbox", name="cursor")).to_have_value("after two")
    await expect(page.get_by_role("textbox", name="state")).to_have_value("open")
    await expect(answer.get_by_role("button", name="Next page")).to_have_count(0)


@pytest.mark.requirement("O5")
async def test_what_was_granted_is_seen_from_the_moment_it_is_saved(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor = unit.editor()
    group, desk = house.group("Desk", editor)
    made = unit.integrate(editor, group)["id"]
    page = (await visit(editor, f"/integrations/{made}/methods")).page
    dialog, first = page.get_by_role("dialog"), rows(page, "Methods").first
    await page.get_by_role("button", name="Change who may call GET /tickets", exact=True).click()
    await pick(dialog, "Groups", desk)
    await dialog.get_by_role("button", name="Apply").click()
    await page.get_by_role("button", name="Check and save").click()
    arrived = asyncio.Event()

    async def come_late(route: Route) -> None:
        await arrived.wait()
        await route.continue_()

    methods = re.compile(r"/methods\?")
    await page.route(methods, come_late)
    async with page.expect_request(methods):
        await dialog.get_by_role("button", name="Save").click()

    await expect(first).to_contain_text(desk)
    arrived.set()
    await expect(dialog).to_have_count(0)
    await expect(page.get_by_text("Not saved yet")).to_have_count(0)
    await expect(first).to_contain_text(desk)
