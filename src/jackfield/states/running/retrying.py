"""What becomes of a failure: `Retry`, then `Catch`."""

from datetime import timedelta
from typing import Final

from jackfield.states.chance import Chance
from jackfield.states.failures import StateFailedError, matches
from jackfield.states.machine import Catcher, Retrier, State, StateType
from jackfield.states.running.scopes import Visit

_LONGEST: Final = 31_622_400.0
"""Seconds: a year, where a back-off has no cap of its own."""


def next_retry(visit: Visit, failure: StateFailedError, chance: Chance) -> timedelta | None:
    """How long to wait until the next attempt, which is counted; None if there is none.

    The n-th retry waits IntervalSeconds x BackoffRate^(n-1), at most MaxDelaySeconds; with JitterStrategy FULL, a random
    part of that.
    """
    if not failure.retryable or failure.is_final:
        return None
    state = visit.state
    for index, retrier in enumerate(state.retry):
        if matches(retrier.errors, failure, is_branching=state.type is StateType.PARALLEL):
            visit.retries = visit.retries or [0] * len(state.retry)
            if visit.retries[index] >= retrier.max_attempts:
                return None
            delay = _delay(retrier, visit.retries[index])
            visit.retries[index] += 1
            if retrier.has_jitter:
                delay *= chance.number()
            return timedelta(seconds=delay)
    return None


def _delay(retrier: Retrier, retries: int) -> float:
    most = float(retrier.max_delay_seconds or _LONGEST)
    try:
        return min(retrier.interval_seconds * retrier.backoff_rate**retries, most)
    except OverflowError:
        return most


def catcher_for(state: State, failure: StateFailedError) -> Catcher | None:
    """The first Catch that has the failure."""
    if failure.is_final:
        return None
    for catcher in state.catch:
        if matches(catcher.errors, failure, is_branching=state.type is StateType.PARALLEL):
            return catcher
    return None
