"""What a use of a connection gives back."""

from dataclasses import dataclass, field

from jackfield.kernel import RequestId


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
