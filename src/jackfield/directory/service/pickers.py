"""Whom one may choose, by name: for sharing a connection (C6) and for narrowing who designs with it (C8).

Nobody finds more here than he may look up anyway: the members of his business units, or, who may list people, everybody.
"""

from enum import StrEnum

from jackfield.directory.access import DirectoryAct, Target, decide
from jackfield.directory.errors import BusinessUnitNotFoundError
from jackfield.directory.models import Caller, Group, Person, Role
from jackfield.directory.service.desk import Desk, Sitting
from jackfield.directory.service.texts import clean_search
from jackfield.directory.store import groups, people
from jackfield.directory.store.people import Choice
from jackfield.kernel import BusinessUnitId, ObjectRef, Page, PageRequest


class ChosenTo(StrEnum):
    """What somebody is to be chosen for."""

    ASK = "ask"
    """To be asked about: anybody, auditors too."""
    ADMINISTER = "administer"
    """To be a connection admin: whoever is a member of the business unit, or a super admin (C6)."""
    DESIGN = "design"
    """To be an authorized person: whoever has editing rights in the business unit (C8)."""


_ROLES = {
    ChosenTo.ASK: frozenset(Role),
    ChosenTo.ADMINISTER: frozenset({Role.ADMINISTRATOR, Role.EDITOR, Role.MEMBER}),
    ChosenTo.DESIGN: frozenset({Role.ADMINISTRATOR, Role.EDITOR}),
}


class Pickers:
    """The use cases of choosing somebody."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def list_people(
        self,
        caller: Caller,
        to: ChosenTo = ChosenTo.ASK,
        *,
        unit_id: BusinessUnitId | None = None,
        search: str = "",
        page: PageRequest | None = None,
    ) -> Page[Person]:
        """Active people by name, in one business unit or in all of the caller's.

        Raises:
            BusinessUnitNotFoundError: There is none, or none that the caller may know of.
        """
        cleaned = clean_search(search)

        def work(sitting: Sitting) -> Page[Person]:
            if unit_id is not None:
                _require_members(sitting, unit_id)
            everybody = decide(sitting.principal, DirectoryAct.LIST_PEOPLE).allowed
            own = None if everybody else frozenset(sitting.principal.roles)
            choice = Choice(
                units=own if unit_id is None else frozenset({unit_id}),
                roles=_ROLES[to],
                # Their names are for those who may list people; everybody else finds the colleagues among them.
                super_admins_too=to is ChosenTo.ADMINISTER and everybody,
            )
            return people.list_choice(sitting.tx, choice, cleaned, page or PageRequest())

        return await self._desk.look(caller, work)

    async def list_groups(self, caller: Caller, *, search: str = "", page: PageRequest | None = None) -> Page[Group]:
        """Groups by name; none for whoever may not look groups up."""
        cleaned = clean_search(search)

        def work(sitting: Sitting) -> Page[Group]:
            if not decide(sitting.principal, DirectoryAct.LIST_GROUPS).allowed:
                return Page(())
            return groups.list_groups(sitting.tx, cleaned, page or PageRequest())

        return await self._desk.look(caller, work)


def _require_members(sitting: Sitting, unit_id: BusinessUnitId) -> None:
    unknown = BusinessUnitNotFoundError("there is no such business unit", what="business_unit")
    obj, target = ObjectRef("business_unit", unit_id), Target(unit_id=unit_id)
    sitting.require(DirectoryAct.LIST_MEMBERS, obj, target, unless_known=(DirectoryAct.READ_UNIT, unknown))
