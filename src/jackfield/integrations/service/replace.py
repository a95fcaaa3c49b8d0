"""A successor for an integration whose fixed parts must change: its endpoint or its access groups (C16, O1)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from jackfield.connections import Connection, Opened
from jackfield.db import Transaction
from jackfield.directory import Caller
from jackfield.errors import InvalidError
from jackfield.integrations.models import (
    Acknowledgement,
    Definition,
    Grant,
    GrantLevel,
    Integration,
    IntegrationAct,
    IntegrationView,
    Succession,
)
from jackfield.integrations.responsibilities import TEXT_VERSION
from jackfield.integrations.service.create import require_accepted, require_groups
from jackfield.integrations.service.parts import Parts, Reference, require_version
from jackfield.integrations.service.planning import RECORDED, entries_within
from jackfield.integrations.service.views import get_integration
from jackfield.integrations.store import documents, grants, records
from jackfield.kernel import ConnectionId, GroupId


@dataclass(frozen=True, slots=True)
class Successor:
    """What the successor has that is different; None is as before."""

    title: str | None = None
    details: Mapping[str, Any] | None = None
    scheme: str | None = None
    credentials: Mapping[str, Any] | None = None
    access_groups: frozenset[GroupId] | None = None
    accept_account: str | None = None
    accepted_responsibilities: str | None = None
    """Asked for where the access groups change: others may then write (O3)."""


async def preview_replacement(
    parts: Parts, caller: Caller, reference: Reference, access_groups: frozenset[GroupId]
) -> Succession:
    """Which grants would not, or not wholly, lie within other access groups."""

    def work(tx: Transaction) -> Succession:
        found = parts.look(tx, caller, IntegrationAct.CHANGE, reference)
        require_groups(parts, tx, access_groups)
        return _carry(parts, tx, found.definition, access_groups)

    return await parts.desk.act(caller, "connection.replace", str(reference), work, read=True)


async def replace_integration(
    parts: Parts, caller: Caller, reference: Reference, wanted: Successor, *, expected_version: int | None = None
) -> tuple[IntegrationView, Succession]:
    """Make and test the successor, and put it in the place of the old one with its document and grants, or do nothing.

    Raises:
        SecretRequiredError: Credentials would have gone to another origin.
        ResponsibilitiesError: The access groups change, and the responsibilities were not accepted.
        IntegrationChangedError: It is no longer the version that was expected.
        HubError: The test failed; nothing has changed.
    """
    if wanted.access_groups is not None:
        if not wanted.access_groups:
            raise InvalidError("access_groups needs at least one group", field="access_groups")
        require_accepted(wanted.accepted_responsibilities)
    old = await get_integration(parts, caller, reference)
    # Before the test, which asks the other side, and again in the transaction.
    require_version(old.row.integration, expected_version)
    succession = Succession((), (), {})

    def add(tx: Transaction, connection: Connection) -> None:
        nonlocal succession
        require_version(records.find_integration(tx, old.row.connection.id), expected_version)
        succession = succeed(
            parts, tx, caller, old.row.connection.id, connection.id, access_groups=wanted.access_groups
        )

    view = await parts.connections.replace_connection(
        caller,
        old.row.connection.id,
        name=wanted.title,
        details=wanted.details,
        scheme=wanted.scheme,
        credentials=wanted.credentials,
        accept_account=wanted.accept_account,
        companion=add,
    )
    return await get_integration(parts, caller, view.row.id), succession


def succeed(
    parts: Parts,
    tx: Transaction,
    caller: Caller,
    old_id: ConnectionId,
    new_id: ConnectionId,
    *,
    access_groups: frozenset[GroupId] | None = None,
) -> Succession:
    """Give the successor of a connection what belongs to the old one's integration, if it has one and this not yet."""
    old = records.find_integration(tx, old_id)
    if old is None or records.find_integration(tx, new_id) is not None:
        return Succession((), (), {})
    definition = parts.definitions.get(tx, old)
    groups = definition.access_groups if access_groups is None else access_groups
    require_groups(parts, tx, groups)
    succession = _carry(parts, tx, definition, groups)
    now, me = parts.clock.now(), caller.principal.person_id
    new = Integration(new_id, old.description, old.document_number, now, me, now, me, 1)
    records.insert_integration(tx, new, groups)
    for number in range(1, documents.count_documents(tx, old_id) + 1):
        document = documents.find_document(tx, old_id, number)
        if document is not None:
            documents.copy_document(tx, old_id, number, new_id, document)
    last = records.find_acknowledgement(tx, old_id)
    made = Acknowledgement(TEXT_VERSION, me, now) if access_groups is not None else last
    if made is not None:
        records.insert_acknowledgement(tx, new_id, made)
    grants.replace_grants(tx, new_id, succession.grants)
    live = parts.desk.find(tx, new_id)
    assert live is not None
    parts.desk.record(
        tx,
        caller,
        "integration.create",
        Opened(live[0], live[1], "C16"),
        replaces=old_id,
        access_groups=[*sorted(groups)],
        document=definition.document.digest,
        methods=len(definition.methods),
        dropped=[*succession.dropped[:RECORDED]],
        narrowed=[*succession.narrowed[:RECORDED]],
    )
    return succession


def _carry(parts: Parts, tx: Transaction, definition: Definition, groups: frozenset[GroupId]) -> Succession:
    within: dict[tuple[GrantLevel, frozenset[str]], frozenset[str]] = {}
    kept: dict[str, Grant] = {}
    dropped: list[str] = []
    narrowed: list[str] = []
    for name, grant in definition.grants.items():
        key = (grant.level, grant.entries)
        if key not in within:
            within[key] = entries_within(tx, parts.facts, groups, *key)
        if not within[key]:
            dropped.append(name)
            continue
        if within[key] != grant.entries:
            narrowed.append(name)
        kept[name] = replace(grant, entries=within[key])
    return Succession(tuple(dropped), tuple(narrowed), kept)
