"""Triggers in a browser: made with the form of their kind, changed, paused, replayed; and secrets that change hands."""

import base64
import hashlib
import hmac
import json
import re
import time
import urllib.error
import urllib.request
from email.message import EmailMessage

import pytest
from playwright.async_api import Page, expect

from jackfield.triggers import standard_key
from servers import dovecot
from web.conftest import Visit
from web.hands import act, choose, rows
from web.house import House, Unit
from web.people import Person

pytestmark = pytest.mark.asyncio(loop_scope="session")


def published(unit: Unit, editor: Person, name: str) -> str:
    connection = unit.connect(editor, "Customers")["id"]
    return str(unit.publish(editor, name, connection)["id"])


def send(address: str, secret: str, event_id: str) -> int:
    """A request as Standard Webhooks has it; how it is answered."""
    body, moment = json.dumps({"order": 17}).encode(), str(int(time.time()))
    signed = b".".join((event_id.encode(), moment.encode(), body))
    digest = hmac.new(standard_key(secret), signed, hashlib.sha256).digest()
    headers = {
        "webhook-id": event_id,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
        "content-type": "application/json",
    }
    return post(address, body, headers)


def post(address: str, body: bytes, headers: dict[str, str]) -> int:
    """A request; how it is answered."""
    with urllib.request.urlopen(urllib.request.Request(address, body, headers), timeout=30) as answer:
        return int(answer.status)


async def make(page: Page, kind: str, name: str) -> None:
    """Begin a new trigger: its kind and its name."""
    await page.get_by_role("button", name="New trigger").click()
    await choose(page, "Started by", kind)
    await page.get_by_role("dialog").get_by_role("textbox", name="Name", exact=True).fill(name)


