"""Naming a process, saying who may run it and whose it is, deleting it, explaining all that; and what others bring about."""

from dataclasses import replace

from jackfield.connections import Explanation, UserKind, UserState
from jackfield.db import Transaction
from jackfield.directory import Caller, Principal
from jackfield.errors import InvalidError, NotFoundError
from jackfield.kernel import BusinessUnitId, ConnectionId, GroupId, ObjectRef, PersonId, clean_name
from jackfield.processes import access
from jackfield.processes.errors import OpenRunsError
from jackfield.processes.models import Process, ProcessAct, ProcessView, Runners
from jackfield.processes.service import calls, steps
from jackfield.processes.service.parts import Opened, Parts, Reference
from jackfield.processes.service.views import require_version, view
from jackfield.processes.store import records, runs


async def change_process(
    parts: Parts,
    caller: Caller,
    reference: Reference,
    *,
    name: str | None,
    description: str | None,
    expected_version: int | None,
) -> ProcessView:
    """Rename or describe it; what refers to it refers by id, so nothing breaks."""
    new_name = None if name is None else clean_name(name)

    def work(tx: Transaction) -> ProcessView:
        opened = parts.open(tx, caller, ProcessAct.EDIT, reference, expected_version=expected_version)
        old = opened.process
        changed = _touched(
            parts,
            opened,
            name=new_name or old.name,
            description=old.description if description is None else description,
        )
        records.update_process(tx, changed)
        _tell_where_used(parts, tx, changed)
        parts.record(tx, caller, "process.change", opened, old=old.name, new=changed.name)
        return view(parts, tx, opened.principal, changed)

    return await parts.act(caller, "process.change", reference, work)


async def set_runners(
    parts: Parts, caller: Caller, reference: Reference, runners: Runners, *, expected_version: int | None
) -> ProcessView:
    """Say who may run it, beside the editors (P1).

    Raises:
        InvalidError: A person or group that there is not.
    """

    def work(tx: Transaction) -> ProcessView:
        opened = parts.open(tx, caller, ProcessAct.SET_RUNNERS, reference, expected_version=expected_version)
        people = parts.directory.find_people(tx, runners.people)
        groups = parts.directory.find_groups(tx, runners.groups)
        if missing := (runners.people - people.keys()) | (runners.groups - groups.keys()):
            raise InvalidError(f"there is no person or group {min(missing)[:60]!r}", field="runners")
        changed = _touched(parts, opened)
        records.update_process(tx, changed)
        records.replace_runners(tx, changed.id, runners)
        parts.record(
            tx,
            caller,
            "process.set_runners",
            opened,
            people=[*sorted(runners.people)],
            groups=[*sorted(runners.groups)],
            whole_unit=runners.whole_unit,
        )
        return view(parts, tx, opened.principal, changed)

    return await parts.act(caller, "process.set_runners", reference, work)


async def set_owner(
    parts: Parts, caller: Caller, reference: Reference, owner_id: PersonId, *, expected_version: int | None
) -> ProcessView:
    """Hand it over to another member of its business unit, who is told.

    Raises:
        InvalidError: There is no such member.
    """

    def work(tx: Transaction) -> ProcessView:
        opened = parts.open(tx, caller, ProcessAct.SET_OWNER, reference, expected_version=expected_version)
        owner = parts.directory.find_principal(tx, owner_id)
        if owner is None or not owner.is_active or not owner.is_member_of(opened.process.business_unit_id):
            raise InvalidError("the owner must be an active member of the process's business unit", field="person_id")
        changed = _hand_over(parts, tx, opened, owner_id)
        parts.record(tx, caller, "process.set_owner", opened, old=opened.process.owner_id, new=owner_id)
        if owner_id != caller.principal.person_id:
            parts.tell(tx, [owner_id], "process.handed_over", changed, by=caller.principal.name)
        return view(parts, tx, opened.principal, changed)

    return await parts.act(caller, "process.set_owner", reference, work)


