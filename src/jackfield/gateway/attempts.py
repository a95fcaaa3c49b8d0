"""What a failure of one attempt means, and whether another may follow (rules P3, P6; case D36)."""

import random
from dataclasses import dataclass

from jackfield.connectors import Effect, Repeat, Weight
from jackfield.errors import HubError, Kind, OutcomeUnknownError, RemoteError, RemoteUnavailableError

MOST_ATTEMPTS = 3
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0

_WORTH_REPEATING = frozenset({Kind.REMOTE_UNAVAILABLE, Kind.REMOTE_THROTTLED, Kind.OUTCOME_UNKNOWN})


class ConnectorFailedError(HubError):
    """A connector raised what it should not; the log has the rest."""

    code = "connector.failed"
    kind = Kind.MISCONFIGURED
    fields = frozenset({"connector", "action"})


def classify(error: Exception, weight: Weight, *, connector: str, action: str, seconds: float) -> HubError:
    """One `HubError` for whatever an attempt raised.

    What may have taken effect is `outcome_unknown`; a read that may have been done simply has no answer.
    """
    only_reads = weight.repeat is Repeat.READ and weight.effect is Effect.READ
    if isinstance(error, OutcomeUnknownError) and only_reads:
        data = {name: value for name, value in error.data.items() if name in RemoteError.fields}
        if data.get("timed_out"):
            return RemoteUnavailableError(error.message, code="remote.timed_out", **data)
        return RemoteUnavailableError(error.message, code="remote.no_answer", **data)
    if isinstance(error, HubError):
        return error
    if isinstance(error, TimeoutError):
        sentence = f"{connector} {action} had no answer within {seconds:g} seconds"
        if only_reads:
            return RemoteUnavailableError(f"{sentence}; try again later", code="remote.timed_out", timed_out=True)
        return OutcomeUnknownError(
            f"{sentence}; look at the other side whether it took effect before trying again", timed_out=True
        )
    return ConnectorFailedError(
        f"{connector} {action} failed inside Jackfield; the server's log has the reason under this request's id",
        connector=connector,
        action=action,
    )


@dataclass(frozen=True, slots=True)
class Again:
    """Try again after `pause` seconds."""

    pause: float


def may_repeat(error: HubError, weight: Weight, attempts: int, *, seconds_left: float) -> Again | None:
    """Whether another attempt may follow: only of what may be repeated, at most three in all, and in time.

    The pause is random below a bound that doubles (full jitter), or what the other side asked for.
    """
    if attempts >= MOST_ATTEMPTS or error.kind not in _WORTH_REPEATING or weight.repeat is Repeat.ONCE:
        return None
    if error.retry_after is not None:
        pause = error.retry_after
    else:
        pause = random.uniform(0, min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**attempts))  # noqa: S311  # jitter, no secret
    return Again(pause) if pause < seconds_left / 2 else None
