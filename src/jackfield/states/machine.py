"""A definition that was read: what `Execution` runs. Everything in it is ready to be evaluated."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from jackfield.states.choices import Rule
from jackfield.states.models import Resource
from jackfield.states.values import QueryValue, Value

LARGEST_SECONDS: Final = 99_999_999
"""Of a time-out, as AWS has it: about three years."""


class Language(StrEnum):
    """The query language of a state."""

    JSONPATH = "JSONPath"
    JSONATA = "JSONata"


class StateType(StrEnum):
    """The types of states."""

    TASK = "Task"
    WAIT = "Wait"
    PASS = "Pass"  # noqa: S105  # no password
    SUCCEED = "Succeed"
    FAIL = "Fail"
    CHOICE = "Choice"
    PARALLEL = "Parallel"
    MAP = "Map"


class _Nothing:
    """A field that is null, or not there where that isn't the same as null."""


DISCARDED: Final = _Nothing()
"""`InputPath`, `OutputPath` and `ResultPath` that are null."""
MISSING: Final = _Nothing()


@dataclass(frozen=True, slots=True)
class Retrier:
    """One of a state's `Retry`."""

    errors: tuple[str, ...]
    interval_seconds: int = 1
    max_attempts: int = 3
    backoff_rate: float = 2.0
    max_delay_seconds: int | None = None
    has_jitter: bool = False


@dataclass(frozen=True, slots=True)
class Catcher:
    """One of a state's `Catch`."""

    errors: tuple[str, ...]
    next: str
    result_path: Any = None
    """A `JsonPath`, `DISCARDED`, or None for the whole."""
    assign: Value | None = None
    output: Value | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What all types of states have; fields that a type doesn't have are as if left out."""

    name: str
    pointer: str
    type: StateType
    language: Language
    next: str | None = None
    """None: it ends its flow."""
    input_path: Any = None
    """A `Value`, `DISCARDED`, or None for all of it."""
    output_path: Any = None
    result_path: Any = None
    """A `JsonPath`, `DISCARDED`, or None for the whole."""
    parameters: Value | None = None
    """`Parameters`, or `Arguments` in JSONata."""
    result_selector: Value | None = None
    output: Value | None = None
    assign: Value | None = None
    retry: tuple[Retrier, ...] = ()
    catch: tuple[Catcher, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PassState(State):
    """Hands on its input, or a fixed result."""

    result: Any = MISSING


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskState(State):
    """Has something done outside."""

    resource: Resource
    credentials: Value | None = None
    timeout_seconds: Value | None = None
    heartbeat_seconds: Value | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One of a Choice's `Choices`."""

    rule: Rule | None
    condition: QueryValue | bool | None
    next: str
    assign: Value | None = None
    output: Value | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceState(State):
    """Decides where to go on."""

    choices: tuple[Branch, ...]
    default: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitState(State):
    """Lets time pass."""

    seconds: Value | None = None
    timestamp: Value | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SucceedState(State):
    """Ends its flow well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailState(State):
    """Ends its flow with an error."""

    error: Value | None = None
    cause: Value | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """States that follow one another: the whole, a branch, what is done for an item."""

    start_at: str
    states: Mapping[str, State]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParallelState(State):
    """Runs several flows beside each other."""

    branches: tuple[Flow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batcher:
    """How items are handed on several at a time (`ItemBatcher`)."""

    max_items: Value | None = None
    max_bytes: Value | None = None
    input: Value | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MapState(State):
    """Runs one flow for each item."""

    items: Value | None
    """None: the state's input."""
    selector: Value | None
    processor: Flow
    max_concurrency: Value | None = None
    tolerated_count: Value | None = None
    tolerated_percentage: Value | None = None
    batcher: Batcher | None = None
    is_distributed: bool = False


@dataclass(frozen=True)
class StateMachine:
    """A state machine of the Amazon States Language; made by `parse`."""

    definition: Mapping[str, Any]
    """As it was written."""
    flow: Flow
    language: Language
    timeout_seconds: float | None = None
    comment: str = ""
    warnings: tuple[Any, ...] = field(default=())

    @cached_property
    def digest(self) -> str:
        """Of the definition: snapshots name it."""
        text = json.dumps(self.definition, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:32]
