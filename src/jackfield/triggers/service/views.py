"""Triggers as people see them."""

from datetime import datetime

from jackfield.connections import ConnectionState, Named, StepConnection
from jackfield.db import Transaction
from jackfield.directory import Caller, Principal
from jackfield.kernel import Page, PageRequest, TriggerId
from jackfield.processes import KnownProcess, ProcessAct
from jackfield.triggers.kinds import Schedule, TriggerKind
from jackfield.triggers.models import Trigger, TriggerQuery, TriggerRow, TriggerState, TriggerView
from jackfield.triggers.service import using
from jackfield.triggers.service.addresses import key_of, path_of
from jackfield.triggers.service.parts import Parts
from jackfield.triggers.service.schedules import next_times
from jackfield.triggers.store import events, lists, secrets

_TOLD: dict[ConnectionState, str] = {
    ConnectionState.OFF: "its connection's connector is switched off",
    ConnectionState.NEEDS_SIGN_IN: "the other side doesn't accept its connection's credentials",
    ConnectionState.UNREACHABLE: "its connection can't be reached",
    ConnectionState.NOT_CONNECTED: "its connection has never been connected",
}


async def get_trigger(parts: Parts, caller: Caller, trigger_id: TriggerId) -> TriggerView:
    """One trigger."""

    def work(tx: Transaction) -> TriggerView:
        opened = parts.look(tx, caller, ProcessAct.READ_DEFINITION, trigger_id)
        return view(parts, tx, caller.principal, opened.trigger, opened.of.process)

    return await parts.act(caller, "trigger.read", trigger_id, work, read=True)


async def list_triggers(parts: Parts, caller: Caller, query: TriggerQuery, page: PageRequest) -> Page[TriggerRow]:
    """The triggers of the processes whose definitions the caller may read, by name."""

    def work(tx: Transaction) -> Page[TriggerRow]:
        found = lists.list_visible(tx, caller.principal, query, page)
        known = {one: parts.processes.find(tx, one) for one in {trigger.process_id for trigger in found.items}}
        return found.map(lambda one: row(parts, tx, caller.principal, one, known[one.process_id]))

    return await parts.read(work)


def view(parts: Parts, tx: Transaction, principal: Principal, trigger: Trigger, process: KnownProcess) -> TriggerView:
    """One trigger with all that this person may read of it."""
    settings = trigger.settings
    connection = using.connection_of(parts, tx, principal, trigger)
    is_webhook = trigger.kind is TriggerKind.WEBHOOK
    return TriggerView(
        row=_row(parts, tx, trigger, process, connection),
        settings=settings.model_dump(mode="json"),
        path=path_of(key_of(parts.vault, trigger.id, trigger.address)) if is_webhook else None,
        secrets=secrets.list_secrets(tx, trigger.id) if is_webhook else (),
        trouble=trigger.trouble,
        connection_state=connection and connection.state,
        has_begun=trigger.has_begun,
        is_listening=trigger.has_begun and _is_listening(trigger, parts.clock.now()),
        next_times=next_times(settings, parts.clock.now()) if isinstance(settings, Schedule) else (),
        may_edit=principal.is_editor_of(trigger.business_unit_id),
    )


def _is_listening(trigger: Trigger, now: datetime) -> bool:
    return trigger.listening_until is not None and trigger.listening_until > now


def row(
    parts: Parts, tx: Transaction, principal: Principal, trigger: Trigger, process: KnownProcess | None
) -> TriggerRow:
    """One trigger in a list."""
    return _row(parts, tx, trigger, process, using.connection_of(parts, tx, principal, trigger))


def _row(
    parts: Parts, tx: Transaction, trigger: Trigger, process: KnownProcess | None, connection: StepConnection | None
) -> TriggerRow:
    unit = parts.directory.find_business_unit(tx, trigger.business_unit_id)
    state, reason = _state(trigger, connection)
    return TriggerRow(
        id=trigger.id,
        name=trigger.name,
        kind=trigger.kind,
        process=Named(trigger.process_id, process.name if process else trigger.process_id),
        business_unit=Named(trigger.business_unit_id, unit.name if unit else trigger.business_unit_id),
        state=state,
        reason=reason,
        connection=None if connection is None else Named(connection.id, connection.name),
        last_event_at=events.last_event_at(tx, trigger.id),
        created_at=trigger.created_at,
        modified_at=trigger.modified_at,
        version=trigger.version,
    )


def _state(trigger: Trigger, connection: StepConnection | None) -> tuple[TriggerState, str]:
    if not trigger.is_enabled:
        return TriggerState.PAUSED, ""
    if trigger.connection_id is not None and connection is None:
        return TriggerState.HELD, "its connection is deleted"
    if connection is not None and connection.state in _TOLD:
        return TriggerState.HELD, _TOLD[connection.state]
    if trigger.failures and trigger.trouble is not None:
        return TriggerState.HELD, trigger.trouble.message
    return TriggerState.ENABLED, ""
