"""What a process is, as decisions, lists and pages see it.

Process         the record: whose it is, its draft, which version is published
Content         what is versioned: definition, layout, form, settings
Version         a published content, unchangeable
ProcessFacts    what a decision about it asks for
ProcessView     one process as a person may see it      ProcessRow   the same in a list
StepView        a step that uses a connection, as it opens for an editor (C10)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from jackfield.connections import ConnectionState, Named, StepAccess
from jackfield.kernel import BusinessUnitId, ConnectionId, GroupId, JsonValue, PersonId, ProcessId


class ProcessAct(StrEnum):
    """What somebody may want to do with a process."""

    SEE = "see"
    READ_DEFINITION = "read_definition"
    """Read its draft and its versions."""
    EDIT = "edit"
    """Save its draft, rename it."""
    PUBLISH = "publish"
    """Publish a version, or take it back."""
    SET_RUNNERS = "set_runners"
    """Say who may run it."""
    SET_OWNER = "set_owner"
    DELETE = "delete"
    RUN = "run"
    READ_RUNS = "read_runs"
    """All of them; one's own one may always read."""
    MANAGE_RUNS = "manage_runs"
    """Retry a step, skip it, cancel."""
    MANAGE_TASKS = "manage_tasks"
    """See what its runs ask people, and ask others."""


class ProcessState(StrEnum):
    """How far along a process is."""

    DRAFT = "draft"
    """Never published, or taken back."""
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Settings:
    """What is set for the runs of a version."""

    sensitive: bool = False
    """Whether what its runs read and write is stored sealed."""
    most_at_once: int | None = None
    """How many of its runs go on at the same time; the others queue. None: as many as the business unit may have."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is edited, and published as a version."""

    definition: Mapping[str, Any]
    """Amazon States Language; a draft's may have problems."""
    layout: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """How it is drawn; the designer's business, kept as it is."""
    form: Mapping[str, Any] | None = None
    """What a run is started with, as `forms` reads it; None takes any object."""
    settings: Settings = field(default_factory=Settings)


@dataclass(frozen=True, slots=True)
class Runners:
    """Who may run it, beside the editors of its business unit."""

    people: frozenset[PersonId] = frozenset()
    groups: frozenset[GroupId] = frozenset()
    whole_unit: bool = False
    """Every member of the business unit."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process and its draft."""

    id: ProcessId
    business_unit_id: BusinessUnitId
    name: str
    """Unique in the business unit, compared by its key."""
    description: str
    owner_id: PersonId
    """Who is told when a run stops as faulty (P3)."""
    draft: Content
    draft_version: int
    """Counts the changes of the draft, for ETags."""
    last_number: int
    """Of the version that was published last; 0 is none yet."""
    published: int | None
    """The number of the version that new runs have; None: it can't be run."""
    created_at: datetime
    modified_at: datetime
    modified_by: PersonId
    version: int
    """Counts the changes of everything but the draft, for ETags."""
    deleted_at: datetime | None = None

    @property
    def known(self) -> "KnownProcess":
        """What rooms above know of it."""
        return KnownProcess(self.id, self.business_unit_id, self.name, self.owner_id, self.published is not None)

    @property
    def state(self) -> ProcessState:
        """How far along it is."""
        return ProcessState.DRAFT if self.published is None else ProcessState.PUBLISHED


@dataclass(frozen=True, slots=True)
class ProcessFacts:
    """All that decisions ask about a process."""

    id: ProcessId
    business_unit_id: BusinessUnitId
    owner_id: PersonId
    runners: Runners
    is_published: bool


@dataclass(frozen=True, slots=True)
class KnownProcess:
    """What rooms above know of a process."""

    id: ProcessId
    business_unit_id: BusinessUnitId
    name: str
    owner_id: PersonId
    is_published: bool


@dataclass(frozen=True, slots=True)
class Version:
    """A published content; never changes."""

    process_id: ProcessId
    number: int
    content: Content
    published_at: datetime
    published_by: PersonId
    """As whom its runs use connections: he had design use of each (C9)."""
    note: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version in a list."""

    number: int
    published_at: datetime
    published_by: Named
    note: str
    is_current: bool
    """Whether new runs have it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a definition, or with what it refers to."""

    pointer: str
    """A JSON pointer into the definition."""
    message: str
    code: str
    is_error: bool = True
    """Whether it stands in the way of publishing."""


@dataclass(frozen=True, slots=True)
class StepView:
    """A step that uses a connection, as it opens for an editor (C10)."""

    pointer: str
    name: str
    """Of the state."""
    resource: str
    reference: str
    """What the definition says: an id or a name."""
    connection_id: ConnectionId | None
    """None: there is no such connection in the business unit, or none any more."""
    connection_name: str | None
    connector: str | None
    connection_state: ConnectionState | None
    access: StepAccess | None
    problem: Finding | None = None
    """Why it couldn't be published by whoever looks, with the method of a custom integration that it calls (O5)."""


@dataclass(frozen=True, slots=True)
class CallView:
    """A step that runs another process."""

    pointer: str
    reference: str
    """What the definition says: an id or a name."""
    process_id: ProcessId | None
    """None: there is no such process in the business unit, or none any more."""
    process_name: str | None
    is_published: bool
    circle: str
    """The names on the way on which it would come back to itself; empty: it wouldn't."""


@dataclass(frozen=True, slots=True)
class DraftView:
    """The draft as an editor sees it."""

    content: Content
    version: int
    findings: tuple[Finding, ...]
    """What publishing would refuse or remark on now."""
    steps: tuple[StepView, ...]


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version as somebody reads it."""

    row: VersionRow
    content: Content
    steps: tuple[StepView, ...]


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """One process in a list."""

    id: ProcessId
    name: str
    description: str
    business_unit: Named
    owner: Named
    state: ProcessState
    published: int | None
    has_changes: bool
    """Whether the draft is another than the published version."""
    may_run: bool
    """Whether he who looks may run it now."""
    created_at: datetime
    modified_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class ProcessView:
    """One process as one person may see it."""

    row: ProcessRow
    form: Mapping[str, Any] | None
    """Of the published version: what a run is started with."""
    people: tuple[Named, ...]
    groups: tuple[Named, ...]
    whole_unit: bool
    may: frozenset[ProcessAct]
    called_by: tuple[Named, ...] = ()
    """The processes whose published versions run it as a step; for whoever may read definitions."""


@dataclass(frozen=True, slots=True)
class ProcessQuery:
    """What a list is narrowed to."""

    search: str = ""
    business_unit_id: BusinessUnitId | None = None
    state: ProcessState | None = None
    owned_by_me: bool = False
    runnable: bool = False
    """Published, and for him who looks to run."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One value that two contents don't have alike."""

    pointer: str
    """To it, as JSON pointer."""
    old: JsonValue
    """None also where there was nothing."""
    new: JsonValue
    """None also where there is nothing any more."""


@dataclass(frozen=True, slots=True)
class StateChange:
    """One state that two contents don't have alike."""

    path: str
    """As in `/Each/Pay`: a state inside the Map `Each`."""
    change: str
    """`added`, `removed` or `changed`."""
    fields: tuple[FieldChange, ...] = ()
    """Of a changed state: what differs, by its place inside it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What two contents don't have alike; the layout is left out."""

    states: tuple[StateChange, ...]
    definition_fields: tuple[FieldChange, ...]
    """Of the definition itself, as `StartAt`."""
    form_changed: bool
    settings: tuple[str, ...]
    """Names of the settings."""

    @property
    def is_empty(self) -> bool:
        """Whether they do the same."""
        return not (self.states or self.definition_fields or self.form_changed or self.settings)
