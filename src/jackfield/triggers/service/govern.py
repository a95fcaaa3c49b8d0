"""Making, changing, pausing and deleting triggers; and what others bring about."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from jackfield.connectors import parse_fields
from jackfield.db import Transaction
from jackfield.directory import Caller
from jackfield.errors import InvalidError
from jackfield.kernel import ConnectionId, Secret, TriggerId, clean_name, new_id
from jackfield.processes import KnownProcess, ProcessAct
from jackfield.triggers.errors import NoSecretError, WrongKindError
from jackfield.triggers.kinds import KINDS, Declaration, Schedule, TriggerKind, Webhook
from jackfield.triggers.models import NewTrigger, Trigger, TriggerView
from jackfield.triggers.service import addresses, schedules, using
from jackfield.triggers.service.parts import Opened, Parts
from jackfield.triggers.service.sealing import close_secret, new_box
from jackfield.triggers.service.secrets import key_bytes, make_key, shown
from jackfield.triggers.service.views import view
from jackfield.triggers.store import events, records, secrets
from jackfield.triggers.store.records import Kept


async def create_trigger(parts: Parts, caller: Caller, new: NewTrigger) -> tuple[TriggerView, Secret | None]:
    """Make a trigger of a process; a webhook that checks signatures gets a secret, which is told once.

    Raises:
        InvalidError: Its settings don't fit; `field` says which.
        ForbiddenError: The caller may not edit the process, or not design with the connection.
    """
    name, kind = clean_name(new.name), KINDS[new.kind]
    settings = _read_settings(new.kind, new.settings)

    def work(tx: Transaction) -> tuple[TriggerView, Secret | None]:
        if kind.connectors:
            # First of all: the lock on which all that changes rights queues.
            tx.change_policy()
        of = parts.processes.open(tx, caller, ProcessAct.EDIT, new.process)
        now = parts.clock.now()
        connection_id = using.choose(parts, tx, caller, of=of, kind=kind, reference=new.connection)
        place, due_at = _beginning(settings, now)
        trigger = Trigger(
            id=TriggerId(new_id("trg")),
            process_id=of.process.id,
            business_unit_id=of.process.business_unit_id,
            name=name,
            kind=new.kind,
            settings=settings,
            connection_id=connection_id,
            is_enabled=new.is_enabled,
            place=place,
            due_at=due_at if new.is_enabled else None,
            fence=0,
            failures=0,
            trouble=None,
            told=0,
            listening_until=None,
            address=1,
            created_at=now,
            modified_at=now,
            modified_by=of.principal.person_id,
            version=1,
        )
        sealed, box = new_box(parts.vault, trigger)
        records.insert_trigger(tx, trigger, sealed, _digest(parts, trigger))
        made: Secret | None = None
        if isinstance(settings, Webhook) and settings.verify != "none":
            key = make_key()
            secrets.insert_secret(
                tx,
                trigger.id,
                1,
                close_secret(box, 1, key_bytes(settings, key)),
                at=now,
                by=of.principal.person_id,
            )
            made = shown(settings, key)
        opened = Opened(Kept(trigger, sealed), of)
        using.write_use(parts, tx, trigger, of.process)
        parts.record(tx, caller, "trigger.create", opened, kind=trigger.kind.value, connection=connection_id)
        return view(parts, tx, of.principal, trigger, of.process), made

    made = await parts.act(caller, "trigger.create", new.process, work)
    parts.wake.set()
    return made


async def change_trigger(
    parts: Parts,
    caller: Caller,
    trigger_id: TriggerId,
    *,
    name: str | None,
    settings: Mapping[str, Any] | None,
    connection: str | None,
    expected: int | None,
) -> TriggerView:
    """Rename it, set it otherwise, have it look at another connection; what isn't given stays.

    Raises:
        InvalidError: The settings don't fit.
        ConnectionHiddenError: They concern a connection that the caller may not design with.
        NoSecretError: It would check signatures without a secret.
    """

    def work(tx: Transaction) -> TriggerView:
        opened = parts.open(tx, caller, ProcessAct.EDIT, trigger_id, expected=expected)
        old, principal = opened.trigger, opened.of.principal
        changed = _touched(parts, opened, name=old.name if name is None else clean_name(name))
        if connection is not None:
            chosen = using.choose(parts, tx, caller, of=opened.of, kind=KINDS[old.kind], reference=connection)
            changed = replace(changed, connection_id=chosen)
        elif settings is not None:
            using.require_unlocked(parts, tx, principal, old)
        if settings is not None:
            changed = replace(changed, settings=_read_settings(old.kind, settings))
        _require_secret(tx, old, changed)
        records.update_trigger(tx, changed)
        looks_elsewhere = changed.connection_id != old.connection_id or _looks_elsewhere(old.settings, changed.settings)
        if looks_elsewhere:
            changed = _begin_anew(parts, tx, changed)
        elif changed.settings != old.settings and changed.due_at is not None:
            records.set_place(tx, changed.id, changed.place, parts.clock.now())
        using.write_use(parts, tx, changed, opened.of.process)
        parts.record(
            tx,
            caller,
            "trigger.change",
            opened,
            old=old.name,
            new=changed.name,
            settings=_differing(old.settings, changed.settings),
            connection=changed.connection_id,
        )
        return view(parts, tx, principal, changed, opened.of.process)

    found = await parts.act(caller, "trigger.change", trigger_id, work)
    parts.wake.set()
    return found


async def set_enabled(
    parts: Parts, caller: Caller, trigger_id: TriggerId, *, on: bool, expected: int | None
) -> TriggerView:
    """Pause it, or have it go on from where it was; times of a schedule that passed meanwhile are not made up for."""

    def work(tx: Transaction) -> TriggerView:
        opened = parts.open(tx, caller, ProcessAct.EDIT, trigger_id, expected=expected)
        old = opened.trigger
        if old.is_enabled == on:
            return view(parts, tx, opened.of.principal, old, opened.of.process)
        changed = _touched(parts, opened, is_enabled=on, failures=0)
        records.update_trigger(tx, changed)
        now = parts.clock.now()
        place, due_at = (old.place, now) if old.place else _beginning(old.settings, now)
        if isinstance(old.settings, Schedule):
            place, due_at = schedules.first_place(old.settings, now)
        if old.kind is TriggerKind.WEBHOOK:
            due_at = None
        records.set_place(tx, old.id, place, due_at if on else None)
        if on:
            events.release(tx, old.id, now)
        else:
            events.hold(tx, old.id)
        using.write_use(parts, tx, changed, opened.of.process)
        parts.record(tx, caller, "trigger.resume" if on else "trigger.pause", opened)
        return view(parts, tx, opened.of.principal, changed, opened.of.process)

    found = await parts.act(caller, "trigger.resume" if on else "trigger.pause", trigger_id, work)
    parts.wake.set()
    return found


async def delete_trigger(parts: Parts, caller: Caller, trigger_id: TriggerId, *, expected: int | None) -> None:
    """Take it out of every list; its secrets are destroyed, its address is nobody's, what waits starts no run."""

    def work(tx: Transaction) -> None:
        opened = parts.open(tx, caller, ProcessAct.EDIT, trigger_id, expected=expected)
        _end(parts, tx, opened.trigger, opened.of.process, by=caller)
        parts.record(tx, caller, "trigger.delete", opened)

    await parts.act(caller, "trigger.delete", trigger_id, work)


