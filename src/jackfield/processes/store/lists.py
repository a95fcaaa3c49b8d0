"""Lists of processes, filtered in SQL by the rules that `access.decide` has for one; a property test holds both together."""

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, true, tuple_

from jackfield.db import Transaction
from jackfield.directory import InstallationRole, Principal
from jackfield.errors import InvalidError
from jackfield.kernel import BusinessUnitId, Page, PageRequest, name_key
from jackfield.processes.models import Process, ProcessQuery, ProcessState
from jackfield.processes.store.records import process_of
from jackfield.processes.tables import process_runners, processes

_p = processes.c
_ORDER = "name"


def list_visible(
    tx: Transaction, principal: Principal, query: ProcessQuery, page: PageRequest
) -> Page[tuple[Process, bool, bool]]:
    """The processes that somebody may see, by name.

    With each is whether its draft is another than what is published, and whether he may run it.
    """
    runnable = and_(_p.published.is_not(None), _may_run(principal))
    statement = (
        select(processes, runnable.label("runnable"))
        .where(_p.deleted_at.is_(None), _may_see(principal), *_filters(principal, query, runnable))
        .order_by(_p.name_key, _p.id)
        .limit(page.limit + 1)
    )
    match page.after(_ORDER, 2):
        case None:
            pass
        case (str(name), str(last)):
            statement = statement.where(tuple_(_p.name_key, _p.id) > tuple_(name, last))
        case _:
            raise InvalidError("the cursor is not one of ours; start again without it", field="cursor")
    rows = [(process_of(row), bool(row.has_changes), bool(row.runnable)) for row in tx.connection.execute(statement)]
    return Page[tuple[Process, bool, bool]].cut(
        rows, page.limit, _ORDER, lambda one: (name_key(one[0].name), one[0].id)
    )


def has_changes(tx: Transaction, process: Process) -> bool:
    """Whether its draft is another than what is published."""
    return tx.connection.execute(select(_p.has_changes).where(_p.id == process.id)).scalar_one()


def _filters(principal: Principal, query: ProcessQuery, runnable: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if query.search:
        found.append(_p.name_key.contains(name_key(query.search), autoescape=True))
    if query.business_unit_id is not None:
        found.append(_p.business_unit_id == query.business_unit_id)
    if query.state is not None:
        is_draft = _p.published.is_(None)
        found.append(is_draft if query.state is ProcessState.DRAFT else _p.published.is_not(None))
    if query.owned_by_me:
        found.append(_p.owner_id == principal.person_id)
    if query.runnable:
        found.append(runnable)
    return found


def _may_see(principal: Principal) -> ColumnElement[bool]:
    if not principal.is_active:
        return false()
    if principal.is_super_admin or InstallationRole.AUDITOR in principal.installation_roles:
        return true()
    reads = [one for one in principal.roles if principal.is_editor_of(one) or principal.is_auditor_of(one)]
    own = and_(_p.owner_id == principal.person_id, _in(_member_of(principal)))
    return or_(_in(reads), own, _may_run(principal))


def _may_run(principal: Principal) -> ColumnElement[bool]:
    if not principal.is_active:
        return false()
    subjects = [("person", principal.person_id), *(("group", one) for one in sorted(principal.group_ids))]
    named = exists().where(
        process_runners.c.process_id == _p.id,
        tuple_(process_runners.c.kind, process_runners.c.subject_id).in_(subjects),
    )
    edits = [one for one in principal.roles if principal.is_editor_of(one)]
    return or_(_in(edits), named, and_(_p.whole_unit, _in(_member_of(principal))))


def _member_of(principal: Principal) -> list[BusinessUnitId]:
    return [one for one in principal.roles if principal.is_member_of(one)]


def _in(units: list[BusinessUnitId]) -> ColumnElement[bool]:
    return _p.business_unit_id.in_(sorted(units)) if units else false()


def count_in_unit(tx: Transaction, unit: BusinessUnitId) -> int:
    """How many processes a business unit has."""
    query = select(func.count()).where(_p.business_unit_id == unit, _p.deleted_at.is_(None))
    return tx.connection.execute(query).scalar_one()
