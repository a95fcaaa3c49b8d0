"""The record as it is asked for and shown: entries, the intent of a use, anchors, and what a verification finds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from jackfield.kernel import Actor, BusinessUnitId, Door, JsonValue, ObjectRef, RequestId


class RowKind(StrEnum):
    """What a row of the chain records."""

    ACT = "act"
    """A management act or a refusal: done and recorded in one transaction."""
    INTENT = "intent"
    """The use of a credential, before its effect."""
    OUTCOME = "outcome"
    """How an intent ended."""


class EntryOutcome(StrEnum):
    """How an entry ended: the outcomes of acts, and `open` for an intent whose outcome is not recorded."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Intent(NamedTuple):
    """A use that is recorded and may now take effect; handed back to `settle`."""

    sequence: int
    id: str
    """Its name for people and programs; the id of the entry."""
    policy_epoch: int
    """The number of policy changes at the moment of recording; who decided at another one decides anew."""
    started: float
    """`time.monotonic()` when the record was durable."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing done, refused, failed, or begun; an intent and its outcome are one entry."""

    sequence: int
    """Its place in the chain; later is higher."""
    id: str
    at: datetime
    kind: RowKind
    """`act` or `intent`."""
    actor: Actor
    door: Door
    request_id: RequestId
    name: str
    object: ObjectRef
    business_unit_id: BusinessUnitId | None
    rule: str | None
    outcome: EntryOutcome
    duration_ms: float | None
    """Between the durable intent and its outcome; None for acts and while open."""
    data: Mapping[str, JsonValue]
    """What was recorded before."""
    outcome_data: Mapping[str, JsonValue]
    """What was recorded with the outcome; empty for acts and while open."""


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which entries; everything that is set must hold."""

    since: datetime | None = None
    """At or after."""
    until: datetime | None = None
    """Before."""
    person: str | None = None
    """The actor's id."""
    door: Door | None = None
    name: str | None = None
    """The act; with a dot at its end all acts that begin with it, as `connection.`."""
    object_kind: str | None = None
    object_id: str | None = None
    business_units: frozenset[BusinessUnitId] | None = None
    """Entries of these business units alone; None is all, and those of no business unit too."""
    outcome: EntryOutcome | None = None
    request_id: str | None = None
    text: str | None = None
    """Part of the actor's or the object's label; upper and lower case are alike (on SQLite for ASCII letters)."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The end of the chain at one moment, to be kept outside: a chain cut back to before it no longer verifies."""

    sequence: int
    mac: str
    """In hexadecimal digits."""
    count: int
    at: datetime


class Problem(StrEnum):
    """What a verification found."""

    CHANGED = "changed"
    """The row is not what was recorded there: modified, swapped, or put in."""
    DELETED = "deleted"
    """Rows before this one are missing."""
    INSERTED = "inserted"
    """A row that was never recorded."""
    CUT = "cut"
    """The end of the chain, or of the file, is missing."""


class Place(StrEnum):
    """Where it was found."""

    DATABASE = "database"
    FILE = "file"
    ANCHOR = "anchor"


@dataclass(frozen=True, slots=True)
class Finding:
    """The first thing wrong in one place."""

    place: Place
    sequence: int
    problem: Problem
    message: str
    """One sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of walking the whole chain."""

    rows: int
    """How many were checked."""
    end: Anchor
    """The end of the chain as it is stored."""
    findings: tuple[Finding, ...]
    """At most the first of each place; empty when all is as it was recorded."""

    @property
    def is_intact(self) -> bool:
        """Whether everything is as it was recorded."""
        return not self.findings
