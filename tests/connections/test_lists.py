"""Lists: complete, in order, page by page, and by the same rules as `decide`."""

import asyncio
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from connections.house import BAD, House
from jackfield.connections import (
    AuthorizedPersons,
    Connection,
    ConnectionAct,
    ConnectionFacts,
    ConnectionQuery,
    ConnectionSort,
    ConnectionState,
    Use,
    UserKind,
    UserState,
    decide,
)
from jackfield.connections.store import features, lists, people, records, uses
from jackfield.connections.store.lists import Lens
from jackfield.connections.viewing import units_in_view
from jackfield.db import Database, Transaction
from jackfield.directory import InstallationRole, Principal, Role
from jackfield.errors import InvalidError
from jackfield.kernel import BusinessUnitId, ConnectionId, Cursor, GroupId, PageRequest, PersonId

UNITS = [BusinessUnitId(f"bun_{number}") for number in range(3)]
PEOPLE = [PersonId(f"per_{number}") for number in range(6)]
GROUPS = [GroupId(f"grp_{number}") for number in range(3)]
CONNECTORS = ["turnstile", "gate"]
START = datetime(2026, 1, 1, tzinfo=UTC)

CONNECTION_COUNT = 60


def _some(chance: random.Random, things: list[str]) -> list[str]:
    return [one for one in things if chance.random() < 0.2]


def _connection(number: int, chance: random.Random) -> Connection:
    return Connection(
        id=ConnectionId(f"con_{number:03}"),
        business_unit_id=chance.choice(UNITS),
        # few names for many, so that orders have ties; unique in the unit by the number at the end
        name=f"{chance.choice(['Mail', 'mail', 'Ärger', '100%', 'a_b'])} {number}",
        connector=chance.choice(CONNECTORS),
        scheme="none",
        details={},
        origin="turnstile://127.0.0.1:1",
        state=chance.choice([state for state in ConnectionState if state is not ConnectionState.OFF]),
        reason="",
        remote=None,
        ever_connected=True,
        is_narrowed=False,
        secret_version=1,
        creator_id=chance.choice(PEOPLE),
        created_at=START + timedelta(days=chance.randrange(5)),
        modified_at=START + timedelta(days=chance.randrange(5)),
        modified_by=PEOPLE[0],
        last_used_at=None,
        version=1,
    )


def _uses(connection_id: ConnectionId, chance: random.Random) -> list[Use]:
    """Of up to three things, some of them with several parts."""
    return [
        Use(
            connection_id=connection_id,
            kind=kind,
            id=f"{kind.value}_{chance.randrange(3)}",
            state=UserState.DRAFT,
            label="Something",
            container="",
            owner_id=PEOPLE[0],
            link="",
            business_unit_id=UNITS[0],
            part=str(part),
        )
        for kind in chance.sample([*UserKind], chance.randrange(3))
        for part in range(chance.randrange(1, 3))
    ]


def _fill(tx: Transaction) -> None:
    chance = random.Random(4711)
    for number in range(CONNECTION_COUNT):
        connection = _connection(number, chance)
        records.insert_connection(tx, connection)
        admins = {PersonId(one) for one in _some(chance, [*PEOPLE])} | {chance.choice(PEOPLE)}
        people.insert_admins(tx, connection.id, admins, START)
        if chance.random() < 0.5:
            narrowed = AuthorizedPersons(
                frozenset(PersonId(one) for one in _some(chance, [*PEOPLE])),
                frozenset(GroupId(one) for one in _some(chance, [*GROUPS])),
            )
            people.replace_authorized(tx, connection.id, narrowed)
        for use in _uses(connection.id, chance):
            uses.replace_use(tx, use)
        if chance.random() < 0.1:
            found = records.find_connection(tx, connection.id)
            assert found is not None
            records.update_connection(tx, replace(found, deleted_at=START))
    records.touch(
        tx, {ConnectionId(f"con_{number:03}"): START + timedelta(days=number % 3) for number in range(0, 60, 2)}
    )
    features.replace_switch(tx, UNITS[2], "gate", is_on=False, at=START, by=PEOPLE[0])


principals = st.builds(
    Principal,
    person_id=st.sampled_from(PEOPLE),
    name=st.just("Somebody"),
    is_active=st.sampled_from([True, True, True, False]),
    installation_roles=st.frozensets(st.sampled_from(InstallationRole), max_size=1),
    roles=st.dictionaries(st.sampled_from(UNITS), st.frozensets(st.sampled_from(Role), min_size=1)),
    group_ids=st.frozensets(st.sampled_from(GROUPS)),
)

queries = st.builds(
    ConnectionQuery,
    search=st.sampled_from(["", "", "MAIL", "ärg", "%", "_", "1"]),
    connector=st.sampled_from([None, *CONNECTORS]),
    states=st.one_of(st.just(frozenset[ConnectionState]()), st.frozensets(st.sampled_from(ConnectionState))),
    business_unit_id=st.sampled_from([None, *UNITS]),
    created_by_me=st.booleans(),
    shared_with_me=st.booleans(),
    sort=st.sampled_from(ConnectionSort),
    descending=st.booleans(),
)


