"""What other features ask about people, groups and business units inside their own transactions."""

from collections.abc import Iterable, Mapping, Sequence

from jackfield.db import Transaction
from jackfield.directory.models import BusinessUnit, Group, Person, Principal
from jackfield.directory.store import groups, people, principals, units
from jackfield.kernel import BusinessUnitId, GroupId, Page, PageRequest, PersonId


class DirectoryFacts:
    """Plain questions, answered as the transaction sees it; no rights are checked here."""

    def find_principal(self, tx: Transaction, person_id: PersonId) -> Principal | None:
        """Who the person is now, with all scopes; inactive people, too."""
        return principals.find_principal(tx, person_id)

    def list_administrators(self, tx: Transaction, unit_id: BusinessUnitId) -> Sequence[PersonId]:
        """The active administrators of a business unit, by id."""
        return principals.list_administrators(tx, unit_id)

    def list_super_admins(self, tx: Transaction) -> Sequence[PersonId]:
        """The active super admins, by id."""
        return principals.list_super_admins(tx)

    def find_people(self, tx: Transaction, ids: Iterable[PersonId]) -> Mapping[PersonId, Person]:
        """Those of the people that there are; inactive ones, too."""
        return people.find_people(tx, ids)

    def find_groups(self, tx: Transaction, ids: Iterable[GroupId]) -> Mapping[GroupId, Group]:
        """Those of the groups that there are."""
        return groups.find_groups(tx, ids)

    def find_people_called(self, tx: Transaction, text: str, unit_id: BusinessUnitId) -> Sequence[Person]:
        """The active person with this id, or those of a business unit with this sign-in name or name: two at most."""
        return people.find_called(tx, text, unit_id)

    def find_group_called(self, tx: Transaction, text: str) -> Group | None:
        """The group with this id, or with this name."""
        return groups.find_group(tx, GroupId(text)) or groups.find_by_name(tx, text)

    def list_people_of_groups(
        self, tx: Transaction, ids: Iterable[GroupId], search: str, page: PageRequest
    ) -> Page[Person]:
        """The active people who are in at least one of the groups, by name."""
        return people.list_people_of_groups(tx, ids, search, page)

    def find_units_of_groups(self, tx: Transaction, ids: Iterable[GroupId]) -> frozenset[BusinessUnitId]:
        """The business units to which at least one active person of one of the groups belongs."""
        return people.find_units_of_groups(tx, ids)

    def find_business_unit(self, tx: Transaction, unit_id: BusinessUnitId) -> BusinessUnit | None:
        """The business unit, if there is one."""
        return units.find_unit(tx, unit_id)
