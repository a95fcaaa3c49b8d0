"""What the admins of a connection do with it: rename, reconnect, delete."""

import re

import pytest
from playwright.async_api import expect

from web.conftest import Visit
from web.hands import act, choose, fill_in_account, rows
from web.house import Account, House
from web.people import RefusedError

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.requirement("C4")
async def test_a_connection_is_renamed_and_a_taken_name_is_refused_at_the_field(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor = unit.editor()
    connection = unit.connect(editor, "Customers")["id"]
    unit.connect(editor, "Suppliers")
    visitor = await visit(editor, f"/connections/{connection}")
    page = visitor.page

    await act(page, "Rename")
    name = page.get_by_role("dialog").get_by_role("textbox", name="Name")
    await name.fill(" suppliers ")
    await page.get_by_role("button", name="Rename", exact=True).click()
    await expect(name).to_have_attribute("aria-invalid", "true")
    await visitor.require_accessible()
    await name.fill("All customers")
    await page.get_by_role("button", name="Rename", exact=True).click()

    await expect(page.get_by_role("heading", name="All customers", level=1)).to_be_visible()
    await expect(page).to_have_url(re.compile(connection))
    await page.get_by_role("link", name="Connections").first.click()
    await expect(rows(page, "Connections")).to_contain_text(["All customers", "Suppliers"])


@pytest.mark.requirement("C5", "C2")
async def test_wrong_new_credentials_change_nothing_right_ones_are_put_in_force_and_can_be_taken_back(
    visit: Visit, house: House
) -> None:
    unit = house.unit()
    editor, account = unit.editor(), house.account("crm")
    connection = unit.connect(editor, "Customers", account)["id"]
    visitor = await visit(editor, f"/connections/{connection}")
    page = visitor.page
    use = {"connection": connection, "action": "query", "arguments": {"sql": "select 1 as one"}}

    await page.get_by_role("button", name="Reconnect").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("textbox", name="Host")).to_have_count(0)
    password = dialog.get_by_role("textbox", name="Password", exact=True)
    # No keeper fills in the person's own, nor keeps it as his.
    await expect(password).to_have_attribute("autocomplete", "new-password")
    await expect(dialog.locator("input[autocomplete=username]")).to_have_value("Customers")
    await password.fill("wrong-secret-Xy82")
    await dialog.get_by_role("button", name="Test and put in force").click()
    await expect(dialog).to_contain_text("the present ones are still in force")
    await visitor.require_nothing_seen({account.password})
    assert editor.post("/api/calls", use)["result"]["rows"] == [{"one": 1}]

    changed = house.change_password(account)
    await password.fill(changed.password)
    await dialog.get_by_role("button", name="Test and put in force").click()
    await expect(dialog.get_by_role("status").filter(has_text=f"Connected as {account.user}")).to_be_visible()
    await dialog.get_by_role("button", name="Close").last.click()
    assert editor.post("/api/calls", use)["result"]["rows"] == [{"one": 1}]

    await act(page, "Put back the credentials from before")
    await page.get_by_role("dialog").get_by_role("button", name="Put them back").click()
    await expect(page.get_by_text("The other side no longer accepts the credentials")).to_be_visible()
    await expect(page.get_by_text("Needs sign-in").first).to_be_visible()
    await visitor.require_nothing_seen({account.password, changed.password, "wrong-secret-Xy82"})


