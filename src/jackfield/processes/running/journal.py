"""One attempt of a step, and what is written of it beside the audit's record (P6)."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from jackfield.audit import Beside
from jackfield.connectors import Weight
from jackfield.db import Statements
from jackfield.engine import Claim, forget_crashes, keep_claim
from jackfield.errors import HubError, LimitedError, OutcomeUnknownError
from jackfield.gateway import UseResult
from jackfield.kernel import RunId
from jackfield.processes.run_models import Step, StepStatus
from jackfield.processes.running.failures import Failure, failure_of
from jackfield.processes.running.payloads import Payloads, decode, encode
from jackfield.processes.store import steps
from jackfield.processes.store.steps import StoredStep


@dataclass(frozen=True, slots=True)
class Chunk:
    """States without effect that were gone through after a place and a tick, to be stored with what is next."""

    place: int
    tick: int
    events: bytes


@dataclass(frozen=True, slots=True)
class Fact:
    """An ended step, as it goes into the run; or one that waits for somebody else."""

    step: Step
    output: Any = None
    failure: Failure | None = None
    until: datetime | None = None
    """Of a step that waits for people: when they are to be reminded."""


@dataclass
class Attempt:
    """One attempt; the gateway's `Journal`."""

    claim: Claim
    payloads: Payloads
    step: Step
    arguments: Any
    now: Callable[[], datetime]
    next_place: Callable[[], int]
    hand_in: Callable[[Fact], None]
    most_bytes: int
    connection: str | None
    request_id: str
    trail: Sequence[Chunk] = field(default=())
    is_open: bool = False
    """Whether its intent may be stored."""
    is_settled: bool = False

    def intended(self, weight: Weight) -> Beside:
        """The step as it begins, with the way to it; refused where the run is another process's by now."""
        self.step = replace(self.step, status=StepStatus.OPEN, repeat=weight.repeat.value)
        stored = StoredStep(self.step, input=self.payloads.write(self.arguments, f"in/{self.step.n}"))
        self.is_open = True

        def beside(tx: Statements) -> None:
            keep_claim(tx, self.claim)
            steps.insert_step(tx, stored)
            write_trail(tx, self.step.run_id, self.trail)

        return beside

    def settled(self, answer: UseResult | HubError) -> Beside:
        """The step as it ended; it goes into the run at this place."""
        fact, output, error = self._fact(answer)
        step = fact.step
        assert step.ended_at is not None
        assert step.place is not None
        at, place = step.ended_at, step.place
        self.is_settled = True
        self.hand_in(fact)

        def beside(tx: Statements) -> None:
            steps.settle_step(tx, self.step, step.status, at, place, output=output, error=error)
            if self.claim.crashes:
                forget_crashes(tx, self.claim)

        return beside

    def handed_over(self) -> Beside:
        """The step as it begins to wait for somebody else's answer, with the way to it."""
        self.step = replace(self.step, status=StepStatus.WAITING)
        return self._beside_what_answers(StoredStep(self.step, self._input()))

    def done(self, output: Any) -> Beside:
        """The step as it is done with its beginning; it goes into the run at this place."""
        self.step = replace(self.step, status=StepStatus.DONE, ended_at=self.now(), place=self.next_place())
        stored = StoredStep(self.step, self._input(), self.payloads.write(output, f"out/{self.step.n}"))
        return self._beside_what_answers(stored)

    def _input(self) -> bytes:
        return self.payloads.write(self.arguments, f"in/{self.step.n}")

    def _beside_what_answers(self, stored: StoredStep) -> Beside:
        def beside(tx: Statements) -> None:
            keep_claim(tx, self.claim)
            steps.insert_step(tx, stored)
            write_trail(tx, self.step.run_id, self.trail)

        return beside

    def never_left(self, error: HubError) -> Beside:
        """The step as it failed before anything was recorded or could leave."""
        fact, _, stored_error = self._fact(error)
        stored = StoredStep(fact.step, self.payloads.write(self.arguments, f"in/{self.step.n}"), None, stored_error)
        self.hand_in(fact)

        def beside(tx: Statements) -> None:
            keep_claim(tx, self.claim)
            steps.insert_step(tx, stored)
            write_trail(tx, self.step.run_id, self.trail)

        return beside

    def _fact(self, answer: UseResult | HubError) -> tuple[Fact, bytes | None, bytes | None]:
        n, at, place = self.step.n, self.now(), self.next_place()
        if isinstance(answer, UseResult):
            if len(answer.result) <= self.most_bytes:
                step = replace(self.step, status=StepStatus.DONE, ended_at=at, place=place)
                output = self.payloads.keep(answer.result, f"out/{n}")
                return Fact(step, output=decode(answer.result)), output, None
            answer = LimitedError(
                f"the answer has more than {self.most_bytes} bytes; ask for less of it, or in pages",
                code="step.output_too_large",
                limit=self.most_bytes,
            )
        failure = failure_of(
            answer,
            action=self.step.resource,
            connection=self.connection,
            request_id=self.request_id,
            has_left=self.is_open,
        )
        status = StepStatus.UNKNOWN if failure.is_unknown else StepStatus.FAILED
        step = replace(self.step, status=status, ended_at=at, place=place)
        return Fact(step, failure=failure), None, self.payloads.keep(encode(asdict(failure)), f"err/{n}")


def fact_of(stored: StoredStep, payloads: Payloads) -> Fact:
    """An ended step that was stored."""
    step = stored.step
    error = payloads.read(stored.error, f"err/{step.n}")
    if error is None and step.status is StepStatus.UNKNOWN:
        error = asdict(lost_failure(step))
    return Fact(step, payloads.read(stored.output, f"out/{step.n}"), None if error is None else Failure(**error))


def lost_failure(step: Step) -> Failure:
    """Of a step whose process died between its intent and its outcome."""
    error = OutcomeUnknownError(
        "the server was stopped while this step was under way: look at the other side whether it took effect"
    )
    return failure_of(
        error,
        action=step.resource,
        connection=step.connection_id,
        request_id=f"{step.run_id}.{step.n}",
        has_left=True,
    )


def write_trail(tx: Statements, run_id: RunId, trail: Sequence[Chunk]) -> None:
    """Store states that were gone through."""
    for chunk in trail:
        steps.insert_trail(tx, run_id, chunk.place, chunk.tick, chunk.events)
