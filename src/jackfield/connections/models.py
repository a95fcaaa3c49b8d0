"""What a connection is, as decisions, lists and pages see it. Nothing here can hold a readable secret (C2).

Connection          the record: one configured access to one system
ConnectionFacts     what a decision about it asks for
ConnectionView      one connection as a person may see it      ConnectionRow   the same in a list
UsableConnection    what the gateway is handed for one use
Feature             the switch of a connector                  Candidate       what is tested before it is kept
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from jackfield.connections.use_models import UserKind
from jackfield.connectors import Credentials, Details, RemoteIdentity
from jackfield.egress import ReachPolicy
from jackfield.errors import HubError, JsonValue
from jackfield.kernel import BusinessUnitId, ConnectionId, GroupId, PersonId


class ConnectionAct(StrEnum):
    """What somebody may want to do with a connection."""

    SEE = "see"
    """Find it in the list, with its name, connector, health, admins and uses (C3)."""
    READ_DETAILS = "read_details"
    """Read its general details, and which secrets are set."""
    READ_ACTIVITY = "read_activity"
    DESIGN = "design"
    """Find it in pickers, and build with it (C8)."""
    USE = "use"
    """Call one of its actions directly."""
    RENAME = "rename"
    RECONNECT = "reconnect"
    ROLL_BACK = "roll_back"
    """Put the replaced credentials back (C5)."""
    RETRY = "retry"
    """Test it again."""
    CHANGE_DETAILS = "change_details"
    """Correct details and credentials of one that has never been connected."""
    SHARE = "share"
    """Add connection admins."""
    REMOVE_ADMIN = "remove_admin"
    SET_AUTHORIZED_PERSONS = "set_authorized_persons"
    DELETE = "delete"
    REPLACE = "replace"
    """Make its successor (C16)."""


class ConnectionState(StrEnum):
    """How a connection is (C14)."""

    CONNECTED = "connected"
    NEEDS_SIGN_IN = "needs_sign_in"
    """The other side no longer accepts the credentials: its admins are asked to reconnect."""
    UNREACHABLE = "unreachable"
    """The other side doesn't answer: tried again by itself."""
    OFF = "off"
    """Its connector is switched off (C13). Shown, never stored: switched on again, the connection is as it was."""
    NOT_CONNECTED = "not_connected"
    """Its test has never succeeded (C1)."""


STATE_CHANGED: Final = "connection.state"
"""What the audit calls a change of state; its data say `from`, `to` and `reason`."""


@dataclass(frozen=True, slots=True)
class Connection:
    """One configured access to one system."""

    id: ConnectionId
    business_unit_id: BusinessUnitId
    name: str
    """Unique in the business unit, compared by its key (C4)."""
    connector: str
    scheme: str
    details: Mapping[str, JsonValue]
    """Valid for the connector's declaration; fixed once it has been connected."""
    origin: str
    """Where its credentials may be sent, as the connector spells it; bound to each of them (D08)."""
    state: ConnectionState
    """Never `OFF`: see `shown_state`."""
    reason: str
    """Why it isn't connected, in one sentence; empty when it is."""
    remote: RemoteIdentity | None
    """Which account the other side took us for when it was last tested."""
    ever_connected: bool
    is_narrowed: bool
    """Whether authorized persons are named (C8)."""
    secret_version: int
    """Counts the sets of credentials it has had."""
    creator_id: PersonId
    created_at: datetime
    modified_at: datetime
    modified_by: PersonId
    last_used_at: datetime | None
    """To the minute."""
    version: int
    """Counts changes, for ETags."""
    successor_id: ConnectionId | None = None
    """The one that replaced it (C16)."""
    deleted_at: datetime | None = None
    reason_code: str = ""
    """The code of the error that `reason` is the sentence of; empty for other reasons."""
    feature_on: bool = True
    """Whether its connector is on, in the installation and in its business unit (C13)."""

    @property
    def shown_state(self) -> ConnectionState:
        """The state as people see it."""
        return self.state if self.feature_on else ConnectionState.OFF


