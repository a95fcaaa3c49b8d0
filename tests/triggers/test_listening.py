"""Mails that a server tells of when they arrive (IMAP IDLE): the clock stands still, so no look that is due finds them."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import pytest

from jackfield.audit import Entry
from jackfield.db import Database, Transaction
from jackfield.kernel import Secret
from jackfield.settings import Limits
from jackfield.triggers import TriggerKind, Triggers, TriggerView
from servers import dovecot
from triggers.post import Post, open_post

SECONDS = 20


@asynccontextmanager
async def watching(*many: Triggers) -> AsyncGenerator[None]:
    """Server processes that look about, and listen."""
    tasks = [asyncio.create_task(one.keep_watch()) for one in many]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Until something holds that others bring about; bounded."""
    deadline = monotonic() + SECONDS
    while not await holds():
        assert monotonic() < deadline
        await asyncio.sleep(0.05)


async def listens(post: Post, trigger: TriggerView, *, wanted: bool = True) -> None:
    async def holds() -> bool:
        view = await post.station.triggers.get_trigger(post.station.editor, trigger.row.id)
        return view.is_listening is wanted

    await until(holds)


async def arrives(post: Post, subject: str) -> None:
    async def holds() -> bool:
        return subject in post.subjects

    await until(holds)


async def sessions(post: Post) -> list[Entry]:
    """The sessions that stay open, the earliest last, as the audit has them."""
    return [entry for entry in await post.station.acts("connection.use") if entry.data["action"] == "arrivals"]


async def ended(post: Post, count: int) -> None:
    async def holds() -> bool:
        return len([entry for entry in await sessions(post) if entry.outcome != "open"]) >= count

    await until(holds)


@pytest.mark.requirement("P5")
async def test_a_mail_starts_its_run_when_it_arrives_and_no_time_has_passed(stored_post: Post) -> None:
    trigger = await stored_post.watch()
    async with watching(stored_post.station.triggers):
        await listens(stored_post, trigger)

        for number in range(3):
            stored_post.deliver(f"Order {number}")
            await arrives(stored_post, f"Order {number}")

    assert stored_post.subjects == ["Order 0", "Order 1", "Order 2"]


@pytest.mark.requirement("P5")
async def test_once_it_has_begun_whatever_arrives_starts_its_run(post: Post) -> None:
    station = post.station
    post.deliver("There before")
    made = await station.make(TriggerKind.MAIL, {}, connection="Office", name="Post")
    await station.triggers.until_begun(made.row.id, 0.1)
    waited_in_vain = await station.triggers.get_trigger(station.editor, made.row.id)
    async with watching(station.triggers):
        await station.triggers.until_begun(made.row.id, SECONDS)
        begun = await station.triggers.get_trigger(station.editor, made.row.id)
        post.deliver("An order")
        await arrives(post, "An order")

    assert (waited_in_vain.has_begun, begun.has_begun) == (False, True)
    assert post.subjects == ["An order"]


@pytest.mark.requirement("E1")
async def test_a_session_that_stays_open_is_one_entry_of_the_audit(post: Post) -> None:
    trigger = await post.watch()
    async with watching(post.station.triggers):
        await listens(post, trigger)
        (open_entry,) = await sessions(post)
        post.deliver("An order")
        await arrives(post, "An order")

    await post.station.triggers.close()

    (entry,) = await sessions(post)
    assert open_entry.outcome == "open"
    assert (entry.id, entry.door, entry.actor.id, entry.outcome) == (open_entry.id, "trigger", trigger.row.id, "done")
    assert entry.data["effect"] == "read"


@pytest.mark.requirement("P5", "D61")
async def test_one_of_two_workers_listens_and_the_other_goes_on_when_it_stops(stored_post: Post) -> None:
    trigger = await stored_post.watch()
    first, second = stored_post.station.triggers, stored_post.station.worker()
    async with watching(second):
        async with watching(first):
            await listens(stored_post, trigger)
            stored_post.deliver("First")
            await arrives(stored_post, "First")
            at_first = len(await sessions(stored_post))
        await first.close()
        await second.close()
        await stored_post.station.house.parts.database.write(Transaction.change_policy)

        await listens(stored_post, trigger)
        stored_post.deliver("Second")
        await arrives(stored_post, "Second")

    await second.close()
    assert at_first == 1
    assert stored_post.subjects == ["First", "Second"]


