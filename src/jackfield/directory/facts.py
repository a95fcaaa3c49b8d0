"""What other features ask about people, groups and business units inside their own transactions."""

from collections.abc import Iterable, Mapping, Sequence

from jackfield.db import Transaction
from jackfield.directory.models import BusinessUnit, Group, Person, Principal
from jackfield.directory.store import groups, people, principals, units
from jackfield.kernel import BusinessUnitId, GroupId, PersonId


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

    def find_business_unit(self, tx: Transaction, unit_id: BusinessUnitId) -> BusinessUnit | None:
        """The business unit, if there is one."""
        return units.find_unit(tx, unit_id)
