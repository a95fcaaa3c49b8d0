"""What a custom integration is, as decisions, lists and pages see it.

Integration    the record: what there is beyond its connection          Method   one operation of its document
Grant          who may call a method, and whether that must be confirmed
Document       one version of the document                              Reading  what was made of a document's text
Definition     all that calls and pages ask of an integration, of one version
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from jackfield.connections import ConnectionFacts, ConnectionRow, Named, UsesView
from jackfield.connectors import Effect, Repeat
from jackfield.kernel import BusinessUnitId, ConnectionId, GroupId, PersonId


class IntegrationAct(StrEnum):
    """What somebody may want to do with a custom integration."""

    SEE = "see"
    """Find it in the list, with the methods that one may call."""
    READ = "read"
    """Read all its methods, with their grants, and the versions of its document."""
    CHANGE = "change"
    """Change its title and description."""
    GRANT = "grant"
    """Say who may call its methods (O5)."""
    UPDATE = "update"
    """Give it another version of its document (O9)."""
    CALL = "call"
    """Call one of its methods."""


class GrantLevel(StrEnum):
    """Of which kind the entries of a grant are: exactly one (O5)."""

    COMPANY = "company"
    """Business units: their members, editors and administrators."""
    GROUPS = "groups"
    INDIVIDUALS = "individuals"
    """People."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Who may call a method, within the access groups (O5)."""

    level: GrantLevel
    entries: frozenset[str]
    """Ids of business units, of groups or of people, as the level says; at least one."""
    confirmation: bool
    """Whether a person must confirm each call (O6)."""
    granted_at: datetime
    granted_by: PersonId
    held: str = ""
    """Why the method can't be called until somebody who administers has accepted it: it changed its meaning with an
    update of the document (D26). Empty when it can."""


@dataclass(frozen=True, slots=True)
class Method:
    """One operation of a document, without what only its call needs."""

    name: str
    """Distinct in the document and the same at every reading."""
    verb: str
    path: str
    summary: str
    tags: tuple[str, ...]
    is_deprecated: bool
    effect: Effect
    effect_reason: str
    """Why that is its effect, in one sentence."""
    repeat: Repeat
    suggested: Effect | None
    """A lighter effect that the document's words suggest: for a person to take, never taken by itself."""
    suggested_reason: str
    fingerprint: str
    """Of its meaning: another one is another meaning."""

    @property
    def label(self) -> str:
        """`GET /path`."""
        return f"{self.verb} {self.path}"

    @property
    def is_writing(self) -> bool:
        """Whether it does anything but read."""
        return self.effect is not Effect.READ


@dataclass(frozen=True, slots=True)
class Document:
    """One version of an integration's document."""

    number: int
    """Counts the versions of this integration from 1."""
    digest: str
    """SHA-256 of the text as it was given, in hexadecimal."""
    title: str
    api_version: str
    """What the document says of itself."""
    specification: str
    """`2.0`, `3.0`, `3.1` or `3.2`."""
    operations: int
    understood: int
    restored_from: int | None
    """The version that this one is a copy of."""
    created_at: datetime
    created_by: PersonId


@dataclass(frozen=True, slots=True)
class Integration:
    """What there is of a custom integration beyond its connection."""

    id: ConnectionId
    """Its connection's."""
    description: str
    document_number: int
    """The version of the document in force."""
    created_at: datetime
    created_by: PersonId
    modified_at: datetime
    modified_by: PersonId
    version: int
    """Counts changes, for ETags; whatever a definition is made of counts it up."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Somebody said that he has reviewed and understood the requirements and responsibilities (O3)."""

    text_version: str
    person_id: PersonId
    at: datetime


@dataclass(frozen=True, slots=True)
class Definition:
    """All that decisions, lists of methods and calls ask of an integration, as of one of its versions."""

    integration: Integration
    access_groups: frozenset[GroupId]
    document: Document
    methods: Mapping[str, Method]
    """By name, in the order of the document."""
    grants: Mapping[str, Grant]
    """By the name of the method; what has none is called by nobody."""


@dataclass(frozen=True, slots=True)
class IntegrationFacts:
    """All that a decision asks about an integration."""

    access_groups: frozenset[GroupId]
    connection: ConnectionFacts


@dataclass(frozen=True, slots=True)
class Reading:
    """What was made of a document's text; nothing of it is stored yet."""

    source: bytes = field(repr=False)
    """The text as it was given."""
    json_text: bytes = field(repr=False)
    """The same as JSON, checked."""
    digest: str
    title: str
    api_version: str
    specification: str
    report: Mapping[str, Any]
    """As `openapi.show_report` has it."""
    methods: tuple[Method, ...]
    api: Any = field(repr=False)
    """`openapi.Api`."""


@dataclass(frozen=True, slots=True)
class WantedGrant:
    """A grant as somebody asks for it."""

    level: GrantLevel
    entries: frozenset[str]
    confirmation: bool | None = None
    """None is as the method's effect suggests: everything but reading is confirmed (O6)."""


@dataclass(frozen=True, slots=True)
class MethodFilter:
    """Which methods of an integration."""

    search: str = ""
    """Part of the name, path, summary or a tag, in any case."""
    verb: str | None = None
    tag: str | None = None
    effect: Effect | None = None
    is_granted: bool | None = None


@dataclass(frozen=True, slots=True)
class GrantChange:
    """One change of grants: of some methods by name, or of all that a filter finds."""

    methods: frozenset[str] | None
    filter: MethodFilter | None
    grant: WantedGrant | None
    """None takes the grant away."""


