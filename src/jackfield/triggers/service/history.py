"""What happened to a trigger, and having it happen once more."""

from dataclasses import replace

from jackfield.db import Transaction
from jackfield.directory import Caller
from jackfield.kernel import EventId, Page, PageRequest, TriggerId, new_id
from jackfield.processes import ProcessAct
from jackfield.triggers.errors import EventNotFoundError, InputGoneError
from jackfield.triggers.models import Event, Followed, Outcome, Trigger
from jackfield.triggers.service.parts import Parts
from jackfield.triggers.service.sealing import box_of, close_input, open_input
from jackfield.triggers.service.starting import start_run
from jackfield.triggers.store import events
from jackfield.triggers.store.events import StoredEvent


async def list_events(
    parts: Parts, caller: Caller, trigger_id: TriggerId, outcome: Outcome | None, page: PageRequest
) -> Page[Event]:
    """What happened to a trigger, the newest first, as long as it is kept."""

    def work(tx: Transaction) -> Page[Event]:
        parts.look(tx, caller, ProcessAct.READ_DEFINITION, trigger_id)
        return events.list_events(tx, trigger_id, page, outcome)

    return await parts.act(caller, "trigger.read", trigger_id, work, read=True)


async def get_event(parts: Parts, caller: Caller, trigger_id: TriggerId, event_id: EventId) -> Event:
    """One event.

    Raises:
        EventNotFoundError: There is none, or it is forgotten.
    """

    def work(tx: Transaction) -> Event:
        parts.look(tx, caller, ProcessAct.READ_DEFINITION, trigger_id)
        return _require(tx, trigger_id, event_id).event

    return await parts.act(caller, "trigger.read", trigger_id, work, read=True)


async def replay(parts: Parts, caller: Caller, trigger_id: TriggerId, event_id: EventId) -> Event:
    """Start a run with the input of an event once more; it is an event of its own, and says so.

    Raises:
        EventNotFoundError: There is none, or it is forgotten.
        InputGoneError: There never was an input.
    """

    def work(tx: Transaction) -> tuple[Trigger, Event, dict[str, object]]:
        opened = parts.open(tx, caller, ProcessAct.EDIT, trigger_id, writes_uses=False)
        found = _require(tx, trigger_id, event_id)
        if found.input is None:
            raise InputGoneError("the event has no input that could be replayed", field="event")
        box, now = box_of(parts.vault, opened.kept), parts.clock.now()
        given = dict(open_input(box, event_id, found.input))
        again = replace(
            found.event,
            id=EventId(new_id("evt")),
            at=now,
            outcome=Outcome.WAITING,
            reason="",
            run_id=None,
            replay_of=event_id,
            attempts=0,
            followed=Followed.NOT_ASKED,
        )
        events.insert_event(tx, again, close_input(box, again.id, given), now + parts.own_turn)
        parts.record(tx, caller, "trigger.replay", opened, event=event_id, replay=again.id)
        return opened.trigger, again, given

    trigger, again, given = await parts.act(caller, "trigger.replay", trigger_id, work)
    await start_run(parts, trigger, again.id, given, 0)
    return await parts.read(lambda tx: _require(tx, trigger_id, again.id).event)


def _require(tx: Transaction, trigger_id: TriggerId, event_id: EventId) -> StoredEvent:
    found = events.find_event(tx, trigger_id, event_id)
    if found is None:
        raise EventNotFoundError("there is no such event, or it is forgotten by now", what="event")
    return found
