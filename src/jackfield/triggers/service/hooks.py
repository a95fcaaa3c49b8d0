"""Receiving a webhook's request: is it genuine, was it here before, and only then a run (D65, M30)."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl

from jackfield.audit import AuditUnavailableError
from jackfield.connectors import FileValue
from jackfield.db import Statements, Transaction
from jackfield.errors import HubError, InvalidError, JsonValue, LimitedError
from jackfield.kernel import EventId, RunId, read_json, write_json
from jackfield.triggers.errors import HookNotFoundError, HookPausedError, HookRefusedError
from jackfield.triggers.kinds import Webhook
from jackfield.triggers.models import Arrival, Trigger, Trouble
from jackfield.triggers.service.addresses import digest_of
from jackfield.triggers.service.arrivals import Stored, close_arrival, store_closed
from jackfield.triggers.service.parts import Parts
from jackfield.triggers.service.roles import RunEnd
from jackfield.triggers.service.sealing import box_of, open_secrets
from jackfield.triggers.service.starting import start_run
from jackfield.triggers.signatures import (
    TOLERANCE,
    PlainHmac,
    RefusedError,
    body_digest,
    plain_keys,
    read_moment,
    standard_keys,
    verify_plain,
    verify_standard,
)
from jackfield.triggers.store import events, records, secrets
from jackfield.triggers.store.records import Kept

_PRIVATE: Final = frozenset({"authorization", "cookie", "proxy-authorization"})
"""Headers that no run is told of."""
_MOST_HEADERS: Final = 60
_MOST_ID: Final = 200
_ROOM: Final = 1024
"""Of an input, for what is told of the event."""
_PAUSE_SECONDS: Final = 60
_TROUBLE_EVERY: Final = timedelta(seconds=10)
"""How often why requests are refused is stored at most, whoever floods the address."""
_MOST_REMEMBERED: Final = 1000
_TEXTS: Final = ("text/", "application/xml", "application/x-www-form-urlencoded", "application/javascript")


@dataclass(frozen=True, slots=True)
class HookRequest:
    """A request as it came."""

    key: str
    """The last part of the address."""
    headers: Mapping[str, str] = field(repr=False)
    """By their names in lower case."""
    query: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class HookAnswer:
    """What becomes of a request."""

    event_id: EventId
    is_new: bool
    """False: the same request was here before, and has its run."""
    run_id: RunId | None = None
    end: RunEnd | None = None
    """How its run ended, where the trigger waits for that and it did in time."""


class Hooks:
    """The webhooks of an installation, in this server process."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._starting: dict[EventId, asyncio.Task[RunId | None]] = {}
        """Also waited for by whoever sends the same once more."""
        self._troubled: dict[str, datetime] = {}
        self._remembered: dict[str, _Hook] = {}
        """By the digests of their addresses; whether it still stands is asked where a request is stored."""

    async def receive(self, request: HookRequest) -> HookAnswer:
        """Take a request; what it says is durable when this returns, and its run is started or about to be.

        Raises:
            HookNotFoundError: Nobody listens at this address.
            HookRefusedError: It isn't from who knows the secret, or too old.
            HookPausedError: The trigger is paused.
            InvalidError: The body is not what the trigger reads.
            AuditUnavailableError: Nothing can be written just now; it may still be taken, if it isn't sent again.
        """
        taken, hook = await self._take(request)
        if taken.is_new:
            self._start(hook.kept, taken)
        if hook.settings.respond == "result":
            return await self._wait(hook.kept, taken, hook.settings.respond_seconds)
        return HookAnswer(taken.event_id, taken.is_new)

    async def close(self) -> None:
        """Wait for the runs that are being started."""
        if self._starting:
            await asyncio.wait([*self._starting.values()], timeout=self._parts.own_turn.total_seconds())

    async def _take(self, request: HookRequest) -> "tuple[_Taken, _Hook]":
        """Store the request by what is remembered of its address.

        Whatever speaks against it then, it may have become right meanwhile: it is looked up anew, and that counts.
        """
        digest = digest_of(request.key)
        hook = self._remembered.get(digest)
        if hook is not None:
            try:
                if taken := await self._store(hook, request):
                    return taken, hook
            except AuditUnavailableError:
                raise  # it may still be stored: once more would make two events of it
            except (RefusedError, HubError):
                pass
        while True:
            hook = await self._parts.read(lambda tx: _find(tx, digest))
            try:
                taken = await self._store(hook, request)
            except RefusedError as error:
                await self._note_trouble(hook.kept, str(error))
                raise HookRefusedError("this request is not accepted here") from None
            if taken is not None:
                self._remember(digest, hook)
                return taken, hook

    def _remember(self, digest: str, hook: "_Hook") -> None:
        if digest not in self._remembered and len(self._remembered) >= _MOST_REMEMBERED:
            del self._remembered[next(iter(self._remembered))]
        self._remembered[digest] = hook

    async def _store(self, hook: "_Hook", request: HookRequest) -> "_Taken | None":
        """Check and store a request; None if its trigger is no longer what it was when it was looked up.

        Raises:
            RefusedError: It isn't from who knows the secret, or too old.
            HubError: The trigger is paused, or the request is not what it reads.
            AuditUnavailableError: Nothing can be written just now.
        """
        parts, trigger, now = self._parts, hook.kept.trigger, self._parts.clock.now()
        box = box_of(parts.vault, hook.kept)
        key = _verified(request, hook.settings, open_secrets(box, hook.secrets), now)
        _require_enabled(trigger)
        given = _input(request, hook.settings)
        most = parts.limits.run_payload_bytes
        if len(write_json(given)) > most - _ROOM:
            raise LimitedError(
                f"the request has more than the {most:,} bytes that a run may be given",
                code="hook.too_large",
                limit=most,
                field="body",
            )
        if key:
            known = await parts.read(lambda tx: events.find_marked(tx, trigger.id, key) if hook.stands(tx) else None)
            if known is not None:
                return _Taken(known, None)
        arrival = Arrival(key, _what(key), given, is_whole=hook.settings.passes == "body")
        closed = close_arrival(trigger, box, arrival, now)
        until, due_at = now + parts.limits.trigger_memory, now + parts.own_turn
        found: list[Stored | None] = []

        def store(tx: Statements) -> None:
            if found and events.has_event(tx, closed.event.id):
                return  # asked once more, as nobody knew whether the first time lasted
            # Somebody may have paused or deleted it, destroyed its secret, or given it another address meanwhile.
            stands = hook.stands(tx)
            found.append(store_closed(tx, closed, known_until=until, due_at=due_at) if stands else None)

        # Among what else is written just now: a transaction of its own for each request would cost more than its run.
        await parts.audit.write_behind(store)
        stored = found[-1]
        if stored is None:
            return None
        assert stored.event_id, "no webhook began to look later than it was made"
        return _Taken(stored.event_id, stored.input)

    def _start(self, kept: Kept, taken: "_Taken") -> None:
        event_id = taken.event_id
        task = asyncio.create_task(start_run(self._parts, kept.trigger, event_id, taken.input or {}, 0))
        self._starting[event_id] = task
        task.add_done_callback(lambda _: self._starting.pop(event_id, None))

    async def _wait(self, kept: Kept, taken: "_Taken", seconds: float) -> HookAnswer:
        """What the run ends with, for whoever sent the event first or once more."""
        task = self._starting.get(taken.event_id)
        if task is not None:
            run_id = await asyncio.shield(task)
        else:
            stored = await self._parts.read(lambda tx: events.find_event(tx, kept.trigger.id, taken.event_id))
            run_id = None if stored is None else stored.event.run_id
        end = None if run_id is None else await self._parts.runs.wait_for_end(run_id, seconds)
        return HookAnswer(taken.event_id, taken.is_new, run_id, end)

    async def _note_trouble(self, kept: Kept, reason: str) -> None:
        now, trigger_id = self._parts.clock.now(), kept.trigger.id
        last = self._troubled.get(trigger_id)
        if last is not None and now - last < _TROUBLE_EVERY:
            return
        self._troubled[trigger_id] = now
        trouble = Trouble("hook.refused", reason, now)
        await self._parts.database.write(lambda tx: records.note_trouble(tx, trigger_id, trouble))


