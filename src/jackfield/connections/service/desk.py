"""What rooms above ask and do in transactions of their own, by the same rules as the use cases here."""

from collections.abc import Callable
from typing import TypeVar

from jackfield.connections.models import Connection, ConnectionAct, ConnectionFacts, ConnectionRow
from jackfield.connections.service.parts import Opened, Parts, Reference
from jackfield.connections.service.rename import rename_opened
from jackfield.connections.service.uses import uses_seen_by
from jackfield.connections.service.views import rows_of
from jackfield.connections.store import records, uses
from jackfield.connections.use_models import Use, UsesView
from jackfield.db import Transaction
from jackfield.directory import Caller, Principal
from jackfield.errors import JsonValue
from jackfield.kernel import BusinessUnitId, ConnectionId, clean_name

T = TypeVar("T")


class ConnectionDesk:
    """Connections inside somebody else's transaction."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

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
        """Do something to what belongs to a connection in one transaction; a refusal is recorded, too (E1)."""
        return await self._parts.act(caller, name, reference, work, read=read, unit=unit)

    def principal(self, tx: Transaction, caller: Caller) -> Principal:
        """The caller's rights as this transaction sees them."""
        return self._parts.principal(tx, caller)

    def find(self, tx: Transaction, connection_id: ConnectionId) -> tuple[Connection, ConnectionFacts] | None:
        """A connection that isn't deleted, and what decisions ask about it; no rule is asked here."""
        found = records.find_connection(tx, connection_id)
        return None if found is None else (found, records.facts_of(tx, found))

    def find_ids_by_name(self, tx: Transaction, name: str) -> list[ConnectionId]:
        """The connections of a name, wherever they are; no rule is asked here."""
        return records.find_ids_by_name(tx, name, None)

    def open(self, tx: Transaction, caller: Caller, act: ConnectionAct, reference: Reference) -> Opened:
        """Lock a connection to change it or what belongs to it, and decide by who the caller is at this moment.

        Raises:
            ConnectionNotFoundError: There is none, as far as he may know.
            ForbiddenError, FeatureOffError, ConflictError: As `access.require`.
        """
        return self._parts.open(tx, caller, act, reference)

    def look(self, tx: Transaction, caller: Caller, act: ConnectionAct, reference: Reference) -> Opened:
        """As `open`, for an act that changes nothing in this transaction."""
        return self._parts.look(tx, caller, act, reference)

    def rename(self, tx: Transaction, caller: Caller, opened: Opened, name: str) -> Connection:
        """Give it another name (C4); it was opened with `ConnectionAct.RENAME`.

        Raises:
            NameTakenError: The business unit has a connection of that name.
        """
        return rename_opened(self._parts, tx, caller, opened, clean_name(name))

    def row(self, tx: Transaction, connection: Connection) -> ConnectionRow:
        """As a list shows it."""
        return rows_of(self._parts, tx, [connection])[0]

    def uses_of_methods(
        self,
        tx: Transaction,
        principal: Principal,
        connection_id: ConnectionId,
        methods: frozenset[str],
        *,
        blocking: bool,
    ) -> UsesView:
        """What uses any of these methods of a custom integration, as far as somebody may know (C15, O9).

        Args:
            tx: The transaction.
            principal: Who asks.
            connection_id: The integration.
            methods: By name.
            blocking: Only what is in force, and neither drafts nor what is paused.
        """
        found = self._uses_at_work(tx, connection_id, blocking=blocking)
        return uses_seen_by(self._parts, tx, principal, [one for one in found if not methods.isdisjoint(one.methods)])

    def methods_in_force(self, tx: Transaction, connection_id: ConnectionId) -> frozenset[str]:
        """The methods of a custom integration that something in force uses."""
        found = self._uses_at_work(tx, connection_id, blocking=True)
        return frozenset(name for one in found for name in one.methods)

    def _uses_at_work(self, tx: Transaction, connection_id: ConnectionId, *, blocking: bool) -> list[Use]:
        """What is written of uses, and what goes on by something that isn't in force any more."""
        under_way = [use for one in self._parts.under_way for use in one.uses_under_way(tx, connection_id)]
        return [*uses.list_uses(tx, connection_id, blocking=blocking), *under_way]

    def record(self, tx: Transaction, caller: Caller, name: str, opened: Opened, **data: JsonValue) -> None:
        """Record what was done to what belongs to a connection, in the transaction in which it is done (E1)."""
        self._parts.record(tx, caller, name, opened, **data)
