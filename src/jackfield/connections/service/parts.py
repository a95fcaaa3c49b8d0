"""What every use case is made with, and the few steps that all of them take."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from jackfield.audit import AuditLog
from jackfield.connections import access
from jackfield.connections.errors import NameAmbiguousError, changed_meanwhile, unknown_connection
from jackfield.connections.models import Candidate, Connection, ConnectionAct, ConnectionFacts
from jackfield.connections.store import outbound, records
from jackfield.connections.use_models import Use
from jackfield.connectors import Catalogue, Credentials, Details, RemoteIdentity
from jackfield.db import Database, Transaction
from jackfield.directory import Caller, DirectoryFacts, Principal
from jackfield.egress import ReachPolicy
from jackfield.errors import JsonValue, MisconfiguredError
from jackfield.kernel import Actor, ActorKind, BusinessUnitId, Clock, ConnectionId, ObjectRef, PersonId
from jackfield.notices import Notices
from jackfield.settings import Limits
from jackfield.vault import Vault

T = TypeVar("T")

JACKFIELD = Actor(ActorKind.SYSTEM, "jackfield", "Jackfield")
"""Who does what nobody asked for."""

Reference = ConnectionId | str
"""A connection's id, or its name where it means only one in the business units of whoever uses it."""


class ConnectionTester(Protocol):
    """Tries a connection that is not, or not yet, the stored one. Filled by the gateway, so that tests walk its way."""

    async def test(self, caller: Caller, candidate: Candidate) -> RemoteIdentity:
        """Sign in once, changing nothing.

        Raises:
            HubError: It failed; the message is fit to be shown and stored, and has no secret in it.
        """
        ...


Companion = Callable[[Transaction, Connection], None]
"""What a room above does in the transaction in which a connection of its own is made, replaced or deleted."""


class Repointer(Protocol):
    """A feature whose things refer to connections."""

    def repoint(self, tx: Transaction, caller: Caller, old: ConnectionId, new: ConnectionId) -> None:
        """Have everything that refers to `old` refer to its successor, in this transaction (C16)."""
        ...


class UsesUnderWay(Protocol):
    """A feature with things that go on using connections though what named them is not in force any more."""

    def uses_under_way(self, tx: Transaction, connection_id: ConnectionId) -> Sequence[Use]:
        """Those of a connection, with the methods that they use (O9)."""
        ...


