"""A whole installation in this process, put together as the server does, for tests that look through the hallway."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jackfield.bootstrap import Parts, assemble
from jackfield.connections import ConnectionRow, Draft
from jackfield.db import Database
from jackfield.directory import BusinessUnit, Caller, Person, Role
from jackfield.kernel import Clock, Door, PersonId, RequestId, new_id
from jackfield.settings import Limits, Settings, read_settings


@dataclass(frozen=True)
class House:
    parts: Parts
    admin: Caller
    """The super admin; no editor anywhere."""
    unit: BusinessUnit

    async def person(self, name: str, *roles: Role) -> Caller:
        """Somebody with these roles in the unit, in a request of his."""
        people = self.parts.directory.people
        issued = await people.create_person(self.admin, name=name, sign_in_name=name)
        if roles:
            await self.parts.directory.units.change_member(self.admin, self.unit.id, issued.person.id, roles)
        return await self.caller(issued.person.id)

    async def caller(self, person_id: PersonId) -> Caller:
        """Somebody in a new request. His password is left out: making and checking it takes longer than most tests."""
        principal = await self.parts.directory.find_principal(person_id)
        assert principal is not None
        return Caller(principal, Door.REST, RequestId(new_id("req")))

    async def member(self, person: Person, *roles: Role) -> None:
        """Give somebody roles in the unit."""
        await self.parts.directory.units.change_member(self.admin, self.unit.id, person.id, roles)

    async def allow(self, host: str, port: int | None) -> None:
        """Let the unit's connections reach a target inside."""
        await self.parts.connections.allow_outbound(self.admin, host, port, unit=self.unit.id)

    async def connect(
        self,
        caller: Caller,
        name: str,
        base_url: str,
        scheme: str = "none",
        credentials: Mapping[str, Any] | None = None,
        **details: Any,
    ) -> ConnectionRow:
        """An HTTP connection."""
        draft = Draft(self.unit.id, name, "http", scheme, {"base_url": base_url, **details}, credentials or {})
        return (await self.parts.connections.create_connection(caller, draft)).row


@asynccontextmanager
async def open_house(
    database: Database, folder: Path, limits: Limits | None = None, *, clock: Clock | None = None, **others: object
) -> AsyncGenerator[House]:
    """An installation with a super admin and one business unit; `others` are further settings."""
    settings: Settings = read_settings(
        data_dir=folder / "data", key_file=folder / "keys" / "keys.json", limits=limits or Limits(), **others
    )
    async with assemble(settings, database, clock=clock) as parts:
        assert await parts.directory.sign_in.first_start() is not None
        (only,) = await database.read(lambda tx: tx.run("SELECT id FROM people"))
        bare = House(parts, None, None)  # pyright: ignore[reportArgumentType]  # completed two lines below
        admin = await bare.caller(PersonId(only))
        unit = await parts.directory.units.create_business_unit(admin, name="Sales")
        yield House(parts, admin, unit)
