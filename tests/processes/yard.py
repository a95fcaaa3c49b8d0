"""What the tests of processes work with: an installation, its people, and connections to a server that misbehaves."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from installation import House
from jackfield.connections import ConnectionRow
from jackfield.db import Database
from jackfield.directory import Caller, Role
from jackfield.kernel import Door, PageRequest, ProcessId, RequestId, Secret, new_id
from jackfield.processes import Content, ProcessView, Settings
from servers import evil

EVERYTHING = PageRequest(200)
_WAITS_FOR_A_LOCK = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def http_step(path: str = "ok", *, connection: str = "Tickets", method: str = "GET", **more: Any) -> dict[str, Any]:
    """A Task that sends one request."""
    arguments = {"path": path, "method": method, **more.pop("arguments", {})}
    return {
        "Type": "Task",
        "Resource": "connection:http.request",
        "Credentials": {"Connection": connection},
        "Arguments": arguments,
        **more,
    }


def machine(**states: Mapping[str, Any]) -> dict[str, Any]:
    """A definition whose states follow each other as they stand, unless they say otherwise."""
    names = list(states)
    wired: dict[str, Any] = {}
    for number, (name, state) in enumerate(states.items()):
        leads_on = "Next" in state or "End" in state or state["Type"] in {"Choice", "Succeed", "Fail"}
        onward = {} if leads_on else {"Next": names[number + 1]} if number + 1 < len(names) else {"End": True}
        wired[name] = {**state, **onward}
    return {"QueryLanguage": "JSONata", "StartAt": names[0], "States": wired}


def branch(**states: Mapping[str, Any]) -> dict[str, Any]:
    """The same inside a Map or Parallel."""
    whole = machine(**states)
    del whole["QueryLanguage"]
    return whole


async def until_it_waits(database: Database) -> None:
    """Until somebody queues behind a transaction that is under way; on SQLite he does so in this process, at once."""
    async with asyncio.timeout(20):
        while not database.is_sqlite:
            if await database.read(lambda tx: tx.run(_WAITS_FOR_A_LOCK)):
                break
            await asyncio.sleep(0.01)


@dataclass(frozen=True)
class Yard:
    """The house, an editor and what he has connected."""

    house: House
    editor: Caller
    server: evil.EvilServer
    tickets: ConnectionRow

    async def person(self, name: str, *roles: Role) -> Caller:
        return await self.house.person(name, *roles)

    async def again(self, caller: Caller) -> Caller:
        """The same person in a new request, with the rights he has by now."""
        principal = await self.house.parts.directory.find_principal(caller.principal.person_id)
        assert principal is not None
        return replace(caller, principal=principal, request_id=RequestId(new_id("req")), door=Door.REST)

    async def connect(self, caller: Caller, name: str) -> ConnectionRow:
        """Another connection to the server."""
        made = await self.house.connect(
            caller, name, self.server.url("/"), "bearer", {"token": Secret("canary-of-the-yard")}, test_path="/ok"
        )
        assert made.state == "connected", made.reason
        return made

    async def make(
        self, name: str, definition: Mapping[str, Any], *, caller: Caller | None = None, **settings: Any
    ) -> ProcessView:
        """A process with this draft."""
        content = Content(definition, settings=Settings(**settings))
        maker = caller or self.editor
        return await self.house.parts.processes.create_process(maker, self.house.unit.id, name, content)

    async def published(self, name: str, definition: Mapping[str, Any], **settings: Any) -> ProcessId:
        """A process of which this is published."""
        made = await self.make(name, definition, **settings)
        await self.house.parts.processes.publish(self.editor, made.row.id)
        return made.row.id
