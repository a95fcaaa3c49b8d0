"""A mailbox's turn: mails that arrived since the last look, each one event, and what becomes of them afterwards.

The place is the folder's UID validity and the highest UID seen (RFC 3501 §2.3.1.1). Mails are known by their Message-ID,
so that one which is moved away and back, or a folder that its server numbers anew, starts nothing twice.

Where the server tells when a mail arrives (`listening`), the turn comes then, and otherwise only now and then.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from jackfield.db import Transaction
from jackfield.errors import HubError
from jackfield.kernel import write_json
from jackfield.triggers.kinds import Mail
from jackfield.triggers.models import Arrival, Event, Followed, Sight, Sighted, Trigger
from jackfield.triggers.service.arrivals import MAIL_MEMORY, Stored, store_arrival
from jackfield.triggers.service.connecting import Looker, looker
from jackfield.triggers.service.following import follow
from jackfield.triggers.service.parts import TURN_LEASE, Parts
from jackfield.triggers.service.sealing import box_of
from jackfield.triggers.service.starting import start_run
from jackfield.triggers.store import events, records
from jackfield.triggers.store.records import Kept

_AT_ONCE: Final = 50
"""How many mails one turn takes; the next turn follows at once, behind them."""
_SHOWN: Final = 25
_WHILE_LISTENING: Final = timedelta(minutes=10)
"""Between two looks that nobody asked for, of a trigger that hears of mails at once."""
_GONE: Final = frozenset({"message.not_found", "folder.renumbered"})
_ROOM: Final = 4096
"""Of an input, for what is told beside the mail."""


async def take_turn(parts: Parts, kept: Kept) -> Sequence[Stored]:
    """Take the mails that arrived, the earliest first, and deal with those that were taken before."""
    trigger, settings = kept.trigger, kept.trigger.settings
    assert isinstance(settings, Mail)
    look = await looker(parts, trigger)
    await follow(parts, trigger, lambda event: _follow(look, settings, event))
    found, place, has_more, newest = await _arrived(look, settings, trigger.place, most=_AT_ONCE)
    for envelope in found:
        place = await _take(parts, kept, look, envelope, place)
    now = parts.clock.now()
    await follow(parts, trigger, lambda event: _follow(look, settings, event))
    pause = timedelta(seconds=settings.every_seconds)
    if trigger.listening_until is not None and trigger.listening_until > now:
        pause = max(pause, _WHILE_LISTENING)
    due_at = now if has_more else now + pause
    if not has_more:
        # Also what didn't fit is behind it: whoever asks for other mails tomorrow means those of tomorrow.
        place = {**place, "uid": max(place["uid"], newest), "renumbered": False}
    await parts.database.write(lambda tx: records.end_turn(tx, trigger, place=place, due_at=due_at))
    return ()


async def look(parts: Parts, trigger: Trigger, settings: Mail) -> Sight:
    """The mails that it would take now."""
    through = await looker(parts, trigger)
    shown, _, has_more, _ = await _arrived(through, settings, trigger.place, most=_SHOWN)
    known = await parts.read(lambda tx: events.list_known(tx, trigger.id, [_key(one) for one in shown]))
    sighted = tuple(Sighted(_what(one), _key(one) in known) for one in shown)
    return Sight(sighted, has_more=has_more)


async def _arrived(
    look: Looker, settings: Mail, place: Mapping[str, Any], *, most: int
) -> tuple[list[dict[str, Any]], dict[str, Any], bool, int]:
    """The earliest mails since the last look, the place before them, and whether there are more behind them.

    At last the highest UID that a mail can have that was there already, whether it fits or not.
    """
    now, known = look.parts.clock.now().isoformat(), place.get("validity")
    if known is None and not settings.existing:
        # Of all mails: those that don't fit today are there already when somebody asks for others tomorrow.
        newest = await look.use("search", folder=settings.folder, first="newest", max=1)
        uid = max((one["uid"] for one in newest["messages"]), default=0)
        return [], {"validity": newest["uid_validity"], "uid": uid, "seen": now, "renumbered": False}, False, uid
    seen, after, renumbered = place.get("seen", now), place.get("uid", 0), bool(place.get("renumbered"))
    found = await _search(look, settings, after_uid=after, since=_since(seen) if renumbered else None, max=most)
    if known is not None and (found["uid_validity"] != known or place.get("moved")):
        # Its server numbers anew, or it is another server: by date, then, and by what is known of each.
        after, renumbered = 0, True
        found = await _search(look, settings, since=_since(seen), max=most)
    next_place = {
        "validity": found["uid_validity"],
        "uid": after,
        # Until all of them are through, the day from which on they are looked for stays what it was.
        "seen": seen if renumbered else now,
        "renumbered": renumbered,
    }
    return found["messages"], next_place, found["next"] is not None, (found["uid_next"] or 1) - 1


def _since(seen: str) -> date:
    return datetime.fromisoformat(seen).date() - timedelta(days=1)


async def _search(look: Looker, settings: Mail, **how: Any) -> Any:
    filters = {"sender": settings.sender, "subject": settings.subject, "first": "oldest", **how}
    return await look.use("search", folder=settings.folder, **{name: value for name, value in filters.items() if value})


async def _take(
    parts: Parts, kept: Kept, look: Looker, envelope: Mapping[str, Any], place: Mapping[str, Any]
) -> dict[str, Any]:
    """One mail: fetched, stored as an event together with the place behind it, and its run started."""
    trigger, settings = kept.trigger, kept.trigger.settings
    assert isinstance(settings, Mail)
    key = _key(envelope)
    behind = {**place, "uid": envelope["uid"]}
    known = await parts.read(lambda tx: events.list_known(tx, trigger.id, [key]))
    arrival = None if known else await _arrival(parts, look, settings, envelope, place["validity"])
    now, box = parts.clock.now(), box_of(parts.vault, kept)

    def work(tx: Transaction) -> Stored | None:
        records.end_turn(tx, trigger, place=behind, due_at=now, lease_until=now + TURN_LEASE)
        if arrival is None:
            return None
        return store_arrival(
            tx, trigger, box, arrival, now=now, known_until=now + MAIL_MEMORY, due_at=now + parts.own_turn
        )

    stored = await parts.database.write(work)
    if stored is not None and stored.event_id is not None and stored.input is not None:
        await start_run(parts, trigger, stored.event_id, stored.input, 0)
    return behind


async def _arrival(
    parts: Parts, look: Looker, settings: Mail, envelope: Mapping[str, Any], validity: int
) -> Arrival | None:
    """The event of a mail; None if it is gone by now, or not among those that are asked for."""
    uid = envelope["uid"]
    reason = ""
    try:
        message: dict[str, Any] = await look.use(
            "fetch",
            folder=settings.folder,
            uid=uid,
            uid_validity=validity,
            attachments=settings.attachments,
            max_bytes=settings.most_bytes,
        )
    except HubError as error:
        if error.code in _GONE:
            return None
        if error.code != "message.too_large":
            raise
        reason, message = error.message, dict(envelope)
    attached = [one for one in message.get("attachments", ()) if not one["inline"]]
    if settings.has_attachments is not None and not reason and bool(attached) != settings.has_attachments:
        return None
    mail, left_out = _fitting(message, parts.limits.run_payload_bytes - _ROOM)
    reason = reason or left_out
    reference = {"folder": settings.folder, "uid": uid, "uid_validity": validity}
    wants = settings.afterwards != "nothing"
    followed = Followed.WAITING if wants else Followed.NOT_ASKED
    if wants and reason and settings.afterwards == "delete":
        followed = Followed.KEPT
    return Arrival(
        _key(envelope),
        _what(envelope),
        {"mail": {**mail, "reference": reference, "left_out": reason}},
        reason=reason,
        source=reference,
        followed=followed,
    )


def _fitting(message: Mapping[str, Any], most: int) -> tuple[dict[str, Any], str]:
    """As much of a mail as a run may be given: without its largest attachments if need be, then without its texts."""
    mail = dict(message)
    reason = ""
    if len(write_json(mail)) <= most:
        return mail, reason
    attachments = [dict(one) for one in mail.get("attachments", ())]
    mail["attachments"] = attachments
    for one in sorted(attachments, key=lambda one: -one["size"]):
        if one.get("file") is not None and len(write_json(mail)) > most:
            one["file"] = None
            reason = f"attachments are left out: the mail is larger than the {most:,} bytes that a run may be given"
    for name in ("html", "text", "headers"):
        if len(write_json(mail)) > most and mail.get(name):
            mail[name] = [] if name == "headers" else ""
            reason = f"texts are left out: the mail is larger than the {most:,} bytes that a run may be given"
    return mail, reason


async def _follow(look: Looker, settings: Mail, event: Event) -> None:
    """Mark, move or delete the mail of an event."""
    source = event.source
    where = {"folder": source["folder"], "uids": [source["uid"]], "uid_validity": source["uid_validity"]}
    match settings.afterwards:
        case "seen":
            await look.use("flag", **where, add=["seen"])
        case "move":
            await look.use("move", **where, to=settings.move_to, create_folder=True)
        case "delete":
            await look.use("delete", **where)
        case _:
            pass


def _key(envelope: Mapping[str, Any]) -> str:
    message_id = envelope["message_id"].strip()
    if message_id:
        return f"mail:{hashlib.sha256(message_id.encode('utf-8', 'surrogatepass')).hexdigest()}"
    # Without one: what its sender and its server say of it, which a new number doesn't change.
    said = [envelope["subject"], envelope["sent"], envelope["received"], envelope["size"], envelope["sender"]]
    return f"mail:{hashlib.sha256(write_json(said)).hexdigest()}"


def _what(envelope: Mapping[str, Any]) -> str:
    sender = envelope["sender"]
    subject = envelope["subject"] or "no subject"
    return f"{subject} (from {sender['address']})" if sender else subject
