"""Another version of the document: what it would change, and putting it in force (O9, D26)."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from jackfield.connectors import Effect
from jackfield.db import Transaction
from jackfield.directory import Caller, Principal
from jackfield.errors import InvalidError, JsonValue
from jackfield.integrations.effects import methods_of
from jackfield.integrations.errors import changed_meanwhile, in_use, not_accepted, unknown_version
from jackfield.integrations.models import (
    Acknowledgement,
    ChangedMethod,
    Definition,
    Document,
    Grant,
    IntegrationAct,
    IntegrationView,
    Method,
    Reading,
    UpdatePlan,
)
from jackfield.integrations.responsibilities import TEXT_VERSION
from jackfield.integrations.service.create import insert_reading
from jackfield.integrations.service.parts import Found, Parts, Reference
from jackfield.integrations.service.planning import RECORDED
from jackfield.integrations.service.views import view
from jackfield.integrations.store import documents, grants, records
from jackfield.kernel import ConnectionId, PersonId, read_json
from jackfield.openapi import Api, ApiDiff, Impact, compare

_HEAVINESS: Final = {Effect.READ: 0, Effect.WRITE: 1, Effect.SENDS_OUT: 2, Effect.DESTRUCTIVE: 3}


@dataclass(frozen=True, slots=True)
class UpdateDecision:
    """What whoever applies an update has decided about it."""

    based_on: int | None = None
    """The version in force that he compared with; None doesn't ask."""
    accept: frozenset[str] = frozenset()
    """Changed methods, by their names in the new version, that may be called on (D26)."""
    confirm_removed: bool = False
    """Granted methods that are no longer there may go."""
    accepted_responsibilities: str | None = None


async def preview_update(
    parts: Parts, caller: Caller, reference: Reference, document: bytes | None, number: int | None
) -> UpdatePlan:
    """What an update would do; nothing is stored.

    Raises:
        DocumentRejectedError: The document can't be read.
        NotFoundError: There is no such version.
    """

    def work(tx: Transaction) -> Found:
        return parts.look(tx, caller, IntegrationAct.UPDATE, reference)

    found = await parts.desk.act(caller, "integration.update", str(reference), work, read=True)
    plan = await _plan(parts, found, document, number)
    return await parts.database.read(lambda tx: _joined_with_uses(parts, tx, caller.principal, found, plan))


def _joined_with_uses(
    parts: Parts, tx: Transaction, principal: Principal, found: Found, plan: UpdatePlan
) -> UpdatePlan:
    integration_id = found.connection.id
    return replace(
        plan,
        used=parts.desk.uses_of_methods(tx, principal, integration_id, plan.touched, blocking=False),
        lost_in_force=plan.lost & parts.desk.methods_in_force(tx, integration_id),
    )


async def update_document(
    parts: Parts,
    caller: Caller,
    reference: Reference,
    decision: UpdateDecision,
    *,
    document: bytes | None,
    number: int | None,
    expected_version: int | None,
) -> IntegrationView:
    """Put the document, or an earlier version of it, in force as a new version; the one in force stays as it is."""

    def look(tx: Transaction) -> Found:
        return parts.look(tx, caller, IntegrationAct.UPDATE, reference)

    before = await parts.desk.act(caller, "integration.update", str(reference), look, read=True)
    in_force = before.integration.document_number
    if decision.based_on is not None and decision.based_on != in_force:
        raise changed_meanwhile(before.integration.version)
    plan = await _plan(parts, before, document, number)
    unknown = decision.accept - {one.after.name for one in plan.changed}
    if unknown:
        raise InvalidError(f"the update doesn't change a method {min(unknown)[:64]!r}", field="accept")

    def work(tx: Transaction) -> IntegrationView:
        found, opened = parts.open(tx, caller, IntegrationAct.UPDATE, reference, expected_version=expected_version)
        if found.integration.version != before.integration.version:
            raise changed_meanwhile(found.integration.version)
        principal = parts.desk.principal(tx, caller)
        if not decision.confirm_removed:
            _require_unused(parts, tx, principal, found, plan)
        _require_accepted(tx, found, plan, decision)
        if plan.reading.digest == found.definition.document.digest and not plan.has_changes:
            return view(parts, tx, principal, found)
        done = _apply(tx, found, plan, decision, restored=number, now=parts.clock.now(), by=caller.principal.person_id)
        parts.desk.record(tx, caller, "integration.update", opened, **done)
        again = parts.find_by_id(tx, found.connection.id)
        assert again is not None
        return view(parts, tx, principal, again)

    return await parts.desk.act(caller, "integration.update", str(reference), work)


