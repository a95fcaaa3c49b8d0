"""Lists of connections, filtered in SQL by the rules that `access.decide` has for one.

Who may see (C3) or pick (C8) a connection has several ways to; each way is a branch, a query that an index answers in
the wanted order and that stops after one page. A list is the union of its branches. So it costs what a page costs, and
not what all connections cost. A property test holds these lists and `decide` together.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    tuple_,
    union,
)

from jackfield.connections.models import Connection, ConnectionQuery, ConnectionSort, ConnectionState
from jackfield.connections.store import features
from jackfield.connections.store.records import connection_of
from jackfield.connections.tables import authorized_persons, connection_admins, connections
from jackfield.db import Transaction
from jackfield.directory import InstallationRole, Principal
from jackfield.errors import InvalidError, JsonScalar
from jackfield.kernel import MAX_INTEGER, BusinessUnitId, ConnectionId, Page, PageRequest, name_key

_SORT_COLUMNS: Final = {
    ConnectionSort.NAME: ("name_key",),
    ConnectionSort.CREATED: ("created_at",),
    ConnectionSort.MODIFIED: ("modified_at",),
    ConnectionSort.LAST_USED: ("last_used_at",),
    ConnectionSort.CONNECTOR: ("connector", "name_key"),
    ConnectionSort.HEALTH: ("state", "name_key"),
    ConnectionSort.USES: ("use_count", "name_key"),
}
_TIMES: Final = {"created_at", "modified_at", "last_used_at"}
_NUMBERS: Final = {"use_count"}

_MAX_UNIT_BRANCHES: Final = 50
"""In more business units than this, one branch asks for all of them together."""

Way = Select[Any]


@dataclass(frozen=True, slots=True)
class Lens:
    """Narrows what one person sees to what somebody else, who looks, may see."""

    viewer: Principal
    units: tuple[BusinessUnitId, ...] | None
    """In these business units alone; None is everywhere."""
    inverted: bool = False
    """What the viewer may not see instead, in the same business units."""

    def clauses(self) -> list[ColumnElement[bool]]:
        """For queries on `connections`."""
        seen = _clause_visible(self.viewer)
        found = [not_(seen) if self.inverted else seen]
        return found if self.units is None else [*found, connections.c.business_unit_id.in_(self.units)]

    def holds(self, connection: Connection) -> bool:
        """Whether a connection is in the business units looked at."""
        return self.units is None or connection.business_unit_id in self.units


def list_visible(
    tx: Transaction, principal: Principal, query: ConnectionQuery, page: PageRequest, *, lens: Lens | None = None
) -> Page[Connection]:
    """The connections that somebody may see (C3), narrowed by `query`."""
    order = _Order(query.sort, descending=query.descending)
    return _union(tx, _ways_to_list(order, principal, query, lens), order, page)


def count_visible(
    tx: Transaction, principal: Principal, query: ConnectionQuery, most: int, *, lens: Lens | None = None
) -> int:
    """How many there are in such a list; `most + 1` stands for all numbers beyond `most`."""
    order = _Order(ConnectionSort.NAME, descending=False)
    ways = _ways_to_list(order, principal, query, lens)
    if not ways:
        return 0
    branches = [select(way.with_only_columns(connections.c.id).limit(most + 1).subquery()) for way in ways]
    found = select(union(*branches).subquery().c.id).limit(most + 1).subquery()
    return tx.connection.execute(select(func.count()).select_from(found)).scalar_one()


def list_pickable(
    tx: Transaction,
    principal: Principal,
    page: PageRequest,
    *,
    unit: BusinessUnitId | None = None,
    connector: str | None = None,
    search: str = "",
) -> Page[Connection]:
    """The connections that somebody may design with (C8) and whose feature is on (C13), by name."""
    order = _Order(ConnectionSort.NAME, descending=False)
    conditions = [not_(features.clause_off()), *_common_filters(connector, search)]
    ways = [way.where(*conditions) for way in _ways_to_design(order, principal, unit)]
    return _union(tx, ways, order, page)


def _ways_to_list(order: "_Order", principal: Principal, query: ConnectionQuery, lens: Lens | None) -> list[Way]:
    conditions = [*_filters(principal, query), *(lens.clauses() if lens else ())]
    ways = _ways_to_see(order, principal, query.business_unit_id)
    if query.besides:
        besides = order.select().where(connections.c.id.in_(sorted(query.besides)))
        unit = query.business_unit_id
        ways.append(besides if unit is None else besides.where(connections.c.business_unit_id == unit))
    return [way.where(*conditions) for way in ways]


# --- The ways in ------------------------------------------------------------------------------------------------------


def _ways_to_see(order: "_Order", principal: Principal, unit: BusinessUnitId | None) -> list[Way]:
    if not principal.is_active:
        return []
    everything = order.select()
    if principal.is_super_admin or InstallationRole.AUDITOR in principal.installation_roles:
        return [everything if unit is None else everything.where(connections.c.business_unit_id == unit)]
    member_of = _units(principal, unit, Principal.is_member_of)
    audited = _units(principal, unit, Principal.is_auditor_of)
    return [
        *_in_units(everything.where(connections.c.creator_id == principal.person_id), member_of, together=True),
        *_in_units(_administered(order, principal), member_of, together=True),
        *_in_units(everything, audited),
    ]


def _clause_visible(principal: Principal) -> ColumnElement[bool]:
    """The same ways as one condition, for what is found by somebody else's."""
    if not principal.is_active:
        return false()
    if principal.is_super_admin or InstallationRole.AUDITOR in principal.installation_roles:
        return true()
    looker = connection_admins.alias("looker")
    is_admin = select(looker.c.person_id).where(
        looker.c.connection_id == connections.c.id, looker.c.person_id == principal.person_id
    )
    unit = connections.c.business_unit_id
    return or_(
        unit.in_(_units(principal, None, Principal.is_auditor_of)),
        and_(
            unit.in_(_units(principal, None, Principal.is_member_of)),
            or_(connections.c.creator_id == principal.person_id, is_admin.exists()),
        ),
    )