@dataclass(frozen=True, slots=True)
class ConnectionFacts:
    """All that decisions ask about a connection; nothing in it is secret, and nothing else decides."""

    id: ConnectionId
    business_unit_id: BusinessUnitId
    connector: str
    creator_id: PersonId
    admin_ids: frozenset[PersonId]
    authorized_people: frozenset[PersonId] = frozenset()
    authorized_groups: frozenset[GroupId] = frozenset()
    state: ConnectionState = ConnectionState.CONNECTED
    ever_connected: bool = True
    feature_on: bool = True

    @property
    def is_narrowed(self) -> bool:
        """Whether authorized persons are named."""
        return bool(self.authorized_people or self.authorized_groups)


@dataclass(frozen=True, slots=True)
class AuthorizedPersons:
    """The people and groups to whom design use is narrowed; both empty is every editor of the business unit (C8)."""

    people: frozenset[PersonId] = frozenset()
    groups: frozenset[GroupId] = frozenset()


@dataclass(frozen=True, slots=True)
class SecretStatus:
    """All that can ever be known of a secret field (C2)."""

    field: str
    is_set: bool
    set_at: datetime | None = None
    set_by: PersonId | None = None
    set_by_name: str | None = None
    fingerprint: str | None = None
    """A keyed digest: equal for equal values of this field, and telling nothing else."""


class _Unchanged:
    """Leave the field as it is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNCHANGED"


class _Clear:
    """Empty the field."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "CLEAR"


UNCHANGED: Final = _Unchanged()
CLEAR: Final = _Clear()

CredentialChange = Mapping[str, Any]
"""What is to become of each credential field: a `Secret` or a plain value to set, `CLEAR`, or `UNCHANGED`, which is
also what a missing name means (C2). There are no sentinel strings: `***` is the password `***`."""


@dataclass(frozen=True, slots=True)
class Named:
    """A person, group or business unit by id and present name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    """One connection in a list (C3); no general details are in it."""

    id: ConnectionId
    name: str
    connector: str
    business_unit: Named
    state: ConnectionState
    """As people see it; `OFF` while its connector is."""
    reason: str
    reason_code: str
    creator: Named
    created_at: datetime
    modified_at: datetime
    last_used_at: datetime | None
    shared_with: tuple[Named, ...]
    """Its admins."""
    is_narrowed: bool
    uses: Mapping[UserKind, int]
    """How many processes, data objects and so on use it, drafts included (C15)."""
    version: int


@dataclass(frozen=True, slots=True)
class ConnectionDetails:
    """What only those may read who may read its details."""

    details: Mapping[str, JsonValue]
    scheme: str
    origin: str
    remote: RemoteIdentity | None
    secrets: tuple[SecretStatus, ...]
    authorized_people: tuple[Named, ...]
    authorized_groups: tuple[Named, ...]
    ever_connected: bool
    can_roll_back_until: datetime | None
    """Until when the replaced credentials are kept (C5)."""


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """One connection as one person may see it."""

    row: ConnectionRow
    details: ConnectionDetails | None
    """None to whom may see the connection and not read its details (C7)."""
    may: frozenset[ConnectionAct]
    """What this person may do with it now."""


@dataclass(frozen=True, slots=True)
class Pickable:
    """One connection in a picker: what a designer must know to build with it (C8)."""

    id: ConnectionId
    name: str
    connector: str
    business_unit: Named
    state: ConnectionState


class ConnectionSort(StrEnum):
    """How a list is ordered; `-` before it in the API turns it round."""

    NAME = "name"
    CREATED = "created"
    MODIFIED = "modified"
    LAST_USED = "last_used"
    CONNECTOR = "connector"
    HEALTH = "health"
    """By its state, as it was before its connector was switched off."""
    USES = "uses"
    """By how many things use it."""


@dataclass(frozen=True, slots=True)
class ConnectionQuery:
    """What a list is narrowed to."""

    search: str = ""
    """Part of the name, in any case."""
    connector: str | None = None
    states: frozenset[ConnectionState] = frozenset()
    """One of these; empty is any."""
    business_unit_id: BusinessUnitId | None = None
    created_by_me: bool = False
    shared_with_me: bool = False
    """Somebody else's, of which one is an admin."""
    besides: frozenset[ConnectionId] = frozenset()
    """Listed too, whether or not he may see them as connections: a room above vouches for it."""
    sort: ConnectionSort = ConnectionSort.NAME
    descending: bool = False