async def renew_address(parts: Parts, caller: Caller, trigger_id: TriggerId, *, expected: int | None) -> TriggerView:
    """Give a webhook another address; nobody listens at the one before.

    Raises:
        WrongKindError: It is no webhook.
    """

    def work(tx: Transaction) -> TriggerView:
        opened = parts.open(tx, caller, ProcessAct.EDIT, trigger_id, expected=expected, writes_uses=False)
        require_webhook(opened.trigger)
        changed = _touched(parts, opened, address=opened.trigger.address + 1)
        records.update_trigger(tx, changed)
        records.set_address(tx, changed.id, _digest(parts, changed))
        parts.record(tx, caller, "trigger.renew_address", opened)
        return view(parts, tx, opened.of.principal, changed, opened.of.process)

    return await parts.act(caller, "trigger.renew_address", trigger_id, work)


# --- What others bring about ------------------------------------------------------------------------------------------


def process_changed(parts: Parts, tx: Transaction, process: KnownProcess) -> None:
    """Its name and its owner are told where its triggers use connections (C15)."""
    for trigger in records.list_of_process(tx, process.id):
        using.write_use(parts, tx, trigger, process)


def process_deleted(parts: Parts, tx: Transaction, caller: Caller, process: KnownProcess) -> None:
    """Its triggers end with it."""
    for trigger in records.list_of_process(tx, process.id, lock=True):
        _end(parts, tx, trigger, process, by=caller)


