"""Processes in answers."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from jackfield.api.bodies import Input, Output, Whole
from jackfield.api.languages import Words
from jackfield.api.paging import Tagging
from jackfield.api.routers.shown_connections import Named, show_named
from jackfield.connections import ConnectionState, StepAccess
from jackfield.processes import (
    MOST_AT_ONCE,
    DraftView,
    FieldChange,
    Form,
    ProcessAct,
    ProcessRow,
    ProcessState,
    ProcessView,
    StepView,
    VersionView,
)
from jackfield.processes import Content as FoundContent
from jackfield.processes import Difference as FoundDifference
from jackfield.processes import Settings as FoundSettings
from jackfield.processes import VersionRow as FoundVersionRow

Document = Annotated[dict[str, Any], Field(max_length=10_000)]


class ProcessSettings(Input):
    """What is set for the runs of a version."""

    sensitive: bool = Field(default=False, description="Whether what its runs read and write is stored sealed.")
    most_at_once: Annotated[int, Field(ge=1, le=MOST_AT_ONCE), Whole] | None = Field(
        default=None,
        description="How many of its runs go on at the same time; the others queue.",
    )


class ProcessContent(Input):
    """What is edited, and published as a version."""

    definition: Document = Field(description="Amazon States Language; see docs/processes.md.")
    layout: Document = Field(default_factory=dict[str, Any], description="How it is drawn; kept as it is.")
    form: Form | None = Field(
        default=None,
        description="What a run is started with, as a JSON schema of what can be filled in; null takes any object.",
    )
    settings: ProcessSettings = Field(default_factory=ProcessSettings)


class ProcessInList(Output):
    """A process, without its definition."""

    id: str
    name: str
    description: str
    business_unit: Named
    owner: Named = Field(description="Who is told when a run stops as faulty.")
    state: ProcessState
    published: int | None = Field(description="The number of the version that new runs have.")
    has_changes: bool = Field(description="Whether the draft is another than the published version.")
    may_run: bool
    created_at: datetime
    modified_at: datetime
    version: int


class Process(ProcessInList):
    """A process as the caller may see it."""

    form: dict[str, Any] | None = Field(description="Of the published version: what a run is started with.")
    people: list[Named] = Field(description="Who may run it, beside the editors of its business unit.")
    groups: list[Named]
    whole_unit: bool = Field(description="Whether every member of its business unit may run it.")
    may: list[ProcessAct] = Field(description="What the caller may do with it now.")
    called_by: list[Named] = Field(
        description="The processes whose published versions run it as a step; for whoever may read definitions."
    )


class ProcessFinding(Output):
    """Something wrong with a definition, or with what it refers to."""

    pointer: str = Field(description="A JSON pointer into the definition.")
    message: Words
    code: str
    is_error: bool = Field(description="Whether it stands in the way of publishing.")


class ProcessStep(Output):
    """A step that uses a connection, as it opens for the caller (C10)."""

    pointer: str
    name: str
    resource: str
    reference: str = Field(description="What the definition calls the connection: an id or a name.")
    connection_id: str | None = Field(description="Null: the business unit has no such connection.")
    connection_name: str | None
    connector: str | None
    connection_state: ConnectionState | None
    access: StepAccess | None = Field(description="Locked: keep the step or give it another connection.")
    problem: ProcessFinding | None = Field(
        description="Why the caller couldn't publish it with the method that it calls; null where he could."
    )


class ProcessDraft(Output):
    """The draft as an editor sees it."""

    definition: dict[str, Any]
    layout: dict[str, Any]
    form: dict[str, Any] | None
    settings: ProcessSettings
    version: int
    findings: list[ProcessFinding]
    steps: list[ProcessStep]


class ProcessVersionInList(Output):
    """A published version."""

    number: int
    published_at: datetime
    published_by: Named = Field(description="By whose right its runs use connections (C9).")
    note: str
    is_current: bool = Field(description="Whether new runs have it.")


class ProcessVersion(ProcessVersionInList):
    """A published version with its content."""

    definition: dict[str, Any]
    layout: dict[str, Any]
    form: dict[str, Any] | None
    settings: ProcessSettings
    steps: list[ProcessStep]


class ChangedField(Output):
    """One value that two contents don't have alike."""

    pointer: str = Field(description="A JSON pointer to it.")
    old: Any = Field(description="Null also where there was nothing.")
    new: Any = Field(description="Null also where there is nothing any more.")