@pytest.mark.requirement("C5", "C14")
async def test_credentials_of_another_account_are_asked_about_first(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor, account, other = unit.editor(), house.account("crm"), house.account("somebody")
    connection = unit.connect(editor, "Customers", account)["id"]
    page = (await visit(editor, f"/connections/{connection}")).page

    await page.get_by_role("button", name="Reconnect").click()
    dialog = page.get_by_role("dialog")
    await fill_in_account(page, other)
    await dialog.get_by_role("button", name="Test and put in force").click()
    await expect(dialog.get_by_role("alert").filter(has_text="This is another account")).to_be_visible()
    assert editor.get(f"/api/connections/{connection}")["details"]["remote"]["account"].startswith(account.user)
    await dialog.get_by_role("button", name=re.compile(f"Yes, be {other.user}")).click()

    await expect(dialog.get_by_role("status").filter(has_text=f"Connected as {other.user}")).to_be_visible()
    assert editor.get(f"/api/connections/{connection}")["details"]["remote"]["account"].startswith(other.user)


@pytest.mark.requirement("C1")
async def test_one_that_was_never_connected_is_found_later_and_tried_again(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor, account = unit.editor(), house.account("late")
    connection = unit.try_to_connect(editor, "Orders", Account(account.user, "not-yet-Xy83"))["id"]
    page = (await visit(editor, f"/connections/{connection}")).page

    await expect(
        page.get_by_role("alert").filter(has_text=re.compile("Its test has not succeeded yet"))
    ).to_be_visible()
    house.set_password(Account(account.user, "not-yet-Xy83"))
    await page.get_by_role("button", name="Test now").click()

    await expect(page.get_by_text("Connected", exact=True).first).to_be_visible()
    await expect(page.get_by_role("button", name="Reconnect")).to_be_visible()


@pytest.mark.requirement("C11")
async def test_deleting_says_what_it_will_do_and_destroys_the_credentials_at_once(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor, other = unit.editor("Edith"), unit.editor("Other")
    connection = unit.connect(editor, "Customers")["id"]
    editor.post(f"/api/connections/{connection}/admins", {"people": [other.id]})
    visitor = await visit(editor, f"/connections/{connection}")
    page = visitor.page

    await act(page, "Delete connection")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("2 stored credentials are destroyed at once")
    await expect(dialog).to_contain_text("Nothing uses it.")
    await expect(dialog).to_contain_text("1 other admin is told.")
    await visitor.require_accessible()
    confirm = dialog.get_by_role("button", name="Delete connection")
    await expect(confirm).to_be_disabled()
    await dialog.get_by_role("textbox").fill("Customers")
    await confirm.click()

    await expect(page.get_by_role("heading", name="Connect the first system")).to_be_visible()
    with pytest.raises(RefusedError) as gone:
        editor.get(f"/api/connections/{connection}")
    assert gone.value.status == 404
    assert house.admin.acts("connection.delete")[0]["object"]["id"] == connection


@pytest.mark.requirement("C11", "C15")
async def test_what_stands_in_the_way_of_deleting_is_named_and_what_one_may_not_see_is_counted(
    visit: Visit, house: House
) -> None:
    unit, elsewhere = house.unit(), house.unit("Elsewhere")
    editor, stranger = unit.editor("Edith"), elsewhere.editor("Stranger")
    connection = unit.connect(editor, "Customers")["id"]
    unit.use(connection, "File the invoice", editor)
    unit.use(connection, "An idea", editor, state="draft")
    elsewhere.use(connection, "Secret plans", stranger)
    visitor = await visit(editor, f"/connections/{connection}")
    page = visitor.page

    await act(page, "Delete connection")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("3")
    await dialog.get_by_role("textbox").fill("Customers")
    await dialog.get_by_role("button", name="Delete connection").click()

    refusal = dialog.get_by_role("alert")
    await expect(refusal.get_by_role("link", name="File the invoice")).to_have_attribute("href", f"/units/{unit.id}")
    await expect(refusal).to_contain_text(re.compile(f"Owner: {editor.name}"))
    await expect(refusal).to_contain_text(stranger.name)
    await expect(refusal).not_to_contain_text("An idea")
    await visitor.require_nothing_seen({"Secret plans"})
    await visitor.require_accessible()
    assert editor.get(f"/api/connections/{connection}")["state"] == "connected"


@pytest.mark.requirement("C16")
async def test_a_successor_takes_the_place_of_a_connection_with_its_admins_rights_and_uses(
    visit: Visit, house: House
) -> None:
    unit = house.unit()
    editor, other = unit.editor("Edith"), unit.editor("Other")
    account = house.account("crm")
    connection = unit.connect(editor, "Customers", account)["id"]
    editor.post(f"/api/connections/{connection}/admins", {"people": [other.id]})
    editor.put(f"/api/connections/{connection}/authorized-persons", {"people": [other.id]})
    unit.use(connection, "File the invoice", editor)
    visitor = await visit(editor, f"/connections/{connection}")
    page = visitor.page

    await act(page, "Replace")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox", name="Name").fill("Customers, moved")
    await dialog.get_by_role("textbox", name="Host").fill("localhost")
    replace = dialog.get_by_role("button", name="Replace")
    await replace.click()
    # Another host: the sealed credentials were given for the one before, and don't go there.
    await expect(dialog.get_by_role("textbox", name="Password", exact=True)).to_have_attribute("aria-invalid", "true")
    await visitor.require_accessible()
    await fill_in_account(page, account)
    await replace.click()

    await expect(page.get_by_role("heading", name="Customers, moved", level=1)).to_be_visible()
    successor = page.url.rpartition("/")[2]
    made = editor.get(f"/api/connections/{successor}")
    assert {one["id"] for one in made["shared_with"]} == {editor.id, other.id}
    assert [one["id"] for one in made["details"]["authorized_people"]] == [other.id]
    assert made["uses"] == {"process": 1}
    assert editor.post("/api/calls", {"connection": successor, "action": "query", "arguments": {"sql": "select 1"}})
    with pytest.raises(RefusedError) as gone:
        editor.get(f"/api/connections/{connection}")
    assert gone.value.status == 404


@pytest.mark.requirement("O6")
async def test_what_can_not_be_undone_is_asked_about_first_and_what_only_reads_is_not(
    visit: Visit, house: House
) -> None:
    unit = house.unit()
    editor = unit.editor()
    house.admin.post("/api/outbound-targets", {"host": "127.0.0.1", "business_unit_id": unit.id})
    body = {
        "business_unit_id": unit.id,
        "name": "Ourselves",
        "connector": "http",
        "scheme": "none",
        "details": {"base_url": house.url, "test_path": "/ready"},
    }
    connection = editor.post("/api/connections", body)["id"]
    page = (await visit(editor, f"/connections/{connection}/try")).page
    answer = page.get_by_role("region", name="Answer")

    await page.get_by_role("textbox", name="Path").fill("/health")
    await page.get_by_role("button", name="Call it").click()
    await expect(answer).to_contain_text("200")

    await choose(page, "Method", "DELETE")
    await page.get_by_role("button", name="Call it again").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("It can change or delete what is there")
    await dialog.get_by_role("button", name="Cancel").click()
    assert [
        one["data"]["effect"] for one in house.admin.acts("connection.use") if one["object"]["id"] == connection
    ] == ["read"]


@pytest.mark.requirement("C2")
async def test_an_action_is_tried_and_its_answer_shown_and_recorded(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor = unit.editor()
    connection = unit.connect(editor, "Customers")["id"]
    visitor = await visit(editor, f"/connections/{connection}/try")
    page = visitor.page

    await page.get_by_text("Query", exact=True).first.click()
    await page.get_by_role("textbox", name="SQL").fill("select 6 * 7 as answer, current_user as me")
    await page.get_by_role("button", name="Call it").click()
    await expect(page.get_by_text("42").first).to_be_visible()
    await page.get_by_role("tab", name="Activity").click()

    await expect(page.get_by_role("table")).to_contain_text("Used")
    await visitor.require_accessible()
