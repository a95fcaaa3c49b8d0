"""Processes and runs in a browser: written, published, run, mended; and what connections ask of them."""

import json
import re

import pytest
from playwright.async_api import Page, expect

from web.conftest import Visit
from web.hands import choose, rows
from web.house import House
from web.test_governing import act

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def write(page: Page, before: str, after: str) -> None:
    """Change a part of the definition that is open."""
    editor = page.get_by_role("textbox", name="Definition", exact=True)
    text = await editor.input_value()
    assert before in text
    await editor.fill(text.replace(before, after))


async def delete(page: Page, name: str) -> None:
    """Ask for the deletion of the connection that is open, and confirm it."""
    await act(page, "Delete connection")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox").fill(name)
    await dialog.get_by_role("button", name="Delete connection").click()


@pytest.mark.requirement("P1", "P7", "C9")
async def test_a_process_is_written_published_and_run_and_its_steps_are_seen(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor = unit.editor()
    unit.connect(editor, "Customers")
    visitor = await visit(editor, "/processes")
    page = visitor.page

    await expect(page.get_by_role("heading", name="Write the first process")).to_be_visible()
    await page.get_by_role("link", name="New process").first.click()
    await page.get_by_role("textbox", name="Name").fill("Count customers")
    await page.get_by_role("radio", name=re.compile("^One call")).check()
    await choose(page, "Connection to call", "Customers")
    await page.get_by_role("button", name="Create draft").click()

    await expect(page.get_by_role("status").filter(has_text="Nothing stands in the way of publishing.")).to_be_visible()
    await write(page, '"End": true', '"Next": "Nowhere"')
    await page.get_by_role("button", name="Save draft").click()
    findings = page.get_by_role("region", name="Findings")
    await expect(findings).to_contain_text("Line 14 · /States/Call/Next")
    await page.get_by_role("button", name="Publish").click()
    await expect(page.get_by_role("dialog").get_by_role("alert").filter(has_text="be published yet")).to_be_visible()
    await expect(page.get_by_role("dialog").get_by_role("button", name="Publish")).to_be_disabled()
    await page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    await write(page, '"Next": "Nowhere"', '"End": true')
    # What isn't saved yet is saved by publishing.
    await page.get_by_role("button", name="Publish").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Whoever may run this process runs all its actions")
    await expect(dialog.get_by_role("listitem")).to_have_text("Customers")
    await visitor.require_accessible()
    await dialog.get_by_role("button", name="Publish").click()
    await page.get_by_role("button", name="Start a run").click()
    await page.get_by_role("dialog").get_by_role("textbox", name="Input").fill('{"customer": 7}')
    await page.get_by_role("button", name="Start", exact=True).click()

    await expect(page.get_by_role("heading", name="Run: Count customers")).to_be_visible()
    await expect(page.get_by_text("Succeeded", exact=True)).to_be_visible()
    await expect(page.get_by_role("region", name="Input").first).to_contain_text('"customer": 7')
    step = page.get_by_role("list", name="Steps").get_by_role("listitem")
    await expect(step).to_contain_text("postgresql.query · Customers")
    await expect(step).to_contain_text("Done")
    await step.get_by_role("button").first.click()
    await expect(step).to_contain_text('"one": 1')
    await visitor.require_accessible()
    await page.get_by_role("link", name="Runs").first.click()
    await expect(rows(page, "Runs").filter(has_text="Count customers")).to_contain_text("by hand")


@pytest.mark.requirement("P4", "P3")
async def test_trying_again_and_then_telling_somebody_is_one_template(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor = unit.editor()
    unit.connect(editor, "Customers")
    chat = {"connector": "http", "scheme": "none", "details": {"base_url": house.api.url("/echo/"), "test_path": "me"}}
    editor.post("/api/connections", {"business_unit_id": unit.id, "name": "Chat", **chat})
    visitor = await visit(editor, "/processes/new")
    page = visitor.page

    await page.get_by_role("textbox", name="Name").fill("Watch customers")
    await page.get_by_role("radio", name=re.compile("^A call that gets over failures")).check()
    await choose(page, "Connection to call", "Customers")
    await choose(page, "Connection to tell somebody through", "Chat")
    await page.get_by_role("textbox", name="Try again").fill("1")
    await page.get_by_role("textbox", name="After seconds").fill("1")
    await page.get_by_role("button", name="Create draft").click()
    await write(page, "select 1 as one", "select 1 from nowhere")
    await page.get_by_role("button", name="Publish").click()
    await page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    house.api.requests.clear()
    await page.get_by_role("button", name="Start a run").click()
    await page.get_by_role("dialog").get_by_role("textbox", name="Input").fill("{}")
    await page.get_by_role("button", name="Start", exact=True).click()

    await expect(page.get_by_text("Succeeded", exact=True)).to_be_visible()
    (told,) = [one for one in house.api.requests if one.method == "POST"]
    assert "nowhere" in json.loads(told.body)["message"]


@pytest.mark.requirement("P3", "C14", "E7")
async def test_a_run_that_waits_for_its_connection_leads_there_and_says_why_in_both_languages(
    visit: Visit, house: House
) -> None:
    unit = house.unit()
    editor, account = unit.editor(), house.account()
    connection = unit.connect(editor, "Customers", account)["id"]
    process = unit.publish(editor, "Look them up", connection)["id"]
    house.change_password(account)
    run = editor.post(f"/api/processes/{process}/runs", {"input": {}})["id"]
    page = (await visit(editor, f"/runs/{run}")).page

    await expect(page.get_by_text("This run is parked")).to_be_visible()
    await page.get_by_role("link", name="Open the connection").click()
    await expect(page.get_by_role("heading", name="Customers", level=1)).to_be_visible()
    german = (await visit(editor, "/notices", locale="de-DE")).page
    told = german.get_by_role("listitem").filter(has_text="Look them up")
    await expect(told).to_contain_text(f"nimmt den Benutzer '{account.user}' mit diesem Passwort nicht an")


@pytest.mark.requirement("P2", "P7")
async def test_a_step_that_runs_another_process_leads_to_that_run_and_that_back(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor = unit.editor()
    connection = unit.connect(editor, "Customers")["id"]
    unit.publish(editor, "Below", connection)
    call = {"Type": "Task", "Resource": "process:run", "Arguments": {"Process": "Below"}, "End": True}
    definition = {"QueryLanguage": "JSONata", "StartAt": "Call", "States": {"Call": call}}
    body = {"business_unit_id": unit.id, "name": "Above", "definition": definition}
    process = editor.post("/api/processes", body)["id"]
    editor.post(f"/api/processes/{process}/versions", {})
    run = editor.post(f"/api/processes/{process}/runs?wait=20", {"input": {}})
    visitor = await visit(editor, f"/runs/{run['id']}")
    page = visitor.page

    await page.get_by_role("button", name=re.compile("^Call")).click()
    await visitor.require_accessible()
    await page.get_by_role("link", name="Below").click()
    await expect(page.get_by_role("heading", name="Run: Below")).to_be_visible()
    await page.get_by_role("link", name="another run").click()

    await expect(page.get_by_role("heading", name="Run: Above")).to_be_visible()


@pytest.mark.requirement("P7")
async def test_how_long_runs_are_kept_is_said_for_a_business_unit(visit: Visit, house: House) -> None:
    unit = house.unit()
    visitor = await visit(house.admin, f"/units/{unit.id}")
    page = visitor.page
    kept = page.get_by_role("region", name="How long runs are kept")

    await expect(kept).to_contain_text("As long as the installation says")
    await kept.get_by_role("button", name="Change how long").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("radio", name="For as long as is said here").check()
    await dialog.get_by_role("textbox", name="Days").fill("7")
    await visitor.require_accessible()
    await dialog.get_by_role("button", name="Save").click()

    await expect(kept).to_contain_text("7 days after their end")
    assert house.admin.get(f"/api/business-units/{unit.id}")["runs_kept_days"] == 7


@pytest.mark.requirement("P3", "P7")
async def test_a_faulty_run_is_tried_again_once_what_was_missing_is_there(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor = unit.editor("Edith")
    connection = unit.connect(editor, "Customers")["id"]
    process = unit.publish(editor, "Ask late", connection, "select answer from late_comers")["id"]
    run = editor.post(f"/api/processes/{process}/runs?wait=20", {"input": {}})
    visitor = await visit(editor, f"/runs/{run['id']}")
    page = visitor.page

    await expect(page.get_by_role("alert").filter(has_text="This run waits for a decision")).to_be_visible()
    await visitor.require_accessible()
    house.make_table("late_comers")
    await page.get_by_role("button", name="Try again").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("The same request is sent once more")
    await dialog.get_by_role("button", name="Try again").click()

    await expect(page.get_by_text("Succeeded", exact=True)).to_be_visible()
    steps = page.get_by_role("list", name="Steps").get_by_role("listitem")
    await expect(steps).to_have_count(2)
    await expect(steps.first).to_contain_text(re.compile("Tried again by Edith"))
    german = (await visit(editor, f"/runs/{run['id']}", locale="de-DE")).page
    await german.get_by_role("list", name="Schritte").get_by_role("button").first.click()
    await expect(german.get_by_text(re.compile("^PostgreSQL lehnt die Anweisung ab"))).to_be_visible()
    await expect(page.get_by_role("region", name="Output")).to_contain_text('"answer": 42')


@pytest.mark.requirement("P3")
async def test_a_faulty_step_is_skipped_with_a_value_and_another_run_cancelled(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor = unit.editor()
    connection = unit.connect(editor, "Customers")["id"]
    process = unit.publish(editor, "Ask in vain", connection, "select answer from nowhere_at_all")["id"]
    first, second = (editor.post(f"/api/processes/{process}/runs?wait=20", {"input": {}})["id"] for _ in range(2))
    visitor = await visit(editor, f"/runs/{first}")
    page = visitor.page

    await page.get_by_role("button", name="Skip").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox", name="Value").fill('{"answer": 7')
    await expect(dialog.get_by_role("button", name="Skip")).to_be_disabled()
    await dialog.get_by_role("textbox", name="Value").fill('{"answer": 7}')
    await dialog.get_by_role("button", name="Skip").click()
    await expect(page.get_by_text("Succeeded", exact=True)).to_be_visible()
    await expect(page.get_by_role("region", name="Output")).to_contain_text('"answer": 7')

    await visitor.go(f"/runs/{second}")
    await page.get_by_role("button", name="Cancel the run").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("button", name="Keep it going")).to_be_visible()
    await dialog.get_by_role("button", name="Cancel the run").click()
    await expect(page.get_by_text("Cancelled", exact=True)).to_be_visible()


@pytest.mark.requirement("C10", "C8")
async def test_a_step_whose_connection_one_may_not_see_is_named_but_locked_kept_or_replaced(
    visit: Visit, house: House
) -> None:
    unit = house.unit()
    owner, editor = unit.editor("Olga"), unit.editor("Edith")
    payroll = unit.connect(owner, "Payroll")["id"]
    unit.connect(editor, "Customers")
    process = unit.publish(owner, "Pay", payroll)["id"]
    owner.put(f"/api/connections/{payroll}/authorized-persons", {"people": [owner.id]})
    visitor = await visit(editor, f"/processes/{process}/steps")
    page = visitor.page

    step = rows(page, "Steps that use connections")
    await expect(step).to_have_count(1)
    await expect(step).to_contain_text("Payroll")
    await expect(step).to_contain_text("Locked")
    await expect(step.get_by_role("link", name="Payroll")).to_have_count(0)
    await expect(page.get_by_role("alert").filter(has_text="keep the step as it is")).to_be_visible()
    await visitor.require_accessible()
    await page.get_by_role("tab", name="Definition").click()
    await write(page, "select 1 as one", "select 2 as two")
    await page.get_by_role("button", name="Save draft").click()
    await expect(
        page.get_by_role("alert").filter(has_text="keep it as it was, or give it another connection")
    ).to_be_visible()
    await write(page, "select 2 as two", "select 1 as one")
    await page.get_by_role("tab", name="Steps").click()
    await page.get_by_role("button", name="Replace connection").click()
    dialog = page.get_by_role("dialog")
    await choose(page, "Connection", "Customers")
    await dialog.get_by_role("button", name="Replace connection").click()

    await expect(step).to_contain_text("Open")
    await expect(step.get_by_role("link", name="Customers")).to_be_visible()
    assert [one["access"] for one in editor.get(f"/api/processes/{process}/draft")["steps"]] == ["editable"]


@pytest.mark.requirement("C11")
async def test_a_published_process_blocks_the_deletion_of_its_connection_and_is_one_click_away(
    visit: Visit, house: House
) -> None:
    unit = house.unit()
    editor = unit.editor("Edith")
    connection = unit.connect(editor, "Customers")["id"]
    unit.publish(editor, "File the invoice", connection)
    page = (await visit(editor, f"/connections/{connection}")).page

    dialog = page.get_by_role("dialog")
    await delete(page, "Customers")
    await expect(dialog.get_by_role("alert").filter(has_text=f"Owner: {editor.name}")).to_be_visible()
    await dialog.get_by_role("link", name="File the invoice").click()
    await expect(page.get_by_role("heading", name="File the invoice", level=1)).to_be_visible()
    await act(page, "Take the published version back")
    await page.get_by_role("dialog").get_by_role("button", name="Take it back").click()
    await expect(page.get_by_text(re.compile("^None: it"))).to_be_visible()

    await page.get_by_role("link", name="Connections").first.click()
    await rows(page, "Connections").get_by_role("link", name="Customers").click()
    await delete(page, "Customers")
    await expect(page.get_by_role("heading", name="Connect the first system")).to_be_visible()


@pytest.mark.requirement("P1", "E3")
async def test_what_somebody_else_saved_meanwhile_is_shown_and_not_overwritten_unasked(
    visit: Visit, house: House
) -> None:
    unit = house.unit()
    editor, other = unit.editor("Edith"), unit.editor("Other")
    connection = unit.connect(editor, "Customers")["id"]
    process = unit.process(editor, "Ask", connection)["id"]
    page = (await visit(editor, f"/processes/{process}/definition")).page

    await write(page, "select 1 as one", "select 'mine' as whose")
    draft = other.get(f"/api/processes/{process}/draft")
    other.put(f"/api/processes/{process}/draft", {"definition": {**draft["definition"], "Comment": "theirs"}})
    await page.get_by_role("button", name="Save draft").click()
    conflict = page.get_by_role("alert").filter(has_text="Somebody else saved this draft meanwhile")
    await conflict.get_by_role("button", name="Show what they saved").click()
    await expect(conflict).to_contain_text('"Comment": "theirs"')
    assert editor.get(f"/api/processes/{process}/draft")["definition"]["Comment"] == "theirs"
    await conflict.get_by_role("button", name="Save mine over it").click()

    await expect(conflict).to_have_count(0)
    saved = editor.get(f"/api/processes/{process}/draft")["definition"]
    assert "Comment" not in saved
    assert saved["States"]["Ask"]["Arguments"] == {"sql": "select 'mine' as whose"}


@pytest.mark.requirement("P1")
async def test_a_version_is_compared_with_the_draft_value_by_value(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor = unit.editor()
    process = unit.publish(editor, "Ask them", unit.connect(editor, "Customers")["id"])["id"]
    draft = editor.get(f"/api/processes/{process}/draft")["definition"]
    editor.put(f"/api/processes/{process}/draft", {"definition": {**draft, "Comment": "asks twice"}})
    visitor = await visit(editor, f"/processes/{process}/versions")
    page = visitor.page

    await page.get_by_role("button", name="Compare with the draft").click()

    dialog = page.get_by_role("dialog")
    row = dialog.get_by_role("list", name="What differs").get_by_role("listitem").filter(has_text="/Comment")
    await expect(row).to_contain_text("After")
    await expect(row).to_contain_text("asks twice")
    await expect(row).not_to_contain_text("Before")
    await visitor.require_accessible()