def _ways_to_design(order: "_Order", principal: Principal, unit: BusinessUnitId | None) -> list[Way]:
    if not principal.is_active:
        return []
    units = _units(principal, unit, Principal.is_editor_of)
    everything = order.select()
    narrowed = everything.where(connections.c.is_narrowed == true())
    return [
        *_in_units(everything.where(connections.c.is_narrowed == false()), units),
        *_in_units(narrowed.where(connections.c.creator_id == principal.person_id), units, together=True),
        *_in_units(_administered(order, principal), units, together=True),
        *_in_units(_authorized(order, "person", [principal.person_id]), units, together=True),
        *(_in_units(_authorized(order, "group", sorted(principal.group_ids)), units, together=True)),
    ]


def _administered(order: "_Order", principal: Principal) -> Way:
    return order.select().join(
        connection_admins,
        and_(
            connection_admins.c.connection_id == connections.c.id,
            connection_admins.c.person_id == principal.person_id,
        ),
    )


def _authorized(order: "_Order", kind: str, subjects: Sequence[str]) -> Way:
    return order.select().join(
        authorized_persons,
        and_(
            authorized_persons.c.connection_id == connections.c.id,
            authorized_persons.c.kind == kind,
            authorized_persons.c.subject_id.in_(subjects),
        ),
    )


def _units(
    principal: Principal, only: BusinessUnitId | None, has_role: Callable[[Principal, BusinessUnitId], bool]
) -> list[BusinessUnitId]:
    return [unit for unit in sorted(principal.roles) if only in {None, unit} and has_role(principal, unit)]


def _in_units(way: Way, units: Sequence[BusinessUnitId], *, together: bool = False) -> list[Way]:
    """The way within business units: a branch for each where an index begins with the unit, else one for all."""
    if not units:
        return []
    if together or len(units) > _MAX_UNIT_BRANCHES:
        return [way.where(connections.c.business_unit_id.in_(units))]
    return [way.where(connections.c.business_unit_id == unit) for unit in units]


# --- What a list is narrowed to ---------------------------------------------------------------------------------------