@dataclass(frozen=True, slots=True)
class ViewedAs:
    """Through whose eyes connections were looked at (C17)."""

    person: Named
    left_out: int
    """How much that person sees and the one who looks may not: connections of the whole list, however it is narrowed
    (counted up to 1,001); for one connection 1 if its details."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A connection to be tested with credentials that are not (or not yet) the stored ones; in memory only."""

    business_unit_id: BusinessUnitId
    connection_id: ConnectionId
    name: str
    connector: str
    scheme: str
    details: Details
    policy: ReachPolicy
    """What it may reach: the same as when it is used."""
    credentials: Credentials = field(repr=False)


@dataclass(frozen=True, slots=True)
class Checked:
    """How it went to sign in with what somebody filled in, before a connection is made of it."""

    remote: RemoteIdentity | None
    """None: it failed."""
    error: HubError | None
    """Why."""
    seconds: float


@dataclass(frozen=True, slots=True)
class SealedField:
    """One sealed credential field."""

    name: str
    version: int
    """The set of credentials it belongs to."""
    key_id: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class UsableConnection:
    """What one use of a connection needs, decided for one caller; still sealed."""

    facts: ConnectionFacts
    name: str
    connector: str
    scheme: str
    details: Details
    origin: str
    policy: ReachPolicy
    """The allow lists of the installation and of the business unit, and the permitted origins."""
    secret_version: int
    fields: tuple[SealedField, ...] = field(repr=False)
    rule: str
    """By which rule the caller may."""
    epoch: int
    """The policy epoch it was decided in; void with the next."""

    @property
    def id(self) -> ConnectionId:
        """The connection's id."""
        return self.facts.id

    @property
    def business_unit_id(self) -> BusinessUnitId:
        """Its business unit."""
        return self.facts.business_unit_id


@dataclass(frozen=True, slots=True)
class Feature:
    """The switch of one connector, in the installation and seen from one business unit (C13)."""

    connector: str
    title: str
    description: str
    business_unit_id: BusinessUnitId | None
    """None when only the installation's switch is asked for."""
    on_in_installation: bool
    on_in_unit: bool
    """True when no unit is asked for."""
    who_can_change: str
    """Who can turn on what is off, in words."""

    @property
    def is_on(self) -> bool:
        """On in both."""
        return self.on_in_installation and self.on_in_unit


@dataclass(frozen=True, slots=True)
class FeatureImpact:
    """What turning a feature off would freeze."""

    connections: int
    uses: Mapping[UserKind, int]
    """How many published processes, enabled triggers and so on refer to them."""
    running_runs: int = 0


@dataclass(frozen=True, slots=True)
class Departure:
    """What somebody's leaving would pass on (C12)."""

    connections: int
    """How many he is an admin of."""
    without_other_admins: int
    """How many of them have no other admin, so that the heirs get them."""
    heirs: tuple[Named, ...]
    """Who would become admins, and be told."""


@dataclass(frozen=True, slots=True)
class OutboundRule:
    """A target inside the company's network that connections may reach."""

    id: str
    business_unit_id: BusinessUnitId | None
    """None is the whole installation."""
    host: str
    """An address, a network in CIDR notation, a host name, or `*.` and a domain."""
    port: int | None
    """None is every port."""
    note: str
    created_at: datetime
    created_by: PersonId


@dataclass(frozen=True, slots=True)
class RewrapCount:
    """How far a key rotation has come with this batch."""

    rewrapped: int
    skipped: int
    """Under the new key already, or changed by somebody else meanwhile."""
    failed: int
    """Can't be opened: changed outside Jackfield, or their key is missing."""
    after: str | None
    """Where the next batch starts; None when this was the last."""