def repoint(parts: Parts, tx: Transaction, old: ConnectionId, new: ConnectionId) -> None:
    """What looks at a connection looks at its successor from now on, wherever it is by now (C16)."""
    for trigger in records.list_of_connection(tx, old):
        # Who hasn't looked yet has no place to go on from: its first look is the one at the successor.
        place = {**trigger.place, "moved": True} if trigger.place else {}
        records.set_place(tx, trigger.id, place, parts.clock.now() if trigger.is_enabled else None)
    records.repoint(tx, old, new)


def recovered(parts: Parts, tx: Transaction, connection_id: ConnectionId) -> None:
    """What couldn't look at a connection looks now that it works again, and not when its pause is over (C14)."""
    records.end_pauses(tx, connection_id, parts.clock.now())
    tx.after_commit(parts.wake.set)


# --- Steps of these ---------------------------------------------------------------------------------------------------


def require_webhook(trigger: Trigger) -> Webhook:
    """The settings of a webhook.

    Raises:
        WrongKindError: It is none.
    """
    if not isinstance(trigger.settings, Webhook):
        raise WrongKindError("only webhooks have addresses and secrets", field="kind")
    return trigger.settings


def _read_settings(kind: TriggerKind, given: Mapping[str, Any]) -> Declaration:
    settings = parse_fields(KINDS[kind].settings, given, where="settings")
    if isinstance(settings, Webhook) and settings.verify == "hmac" and not settings.header:
        raise InvalidError("with hmac the header is needed in which the signature stands", field="settings.header")
    return settings


def _beginning(settings: Declaration, now: datetime) -> tuple[dict[str, Any], datetime | None]:
    """From where, and when, it looks first."""
    if isinstance(settings, Webhook):
        return {}, None
    if isinstance(settings, Schedule):
        return schedules.first_place(settings, now)
    return {}, now


def _begin_anew(parts: Parts, tx: Transaction, trigger: Trigger) -> Trigger:
    place, due_at = _beginning(trigger.settings, parts.clock.now())
    due_at = due_at if trigger.is_enabled else None
    records.set_place(tx, trigger.id, place, due_at)
    return replace(trigger, place=place, due_at=due_at, failures=0)


def _looks_elsewhere(old: Declaration, new: Declaration) -> bool:
    """Whether what it has seen says nothing about what it is to look at."""
    if isinstance(new, Schedule) and isinstance(old, Schedule):
        return (old.cron, old.zone) != (new.cron, new.zone)
    return getattr(old, "folder", None) != getattr(new, "folder", None)


def _differing(old: Declaration, new: Declaration) -> list[Any]:
    before, after = old.model_dump(mode="json"), new.model_dump(mode="json")
    return sorted(name for name in after if after[name] != before.get(name))


def _require_secret(tx: Transaction, old: Trigger, new: Trigger) -> None:
    if not isinstance(new.settings, Webhook) or not isinstance(old.settings, Webhook):
        return
    if new.settings.verify != "none" and not secrets.list_secrets(tx, new.id):
        raise NoSecretError("a webhook that checks signatures needs a secret: make one first", field="settings.verify")
    if {old.settings.verify, new.settings.verify} == {"standard", "hmac"}:
        raise NoSecretError(
            "its secrets are of another kind of signature: make another trigger for that, and delete this one",
            field="settings.verify",
        )


def _end(parts: Parts, tx: Transaction, trigger: Trigger, process: KnownProcess, *, by: Caller) -> None:
    now = parts.clock.now()
    ended = replace(
        trigger,
        is_enabled=False,
        deleted_at=now,
        modified_at=now,
        modified_by=by.principal.person_id,
        version=trigger.version + 1,
    )
    records.update_trigger(tx, ended)
    records.set_place(tx, trigger.id, trigger.place, None)
    records.set_address(tx, trigger.id, None)
    secrets.destroy_secrets(tx, trigger.id)
    events.settle_all(tx, trigger.id, "the trigger was deleted before its run was started")
    using.write_use(parts, tx, ended, process)


def _digest(parts: Parts, trigger: Trigger) -> str | None:
    if trigger.kind is not TriggerKind.WEBHOOK:
        return None
    return addresses.digest_of(addresses.key_of(parts.vault, trigger.id, trigger.address))


def _touched(parts: Parts, opened: Opened, **changes: Any) -> Trigger:
    return replace(
        opened.trigger,
        modified_at=parts.clock.now(),
        modified_by=opened.of.principal.person_id,
        version=opened.trigger.version + 1,
        **changes,
    )
