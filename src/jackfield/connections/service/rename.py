"""Renaming (C4): everything refers by id, so nothing breaks."""

from dataclasses import replace

from jackfield.connections.models import ConnectionAct, ConnectionView
from jackfield.connections.service.parts import Parts, Reference
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
        old = opened.connection
        changed = replace(
            old,
            name=new_name,
            modified_at=parts.clock.now(),
            modified_by=caller.principal.person_id,
            version=old.version + 1,
        )
        records.update_connection(tx, changed)
        parts.record(tx, caller, "connection.rename", opened, old=old.name, new=new_name)
        return view(parts, tx, parts.principal(tx, caller), changed)

    return await parts.act(caller, "connection.rename", reference, work)
