"""Triggers: made, listed, changed, paused, deleted; and the secrets and addresses of webhooks."""

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Path, Query
from pydantic import Field
from starlette.responses import Response

from jackfield.api.access import needs
from jackfield.api.bodies import Flag, Input, ListOf, Name, Output, Search
from jackfield.api.desk import Asking, Hub
from jackfield.api.languages import place_of, say, say_schema
from jackfield.api.paging import Expected, PageAsked, PageOf, Tagging, etag
from jackfield.api.routers.shown_triggers import (
    Trigger,
    TriggerInList,
    show_in_list,
    show_trigger,
    trigger_fields,
)
from jackfield.api.routes import Routes
from jackfield.directory import Scope
from jackfield.kernel import MAX_INTEGER, BusinessUnitId, ProcessId, Secret, TriggerId
from jackfield.triggers import KINDS, Kind, NewTrigger, TriggerKind, TriggerQuery, TriggerState, TriggerView

routes = Routes("triggers", "What starts runs of processes: webhooks, schedules, mails and files that arrive.")

_FIRST_LOOK_SECONDS: Final = 5.0
"""It mostly takes one."""
_EDIT = needs(Scope.MANAGE_PROCESSES)
_Reference = Annotated[str, Field(min_length=1, max_length=200)]
_Settings = Annotated[dict[str, Any], Field(max_length=100)]


class TriggerKindShown(Output):
    """A kind of trigger, and its form."""

    key: TriggerKind
    title: str
    description: str
    settings: dict[str, Any] = Field(description="The form as a JSON schema.")
    connectors: list[str] = Field(description="Of which its connection must be; empty: it has none.")


class CreateTrigger(Input):
    """A new trigger of a process."""

    process: Annotated[_Reference, Field(description="Its id, or its name.")]
    name: Annotated[Name, Field(examples=["Orders of the shop"])]
    kind: TriggerKind
    settings: _Settings = Field(default_factory=dict[str, Any], description="As the form of its kind has them.")
    connection: _Reference | None = Field(default=None, description="The connection to look at, by id or name.")
    is_enabled: bool = True


class CreatedTrigger(Trigger):
    """A trigger just made."""

    secret: str | None = Field(description="Of a webhook that checks signatures; never shown again.")


class ChangeTrigger(Input):
    """What is to change; the rest stays."""

    name: Name | None = None
    settings: _Settings | None = Field(default=None, description="All of them.")
    connection: _Reference | None = None


class SetTriggerState(Input):
    """Whether it starts runs."""

    is_enabled: bool


class AddTriggerSecret(Input):
    """A secret to put in force."""

    secret: Annotated[str, Field(min_length=16, max_length=512, json_schema_extra={"writeOnly": True})] | None = Field(
        default=None, description="One that the sender has made; a new one is made if it is left out."
    )


class AddedTriggerSecret(Output):
    """A secret in force."""

    number: int
    secret: str = Field(description="To be handed to the sender; never shown again.")


class SightedThing(Output):
    """One thing it would start a run for."""

    what: str
    is_known: bool = Field(description="Whether it has started one already.")


class TriggerSight(Output):
    """What a trigger sees when it looks without starting anything."""

    found: list[SightedThing]
    has_more: bool
    next_times: list[datetime]


@routes.get("/api/trigger-kinds", "trigger_kinds", needs(Scope.READ), summary="List the kinds of triggers")
async def list_kinds(hub: Hub, caller: Asking) -> ListOf[TriggerKindShown]:  # noqa: ARG001  # for everybody signed in
    """Each with its form, as a JSON schema. By hand and by API, runs are started without a trigger."""
    return ListOf[TriggerKindShown].of(KINDS.values(), _show_kind)


@routes.get("/api/triggers", "trigger_list", needs(Scope.READ), summary="List triggers")
async def list_triggers(
    *,
    hub: Hub,
    caller: Asking,
    paging: PageAsked,
    search: Search = "",
    process_id: Annotated[ProcessId | None, Query(max_length=200)] = None,
    business_unit_id: Annotated[BusinessUnitId | None, Query(max_length=200)] = None,
    kind: TriggerKind | None = None,
    is_enabled: Flag | None = None,
) -> PageOf[TriggerInList]:
    """Those of the processes whose definitions one may read, by name."""
    query = TriggerQuery(search, process_id, business_unit_id, kind, is_enabled)
    return paging.answer(await hub.triggers.list_triggers(caller, query, paging.wanted), show_in_list)


@routes.post("/api/triggers", "trigger_create", _EDIT, status_code=201, tells_secret=True, summary="Make a trigger")
async def create_trigger(body: CreateTrigger, hub: Hub, caller: Asking, response: Response) -> CreatedTrigger:
    """Makes a trigger of a process, for its editors (P5). It looks by the right of whoever chooses its connection (C8, C9).

    A webhook that checks signatures gets a secret, which is in this answer alone. One that looks at a connection has looked
    once when this answers, so that what arrives from then on starts runs; `has_begun` says if it couldn't within seconds.
    """
    new = NewTrigger(
        process=body.process,
        name=body.name,
        kind=body.kind,
        settings=body.settings,
        connection=body.connection,
        is_enabled=body.is_enabled,
    )
    view, secret = await hub.triggers.create_trigger(caller, new)
    view = await _begun(hub, caller, view)
    response.headers["location"] = f"/api/triggers/{view.row.id}"
    response.headers["etag"] = etag(view.row.version)
    return CreatedTrigger(**trigger_fields(view), secret=secret.reveal() if secret else None)


