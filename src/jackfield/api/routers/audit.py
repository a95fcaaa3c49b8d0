"""The record: searched, exported, verified (E1)."""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import Depends, Query
from pydantic import Field
from starlette.responses import StreamingResponse

from jackfield.api.access import needs
from jackfield.api.bodies import Count, Input, Moment, Output
from jackfield.api.desk import Asking, Hub
from jackfield.api.languages import Words
from jackfield.api.paging import PageAsked, PageOf, Paging
from jackfield.api.routes import Routes
from jackfield.api.services import Services
from jackfield.audit import Anchor as FoundAnchor
from jackfield.audit import AuditQuery, Entry, EntryOutcome, Place, Problem
from jackfield.directory import Caller, Decision, InstallationRole, Principal, Role, Scope
from jackfield.errors import JsonValue
from jackfield.kernel import Act, BusinessUnitId, Door, ObjectRef, PersonId

routes = Routes("audit", "Every management act and every use of a credential, in a keyed chain.")

_NAMED_ID: Final = re.compile(r"(per|grp|bu)_[0-9a-z]{26}")
_Id = Annotated[str | None, Query(max_length=200)]
ActName = Annotated[
    str | None, Query(max_length=120, description="The act; with a dot at its end all that begin with it.")
]
"""A filter's parameter."""
_WHO = "super admins and auditors of the installation; administrators and auditors of a business unit for theirs"


class Actor(Output):
    """Who did it."""

    kind: str
    id: str
    label: str = Field(description="The name at that time.")
    via: str | None = Field(description="The session or API token, by its id.")


class Object(Output):
    """What it was done to."""

    kind: str
    id: str
    label: str


class AuditEntry(Output):
    """One thing done, refused, failed, or begun."""

    id: str
    sequence: int
    at: datetime
    kind: str = Field(description="`act`, or `intent` for a use of a credential, which is recorded before its effect.")
    actor: Actor
    door: Door
    request_id: str
    name: str = Field(description="As in `connection.rename`.")
    object: Object
    business_unit_id: str | None
    names: dict[str, str] = Field(
        description="What the people, groups and business units are called now whose ids are in this entry."
    )
    rule: str | None = Field(description="The rule that allowed or refused it.")
    outcome: EntryOutcome
    duration_ms: float | None
    data: dict[str, Any]
    outcome_data: dict[str, Any]


class Anchor(Output):
    """The end of the chain at one moment. Kept elsewhere, it shows whether the chain was cut back."""

    sequence: int
    mac: str
    count: int
    at: datetime


class KnownAnchor(Input):
    """An anchor that was kept."""

    sequence: Count
    mac: Annotated[str, Field(max_length=200)]
    count: Count
    at: Moment


class VerifyAudit(Input):
    """What to verify against."""

    anchor: KnownAnchor | None = Field(default=None, description="The chain must still contain it.")


class Finding(Output):
    """The first thing wrong in one place."""

    place: Place
    sequence: int
    problem: Problem
    message: Words


class Verification(Output):
    """What walking the whole chain found."""

    is_intact: bool
    rows: int
    end: Anchor
    findings: list[Finding]


async def _read_query(
    *,
    since: Annotated[Moment | None, Query(description="At or after.")] = None,
    until: Annotated[Moment | None, Query(description="Before.")] = None,
    person_id: Annotated[PersonId | None, Query(max_length=200, description="The actor.")] = None,
    door: Door | None = None,
    name: ActName = None,
    object_kind: _Id = None,
    object_id: _Id = None,
    business_unit_id: Annotated[BusinessUnitId | None, Query(max_length=200)] = None,
    outcome: EntryOutcome | None = None,
    request_id: _Id = None,
    text: Annotated[str | None, Query(max_length=200, description="Part of the actor's or the object's label.")] = None,
) -> AuditQuery:
    return AuditQuery(
        since=since,
        until=until,
        person=person_id,
        door=door,
        name=name,
        object_kind=object_kind,
        object_id=object_id,
        business_units=None if business_unit_id is None else frozenset({business_unit_id}),
        outcome=outcome,
        request_id=request_id,
        text=text,
    )


_Asked = Annotated[AuditQuery, Depends(_read_query)]


@routes.get("/api/audit", "audit_search", needs(Scope.AUDIT), summary="Search the audit")
async def search(hub: Hub, caller: Asking, paging: PageAsked, query: _Asked) -> PageOf[AuditEntry]:
    """Newest first. Administrators and auditors of a business unit see what happened in it."""
    return await answer_entries(hub, paging, _within_reach(caller.principal, query))


@routes.get(
    "/api/audit/export",
    "audit_export",
    needs(Scope.AUDIT),
    summary="Export the audit",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/jsonl": {}, "text/csv": {}}, "description": "One entry a line."}},
)
async def export(
    hub: Hub,
    caller: Asking,
    query: _Asked,
    format: Annotated[Literal["jsonl", "csv"], Query(description="One JSON object a line, or a table.")] = "jsonl",  # noqa: A002
) -> StreamingResponse:
    """All entries that fit, newest first, as one file, however many. The export itself is recorded."""
    wanted = _within_reach(caller.principal, query)
    await hub.audit.record_alone(_act(caller, "audit.export", format=format))
    chunks: AsyncIterator[bytes] = hub.audit.export(wanted, format=format)
    media_type = "text/csv; charset=utf-8" if format == "csv" else "application/jsonl"
    headers = {"content-disposition": f'attachment; filename="audit.{format}"'}
    return StreamingResponse(chunks, media_type=media_type, headers=headers)


