"""A folder's turn: files that are new or other than they were, each one event, and what becomes of them afterwards.

A file is taken when it looks the same at two looks in a row, so that one which is still being written waits. It is known
by path, size and time of change for as long as it is there.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from jackfield.connections import ConnectionNotFoundError
from jackfield.db import Transaction
from jackfield.errors import HubError, LimitedError
from jackfield.kernel import write_json
from jackfield.triggers.kinds import File
from jackfield.triggers.models import Arrival, Event, Followed, Sight, Sighted, Trigger
from jackfield.triggers.service.arrivals import FILE_MEMORY, Stored, store_arrival
from jackfield.triggers.service.connecting import Looker, looker
from jackfield.triggers.service.following import follow
from jackfield.triggers.service.parts import TURN_LEASE, Parts
from jackfield.triggers.service.sealing import box_of
from jackfield.triggers.service.starting import start_run
from jackfield.triggers.store import events, records
from jackfield.triggers.store.records import Kept

_PAGE: Final = 1000
_MOST_FILES: Final = 20_000
"""In a folder that is looked at; more is a case for moving files away afterwards."""
_MOST_CANDIDATES: Final = 1000
_AT_ONCE: Final = 25
_SHOWN: Final = 50
_GONE: Final = frozenset({"file.not_found", "path.not_found"})
_ROOM: Final = 4096


@dataclass(frozen=True, slots=True)
class _Found:
    path: str
    name: str
    size: int
    modified: str

    @property
    def key(self) -> str:
        said = write_json([self.path, self.size, self.modified])
        return f"file:{hashlib.sha256(said).hexdigest()}"


async def take_turn(parts: Parts, kept: Kept) -> Sequence[Stored]:
    """Take the files that have come to rest, and deal with those that were taken before."""
    trigger, settings = kept.trigger, kept.trigger.settings
    assert isinstance(settings, File)
    look = await looker(parts, trigger)
    await follow(parts, trigger, lambda event: _follow(look, settings, event))
    found = await _list(look, settings)
    now = parts.clock.now()
    due_at = now + timedelta(seconds=settings.every_seconds)
    if "waiting" not in trigger.place and not settings.existing:
        # The first look: what is there already is known, and starts nothing.
        place: dict[str, Any] = {"waiting": [], "looks": _looks(settings)}
        await parts.database.write(lambda tx: _know(tx, trigger, found, place, due_at, now=now))
        return ()
    if beside := await _beside(look, settings, trigger.place, found):
        lease = now + TURN_LEASE
        await parts.database.write(
            lambda tx: _know(tx, trigger, beside, trigger.place, now, now=now, lease_until=lease)
        )
    known = await parts.read(lambda tx: events.list_known(tx, trigger.id, [one.key for one in found]))
    new = [one for one in found if one.key not in known]
    before = frozenset(trigger.place.get("waiting", ()))
    at_rest = [one for one in new if one.key in before]
    waiting = [one.key for one in new if one.key not in before][:_MOST_CANDIDATES]
    # Those that there is no time for now are at rest also at the next look.
    waiting += [one.key for one in at_rest[_AT_ONCE:]][:_MOST_CANDIDATES]
    place = {"waiting": waiting, "looks": _looks(settings)}
    for one in at_rest[:_AT_ONCE]:
        await _take(parts, kept, look, one, trigger.place)
    await follow(parts, trigger, lambda event: _follow(look, settings, event))
    if len(at_rest) > _AT_ONCE:
        due_at = parts.clock.now()

    def work(tx: Transaction) -> None:
        records.end_turn(tx, trigger, place=place, due_at=due_at)
        events.keep_marks(tx, trigger.id, known, before=now + FILE_MEMORY / 2, until=now + FILE_MEMORY)

    await parts.database.write(work)
    return ()


async def look(parts: Parts, trigger: Trigger, settings: File) -> Sight:
    """The files that it would take, now or once they are at rest."""
    through = await looker(parts, trigger)
    found = await _list(through, settings)
    if "waiting" not in trigger.place and not settings.existing:
        return Sight(())
    known = await parts.read(lambda tx: events.list_known(tx, trigger.id, [one.key for one in found]))
    known |= {one.key for one in await _beside(through, settings, trigger.place, found)}
    new = [one for one in found if one.key not in known]
    return Sight(tuple(Sighted(one.path, is_known=False) for one in new[:_SHOWN]), has_more=len(new) > _SHOWN)


def _know(
    tx: Transaction,
    trigger: Trigger,
    found: Sequence[_Found],
    place: Mapping[str, Any],
    due_at: datetime,
    *,
    now: datetime,
    lease_until: datetime | None = None,
) -> None:
    """Know files from now on without a run."""
    for one in found:
        events.insert_mark(tx, trigger.id, one.key, None, now + FILE_MEMORY)
    records.end_turn(tx, trigger, place=place, due_at=due_at, lease_until=lease_until)


async def _beside(look: Looker, settings: File, place: Mapping[str, Any], found: Sequence[_Found]) -> list[_Found]:
    """The files that are there already and that it did not look at until somebody gave it another pattern or depth."""
    before = place.get("looks", _looks(settings))
    if settings.existing or before == _looks(settings):
        return []
    looked_at = {one.key for one in await _list(look, settings.model_copy(update=before))}
    return [one for one in found if one.key not in looked_at]


def _looks(settings: File) -> dict[str, Any]:
    return {"pattern": settings.pattern, "depth": settings.depth}


async def _list(look: Looker, settings: File) -> list[_Found]:
    found: list[_Found] = []
    after = ""
    while True:
        listing = await look.use(
            "list", path=settings.folder, depth=settings.depth, pattern=settings.pattern, max=_PAGE, after=after
        )
        found += [
            _Found(one["path"], one["name"], one["size"], one["modified"] or "")
            for one in listing["entries"]
            if one["kind"] == "file"
        ]
        after = listing["next"]
        if not after:
            return found
        if len(found) > _MOST_FILES:
            raise LimitedError(
                f"the folder has more than the {_MOST_FILES:,} files that a trigger looks through: have files moved away "
                "afterwards, or narrow the pattern",
                code="folder.too_large",
                limit=_MOST_FILES,
            )


async def _take(parts: Parts, kept: Kept, look: Looker, one: _Found, place: Mapping[str, Any]) -> None:
    """One file: read, stored as an event, and its run started."""
    trigger, settings = kept.trigger, kept.trigger.settings
    assert isinstance(settings, File)
    arrival = await _arrival(parts, look, settings, one)
    if arrival is None:
        return
    now, box = parts.clock.now(), box_of(parts.vault, kept)

    def work(tx: Transaction) -> Stored:
        records.end_turn(tx, trigger, place=place, due_at=now, lease_until=now + TURN_LEASE)
        return store_arrival(
            tx, trigger, box, arrival, now=now, known_until=now + FILE_MEMORY, due_at=now + parts.own_turn
        )

    stored = await parts.database.write(work)
    if stored.event_id is not None and stored.input is not None:
        await start_run(parts, trigger, stored.event_id, stored.input, 0)


async def _arrival(parts: Parts, look: Looker, settings: File, one: _Found) -> Arrival | None:
    """The event of a file; None if it is gone or has changed since it was listed."""
    reason, content = "", None
    most = min(settings.most_bytes, (parts.limits.run_payload_bytes - _ROOM) * 3 // 4)
    if settings.content and one.size > most:
        reason = (
            f"the content is left out: the file has {one.size:,} bytes, more than the {most:,} that a run may be given"
        )
    elif settings.content:
        try:
            read = await look.use("read", path=one.path, max_bytes=most)
        except ConnectionNotFoundError:
            raise
        except HubError as error:
            if error.code in _GONE or error.code == "file.too_large":
                return None
            raise
        if read["size"] != one.size or (read["modified"] or "") != one.modified:
            return None
        content = read["file"]
    wants = settings.afterwards != "nothing"
    followed = Followed.WAITING if wants else Followed.NOT_ASKED
    if wants and reason and settings.afterwards == "delete":
        followed = Followed.KEPT
    given = {
        "file": {
            "path": one.path,
            "name": one.name,
            "size": one.size,
            "modified": one.modified or None,
            "content": content,
            "left_out": reason,
        }
    }
    source = {"path": one.path, "name": one.name}
    return Arrival(one.key, one.path, given, reason=reason, source=source, followed=followed)


async def _follow(look: Looker, settings: File, event: Event) -> None:
    """Move or delete the file of an event."""
    path, name = event.source["path"], event.source["name"]
    if settings.afterwards == "delete":
        await look.use("delete", path=path)
    if settings.afterwards == "move":
        try:
            await look.use("move", path=path, to=f"{settings.move_to}/{name}", create_folders=True)
        except HubError as error:
            if error.code != "file.exists":
                raise
            # One of the name is there from before: beside it, under the event's id.
            await look.use("move", path=path, to=f"{settings.move_to}/{event.id}-{name}", create_folders=True)