@dataclass(frozen=True, slots=True)
class _Taken:
    event_id: EventId
    input: Mapping[str, Any] | None = field(repr=False)
    """None: it was here before."""

    @property
    def is_new(self) -> bool:
        return self.input is not None


@dataclass(frozen=True, slots=True)
class _Hook:
    """A webhook as it was looked up."""

    digest: str
    """Of its address."""
    kept: Kept
    secrets: Mapping[int, bytes] = field(repr=False)
    """Closed, by their numbers."""
    epoch: int
    """Of the policy: secrets come and go with it."""

    @property
    def settings(self) -> Webhook:
        """What it is set to."""
        settings = self.kept.trigger.settings
        assert isinstance(settings, Webhook)
        return settings

    def stands(self, tx: Statements) -> bool:
        """Whether nothing of it was changed since."""
        return records.find_state_at(tx, self.digest) == (self.kept.trigger.version, self.epoch)


def _find(tx: Transaction, digest: str) -> _Hook:
    epoch = tx.policy_epoch()  # first: what is read after it may be newer than it, and never older
    kept = records.find_by_address(tx, digest)
    if kept is None:
        raise HookNotFoundError("nobody listens at this address", what="hook")
    return _Hook(digest, kept, secrets.find_closed(tx, kept.trigger.id), epoch)


