"""Groups and who belongs to them."""

import pytest

from directory.house import House
from jackfield.db import Transaction
from jackfield.directory import InstallationRole, Role
from jackfield.directory.errors import GroupInUseError, GroupNotFoundError, NameTakenError
from jackfield.errors import ForbiddenError
from jackfield.kernel import GroupId, ObjectRef, Outcome, PageRequest


class AccessGroups:
    """A stand-in for what will hold access groups."""

    def uses_of_group(self, tx: Transaction, group_id: GroupId) -> tuple[ObjectRef, ...]:  # noqa: ARG002
        return (ObjectRef("integration", "int_1", "Ticket API"),)


async def test_belonging_to_a_group_is_evaluated_when_asked(house: House) -> None:
    anna = await house.person("anna")
    group = await house.directory.groups.create_group(house.admin, name="Support")
    assert (await house.caller(anna.id)).principal.group_ids == frozenset()

    await house.directory.groups.add_member(house.admin, group.id, anna.id)
    await house.directory.groups.add_member(house.admin, group.id, anna.id)

    assert (await house.caller(anna.id)).principal.group_ids == {group.id}
    members = await house.directory.groups.list_members(house.admin, group.id)
    assert [person.id for person in members.items] == [anna.id]
    assert len(house.ledger.of("group.change_members")) == 1

    await house.directory.groups.remove_member(house.admin, group.id, anna.id)

    assert (await house.caller(anna.id)).principal.group_ids == frozenset()


async def test_a_renamed_group_keeps_its_members_and_its_name_is_unique(house: House) -> None:
    anna = await house.person("anna")
    group = await house.directory.groups.create_group(house.admin, name="Support")
    await house.directory.groups.create_group(house.admin, name="Finance")
    await house.directory.groups.add_member(house.admin, group.id, anna.id)

    renamed = await house.directory.groups.change_group(
        house.admin, group.id, name="Service", expected_version=group.version
    )

    assert renamed.version == group.version + 1
    assert (await house.caller(anna.id)).principal.group_ids == {group.id}
    with pytest.raises(NameTakenError):
        await house.directory.groups.change_group(house.admin, group.id, name=" FINANCE")


async def test_a_group_in_use_cannot_be_deleted(house: House) -> None:
    group = await house.directory.groups.create_group(house.admin, name="Support")
    house.directory.add_group_use(AccessGroups())

    with pytest.raises(GroupInUseError) as caught:
        await house.directory.groups.delete_group(house.admin, group.id)

    assert caught.value.data["blockers"] == [{"kind": "integration", "id": "int_1", "label": "Ticket API"}]
    assert house.ledger.of("group.delete")[-1].outcome is Outcome.REFUSED
    assert await house.directory.groups.get_group(house.admin, group.id) == group


async def test_a_deleted_group_is_gone_from_its_members(house: House) -> None:
    anna = await house.person("anna")
    group = await house.directory.groups.create_group(house.admin, name="Support")
    await house.directory.groups.add_member(house.admin, group.id, anna.id)

    await house.directory.groups.delete_group(house.admin, group.id)

    assert (await house.caller(anna.id)).principal.group_ids == frozenset()
    with pytest.raises(GroupNotFoundError):
        await house.directory.groups.get_group(house.admin, group.id)


async def test_editors_find_groups_to_name_and_members_know_of_none(house: House) -> None:
    unit = await house.unit()
    group = await house.directory.groups.create_group(house.admin, name="Support")
    editor = await house.caller((await house.person("editor", {unit.id: {Role.EDITOR}})).id)
    member = await house.caller((await house.person("member", {unit.id: {Role.MEMBER}})).id)

    found = await house.directory.groups.list_groups(editor, search="supp", page=PageRequest(limit=1))

    assert found.items == (group,)
    with pytest.raises(ForbiddenError):
        await house.directory.groups.create_group(editor, name="Own")
    with pytest.raises(GroupNotFoundError):
        await house.directory.groups.get_group(member, group.id)


async def test_an_installation_auditor_reads_everything_and_changes_nothing(house: House) -> None:
    unit = await house.unit()
    group = await house.directory.groups.create_group(house.admin, name="Support")
    auditor = await house.caller((await house.person("eve", installation_roles={InstallationRole.AUDITOR})).id)
    directory = house.directory

    assert (await directory.groups.list_members(auditor, group.id)).items == ()
    assert await directory.units.get_business_unit(auditor, unit.id) == unit
    assert len((await directory.people.list_people(auditor)).items) == 2
    for refused in (
        directory.groups.change_group(auditor, group.id, name="X"),
        directory.units.change_business_unit(auditor, unit.id, name="X"),
        directory.people.change_person(auditor, auditor.principal.person_id, name="X"),
    ):
        with pytest.raises(ForbiddenError):
            await refused