def _all_pages(tx: Transaction, principal: Principal, query: ConnectionQuery, limit: int) -> list[Connection]:
    found: list[Connection] = []
    page = lists.list_visible(tx, principal, query, PageRequest(limit))
    found += page.items
    while page.next is not None:
        cursor = Cursor.read(page.next.write())
        page = lists.list_visible(tx, principal, query, PageRequest(limit, cursor))
        found += page.items
    return found


def _matches(principal: Principal, query: ConnectionQuery, one: Connection, admins: frozenset[PersonId]) -> bool:
    me = principal.person_id
    return (
        query.search.casefold() in one.name.casefold()
        and query.connector in {None, one.connector}
        and (not query.states or one.shown_state in query.states)
        and query.business_unit_id in {None, one.business_unit_id}
        and (not query.created_by_me or one.creator_id == me)
        and (not query.shared_with_me or (me in admins and one.creator_id != me))
    )


def _order(query: ConnectionQuery, one: Connection, used: int) -> tuple[object, ...]:
    name = one.name.casefold()
    keys: dict[ConnectionSort, tuple[object, ...]] = {
        ConnectionSort.NAME: (name,),
        ConnectionSort.CREATED: (one.created_at,),
        ConnectionSort.MODIFIED: (one.modified_at,),
        ConnectionSort.LAST_USED: (one.last_used_at or records.NEVER,),
        ConnectionSort.CONNECTOR: (one.connector, name),
        ConnectionSort.HEALTH: (one.state.value, name),
        ConnectionSort.USES: (used, name),
    }
    return (*keys[query.sort], one.id)


def _count_uses(tx: Transaction) -> dict[ConnectionId, int]:
    ids = [ConnectionId(f"con_{number:03}") for number in range(CONNECTION_COUNT)]
    return {one: sum(counts.values()) for one, counts in uses.count_uses_of(tx, ids).items()}


def _all_facts(tx: Transaction) -> list[tuple[Connection, ConnectionFacts]]:
    return [
        (one, records.facts_of(tx, one))
        for number in range(CONNECTION_COUNT)
        if (one := records.find_connection(tx, ConnectionId(f"con_{number:03}"))) is not None
    ]


@pytest.fixture
def filled(database: Database) -> Database:
    database.write_now(_fill)
    return database


