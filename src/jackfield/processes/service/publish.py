"""Publishing a draft as a version, and taking it back (P1, C8, C9)."""

from dataclasses import replace

from jackfield.connections import UserKind, UserState
from jackfield.db import Transaction
from jackfield.directory import Caller
from jackfield.errors import ConflictError
from jackfield.processes import checks
from jackfield.processes.errors import changed_meanwhile
from jackfield.processes.models import ProcessAct, ProcessView, Version, VersionRow, VersionView
from jackfield.processes.service import calls, steps
from jackfield.processes.service.parts import Parts, Reference
from jackfield.processes.service.views import view
from jackfield.processes.store import records, versions


async def publish(
    parts: Parts, caller: Caller, reference: Reference, note: str, *, expected_version: int | None
) -> VersionView:
    """Make the draft the version that new runs have. Its runs use connections by the right of whoever publishes (C9).

    Args:
        parts: What use cases are made with.
        caller: Who publishes; he must have design use of every connection that it names.
        reference: Which process.
        note: What is new, for readers.
        expected_version: The draft's, that he saw.

    Raises:
        NotPublishableError: It has problems; `problems` has each with its place.
        ProcessChangedError: Somebody saved meanwhile.
    """
    documents = await steps.read_documents(parts, caller, reference)

    def work(tx: Transaction) -> VersionView:
        opened = parts.open(tx, caller, ProcessAct.PUBLISH, reference)
        process, principal = opened.process, opened.principal
        if expected_version is not None and expected_version != process.draft_version:
            raise changed_meanwhile(process.draft_version)
        content = process.draft
        shown = steps.steps_of(
            parts,
            tx,
            principal,
            process,
            definition=content.definition,
            number=records.DRAFT,
            documents=documents,
        )
        found, strangers = calls.calls_of(tx, process, content.definition), steps.strangers_of(parts, tx, process)
        checks.require_publishable(content, shown, parts.catalogue, found, strangers, now=parts.clock.now())
        meanings = {one.reference: one.connection_id for one in shown if one.connection_id is not None}
        for connection_id in sorted(set(meanings.values())):
            # Asked once more of the rules themselves: this is the right that all its runs stand on.
            parts.uses.require_design_use(tx, replace(caller, principal=principal), connection_id)
        called = {one.reference: one.process_id for one in found if one.process_id is not None}
        for process_id in sorted(set(called.values())):
            # As with connections: whoever may run this one runs what it calls, by the right of whoever publishes it.
            parts.look(tx, replace(caller, principal=principal), ProcessAct.RUN, process_id)
        now = parts.clock.now()
        version = Version(process.id, process.last_number + 1, content, now, principal.person_id, note)
        versions.insert_version(tx, version)
        records.replace_meanings(tx, process.id, version.number, meanings)
        records.replace_calls(tx, process.id, version.number, called)
        changed = replace(
            process,
            last_number=version.number,
            published=version.number,
            modified_at=now,
            modified_by=principal.person_id,
            version=process.version + 1,
        )
        records.update_process(tx, changed, has_changes=False)
        steps.write_uses(parts, tx, changed, UserState.PUBLISHED, meanings, definition=content.definition)
        parts.record(
            tx,
            caller,
            "process.publish",
            opened,
            number=version.number,
            connections=[*sorted(set(meanings.values()))],
            processes=[*sorted(set(called.values()))],
            run_as=principal.person_id,
        )
        publisher = parts.people_named(tx, [principal.person_id])[principal.person_id]
        return VersionView(VersionRow(version.number, now, publisher, note, is_current=True), content, shown)

    return await parts.act(caller, "process.publish", reference, work)


async def unpublish(parts: Parts, caller: Caller, reference: Reference, *, expected_version: int | None) -> ProcessView:
    """Take the published version back: there are no new runs; those that there are go on.

    Raises:
        ConflictError: There is none.
    """

    def work(tx: Transaction) -> ProcessView:
        opened = parts.open(tx, caller, ProcessAct.PUBLISH, reference, expected_version=expected_version)
        process = opened.process
        if process.published is None:
            raise ConflictError("no version of the process is published", code="process.not_published")
        calls.require_uncalled(parts, tx, process, "unpublish")
        changed = replace(
            process,
            published=None,
            modified_at=parts.clock.now(),
            modified_by=opened.principal.person_id,
            version=process.version + 1,
        )
        records.update_process(tx, changed, has_changes=True)
        parts.uses.remove(tx, UserKind.PROCESS, process.id, part=UserState.PUBLISHED.value)
        parts.record(tx, caller, "process.unpublish", opened, number=process.published)
        return view(parts, tx, opened.principal, changed)

    return await parts.act(caller, "process.unpublish", reference, work)
