"""What the hallway's tests walk through."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from installation import House
from jackfield.audit import AuditQuery, Entry
from jackfield.directory import Caller
from jackfield.gateway import UseResult
from jackfield.kernel import ConnectionId, PageRequest, RequestId, new_id
from servers import evil

TOKEN = "canary-token-0123456789"


@dataclass(frozen=True)
class Hall:
    """The house, an editor in it, and his connection to the server."""

    house: House
    editor: Caller
    server: evil.EvilServer
    connection: ConnectionId

    async def call(self, path: str, method: str = "GET", caller: Caller | None = None, **arguments: Any) -> UseResult:
        """One request through the hallway."""
        caller = replace(caller or self.editor, request_id=RequestId(new_id("req")))
        values: Mapping[str, Any] = {"path": path, "method": method, **arguments}
        return await self.house.parts.gateway.use(caller, self.connection, "request", values)

    async def uses(self) -> list[Entry]:
        """The recorded uses of the connection, newest first."""
        query = AuditQuery(name="connection.use", object_id=self.connection)
        return list((await self.house.parts.audit.list_entries(query, PageRequest())).items)

    def sent(self, path: str) -> list[evil.Received]:
        """What arrived at a path."""
        return [request for request in self.server.requests if request.path == path]
