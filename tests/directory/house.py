"""A small installation to try the directory in: real database, a clock turned by hand, a record kept in memory."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from jackfield.db import Database, Transaction
from jackfield.directory import Approach, BusinessUnit, Caller, Directory, InstallationRole, Person, Role, SignedIn
from jackfield.kernel import Act, BusinessUnitId, Door, PersonId, RequestId, Secret, TokenId, new_id
from jackfield.settings import Limits

PASSWORD = Secret("correct horse battery staple")


class HandClock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    def turn(self, **by: float) -> None:
        self._now += timedelta(**by)


class Ledger:
    """Keeps what was recorded, once that is durable."""

    def __init__(self) -> None:
        self.acts: list[Act] = []

    def record(self, tx: Transaction, act: Act) -> None:
        tx.after_commit(lambda: self.acts.append(act))

    def of(self, name: str) -> list[Act]:
        return [act for act in self.acts if act.name == name]


def approach(address: str = "192.0.2.7") -> Approach:
    return Approach(Door.REST, RequestId(new_id("req")), address)


@dataclass
class House:
    database: Database
    directory: Directory
    clock: HandClock
    ledger: Ledger
    limits: Limits
    admin: Caller
    others: list[Directory] = field(default_factory=list[Directory])

    def another_process(self, limits: Limits | None = None) -> Directory:
        """The directory of one more server process on the same database."""
        directory = Directory(self.database, self.ledger, self.clock, limits or self.limits)
        self.others.append(directory)
        return directory

    async def person(
        self,
        name: str,
        roles: Mapping[BusinessUnitId, Collection[Role]] | None = None,
        installation_roles: Collection[InstallationRole] = (),
    ) -> Person:
        issued = await self.directory.people.create_person(
            self.admin, name=name, sign_in_name=f"{name}@example.com", installation_roles=installation_roles
        )
        for unit_id, of_unit in (roles or {}).items():
            await self.directory.units.change_member(self.admin, unit_id, issued.person.id, of_unit)
        return issued.person

    async def unit(self, name: str = "Sales") -> BusinessUnit:
        return await self.directory.units.create_business_unit(self.admin, name=name)

    async def caller(self, person_id: PersonId) -> Caller:
        principal = await self.directory.find_principal(person_id)
        assert principal is not None
        return Caller(principal, Door.REST, RequestId(new_id("req")))

    async def signed_in(self, person_id: PersonId) -> SignedIn:
        """A session of the person, whose password is then `PASSWORD`."""
        issued = await self.directory.people.reset_sign_in(self.admin, person_id)
        return await self.directory.sign_in.redeem_code(approach(), issued.code, PASSWORD)


def with_token(caller: Caller, *scopes: str) -> Caller:
    """The same person coming with an API token of these scopes."""
    principal = replace(
        caller.principal,
        token_id=TokenId("tok_test"),
        scopes=frozenset(scope for scope in caller.principal.scopes if scope in scopes),
    )
    return replace(caller, principal=principal)
