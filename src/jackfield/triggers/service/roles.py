"""What triggers need of the runs of processes: roles that the composition root fills."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from jackfield.db import Statements
from jackfield.kernel import Actor, ProcessId, RequestId, RunId


@dataclass(frozen=True, slots=True)
class Start:
    """A run to be started, of the version that is published now."""

    process_id: ProcessId
    input: Mapping[str, Any] = field(repr=False)
    starter: Actor
    """As the audit names who started it: the trigger."""
    key: str
    """With the same key there is one run, whoever starts it however often."""
    request_id: RequestId
    beside: Callable[[Statements, RunId], None]
    """Written in the transaction that stores the run; perhaps again, if nobody knows whether the first time lasted."""


@dataclass(frozen=True, slots=True)
class Started:
    """A run that there is now."""

    run_id: RunId
    is_new: bool
    """False: it was there before, or is kept elsewhere, and nothing was written beside it."""


@dataclass(frozen=True, slots=True)
class RunEnd:
    """How a run ended."""

    is_success: bool
    output: Any
    """What it ended with; None where it failed."""
    error: str = ""
    """The name of the error it failed with."""


class RunStarter(Protocol):
    """Starts runs."""

    async def start_run(self, start: Start) -> Started:
        """Start a run, or find the one that was started with this key.

        Raises:
            ConflictError: No version is published.
            InvalidError: The input is not what the process asks for.
            LimitedError: Not now; `retry_after` says when.
        """
        ...

    async def wait_for_end(self, run_id: RunId, seconds: float) -> RunEnd | None:
        """How a run ended; None if it hasn't by then."""
        ...
