"""What refers to connections (C15), as lists, refusals and other rooms see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from jackfield.kernel import BusinessUnitId, ConnectionId, PersonId


class UserKind(StrEnum):
    """What can refer to a connection (C15)."""

    PROCESS = "process"
    TRIGGER = "trigger"
    DATA_OBJECT = "data_object"
    INTEGRATION = "integration"


class UserState(StrEnum):
    """How far along what refers is."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RUNNING = "running"
    """An earlier version that runs still go by."""
    ENABLED = "enabled"
    PAUSED = "paused"
    ACTIVE = "active"
    ARCHIVED = "archived"


BLOCKING: Final = frozenset(
    {
        (UserKind.DATA_OBJECT, UserState.ACTIVE),
        (UserKind.PROCESS, UserState.PUBLISHED),
        (UserKind.TRIGGER, UserState.ENABLED),
        (UserKind.INTEGRATION, UserState.ACTIVE),
    }
)
"""What stands in the way of deleting (C11). Drafts, paused triggers and archived data objects do not."""


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that refers to a connection; written in the same transaction as that thing (C15)."""

    connection_id: ConnectionId
    kind: UserKind
    id: str
    """The id of what refers; with `part`, once per connection."""
    state: UserState
    label: str
    """What it is called."""
    container: str
    """The app or process it is in."""
    owner_id: PersonId
    link: str
    """Where one looks at it, as a path of the web interface."""
    business_unit_id: BusinessUnitId
    part: str = ""
    """Which part of it refers, as a version or a step."""
    methods: tuple[str, ...] = ()
    """Of a custom integration: the methods that it uses, by name and in order."""

    @property
    def blocks_deletion(self) -> bool:
        """Whether the connection can't be deleted while this is so (C11)."""
        return (self.kind, self.state) in BLOCKING

    @property
    def is_in_force(self) -> bool:
        """Whether calls are made by it."""
        return self.blocks_deletion or self.state is UserState.RUNNING


@dataclass(frozen=True, slots=True)
class UsesView:
    """Where a connection is used, as far as one may know."""

    visible: tuple[Use, ...]
    owners: Mapping[PersonId, str]
    """The names of the owners of what is visible."""
    hidden: Mapping[str, int]
    """How many more there are, by their owner's name; what they are isn't said (C11)."""

    @property
    def total(self) -> int:
        """All of them."""
        return len(self.visible) + sum(self.hidden.values())
