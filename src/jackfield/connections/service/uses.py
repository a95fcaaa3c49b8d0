"""The registry of what refers to connections (C15), for the features that do."""

from jackfield.connections import access
from jackfield.connections.errors import unknown_connection
from jackfield.connections.models import ConnectionAct, Use, UserKind
from jackfield.connections.store import records, uses
from jackfield.db import Transaction
from jackfield.directory import Caller
from jackfield.kernel import ConnectionId


class UseRegistry:
    """Written in the same transaction as the thing that refers: no use is ever missing, and none left over."""

    def require_design_use(self, tx: Transaction, caller: Caller, connection_id: ConnectionId) -> None:
        """Let somebody build with a connection, or refuse as `access.require` (C8); asked again at use (D15)."""
        connection = records.find_connection(tx, connection_id)
        if connection is None:
            raise unknown_connection()
        access.require(caller.principal, ConnectionAct.DESIGN, records.facts_of(tx, connection))

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
