"""An installation with triggers in it: everything is real but the clock, which is turned by hand, and the runs, which a
ledger keeps in the place of a process engine."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from directory.house import HandClock
from installation import House, open_house
from jackfield.audit import AuditQuery, Entry
from jackfield.db import Database
from jackfield.directory import Caller, Role
from jackfield.errors import ConflictError, HubError
from jackfield.kernel import PageRequest, ProcessId, RunId, TriggerId
from jackfield.processes import Content
from jackfield.settings import Limits
from jackfield.triggers import (
    Event,
    HookRequest,
    NewTrigger,
    RunEnd,
    Start,
    Started,
    TriggerKind,
    Triggers,
    TriggerView,
    standard_key,
)

ECHO = {"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}


@dataclass
class Ledger:
    """Starts runs, on paper; in the role of `RunStarter`."""

    starts: list[Start] = field(default_factory=list[Start])
    runs: dict[str, RunId] = field(default_factory=dict[str, RunId])
    refusals: list[HubError] = field(default_factory=list[HubError])
    """What the next starts are refused with."""
    gate: asyncio.Event | None = None
    """Held open until it is set: a process engine that takes its time."""
    is_asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def start_run(self, start: Start) -> Started:
        self.is_asked.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.refusals:
            raise self.refusals.pop(0)
        if start.key not in self.runs:
            self.runs[start.key] = RunId(f"run_{len(self.runs) + 1}")
            self.starts.append(start)
        return Started(self.runs[start.key], is_new=False)

    async def wait_for_end(self, run_id: RunId, seconds: float) -> RunEnd | None:
        assert seconds > 0
        start = next((one for one in self.starts if self.runs[one.key] == run_id), None)
        return None if start is None else RunEnd(is_success=True, output={"got": sorted(start.input)})

    @property
    def inputs(self) -> list[Mapping[str, Any]]:
        return [start.input for start in self.starts]


@dataclass
class Station:
    """The house, an editor in it, a published process, and its triggers."""

    house: House
    editor: Caller
    process: ProcessId
    clock: HandClock
    ledger: Ledger
    triggers: Triggers

    def worker(self, ledger: Ledger | None = None) -> Triggers:
        """The triggers of one more server process on the same database."""
        parts = self.house.parts
        return Triggers(
            database=parts.database,
            directory=parts.directory.facts,
            processes=parts.processes.desk,
            connections=parts.connections.desk,
            uses=parts.connections.uses,
            gateway=parts.gateway,
            runs=ledger or self.ledger,
            vault=parts.vault,
            audit=parts.audit,
            clock=self.clock,
            limits=parts.settings.limits,
        )

    async def make(
        self, kind: TriggerKind, settings: Mapping[str, Any], *, connection: str | None = None, **others: Any
    ) -> TriggerView:
        new = NewTrigger(
            self.process, others.pop("name", kind.value.title()), kind, settings, connection=connection, **others
        )
        view, _ = await self.triggers.create_trigger(self.editor, new)
        return view

    async def webhook(self, **settings: Any) -> "Hook":
        new = NewTrigger(self.process, settings.pop("name", "Orders"), TriggerKind.WEBHOOK, settings)
        view, secret = await self.triggers.create_trigger(self.editor, new)
        return Hook(self, view, secret.reveal() if secret else "")

    async def schedule(self, cron: str, **settings: Any) -> TriggerView:
        return await self.make(TriggerKind.SCHEDULE, {"cron": cron, **settings})

    async def events(self, trigger_id: TriggerId) -> list[Event]:
        """What happened, the earliest first."""
        page = await self.triggers.list_events(self.editor, trigger_id, PageRequest(limit=200))
        return list(reversed(page.items))

    async def acts(self, name: str) -> list[Entry]:
        return list((await self.house.parts.audit.list_entries(AuditQuery(name=name), PageRequest(limit=100))).items)

    async def turn(self, **by: float) -> None:
        """Turn the clock, and let whatever is due be done."""
        self.clock.turn(**by)
        await self.triggers.look_about()


@dataclass
class Hook:
    """A webhook, and whoever sends to it."""

    station: Station
    view: TriggerView
    secret: str

    @property
    def id(self) -> TriggerId:
        return self.view.row.id

    @property
    def key(self) -> str:
        assert self.view.path is not None
        return self.view.path.rpartition("/")[2]

    def signed(
        self, event_id: str, body: bytes, *, secret: str | None = None, at: datetime | None = None
    ) -> dict[str, str]:
        """The headers of Standard Webhooks."""
        moment = str(int((at or self.station.clock.now()).timestamp()))
        content = b".".join((event_id.encode(), moment.encode(), body))
        digest = hmac.new(standard_key(secret or self.secret), content, hashlib.sha256).digest()
        return {
            "webhook-id": event_id,
            "webhook-timestamp": moment,
            "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
            "content-type": "application/json",
        }

    def request(self, headers: Mapping[str, str], body: bytes, query: str = "") -> HookRequest:
        return HookRequest(self.key, headers, query, body)

    async def send(self, event_id: str, value: Any = None, *, triggers: Triggers | None = None, **how: Any) -> Any:
        body = json.dumps({"order": 17} if value is None else value).encode()
        return await (triggers or self.station.triggers).receive(self.request(self.signed(event_id, body, **how), body))


@asynccontextmanager
async def open_station(
    database: Database, folder: Path, limits: Limits | None = None, **settings: Any
) -> AsyncGenerator[Station]:
    clock = HandClock()
    async with open_house(database, folder, limits, clock=clock, **settings) as house:
        editor = await house.person("erika", Role.EDITOR)
        process = await house.parts.processes.create_process(editor, house.unit.id, "Book an order", Content(ECHO))
        await house.parts.processes.publish(editor, process.row.id)
        station = Station(house, editor, process.row.id, clock, Ledger(), None)  # pyright: ignore[reportArgumentType]  # completed below
        station.triggers = station.worker()
        house.parts.processes.add_follower(station.triggers)
        house.parts.connections.add_repointer(station.triggers)
        yield station
        await station.triggers.close()


def refused() -> ConflictError:
    return ConflictError("no version of the process is published", code="process.not_published")
