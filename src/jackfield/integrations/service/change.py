"""Title and description (O1), and deleting it."""

from dataclasses import replace

from jackfield.connections import Connection
from jackfield.db import Transaction
from jackfield.directory import Caller
from jackfield.integrations.models import IntegrationAct, IntegrationView
from jackfield.integrations.service.create import clean_description
from jackfield.integrations.service.parts import Parts, Reference, require_version
from jackfield.integrations.service.views import view
from jackfield.integrations.store import records
from jackfield.kernel import clean_name


async def change_integration(
    parts: Parts,
    caller: Caller,
    reference: Reference,
    *,
    title: str | None,
    description: str | None,
    expected_version: int | None,
) -> IntegrationView:
    """Change what is not None; the title is the name of the connection (C4).

    Raises:
        NameTakenError: The business unit has a connection of that name.
    """
    name = None if title is None else clean_name(title, field="title")
    text = None if description is None else clean_description(description)

    def work(tx: Transaction) -> IntegrationView:
        found, opened = parts.open(tx, caller, IntegrationAct.CHANGE, reference, expected_version=expected_version)
        old = found.integration
        if name is not None and name != found.connection.name:
            parts.desk.rename(tx, caller, opened, name)
        changed = replace(
            old,
            description=old.description if text is None else text,
            modified_at=parts.clock.now(),
            modified_by=caller.principal.person_id,
            version=old.version + 1,
        )
        records.update_integration(tx, changed)
        if changed.description != old.description:
            parts.desk.record(tx, caller, "integration.change", opened, description=changed.description[:500])
        again = parts.find_by_id(tx, old.id)
        assert again is not None
        return view(parts, tx, parts.desk.principal(tx, caller), again)

    return await parts.desk.act(caller, "integration.change", str(reference), work)


async def delete_integration(
    parts: Parts, caller: Caller, reference: Reference, *, expected_version: int | None
) -> None:
    """Delete it with its connection; what there was of it stays with the record.

    Raises:
        InUseError: Something in force refers to it.
        IntegrationChangedError: It is no longer the version that was expected.
    """
    found = await parts.database.read(lambda tx: parts.find(tx, caller.principal, reference))

    def require_expected(tx: Transaction, connection: Connection) -> None:
        require_version(records.find_integration(tx, connection.id), expected_version)

    await parts.connections.delete_connection(caller, found.connection.id, companion=require_expected)
