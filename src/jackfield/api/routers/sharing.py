"""Who may what with a connection: its admins, its authorized persons, what was done with it, and why."""

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field
from starlette.responses import Response

from jackfield.api.access import needs
from jackfield.api.bodies import Input, ListOf, Output
from jackfield.api.desk import Asking, Hub
from jackfield.api.languages import Words
from jackfield.api.paging import Expected, PageAsked, PageOf, Tagging
from jackfield.api.routers.audit import ActName, Actor, AuditEntry, answer_entries, show_actor
from jackfield.api.routers.shown_connections import Connection, show_connection
from jackfield.api.routes import Routes
from jackfield.api.services import Services
from jackfield.audit import AuditQuery, Entry, EntryOutcome
from jackfield.connections import STATE_CHANGED, AuthorizedPersons, ConnectionAct, ConnectionState
from jackfield.connections import Explanation as FoundExplanation
from jackfield.directory import Caller, Scope
from jackfield.kernel import ConnectionId, GroupId, PersonId

routes = Routes("sharing", "Who administers a connection, who may design with it, what was done with it, and why.")


class ShareConnection(Input):
    """Who is to administer it, too."""

    people: Annotated[list[PersonId], Field(min_length=1, max_length=100)]


class NarrowConnection(Input):
    """Who may design with it; both empty is every editor of the business unit."""

    people: list[PersonId] = Field(default_factory=list[PersonId], max_length=500)
    groups: list[GroupId] = Field(default_factory=list[GroupId], max_length=500)


class Question(Output):
    """One question on the way to a decision."""

    rule: str
    question: Words
    answer: bool
    who_can_change: Words


class Explanation(Output):
    """A decision, and every question that led to it."""

    act: str
    allowed: bool
    rule: str = Field(description="The rule that decided.")
    reason: Words
    who_can_change: Words = Field(description="Who could make it otherwise.")
    questions: list[Question] = Field(description="In the order they were asked.")


class HealthChange(Output):
    """How a connection came to another state."""

    at: datetime
    before: ConnectionState
    after: ConnectionState
    reason: Words = Field(description="Why it isn't connected since; empty if it is.")
    actor: Actor = Field(description="Who tested it; `system` is Jackfield itself, by what it saw in use.")
    request_id: str


@routes.post(
    "/api/connections/{connection}/admins",
    "admin_add",
    needs(Scope.MANAGE_CONNECTIONS),
    summary="Add connection admins",
)
async def add_admins(connection: str, body: ShareConnection, hub: Hub, caller: Asking, tag: Tagging) -> Connection:
    """They may rename, reconnect, share and delete it (C6). A super admin may do this with every connection (C7)."""
    return show_connection(tag, await hub.connections.share(caller, connection, body.people))


@routes.delete(
    "/api/connections/{connection}/admins/{person_id}",
    "admin_remove",
    needs(Scope.MANAGE_CONNECTIONS),
    status_code=200,
    summary="Remove a connection admin",
    responses={204: {"description": "Removed; the caller may no longer see the connection."}},
)
async def remove_admin(
    *, connection: str, person_id: PersonId, hub: Hub, caller: Asking, response: Response, tag: Tagging
) -> Connection | None:
    """Oneself, too. The last admin can't be removed (C6)."""
    view = await hub.connections.remove_admin(caller, connection, person_id)
    if view is None:
        response.status_code = 204
        return None
    return show_connection(tag, view)


@routes.put(
    "/api/connections/{connection}/authorized-persons",
    "connection_narrow",
    needs(Scope.MANAGE_CONNECTIONS),
    summary="Set the authorized persons",
)
async def set_authorized_persons(
    *, connection: str, body: NarrowConnection, hub: Hub, caller: Asking, expected: Expected, tag: Tagging
) -> Connection:
    """Narrows who may design with it (C8). Who may run a process runs all its actions, whoever is named here (C9)."""
    persons = AuthorizedPersons(frozenset(body.people), frozenset(body.groups))
    view = await hub.connections.set_authorized_persons(caller, connection, persons, expected_version=expected)
    return show_connection(tag, view)


@routes.get(
    "/api/connections/{connection}/activity",
    "connection_activity",
    needs(Scope.READ),
    summary="List what was done with a connection",
)
async def list_activity(
    *,
    connection: str,
    hub: Hub,
    caller: Asking,
    paging: PageAsked,
    name: ActName = None,
    outcome: EntryOutcome | None = None,
) -> PageOf[AuditEntry]:
    """Its entries in the audit, newest first; for those who may read its details."""
    query = AuditQuery(
        object_kind="connection",
        object_id=await _readable(hub, caller, connection),
        name=name,
        outcome=outcome,
    )
    return await answer_entries(hub, paging, query)


@routes.get(
    "/api/connections/{connection}/explain", "connection_explain", needs(Scope.READ), summary="Ask why or why not"
)
async def explain(
    *,
    connection: str,
    hub: Hub,
    caller: Asking,
    act: ConnectionAct,
    person_id: Annotated[PersonId | None, Query(max_length=200, description="Who; oneself if left out.")] = None,
) -> Explanation:
    """Whether a person may do something with it, by which rule, and who could change that (C17)."""
    who = person_id or caller.principal.person_id
    return show_explanation(await hub.connections.explain(caller, who, act, connection))


@routes.get(
    "/api/connections/{connection}/explanations",
    "connection_explanations",
    needs(Scope.READ),
    summary="Ask why or why not, for everything",
)
async def explain_all(
    *,
    connection: str,
    hub: Hub,
    caller: Asking,
    person_id: Annotated[PersonId | None, Query(max_length=200, description="Who; oneself if left out.")] = None,
) -> ListOf[Explanation]:
    """The same for each thing that can be done with it (C17)."""
    who = person_id or caller.principal.person_id
    return ListOf[Explanation].of(await hub.connections.explain_all(caller, who, connection), show_explanation)


@routes.get(
    "/api/connections/{connection}/health",
    "connection_health",
    needs(Scope.READ),
    summary="List the changes of a connection's state",
)
async def list_health(connection: str, hub: Hub, caller: Asking, paging: PageAsked) -> PageOf[HealthChange]:
    """Newest first (C14); for those who may read its details."""
    query = AuditQuery(object_kind="connection", object_id=await _readable(hub, caller, connection), name=STATE_CHANGED)
    return paging.answer(await hub.audit.list_entries(query, paging.wanted), _show_change)


async def _readable(hub: Services, caller: Caller, connection: str) -> ConnectionId:
    view = await hub.connections.get_connection(caller, connection)
    me = caller.principal.person_id
    explained = await hub.connections.explain(caller, me, ConnectionAct.READ_ACTIVITY, view.row.id)
    explained.decision.require(ConnectionAct.READ_ACTIVITY)
    return view.row.id


def _show_change(entry: Entry) -> HealthChange:
    return HealthChange(
        at=entry.at,
        before=ConnectionState(str(entry.data["from"])),
        after=ConnectionState(str(entry.data["to"])),
        reason=str(entry.data.get("reason") or ""),
        actor=show_actor(entry),
        request_id=entry.request_id,
    )


def show_explanation(found: FoundExplanation) -> Explanation:
    """A decision with its questions."""
    decision = found.decision
    return Explanation(
        act=found.act,
        allowed=decision.allowed,
        rule=decision.rule,
        reason=decision.reason,
        who_can_change=decision.who_can_change,
        questions=[
            Question(rule=one.rule, question=one.question, answer=one.answer, who_can_change=one.who_can_change)
            for one in found.checks
        ],
    )