@pytest.mark.requirement("P5", "C13")
@pytest.mark.parametrize("how", ["pause", "feature", "listen", "delete"])
async def test_it_ends_when_the_trigger_or_the_connector_is_switched_off_and_begins_again_after(
    post: Post, how: str
) -> None:
    station, connections = post.station, post.station.house.parts.connections
    trigger = await post.watch()

    async def switch(*, on: bool) -> None:
        if how == "pause":
            await station.triggers.set_enabled(station.editor, trigger.row.id, on=on)
        elif how == "feature":
            await connections.set_feature(station.house.admin, "mail", None, on=on)
        elif how == "listen":
            await station.triggers.change_trigger(station.editor, trigger.row.id, settings={"listen": on})
        elif not on:
            await station.triggers.delete_trigger(station.editor, trigger.row.id)

    async with watching(station.triggers):
        await listens(post, trigger)

        await switch(on=False)
        await ended(post, 1)
        if how == "delete":
            return
        post.deliver("Meanwhile")
        await switch(on=True)

        await arrives(post, "Meanwhile")
        await listens(post, trigger)
        assert len(await sessions(post)) >= 2


@pytest.mark.requirement("C5")
async def test_new_credentials_end_it_and_it_begins_again_with_them(post: Post) -> None:
    station, connections = post.station, post.station.house.parts.connections
    trigger = await post.watch()
    async with watching(station.triggers):
        await listens(post, trigger)

        await connections.reconnect(
            station.editor,
            post.connection,
            credentials={"user": post.server.user, "password": Secret(post.server.password)},
        )
        await ended(post, 1)

        post.deliver("Afterwards")
        await arrives(post, "Afterwards")


@pytest.mark.requirement("P5", "C14")
async def test_a_server_that_throws_it_out_is_listened_to_again_and_is_no_news_of_its_health(post: Post) -> None:
    station = post.station
    trigger = await post.watch()
    async with watching(station.triggers):
        await listens(post, trigger)

        post.server.end_sessions()
        await ended(post, 1)
        post.deliver("Meanwhile")

        await arrives(post, "Meanwhile")
    assert [entry.outcome for entry in await sessions(post)][-1] == "failed"
    assert not await station.acts("connection.unreachable")
    shown = await station.house.parts.connections.get_connection(station.editor, post.connection)
    assert shown.row.state == "connected"


@pytest.mark.requirement("P5")
async def test_a_server_that_tells_nothing_is_looked_at_now_and_then(plain_database: Database, tmp_path: Path) -> None:
    with dovecot.serve(tells=False) as server:
        async with open_post(plain_database, tmp_path, server) as post:
            trigger = await post.watch()
            async with watching(post.station.triggers):
                await ended(post, 1)
                post.deliver("An order")

                post.station.clock.turn(seconds=61)
                await arrives(post, "An order")

            view = await post.station.triggers.get_trigger(post.station.editor, trigger.row.id)
            assert view.is_listening is False
            (entry,) = await sessions(post)
            assert (entry.outcome, entry.outcome_data["code"]) == ("failed", "watch.not_offered")


@pytest.mark.requirement("D37")
async def test_more_than_a_connection_may_be_listened_to_by_look_now_and_then(
    plain_database: Database, tmp_path: Path, server: dovecot.Dovecot
) -> None:
    limits = Limits(run_payload_bytes=100_000, watches_parallel_connection=1)
    async with open_post(plain_database, tmp_path, server, limits) as post:
        many = [await post.watch(name="One", subject="order"), await post.watch(name="Two", subject="order")]
        async with watching(post.station.triggers):
            found = set[str]()

            async def one_listens() -> bool:
                views = [await post.station.triggers.get_trigger(post.station.editor, one.row.id) for one in many]
                found.update(view.row.id for view in views if view.is_listening)
                return bool(found)

            await until(one_listens)
            post.deliver("An order")
            await arrives(post, "An order")
            post.station.clock.turn(seconds=61)

            async def both_have_it() -> bool:
                return post.subjects == ["An order"] * 2

            await until(both_have_it)
    assert len(found) == 1