class ChangedState(Output):
    """One state that two contents don't have alike."""

    path: str
    change: str = Field(description="`added`, `removed` or `changed`.")
    fields: list[ChangedField] = Field(description="Of a changed state: what differs, by its place inside it.")


class ProcessDifference(Output):
    """What two contents don't have alike; the layout is left out."""

    states: list[ChangedState]
    definition_fields: list[ChangedField]
    form_changed: bool
    settings: list[str]
    is_empty: bool


def read_content(body: ProcessContent) -> FoundContent:
    """What came in."""
    form = None if body.form is None else body.form.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return FoundContent(body.definition, body.layout, form, FoundSettings(**body.settings.model_dump()))


def show_in_list(row: ProcessRow) -> ProcessInList:
    """A process in a list."""
    return ProcessInList(**_row(row))


def show_process(tag: Tagging, view: ProcessView) -> Process:
    """A process in an answer, with its ETag."""
    tag.set(view.row.version)
    return Process(
        **_row(view.row),
        form=None if view.form is None else dict(view.form),
        people=[show_named(one) for one in view.people],
        groups=[show_named(one) for one in view.groups],
        whole_unit=view.whole_unit,
        called_by=[show_named(one) for one in view.called_by],
        may=sorted(view.may),
    )


def show_draft(tag: Tagging, view: DraftView) -> ProcessDraft:
    """A draft in an answer, with its ETag."""
    tag.set(view.version)
    return ProcessDraft(
        **_content(view.content),
        version=view.version,
        findings=[ProcessFinding(**asdict(one)) for one in view.findings],
        steps=[_step(one) for one in view.steps],
    )


def show_version_in_list(row: FoundVersionRow) -> ProcessVersionInList:
    """A version in a list."""
    return ProcessVersionInList(**_version(row))


def show_version(view: VersionView) -> ProcessVersion:
    """A version in an answer."""
    return ProcessVersion(**_version(view.row), **_content(view.content), steps=[_step(one) for one in view.steps])


def show_difference(found: FoundDifference) -> ProcessDifference:
    """A difference in an answer."""
    return ProcessDifference(
        states=[ChangedState(path=one.path, change=one.change, fields=_fields(one.fields)) for one in found.states],
        definition_fields=_fields(found.definition_fields),
        form_changed=found.form_changed,
        settings=list(found.settings),
        is_empty=found.is_empty,
    )


def _fields(changes: Iterable[FieldChange]) -> list[ChangedField]:
    return [ChangedField(pointer=one.pointer, old=one.old, new=one.new) for one in changes]


def _row(row: ProcessRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "description": row.description,
        "business_unit": show_named(row.business_unit),
        "owner": show_named(row.owner),
        "state": row.state,
        "published": row.published,
        "has_changes": row.has_changes,
        "may_run": row.may_run,
        "created_at": row.created_at,
        "modified_at": row.modified_at,
        "version": row.version,
    }


def _content(content: FoundContent) -> dict[str, Any]:
    return {
        "definition": dict(content.definition),
        "layout": dict(content.layout),
        "form": None if content.form is None else dict(content.form),
        "settings": ProcessSettings(**asdict(content.settings)),
    }


def _version(row: FoundVersionRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "published_at": row.published_at,
        "published_by": show_named(row.published_by),
        "note": row.note,
        "is_current": row.is_current,
    }


def _step(step: StepView) -> ProcessStep:
    return ProcessStep(**asdict(step))
