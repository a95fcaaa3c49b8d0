"""Lists of triggers: who may see which is part of the query, never of what follows it."""

from sqlalchemy import ColumnElement, false, select, true, tuple_

from jackfield.db import Transaction
from jackfield.directory import InstallationRole, Principal
from jackfield.errors import InvalidError
from jackfield.kernel import BusinessUnitId, Page, PageRequest, name_key
from jackfield.triggers.models import Trigger, TriggerQuery
from jackfield.triggers.store.records import trigger_of
from jackfield.triggers.tables import triggers

_t = triggers.c
_ORDER = "name"


def list_visible(tx: Transaction, principal: Principal, query: TriggerQuery, page: PageRequest) -> Page[Trigger]:
    """The triggers that somebody may see, by name: those of processes whose definition he may read."""
    statement = (
        select(triggers)
        .where(_t.deleted_at.is_(None), _may_see(principal), *_filters(query))
        .order_by(_t.name_key, _t.id)
        .limit(page.limit + 1)
    )
    match page.after(_ORDER, 2):
        case None:
            pass
        case (str(name), str(last)):
            statement = statement.where(tuple_(_t.name_key, _t.id) > tuple_(name, last))
        case _:
            raise InvalidError("the cursor is not one of ours; start again without it", field="cursor")
    rows = [trigger_of(row) for row in tx.connection.execute(statement)]
    return Page[Trigger].cut(rows, page.limit, _ORDER, lambda one: (name_key(one.name), one.id))


def _may_see(principal: Principal) -> ColumnElement[bool]:
    if not principal.is_active:
        return false()
    if InstallationRole.AUDITOR in principal.installation_roles:
        return true()
    units: list[BusinessUnitId] = [
        one for one in principal.roles if principal.is_editor_of(one) or principal.is_auditor_of(one)
    ]
    return _t.business_unit_id.in_(sorted(units)) if units else false()


def _filters(query: TriggerQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if query.search:
        found.append(_t.name_key.contains(name_key(query.search), autoescape=True))
    if query.process_id is not None:
        found.append(_t.process_id == query.process_id)
    if query.business_unit_id is not None:
        found.append(_t.business_unit_id == query.business_unit_id)
    if query.kind is not None:
        found.append(_t.kind == query.kind.value)
    if query.is_enabled is not None:
        found.append(_t.is_enabled if query.is_enabled else _t.is_enabled.is_(False))
    return found
