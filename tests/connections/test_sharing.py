"""Connection admins, authorized persons, and people who leave."""

import asyncio

import pytest

from connections.house import House
from jackfield.connections import (
    AuthorizedPersons,
    ConnectionAct,
    ConnectionNotFoundError,
    LastAdminError,
)
from jackfield.directory import Caller, InstallationRole, Role
from jackfield.errors import ConflictError, ForbiddenError, HubError, InvalidError, NotFoundError
from jackfield.kernel import ConnectionId, GroupId, PersonId


async def _admins(house: House, connection: ConnectionId) -> list[str]:
    view = await house.connections.get_connection(house.root, connection)
    return sorted(one.name for one in view.row.shared_with)


def _ids(*callers: Caller) -> frozenset[PersonId]:
    return frozenset(one.principal.person_id for one in callers)


@pytest.mark.requirement("C6")
async def test_admins_share_and_remove_each_other_and_the_last_one_stays(house: House) -> None:
    ada, max_, eve = await house.editor("Ada"), await house.somebody("Max", Role.MEMBER), await house.editor("Eve")
    connection = (await house.connect(ada)).row.id

    with pytest.raises(ForbiddenError) as caught:
        await house.connections.share(eve, connection, _ids(eve))
    assert caught.value.data["rule"] == "C6"
    await house.share(ada, connection, max_, eve)
    assert await _admins(house, connection) == ["Ada", "Eve", "Max"]
    assert await house.told(max_) == ["connection.shared"]

    await house.connections.remove_admin(max_, connection, ada.principal.person_id)
    with pytest.raises(ForbiddenError):
        await house.connections.rename(ada, connection, "Mine")
    assert await house.connections.remove_admin(eve, connection, eve.principal.person_id) is None
    with pytest.raises(LastAdminError):
        await house.connections.remove_admin(max_, connection, max_.principal.person_id)
    assert await _admins(house, connection) == ["Max"]
    assert [entry.rule for entry in await house.acts("connection.remove_admin")][-1] == "C6"


@pytest.mark.requirement("C6")
async def test_of_two_admins_who_remove_each_other_at_once_one_stays(house: House) -> None:
    ada, eve = await house.editor("Ada"), await house.editor("Eve")
    for round_ in range(4):
        connection = (await house.connect(ada, f"Door {round_}")).row.id
        await house.share(ada, connection, eve)

        results = await asyncio.gather(
            house.connections.remove_admin(ada, connection, eve.principal.person_id),
            house.connections.remove_admin(eve, connection, ada.principal.person_id),
            return_exceptions=True,
        )

        assert sum(isinstance(one, HubError) for one in results) == 1
        assert len(await _admins(house, connection)) == 1


@pytest.mark.requirement("C6")
async def test_only_active_members_of_the_business_unit_become_admins(house: House) -> None:
    ada = await house.editor("Ada")
    connection = (await house.connect(ada)).row.id
    other = await house.directory.units.create_business_unit(house.root, name="Legal")
    stranger = await house.somebody("Stranger", Role.ADMINISTRATOR, unit=other.id)
    auditor = await house.somebody("Auditor", Role.AUDITOR)
    gone = await house.editor("Gone")
    await house.directory.people.deactivate_person(house.root, gone.principal.person_id)

    for person in (*_ids(stranger, auditor, gone), PersonId("per_nobody")):
        with pytest.raises(InvalidError) as caught:
            await house.connections.share(ada, connection, [person])
        assert caught.value.data["field"] == "admins"

    await house.share(ada, connection, house.root)
    assert len(await _admins(house, connection)) == 2


@pytest.mark.requirement("C7")
async def test_a_super_admin_may_only_share_and_is_seen_doing_it(house: House) -> None:
    ada = await house.editor("Ada")
    connection = (await house.connect(ada)).row.id
    root, me = house.root, house.root.principal.person_id

    seen = await house.connections.get_connection(root, connection)
    assert seen.may == {ConnectionAct.SEE, ConnectionAct.SHARE}
    assert seen.details is None
    refused = [
        house.connections.rename(root, connection, "Mine"),
        house.connections.reconnect(root, connection, {"user": "ada", "password": "new-secret-of-ada"}),
        house.connections.delete_connection(root, connection),
        house.connections.set_authorized_persons(root, connection, AuthorizedPersons()),
        house.connections.remove_admin(root, connection, ada.principal.person_id),
    ]
    for attempt in refused:
        with pytest.raises(ForbiddenError) as caught:
            await attempt
        assert caught.value.data["rule"] == "C7"
    assert {entry.outcome.value for entry in await house.acts("connection.rename")} == {"refused"}

    shared = await house.connections.share(root, connection, [me])

    assert ConnectionAct.RENAME in shared.may
    assert await house.told(ada) == ["connection.super_admin_shared"]
    (entry,) = await house.acts("connection.share")
    assert entry.rule == "C7"
    assert entry.data["with_himself"] is True
    assert (await house.connections.rename(root, connection, "Ours")).row.name == "Ours"


