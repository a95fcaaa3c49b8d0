"""Groups and who belongs to them; membership is evaluated when asked, never copied."""

from dataclasses import replace

from jackfield.directory.access import DirectoryAct
from jackfield.directory.errors import (
    GroupInUseError,
    GroupNotFoundError,
    NameTakenError,
    PersonInactiveError,
    PersonNotFoundError,
)
from jackfield.directory.models import Caller, Group, Person, PersonFilter
from jackfield.directory.protocols import GroupUse
from jackfield.directory.service.desk import Desk, Sitting, check_version
from jackfield.directory.service.texts import clean_description, clean_search
from jackfield.directory.store import groups, people
from jackfield.kernel import GroupId, ObjectRef, Page, PageRequest, PersonId, clean_name, new_id


class Groups:
    """The use cases about groups."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._uses: list[GroupUse] = []

    def add_use(self, use: GroupUse) -> None:
        """Ask it before a group is deleted."""
        self._uses.append(use)

    async def create_group(self, caller: Caller, *, name: str, description: str = "") -> Group:
        """Add a group without members.

        Raises:
            InvalidError: The name or the description can't be accepted.
            ForbiddenError: Not by a super admin.
            NameTakenError: A group has this name.
        """
        name = clean_name(name)
        description = clean_description(description)

        def work(sitting: Sitting) -> Group:
            group = Group(GroupId(new_id("grp")), name, description, sitting.now, sitting.now, 1)
            sitting.require(DirectoryAct.CREATE_GROUP, _ref(group))
            _require_free(sitting, group)
            groups.insert_group(sitting.tx, group)
            sitting.record(DirectoryAct.CREATE_GROUP, _ref(group))
            return group

        return await self._desk.change(caller, work)

    async def list_groups(self, caller: Caller, *, search: str = "", page: PageRequest | None = None) -> Page[Group]:
        """Groups by name.

        Raises:
            ForbiddenError: Not by who names groups: super admins, auditors, administrators and editors.
        """

        def work(sitting: Sitting) -> Page[Group]:
            sitting.require(DirectoryAct.LIST_GROUPS, ObjectRef("group", ""))
            return groups.list_groups(sitting.tx, clean_search(search), page or PageRequest())

        return await self._desk.look(caller, work)

    async def get_group(self, caller: Caller, group_id: GroupId) -> Group:
        """One group.

        Raises:
            GroupNotFoundError: There is none, or none that the caller may know of.
        """
        return await self._desk.look(caller, lambda sitting: _get(sitting, DirectoryAct.LIST_GROUPS, group_id))

    async def change_group(
        self,
        caller: Caller,
        group_id: GroupId,
        *,
        name: str | None = None,
        description: str | None = None,
        expected_version: int | None = None,
    ) -> Group:
        """Rename or describe a group; whatever names it names it by id, so nothing breaks.

        Raises:
            InvalidError: The name or the description can't be accepted.
            ForbiddenError: Not by a super admin.
            GroupNotFoundError: There is none, or none that the caller may know of.
            ChangedMeanwhileError: The group has another version than expected.
            NameTakenError: Another group has this name.
        """
        name = None if name is None else clean_name(name)
        description = None if description is None else clean_description(description)

        def work(sitting: Sitting) -> Group:
            group = _get(sitting, DirectoryAct.CHANGE_GROUP, group_id)
            check_version(expected_version, group.version, "the group")
            changed = replace(
                group,
                name=group.name if name is None else name,
                description=group.description if description is None else description,
            )
            if changed == group:
                return group
            _require_free(sitting, changed)
            changed = replace(changed, modified_at=sitting.now, version=group.version + 1)
            groups.update_group(sitting.tx, changed)
            sitting.record(DirectoryAct.CHANGE_GROUP, _ref(changed), old_name=group.name)
            return changed

        return await self._desk.change(caller, work)

    async def delete_group(self, caller: Caller, group_id: GroupId, *, expected_version: int | None = None) -> None:
        """Remove a group, unless something would lose its meaning without it.

        Raises:
            ForbiddenError: Not by a super admin.
            GroupNotFoundError: There is none, or none that the caller may know of.
            ChangedMeanwhileError: The group has another version than expected.
            GroupInUseError: It is in use; `blockers` lists by what.
        """

        def work(sitting: Sitting) -> None:
            group = _get(sitting, DirectoryAct.DELETE_GROUP, group_id)
            check_version(expected_version, group.version, "the group")
            blockers = [ref for use in self._uses for ref in use.uses_of_group(sitting.tx, group_id)]
            if blockers:
                error = GroupInUseError(
                    f"the group {group.name} is in use; take it out of what is listed first",
                    rule="O1",
                    blockers=[{"kind": ref.kind, "id": ref.id, "label": ref.label} for ref in blockers],
                )
                sitting.refuse(DirectoryAct.DELETE_GROUP, _ref(group), error, rule="O1")
            groups.delete_group(sitting.tx, group_id)
            sitting.record(DirectoryAct.DELETE_GROUP, _ref(group))

        await self._desk.change(caller, work)

    async def list_members(
        self, caller: Caller, group_id: GroupId, *, search: str = "", page: PageRequest | None = None
    ) -> Page[Person]:
        """The people in a group by name; inactive ones, too.

        Raises:
            GroupNotFoundError: There is none, or none that the caller may know of.
        """

        def work(sitting: Sitting) -> Page[Person]:
            _get(sitting, DirectoryAct.LIST_GROUP_MEMBERS, group_id)
            wanted = PersonFilter(search=clean_search(search), group_id=group_id)
            return people.list_people(sitting.tx, wanted, page or PageRequest())

        return await self._desk.look(caller, work)

    async def add_member(self, caller: Caller, group_id: GroupId, person_id: PersonId) -> None:
        """Put a person into a group; nothing happens if he is there.

        Raises:
            ForbiddenError: Not by a super admin.
            GroupNotFoundError: There is no such group, or none that the caller may know of.
            PersonNotFoundError: There is no such person.
            PersonInactiveError: The person is deactivated.
        """

        def work(sitting: Sitting) -> None:
            group = _get(sitting, DirectoryAct.CHANGE_GROUP_MEMBERS, group_id)
            person = _get_person(sitting, person_id)
            if not person.is_active:
                raise PersonInactiveError(f"{person.name} is deactivated; reactivate the person first")
            if groups.insert_member(sitting.tx, group_id, person_id):
                sitting.record(DirectoryAct.CHANGE_GROUP_MEMBERS, _ref(group), added=person_id, person=person.name)

        await self._desk.change(caller, work)

    async def remove_member(self, caller: Caller, group_id: GroupId, person_id: PersonId) -> None:
        """Take a person out of a group; nothing happens if he is not there.

        Raises:
            ForbiddenError: Not by a super admin.
            GroupNotFoundError: There is no such group, or none that the caller may know of.
            PersonNotFoundError: There is no such person.
        """

        def work(sitting: Sitting) -> None:
            group = _get(sitting, DirectoryAct.CHANGE_GROUP_MEMBERS, group_id)
            person = _get_person(sitting, person_id)
            if groups.delete_member(sitting.tx, group_id, person_id):
                sitting.record(DirectoryAct.CHANGE_GROUP_MEMBERS, _ref(group), removed=person_id, person=person.name)

        await self._desk.change(caller, work)


def _get(sitting: Sitting, act: DirectoryAct, group_id: GroupId) -> Group:
    group = groups.find_group(sitting.tx, group_id)
    unknown = GroupNotFoundError("there is no such group", what="group")
    obj = ObjectRef("group", group_id, group.name if group else "")
    sitting.require(act, obj, unless_known=(DirectoryAct.LIST_GROUPS, unknown))
    if group is None:
        raise unknown
    return group


def _get_person(sitting: Sitting, person_id: PersonId) -> Person:
    person = people.find_person(sitting.tx, person_id)
    if person is None:
        raise PersonNotFoundError("there is no such person", what="person", field="person_id")
    return person


def _require_free(sitting: Sitting, group: Group) -> None:
    found = groups.find_by_name(sitting.tx, group.name)
    if found is not None and found.id != group.id:
        raise NameTakenError(f"a group is called {found.name} already; choose another name", field="name")


def _ref(group: Group) -> ObjectRef:
    return ObjectRef("group", group.id, group.name)
