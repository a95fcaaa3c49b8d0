"""Files that arrive, in a folder of the machine and on a real SSH server: each starts one run (P5)."""

import asyncio
import base64
import os
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from jackfield.connections import Draft
from jackfield.db import Database
from jackfield.errors import InvalidError
from jackfield.kernel import Secret, TriggerId
from jackfield.settings import Limits
from jackfield.triggers import Followed, Outcome, TriggerKind, Triggers, TriggerState, TriggerView
from jackfield.triggers.tables import triggers
from servers import sshd
from triggers.house import Ledger, Station, open_station


@dataclass
class Tray:
    """A station with a folder that it looks at."""

    station: Station
    root: Path

    def put(self, name: str, content: bytes = b"content") -> Path:
        path = self.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return path

    async def watch(self, **settings: Any) -> TriggerView:
        view = await self.station.make(TriggerKind.FILE, settings, connection="Tray")
        await self.station.triggers.look_about()
        return view

    async def look(self, times: int = 2) -> None:
        """Twice: a file is taken once it looks the same as before."""
        for _ in range(times):
            await self.station.turn(seconds=61)

    @property
    def paths(self) -> list[str]:
        return sorted(given["file"]["path"] for given in self.station.ledger.inputs)


@pytest.fixture
async def tray(plain_database: Database, tmp_path: Path) -> AsyncGenerator[Tray]:
    """On SQLite."""
    async with open_tray(plain_database, tmp_path) as opened:
        yield opened


@pytest.fixture
async def stored_tray(database: Database, tmp_path: Path) -> AsyncGenerator[Tray]:
    """On each kind of database."""
    async with open_tray(database, tmp_path) as opened:
        yield opened


@asynccontextmanager
async def open_tray(database: Database, tmp_path: Path) -> AsyncGenerator[Tray]:
    root = tmp_path / "tray"
    root.mkdir()
    async with open_station(database, tmp_path, Limits(run_payload_bytes=50_000), files_roots=(root,)) as station:
        draft = Draft(station.house.unit.id, "Tray", "folder", "none", {"path": str(root)}, {})
        made = await station.house.parts.connections.create_connection(station.editor, draft)
        assert made.row.state == "connected", made.row.reason
        yield Tray(station, root)


@pytest.mark.requirement("P5")
async def test_each_file_that_arrives_starts_one_run_with_its_content(tray: Tray) -> None:
    tray.put("there-before.pdf")
    trigger = await tray.watch(pattern="*.pdf")
    tray.put("order.pdf", b"%PDF canary")
    tray.put("notes.txt")

    await tray.look(4)

    (given,) = tray.station.ledger.inputs
    file = given["file"]
    assert (file["path"], file["size"], file["left_out"]) == ("order.pdf", 11, "")
    assert base64.b64decode(file["content"]["base64"]) == b"%PDF canary"
    (event,) = await tray.station.events(trigger.row.id)
    assert (event.what, event.outcome) == ("order.pdf", Outcome.STARTED)


@pytest.mark.requirement("P5")
async def test_with_another_pattern_what_is_there_already_starts_nothing(tray: Tray) -> None:
    tray.put("there-before.txt")
    trigger = await tray.watch(pattern="*.pdf", afterwards="delete")
    tray.put("order.pdf")
    triggers, editor = tray.station.triggers, tray.station.editor
    await triggers.change_trigger(editor, trigger.row.id, settings={"pattern": "*.*", "afterwards": "delete"})
    sight = await triggers.look(editor, trigger.row.id)

    await tray.look()
    tray.put("after.txt")
    await tray.look()

    assert [one.what for one in sight.found] == ["order.pdf"]
    assert tray.paths == ["after.txt", "order.pdf"]
    assert [path.name for path in tray.root.iterdir()] == ["there-before.txt"]


@pytest.mark.requirement("P5")
async def test_a_file_that_is_still_being_written_waits_until_it_rests(tray: Tray) -> None:
    await tray.watch()
    path = tray.put("order.csv", b"1")

    for number in range(3):
        await tray.look(1)
        path.write_bytes(b"1" * (number + 2))
        assert tray.station.ledger.starts == []
    await tray.look(2)

    (given,) = tray.station.ledger.inputs
    assert base64.b64decode(given["file"]["content"]["base64"]) == b"1111"


