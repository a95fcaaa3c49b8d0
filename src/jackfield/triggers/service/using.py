"""Which connection a trigger looks at, who may choose it (C8, C10), and that this is known where it is used (C15)."""

from contextlib import suppress

from jackfield.connections import (
    ConnectionNotFoundError,
    StepAccess,
    StepConnection,
    Use,
    UserKind,
    UserState,
)
from jackfield.db import Transaction
from jackfield.directory import Caller, Principal
from jackfield.errors import InvalidError
from jackfield.kernel import ConnectionId
from jackfield.processes import KnownProcess, OpenedProcess
from jackfield.triggers.errors import ConnectionHiddenError
from jackfield.triggers.kinds import Kind
from jackfield.triggers.models import Trigger
from jackfield.triggers.service.parts import Parts


def choose(
    parts: Parts, tx: Transaction, caller: Caller, *, of: OpenedProcess, kind: Kind, reference: str | None
) -> ConnectionId | None:
    """The connection that a trigger of a kind is to look at; its looks stand on the right of whoever chooses it (C9).

    Raises:
        InvalidError: It needs one, needs none, or one of another connector.
        ForbiddenError: He may not design with it.
    """
    if not kind.connectors:
        if reference is not None:
            raise InvalidError("a trigger of this kind has no connection", field="connection")
        return None
    if reference is None:
        raise InvalidError(f"needs a connection of {' or '.join(kind.connectors)}", field="connection")
    found = parts.uses.find(tx, of.principal, reference, of.process.business_unit_id)
    if found is None:
        raise InvalidError("the business unit of the process has no connection of this name or id", field="connection")
    if found.connector not in kind.connectors:
        raise InvalidError(
            f"needs a connection of {' or '.join(kind.connectors)}, and this is one of {found.connector}",
            field="connection",
        )
    parts.uses.require_design_use(tx, Caller(of.principal, caller.door, caller.request_id), found.id)
    return found.id


def require_unlocked(parts: Parts, tx: Transaction, principal: Principal, trigger: Trigger) -> None:
    """Let somebody change where and how a trigger looks, if he may design with its connection (C10).

    Raises:
        ConnectionHiddenError: He may not; he may name it, pause it, delete it, or give it another connection.
    """
    found = connection_of(parts, tx, principal, trigger)
    if found is not None and found.access is not StepAccess.EDITABLE:
        raise ConnectionHiddenError(
            "the trigger looks at a connection that you may not design with: keep its settings, or give it another "
            "connection",
            rule="C10",
            act="edit",
            who_can_change="the connection's admins",
            field="settings",
        )


def connection_of(parts: Parts, tx: Transaction, principal: Principal, trigger: Trigger) -> StepConnection | None:
    """The connection that a trigger looks at, as it opens for somebody; None: it has none, or it is deleted."""
    if trigger.connection_id is None:
        return None
    return parts.uses.find(tx, principal, trigger.connection_id, trigger.business_unit_id)


def write_use(parts: Parts, tx: Transaction, trigger: Trigger, process: KnownProcess) -> None:
    """Write where a trigger uses a connection, in the transaction in which it does (C15)."""
    parts.uses.remove(tx, UserKind.TRIGGER, trigger.id)
    if trigger.connection_id is None or trigger.deleted_at is not None:
        return
    use = Use(
        connection_id=trigger.connection_id,
        kind=UserKind.TRIGGER,
        id=trigger.id,
        state=UserState.ENABLED if trigger.is_enabled else UserState.PAUSED,
        label=trigger.name,
        container=process.name,
        owner_id=process.owner_id,
        link=f"/processes/{process.id}/triggers/{trigger.id}",
        business_unit_id=trigger.business_unit_id,
    )
    # A paused trigger doesn't keep a connection from being deleted, and goes on naming it (C11).
    with suppress(ConnectionNotFoundError):
        parts.uses.add(tx, use)