async def delete_process(parts: Parts, caller: Caller, reference: Reference, *, expected_version: int | None) -> None:
    """Take it out of every list; its versions and the record of its runs stay as long as they are kept.

    Raises:
        OpenRunsError: Runs of it haven't ended.
    """

    def work(tx: Transaction) -> None:
        opened = parts.open(tx, caller, ProcessAct.DELETE, reference, expected_version=expected_version)
        if runs.has_open(tx, opened.process.id):
            raise OpenRunsError("runs of the process haven't ended: wait for them, or cancel them first", rule="P1")
        calls.require_uncalled(parts, tx, opened.process, "delete")
        changed = _touched(parts, opened, published=None, deleted_at=parts.clock.now())
        records.update_process(tx, changed)
        parts.uses.remove(tx, UserKind.PROCESS, changed.id)
        records.replace_meanings(tx, changed.id, records.DRAFT, {})
        records.replace_calls(tx, changed.id, records.DRAFT, {})
        for one in parts.followers:
            one.process_deleted(tx, caller, opened.process.known)
        parts.record(tx, caller, "process.delete", opened)

    await parts.act(caller, "process.delete", reference, work)


async def explain_all(
    parts: Parts, caller: Caller, person_id: PersonId, reference: Reference
) -> tuple[Explanation, ...]:
    """Whether a person may do each thing with a process, with every question that was asked (C17).

    About oneself one may ask whatever one may know of the process, about others whoever may edit or audit it.
    """

    def work(tx: Transaction) -> tuple[Explanation, ...]:
        who, facts = caller.principal, parts.look(tx, caller, ProcessAct.SEE, reference).facts
        if person_id != who.person_id:
            access.require(who, ProcessAct.READ_DEFINITION, facts)
            found = parts.directory.find_principal(tx, person_id)
            if found is None:
                raise NotFoundError("there is no such person", code="person.not_found", what="person")
            who = found
        return tuple(access.explain(who, act, facts) for act in ProcessAct)

    return await parts.read(work)


# --- What others bring about ------------------------------------------------------------------------------------------


def person_left(
    parts: Parts, tx: Transaction, caller: Caller, person_id: PersonId, unit_id: BusinessUnitId | None
) -> None:
    """Processes of somebody who left pass to the administrators of their business units, who are told (C12)."""
    now = parts.directory.find_principal(tx, person_id)
    for process_id in records.list_owned(tx, person_id, unit_id):
        process = records.find_process(tx, process_id, lock=True)
        if process is None or (now and now.is_active and now.is_member_of(process.business_unit_id)):
            continue
        heirs = [one for one in parts.directory.list_administrators(tx, process.business_unit_id) if one != person_id]
        heirs = heirs or [one for one in parts.directory.list_super_admins(tx) if one != person_id]
        if not heirs:
            continue
        opened = Opened(process, records.facts_of(tx, process), caller.principal, "C12")
        changed = _hand_over(parts, tx, opened, heirs[0])
        parts.record(tx, caller, "process.pass_on", opened, left=person_id, passed_to=heirs[0])
        parts.tell(tx, heirs[:1], "process.passed_on", changed)


def uses_of_group(tx: Transaction, group_id: GroupId) -> tuple[ObjectRef, ...]:
    """The processes that name a group among those who may run them: it can't be deleted."""
    return tuple(ObjectRef("process", found, name) for found, name in records.list_run_by_group(tx, group_id))


def repoint(tx: Transaction, old: ConnectionId, new: ConnectionId) -> None:
    """What means a connection means its successor, in drafts and versions alike (C16)."""
    records.repoint(tx, old, new)


def _hand_over(parts: Parts, tx: Transaction, opened: Opened, owner_id: PersonId) -> Process:
    changed = _touched(parts, opened, owner_id=owner_id)
    records.update_process(tx, changed)
    _tell_where_used(parts, tx, changed)
    return changed


def _tell_where_used(parts: Parts, tx: Transaction, process: Process) -> None:
    """What is written of its uses has its name and its owner (C15)."""
    draft = records.find_meanings(tx, process.id, records.DRAFT)
    steps.write_uses(parts, tx, process, UserState.DRAFT, draft, definition=process.draft.definition)
    if process.published is not None:
        published = records.find_meanings(tx, process.id, process.published)
        definition = require_version(tx, process, process.published).content.definition
        steps.write_uses(parts, tx, process, UserState.PUBLISHED, published, definition=definition)
    for one in parts.followers:
        one.process_changed(tx, process.known)


def _touched(parts: Parts, opened: Opened, **changes: object) -> Process:
    principal: Principal = opened.principal
    return replace(
        opened.process,
        modified_at=parts.clock.now(),
        modified_by=principal.person_id,
        version=opened.process.version + 1,
        **changes,  # pyright: ignore[reportArgumentType]  # fields of Process
    )
