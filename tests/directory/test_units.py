"""Business units: the border between tenants, and the roles inside."""

import pytest

from directory.house import House
from directory.test_people import Notebook
from jackfield.directory import Role
from jackfield.directory.errors import BusinessUnitNotFoundError, NameTakenError, PersonInactiveError
from jackfield.errors import ForbiddenError, HubError, InvalidError
from jackfield.kernel import BusinessUnitId, PersonId


async def test_an_administrator_adds_existing_people_to_his_unit_and_gives_them_roles(house: House) -> None:
    unit = await house.unit()
    boss = await house.caller((await house.person("boss", {unit.id: {Role.ADMINISTRATOR}})).id)
    anna = await house.person("anna")

    found = await house.directory.people.list_people(boss)
    await house.directory.units.change_member(boss, unit.id, anna.id, {Role.EDITOR, Role.AUDITOR})

    assert anna in found.items
    principal = (await house.caller(anna.id)).principal
    assert principal.is_editor_of(unit.id)
    assert principal.is_auditor_of(unit.id)
    assert house.ledger.of("business_unit.change_members")[-1].data["roles"] == ["auditor", "editor"]
    members = await house.directory.units.list_members(boss, unit.id)
    assert {member.person.name: member.roles for member in members.items}["anna"] == {Role.EDITOR, Role.AUDITOR}


@pytest.mark.requirement("D13")
async def test_an_administrator_of_another_unit_learns_nothing_of_this_one(house: House) -> None:
    unit = await house.unit()
    other = await house.unit("Finance")
    stranger = await house.caller((await house.person("stranger", {other.id: {Role.ADMINISTRATOR}})).id)
    units = house.directory.units
    answers: list[HubError] = []

    for unit_id in (unit.id, BusinessUnitId("bu_unknown")):
        for refused in (
            units.get_business_unit(stranger, unit_id),
            units.change_business_unit(stranger, unit_id, name="Mine"),
            units.list_members(stranger, unit_id),
            units.change_member(stranger, unit_id, stranger.principal.person_id, {Role.ADMINISTRATOR}),
            units.remove_member(stranger, unit_id, stranger.principal.person_id),
        ):
            with pytest.raises(BusinessUnitNotFoundError) as caught:
                await refused
            answers.append(caught.value)

    assert len({(error.message, repr(error.data)) for error in answers}) == 1
    assert (await units.list_business_units(stranger)).items == (other,)
    assert {unit.name for unit in (await units.list_business_units(house.admin)).items} == {"Sales", "Finance"}


@pytest.mark.requirement("D14")
@pytest.mark.parametrize("role", [Role.EDITOR, Role.MEMBER, Role.AUDITOR])
async def test_whoever_does_not_administer_a_unit_changes_nothing_in_it(house: House, role: Role) -> None:
    unit = await house.unit()
    caller = await house.caller((await house.person("anna", {unit.id: {role}})).id)

    with pytest.raises(ForbiddenError) as caught:
        await house.directory.units.change_member(caller, unit.id, caller.principal.person_id, {Role.ADMINISTRATOR})

    assert caught.value.data["who_can_change"] == "the business unit's administrators and the super admins"
    assert await house.directory.units.get_business_unit(caller, unit.id) == unit


async def test_an_administrator_of_a_unit_raises_nobody_above_it(house: House) -> None:
    unit = await house.unit()
    boss = await house.caller((await house.person("boss", {unit.id: {Role.ADMINISTRATOR}})).id)

    with pytest.raises(ForbiddenError):
        await house.directory.people.create_person(boss, name="Mallory", sign_in_name="mallory")
    with pytest.raises(ForbiddenError):
        await house.directory.units.create_business_unit(boss, name="Own")
    with pytest.raises(ForbiddenError):
        await house.directory.people.reset_sign_in(boss, house.admin.principal.person_id)


@pytest.mark.requirement("C12")
async def test_removing_somebody_from_a_unit_tells_who_takes_over(house: House) -> None:
    notebook = Notebook()
    house.directory.add_leaver(notebook)
    unit = await house.unit()
    anna = await house.person("anna", {unit.id: {Role.EDITOR}})

    await house.directory.units.remove_member(house.admin, unit.id, anna.id)

    assert notebook.left == [(anna.id, unit.id)]
    assert (await house.caller(anna.id)).principal.roles == {}


@pytest.mark.requirement("C12")
@pytest.mark.parametrize(("roles", "leaves"), [({Role.AUDITOR}, True), ({Role.MEMBER, Role.AUDITOR}, False)])
async def test_whoever_may_only_read_any_more_has_left(house: House, roles: set[Role], leaves: bool) -> None:
    notebook = Notebook()
    house.directory.add_leaver(notebook)
    unit = await house.unit()
    anna = await house.person("anna", {unit.id: {Role.EDITOR, Role.AUDITOR}})

    await house.directory.units.change_member(house.admin, unit.id, anna.id, roles)

    assert notebook.left == ([(anna.id, unit.id)] if leaves else [])


async def test_the_administrators_who_take_over_are_the_active_ones(house: House) -> None:
    unit = await house.unit()
    boss = await house.person("boss", {unit.id: {Role.ADMINISTRATOR}})
    gone = await house.person("gone", {unit.id: {Role.ADMINISTRATOR}})
    await house.person("anna", {unit.id: {Role.EDITOR}})
    await house.directory.people.deactivate_person(house.admin, gone.id)

    found = await house.database.read(lambda tx: house.directory.facts.list_administrators(tx, unit.id))

    assert found == [boss.id]


async def test_a_unit_name_is_unique_and_a_role_is_needed(house: House) -> None:
    unit = await house.unit("Sales")
    anna = await house.person("anna")
    await house.directory.people.deactivate_person(house.admin, anna.id)

    with pytest.raises(NameTakenError):
        await house.unit("SALES ")
    with pytest.raises(InvalidError) as caught:
        await house.directory.units.change_member(house.admin, unit.id, anna.id, ())
    with pytest.raises(PersonInactiveError):
        await house.directory.units.change_member(house.admin, unit.id, anna.id, {Role.MEMBER})

    assert caught.value.data["field"] == "roles"


async def test_facts_are_given_without_asking_who_asks(house: House) -> None:
    unit = await house.unit()
    anna = await house.person("anna")
    group = await house.directory.groups.create_group(house.admin, name="Support")
    facts = house.directory.facts

    assert await house.database.read(lambda tx: facts.find_business_unit(tx, unit.id)) == unit
    people = await house.database.read(lambda tx: facts.find_people(tx, [anna.id, PersonId("per_unknown")]))
    assert people == {anna.id: anna}
    assert await house.database.read(lambda tx: facts.find_groups(tx, [group.id])) == {group.id: group}