@pytest.mark.requirement("P5")
async def test_a_file_that_changes_starts_another_run_and_two_workers_one_each(stored_tray: Tray) -> None:
    await stored_tray.watch(existing=True)
    other = stored_tray.station.worker()
    path = stored_tray.put("order.csv", b"1")
    for content in (b"1", b"22"):
        path.write_bytes(content)
        for _ in range(3):
            stored_tray.station.clock.turn(seconds=61)
            await asyncio.gather(stored_tray.station.triggers.look_about(), other.look_about())

    assert [given["file"]["size"] for given in stored_tray.station.ledger.inputs] == [1, 2]


@pytest.mark.requirement("P5")
async def test_afterwards_a_file_is_moved_or_deleted_and_none_is_overwritten(tray: Tray) -> None:
    trigger = await tray.watch(afterwards="move", move_to="done", existing=True)
    tray.put("done/order.pdf", b"an earlier one")
    tray.put("order.pdf", b"new")

    await tray.look()

    (event,) = await tray.station.events(trigger.row.id)
    assert event.followed is Followed.DONE
    assert (tray.root / "done/order.pdf").read_bytes() == b"an earlier one"
    assert (tray.root / f"done/{event.id}-order.pdf").read_bytes() == b"new"
    assert not (tray.root / "order.pdf").exists()

    await tray.station.triggers.change_trigger(
        tray.station.editor, trigger.row.id, settings={"afterwards": "delete", "existing": True}
    )
    tray.put("second.pdf")
    await tray.look(3)
    assert sorted(path.name for path in tray.root.iterdir()) == ["done"]
    assert tray.paths == ["order.pdf", "second.pdf"]


@pytest.mark.requirement("P5")
async def test_of_a_file_that_is_too_large_the_run_gets_a_reference_and_the_reason(tray: Tray) -> None:
    await tray.watch(afterwards="delete")
    tray.put("large.bin", bytes(60_000))

    await tray.look()

    (given,) = tray.station.ledger.inputs
    assert given["file"]["content"] is None
    assert "60,000 bytes" in given["file"]["left_out"]
    assert (tray.root / "large.bin").exists()


@pytest.mark.requirement("P5")
async def test_looking_shows_what_would_start_runs_and_starts_none(tray: Tray) -> None:
    trigger = await tray.watch()
    tray.put("order.pdf")

    sight = await tray.station.triggers.look(tray.station.editor, trigger.row.id)

    assert [(one.what, one.is_known) for one in sight.found] == [("order.pdf", False)]
    assert tray.station.ledger.starts == []
    assert (await tray.station.events(trigger.row.id)) == []


@pytest.mark.requirement("P5")
async def test_whoever_dies_between_the_event_and_what_becomes_of_the_file_leaves_both_to_the_next(
    stored_tray: Tray,
) -> None:
    trigger, worker, looking = await _in_the_middle_of_a_turn(stored_tray, Triggers.look_about)
    looking.cancel()

    await stored_tray.station.turn(seconds=31)
    assert len(stored_tray.station.ledger.starts) == 1
    assert (stored_tray.root / "order.pdf").exists()
    await stored_tray.station.turn(seconds=30)

    assert not (stored_tray.root / "order.pdf").exists()
    assert len(stored_tray.station.ledger.starts) == 1
    (event,) = await stored_tray.station.events(trigger.row.id)
    assert event.followed is Followed.DONE
    await worker.close()


@pytest.mark.requirement("P5")
async def test_whoever_stops_in_order_leaves_his_turn_to_the_next_at_once(stored_tray: Tray) -> None:
    trigger, worker, looking = await _in_the_middle_of_a_turn(stored_tray, Triggers.look_about)
    looking.cancel()
    assert await _is_held(stored_tray, trigger.row.id, timedelta(seconds=60))

    await worker.close()

    assert not await _is_held(stored_tray, trigger.row.id, timedelta())


