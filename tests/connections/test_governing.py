"""Features, allow lists, where-used, and why."""

import asyncio

import pytest

from connections.house import House
from jackfield.connections import (
    AuthorizedPersons,
    ConnectionAct,
    ConnectionNotFoundError,
    ConnectionQuery,
    ConnectionSort,
    ConnectionState,
    InUseError,
    Use,
    UserKind,
    UserState,
)
from jackfield.db import Transaction
from jackfield.directory import Caller, Role
from jackfield.errors import ConflictError, FeatureOffError, ForbiddenError, HubError, InvalidError, NotFoundError
from jackfield.kernel import BusinessUnitId, ConnectionId, PersonId


class Shelf:
    """Stands in for a later feature: keeps things that refer to connections."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.repointed: list[tuple[ConnectionId, ConnectionId]] = []
        self.is_locked = False

    async def put(
        self,
        owner: Caller,
        connection: ConnectionId,
        kind: UserKind,
        state: UserState,
        *,
        label: str = "Invoices",
        unit: BusinessUnitId | None = None,
        part: str = "",
    ) -> None:
        use = Use(
            connection_id=connection,
            kind=kind,
            id=f"{kind}:{label}",
            state=state,
            label=label,
            container="Accounting",
            owner_id=owner.principal.person_id,
            link=f"/{kind}/{label}",
            business_unit_id=unit or self._house.unit.id,
            part=part,
        )

        def work(tx: Transaction) -> None:
            self._house.connections.uses.require_design_use(tx, owner, connection)
            self._house.connections.uses.add(tx, use)

        await self._house.database.write(work)

    def repoint(self, tx: Transaction, caller: Caller, old: ConnectionId, new: ConnectionId) -> None:
        """What the feature keeps itself; here only that it was asked, and that it may refuse."""
        assert caller.principal.is_active
        if self.is_locked:
            raise ConflictError("the shelf is locked")
        tx.after_commit(lambda: self.repointed.append((old, new)))

    async def take(self, kind: UserKind, label: str = "Invoices", *, part: str | None = None) -> None:
        uses = self._house.connections.uses
        await self._house.database.write(lambda tx: uses.remove(tx, kind, f"{kind}:{label}", part=part))


@pytest.mark.requirement("C11", "C15")
async def test_what_is_in_force_stands_in_the_way_of_deleting_and_is_named(house: House) -> None:
    ada, eve = await house.editor("Ada"), await house.editor("Eve")
    shelf = Shelf(house)
    connection = (await house.connect(ada)).row.id
    await shelf.put(eve, connection, UserKind.PROCESS, UserState.DRAFT)
    await shelf.put(eve, connection, UserKind.PROCESS, UserState.PUBLISHED, part="v1")
    await shelf.put(eve, connection, UserKind.TRIGGER, UserState.ENABLED)
    await shelf.put(eve, connection, UserKind.DATA_OBJECT, UserState.ARCHIVED)

    with pytest.raises(InUseError) as caught:
        await house.connections.delete_connection(ada, connection)
    assert caught.value.data["rule"] == "C11"
    assert caught.value.data["hidden_blockers"] == {}
    assert caught.value.data["blockers"] == [
        {
            "kind": kind,
            "state": state,
            "label": "Invoices",
            "container": "Accounting",
            "owner": "Eve",
            "link": f"/{kind}/Invoices",
        }
        for kind, state in (("process", "published"), ("trigger", "enabled"))
    ]
    view = await house.connections.get_connection(ada, connection)
    assert view.row.state is ConnectionState.CONNECTED
    assert view.row.uses == {UserKind.PROCESS: 1, UserKind.TRIGGER: 1, UserKind.DATA_OBJECT: 1}

    await shelf.take(UserKind.PROCESS, part="v1")
    await shelf.put(eve, connection, UserKind.TRIGGER, UserState.PAUSED)
    assert (await house.connections.list_uses(ada, connection)).total == 3
    await house.connections.delete_connection(ada, connection)


@pytest.mark.requirement("C11")
async def test_blockers_that_one_may_not_see_are_counted_and_their_owner_named(house: House) -> None:
    other = await house.directory.units.create_business_unit(house.root, name="Legal")
    ada, eve = await house.editor("Ada"), await house.editor("Eve")
    shelf = Shelf(house)
    connection = (await house.connect(ada)).row.id
    await shelf.put(eve, connection, UserKind.DATA_OBJECT, UserState.ACTIVE, unit=other.id, label="Secret plans")
    await shelf.put(eve, connection, UserKind.PROCESS, UserState.PUBLISHED, unit=other.id, label="Secret steps")

    with pytest.raises(InUseError) as caught:
        await house.connections.delete_connection(ada, connection)

    assert caught.value.data["blockers"] == []
    assert caught.value.data["hidden_blockers"] == {"Eve": 2}
    assert "Secret" not in str(caught.value.data)
    assert (await house.connections.list_uses(ada, connection)).hidden == {"Eve": 2}


@pytest.mark.requirement("C15", "D15")
async def test_a_use_is_written_with_its_thing_or_not_at_all(house: House) -> None:
    ada, eve = await house.editor("Ada"), await house.editor("Eve")
    shelf = Shelf(house)
    connection = (await house.connect(ada)).row.id
    await house.connections.set_authorized_persons(
        ada, connection, AuthorizedPersons(frozenset({ada.principal.person_id}))
    )

    with pytest.raises(ConnectionNotFoundError):
        await shelf.put(eve, connection, UserKind.PROCESS, UserState.PUBLISHED)
    assert (await house.connections.list_uses(ada, connection)).total == 0

    await house.connections.delete_connection(ada, connection)
    with pytest.raises(ConnectionNotFoundError):
        await shelf.put(ada, connection, UserKind.PROCESS, UserState.PUBLISHED)


@pytest.mark.requirement("C3", "C15")
async def test_lists_are_in_the_order_of_uses_however_they_come_and_go_at_once(house: House) -> None:
    ada = await house.editor("Ada")
    shelf = Shelf(house)
    much, little = [(await house.connect(ada, name)).row.id for name in ("Much", "Little")]

    async def listed() -> list[tuple[str, int]]:
        page = await house.connections.list_connections(ada, ConnectionQuery(sort=ConnectionSort.USES, descending=True))
        return [(row.name, sum(row.uses.values())) for row in page.items]

    await asyncio.gather(
        *(shelf.put(ada, much, UserKind.PROCESS, UserState.DRAFT, label=f"{number}") for number in range(8)),
        *(shelf.put(ada, much, UserKind.PROCESS, UserState.DRAFT, label="0", part=f"v{number}") for number in range(3)),
        shelf.put(ada, little, UserKind.TRIGGER, UserState.PAUSED),
    )
    assert await listed() == [("Much", 8), ("Little", 1)]

    await asyncio.gather(*(shelf.take(UserKind.PROCESS, f"{number}") for number in range(8)))
    assert await listed() == [("Little", 1), ("Much", 0)]


@pytest.mark.requirement("C11", "C15")
async def test_deleting_and_beginning_to_use_at_once_never_leaves_a_use_without_its_connection(house: House) -> None:
    ada = await house.editor("Ada")
    shelf = Shelf(house)
    for round_ in range(4):
        connection = (await house.connect(ada, f"Door {round_}")).row.id

        results = await asyncio.gather(
            house.connections.delete_connection(ada, connection),
            shelf.put(ada, connection, UserKind.PROCESS, UserState.PUBLISHED, label=str(round_)),
            return_exceptions=True,
        )

        assert sum(isinstance(one, HubError) for one in results) == 1


@pytest.mark.requirement("C16", "C15")
async def test_a_successor_takes_over_every_use(house: House) -> None:
    ada = await house.editor("Ada")
    old = (await house.connect(ada)).row.id
    shelf = Shelf(house)
    house.connections.add_repointer(shelf)
    await shelf.put(ada, old, UserKind.PROCESS, UserState.PUBLISHED)
    greeting = {**house.server.details, "greeting": "hi"}

    shelf.is_locked = True
    with pytest.raises(ConflictError, match="locked"):
        await house.connections.replace_connection(ada, old, details=greeting)
    assert (await house.connections.list_uses(ada, old)).total == 1
    shelf.is_locked = False
    new = await house.connections.replace_connection(ada, old, details=greeting)

    assert shelf.repointed == [(old, new.row.id)]
    found = await house.connections.list_uses(ada, new.row.id)
    (use,) = found.visible
    assert found.owners == {use.owner_id: "Ada"}
    assert (use.connection_id, use.label) == (new.row.id, "Invoices")
    assert (await house.acts("connection.replace"))[0].data["successor"] == new.row.id


@pytest.mark.requirement("C16", "C4")
async def test_a_successor_has_the_name_that_the_old_one_was_given_while_it_was_tested(house: House) -> None:
    ada = await house.editor("Ada")
    old = (await house.connect(ada)).row.id
    house.server.asked.clear()
    house.server.turns.clear()
    greeting = {**house.server.details, "greeting": "hi"}

    replacing = asyncio.create_task(house.connections.replace_connection(ada, old, details=greeting))
    await house.server.asked.wait()
    await house.connections.rename(ada, old, "New name")
    house.server.turns.set()

    assert (await replacing).row.name == "New name"


@pytest.mark.requirement("C13")
async def test_turning_a_connector_off_freezes_and_on_again_brings_all_back(house: House) -> None:
    ada, boss = await house.editor("Ada"), await house.somebody("Boss", Role.ADMINISTRATOR)
    connection = (await house.connect(ada)).row.id
    await house.connect(ada, "Other kind", connector="gate")
    await Shelf(house).put(ada, connection, UserKind.PROCESS, UserState.PUBLISHED)
    await Shelf(house).put(ada, connection, UserKind.TRIGGER, UserState.PAUSED)
    before = await house.connections.get_connection(ada, connection)

    impact = await house.connections.feature_impact(boss, "turnstile", house.unit.id)
    assert (impact.connections, impact.uses) == (1, {UserKind.PROCESS: 1})
    off = await house.connections.set_feature(boss, "turnstile", house.unit.id, on=False)
    assert (off.is_on, off.who_can_change) == (False, "the business unit's administrators")

    frozen = await house.connections.get_connection(ada, connection)
    assert frozen.row.state is ConnectionState.OFF
    assert ConnectionAct.RENAME in frozen.may
    for attempt in (
        house.connections.usable(ada, connection),
        house.connections.retry(ada, connection),
        house.connections.reconnect(ada, connection, {}),
    ):
        with pytest.raises(FeatureOffError) as caught:
            await attempt
        assert caught.value.code == "feature.off"
        assert "administrators" in str(caught.value.data["who_can_change"])
    assert [one.name for one in (await house.connections.list_pickable(ada)).items] == ["Other kind"]

    await house.connections.set_feature(house.root, "turnstile", on=False)
    states = {one.connector: one for one in await house.connections.list_features(ada, house.unit.id)}
    assert (states["turnstile"].is_on, states["turnstile"].who_can_change) == (False, "the super admins")
    assert states["gate"].is_on
    await house.connections.set_feature(house.root, "turnstile", on=True)
    await house.connections.set_feature(boss, "turnstile", house.unit.id, on=True)
    assert await house.connections.get_connection(ada, connection) == before
    assert [entry.name for entry in await house.acts("feature.")] == [
        "feature.turn_on",
        "feature.turn_on",
        "feature.turn_off",
        "feature.turn_off",
    ]


@pytest.mark.requirement("C13", "D12")
async def test_connectors_are_switched_by_who_administers_the_scope(house: House) -> None:
    ada, boss = await house.editor("Ada"), await house.somebody("Boss", Role.ADMINISTRATOR)

    for caller, unit in ((ada, house.unit.id), (ada, None), (boss, None)):
        with pytest.raises(ForbiddenError) as caught:
            await house.connections.set_feature(caller, "turnstile", unit, on=False)
        assert caught.value.data["rule"] == "C13"
    with pytest.raises(NotFoundError):
        await house.connections.set_feature(boss, "turnstile", BusinessUnitId("bun_nowhere"), on=False)

    assert all(one.is_on for one in await house.connections.list_features(ada, house.unit.id))
    assert len(await house.acts("feature.turn_off")) == 3


@pytest.mark.requirement("D12")
async def test_only_super_admins_open_the_company_network(house: House) -> None:
    boss = await house.somebody("Boss", Role.ADMINISTRATOR)

    with pytest.raises(ForbiddenError):
        await house.connections.allow_outbound(boss, "10.0.0.1", 443, unit=house.unit.id)
    with pytest.raises(InvalidError):
        await house.connections.allow_outbound(house.root, "not a host!", 443)
    rule = await house.connections.allow_outbound(house.root, "10.1.0.0/16", 5432, unit=house.unit.id, note="databases")
    assert await house.connections.list_outbound(boss, house.unit.id) == (rule,)
    with pytest.raises(ForbiddenError):
        await house.connections.disallow_outbound(boss, rule.id)
    ada = await house.editor("Ada")
    connection = (await house.connect(ada)).row.id
    hosts = {one.host for one in (await house.connections.usable(ada, connection)).policy.allowed}
    assert hosts == {"10.1.0.0/16", "127.0.0.1"}

    await house.connections.disallow_outbound(house.root, rule.id)

    assert await house.connections.list_outbound(boss, house.unit.id) == ()
    hosts = {one.host for one in (await house.connections.usable(ada, connection)).policy.allowed}
    assert hosts == {"127.0.0.1"}
    outcomes = [entry.outcome.value for entry in await house.acts("outbound.allow")]
    assert outcomes == ["done", "refused", "done"]


@pytest.mark.requirement("C17")
async def test_why_is_answered_with_the_questions_that_were_asked(house: House) -> None:
    ada, eve = await house.editor("Ada"), await house.editor("Eve")
    connection = (await house.connect(ada)).row.id

    own = await house.connections.explain(eve, eve.principal.person_id, ConnectionAct.DELETE, connection)
    assert (own.decision.allowed, own.decision.rule) == (False, "C6")
    assert [check.answer for check in own.checks] == [True, False]
    of_other = await house.connections.explain(house.root, eve.principal.person_id, ConnectionAct.DESIGN, "front door")
    assert (of_other.decision.allowed, of_other.decision.rule) == (True, "C8")

    with pytest.raises(ForbiddenError):
        await house.connections.explain(eve, ada.principal.person_id, ConnectionAct.DELETE, connection)
    with pytest.raises(NotFoundError):
        await house.connections.explain(house.root, PersonId("per_nobody"), ConnectionAct.DELETE, connection)
    max_ = await house.somebody("Max", Role.MEMBER)
    with pytest.raises(ConnectionNotFoundError):
        await house.connections.explain(max_, max_.principal.person_id, ConnectionAct.SEE, connection)
