"""Triggers: what starts runs of processes (rule P5).

A trigger belongs to a process, and its editors make it. Of four kinds (`kinds`): a webhook waits for requests, a schedule
for the time, and two look at a connection, for mails and for files. By hand and by API, processes start runs themselves.
What happened is an *event*: stored once, however often it is seen, together with how far was looked; then its run is
started with the event's id as the key, so that one event is one run, across restarts and server processes.

`schedules` says when a schedule is due and `signatures` whether a webhook's request is genuine; both are pure. `models`
has the words, `errors` the refusals, `tables` and `store` the rows and every query, `service` the use cases, and
`Triggers` the door to all of them. Below are the processes, whose rules decide who may do what with a trigger, and the
gateway, through which triggers look at connections. Whoever starts runs fills the role of `RunStarter`.
"""

from jackfield.triggers.errors import (
    ConnectionHiddenError,
    EventNotFoundError,
    HookNotFoundError,
    HookPausedError,
    HookRefusedError,
    InputGoneError,
    NoSecretError,
    TriggerChangedError,
    TriggerNameTakenError,
    TriggerNotFoundError,
    TurnLostError,
    WrongKindError,
)
from jackfield.triggers.kinds import KINDS, Kind, TriggerKind
from jackfield.triggers.models import (
    Event,
    Followed,
    IssuedSecret,
    NewTrigger,
    Outcome,
    SecretInForce,
    Sight,
    Sighted,
    TriggerQuery,
    TriggerRow,
    TriggerState,
    TriggerView,
    Trouble,
)
from jackfield.triggers.schedules import CatchUp, Due, check_cron, check_zone, due, next_ticks
from jackfield.triggers.service import (
    HookAnswer,
    HookRequest,
    ProcessRuns,
    RunEnd,
    RunStarter,
    Start,
    Started,
    Triggers,
)
from jackfield.triggers.signatures import (
    Encoding,
    PlainHmac,
    RefusedError,
    Verified,
    body_digest,
    standard_key,
    verify_plain,
    verify_standard,
    write_standard_secret,
)

__all__ = [
    "KINDS",
    "CatchUp",
    "ConnectionHiddenError",
    "Due",
    "Encoding",
    "Event",
    "EventNotFoundError",
    "Followed",
    "HookAnswer",
    "HookNotFoundError",
    "HookPausedError",
    "HookRefusedError",
    "HookRequest",
    "InputGoneError",
    "IssuedSecret",
    "Kind",
    "NewTrigger",
    "NoSecretError",
    "Outcome",
    "PlainHmac",
    "ProcessRuns",
    "RefusedError",
    "RunEnd",
    "RunStarter",
    "SecretInForce",
    "Sight",
    "Sighted",
    "Start",
    "Started",
    "TriggerChangedError",
    "TriggerKind",
    "TriggerNameTakenError",
    "TriggerNotFoundError",
    "TriggerQuery",
    "TriggerRow",
    "TriggerState",
    "TriggerView",
    "Triggers",
    "Trouble",
    "TurnLostError",
    "Verified",
    "WrongKindError",
    "body_digest",
    "check_cron",
    "check_zone",
    "due",
    "next_ticks",
    "standard_key",
    "verify_plain",
    "verify_standard",
    "write_standard_secret",
]