@pytest.mark.requirement("P5")
async def test_whoever_takes_long_and_is_alive_keeps_his_turn(stored_tray: Tray) -> None:
    trigger, worker, keeping = await _in_the_middle_of_a_turn(stored_tray, Triggers.keep_watch)

    # Somebody else looks about all the time, and the slow one is heard of each time before.
    for _ in range(3):
        stored_tray.station.clock.turn(seconds=25)
        async with asyncio.timeout(30):
            while not await _is_held(stored_tray, trigger.row.id, timedelta(seconds=60)):  # noqa: ASYNC110  # in the database
                await asyncio.sleep(0.01)
        await stored_tray.station.turn(seconds=0)

    assert (stored_tray.root / "order.pdf").exists()
    keeping.cancel()
    await asyncio.wait([keeping])
    await worker.close()


async def _in_the_middle_of_a_turn(
    tray: Tray, look: Callable[[Triggers], Coroutine[Any, Any, None]]
) -> tuple[TriggerView, Triggers, asyncio.Task[None]]:
    """A trigger whose file is taken, and another server process that has stored the event and waits for its run."""
    trigger = await tray.watch(afterwards="delete")
    tray.put("order.pdf")
    await tray.look(1)
    slow = Ledger(gate=asyncio.Event())
    worker = tray.station.worker(slow)
    tray.station.clock.turn(seconds=61)
    looking = asyncio.create_task(look(worker))
    await slow.is_asked.wait()
    return trigger, worker, looking


async def _is_held(tray: Tray, trigger_id: TriggerId, at_least: timedelta) -> bool:
    """Whether somebody has the turn for so long from now on."""
    until = tray.station.clock.now() + at_least
    query = select(triggers.c.id).where(triggers.c.id == trigger_id, triggers.c.lease_until >= until)
    return await tray.station.house.parts.database.read(lambda tx: tx.connection.scalar(query)) is not None


@pytest.mark.requirement("P5")
async def test_a_folder_that_can_not_be_read_holds_the_trigger_which_goes_on_by_itself(tray: Tray) -> None:
    trigger = await tray.watch(folder="in", existing=True)

    held = await tray.station.triggers.get_trigger(tray.station.editor, trigger.row.id)
    assert held.row.state is TriggerState.HELD
    assert held.trouble is not None
    assert held.trouble.code == "file.not_found"

    tray.put("in/order.pdf")
    await tray.look(4)
    assert tray.paths == ["in/order.pdf"]


@pytest.mark.requirement("P5")
@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"folder": "../secret"}, "settings.folder"),
        ({"afterwards": "move"}, "settings"),
        ({"folder": "in", "depth": 2, "afterwards": "move", "move_to": "in/done"}, "settings"),
        ({"every_seconds": 1}, "settings.every_seconds"),
    ],
)
async def test_settings_that_make_no_sense_are_refused_at_their_place(
    tray: Tray, settings: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidError) as refusal:
        await tray.watch(**settings)
    assert refusal.value.data["field"] == field


@pytest.mark.requirement("P5")
async def test_files_on_an_ssh_server_start_runs_as_well(plain_database: Database, tmp_path: Path) -> None:
    (tmp_path / "ssh").mkdir()
    with sshd.openssh(tmp_path / "ssh") as server:
        async with open_station(plain_database, tmp_path) as station:
            await station.house.allow("127.0.0.1", server.port)
            details = {
                "host": "127.0.0.1",
                "port": server.port,
                "host_key": server.host_key,
                "path": server.folder,
            }
            credentials = {"user": server.user, "private_key": Secret(server.private_key)}
            draft = Draft(station.house.unit.id, "Tray", "sftp", "key", details, credentials)
            made = await station.house.parts.connections.create_connection(station.editor, draft)
            assert made.row.state == "connected", made.row.reason
            tray = Tray(station, server.root)
            await tray.watch(afterwards="move", move_to="done")
            tray.put("order.pdf", b"%PDF")

            await tray.look(3)

            assert tray.paths == ["order.pdf"]
            assert os.listdir(server.root / "done") == ["order.pdf"]  # noqa: PTH208  # names alone
