"""What refers to connections (C15): shown to people, and written by the features that refer."""

from dataclasses import dataclass

from jackfield.connections import access
from jackfield.connections.access import StepAccess
from jackfield.connections.errors import unknown_connection
from jackfield.connections.models import ConnectionAct, ConnectionState, Named
from jackfield.connections.service.parts import Parts, Reference
from jackfield.connections.service.views import names_of_people
from jackfield.connections.store import records, uses
from jackfield.connections.use_models import Use, UserKind, UsesView
from jackfield.db import Transaction
from jackfield.directory import Caller, Principal
from jackfield.kernel import BusinessUnitId, ConnectionId


async def list_uses(parts: Parts, caller: Caller, reference: Reference) -> UsesView:
    """Where a connection is used, drafts included (C15), as far as the caller may know."""

    def work(tx: Transaction) -> UsesView:
        connection = parts.look(tx, caller, ConnectionAct.SEE, reference).connection
        return uses_seen_by(parts, tx, caller.principal, uses.list_uses(tx, connection.id))

    return await parts.act(caller, "connection.read", reference, work, read=True)


def uses_seen_by(parts: Parts, tx: Transaction, principal: Principal, found: list[Use]) -> UsesView:
    """What refers to a connection: what this person may see, and the owners of the rest."""
    visible = [use for use in found if _may_see(principal, use)]
    hidden = [use for use in found if not _may_see(principal, use)]
    owners = names_of_people(parts, tx, (use.owner_id for use in found))
    counts: dict[str, int] = {}
    for use in hidden:
        name = owners[use.owner_id].name
        counts[name] = counts.get(name, 0) + 1
    return UsesView(tuple(visible), {use.owner_id: owners[use.owner_id].name for use in visible}, counts)


def _may_see(principal: Principal, use: Use) -> bool:
    unit = use.business_unit_id
    return (
        use.owner_id == principal.person_id
        or principal.is_super_admin
        or principal.is_editor_of(unit)
        or principal.is_auditor_of(unit)
    )


@dataclass(frozen=True, slots=True)
class StepConnection:
    """The connection of a process's step, as an editor of the process may know it."""

    id: ConnectionId
    name: str
    connector: str
    state: ConnectionState
    access: StepAccess


class UseRegistry:
    """Written in the same transaction as the thing that refers: no use is ever missing, and none left over.

    A transaction that also changes policy calls `tx.change_policy()` before it comes here.
    """

    def require_design_use(self, tx: Transaction, caller: Caller, connection_id: ConnectionId) -> None:
        """Let somebody build with a connection, or refuse as `access.require` (C8); asked again at use (D15)."""
        connection = records.find_connection(tx, connection_id)
        if connection is None:
            raise unknown_connection()
        access.require(caller.principal, ConnectionAct.DESIGN, records.facts_of(tx, connection))

    def find(
        self, tx: Transaction, principal: Principal, reference: str, unit: BusinessUnitId
    ) -> StepConnection | None:
        """The connection of a business unit that a definition means by its id or name, as it opens for somebody (C10)."""
        connection = records.find_connection(tx, ConnectionId(reference))
        if connection is None:
            ids = records.find_ids_by_name(tx, reference, frozenset({unit}))
            connection = records.find_connection(tx, ids[0]) if ids else None
        if connection is None or connection.business_unit_id != unit:
            return None
        return StepConnection(
            connection.id,
            connection.name,
            connection.connector,
            connection.shown_state,
            access.decide_step(principal, records.facts_of(tx, connection)),
        )

    def is_connected(self, tx: Transaction, connection_id: ConnectionId) -> bool:
        """Whether a connection is healthy and on (C14)."""
        return self.find_state(tx, connection_id) is ConnectionState.CONNECTED

    def find_state(self, tx: Transaction, connection_id: ConnectionId, *, lock: bool = False) -> ConnectionState | None:
        """How a connection is (C14); locked, it stays so until the transaction ends."""
        found = records.find_connection(tx, connection_id, lock=lock)
        return None if found is None else found.shown_state

    def name_of(self, tx: Transaction, connection_id: ConnectionId) -> Named:
        """A connection by its present name, deleted or not: for readers of what was done with it."""
        found = records.find_record(tx, connection_id)
        return Named(connection_id, found.name if found else connection_id)

    def add(self, tx: Transaction, use: Use) -> None:
        """Write that something refers to a connection, or how it stands now.

        The connection is locked, so that it is not deleted at the same moment.

        Raises:
            ConnectionNotFoundError: It is deleted.
        """
        if records.find_connection(tx, use.connection_id, lock=True) is None:
            raise unknown_connection()
        uses.replace_use(tx, use)

    def remove(self, tx: Transaction, kind: UserKind, user_id: str, *, part: str | None = None) -> None:
        """Write that something, or one part of it, no longer refers to any connection."""
        uses.delete_uses(tx, kind, user_id, part)
