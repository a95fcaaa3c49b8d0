"""What happened to triggers, and having it happen once more."""

from jackfield.api.access import needs
from jackfield.api.desk import Asking, Hub
from jackfield.api.paging import PageAsked, PageOf
from jackfield.api.routers.shown_triggers import TriggerEvent, show_event
from jackfield.api.routes import Routes
from jackfield.directory import Scope
from jackfield.kernel import EventId, TriggerId
from jackfield.triggers import Outcome

routes = Routes("events", "What happened to triggers, and what came of it.")


@routes.get("/api/triggers/{trigger_id}/events", "event_list", needs(Scope.READ), summary="List events")
async def list_events(
    *, trigger_id: TriggerId, hub: Hub, caller: Asking, paging: PageAsked, outcome: Outcome | None = None
) -> PageOf[TriggerEvent]:
    """The newest first, as long as they are kept."""
    found = await hub.triggers.list_events(caller, trigger_id, paging.wanted, outcome=outcome)
    return paging.answer(found, show_event)


@routes.get("/api/triggers/{trigger_id}/events/{event_id}", "event_get", needs(Scope.READ), summary="Get an event")
async def get_event(trigger_id: TriggerId, event_id: EventId, hub: Hub, caller: Asking) -> TriggerEvent:
    """One event; its input is its run's."""
    return show_event(await hub.triggers.get_event(caller, trigger_id, event_id))


@routes.post(
    "/api/triggers/{trigger_id}/events/{event_id}/replay",
    "event_replay",
    needs(Scope.MANAGE_PROCESSES),
    status_code=201,
    summary="Replay an event",
)
async def replay(trigger_id: TriggerId, event_id: EventId, hub: Hub, caller: Asking) -> TriggerEvent:
    """Starts a new run with the same input; it is an event of its own, and recorded."""
    return show_event(await hub.triggers.replay(caller, trigger_id, event_id))
