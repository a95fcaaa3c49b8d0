"""What a failure of a step means: what the error output gets, and whether it is tried again by itself (P3). Pure."""

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from jackfield.connectors import Repeat
from jackfield.errors import HubError, Kind, LimitedError

MOST_RETRIES: Final = 4
_FIRST_PAUSE_SECONDS: Final = 1.0
_LONGEST_PAUSE_SECONDS: Final = 60.0
_LONGEST_WISH_SECONDS: Final = 300.0
"""How long another system may ask us to wait."""
_PASSING: Final = frozenset({Kind.REMOTE_UNAVAILABLE, Kind.REMOTE_THROTTLED, Kind.OUTCOME_UNKNOWN, Kind.LIMITED})
TIMED_OUT: Final = "States.Timeout"
_TURNS: Final = frozenset({"connection.busy", "calls.too_many"})


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt failed, as it is stored and given to the error output."""

    code: str
    kind: str
    message: str
    status: Any
    retryable: bool
    retry_after: float | None
    action: str
    connection: str | None
    request_id: str
    has_left: bool
    """Whether something may have left: what never did may always be tried again."""
    attempts: int = 1
    timed_out: bool = False
    """Whether the time that it had was over."""

    @property
    def name(self) -> str:
        """As `Retry` and `Catch` compare it."""
        return TIMED_OUT if self.timed_out else self.code

    @property
    def is_turn(self) -> bool:
        """Whether it only didn't get its turn among our own calls: nothing is wrong, and it waits for the next."""
        return self.code in _TURNS and not self.has_left

    @property
    def is_unknown(self) -> bool:
        """Whether it may have taken effect."""
        return self.kind == Kind.OUTCOME_UNKNOWN.value


def failure_of(error: HubError, *, action: str, connection: str | None, request_id: str, has_left: bool) -> Failure:
    """What is kept of an error."""
    return Failure(
        code=error.code,
        kind=error.kind.value,
        message=error.message,
        status=error.data.get("status"),
        retryable=error.retryable,
        retry_after=error.retry_after,
        action=action,
        connection=connection,
        request_id=request_id,
        has_left=has_left,
        timed_out=error.data.get("timed_out") is True,
    )


def timed_out(action: str, request_id: str, seconds: float) -> Failure:
    """Of a step that waited for longer than its `TimeoutSeconds`."""
    error = LimitedError(f"nothing answered the step within {seconds:g} seconds", code="step.timed_out")
    found = failure_of(error, action=action, connection=None, request_id=request_id, has_left=True)
    return replace(found, timed_out=True)


def pause_before_retry(failure: Failure, repeat: str | None, retries: int, seed: str) -> timedelta | None:
    """How long until a step without a `Retry` of its own is tried again; None: it is not.

    At most four times, after twice as long each time with a part of chance (the same whenever it is asked), or as long as
    the other side asks for; only what passes, and only what may be repeated. What didn't get its turn is, however often.

    Args:
        failure: How the last attempt failed.
        repeat: Whether it may be made again, as the action says.
        retries: How many there were.
        seed: Of the run and the step.
    """
    if failure.is_turn:
        return timedelta(seconds=failure.retry_after or _FIRST_PAUSE_SECONDS)
    if retries >= MOST_RETRIES or Kind(failure.kind) not in _PASSING:
        return None
    if failure.kind == Kind.LIMITED.value and failure.retry_after is None:
        return None
    if failure.has_left and repeat in {None, Repeat.ONCE.value}:
        return None
    if failure.retry_after is not None:
        return timedelta(seconds=min(_LONGEST_WISH_SECONDS, failure.retry_after))
    bound = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2**retries)
    chance = int.from_bytes(hashlib.sha256(f"{seed}:{retries}".encode()).digest()[:4]) / 2**32
    return timedelta(seconds=bound / 2 + bound / 2 * chance)


def may_be_made_again(failure: Failure) -> bool:
    """Whether a `Retry` of the definition may have it tried again: never where it may have taken effect."""
    return not failure.is_unknown


def waits_for_connection(failure: Failure, repeat: str | None) -> bool:
    """Whether a step that nothing caught is parked until its connection is healthy again, and not for a person (P8).

    Where the other side didn't accept the credentials, or the connector is switched off (C13), nothing was done; where it
    can't be reached, only what never left or may be made again is.
    """
    if failure.connection is None:
        return False
    if failure.kind in {Kind.REMOTE_SIGN_IN.value, Kind.FEATURE_OFF.value}:
        return True
    is_safe = not failure.has_left or repeat not in {None, Repeat.ONCE.value}
    return failure.kind == Kind.REMOTE_UNAVAILABLE.value and is_safe


def error_output(failure: Failure) -> dict[str, Any]:
    """What the error output gets beside the error's name and cause (P3)."""
    return {
        "code": failure.code,
        "kind": failure.kind,
        "message": failure.message,
        "status": failure.status,
        "retryable": failure.retryable,
        "retry_after": failure.retry_after,
        "attempts": failure.attempts,
        "action": failure.action,
        "connection": failure.connection,
        "request_id": failure.request_id,
    }
