"""Acts and logs for the tests of the audit."""

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jackfield.audit import AuditLog, AuditQuery, Entry, Mac
from jackfield.db import Database
from jackfield.kernel import (
    Act,
    Actor,
    ActorKind,
    BusinessUnitId,
    Clock,
    Door,
    JsonValue,
    ObjectRef,
    Outcome,
    PageRequest,
    RequestId,
    SystemClock,
)
from jackfield.settings import Limits

OpenAudit = Callable[..., AuditLog]

WAIT_SECONDS = 2  # long enough for what should succeed on a busy machine


def mac(message: bytes) -> bytes:
    return hmac.digest(b"a key outside of the database", message, hashlib.sha256)


def other_mac(message: bytes) -> bytes:
    return mac(b"made with another key" + message)


def open_audit(
    database: Database,
    *,
    mac: Mac = mac,
    clock: Clock | None = None,
    file: Path | None = None,
    wait_seconds: float = 20,
) -> AuditLog:
    limits = Limits(audit_wait_seconds=wait_seconds)
    return AuditLog(database, mac=mac, clock=clock or SystemClock(), limits=limits, file=file)


class TickingClock:
    """Each look at it is a minute later."""

    def __init__(self) -> None:
        self.time = datetime(2030, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        self.time += timedelta(minutes=1)
        return self.time


def an_act(
    name: str = "connection.use",
    *,
    person: str = "per_ada",
    label: str = "Ada",
    door: Door = Door.REST,
    request: str = "req_1",
    object: ObjectRef = ObjectRef("connection", "con_crm", "CRM"),  # noqa: A002, B008  # frozen
    unit: str | None = "bu_sales",
    outcome: Outcome = Outcome.DONE,
    data: dict[str, JsonValue] | None = None,
) -> Act:
    return Act(
        actor=Actor(ActorKind.PERSON, person, label, "tok_1"),
        door=door,
        request_id=RequestId(request),
        name=name,
        object=object,
        business_unit_id=BusinessUnitId(unit) if unit else None,
        rule="C9",
        outcome=outcome,
        data=data or {},
    )


async def a_use(audit: AuditLog, number: int = 0) -> int:
    """An intent and its outcome."""
    intent = await audit.intend(an_act(request=f"req_{number}"))
    audit.settle(intent, Outcome.DONE, data={"number": number})
    assert await audit.flush()
    return intent.sequence


async def all_entries(audit: AuditLog, query: AuditQuery | None = None, limit: int = 200) -> list[Entry]:
    entries: list[Entry] = []
    request: PageRequest | None = PageRequest(limit)
    while request:
        page = await audit.list_entries(query or AuditQuery(), request)
        entries.extend(page.items)
        request = PageRequest(limit, page.next) if page.next else None
    return entries
