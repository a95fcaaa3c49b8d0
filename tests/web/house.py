"""A running installation with real systems behind it. Every journey makes its own business unit and people in it."""

import itertools
import json
import re
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql

from integrations.office import DOCUMENT
from jackfield.connections import Use, UseRegistry, UserKind, UserState
from jackfield.db import Database
from jackfield.kernel import BusinessUnitId, ConnectionId, PersonId
from servers.evil import EvilServer
from servers.jackfield import JackfieldServer
from servers.postgres import OwnCluster
from web.people import Person, redeem


@dataclass(frozen=True)
class Account:
    """A user of the database server, and what lets him in."""

    user: str
    password: str


@dataclass
class House:
    server: JackfieldServer
    admin: Person
    """The super admin; no editor anywhere."""
    database: OwnCluster
    api: EvilServer
    secrets: set[str] = field(default_factory=set[str])
    """What no page and no answer may ever show."""
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def url(self) -> str:
        return self.server.url

    def unique(self, name: str) -> str:
        """The name, with a number that no other of this house has."""
        return f"{name} {next(self._numbers)}"

    def unit(self, name: str = "Unit") -> "Unit":
        """A business unit of its own, whose connections may reach the systems of the house."""
        made = self.admin.post("/api/business-units", {"name": self.unique(name)})
        for port in (self.database.port, self.api.port):
            target = {"host": "127.0.0.1", "port": port, "business_unit_id": made["id"]}
            self.admin.post("/api/outbound-targets", target)
        return Unit(self, made["id"], made["name"])

    def group(self, name: str, *people: Person) -> tuple[str, str]:
        """A group of these people: its id and its name."""
        made = self.admin.post("/api/groups", {"name": self.unique(name)})
        for person in people:
            self.admin.put(f"/api/groups/{made['id']}/members/{person.id}")
        return made["id"], made["name"]

    def key(self) -> str:
        """A new key of the API, which takes any."""
        key = f"kE7-{next(self._numbers)}-of-the-tickets"
        self.secrets.add(key)
        return key

    def person(self, name: str, *installation_roles: str) -> Person:
        """Somebody new who has signed in."""
        full = self.unique(name)
        sign_in_name = re.sub(r"\W+", ".", full).lower()
        body = {"name": full, "sign_in_name": sign_in_name, "installation_roles": installation_roles}
        return redeem(self.url, sign_in_name, self.admin.post("/api/people", body)["code"])

    def account(self, user: str = "user") -> Account:
        """A new user of the database server."""
        number = next(self._numbers)
        account = Account(f"{user}_{number}", f"pa55-{number}-word-of-{user}-Zq7")
        self.secrets.add(account.password)
        self._administer(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                sql.Identifier(account.user), sql.Literal(account.password)
            )
        )
        return account

    def change_password(self, account: Account) -> Account:
        """The same user with another password; the one before lets nobody in any more."""
        changed = Account(account.user, f"Kx2-{next(self._numbers)}-another-word")
        self.set_password(changed)
        return changed

    def set_password(self, account: Account) -> None:
        self.secrets.add(account.password)
        self._administer(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(account.user), sql.Literal(account.password))
        )

    def make_table(self, name: str) -> None:
        """A table with one row, for everybody to read."""
        self._administer(
            sql.SQL("CREATE TABLE {} AS SELECT 42 AS answer; GRANT SELECT ON {} TO PUBLIC").format(
                sql.Identifier(name), sql.Identifier(name)
            )
        )

    def _administer(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.database.admin, autocommit=True) as connection:
            connection.execute(statement)


@dataclass(frozen=True)
class Unit:
    house: House
    id: str
    name: str

    def person(self, name: str, *roles: str) -> Person:
        """Somebody new with these roles here."""
        person = self.house.person(name)
        self.admit(person, *roles)
        return person

    def editor(self, name: str = "Edith") -> Person:
        return self.person(name, "editor")

    def admit(self, person: Person, *roles: str) -> None:
        self.house.admin.put(f"/api/business-units/{self.id}/members/{person.id}", {"roles": roles})

    def details(self) -> dict[str, Any]:
        """The general details of a connection to the database server."""
        return {"host": "127.0.0.1", "port": self.house.database.port, "database": "postgres", "tls": "off"}

    def connect(self, person: Person, name: str = "Customers", account: Account | None = None) -> Any:
        """A connection to the database server that works."""
        made = self.try_to_connect(person, name, account or self.house.account())
        assert made["state"] == "connected", made["reason"]
        return made

    def process(self, person: Person, name: str, connection: str, sql: str = "select 1 as one") -> Any:
        """A process whose draft asks a connection one thing, in the state `Ask`."""
        ask = {
            "Type": "Task",
            "Resource": "connection:postgresql.query",
            "Credentials": {"Connection": connection},
            "Arguments": {"sql": sql},
            "End": True,
        }
        definition = {"QueryLanguage": "JSONata", "StartAt": "Ask", "States": {"Ask": ask}}
        body = {"business_unit_id": self.id, "name": name, "definition": definition}
        return person.post("/api/processes", body)

    def publish(self, person: Person, name: str, connection: str, sql: str = "select 1 as one") -> Any:
        """The same, published."""
        made = self.process(person, name, connection, sql)
        person.post(f"/api/processes/{made['id']}/versions", {"note": "first"})
        return made

    def use(
        self, connection: str, label: str, owner: Person, *, kind: str = "process", state: str = "published"
    ) -> None:
        """Something that refers to a connection, as the rooms that come later write it: in the server's own database."""
        use = Use(
            connection_id=ConnectionId(connection),
            kind=UserKind(kind),
            id=f"{kind}:{label}",
            state=UserState(state),
            label=label,
            container="Invoices",
            owner_id=PersonId(owner.id),
            link=f"/units/{self.id}",
            business_unit_id=BusinessUnitId(self.id),
        )
        database = Database.open(f"sqlite:///{self.house.server.data_dir / 'jackfield.db'}")
        try:
            database.write_now(lambda tx: UseRegistry().add(tx, use))
        finally:
            database.close()

    def try_to_connect(self, person: Person, name: str, account: Account) -> Any:
        """A connection to the database server, whether it works or not."""
        body = {
            "business_unit_id": self.id,
            "name": name,
            "connector": "postgresql",
            "scheme": "password",
            "details": self.details(),
            "credentials": {"user": account.user, "password": account.password},
        }
        return person.post("/api/connections", body)

    def integrate(
        self,
        person: Person,
        group: str,
        title: str = "Tickets",
        *,
        document: Any = DOCUMENT,
        place: str = "/echo/v1",
        **grants: Any,
    ) -> Any:
        """A custom integration to the API of the house, for a group; `grants` by the names of methods."""
        body = {
            "business_unit_id": self.id,
            "title": title,
            "access_groups": [group],
            "document": json.dumps(document),
            "details": {"endpoint": self.house.api.url(place), "test_path": "me"},
            "scheme": "api_key_header",
            "credentials": {"name": "X-Api-Key", "value": self.house.key()},
            "grants": [{"methods": [name], "grant": grant} for name, grant in grants.items()],
            "accept_responsibilities": person.get("/api/integrations/responsibilities")["version"],
        }
        made = person.post("/api/integrations", body)
        assert made["state"] == "connected", made["reason"]
        return made
