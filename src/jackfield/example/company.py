"""The example company of a running server: its systems, its making, and being one of its people."""

import asyncio
from collections.abc import Sequence
from typing import Final

import structlog

from jackfield.api import ExamplePerson
from jackfield.bootstrap import Parts
from jackfield.db import Transaction
from jackfield.directory import Approach, Principal, SignedIn
from jackfield.directory.errors import PersonNotFoundError
from jackfield.errors import HubError
from jackfield.example import cast
from jackfield.example.names import COMPANY
from jackfield.example.process import Systems, SystemsError
from jackfield.example.record import ExampleFolder, ExampleRecord
from jackfield.example.seeding import Seeding
from jackfield.kernel import BusinessUnitId, PersonId

log = structlog.get_logger(__name__)

_SYSTEMS: Final = ("tickets", "imap", "smtp")
_LAST_PORT: Final = 65_000
_PAUSE_SECONDS: Final = 5


class Company:
    """Fills the API's role `ExampleCompany`.

    Args:
        parts: The installation.
        folder: Where the example lies.
        record: What of it is there.
    """

    def __init__(self, parts: Parts, folder: ExampleFolder, record: ExampleRecord) -> None:
        self._parts = parts
        self._folder = folder
        self._record = record
        self._systems = Systems(folder.path)
        self._are_up = asyncio.Event()

    @property
    def name(self) -> str:
        """What it is called."""
        return COMPANY

    @property
    def is_ready(self) -> bool:
        """Whether all of it is there."""
        return self._record.is_ready

    async def list_people(self) -> Sequence[ExamplePerson]:
        """Whom one can be, as they are now."""
        found: list[ExamplePerson] = []
        for key, person_id in tuple(self._record.people.items()):
            principal = await self._parts.directory.find_principal(PersonId(person_id))
            if principal is not None and principal.is_active:
                names = await self._unit_names(principal)
                found.append(ExamplePerson(principal, cast.PEOPLE[key].title, names))
        return found

    async def switch(self, approach: Approach, person_id: PersonId) -> SignedIn:
        """Begin a session as one of its people.

        Raises:
            PersonNotFoundError: It is none of them, or deactivated.
        """
        if person_id not in self._record.people.values():
            raise PersonNotFoundError("nobody of the example company has this id", what="person")
        return await self._parts.directory.sign_in.switch(approach, person_id)

    async def keep(self) -> None:
        """Run the systems until cancelled, and make what isn't there yet. What fails is logged; the server goes on."""
        making = asyncio.create_task(self._make())
        try:
            while True:
                await self._run_systems()
                await asyncio.sleep(_PAUSE_SECONDS)
        finally:
            making.cancel()
            await asyncio.wait([making])
            await self._systems.stop()

    async def _run_systems(self) -> None:
        """One life of the systems' program."""
        try:
            await self._start_systems()
            self._are_up.set()
            await self._systems.wait()
            log.warning("example.systems_ended", advice="they are started again")
        except (SystemsError, OSError, ValueError) as error:
            log.warning("example.systems_failed", reason=str(error), advice="they are started again")
        self._are_up.clear()
        await self._systems.stop()

    async def _make(self) -> None:
        seeding = Seeding(self._parts, self._folder, self._record)
        while not self._record.is_ready:
            try:
                await seeding.make_company()
                await self._are_up.wait()
                await seeding.make_connections()
            except HubError as error:
                log.warning("example.failed", code=error.code, reason=error.message, advice="it is tried again")
            except Exception as error:  # noqa: BLE001  # an example that breaks must not take the server along
                log.warning("example.failed", error=type(error).__name__, advice="it is tried again")
            else:
                self._record.is_ready = True
                self._folder.write(self._record)
                log.info("example.ready", company=COMPANY)
                return
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _start_systems(self) -> None:
        """Start them, at the ports that they had: connections can't be pointed elsewhere."""
        remembered = self._record.ports
        wanted = remembered or {
            name: min(self._parts.settings.port, _LAST_PORT) + at for at, name in enumerate(_SYSTEMS, 1)
        }
        ports = await self._systems.start(wanted, exactly=bool(remembered))
        for name in wanted.keys() - ports.keys():
            log.warning("example.port_taken", system=name, port=wanted[name], advice="stop what listens there")
        if not remembered:
            self._record.ports = ports
            self._folder.write(self._record)

    async def _unit_names(self, principal: Principal) -> dict[BusinessUnitId, str]:
        def work(tx: Transaction) -> dict[BusinessUnitId, str]:
            units = (self._parts.directory.facts.find_business_unit(tx, unit) for unit in principal.roles)
            return {unit.id: unit.name for unit in units if unit is not None}

        return await self._parts.database.read(work)
