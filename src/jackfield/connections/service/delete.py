"""Deleting (C11): nothing cascades, credentials go at once, the record stays."""

from dataclasses import replace

from jackfield.connections.errors import in_use
from jackfield.connections.models import ConnectionAct
from jackfield.connections.service.parts import Companion, Parts, Reference
from jackfield.connections.service.uses import uses_seen_by
from jackfield.connections.store import credentials, records, uses
from jackfield.connections.use_models import UsesView
from jackfield.db import Transaction
from jackfield.directory import Caller
from jackfield.errors import JsonValue


async def delete_connection(
    parts: Parts,
    caller: Caller,
    reference: Reference,
    *,
    expected_version: int | None,
    companion: Companion | None = None,
) -> None:
    """Destroy the credentials of a connection and take it out of every list.

    Args:
        parts: What is needed.
        caller: Who asks.
        reference: Which one.
        expected_version: Of the connection, if somebody looked at it before.
        companion: What a room above does first, in the same transaction; what it raises refuses all of it.

    Raises:
        InUseError: Something in force refers to it.
    """

    def work(tx: Transaction) -> None:
        opened = parts.open(tx, caller, ConnectionAct.DELETE, reference, expected_version=expected_version)
        connection = opened.connection
        if companion is not None:
            companion(tx, connection)
        blockers = uses.list_uses(tx, connection.id, blocking=True)
        if blockers:
            seen = uses_seen_by(parts, tx, parts.principal(tx, caller), blockers)
            raise in_use(_described(seen), dict(seen.hidden))
        now = parts.clock.now()
        records.update_connection(
            tx,
            replace(
                connection,
                deleted_at=now,
                modified_at=now,
                modified_by=caller.principal.person_id,
                version=connection.version + 1,
            ),
        )
        credentials.destroy_fields(tx, connection.id)
        parts.record(tx, caller, "connection.delete", opened, connector=connection.connector, origin=connection.origin)
        others = opened.facts.admin_ids - {caller.principal.person_id}
        parts.tell(tx, others, "connection.deleted", connection, by=caller.principal.name)

    await parts.act(caller, "connection.delete", reference, work)


def _described(seen: UsesView) -> list[JsonValue]:
    return [
        {
            "kind": use.kind.value,
            "state": use.state.value,
            "label": use.label,
            "container": use.container,
            "owner": seen.owners[use.owner_id],
            "link": use.link,
        }
        for use in seen.visible
    ]