@dataclass(frozen=True, slots=True)
class GrantOutcome:
    """What a change of grants does, or would do."""

    methods: int
    """How many are named by the changes."""
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    writing: tuple[str, ...]
    """Those newly granted, or accepted after an update, that do more than read: for them the responsibilities are asked about again (O3)."""
    unconfirmed_writing: tuple[str, ...]
    """Those granted that do more than read and that nobody has to confirm."""
    needs_acknowledgement: bool
    version: int


@dataclass(frozen=True, slots=True)
class ChangedMethod:
    """A method that another version of the document changes."""

    before: Method
    after: Method
    """By another name, where the document calls it another; it is the same verb and path."""
    impact: str
    """`words`, `compatible` or `breaking`."""
    changes: tuple[Any, ...]
    """`openapi.Change`s, the worst first."""
    omitted: int
    """Changes beyond those that are listed; they are none of them worse."""
    grant: Grant | None
    is_held: bool
    """Whether it could not be called until somebody accepts it: it breaks, or does more than before (D26)."""


@dataclass(frozen=True, slots=True)
class UpdatePlan:
    """What another version of the document would do (O9)."""

    based_on: int
    """The version in force that it was compared with."""
    reading: Reading
    added: tuple[Method, ...]
    """Granted to nobody."""
    removed: tuple[Method, ...]
    removed_grants: Mapping[str, Grant]
    """Of those removed that are granted: they stand in the way unless confirmed."""
    changed: tuple[ChangedMethod, ...]
    same: int
    moved: tuple[tuple[Method, Method], ...]
    """One removed and one added that have the same operationId: for rights they are strangers."""
    general: tuple[Any, ...]
    """`openapi.Change`s of the document as a whole."""
    grants: Mapping[str, Grant]
    """As they would be, by the names in the new version."""
    raised: tuple[str, ...]
    """Granted methods that do more than read, and only read before or wait to be accepted (O3)."""
    lost: frozenset[str]
    """Names that mean no method any more, or another one: what uses them would fail."""
    used: UsesView = field(default_factory=lambda: UsesView((), {}, {}))
    """What uses a name that is lost, or a method that changes its meaning; as far as whoever looks may know."""
    lost_in_force: frozenset[str] = frozenset()
    """The lost ones that something in force uses."""

    @property
    def has_changes(self) -> bool:
        """Whether anything is described in another way than before."""
        return bool(self.added or self.removed or self.changed or self.general)

    @property
    def touched(self) -> frozenset[str]:
        """The names whose uses are worth looking at."""
        return self.lost | {one.before.name for one in self.changed if one.impact != "words"}

    @property
    def to_confirm(self) -> list[str]:
        """What stands in the way unless somebody confirms that it goes (O9)."""
        return sorted(self.lost_in_force.union(self.removed_grants))


@dataclass(frozen=True, slots=True)
class Succession:
    """What becomes of the grants when a successor takes an integration's place (C16)."""

    dropped: tuple[str, ...]
    """Methods whose grants lie wholly outside the successor's access groups."""
    narrowed: tuple[str, ...]
    """Methods whose grants keep some of their entries."""
    grants: Mapping[str, Grant]
    """Those that it has."""


class MethodUse(StrEnum):
    """Whether somebody may call a method."""

    ALLOWED = "allowed"
    CONFIRMATION = "confirmation"
    """When a person has confirmed the call."""
    NO = "no"


@dataclass(frozen=True, slots=True)
class NamedGrant:
    """A grant with the present names of its entries."""

    grant: Grant
    entries: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class MethodRow:
    """One method in a list, for one person."""

    method: Method
    use: MethodUse
    """Whether the one who looks may call it now."""
    grant: NamedGrant | None
    """For those who may read the grants."""


@dataclass(frozen=True, slots=True)
class IntegrationRow:
    """One integration in a list."""

    connection: ConnectionRow
    integration: Integration
    document: Document
    total: int
    """How many methods it has."""
    granted: int
    """How many of them are granted to anybody."""
    held: int
    """How many of the granted ones wait to be accepted after an update."""
    known: int
    """How many of the granted ones are the one's who looks, whether or not they can be called at this moment."""
    mine: int
    """How many he may call now."""
    may_see_connection: bool
    """Whether he may see it as a connection, too (C3)."""
    may: frozenset[IntegrationAct]
    """What he may do with it now."""


@dataclass(frozen=True, slots=True)
class IntegrationView:
    """One integration as one person may see it."""

    row: IntegrationRow
    access_groups: tuple[Named, ...] | None
    """None to who may only call methods."""
    acknowledged: Acknowledgement | None
    acknowledged_by: str
    """The name of who did."""
    created_by: Named


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One person, and what he may call."""

    person: Named
    uses: tuple[MethodUse, ...]
    """In the order of the matrix' methods."""


@dataclass(frozen=True, slots=True)
class IntegrationDraft:
    """What somebody filled in to create a custom integration."""

    business_unit_id: BusinessUnitId
    title: str
    description: str
    access_groups: frozenset[GroupId]
    document: bytes = field(repr=False)
    details: Mapping[str, Any]
    scheme: str
    credentials: Mapping[str, Any] = field(repr=False)
    grants: tuple[GrantChange, ...]
    accepted_responsibilities: str | None
    """The version of the text that he has ticked (O3)."""