@pytest.mark.requirement("P5")
async def test_a_schedule_is_made_looked_ahead_changed_paused_and_deleted(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor = unit.editor()
    process = published(unit, editor, "Ask each morning")
    visitor = await visit(editor, f"/processes/{process}/triggers")
    page = visitor.page
    await expect(page.get_by_role("region", name="Without a trigger")).to_contain_text("Idempotency-Key")

    await make(page, "Schedule", "Each morning")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox", name="Schedule").fill("0 25 * * *")
    await dialog.get_by_role("button", name="Make trigger").click()
    await expect(dialog.get_by_role("textbox", name="Schedule")).to_have_attribute("aria-invalid", "true")
    await visitor.require_accessible()
    await dialog.get_by_role("textbox", name="Schedule").fill("0 8 * * 1-5")
    await dialog.get_by_role("button", name="Make trigger").click()

    await expect(page.get_by_role("heading", name="Each morning")).to_be_visible()
    await expect(page.get_by_role("region", name="Next times")).to_contain_text("08:00")
    await expect(page.get_by_role("region", name="Next times")).to_contain_text("On your clock: Europe/Berlin")
    (made,) = editor.get(f"/api/triggers?process_id={process}")["items"]
    assert editor.get(f"/api/triggers/{made['id']}")["settings"]["zone"] == "Europe/Berlin"
    await expect(page.get_by_role("region", name="Last events")).to_contain_text("No event yet")
    await page.get_by_role("button", name="Look now").click()
    await expect(dialog.get_by_role("list", name="Look now").get_by_role("listitem")).to_have_count(5)
    await visitor.require_accessible()
    await page.keyboard.press("Escape")
    await act(page, "Change trigger")
    await expect(dialog.get_by_role("textbox", name="Schedule")).to_have_value("0 8 * * 1-5")
    await dialog.get_by_role("textbox", name="Schedule").fill("30 9 * * *")
    await dialog.get_by_role("button", name="Save changes").click()
    await expect(page.get_by_role("region", name="Next times")).to_contain_text("09:30")
    await page.get_by_role("button", name="Pause").click()
    await expect(page.get_by_role("button", name="Go on")).to_be_visible()
    await expect(page.get_by_role("region", name="Next times")).to_have_count(0)
    assert [one["state"] for one in editor.get(f"/api/triggers?process_id={process}")["items"]] == ["paused"]
    await act(page, "Delete trigger")
    await dialog.get_by_role("button", name="Delete trigger").click()

    await expect(page.get_by_role("heading", name="Nothing starts it by itself")).to_be_visible()
    assert editor.get(f"/api/triggers?process_id={process}")["items"] == []


@pytest.mark.requirement("P5", "E7")
async def test_a_form_that_was_begun_is_closed_by_its_buttons_alone(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor = unit.editor()
    process = published(unit, editor, "Ask each noon")
    page = (await visit(editor, f"/processes/{process}/triggers")).page
    dialog = page.get_by_role("dialog")
    await page.get_by_role("button", name="New trigger").click()
    await expect(dialog.get_by_role("textbox", name="Name", exact=True)).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)

    await make(page, "Schedule", "Each noon")
    await page.keyboard.press("Escape")
    await page.mouse.click(5, 5)

    await expect(dialog.get_by_role("textbox", name="Name", exact=True)).to_have_value("Each noon")
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(dialog).to_have_count(0)


@pytest.mark.requirement("P5", "D65", "C2")
async def test_the_secret_of_a_webhook_is_shown_once_and_changes_hands_without_losing_a_request(
    visit: Visit, house: House
) -> None:
    unit = house.unit()
    editor = unit.editor()
    process = published(unit, editor, "Ask when called")
    visitor = await visit(editor, f"/processes/{process}/triggers")
    page = visitor.page

    await make(page, "Webhook", "The shop")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Make trigger").click()
    await expect(dialog.get_by_test_id("shown-once")).to_have_count(2)
    secret, address = await dialog.get_by_test_id("shown-once").all_inner_texts()
    await visitor.require_accessible()
    await page.keyboard.press("Escape")
    await page.mouse.click(5, 5)
    await expect(dialog.get_by_test_id("shown-once")).to_have_count(2)
    await dialog.get_by_role("button", name="Done").click()
    await expect(page.get_by_role("region", name="Address to send to")).to_contain_text(address)
    await expect(page.locator("body")).not_to_contain_text(secret)
    assert send(address, secret, "order-1") == 202

    await page.get_by_role("button", name="New secret").click()
    second = await dialog.get_by_test_id("shown-once").inner_text()
    await visitor.require_accessible()
    await page.keyboard.press("Escape")
    await dialog.get_by_role("button", name="Done").click()
    secrets = page.get_by_role("region", name="Secrets")
    await expect(secrets).to_contain_text("Secret 2")
    await expect(secrets.get_by_role("button", name="New secret")).to_have_count(0)
    assert [send(address, secret, "order-2"), send(address, second, "order-3")] == [202, 202]
    await secrets.get_by_role("button", name="Retire: Secret 1").click()
    await dialog.get_by_role("button", name="Retire").click()
    await expect(secrets).not_to_contain_text("Secret 1")
    with pytest.raises(urllib.error.HTTPError, match="401"):
        send(address, secret, "order-4")

    await page.reload()
    await expect(rows(page, "Last events")).to_have_count(3)
    await expect(page.get_by_role("region", name="Last trouble")).to_contain_text("None of the signatures fits.")
    await rows(page, "Last events").last.get_by_role("link", name="Run started").click()
    await expect(page.get_by_role("heading", name="Run: Ask when called")).to_be_visible()
    await page.get_by_role("link", name="the event", exact=True).click()
    await expect(page.get_by_role("heading", name="The shop")).to_be_visible()
    await expect(page.get_by_role("region", name="The event")).to_contain_text("order-1")
    await expect(page.get_by_role("region", name="The event")).not_to_contain_text("order-3")
    await visitor.require_accessible()
    await page.get_by_role("button", name="Replay: order-1").click()
    await page.get_by_role("link", name="All events").click()
    await expect(rows(page, "Last events")).to_have_count(4)
    await expect(rows(page, "Last events").first).to_contain_text("Replayed by somebody")
    assert len(editor.get(f"/api/runs?process_id={process}")["items"]) == 4
    await visitor.require_accessible()


@pytest.mark.requirement("P5", "D65")
async def test_a_webhook_with_a_plain_hmac_asks_for_what_it_needs_and_shows_nothing_else(
    visit: Visit, house: House
) -> None:
    unit = house.unit()
    editor = unit.editor()
    process = published(unit, editor, "Ask when pushed")
    visitor = await visit(editor, f"/processes/{process}/triggers")
    page = visitor.page

    await make(page, "Webhook", "Pushes")
    dialog = page.get_by_role("dialog")
    header = dialog.get_by_role("textbox", name="Signature header")
    await expect(dialog.get_by_role("combobox", name="Signature", exact=True)).to_be_visible()
    await expect(header).to_have_count(0)
    await choose(page, "Signature", "Hmac")
    await header.fill("X-Signature")
    await visitor.require_accessible()
    await dialog.get_by_role("button", name="Make trigger").click()
    await expect(dialog.get_by_test_id("shown-once")).to_have_count(2)
    secret, address = await dialog.get_by_test_id("shown-once").all_inner_texts()
    await dialog.get_by_role("button", name="Done").click()

    body = b'{"order": 17}'
    signature = f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"
    assert post(address, body, {"X-Signature": signature, "content-type": "application/json"}) == 202
    await expect(rows(page, "Last events")).to_have_count(1)
    settings = page.get_by_role("region", name="Settings")
    await expect(settings).to_contain_text("X-Signature")
    await act(page, "Change trigger")
    await choose(page, "Signature", "None")
    await expect(header).to_have_count(0)
    await dialog.get_by_role("button", name="Save changes").click()
    await expect(settings).not_to_contain_text("Signature header")


@pytest.mark.requirement("P5")
async def test_a_file_trigger_is_made_by_hand_and_takes_a_file_that_has_come_to_rest(
    visit: Visit, house: House
) -> None:
    unit = house.unit()
    editor = unit.editor()
    process = published(unit, editor, "Ask when filed")
    tray = house.server.folder / "files" / unit.id
    tray.mkdir()
    body = {"business_unit_id": unit.id, "name": "Tray", "connector": "folder", "scheme": "none"}
    made = editor.post("/api/connections", {**body, "details": {"path": str(tray)}, "credentials": {}})
    assert made["state"] == "connected", made["reason"]
    visitor = await visit(editor, f"/processes/{process}/triggers")
    page = visitor.page

    await make(page, "File arrives", "Scans")
    dialog = page.get_by_role("dialog")
    await choose(page, "Connection", "Tray")
    await dialog.get_by_role("textbox", name="Name pattern").fill("*.pdf")
    await dialog.get_by_role("button", name=re.compile("^More settings")).click()
    every = dialog.get_by_role("textbox", name="Look every")
    await expect(every).to_have_value("1")
    await expect(dialog.get_by_role("combobox", name="Look every: unit")).to_have_value("minute")
    await dialog.get_by_role("combobox", name="Look every: unit").select_option("seconds")
    await dialog.get_by_role("button", name="Make trigger").click()
    await expect(every).to_have_attribute("aria-invalid", "true")
    await visitor.require_accessible()
    await every.fill("10")
    await dialog.get_by_role("textbox", name="Largest file").fill("1.5")
    await expect(dialog.get_by_role("textbox", name="Move to")).to_have_count(0)
    await choose(page, "Afterwards", "Delete")
    await visitor.require_accessible()
    await dialog.get_by_role("button", name="Make trigger").click()
    await expect(page.get_by_role("heading", name="Scans")).to_be_visible()
    settings = page.get_by_role("region", name="Settings")
    await expect(settings).to_contain_text("*.pdf")
    await expect(settings).to_contain_text("Look every10 seconds")
    await expect(settings).to_contain_text("Largest file1.5 MB")
    await page.get_by_role("button", name="Look now").click()
    await expect(dialog).to_contain_text("Nothing is there that it would start a run for.")
    await page.keyboard.press("Escape")
    (tray / "note.txt").write_bytes(b"no scan")
    (tray / "order.pdf").write_bytes(b"%PDF")

    # Once at a look, and once more at the next: it has come to rest.
    await expect(rows(page, "Last events")).to_contain_text("order.pdf", timeout=60_000)
    await rows(page, "Last events").get_by_role("link", name="Run started").click()
    await expect(page.get_by_role("heading", name="Run: Ask when filed")).to_be_visible()
    assert [one.name for one in tray.iterdir()] == ["note.txt"]


@pytest.mark.requirement("P5")
async def test_a_mail_trigger_hears_at_once_and_shows_what_it_would_take(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor = unit.editor()
    process = published(unit, editor, "Ask when mailed")
    with dovecot.serve() as mails:
        target = {"host": "127.0.0.1", "port": mails.imaps_port, "business_unit_id": unit.id}
        house.admin.post("/api/outbound-targets", target)
        house.secrets.add(mails.password)
        details = {"imap_host": "127.0.0.1", "imap_port": mails.imaps_port, "ca_pem": mails.ca_pem}
        made = editor.post(
            "/api/connections",
            {
                "business_unit_id": unit.id,
                "name": "Office",
                "connector": "mail",
                "scheme": "password",
                "details": details,
                "credentials": {"user": mails.user, "password": mails.password},
            },
        )
        assert made["state"] == "connected", made["reason"]
        visitor = await visit(editor, f"/processes/{process}/triggers")
        page = visitor.page

        await make(page, "Mail arrives", "Orders by mail")
        await choose(page, "Connection", "Office")
        await page.get_by_role("dialog").get_by_role("textbox", name="Subject contains").fill("order")
        await page.get_by_role("dialog").get_by_role("button", name="Make trigger").click()
        await expect(page.get_by_role("heading", name="Orders by mail")).to_be_visible()
        settings = page.get_by_role("region", name="Settings")
        await expect(settings).to_contain_text("At once, from the mail server")
        await expect(settings.get_by_role("link", name="Office")).to_be_visible()

        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "shop@example.com", "anna@example.com", "An order"
        mail["Message-ID"] = "<an-order@example.com>"
        mail.set_content("Please book it.")
        mails.deliver(mail.as_bytes())

        await expect(rows(page, "Last events")).to_contain_text("An order (from shop@example.com)")
        await expect(rows(page, "Last events").get_by_role("link", name="Run started")).to_be_visible()
        await page.get_by_role("button", name="Look now").click()
        await expect(page.get_by_role("dialog")).to_contain_text("Nothing is there that it would start a run for.")


@pytest.mark.requirement("P5", "C11")
async def test_who_may_not_read_the_process_finds_no_trigger(visit: Visit, house: House) -> None:
    unit = house.unit()
    editor = unit.editor()
    process = published(unit, editor, "Ask nobody")
    body = {"process": process, "name": "Mornings", "kind": "schedule", "settings": {"cron": "0 8 * * *"}}
    trigger = editor.post("/api/triggers", body)["id"]
    member = unit.person("Max", "member")

    page = (await visit(member, f"/processes/{process}/triggers/{trigger}")).page

    await expect(page.get_by_role("heading", name="Mornings")).to_have_count(0)
    await expect(page.get_by_text("It may have been deleted, or you may not see it.")).to_be_visible()
