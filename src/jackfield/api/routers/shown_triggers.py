"""Triggers and their events in answers."""

from datetime import datetime
from typing import Any

from pydantic import Field

from jackfield.api.bodies import Output
from jackfield.api.languages import Words
from jackfield.api.paging import Tagging
from jackfield.api.routers.shown_connections import Named, show_named
from jackfield.connections import ConnectionState
from jackfield.triggers import Event as FoundEvent
from jackfield.triggers import Followed, Outcome, TriggerKind, TriggerRow, TriggerState, TriggerView


class TriggerInList(Output):
    """A trigger, without its settings."""

    id: str
    name: str
    kind: TriggerKind
    process: Named
    business_unit: Named
    state: TriggerState = Field(description="Held: enabled, and can't look now; it goes on by itself.")
    reason: Words = Field(description="Why it is held; empty otherwise.")
    connection: Named | None
    last_event_at: datetime | None = Field(description="As far as events are kept.")
    created_at: datetime
    modified_at: datetime
    version: int


class TriggerSecret(Output):
    """A secret of a webhook: that it is in force, and since when."""

    number: int
    set_at: datetime
    set_by: str


class TriggerTrouble(Output):
    """Why it couldn't look, or refused a request, when that last happened."""

    code: str
    message: Words
    at: datetime


class Trigger(TriggerInList):
    """A trigger as the caller may see it."""

    settings: dict[str, Any] = Field(description="As the form of its kind has them.")
    path: str | None = Field(description="Of a webhook: the address to send to, on this server.")
    secrets: list[TriggerSecret] = Field(description="Of a webhook: those in force, the newest first.")
    trouble: TriggerTrouble | None
    connection_state: ConnectionState | None
    has_begun: bool = Field(
        description="Whether it has looked once, so that what arrives starts runs; before that it is taken for what was there."
    )
    is_listening: bool = Field(description="Whether the other system tells it at once; else it looks now and then.")
    next_times: list[datetime] = Field(description="Of a schedule: the next five times.")
    may_edit: bool


class TriggerEvent(Output):
    """One thing that happened."""

    id: str
    at: datetime
    what: str = Field(description="In one line: a subject, a path, a time, the sender's id.")
    outcome: Outcome
    reason: Words = Field(description="Why there is no run, or what else is to be known.")
    run_id: str | None
    replay_of: str | None = Field(description="The event whose input it has once more.")
    attempts: int = Field(description="How often starting its run was tried again.")
    followed: Followed = Field(description="What became of the mail or file afterwards.")


def show_in_list(row: TriggerRow) -> TriggerInList:
    """A trigger in a list."""
    return TriggerInList(**_row(row))


def show_trigger(tag: Tagging, view: TriggerView) -> Trigger:
    """A trigger in an answer, with its ETag."""
    tag.set(view.row.version)
    return Trigger(**trigger_fields(view))


def trigger_fields(view: TriggerView) -> dict[str, Any]:
    """What an answer has of a trigger."""
    trouble = view.trouble
    return {
        **_row(view.row),
        "settings": dict(view.settings),
        "path": view.path,
        "secrets": [TriggerSecret(number=one.number, set_at=one.set_at, set_by=one.set_by) for one in view.secrets],
        "trouble": trouble and TriggerTrouble(code=trouble.code, message=trouble.message, at=trouble.at),
        "connection_state": view.connection_state,
        "has_begun": view.has_begun,
        "is_listening": view.is_listening,
        "next_times": list(view.next_times),
        "may_edit": view.may_edit,
    }


def show_event(event: FoundEvent) -> TriggerEvent:
    """An event in an answer."""
    return TriggerEvent(
        id=event.id,
        at=event.at,
        what=event.what,
        outcome=event.outcome,
        reason=event.reason,
        run_id=event.run_id,
        replay_of=event.replay_of,
        attempts=event.attempts,
        followed=event.followed,
    )


def _row(row: TriggerRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "kind": row.kind,
        "process": show_named(row.process),
        "business_unit": show_named(row.business_unit),
        "state": row.state,
        "reason": row.reason,
        "connection": None if row.connection is None else show_named(row.connection),
        "last_event_at": row.last_event_at,
        "created_at": row.created_at,
        "modified_at": row.modified_at,
        "version": row.version,
    }
