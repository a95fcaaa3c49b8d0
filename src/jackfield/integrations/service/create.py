"""Creating a custom integration: its connection, document, access groups and grants, all at once or none (O1 to O6)."""

from datetime import datetime

from jackfield.connections import Connection, Draft, Opened
from jackfield.db import Transaction
from jackfield.directory import Caller
from jackfield.errors import InvalidError
from jackfield.integrations.errors import not_accepted
from jackfield.integrations.models import (
    Acknowledgement,
    Definition,
    Document,
    Integration,
    IntegrationDraft,
    IntegrationView,
    Reading,
)
from jackfield.integrations.responsibilities import TEXT_VERSION
from jackfield.integrations.service.parts import Parts
from jackfield.integrations.service.planning import RECORDED, make_plan
from jackfield.integrations.service.views import get_integration
from jackfield.integrations.store import documents, grants, records
from jackfield.kernel import ConnectionId, GroupId, PersonId, write_json

MAX_DESCRIPTION = 4000
_MAX_GROUPS = 100
CONNECTOR = "openapi"


async def create_integration(parts: Parts, caller: Caller, draft: IntegrationDraft) -> IntegrationView:
    """Make and test it; one that fails the test stays, not connected, with the reason (C1)."""
    await parts.connections.require_may_create(caller, draft.business_unit_id, CONNECTOR)
    require_accepted(draft.accepted_responsibilities)
    description = clean_description(draft.description)
    if not draft.access_groups:
        raise InvalidError("access_groups needs at least one group", field="access_groups")
    if len(draft.access_groups) > _MAX_GROUPS:
        raise InvalidError(f"access_groups has at most {_MAX_GROUPS} groups", field="access_groups")
    reading = await parts.readings.read(draft.document)
    if not reading.methods:
        raise InvalidError("the document has no operation that can be understood", field="document")
    now = parts.clock.now()
    me = caller.principal.person_id

    def add(tx: Transaction, connection: Connection) -> None:
        integration = Integration(connection.id, description, 1, now, me, now, me, 1)
        require_groups(parts, tx, draft.access_groups)
        records.insert_integration(tx, integration, draft.access_groups)
        document = insert_reading(tx, connection.id, reading, number=1, now=now, by=me)
        records.insert_acknowledgement(tx, connection.id, Acknowledgement(TEXT_VERSION, me, now))
        definition = Definition(
            integration, draft.access_groups, document, {one.name: one for one in reading.methods}, {}
        )
        plan = make_plan(tx, parts.facts, definition, draft.grants, now=now, by=me, where="grants")
        grants.replace_grants(tx, connection.id, plan.wanted)
        found = parts.desk.find(tx, connection.id)
        assert found is not None
        parts.desk.record(
            tx,
            caller,
            "integration.create",
            Opened(connection, found[1], "C1"),
            access_groups=[*sorted(draft.access_groups)],
            document=reading.digest,
            methods=len(reading.methods),
            granted=[one.name for one in plan.added[:RECORDED]],
            unconfirmed_writing=[*plan.unconfirmed_writing[:RECORDED]],
            responsibilities=TEXT_VERSION,
        )

    view = await parts.connections.create_connection(
        caller,
        Draft(
            business_unit_id=draft.business_unit_id,
            name=draft.title,
            connector=CONNECTOR,
            scheme=draft.scheme,
            details=draft.details,
            credentials=draft.credentials,
        ),
        add,
    )
    return await get_integration(parts, caller, view.row.id)


def insert_reading(
    tx: Transaction, integration_id: ConnectionId, reading: Reading, *, number: int, now: datetime, by: PersonId
) -> Document:
    """Write what was read as a version of the integration's document."""
    document = Document(
        number=number,
        digest=reading.digest,
        title=reading.title[:500],
        api_version=reading.api_version[:200],
        specification=reading.specification,
        operations=int(reading.report["operations"]),
        understood=int(reading.report["understood"]),
        restored_from=None,
        created_at=now,
        created_by=by,
    )
    documents.insert_document(
        tx,
        integration_id,
        document,
        source=reading.source,
        json_text=reading.json_text,
        report=write_json(reading.report),
        methods=reading.methods,
    )
    return document


def require_groups(parts: Parts, tx: Transaction, groups: frozenset[GroupId]) -> None:
    """All of them are there.

    Raises:
        InvalidError: One isn't.
    """
    known = parts.facts.find_groups(tx, groups)
    for missing in sorted(groups - known.keys()):
        raise InvalidError(f"there is no group {missing[:64]!r}", field="access_groups")


def require_accepted(accepted: str | None) -> None:
    """The box was ticked, beside the text as it is now (O3).

    Raises:
        ResponsibilitiesError: It was not.
    """
    if accepted != TEXT_VERSION:
        raise not_accepted(TEXT_VERSION)


def clean_description(text: str) -> str:
    """A description without blanks around.

    Raises:
        InvalidError: It is too long.
    """
    cleaned = text.strip()
    if len(cleaned) > MAX_DESCRIPTION:
        raise InvalidError(f"description must have at most {MAX_DESCRIPTION} characters", field="description")
    return cleaned
