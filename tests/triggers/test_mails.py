"""Mails that arrive, on a real mail server: each starts one run (P5)."""

import asyncio
import base64
import json
from typing import Any

import pytest
from sqlalchemy import text

from jackfield.audit import AuditQuery
from jackfield.connections import ConnectionView, InUseError
from jackfield.kernel import PageRequest, Secret
from jackfield.triggers import Followed, Outcome, TriggerKind, TriggerState, TriggerView
from triggers.post import Post


@pytest.mark.requirement("P5")
async def test_each_mail_that_arrives_starts_one_run_with_what_is_in_it(post: Post) -> None:
    post.deliver("There before")
    trigger = await post.watch(subject="order")
    post.deliver("An order", attachment=b"%PDF-1.7 canary")
    post.deliver("Something else")

    await post.look()
    await post.look()

    (given,) = post.station.ledger.inputs
    mail = given["mail"]
    assert (mail["subject"], mail["sender"]["address"]) == ("An order", "shop@example.com")
    assert mail["text"].strip() == "Please book it."
    assert base64.b64decode(mail["attachments"][0]["file"]["base64"]) == b"%PDF-1.7 canary"
    assert mail["reference"]["uid"] in {2, 3}
    assert mail["left_out"] == ""
    (event,) = await post.station.events(trigger.row.id)
    assert (event.what, event.outcome, event.followed) == (
        "An order (from shop@example.com)",
        Outcome.STARTED,
        Followed.NOT_ASKED,
    )
    uses = await post.station.acts("connection.use")
    assert {(use.door, use.actor.id, use.data["trigger"]) for use in uses} == {
        ("trigger", trigger.row.id, trigger.row.id)
    }


@pytest.mark.requirement("P5")
async def test_with_another_filter_what_was_there_before_starts_nothing(post: Post) -> None:
    post.deliver("There before")
    trigger = await post.watch(subject="order")
    await post.look()
    await post.station.triggers.change_trigger(post.station.editor, trigger.row.id, settings={"listen": False})
    post.deliver("Something else")

    await post.look()

    assert post.subjects == ["Something else"]


@pytest.mark.requirement("P5")
async def test_with_another_filter_what_came_since_and_did_not_fit_starts_nothing(post: Post) -> None:
    trigger = await post.watch(subject="order")
    post.deliver("Something else")
    post.deliver("An order")
    post.deliver("Something else again")
    await post.look()
    await post.station.triggers.change_trigger(post.station.editor, trigger.row.id, settings={"listen": False})
    post.deliver("Something new")

    await post.look()
    await post.look()

    assert post.subjects == ["An order", "Something new"]


@pytest.mark.requirement("P5")
async def test_a_trigger_says_whether_it_has_looked_yet(post: Post) -> None:
    made = await post.watch()
    post.deliver("An order")
    await post.look()
    looked = await post.station.triggers.get_trigger(post.station.editor, made.row.id)

    assert (made.has_begun, made.is_listening, looked.has_begun) == (False, False, True)
    assert post.subjects == ["An order"]


@pytest.mark.requirement("P5")
async def test_two_workers_and_a_mail_that_comes_twice_are_one_run(stored_post: Post) -> None:
    await stored_post.watch()
    other = stored_post.station.worker()
    stored_post.deliver("An order", message_id="<one@example.com>")
    stored_post.deliver("An order", message_id="<one@example.com>")
    stored_post.station.clock.turn(seconds=61)

    await asyncio.gather(stored_post.station.triggers.look_about(), other.look_about())

    assert stored_post.subjects == ["An order"]


@pytest.mark.requirement("P5")
@pytest.mark.parametrize("afterwards", ["seen", "move", "delete"])
async def test_afterwards_a_mail_is_marked_moved_or_deleted(post: Post, afterwards: str) -> None:
    trigger = await post.watch(afterwards=afterwards, move_to="Booked" if afterwards == "move" else "")
    post.deliver("An order")

    await post.look()

    (event,) = await post.station.events(trigger.row.id)
    assert (event.outcome, event.followed) == (Outcome.STARTED, Followed.DONE)
    inbox = await post.mails()
    assert inbox == ({"An order": ["seen"]} if afterwards == "seen" else {})
    if afterwards != "seen":
        assert list(await post.mails("Booked" if afterwards == "move" else "Trash")) == ["An order"]


