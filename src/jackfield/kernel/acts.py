"""The words for what somebody did: the audit records them, every feature speaks them (rule E1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from jackfield.errors import JsonValue
from jackfield.kernel.ids import BusinessUnitId, RequestId


class Door(StrEnum):
    """Through which door somebody came."""

    REST = "rest"
    CLI = "cli"
    UI = "ui"
    MCP = "mcp"
    PROCESS = "process"
    DATA = "data"
    TRIGGER = "trigger"
    SYSTEM = "system"


class ActorKind(StrEnum):
    """What an actor is."""

    PERSON = "person"
    SYSTEM = "system"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it."""

    kind: ActorKind
    id: str
    label: str
    """The name at that time, for readers; the id counts."""
    via: str | None = None
    """The session or API token used, by its id."""


class ObjectRef(NamedTuple):
    """What it was done to."""

    kind: str
    """As in `connection`, `person`, `group`, `business_unit`, `feature`, `token`."""
    id: str
    label: str = ""


class Outcome(StrEnum):
    """How it ended."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Act(NamedTuple):
    """One thing done, refused or failed; never holds a secret."""

    actor: Actor
    door: Door
    request_id: RequestId
    name: str
    """`noun.verb`, as in `connection.rename`; a use of a credential is `connection.use`."""
    object: ObjectRef
    business_unit_id: BusinessUnitId | None = None
    rule: str | None = None
    """The rule that allowed or refused it."""
    outcome: Outcome = Outcome.DONE
    data: Mapping[str, JsonValue] = MappingProxyType({})
    """What else a reader of the audit needs: old and new names, the action, an error code, counts."""
