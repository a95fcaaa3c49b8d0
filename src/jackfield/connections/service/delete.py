"""Deleting (C11): nothing cascades, credentials go at once, the record stays."""

from dataclasses import replace

from jackfield.connections.errors import in_use
from jackfield.connections.models import ConnectionAct, Use, UsesView
from jackfield.connections.service.parts import Parts, Reference
from jackfield.connections.service.views import names_of_people
from jackfield.connections.store import credentials, records, uses
from jackfield.db import Transaction
from jackfield.directory import Caller, Principal
from jackfield.errors import JsonValue


async def delete_connection(
    parts: Parts, caller: Caller, reference: Reference, *, expected_version: int | None
) -> None:
    """Destroy the credentials of a connection and take it out of every list.

    Raises:
        InUseError: Something in force refers to it.
    """

    def work(tx: Transaction) -> None:
        opened = parts.open(tx, caller, ConnectionAct.DELETE, reference, expected_version=expected_version)
        connection = opened.connection
        blockers = uses.list_uses(tx, connection.id, blocking=True)
        if blockers:
            seen = uses_seen_by(parts, tx, parts.principal(tx, caller), blockers)
            raise in_use(_described(parts, tx, seen.visible), dict(seen.hidden))
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
    owners = names_of_people(parts, tx, (use.owner_id for use in hidden))
    counts: dict[str, int] = {}
    for use in hidden:
        name = owners[use.owner_id].name
        counts[name] = counts.get(name, 0) + 1
    return UsesView(tuple(visible), counts)


def _may_see(principal: Principal, use: Use) -> bool:
    unit = use.business_unit_id
    return (
        use.owner_id == principal.person_id
        or principal.is_super_admin
        or principal.is_editor_of(unit)
        or principal.is_auditor_of(unit)
    )


def _described(parts: Parts, tx: Transaction, found: tuple[Use, ...]) -> list[JsonValue]:
    owners = names_of_people(parts, tx, (use.owner_id for use in found))
    return [
        {
            "kind": use.kind.value,
            "state": use.state.value,
            "label": use.label,
            "container": use.container,
            "owner": owners[use.owner_id].name,
            "link": use.link,
        }
        for use in found
    ]