@routes.get("/api/triggers/{trigger_id}", "trigger_get", needs(Scope.READ), summary="Get a trigger")
async def get_trigger(trigger_id: TriggerId, hub: Hub, caller: Asking, tag: Tagging) -> Trigger:
    """One trigger, for whoever may read its process's definition."""
    return show_trigger(tag, await hub.triggers.get_trigger(caller, trigger_id))


@routes.patch("/api/triggers/{trigger_id}", "trigger_change", _EDIT, summary="Change a trigger")
async def change_trigger(
    *, trigger_id: TriggerId, body: ChangeTrigger, hub: Hub, caller: Asking, expected: Expected, tag: Tagging
) -> Trigger:
    """Renames it, sets it otherwise, has it look at another connection; settings are replaced as a whole."""
    view = await hub.triggers.change_trigger(
        caller,
        trigger_id,
        name=body.name,
        settings=body.settings,
        connection=body.connection,
        expected_version=expected,
    )
    return show_trigger(tag, await _begun(hub, caller, view))


@routes.put("/api/triggers/{trigger_id}/state", "trigger_set_state", _EDIT, summary="Pause a trigger, or go on")
async def set_state(
    *, trigger_id: TriggerId, body: SetTriggerState, hub: Hub, caller: Asking, expected: Expected, tag: Tagging
) -> Trigger:
    """Paused, it keeps its place; times of a schedule that pass meanwhile are not made up for."""
    view = await hub.triggers.set_enabled(caller, trigger_id, on=body.is_enabled, expected_version=expected)
    return show_trigger(tag, await _begun(hub, caller, view))


@routes.delete("/api/triggers/{trigger_id}", "trigger_delete", _EDIT, summary="Delete a trigger")
async def delete_trigger(trigger_id: TriggerId, hub: Hub, caller: Asking, expected: Expected) -> None:
    """Its secrets are destroyed, and nobody listens at its address any more; runs that it started go on."""
    await hub.triggers.delete_trigger(caller, trigger_id, expected_version=expected)


@routes.post("/api/triggers/{trigger_id}/look", "trigger_look", _EDIT, summary="Look without starting anything")
async def look(trigger_id: TriggerId, hub: Hub, caller: Asking) -> TriggerSight:
    """What it would start runs for now; nothing is stored, moved or marked. For a schedule the next five times."""
    sight = await hub.triggers.look(caller, trigger_id)
    return TriggerSight(
        found=[SightedThing(what=one.what, is_known=one.is_known) for one in sight.found],
        has_more=sight.has_more,
        next_times=list(sight.next_times),
    )


@routes.post(
    "/api/triggers/{trigger_id}/address", "trigger_renew_address", _EDIT, summary="Give a webhook a new address"
)
async def renew_address(
    *, trigger_id: TriggerId, hub: Hub, caller: Asking, expected: Expected, tag: Tagging
) -> Trigger:
    """Nobody listens at the address before."""
    return show_trigger(tag, await hub.triggers.renew_address(caller, trigger_id, expected_version=expected))


@routes.post(
    "/api/triggers/{trigger_id}/secrets",
    "trigger_add_secret",
    _EDIT,
    status_code=201,
    tells_secret=True,
    summary="Put a secret of a webhook in force",
)
async def add_secret(trigger_id: TriggerId, body: AddTriggerSecret, hub: Hub, caller: Asking) -> AddedTriggerSecret:
    """Beside the one that is, so that the sender can change over; two may be in force."""
    given = None if body.secret is None else Secret(body.secret)
    made = await hub.triggers.add_secret(caller, trigger_id, given)
    return AddedTriggerSecret(number=made.number, secret=made.secret.reveal())


@routes.delete(
    "/api/triggers/{trigger_id}/secrets/{number}",
    "trigger_retire_secret",
    _EDIT,
    summary="Destroy a secret of a webhook",
)
async def retire_secret(
    trigger_id: TriggerId, number: Annotated[int, Path(ge=1, le=MAX_INTEGER)], hub: Hub, caller: Asking
) -> None:
    """Requests signed with it are refused from then on."""
    await hub.triggers.retire_secret(caller, trigger_id, number)


async def _begun(hub: Hub, caller: Asking, view: TriggerView) -> TriggerView:
    """The trigger after its first look; as it is where it has none to come, or can't look now."""
    if view.has_begun or view.row.state is not TriggerState.ENABLED:
        return view
    await hub.triggers.until_begun(view.row.id, _FIRST_LOOK_SECONDS)
    return await hub.triggers.get_trigger(caller, view.row.id)


def _show_kind(kind: Kind) -> TriggerKindShown:
    place = place_of(kind)
    return TriggerKindShown(
        key=kind.key,
        title=say(kind.title, place),
        description=say(kind.description, place),
        settings=say_schema(kind.settings.model_json_schema(), place),
        connectors=list(kind.connectors),
    )