def _require_unused(parts: Parts, tx: Transaction, principal: Principal, found: Found, plan: UpdatePlan) -> None:
    """Refuse what would take away methods that are granted, or that something in force uses (O9, C11)."""
    used = parts.desk.uses_of_methods(tx, principal, found.connection.id, plan.lost, blocking=True)
    if plan.removed_grants or used.total:
        raise in_use(sorted(plan.removed_grants), used, plan.lost)


def _require_accepted(tx: Transaction, found: Found, plan: UpdatePlan, decision: UpdateDecision) -> None:
    """The responsibilities, where a method that only read before is to do more, or the text is another one (O3)."""
    last = records.find_acknowledgement(tx, found.connection.id)
    is_other_text = last is None or last.text_version != TEXT_VERSION
    if (is_other_text or decision.accept & set(plan.raised)) and decision.accepted_responsibilities != TEXT_VERSION:
        raise not_accepted(TEXT_VERSION)


def _apply(
    tx: Transaction,
    found: Found,
    plan: UpdatePlan,
    decision: UpdateDecision,
    *,
    restored: int | None,
    now: datetime,
    by: PersonId,
) -> dict[str, JsonValue]:
    """Write it; what the record says of it."""
    integration = found.integration
    number = documents.count_documents(tx, integration.id) + 1
    if restored is None:
        insert_reading(tx, integration.id, plan.reading, number=number, now=now, by=by)
    else:
        old = documents.find_document(tx, integration.id, restored)
        assert old is not None
        again = replace(old, number=number, restored_from=restored, created_at=now, created_by=by)
        documents.copy_document(tx, integration.id, restored, integration.id, again)
    held = {one.after.name: one for one in plan.changed if one.is_held}
    wanted = _grants_to_be(plan, held, decision.accept, number)
    grants.replace_grants(tx, integration.id, _difference(found.definition.grants, wanted))
    if decision.accepted_responsibilities == TEXT_VERSION:
        records.insert_acknowledgement(tx, integration.id, Acknowledgement(TEXT_VERSION, by, now))
    changed = replace(
        integration, document_number=number, modified_at=now, modified_by=by, version=integration.version + 1
    )
    records.update_integration(tx, changed)
    return {
        "version": number,
        "restored_from": restored,
        "document": plan.reading.digest,
        "numbers": {"added": len(plan.added), "removed": len(plan.removed), "changed": len(plan.changed)},
        "held": [*[name for name in sorted(held) if name in wanted and wanted[name].held][:RECORDED]],
        "accepted": [*sorted(decision.accept)[:RECORDED]],
        "removed_granted": [*sorted(plan.removed_grants)[:RECORDED]],
    }


def _grants_to_be(
    plan: UpdatePlan, held: Mapping[str, ChangedMethod], accepted: frozenset[str], number: int
) -> dict[str, Grant]:
    wanted: dict[str, Grant] = {}
    for name, grant in plan.grants.items():
        if name in accepted:
            wanted[name] = replace(grant, held="")
        elif name in held:
            wanted[name] = replace(grant, held=_why_held(held[name], number))
        else:
            wanted[name] = grant
    return wanted


def _why_held(method: ChangedMethod, number: int) -> str:
    if _is_heavier(method.before, method.after):
        return f"it does more than before since version {number} of the document"
    return f"what a call of it means has changed with version {number} of the document"