def _filters(principal: Principal, query: ConnectionQuery) -> list[ColumnElement[bool]]:
    found = _common_filters(query.connector, query.search)
    if query.states:
        found.append(_clause_state(query.states))
    if query.created_by_me:
        found.append(connections.c.creator_id == principal.person_id)
    if query.shared_with_me:
        # under a name of its own, as one of the ways joins the same table
        mine = connection_admins.alias("mine")
        is_admin = select(mine.c.person_id).where(
            mine.c.connection_id == connections.c.id, mine.c.person_id == principal.person_id
        )
        found += [connections.c.creator_id != principal.person_id, is_admin.exists()]
    return found


def _clause_state(states: frozenset[ConnectionState]) -> ColumnElement[bool]:
    stored = sorted(state.value for state in states if state is not ConnectionState.OFF)
    is_on = and_(connections.c.state.in_(stored), not_(features.clause_off()))
    if ConnectionState.OFF not in states:
        return is_on
    return or_(features.clause_off(), is_on) if stored else features.clause_off()


def _common_filters(connector: str | None, search: str) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if connector is not None:
        found.append(connections.c.connector == connector)
    if search:
        found.append(connections.c.name_key.contains(name_key(search), autoescape=True))
    return found


# --- Order and pages --------------------------------------------------------------------------------------------------


class _Order:
    """One order that lists can have, ending with the id so that no two rows are equal in it."""

    def __init__(self, sort: ConnectionSort, *, descending: bool) -> None:
        self.name = ("-" if descending else "") + sort.value
        self.names = (*_SORT_COLUMNS[sort], "id")
        self._descending = descending

    def select(self) -> Way:
        return select(*(connections.c[name] for name in self.names)).where(connections.c.deleted_at.is_(None))

    def sort(self, query: Any, columns: Any) -> Any:
        return query.order_by(
            *(columns[name].desc() if self._descending else columns[name].asc() for name in self.names)
        )

    def after(self, keys: tuple[JsonScalar, ...]) -> ColumnElement[bool]:
        """Rows that come later than these keys."""
        values = [_value(name, key) for name, key in zip(self.names, keys, strict=True)]
        columns = [connections.c[name] for name in self.names]
        place = tuple_(*(literal(value, column.type) for value, column in zip(values, columns, strict=True)))
        return tuple_(*columns) < place if self._descending else tuple_(*columns) > place

    def keys(self, row: Row[Any]) -> tuple[JsonScalar, ...]:
        return tuple(
            value.isoformat() if isinstance(value, datetime) else value
            for value in (getattr(row, name) for name in self.names)
        )


def _value(name: str, key: JsonScalar) -> str | int | datetime:
    refusal = InvalidError("the cursor is not one of ours; start again without it", field="cursor")
    if name in _NUMBERS and isinstance(key, int) and 0 <= key <= MAX_INTEGER:
        return key
    if name in _NUMBERS or not isinstance(key, str):
        raise refusal
    if name not in _TIMES:
        return key
    try:
        moment = datetime.fromisoformat(key)
        if moment.tzinfo is None:
            raise refusal
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise refusal from None


def _union(tx: Transaction, ways: Sequence[Way], order: _Order, page: PageRequest) -> Page[Connection]:
    after = page.after(order.name, len(order.names))
    if not ways:
        return Page(())
    if after is not None:
        ways = [way.where(order.after(after)) for way in ways]
    # A branch of a union is limited inside a query of its own: SQLite has it no other way.
    branches = [select(order.sort(way, connections.c).limit(page.limit + 1).subquery()) for way in ways]
    found = union(*branches).subquery()
    places: Sequence[Row[Any]] = tx.connection.execute(order.sort(select(found), found.c).limit(page.limit + 1)).all()
    cut = Page[Row[Any]].cut(list(places), page.limit, order.name, order.keys)
    by_id = _find_all(tx, [ConnectionId(place.id) for place in cut.items])
    return cut.map(lambda place: by_id[ConnectionId(place.id)])


def _find_all(tx: Transaction, ids: Sequence[ConnectionId]) -> dict[ConnectionId, Connection]:
    if not ids:
        return {}
    rows = tx.connection.execute(select(connections).where(connections.c.id.in_(ids))).all()
    off = features.find_off(tx, {BusinessUnitId(row.business_unit_id) for row in rows})
    return {
        ConnectionId(row.id): connection_of(
            tx,
            row,
            feature_on=(features.INSTALLATION, row.connector) not in off
            and (row.business_unit_id, row.connector) not in off,
        )
        for row in rows
    }