@pytest.mark.requirement("C3", "C7", "C8", "C13", "D13")
async def test_lists_show_exactly_what_decide_allows(filled: Database) -> None:
    everything = await filled.read(_all_facts)
    used = await filled.read(_count_uses)
    assert len(everything) > 40
    assert {1, 2} <= set(used.values())

    @settings(
        max_examples=150, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(principals, queries, st.integers(1, 20))
    def hold(principal: Principal, query: ConnectionQuery, limit: int) -> None:
        listed = filled.read_now(lambda tx: _all_pages(tx, principal, query, limit))
        expected = [
            one
            for one, facts in everything
            if decide(principal, ConnectionAct.SEE, facts).allowed and _matches(principal, query, one, facts.admin_ids)
        ]
        assert {one.id for one in listed} == {one.id for one in expected}
        assert len(listed) == len(expected)
        if filled.is_sqlite:
            # PostgreSQL has the order of its collation; there the pages themselves show that it is one
            ordered = sorted(
                expected, key=lambda one: _order(query, one, used.get(one.id, 0)), reverse=query.descending
            )
            assert [one.id for one in listed] == [one.id for one in ordered]

        pickable = filled.read_now(
            lambda tx: lists.list_pickable(
                tx, principal, PageRequest(200), unit=query.business_unit_id, connector=query.connector
            )
        )
        assert {one.id for one in pickable.items} == {
            one.id
            for one, facts in everything
            if decide(principal, ConnectionAct.DESIGN, facts).allowed
            and query.business_unit_id in {None, one.business_unit_id}
            and query.connector in {None, one.connector}
        }

    await asyncio.to_thread(hold)


@pytest.mark.requirement("C3", "C17")
async def test_through_a_lens_one_sees_what_both_see_and_counts_what_was_left_out(filled: Database) -> None:
    everything = await filled.read(_all_facts)

    @settings(
        max_examples=100, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(principals, principals, queries)
    def hold(viewer: Principal, person: Principal, query: ConnectionQuery) -> None:
        units = units_in_view(viewer, person)
        lens, page = Lens(viewer, units), PageRequest(200)
        seen = filled.read_now(lambda tx: lists.list_visible(tx, person, query, page))
        both = filled.read_now(lambda tx: lists.list_visible(tx, person, query, page, lens=lens))
        rest = replace(lens, inverted=True)
        left_out = filled.read_now(lambda tx: lists.count_visible(tx, person, query, 200, lens=rest))
        counts = [
            filled.read_now(lambda tx, most=most: lists.count_visible(tx, person, query, most)) for most in (200, 3)
        ]

        reach = [(one, facts) for one, facts in everything if units is None or one.business_unit_id in units]
        mine = {one.id for one, facts in reach if decide(viewer, ConnectionAct.SEE, facts).allowed}
        theirs = {one.id for one in seen.items}
        assert {one.id for one in both.items} == mine & theirs
        assert left_out == len((theirs & {one.id for one, _ in reach}) - mine)
        assert counts == [len(theirs), min(len(theirs), 4)]

    await asyncio.to_thread(hold)


@pytest.mark.requirement("C3")
async def test_a_row_has_all_that_the_list_shows(house: House) -> None:
    ada, eve = await house.editor("Ada"), await house.editor("Eve")
    mine = (await house.connect(ada, "Mine")).row.id
    shared = (await house.connect(eve, "Shared")).row.id
    await house.connect(eve, "Not for Ada")
    await house.share(eve, shared, ada)
    await house.connect(ada, "Broken", credentials=BAD)

    async def names(**query: object) -> list[str]:
        page = await house.connections.list_connections(ada, replace(ConnectionQuery(), **query))
        return [row.name for row in page.items]

    page = await house.connections.list_connections(ada)
    row = page.items[-1]
    assert (row.name, row.creator.name, row.business_unit.name) == ("Shared", "Eve", "Sales")
    assert sorted(one.name for one in row.shared_with) == ["Ada", "Eve"]
    assert not any(hasattr(row, name) for name in ("details", "secrets", "credentials"))
    assert await names() == ["Broken", "Mine", "Shared"]
    assert await names(descending=True) == ["Shared", "Mine", "Broken"]
    assert await names(created_by_me=True) == ["Broken", "Mine"]
    assert await names(shared_with_me=True) == ["Shared"]
    assert await names(states=frozenset({ConnectionState.NOT_CONNECTED})) == ["Broken"]
    assert await names(search="SHA") == ["Shared"]
    await house.connections.set_feature(house.root, "turnstile", on=False)
    assert await names(states=frozenset({ConnectionState.OFF})) == ["Broken", "Mine", "Shared"]
    assert await names(states=frozenset({ConnectionState.CONNECTED})) == []
    assert (await house.connections.list_pickable(ada)).items == ()
    assert mine in [row.id for row in (await house.connections.list_connections(house.root)).items]


@pytest.mark.parametrize(
    "cursor",
    [
        Cursor("name", ("a",)),
        Cursor("-name", ("a", "b")),
        Cursor("name", (1, "b")),
        Cursor("created", ("not a time", "b")),
        Cursor("created", ("2026-01-01T00:00:00", "b")),
        Cursor("created", ("0001-01-01T00:00:00+02:00", "b")),
        Cursor("created", ("9999-12-31T23:59:59-12:00", "b")),
        Cursor("uses", ("1", "a", "b")),
        Cursor("uses", (2**40, "a", "b")),
    ],
)
async def test_a_cursor_that_is_none_of_ours_is_refused(house: House, cursor: Cursor) -> None:
    query = ConnectionQuery(sort=ConnectionSort(cursor.order.removeprefix("-")))

    with pytest.raises(InvalidError) as caught:
        await house.connections.list_connections(house.root, query, PageRequest(10, cursor))

    assert caught.value.data["field"] == "cursor"


def _plan(database: Database, principal: Principal, sort: ConnectionSort) -> list[str]:
    """The statements of a page and how SQLite would answer them."""
    statements: list[tuple[str, object]] = []

    def listen(_c: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        statements.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", listen)
    try:
        database.read_now(lambda tx: lists.list_visible(tx, principal, ConnectionQuery(sort=sort), PageRequest(10)))
        database.read_now(lambda tx: lists.list_pickable(tx, principal, PageRequest(10)))
    finally:
        event.remove(database.engine, "before_cursor_execute", listen)

    def explain(tx: Transaction) -> list[str]:
        return [
            row[3]
            for statement, parameters in statements
            for row in tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # pyright: ignore[reportArgumentType]
        ]

    return database.read_now(explain)


@pytest.mark.requirement("C3", "C8")
@pytest.mark.parametrize("sort", ConnectionSort)
async def test_no_list_reads_all_connections_or_sorts_more_than_a_page(filled: Database, sort: ConnectionSort) -> None:
    if not filled.is_sqlite:
        pytest.skip("the plan of SQLite")
    editor = Principal(
        PEOPLE[0], "Ed", roles={UNITS[0]: frozenset({Role.EDITOR, Role.AUDITOR})}, group_ids=frozenset(GROUPS)
    )
    root = Principal(PEOPLE[1], "Root", installation_roles=frozenset({InstallationRole.SUPER_ADMIN}))

    for principal in (editor, root):
        plan = _plan(filled, principal, sort)

        assert plan
        assert [line for line in plan if line.startswith("SCAN connections") and "USING INDEX" not in line] == []
