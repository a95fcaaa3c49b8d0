"""Business units and the roles of their members."""

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from jackfield.directory.access import DirectoryAct, Target, decide
from jackfield.directory.errors import (
    BusinessUnitNotFoundError,
    NameTakenError,
    PersonInactiveError,
    PersonNotFoundError,
)
from jackfield.directory.models import BusinessUnit, Caller, KeepRuns, Member, Role
from jackfield.directory.service.desk import Desk, Sitting, check_version, spell
from jackfield.directory.service.texts import clean_description, clean_search
from jackfield.directory.store import people, units
from jackfield.errors import InvalidError
from jackfield.kernel import BusinessUnitId, ObjectRef, Page, PageRequest, PersonId, clean_name, new_id

MOST_DAYS: Final = 3650
_ONLY_READING = frozenset({Role.AUDITOR})


class BusinessUnits:
    """The use cases about business units."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def create_business_unit(self, caller: Caller, *, name: str, description: str = "") -> BusinessUnit:
        """Add a business unit without members.

        Raises:
            InvalidError: The name or the description can't be accepted.
            ForbiddenError: Not by a super admin.
            NameTakenError: A business unit has this name.
        """
        name = clean_name(name)
        description = clean_description(description)

        def work(sitting: Sitting) -> BusinessUnit:
            unit_id = BusinessUnitId(new_id("bu"))
            unit = BusinessUnit(unit_id, name, description, sitting.now, sitting.now, 1)
            target = Target(unit_id=unit_id)
            sitting.require(DirectoryAct.CREATE_UNIT, _ref(unit))
            _require_free(sitting, unit)
            units.insert_unit(sitting.tx, unit)
            sitting.record(DirectoryAct.CREATE_UNIT, _ref(unit), target)
            return unit

        return await self._desk.change(caller, work)

    async def list_business_units(
        self, caller: Caller, *, search: str = "", page: PageRequest | None = None
    ) -> Page[BusinessUnit]:
        """The business units that the caller may know of, by name: all, or those in which he has a role."""

        def work(sitting: Sitting) -> Page[BusinessUnit]:
            may_read_all = decide(sitting.principal, DirectoryAct.READ_UNIT).allowed
            own = [
                unit_id
                for unit_id in sitting.principal.roles
                if decide(sitting.principal, DirectoryAct.READ_UNIT, Target(unit_id=unit_id)).allowed
            ]
            return units.list_units(
                sitting.tx, None if may_read_all else own, clean_search(search), page or PageRequest()
            )

        return await self._desk.look(caller, work)

    async def get_business_unit(self, caller: Caller, unit_id: BusinessUnitId) -> BusinessUnit:
        """One business unit.

        Raises:
            BusinessUnitNotFoundError: There is none, or none that the caller may know of.
        """
        return await self._desk.look(caller, lambda sitting: _get(sitting, DirectoryAct.READ_UNIT, unit_id))

    async def change_business_unit(
        self,
        caller: Caller,
        unit_id: BusinessUnitId,
        *,
        name: str | None = None,
        description: str | None = None,
        keep_runs: KeepRuns | None = None,
        expected_version: int | None = None,
    ) -> BusinessUnit:
        """Rename or describe a business unit, or say how long its runs are kept (P7).

        Raises:
            InvalidError: The name, the description or the number of days can't be accepted.
            ForbiddenError: Not by a super admin or an administrator of it.
            BusinessUnitNotFoundError: There is none, or none that the caller may know of.
            ChangedMeanwhileError: It has another version than expected.
            NameTakenError: Another one has this name.
        """
        name = None if name is None else clean_name(name)
        description = None if description is None else clean_description(description)
        _require_possible(keep_runs)

        def work(sitting: Sitting) -> BusinessUnit:
            unit = _get(sitting, DirectoryAct.CHANGE_UNIT, unit_id)
            check_version(expected_version, unit.version, "the business unit")
            changed = replace(
                unit,
                name=unit.name if name is None else name,
                description=unit.description if description is None else description,
                runs_kept_days=unit.runs_kept_days if keep_runs is None else keep_runs.days,
            )
            if changed == unit:
                return unit
            _require_free(sitting, changed)
            changed = replace(changed, modified_at=sitting.now, version=unit.version + 1)
            units.update_unit(sitting.tx, changed)
            kept = {} if keep_runs is None else {"old_days": unit.runs_kept_days, "days": keep_runs.days}
            sitting.record(DirectoryAct.CHANGE_UNIT, _ref(changed), Target(unit_id=unit_id), old_name=unit.name, **kept)
            return changed

        return await self._desk.change(caller, work)

    async def list_members(
        self, caller: Caller, unit_id: BusinessUnitId, *, search: str = "", page: PageRequest | None = None
    ) -> Page[Member]:
        """The people of a business unit by name, with their roles; inactive ones, too.

        Raises:
            BusinessUnitNotFoundError: There is none, or none that the caller may know of.
        """

        def work(sitting: Sitting) -> Page[Member]:
            _get(sitting, DirectoryAct.LIST_MEMBERS, unit_id)
            return units.list_members(sitting.tx, unit_id, clean_search(search), page or PageRequest())

        return await self._desk.look(caller, work)

    async def change_member(
        self, caller: Caller, unit_id: BusinessUnitId, person_id: PersonId, roles: Collection[Role]
    ) -> Member:
        """Give an existing person exactly these roles in a business unit, whether or not he was there.

        Who is left with nothing but reading has left: what he leaves there is taken over (C12).

        Raises:
            InvalidError: No role is given; `remove_member` is for that.
            ForbiddenError: Not by a super admin or an administrator of the business unit.
            BusinessUnitNotFoundError: There is none, or none that the caller may know of.
            PersonNotFoundError: There is no such person.
            PersonInactiveError: The person is deactivated.
        """
        wanted = frozenset(roles)
        if not wanted:
            raise InvalidError("roles must name at least one role; to have none is to be removed", field="roles")

        def work(sitting: Sitting) -> Member:
            unit = _get(sitting, DirectoryAct.CHANGE_MEMBERS, unit_id)
            person = people.find_person(sitting.tx, person_id)
            if person is None:
                raise PersonNotFoundError("there is no such person", what="person", field="person_id")
            if not person.is_active:
                raise PersonInactiveError(f"{person.name} is deactivated; reactivate the person first")
            had = units.find_roles(sitting.tx, unit_id, person_id)
            if had != wanted:
                units.replace_roles(sitting.tx, unit_id, person_id, wanted)
                sitting.record(
                    DirectoryAct.CHANGE_MEMBERS,
                    _ref(unit),
                    Target(unit_id=unit_id),
                    person_id=person_id,
                    person=person.name,
                    old_roles=spell(had),
                    roles=spell(wanted),
                )
            if had - _ONLY_READING and wanted == _ONLY_READING:
                self._desk.tell_leavers(sitting, person_id, unit_id)
            return Member(person, wanted)

        return await self._desk.change(caller, work)

    async def remove_member(self, caller: Caller, unit_id: BusinessUnitId, person_id: PersonId) -> None:
        """Take a person out of a business unit: what he leaves there is taken over (C12).

        Raises:
            ForbiddenError: Not by a super admin or an administrator of the business unit.
            BusinessUnitNotFoundError: There is none, or none that the caller may know of.
            PersonNotFoundError: He doesn't belong there.
        """

        def work(sitting: Sitting) -> None:
            unit = _get(sitting, DirectoryAct.CHANGE_MEMBERS, unit_id)
            had = units.find_roles(sitting.tx, unit_id, person_id)
            person = people.find_person(sitting.tx, person_id)
            if person is None or not had:
                raise PersonNotFoundError("there is no such person in the business unit", what="person")
            units.replace_roles(sitting.tx, unit_id, person_id, frozenset())
            sitting.record(
                DirectoryAct.CHANGE_MEMBERS,
                _ref(unit),
                Target(unit_id=unit_id),
                person_id=person_id,
                person=person.name,
                old_roles=spell(had),
                roles=[],
            )
            self._desk.tell_leavers(sitting, person_id, unit_id)

        await self._desk.change(caller, work)


def _get(sitting: Sitting, act: DirectoryAct, unit_id: BusinessUnitId) -> BusinessUnit:
    unit = units.find_unit(sitting.tx, unit_id)
    unknown = BusinessUnitNotFoundError("there is no such business unit", what="business_unit")
    obj = ObjectRef("business_unit", unit_id, unit.name if unit else "")
    sitting.require(act, obj, Target(unit_id=unit_id), unless_known=(DirectoryAct.READ_UNIT, unknown))
    if unit is None:
        raise unknown
    return unit


def _require_possible(keep_runs: KeepRuns | None) -> None:
    if keep_runs is not None and keep_runs.days is not None and not 1 <= keep_runs.days <= MOST_DAYS:
        raise InvalidError(f"runs are kept for 1 to {MOST_DAYS} days", field="runs_kept_days")


def _require_free(sitting: Sitting, unit: BusinessUnit) -> None:
    found = units.find_by_name(sitting.tx, unit.name)
    if found is not None and found.id != unit.id:
        raise NameTakenError(f"a business unit is called {found.name} already; choose another name", field="name")


def _ref(unit: BusinessUnit) -> ObjectRef:
    return ObjectRef("business_unit", unit.id, unit.name)
