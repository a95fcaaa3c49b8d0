"""Processes as people see them."""

from jackfield.connections import Named
from jackfield.db import Transaction
from jackfield.directory import Caller, Principal
from jackfield.kernel import Page, PageRequest
from jackfield.processes import access
from jackfield.processes.definitions import difference
from jackfield.processes.errors import VersionNotFoundError
from jackfield.processes.models import (
    Content,
    Difference,
    Process,
    ProcessAct,
    ProcessQuery,
    ProcessRow,
    ProcessView,
    Version,
    VersionRow,
    VersionView,
)
from jackfield.processes.service import steps
from jackfield.processes.service.parts import Opened, Parts, Reference
from jackfield.processes.store import lists, records, versions


async def get_process(parts: Parts, caller: Caller, reference: Reference) -> ProcessView:
    """One process, as far as the caller may see it."""

    def work(tx: Transaction) -> ProcessView:
        opened = parts.look(tx, caller, ProcessAct.SEE, reference)
        return view(parts, tx, caller.principal, opened.process)

    return await parts.act(caller, "process.read", reference, work, read=True)


async def list_processes(parts: Parts, caller: Caller, query: ProcessQuery, page: PageRequest) -> Page[ProcessRow]:
    """The processes that the caller may see, by name."""

    def work(tx: Transaction) -> Page[ProcessRow]:
        found = lists.list_visible(tx, caller.principal, query, page)
        owners = parts.people_named(tx, (one.owner_id for one, _, _ in found.items))
        units = {one: parts.unit_named(tx, one) for one in {process.business_unit_id for process, _, _ in found.items}}
        return found.map(
            lambda one: _row(one[0], units[one[0].business_unit_id], owners[one[0].owner_id], one[1], may_run=one[2])
        )

    return await parts.read(work)


async def list_versions(parts: Parts, caller: Caller, reference: Reference, page: PageRequest) -> Page[VersionRow]:
    """The versions of a process, the newest first."""

    def work(tx: Transaction) -> Page[VersionRow]:
        process = parts.look(tx, caller, ProcessAct.READ_DEFINITION, reference).process
        found = versions.list_versions(tx, process.id, page)
        people = parts.people_named(tx, (one.published_by for one in found.items))
        return found.map(
            lambda one: VersionRow(
                one.number, one.published_at, people[one.published_by], one.note, one.number == process.published
            )
        )

    return await parts.act(caller, "process.read", reference, work, read=True)


async def get_version(parts: Parts, caller: Caller, reference: Reference, number: int) -> VersionView:
    """One version, with its steps as they open for the caller."""

    def work(tx: Transaction) -> VersionView:
        opened = parts.look(tx, caller, ProcessAct.READ_DEFINITION, reference)
        version = require_version(tx, opened.process, number)
        publisher = parts.people_named(tx, [version.published_by])[version.published_by]
        is_current = number == opened.process.published
        return VersionView(
            VersionRow(number, version.published_at, publisher, version.note, is_current),
            version.content,
            steps.steps_of(
                parts, tx, caller.principal, opened.process, definition=version.content.definition, number=number
            ),
        )

    return await parts.act(caller, "process.read", reference, work, read=True)


async def compare(parts: Parts, caller: Caller, reference: Reference, old: int, new: int) -> Difference:
    """What two versions don't have alike; 0 is the draft."""

    def work(tx: Transaction) -> Difference:
        opened = parts.look(tx, caller, ProcessAct.READ_DEFINITION, reference)
        return difference(_content(tx, opened, old), _content(tx, opened, new))

    return await parts.act(caller, "process.read", reference, work, read=True)


def require_version(tx: Transaction, process: Process, number: int) -> Version:
    """One of its versions.

    Raises:
        VersionNotFoundError: There is none of that number.
    """
    found = versions.find_version(tx, process.id, number)
    if found is None:
        raise VersionNotFoundError(f"the process has no version {number}", what="version")
    return found


def view(parts: Parts, tx: Transaction, principal: Principal, process: Process) -> ProcessView:
    """One process with all that this person may read of it."""
    facts = records.facts_of(tx, process)
    may = frozenset(act for act in ProcessAct if access.decide(principal, act, facts).allowed)
    owner = parts.people_named(tx, [process.owner_id])[process.owner_id]
    unit = parts.unit_named(tx, process.business_unit_id)
    has_changes = lists.has_changes(tx, process)
    published = None if process.published is None else versions.find_version(tx, process.id, process.published)
    return ProcessView(
        row=_row(process, unit, owner, has_changes, may_run=ProcessAct.RUN in may),
        form=published.content.form if published else None,
        people=tuple(sorted(parts.people_named(tx, facts.runners.people).values(), key=lambda one: one.name)),
        groups=parts.groups_named(tx, facts.runners.groups),
        whole_unit=facts.runners.whole_unit,
        may=may,
        called_by=_callers(tx, process) if ProcessAct.READ_DEFINITION in may else (),
    )


def _callers(tx: Transaction, process: Process) -> tuple[Named, ...]:
    return tuple(Named(one.id, one.name) for one in records.list_callers(tx, process.id))


def _content(tx: Transaction, opened: Opened, number: int) -> Content:
    return require_version(tx, opened.process, number).content if number else opened.process.draft


def _row(process: Process, unit: Named, owner: Named, has_changes: bool, *, may_run: bool) -> ProcessRow:  # noqa: FBT001
    return ProcessRow(
        id=process.id,
        name=process.name,
        description=process.description,
        business_unit=unit,
        owner=owner,
        state=process.state,
        published=process.published,
        has_changes=has_changes,
        may_run=may_run,
        created_at=process.created_at,
        modified_at=process.modified_at,
        version=process.version,
    )
