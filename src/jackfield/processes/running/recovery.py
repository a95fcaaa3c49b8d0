"""A run as it is after whatever happened: its snapshot, the ended steps after it, and what its last process left open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from jackfield.db import Transaction
from jackfield.engine import Claim, keep_claim
from jackfield.kernel import RunId
from jackfield.processes.run_models import ENDED, StepStatus
from jackfield.processes.store import runs, steps, tasks
from jackfield.processes.store.runs import StoredRun
from jackfield.processes.store.steps import StoredStep


class OrderState(StrEnum):
    """How an outstanding order stands."""

    NEW = "new"
    """To be begun: nothing of it is under way."""
    ACTIVE = "active"
    """Being done by this process."""
    PAUSED = "paused"
    """To be tried again at a moment."""
    WAITING = "waiting"
    """For a person, or another run."""
    STUCK = "stuck"
    """Failed, or nobody knows: a person decides."""
    PARKED = "parked"
    """For its connection to be healthy again (P8)."""


@dataclass
class OrderNotes:
    """What is known of an outstanding order beside what the state machine knows; part of the snapshot."""

    state: OrderState = OrderState.NEW
    attempts: int = 0
    retries: int = 0
    """By the policy for steps without a `Retry` of their own."""
    group: int = 1
    n: int = 0
    """Of its last step."""
    again_at: int | None = None
    """In microseconds since 1970."""
    problem: dict[str, Any] = field(default_factory=dict[str, Any])

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "OrderNotes":
        """As a snapshot has it: what was under way then is to be begun, unless its steps say more."""
        state = OrderState(kept.pop("state"))
        return cls(OrderState.NEW if state is OrderState.ACTIVE else state, **kept)


@dataclass(frozen=True, slots=True)
class Recovered:
    """All there is of a run."""

    stored: StoredRun
    facts: Sequence[StoredStep]
    """Those after the snapshot, as they went in."""
    unplaced: Sequence[StoredStep]
    """Ended by others, as a person who decided: to go in now."""
    lost: Sequence[StoredStep]
    """Were under way when the last process died, and may be made again."""
    waiting: Sequence[StoredStep]
    """For a person, or another run."""
    reminders: Mapping[int, datetime | None]
    """When people are to be reminded of what those ask them, by their numbers."""
    last_n: int


def as_started(stored: StoredRun) -> Recovered:
    """A run that nothing has happened to yet."""
    return Recovered(stored, facts=(), unplaced=(), lost=(), waiting=(), reminders={}, last_n=0)


def find_recovered(tx: Transaction, run_id: RunId) -> tuple[Recovered | None, bool]:
    """All there is of a run, and whether its last process left steps open; None: there is no such run."""
    stored = runs.find_stored(tx, run_id)
    if stored is None:
        return None, False
    after = steps.list_after(tx, run_id, stored.snapshot_place)
    has_open = any(one.step.status is StepStatus.OPEN for one in after)
    ended = [one for one in after if one.step.status in ENDED]
    waiting = [one for one in after if one.step.status is StepStatus.WAITING]
    return Recovered(
        stored,
        sorted((one for one in ended if one.step.place is not None), key=lambda one: one.step.place or 0),
        [one for one in ended if one.step.place is None],
        [one for one in after if one.step.status is StepStatus.LOST],
        waiting,
        tasks.reminders_of(tx, run_id) if waiting else {},
        steps.last_n(tx, run_id),
    ), has_open


def close_open_steps(tx: Transaction, claim: Claim, now: datetime) -> None:
    """Close what the last process left open, before anything is decided by it.

    From then on that process, should it live after all, can't end them any more: what may be made again is lost, and what
    may not is unknown, and goes into the run as that.

    Raises:
        ClaimLostError: The run is another process's.
    """
    keep_claim(tx, claim)
    steps.close_lost(tx, RunId(claim.id), now)