@pytest.mark.requirement("C8")
async def test_authorized_persons_narrow_who_finds_it_in_pickers(house: House) -> None:
    ada, eve, gus, max_ = [await house.editor(name) for name in ("Ada", "Eve", "Gus", "Max")]
    connection = (await house.connect(ada)).row.id
    group = await house.directory.groups.create_group(house.root, name="Integrators")
    await house.directory.groups.add_member(house.root, group.id, gus.principal.person_id)
    gus = await house.again(gus)

    async def finders() -> set[str]:
        pages = {one.principal.name: await house.connections.list_pickable(one) for one in (ada, eve, gus, max_)}
        return {name for name, page in pages.items() if page.items}

    assert await finders() == {"Ada", "Eve", "Gus", "Max"}
    narrowed = AuthorizedPersons(_ids(eve), frozenset({group.id}))
    view = await house.connections.set_authorized_persons(ada, connection, narrowed)
    assert view.row.is_narrowed
    assert view.details is not None
    assert [one.name for one in view.details.authorized_groups] == ["Integrators"]
    assert await finders() == {"Ada", "Eve", "Gus"}
    with pytest.raises(ConnectionNotFoundError):
        await house.connections.get_connection(max_, connection)

    with pytest.raises(ConflictError):
        await house.directory.groups.delete_group(house.root, group.id)
    await house.connections.set_authorized_persons(ada, connection, AuthorizedPersons())
    assert await finders() == {"Ada", "Eve", "Gus", "Max"}
    with pytest.raises(InvalidError):
        await house.connections.set_authorized_persons(
            ada, connection, AuthorizedPersons(groups=frozenset({GroupId("grp_none")}))
        )
    with pytest.raises(InvalidError):
        await house.connections.set_authorized_persons(ada, connection, AuthorizedPersons(_ids(house.root)))


@pytest.mark.requirement("C12")
async def test_who_leaves_takes_nothing_down_and_his_rights_pass_on(house: House) -> None:
    ada, eve = await house.editor("Ada"), await house.editor("Eve")
    boss = await house.somebody("Boss", Role.ADMINISTRATOR)
    alone = (await house.connect(ada, "Alone")).row.id
    shared = (await house.connect(ada, "Shared")).row.id
    await house.share(ada, shared, eve)

    await house.directory.units.remove_member(house.root, house.unit.id, ada.principal.person_id)

    assert await _admins(house, alone) == ["Boss"]
    assert await _admins(house, shared) == ["Eve"]
    assert await house.told(boss) == ["connection.passed_on"]
    assert (await house.connections.get_connection(boss, alone)).row.state == "connected"
    with pytest.raises(ConnectionNotFoundError):
        await house.connections.get_connection(await house.again(ada), alone)

    await house.directory.people.deactivate_person(house.root, boss.principal.person_id)
    assert await _admins(house, alone) == [house.root.principal.name]
    assert len(await house.acts("connection.pass_on")) == 3


@pytest.mark.requirement("C12")
async def test_a_super_admin_who_is_one_no_more_keeps_only_what_his_business_units_give(house: House) -> None:
    ada = await house.editor("Ada")
    chief = await house.somebody("Chief", installation_roles=[InstallationRole.SUPER_ADMIN])
    connection = (await house.connect(ada)).row.id
    await house.share(ada, connection, chief)

    await house.directory.people.change_person(house.root, chief.principal.person_id, installation_roles=[])

    assert await _admins(house, connection) == ["Ada"]


@pytest.mark.requirement("D16")
async def test_a_right_taken_meanwhile_is_taken_although_the_request_began_with_it(house: House) -> None:
    ada = await house.editor("Ada")
    connection = (await house.connect(ada)).row.id
    await house.directory.units.remove_member(house.root, house.unit.id, ada.principal.person_id)

    with pytest.raises(NotFoundError):
        await house.connections.rename(ada, connection, "Still mine")