def _require_enabled(trigger: Trigger) -> None:
    if not trigger.is_enabled:
        raise HookPausedError(
            "whoever listens here is paused; send it again later", retry_after=_PAUSE_SECONDS, limit=0
        )


def _verified(request: HookRequest, settings: Webhook, keys: list[bytes], now: datetime) -> str:
    """What identifies the event; empty if nothing does.

    Raises:
        RefusedError: It isn't genuine.
    """
    headers, body = request.headers, request.body
    if settings.verify == "standard":
        return f"id:{verify_standard(headers, body, standard_keys(keys), now=now).event_id}"
    if settings.verify == "hmac":
        how = PlainHmac(settings.header, settings.prefix, settings.encoding)
        verify_plain(headers, body, plain_keys(keys), how)
    moment = headers.get(settings.timestamp_header.lower(), "") if settings.timestamp_header else ""
    if settings.timestamp_header:
        sent_at = read_moment(moment)
        if sent_at is None or abs(now - sent_at) > TOLERANCE:
            raise RefusedError("it was sent more than five minutes ago, or in the future, or doesn't say when")
    if settings.id_header:
        event_id = headers.get(settings.id_header.lower(), "").strip()
        if not event_id:
            raise RefusedError(f"the header {settings.id_header} is not there")
        return f"id:{event_id}" if len(event_id) <= _MOST_ID else f"long:{body_digest(b'', event_id)}"
    # Nothing says of an unsigned request that it is not a new one that looks alike.
    return f"body:{body_digest(body, moment)}" if settings.verify == "hmac" or moment else ""


def _input(request: HookRequest, settings: Webhook) -> dict[str, Any]:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if settings.passes == "body":
        value = read_json(request.body)
        if not isinstance(value, dict):
            raise InvalidError("the body must be a JSON object, which becomes the input of the run", field="body")
        return value
    signature = {settings.header.lower()} if settings.verify == "hmac" else set[str]()
    told = {
        name: value
        for name, value in request.headers.items()
        if name not in _PRIVATE | signature and not name.endswith("-signature")
    }
    return {
        "webhook": {
            "headers": dict(list(told.items())[:_MOST_HEADERS]),
            "query": _query(request.query),
            "media_type": media_type,
            **_content(request.body, media_type),
        }
    }


def _query(text: str) -> dict[str, JsonValue]:
    """Values by name; a list where a name is there more than once."""
    found: dict[str, list[JsonValue]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _content(body: bytes, media_type: str) -> dict[str, JsonValue]:
    """The body in the one way in which it can be read."""
    if media_type == "application/json" or media_type.endswith("+json"):
        # What says that it is JSON and isn't is text for the run to look at.
        with suppress(HubError):
            return {"body": read_json(body), "text": None, "file": None}
    if media_type.startswith(_TEXTS) or media_type.endswith(("json", "+xml")) or not media_type:
        with suppress(UnicodeDecodeError):
            return {"body": None, "text": body.decode(), "file": None}
    file = FileValue.of("body", body, media_type or "application/octet-stream")
    return {"body": None, "text": None, "file": file.model_dump(mode="json")}


def _what(key: str) -> str:
    kind, _, value = key.partition(":")
    return value if kind == "id" else ""
