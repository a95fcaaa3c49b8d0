"""Renaming (C4): everything refers by id, so nothing breaks."""

from dataclasses import replace

from jackfield.connections.models import Connection, ConnectionAct, ConnectionView
from jackfield.connections.service.parts import Opened, Parts, Reference
from jackfield.connections.service.views import view
from jackfield.connections.store import records
from jackfield.db import Transaction
from jackfield.directory import Caller
from jackfield.kernel import clean_name


async def rename(
    parts: Parts, caller: Caller, reference: Reference, *, name: str, expected_version: int | None
) -> ConnectionView:
    """Give a connection another name.

    Raises:
        NameTakenError: The business unit has a connection of that name.
    """
    new_name = clean_name(name)

    def work(tx: Transaction) -> ConnectionView:
        opened = parts.open(tx, caller, ConnectionAct.RENAME, reference, expected_version=expected_version)
        return view(parts, tx, parts.principal(tx, caller), rename_opened(parts, tx, caller, opened, new_name))

    return await parts.act(caller, "connection.rename", reference, work)


def rename_opened(parts: Parts, tx: Transaction, caller: Caller, opened: Opened, name: str) -> Connection:
    """The same inside a transaction that has opened the connection to rename it; the name is clean."""
    old = opened.connection
    changed = replace(
        old,
        name=name,
        modified_at=parts.clock.now(),
        modified_by=caller.principal.person_id,
        version=old.version + 1,
    )
    records.update_connection(tx, changed)
    parts.record(tx, caller, "connection.rename", opened, old=old.name, new=name)
    return changed
