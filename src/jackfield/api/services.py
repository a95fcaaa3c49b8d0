"""What the API serves: everything it needs, made by the composition root."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from jackfield.audit import AuditLog
from jackfield.connections import Connections
from jackfield.connectors import Catalogue
from jackfield.db import Database
from jackfield.directory import Approach, Directory, Principal, SignedIn
from jackfield.gateway import Gateway
from jackfield.integrations import Integrations
from jackfield.kernel import BusinessUnitId, Clock, PersonId
from jackfield.notices import Notices
from jackfield.processes import Processes
from jackfield.settings import Settings
from jackfield.triggers import Triggers
from jackfield.vault import Vault


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must work before requests are sent here."""

    name: str
    """As in `database`, `key`, `audit`."""
    check: Callable[[], Awaitable[None]]
    """Raises what is wrong."""


@dataclass(frozen=True, slots=True)
class ExamplePerson:
    """Somebody of the example company."""

    principal: Principal
    title: str
    """What he does there, and is here, as in `Service engineer, editor`."""
    unit_names: Mapping[BusinessUnitId, str]
    """Of the business units in which he has a role."""


class ExampleCompany(Protocol):
    """The example company of an installation that has it."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def is_ready(self) -> bool:
        """Whether all of it is there."""
        ...

    async def list_people(self) -> Sequence[ExamplePerson]:
        """Whom one can be."""
        ...

    async def switch(self, approach: Approach, person_id: PersonId) -> SignedIn:
        """Begin a session as one of its people, without a password; the caller has seen to it that this may be.

        Raises:
            PersonNotFoundError: It is none of them, or deactivated.
        """
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases behind the routes."""

    settings: Settings
    clock: Clock
    database: Database
    """For idempotency keys, and what the installation is; everything else goes through a service."""
    vault: Vault
    """For idempotency keys alone: nothing here can open a credential."""
    directory: Directory
    audit: AuditLog
    notices: Notices
    catalogue: Catalogue
    connections: Connections
    integrations: Integrations
    gateway: Gateway
    processes: Processes
    triggers: Triggers
    checks: tuple[Check, ...] = ()
    """Of `/ready`."""
    example: ExampleCompany | None = None
    """None: there is none."""
