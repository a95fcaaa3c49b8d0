"""A small installation to try connections in: everything in it is real, the clock is turned by hand."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from connections.turnstile import TurnstileServer
from directory.house import HandClock
from jackfield.audit import AuditLog, AuditQuery, Entry
from jackfield.connections import Connections, ConnectionView, Draft
from jackfield.db import Database
from jackfield.directory import BusinessUnit, Caller, Directory, InstallationRole, Role
from jackfield.kernel import BusinessUnitId, ConnectionId, Door, PageRequest, PersonId, RequestId, new_id
from jackfield.notices import Notices
from jackfield.vault import Vault

GOOD = {"user": "ada", "password": "s3cret-of-ada"}
NEW = {"user": "ada", "password": "new-secret-of-ada"}
BAD = {"user": "ada", "password": "wrong-secret"}


@dataclass
class House:
    database: Database
    directory: Directory
    audit: AuditLog
    notices: Notices
    vault: Vault
    connections: Connections
    clock: HandClock
    server: TurnstileServer
    root: Caller
    """The first super admin."""
    unit: BusinessUnit

    async def somebody(
        self,
        name: str,
        *roles: Role,
        unit: BusinessUnitId | None = None,
        installation_roles: Collection[InstallationRole] = (),
    ) -> Caller:
        """A new person with roles in one business unit."""
        issued = await self.directory.people.create_person(
            self.root, name=name, sign_in_name=f"{name}@example.com", installation_roles=installation_roles
        )
        if roles:
            await self.directory.units.change_member(self.root, unit or self.unit.id, issued.person.id, roles)
        return await self.again(issued.person.id)

    async def editor(self, name: str) -> Caller:
        return await self.somebody(name, Role.EDITOR)

    async def again(self, who: Caller | PersonId) -> Caller:
        """Somebody with the rights he has by now, in a new request."""
        person_id = who.principal.person_id if isinstance(who, Caller) else who
        principal = await self.directory.find_principal(person_id)
        assert principal is not None
        return Caller(principal, Door.REST, RequestId(new_id("req")))

    def draft(
        self,
        name: str = "Front door",
        credentials: Mapping[str, Any] = GOOD,
        *,
        details: Mapping[str, Any] | None = None,
        connector: str = "turnstile",
        scheme: str = "password",
        unit: BusinessUnitId | None = None,
    ) -> Draft:
        return Draft(
            business_unit_id=unit or self.unit.id,
            name=name,
            connector=connector,
            scheme=scheme,
            details=self.server.details if details is None else details,
            credentials=credentials,
        )

    async def connect(self, caller: Caller, name: str = "Front door", **others: Any) -> ConnectionView:
        return await self.connections.create_connection(caller, self.draft(name, **others))

    async def share(self, owner: Caller, connection: ConnectionId, *others: Caller) -> None:
        await self.connections.share(owner, connection, [one.principal.person_id for one in others])

    async def acts(self, name: str) -> list[Entry]:
        """What the audit has under a name, the newest first."""
        page = await self.audit.list_entries(AuditQuery(name=name), PageRequest(limit=100))
        return list(page.items)

    async def told(self, who: Caller) -> list[str]:
        """The kinds of what somebody was told, the newest first."""
        page = await self.notices.list_for(who.principal.person_id)
        return [notice.kind for notice in page.items]