@pytest.mark.requirement("P5")
async def test_of_what_is_too_large_the_run_gets_a_reference_and_the_reason_and_it_is_not_deleted(post: Post) -> None:
    trigger = await post.watch(afterwards="delete", most_bytes=200_000)
    post.deliver("Larger than a run may be given", attachment=bytes(120_000))
    await post.look()
    post.deliver("Larger than is fetched", attachment=bytes(220_000))
    await post.look()

    first, second = [given["mail"] for given in post.station.ledger.inputs]
    assert first["attachments"][0]["file"] is None
    assert first["attachments"][0]["size"] == 120_000
    assert "attachments are left out" in first["left_out"]
    assert "more than the 200,000" in second["left_out"]
    assert second["reference"] == {"folder": "INBOX", "uid": 2, "uid_validity": first["reference"]["uid_validity"]}
    assert [event.followed for event in await post.station.events(trigger.row.id)] == [Followed.KEPT] * 2
    assert len(await post.mails()) == 2


@pytest.mark.requirement("P5")
async def test_those_that_are_there_are_taken_where_that_was_said_and_by_attachments(post: Post) -> None:
    for number in range(30):
        post.deliver(f"Order {number}", attachment=b"%PDF" if number % 2 else b"")
    trigger = await post.watch(existing=True, has_attachments=True)

    sight = await post.station.triggers.look(post.station.editor, trigger.row.id)
    for _ in range(3):
        await post.look(seconds=1)

    assert sorted(post.subjects) == sorted(f"Order {number}" for number in range(1, 30, 2))
    assert not sight.found or len(sight.found) <= 25


@pytest.mark.requirement("P5")
@pytest.mark.parametrize("count", [120, pytest.param(20_500, marks=[pytest.mark.full, pytest.mark.timeout(600)])])
async def test_however_many_wait_each_turn_asks_once_for_the_earliest_of_them(post: Post, count: int) -> None:
    for number in range(count):
        post.deliver(f"Order {number}")
    trigger = await post.watch(existing=True)
    sight = await post.station.triggers.look(post.station.editor, trigger.row.id)
    searches = [await _searches_of_a_look(post) for _ in range(2)]

    taken = [given["mail"]["reference"]["uid"] for given in post.station.ledger.inputs]
    assert taken == list(range(1, min(count, 150) + 1))
    assert sight.has_more
    assert searches == [1, 1]


@pytest.mark.requirement("P5")
async def test_a_folder_that_is_numbered_anew_starts_nothing_twice_and_loses_nothing(post: Post) -> None:
    trigger = await post.watch()
    post.deliver("First")
    await post.look()
    before = (await post.station.house.parts.database.read(lambda tx: _place(tx, trigger)))["validity"]

    numbers = post.server.maildir / "dovecot-uidlist"
    numbers.write_text(numbers.read_text().replace(f"V{before}", f"V{before + 1000}", 1))
    post.deliver("Second")
    await post.look()
    await post.look()

    assert post.subjects == ["First", "Second"]
    after = await post.station.house.parts.database.read(lambda tx: _place(tx, trigger))
    assert after["validity"] == before + 1000
    assert after["renumbered"] is False


@pytest.mark.requirement("C13", "C14")
async def test_while_its_connector_is_off_a_trigger_keeps_its_place_and_goes_on_when_it_is_on_again(post: Post) -> None:
    station = post.station
    trigger = await post.watch()
    connections = station.house.parts.connections
    await connections.set_feature(station.house.admin, "mail", None, on=False)
    post.deliver("Meanwhile")

    await post.look()
    held = await station.triggers.get_trigger(station.editor, trigger.row.id)
    await connections.set_feature(station.house.admin, "mail", None, on=True)
    await post.look()

    assert (held.row.state, held.row.reason) == (
        TriggerState.HELD,
        "its connection's connector is switched off",
    )
    assert post.subjects == ["Meanwhile"]
    on_again = await station.triggers.get_trigger(station.editor, trigger.row.id)
    assert on_again.row.state is TriggerState.ENABLED


@pytest.mark.requirement("C13")
async def test_after_hours_of_being_off_it_looks_within_half_a_minute(post: Post) -> None:
    connections = post.station.house.parts.connections
    await post.watch()
    await connections.set_feature(post.station.house.admin, "mail", None, on=False)
    post.deliver("Meanwhile")
    for _ in range(9):
        await post.look(seconds=3600)

    await connections.set_feature(post.station.house.admin, "mail", None, on=True)
    await post.look(seconds=31)

    assert post.subjects == ["Meanwhile"]