@routes.get("/api/audit/anchor", "audit_anchor", needs(Scope.AUDIT), summary="Get an anchor")
async def get_anchor(hub: Hub, caller: Asking) -> Anchor:
    """To be kept outside of everything that this server can write; for super admins and auditors."""
    decide_whole(caller.principal).require("audit.anchor")
    return show_anchor(await hub.audit.anchor())


@routes.post("/api/audit/verify", "audit_verify", needs(Scope.AUDIT), summary="Verify the audit")
async def verify(body: VerifyAudit, hub: Hub, caller: Asking) -> Verification:
    """Walks the whole chain, which can take minutes; for super admins and auditors of the installation."""
    decide_whole(caller.principal).require("audit.verify")
    await hub.audit.record_alone(_act(caller, "audit.verify"))
    kept = body.anchor
    anchor = None if kept is None else FoundAnchor(kept.sequence, kept.mac, kept.count, kept.at)
    found = await hub.audit.verify(anchor=anchor)
    return Verification(
        is_intact=found.is_intact,
        rows=found.rows,
        end=show_anchor(found.end),
        findings=[
            Finding(place=one.place, sequence=one.sequence, problem=one.problem, message=one.message)
            for one in found.findings
        ],
    )


async def answer_entries(hub: Services, paging: Paging, query: AuditQuery) -> PageOf[AuditEntry]:
    """A page of entries, with names for the ids in them."""
    page = await hub.audit.list_entries(query, paging.wanted)
    mentioned = {entry.id: frozenset(_mentioned(entry)) for entry in page.items}
    names = await hub.directory.find_names(frozenset[str]().union(*mentioned.values()))

    def show(entry: Entry) -> AuditEntry:
        return _show_entry(entry, {one: names[one] for one in sorted(mentioned[entry.id]) if one in names})

    return paging.answer(page, show)


def _mentioned(entry: Entry) -> Iterator[str]:
    yield from (one for one in (entry.business_unit_id, entry.object.id, entry.actor.id) if one)
    todo: list[JsonValue] = [*entry.data.values(), *entry.outcome_data.values()]
    while todo:
        match todo.pop():
            case str(text) if _NAMED_ID.fullmatch(text):
                yield text
            case list(several):
                todo.extend(several)
            case dict(several):
                todo.extend(several.values())
            case _:
                pass


def _show_entry(entry: Entry, names: Mapping[str, str]) -> AuditEntry:
    thing = entry.object
    return AuditEntry(
        id=entry.id,
        sequence=entry.sequence,
        at=entry.at,
        kind=entry.kind,
        actor=show_actor(entry),
        door=entry.door,
        request_id=entry.request_id,
        name=entry.name,
        object=Object(kind=thing.kind, id=thing.id, label=thing.label),
        business_unit_id=entry.business_unit_id,
        names=dict(names),
        rule=entry.rule,
        outcome=entry.outcome,
        duration_ms=entry.duration_ms,
        data=dict(entry.data),
        outcome_data=dict(entry.outcome_data),
    )


def show_actor(entry: Entry) -> Actor:
    """Who did it, in an answer."""
    actor = entry.actor
    return Actor(kind=actor.kind, id=actor.id, label=actor.label, via=actor.via)


def reads_whole_audit(principal: Principal) -> bool:
    """Whether somebody may read everything that was recorded."""
    return principal.is_super_admin or InstallationRole.AUDITOR in principal.installation_roles


def audited_units(principal: Principal) -> frozenset[BusinessUnitId]:
    """The business units of somebody whose record he may read."""
    readers = {Role.ADMINISTRATOR, Role.AUDITOR}
    return frozenset(unit for unit, roles in principal.roles.items() if not roles.isdisjoint(readers))


def _within_reach(principal: Principal, query: AuditQuery) -> AuditQuery:
    if reads_whole_audit(principal):
        return query
    reach = audited_units(principal)
    wanted = reach if query.business_units is None else reach & query.business_units
    Decision(bool(wanted), "audit.reader", _WHO, f"the audit is for {_WHO}").require("audit.search")
    return replace(query, business_units=wanted)


def decide_whole(principal: Principal) -> Decision:
    """Whether somebody looks after the installation as a whole, by changing it or by reading it."""
    who = "super admins and auditors of the installation"
    return Decision(reads_whole_audit(principal), "audit.reader", who, f"this is for {who}")


def _act(caller: Caller, name: str, **data: str) -> Act:
    return caller.act(name, ObjectRef("audit", "audit"), rule="audit.reader", data=dict(data))


def show_anchor(anchor: FoundAnchor) -> Anchor:
    """An anchor in an answer."""
    return Anchor(sequence=anchor.sequence, mac=anchor.mac, count=anchor.count, at=anchor.at)
