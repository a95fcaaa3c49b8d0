"""Scopes, and the states that they are at: all that a snapshot holds.

A scope is one flow that is running: the whole, a branch of a Parallel, an iteration of a Map. It is at one state, and
that visit may have scopes inside.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from jackfield.states.machine import Flow, State
from jackfield.states.models import Order


class Phase(StrEnum):
    """How far a visit is."""

    BEGINNING = "beginning"
    """To be done, for the first time or again."""
    ORDERED = "ordered"
    """A task, or time, is outstanding."""
    ANSWERED = "answered"
    """The task has been answered."""
    PAUSED = "paused"
    """Time must pass before it is tried again."""
    ELAPSED = "elapsed"
    """The time of a Wait has passed."""
    INSIDE = "inside"
    """Its branches or iterations are running."""
    JOINED = "joined"
    """They have ended, or one has failed."""


@dataclass(slots=True)
class Answer:
    """What came back, from a task or from inside."""

    output: Any = None
    error: str | None = None
    cause: str | None = None
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    is_failure: bool = False
    retryable: bool = True
    is_final: bool = False


@dataclass(slots=True)
class Visit:
    """A state that a scope is at."""

    state: State
    input: Any
    number: int
    """Of the states that the scope has entered; 1 is the first."""
    entered_at: datetime
    phase: Phase = Phase.BEGINNING
    attempt: int = 1
    retries: list[int] = field(default_factory=list[int])
    """How often each of the state's retriers has been used."""
    order: Order | None = None
    answer: Answer | None = None
    # Of a Map or Parallel
    data: Any = None
    """What its iterations see as the state's input."""
    items: list[Any] = field(default_factory=list[Any])
    started: int = 0
    """Branches or iterations that have begun."""
    concurrency: int = 0
    inside: dict[int, "Scope"] = field(default_factory=dict[int, "Scope"])
    results: dict[int, Any] = field(default_factory=dict[int, Any])
    failures: int = 0
    tolerated: float | None = None
    """How many iterations may fail; None: none, and its error is the Map's."""

    def begin_again(self) -> None:
        """Forget what the last attempt left."""
        self.phase = Phase.BEGINNING
        self.order = self.answer = self.data = self.tolerated = None
        self.items, self.inside, self.results = [], {}, {}
        self.started = self.failures = self.concurrency = 0


class Scope:
    """A flow that is running."""

    __slots__ = ("entered", "flow", "index", "is_alive", "item", "own", "parent", "path", "step", "variables", "visit")

    def __init__(self, flow: Flow, parent: "Scope | None", index: int, *, sees_outer: bool = True) -> None:
        self.flow = flow
        self.parent = parent
        self.index = index
        self.is_alive = True
        self.entered = 0
        self.own: dict[str, Any] = {}
        """Variables that were assigned in it."""
        self.variables: dict[str, Any] = dict(parent.variables) if parent is not None and sees_outer else {}
        """All that it sees: what is around it doesn't change while it runs."""
        self.item: tuple[int, Any] | None = None
        """Of a Map's iteration: its index and its item."""
        self.visit: Visit | None = None
        self.path = ""
        self.step = ""
        if parent is not None and parent.visit is not None:
            self.path = f"{parent.path}/{escaped(parent.visit.state.name)}/{index}"
            self.step = f"{parent.step}/{escaped(parent.visit.state.name)}.{parent.visit.number}"
            self.step += f"~{parent.visit.attempt}/{index}"

    def path_of(self, visit: Visit) -> str:
        """Where the visit's state is."""
        return f"{self.path}/{escaped(visit.state.name)}"

    def step_of(self, visit: Visit) -> str:
        """The visit, among all of the execution."""
        return f"{self.step}/{escaped(visit.state.name)}.{visit.number}"

    def assign(self, values: dict[str, Any]) -> None:
        """Give variables their values."""
        self.own.update(values)
        self.variables.update(values)

    def nearest_item(self) -> tuple[int, Any] | None:
        """Of the innermost Map around it."""
        scope: Scope | None = self
        while scope is not None:
            if scope.item is not None:
                return scope.item
            scope = scope.parent
        return None

    def everything(self) -> Iterator["Scope"]:
        """It, and all scopes inside."""
        waiting: list[Scope] = [self]
        while waiting:
            one = waiting.pop()
            yield one
            if one.visit is not None:
                waiting.extend(reversed(one.visit.inside.values()))


def escaped(name: str) -> str:
    """A state's name in a path."""
    return name.replace("~", "~0").replace("/", "~1")