@pytest.mark.requirement("C14", "P8")
async def test_once_its_connection_has_been_reconnected_it_looks_at_once(stored_post: Post) -> None:
    station, connections = stored_post.station, stored_post.station.house.parts.connections
    trigger = await stored_post.watch()
    held = trigger
    stored_post.server.change_password("another")
    for _ in range(20):
        # The server reads its users anew within a second or so; then it refuses, again and again.
        await stored_post.look(seconds=3600)
        held = await station.triggers.get_trigger(station.editor, trigger.row.id)
        if held.row.state is TriggerState.HELD:
            break
        await asyncio.sleep(0.2)
    await stored_post.look(seconds=3600)
    stored_post.deliver("Meanwhile")

    await connections.reconnect(station.editor, stored_post.connection, {"password": Secret("another")})
    await station.triggers.look_about()

    assert held.row.state is TriggerState.HELD
    assert stored_post.subjects == ["Meanwhile"]


@pytest.mark.requirement("C11", "C15")
async def test_an_enabled_trigger_keeps_its_connection_from_being_deleted_and_a_paused_one_does_not(
    stored_post: Post,
) -> None:
    station, connections = stored_post.station, stored_post.station.house.parts.connections
    trigger = await stored_post.watch()
    uses = await connections.list_uses(station.editor, stored_post.connection)
    assert [(use.kind, use.state, use.label, use.container) for use in uses.visible] == [
        ("trigger", "enabled", "Post", "Book an order")
    ]

    with pytest.raises(InUseError):
        await connections.delete_connection(station.editor, stored_post.connection)
    await station.triggers.set_enabled(station.editor, trigger.row.id, on=False)
    await connections.delete_connection(station.editor, stored_post.connection)

    await station.triggers.set_enabled(station.editor, trigger.row.id, on=True)
    held = await station.triggers.get_trigger(station.editor, trigger.row.id)
    assert (held.row.state, held.row.reason) == (TriggerState.HELD, "its connection is deleted")


@pytest.mark.requirement("C16")
async def test_a_trigger_goes_on_at_the_successor_of_its_connection(stored_post: Post) -> None:
    station = stored_post.station
    trigger = await stored_post.watch()
    stored_post.deliver("First")
    await stored_post.look()

    made = await _replace(stored_post)
    stored_post.deliver("Second")
    await stored_post.look()

    view = await station.triggers.get_trigger(station.editor, trigger.row.id)
    assert view.row.connection is not None
    assert (view.row.connection.id, view.row.connection.name) == (made.row.id, "Office (new)")
    assert stored_post.subjects == ["First", "Second"]


@pytest.mark.requirement("C16", "P5")
async def test_a_trigger_whose_connection_is_replaced_before_its_first_look_begins_with_one_at_the_successor(
    stored_post: Post,
) -> None:
    station = stored_post.station
    stored_post.deliver("There before")
    made = await station.make(TriggerKind.MAIL, {}, connection="Office", name="Post")

    await _replace(stored_post)
    replaced = await station.triggers.get_trigger(station.editor, made.row.id)
    await stored_post.look()
    looked = await station.triggers.get_trigger(station.editor, made.row.id)
    stored_post.deliver("An order")
    await stored_post.look()

    assert (replaced.has_begun, looked.has_begun) == (False, True)
    assert stored_post.subjects == ["An order"]


async def _replace(post: Post) -> ConnectionView:
    """The mailbox gets a successor, where STARTTLS is spoken."""
    details = {"imap_host": "127.0.0.1", "imap_port": post.server.imaps_port, "ca_pem": post.server.ca_pem}
    return await post.station.house.parts.connections.replace_connection(
        post.station.editor, post.connection, details={**details, "imap_tls": "start"}, name="Office (new)"
    )


async def _searches_of_a_look(post: Post) -> int:
    await post.look(seconds=1)
    of_this_look = AuditQuery(name="connection.use", since=post.station.clock.now())
    uses = (await post.station.house.parts.audit.list_entries(of_this_look, PageRequest(limit=200))).items
    return sum(use.data["action"] == "search" for use in uses)


def _place(tx: Any, trigger: TriggerView) -> Any:
    found = tx.connection.execute(
        text("SELECT place FROM triggers WHERE id = :id"), {"id": trigger.row.id}
    ).scalar_one()
    return json.loads(found) if isinstance(found, str) else found