class RecoveryListener(Protocol):
    """A feature with something that waits for connections to be healthy."""

    def recovered(self, tx: Transaction, connection_id: ConnectionId) -> None:
        """Called in the transaction in which a connection is found to be connected, or switched on, again (P8, C13)."""
        ...


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection in a transaction, with the decision that it may be acted on."""

    connection: Connection
    facts: ConnectionFacts
    rule: str
    """By which rule."""


@dataclass(slots=True)
class Parts:
    """What the use cases are made with."""

    database: Database
    directory: DirectoryFacts
    catalogue: Catalogue
    vault: Vault
    audit: AuditLog
    notices: Notices
    clock: Clock
    limits: Limits
    production: bool
    """Whether only administrators create connections (C1)."""
    tester: ConnectionTester | None = None
    """Set once all rooms are made: the gateway stands on connections."""
    repointers: list[Repointer] = field(default_factory=list[Repointer])
    """The features to ask when a successor takes a connection's place."""
    under_way: list[UsesUnderWay] = field(default_factory=list[UsesUnderWay])
    """The features to ask what goes on."""
    recovery_listeners: list[RecoveryListener] = field(default_factory=list[RecoveryListener])

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """Look something up."""
        return await self.database.read(work)

    async def act(
        self,
        caller: Caller,
        name: str,
        reference: Reference,
        work: Callable[[Transaction], T],
        *,
        read: bool = False,
        unit: BusinessUnitId | None = None,
    ) -> T:
        """Do something to a connection in one transaction; a refusal is recorded, too (E1).

        Args:
            caller: Who does it.
            name: As the audit calls it, `connection.rename`.
            reference: Which connection.
            work: The transaction.
            read: Whether it only reads.
            unit: In which business unit, where the connection doesn't say so.
        """
        act = caller.act(name, ObjectRef("connection", reference), business_unit_id=unit)
        async with self.audit.record_refusals(act):
            return await (self.database.read(work) if read else self.database.write(work))

    def open(
        self,
        tx: Transaction,
        caller: Caller,
        act: ConnectionAct,
        reference: Reference,
        *,
        expected_version: int | None = None,
    ) -> Opened:
        """Lock a connection to change it, and decide by who the caller is at this moment.

        Raises:
            ConnectionNotFoundError: There is none, as far as he may know.
            ForbiddenError, FeatureOffError, ConflictError: As `access.require`.
            ConnectionChangedError: It is no longer the version that was expected.
        """
        # First of all: it is the lock on which all that changes rights queues, so that none waits for another's rows.
        tx.change_policy()
        principal = self.principal(tx, caller)
        connection = self.find(tx, principal, reference, lock=True)
        facts = records.facts_of(tx, connection)
        decision = access.require(principal, act, facts)
        _require_version(connection, expected_version)
        return Opened(connection, facts, decision.rule)

    def look(
        self,
        tx: Transaction,
        caller: Caller,
        act: ConnectionAct,
        reference: Reference,
        *,
        expected_version: int | None = None,
    ) -> Opened:
        """As `open`, for an act that changes nothing in this transaction."""
        connection = self.find(tx, caller.principal, reference)
        facts = records.facts_of(tx, connection)
        decision = access.require(caller.principal, act, facts)
        _require_version(connection, expected_version)
        return Opened(connection, facts, decision.rule)

    def principal(self, tx: Transaction, caller: Caller) -> Principal:
        """The caller's rights as this transaction sees them: what was taken from him meanwhile is taken."""
        now = self.directory.find_principal(tx, caller.principal.person_id)
        if now is None:
            raise unknown_connection()
        return now

    def find(self, tx: Transaction, principal: Principal, reference: Reference, *, lock: bool = False) -> Connection:
        """The connection that a reference means to somebody.

        Raises:
            ConnectionNotFoundError: None that he may know of.
            NameAmbiguousError: Several.
        """
        found = records.find_connection(tx, ConnectionId(reference), lock=lock)
        if found is not None:
            return found
        known = [one for one in self._by_name(tx, principal, reference) if _knows(tx, principal, one)]
        if not known:
            raise unknown_connection()
        if len(known) > 1:
            raise ambiguous_name(reference)
        if not lock:
            return known[0]
        locked = records.find_connection(tx, known[0].id, lock=True)
        if locked is None:
            raise unknown_connection()
        return locked

    @staticmethod
    def _by_name(tx: Transaction, principal: Principal, name: str) -> list[Connection]:
        ids = records.find_ids_by_name(tx, name, units_for_names(principal))
        return [one for found in ids if (one := records.find_connection(tx, found)) is not None]

    async def test(self, caller: Caller, candidate: Candidate) -> RemoteIdentity:
        """As `ConnectionTester.test`."""
        if self.tester is None:
            raise MisconfiguredError("connections can't be tested before the installation is put together")
        return await self.tester.test(caller, candidate)

    def candidate(
        self, tx: Transaction, connection: Connection, details: Details, credentials: Credentials
    ) -> Candidate:
        """A connection to be tested with these credentials, within what it may reach."""
        connector = self.catalogue.get(connection.connector)
        return Candidate(
            business_unit_id=connection.business_unit_id,
            connection_id=connection.id,
            name=connection.name,
            connector=connection.connector,
            scheme=connection.scheme,
            details=details,
            policy=ReachPolicy(
                allowed=outbound.list_targets(tx, connection.business_unit_id),
                origins=connector.http_origins(details),
            ),
            credentials=credentials,
        )

    def record(self, tx: Transaction, caller: Caller, name: str, opened: Opened, **data: JsonValue) -> None:
        """Record what was done to a connection, in the transaction in which it is done (E1)."""
        self.audit.record(
            tx,
            caller.act(
                name,
                connection_ref(opened.connection),
                business_unit_id=opened.connection.business_unit_id,
                rule=opened.rule,
                data=data,
            ),
        )

    def tell(
        self, tx: Transaction, people: Iterable[PersonId], kind: str, connection: Connection, **data: JsonValue
    ) -> None:
        """Tell people about this version of a connection, once."""
        told = sorted(set(people))
        if told:
            key = f"{kind}:{connection.id}:{connection.version}"
            self.notices.tell(tx, told, kind, connection_ref(connection), data, key)


def connection_ref(connection: Connection) -> ObjectRef:
    """As the audit and notices name it."""
    return ObjectRef("connection", connection.id, connection.name)


def units_for_names(principal: Principal) -> frozenset[BusinessUnitId] | None:
    """Where names are looked up for somebody: in his business units, for super admins in all (None)."""
    return None if principal.is_super_admin else frozenset(principal.roles)


def ambiguous_name(name: str) -> NameAmbiguousError:
    """The refusal of a name that means several."""
    return NameAmbiguousError(f"{name[:120]!r} is the name of several connections; use the id", field="connection")


def _require_version(connection: Connection, expected: int | None) -> None:
    if expected is not None and expected != connection.version:
        raise changed_meanwhile(connection.version)


def _knows(tx: Transaction, principal: Principal, connection: Connection) -> bool:
    return access.may_know_of(principal, records.facts_of(tx, connection))
