"""What a use of a connection gives back, and who asks for it in a run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from jackfield.audit import Beside
from jackfield.connectors import Weight
from jackfield.errors import HubError, JsonValue
from jackfield.kernel import Actor, BusinessUnitId, ConnectionId, Door, PersonId, RequestId


@dataclass(frozen=True, slots=True)
class UseResult:
    """The answer of an action."""

    request_id: RequestId
    result: bytes = field(repr=False)
    """JSON, as the action's result model writes it, without the connection's secrets."""
    secret_reflected: bool
    """Whether the other side sent a secret of ours back; it was replaced (D11)."""
    attempts: int
    duration_ms: int


class Journal(Protocol):
    """What a run keeps of one attempt, written in the same transactions as the audit's record of it (rule P6)."""

    def intended(self, weight: Weight) -> Beside:
        """Before the effect. What it writes may refuse: the run is no longer this process's to go on with."""
        ...

    def settled(self, answer: UseResult | HubError) -> Beside:
        """After it; never refuses."""
        ...


@dataclass(frozen=True, slots=True)
class RunStep:
    """A step of a run, or a trigger that looks or listens, as it comes to the gateway: one attempt, repeated by the run and not here.

    It stands for a published definition, or a trigger, that names the connection, and that somebody made who then had
    design use (C9): who hands one in has seen to that.
    """

    connection_id: ConnectionId
    business_unit_id: BusinessUnitId
    """The process's: a connection of another one is unknown to it."""
    actor: Actor
    """Who started the run, or the trigger, as the audit names them."""
    request_id: RequestId
    turn: str
    """Whose turn it takes where calls of a connection queue: the process's, or the trigger's."""
    idempotency_key: str
    data: Mapping[str, JsonValue]
    """For the audit: the process and its version, the run, the step, as whom it runs."""
    journal: Journal | None = field(default=None, repr=False)
    """None for a look, which is no part of a run."""
    run_as: PersonId | None = None
    """Who published the version: methods of custom integrations are called by his right. None for a look, which calls
    none."""
    door: Door = Door.PROCESS
    """Through which door it comes."""
