"""What a trigger and its events are, as decisions, lists and pages see them. Nothing here can hold a readable secret.

Trigger       the record: what starts runs of which process, and how far it has looked
Event         one thing that happened, and what came of it
TriggerView   one trigger as a person may see it      TriggerRow   the same in a list
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from jackfield.connections import ConnectionState, Named
from jackfield.kernel import BusinessUnitId, ConnectionId, EventId, PersonId, ProcessId, RunId, Secret, TriggerId
from jackfield.triggers.kinds import Declaration, File, Mail, TriggerKind


class TriggerState(StrEnum):
    """Whether it starts runs."""

    ENABLED = "enabled"
    PAUSED = "paused"
    """By somebody; it keeps its place."""
    HELD = "held"
    """Enabled, and can't look now: its connection is switched off or not healthy. It keeps its place, and goes on by
    itself. Shown, never stored."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a trigger couldn't look, or refused a request, when that last happened."""

    code: str
    message: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts runs of a process."""

    id: TriggerId
    process_id: ProcessId
    business_unit_id: BusinessUnitId
    """The process's."""
    name: str
    """Unique for the process, compared by its key."""
    kind: TriggerKind
    settings: Declaration
    connection_id: ConnectionId | None
    is_enabled: bool
    place: Mapping[str, Any]
    """How far it has looked; the kind's own business."""
    due_at: datetime | None
    """When to look next; None for what comes by itself, and while it is paused."""
    fence: int
    """Counts who looked; what a process stores that lost its turn meanwhile is refused."""
    failures: int
    """How often in a row it couldn't look."""
    trouble: Trouble | None
    told: int
    """Counts what was heard, so that of what comes while it looks nothing is missed."""
    listening_until: datetime | None
    """Until when it is sure to hear at once of what it looks for; None: it only looks."""
    address: int
    """Counts the addresses that a webhook has had."""
    created_at: datetime
    modified_at: datetime
    modified_by: PersonId
    version: int
    """Counts changes by people, for ETags."""
    deleted_at: datetime | None = None

    @property
    def has_begun(self) -> bool:
        """Whether what arrives from now on starts runs: until it has looked once, nobody knows what was there before."""
        takes_only_new = isinstance(self.settings, Mail | File) and not self.settings.existing
        return bool(self.place) or not takes_only_new


@dataclass(frozen=True, slots=True)
class SecretInForce:
    """A secret that a webhook's requests may be signed with: that it is there, and since when."""

    number: int
    set_at: datetime
    set_by: PersonId


class Outcome(StrEnum):
    """What came of an event."""

    WAITING = "waiting"
    """Stored; its run is about to be started."""
    STARTED = "started"
    REFUSED = "refused"
    """There was nothing to run, or its input is not what the process asks for."""
    SKIPPED = "skipped"
    """Times of a schedule that were missed, and are not made up for."""


class Followed(StrEnum):
    """What became of the mail or file afterwards."""

    NOT_ASKED = "not_asked"
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    KEPT = "kept"
    """Left where it is, because not all of it could be handed to the run."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened."""

    id: EventId
    trigger_id: TriggerId
    at: datetime
    what: str
    """In one line, for readers: a subject, a path, a time."""
    outcome: Outcome
    reason: str
    """Why there is no run, or what else is to be known; empty otherwise."""
    run_id: RunId | None
    replay_of: EventId | None
    """The event whose input it has once more."""
    attempts: int
    """How often starting its run was tried."""
    followed: Followed
    source: Mapping[str, Any]
    """Where what arrived lies, for what is done with it afterwards."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event about to be stored."""

    key: str
    """The same for the same thing, however often it is seen; empty where nothing says that it is the same."""
    what: str
    input: Mapping[str, Any] | None = field(repr=False)
    """Of the run; None: there is none."""
    is_whole: bool = False
    """Whether the run gets this alone, and no word of the event."""
    reason: str = ""
    source: Mapping[str, Any] = field(default_factory=dict[str, Any])
    followed: Followed = Followed.NOT_ASKED


@dataclass(frozen=True, slots=True)
class Sighted:
    """What a trigger would start a run for now (`look`)."""

    what: str
    is_known: bool
    """Whether it has started one already."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a trigger sees when it looks without starting anything."""

    found: tuple[Sighted, ...]
    has_more: bool = False
    next_times: tuple[datetime, ...] = ()
    """Of a schedule."""


@dataclass(frozen=True, slots=True)
class TriggerRow:
    """One trigger in a list."""

    id: TriggerId
    name: str
    kind: TriggerKind
    process: Named
    business_unit: Named
    state: TriggerState
    reason: str
    """Why it is held; empty otherwise."""
    connection: Named | None
    last_event_at: datetime | None
    created_at: datetime
    modified_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class TriggerView:
    """One trigger as one person may see it."""

    row: TriggerRow
    settings: Mapping[str, Any]
    path: str | None
    """A webhook's address, as a path of this server."""
    secrets: tuple[SecretInForce, ...]
    trouble: Trouble | None
    connection_state: ConnectionState | None
    has_begun: bool
    """Whether it has looked once; what arrives before that is taken for what was there."""
    is_listening: bool
    """Whether it hears at once of what it looks for."""
    next_times: tuple[datetime, ...]
    """Of a schedule: the next five times."""
    may_edit: bool


@dataclass(frozen=True, slots=True)
class IssuedSecret:
    """A webhook's secret just made."""

    number: int
    secret: Secret
    """To be handed to the sender; never shown again."""


@dataclass(frozen=True, slots=True)
class TriggerQuery:
    """What a list is narrowed to."""

    search: str = ""
    process_id: ProcessId | None = None
    business_unit_id: BusinessUnitId | None = None
    kind: TriggerKind | None = None
    is_enabled: bool | None = None


@dataclass(frozen=True, slots=True)
class NewTrigger:
    """A trigger to be made."""

    process: str
    """By id, or by a name that means only one."""
    name: str
    kind: TriggerKind
    settings: Mapping[str, Any]
    connection: str | None = None
    is_enabled: bool = True
