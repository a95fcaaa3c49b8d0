"""Amazon States Language: a definition becomes a state machine, and a state machine is executed. Pure: no I/O at all.

    text or JSON ─ parse ─▶ StateMachine ─ Execution.start(…) ─▶ run ─▶ orders ─▶ complete · fail · elapse ─▶ run … outcome

Whoever executes does what the orders ask for (a task, a time to pass) and says how it went; everything between is done
here, and is the same whenever it is done again. The language is the one of https://states-language.net/spec.html and of
the AWS Step Functions developer guide, with JSONata and JSONPath; what is ours are the resources of tasks. Above are
processes and the command line.
"""

from jackfield.states.errors import DefinitionError, OrderUnknownError, SnapshotError
from jackfield.states.execution import Execution
from jackfield.states.machine import StateMachine
from jackfield.states.models import (
    DEFAULT_LIMITS,
    Event,
    EventKind,
    Failed,
    Limits,
    Order,
    Outcome,
    Pattern,
    Problem,
    Resource,
    ResourceKind,
    Severity,
    Succeeded,
    TaskOrder,
    WaitKind,
    WaitOrder,
)
from jackfield.states.reading import check, parse, reparse

__all__ = [
    "DEFAULT_LIMITS",
    "DefinitionError",
    "Event",
    "EventKind",
    "Execution",
    "Failed",
    "Limits",
    "Order",
    "OrderUnknownError",
    "Outcome",
    "Pattern",
    "Problem",
    "Resource",
    "ResourceKind",
    "Severity",
    "SnapshotError",
    "StateMachine",
    "Succeeded",
    "TaskOrder",
    "WaitKind",
    "WaitOrder",
    "check",
    "parse",
    "reparse",
]
