"""What the API serves: everything it needs, made by the composition root."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from jackfield.audit import AuditLog
from jackfield.connections import Connections
from jackfield.connectors import Catalogue
from jackfield.db import Database
from jackfield.directory import Directory
from jackfield.gateway import Gateway
from jackfield.kernel import Clock
from jackfield.notices import Notices
from jackfield.settings import Settings
from jackfield.vault import Vault


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must work before requests are sent here."""

    name: str
    """As in `database`, `key`, `audit`."""
    check: Callable[[], Awaitable[None]]
    """Raises what is wrong."""


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases behind the routes."""

    settings: Settings
    clock: Clock
    database: Database
    """For idempotency keys alone; everything else goes through a service."""
    vault: Vault
    """For idempotency keys alone: nothing here can open a credential."""
    directory: Directory
    audit: AuditLog
    notices: Notices
    catalogue: Catalogue
    connections: Connections
    gateway: Gateway
    checks: tuple[Check, ...] = ()
    """Of `/ready`."""
