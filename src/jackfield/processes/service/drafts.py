"""Making a process, and editing its draft (P1)."""

from dataclasses import replace

from jackfield.connections import UserState
from jackfield.db import Transaction
from jackfield.directory import Caller
from jackfield.errors import NotFoundError
from jackfield.integrations import Documents
from jackfield.kernel import BusinessUnitId, ProcessId, clean_name, new_id
from jackfield.processes import access, checks
from jackfield.processes.errors import changed_meanwhile
from jackfield.processes.models import Content, DraftView, Process, ProcessAct, ProcessView
from jackfield.processes.service import calls, steps
from jackfield.processes.service.parts import Opened, Parts, Reference
from jackfield.processes.service.views import require_version, view
from jackfield.processes.store import records, versions


async def create_process(
    parts: Parts, caller: Caller, unit: BusinessUnitId, *, name: str, description: str, content: Content
) -> ProcessView:
    """Make a process with a draft; it is its maker's, and nobody but editors may run it until somebody says who."""
    clean = clean_name(name)
    checks.require_fit(content)

    def work(tx: Transaction) -> ProcessView:
        principal = parts.principal(tx, caller)
        if parts.directory.find_business_unit(tx, unit) is None or not (
            principal.roles.get(unit) or principal.is_super_admin
        ):
            raise NotFoundError(
                "there is no such business unit, or it is not for you to see",
                code="business_unit.not_found",
                what="business_unit",
            )
        decision = access.decide_create(principal, unit)
        decision.require("create")
        now = parts.clock.now()
        process = Process(
            id=ProcessId(new_id("prc")),
            business_unit_id=unit,
            name=clean,
            description=description,
            owner_id=principal.person_id,
            draft=replace(content, definition={}),
            draft_version=1,
            last_number=0,
            published=None,
            created_at=now,
            modified_at=now,
            modified_by=principal.person_id,
            version=1,
        )
        records.insert_process(tx, process)
        opened = Opened(process, records.facts_of(tx, process), principal, decision.rule)
        process = _store_draft(parts, tx, opened, content, version=1)
        parts.record(tx, caller, "process.create", opened)
        return view(parts, tx, principal, process)

    return await parts.act(caller, "process.create", clean, work, unit=unit)


async def get_draft(parts: Parts, caller: Caller, reference: Reference) -> DraftView:
    """The draft, with what publishing it would refuse, and its steps as they open for the caller (C10)."""
    documents = await steps.read_documents(parts, caller, reference)

    def work(tx: Transaction) -> DraftView:
        opened = parts.look(tx, caller, ProcessAct.READ_DEFINITION, reference)
        return _view(parts, tx, opened, documents)

    return await parts.act(caller, "process.read", reference, work, read=True)


async def save_draft(
    parts: Parts, caller: Caller, reference: Reference, content: Content, *, expected_version: int | None
) -> DraftView:
    """Replace the draft; one with problems can be saved, and not published.

    Raises:
        StepLockedError: A step that uses a connection which the caller may not design with was made or changed (C10).
        ProcessChangedError: Somebody saved meanwhile.
    """
    checks.require_fit(content)
    documents = await steps.read_documents(parts, caller, reference, content.definition)

    def work(tx: Transaction) -> DraftView:
        opened = parts.open(tx, caller, ProcessAct.EDIT, reference, changes_policy=False)
        process = opened.process
        if expected_version is not None and expected_version != process.draft_version:
            raise changed_meanwhile(process.draft_version)
        changed = _store_draft(parts, tx, opened, content, version=process.draft_version + 1)
        parts.record(tx, caller, "process.edit", opened, draft_version=changed.draft_version)
        return _view(parts, tx, replace(opened, process=changed), documents)

    return await parts.act(caller, "process.edit", reference, work)


async def restore_version(
    parts: Parts, caller: Caller, reference: Reference, number: int, *, expected_version: int | None
) -> DraftView:
    """Make the draft what a version was."""

    def work(tx: Transaction) -> None:
        opened = parts.open(tx, caller, ProcessAct.EDIT, reference, changes_policy=False)
        process = opened.process
        if expected_version is not None and expected_version != process.draft_version:
            raise changed_meanwhile(process.draft_version)
        content = require_version(tx, process, number).content
        # What the version means now: a connection may have been replaced since (C16).
        meanings = records.find_meanings(tx, process.id, number)
        records.replace_meanings(tx, process.id, records.DRAFT, meanings)
        records.replace_calls(tx, process.id, records.DRAFT, records.find_calls(tx, process.id, number))
        before = replace(opened, process=replace(process, draft=content))
        changed = _store_draft(parts, tx, before, content, version=process.draft_version + 1)
        parts.record(tx, caller, "process.edit", opened, draft_version=changed.draft_version, restored=number)

    await parts.act(caller, "process.edit", reference, work)
    return await get_draft(parts, caller, reference)


def _store_draft(parts: Parts, tx: Transaction, opened: Opened, content: Content, *, version: int) -> Process:
    process = opened.process
    known = frozenset(records.find_meanings(tx, process.id, records.DRAFT).values())
    meanings = steps.mean(parts, tx, opened.principal, process, content.definition)
    steps.require_unlocked(meanings, process.draft.definition, content.definition, known=known)
    now = parts.clock.now()
    changed = replace(
        process,
        draft=content,
        draft_version=version,
        modified_at=now,
        modified_by=opened.principal.person_id,
    )
    published = None if process.published is None else versions.find_version(tx, process.id, process.published)
    records.update_process(tx, changed, has_changes=published is None or published.content != content)
    connections = {reference: meant.id for reference, meant in meanings.items()}
    records.replace_meanings(tx, process.id, records.DRAFT, connections)
    records.replace_calls(tx, process.id, records.DRAFT, calls.mean_calls(tx, process, content.definition))
    steps.write_uses(parts, tx, changed, UserState.DRAFT, connections, definition=content.definition)
    return changed


def _view(parts: Parts, tx: Transaction, opened: Opened, documents: Documents) -> DraftView:
    process = opened.process
    content = process.draft
    shown = steps.steps_of(
        parts,
        tx,
        opened.principal,
        process,
        definition=content.definition,
        number=records.DRAFT,
        documents=documents,
    )
    found, strangers = calls.calls_of(tx, process, content.definition), steps.strangers_of(parts, tx, process)
    findings = checks.findings(content, shown, parts.catalogue, found, strangers, now=parts.clock.now())
    return DraftView(content, process.draft_version, findings, shown)