def _is_heavier(before: Method, after: Method) -> bool:
    return _HEAVINESS[after.effect] > _HEAVINESS[before.effect]


def _difference(before: Mapping[str, Grant], after: Mapping[str, Grant]) -> dict[str, Grant | None]:
    different: dict[str, Grant | None] = {name: None for name in before if name not in after}
    different |= {name: grant for name, grant in after.items() if before.get(name) != grant}
    return different


# --- What it would change ---------------------------------------------------------------------------------------------


async def _plan(parts: Parts, found: Found, document: bytes | None, number: int | None) -> UpdatePlan:
    old = await parts.apis.get(found.connection.id, found.integration.document_number)
    if document is not None:
        reading = await parts.readings.read(document)
    elif number is not None:
        reading = await _read_again(parts, found.connection.id, number)
    else:
        raise InvalidError("a document is needed, or the number of an earlier version", field="document")
    return await asyncio.to_thread(make_update_plan, found.definition, old, reading)


async def _read_again(parts: Parts, integration_id: ConnectionId, number: int) -> Reading:
    """An earlier version, which was checked when it was stored."""

    def work(tx: Transaction) -> tuple[Document, bytes, bytes, bytes]:
        document = documents.find_document(tx, integration_id, number)
        if document is None:
            raise unknown_version()
        return (
            document,
            documents.read_source(tx, integration_id, number),
            documents.read_json_text(tx, integration_id, number),
            documents.read_report(tx, integration_id, number),
        )

    document, source, json_text, report = await parts.database.read(work)
    api = await parts.apis.get(integration_id, number)
    shown = read_json(report, what="the report", max_names=10_000_000)
    assert isinstance(shown, dict)
    methods = await asyncio.to_thread(methods_of, api)
    return Reading(
        source=source,
        json_text=json_text,
        digest=document.digest,
        title=document.title,
        api_version=document.api_version,
        specification=document.specification,
        report=shown,
        methods=methods,
        api=api,
    )


def make_update_plan(definition: Definition, old: Api, reading: Reading) -> UpdatePlan:
    """The difference joined with the grants; an operation is the same one where its verb and path are."""
    diff: ApiDiff = compare(old, reading.api, base="")
    before = {one.label: one for one in definition.methods.values()}
    after = {one.label: one for one in reading.methods}
    removed = tuple(before[one.label] for one in diff.removed if one.label in before)
    changed: list[ChangedMethod] = []
    for one in diff.changed:
        was, now = before[one.old.label], after[one.new.label]
        is_other = not one.is_same_call and one.impact is Impact.BREAKING
        changed.append(
            ChangedMethod(
                before=was,
                after=now,
                impact=one.impact.value,
                changes=one.changes,
                omitted=one.omitted,
                grant=definition.grants.get(was.name),
                is_held=is_other or _is_heavier(was, now),
            )
        )
    return UpdatePlan(
        based_on=definition.integration.document_number,
        reading=reading,
        added=tuple(after[one.label] for one in diff.added),
        removed=removed,
        removed_grants={one.name: definition.grants[one.name] for one in removed if one.name in definition.grants},
        changed=tuple(changed),
        same=len(diff.same),
        moved=tuple((before[one.old.label], after[one.new.label]) for one in diff.moved),
        general=diff.general,
        grants=_carried(definition, after),
        raised=tuple(
            one.after.name
            for one in changed
            if one.grant is not None and one.after.is_writing and (one.grant.held or not one.before.is_writing)
        ),
        lost=frozenset(
            one.name for label, one in before.items() if label not in after or after[label].name != one.name
        ),
    )


def _carried(definition: Definition, after: Mapping[str, Method]) -> dict[str, Grant]:
    """The grants of what is still there, by its new name."""
    return {
        after[method.label].name: definition.grants[method.name]
        for method in definition.methods.values()
        if method.name in definition.grants and method.label in after
    }
