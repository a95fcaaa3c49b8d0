"""Real databases with users, passwords and TLS, and a short way to use the connectors on them."""

import asyncio
import secrets
import sqlite3
from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from jackfield.catalog.sql import MysqlConnector, PostgresqlConnector, SqliteConnector
from jackfield.connectors import Connector, RemoteIdentity, Use, parse_fields
from jackfield.egress import AllowedTarget, Egress, ReachPolicy
from jackfield.settings import Limits
from servers import mariadb, postgres
from servers.certificates import Proof, make_proof

PASSWORD = "pä'ss\\w\"ord %s :x €"


@dataclass
class Base:
    """A connection to a database."""

    connector: Connector[Any]
    details: dict[str, Any]
    egress: Egress
    scheme: str = "password"
    credentials: dict[str, Any] = field(default_factory=dict)
    seconds: float = 30
    allowed: tuple[AllowedTarget, ...] = ()

    async def call(self, action: str, **arguments: Any) -> Any:
        found = self.connector.actions[action]
        given = parse_fields(found.arguments, arguments, where="arguments")
        use = self.use()
        try:
            async with asyncio.timeout(60):
                return await found.perform(self.connector, use, given)
        finally:
            await use.reach.close()

    async def rows(self, text: str, **parameters: Any) -> list[list[Any]]:
        return (await self.call("query", sql=text, parameters=parameters, rows_as="lists")).rows

    async def value(self, text: str, **parameters: Any) -> Any:
        [[found]] = await self.rows(text, **parameters)
        return found

    async def test(self) -> RemoteIdentity:
        use = self.use()
        try:
            async with asyncio.timeout(60):
                return await self.connector.test(use)
        finally:
            await use.reach.close()

    def but(self, *, credentials: dict[str, Any] | None = None, seconds: float | None = None, **details: Any) -> "Base":
        """The same with other details, credentials or time."""
        return replace(
            self,
            details={**self.details, **details},
            credentials={**self.credentials, **(credentials or {})},
            seconds=seconds or self.seconds,
        )

    def use(self) -> Use[Any]:
        scheme = self.connector.scheme(self.scheme)
        assert scheme
        return Use(
            details=parse_fields(self.connector.details, self.details, where="details"),
            scheme=self.scheme,
            credentials=parse_fields(scheme.credentials, self.credentials, where="credentials"),
            reach=self.egress.reach(ReachPolicy(allowed=self.allowed)),
            seconds=self.seconds,
        )


@pytest.fixture(scope="session")
def proof() -> Proof:
    return make_proof("127.0.0.1")


@pytest.fixture
async def egress() -> AsyncGenerator[Egress]:
    made = Egress(Limits())
    yield made
    await made.close()


@pytest.fixture(scope="session")
def postgres_server(proof: Proof) -> Generator[postgres.OwnCluster]:
    with postgres.own_cluster(proof.certificate, proof.key) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def mariadb_server(proof: Proof) -> Generator[mariadb.MariaDb]:
    with mariadb.own_server(proof.certificate, proof.key, proof.authority) as server:
        yield server


@pytest.fixture
def pg(postgres_server: postgres.OwnCluster, proof: Proof, egress: Egress) -> Generator[Base]:
    """A database of its own with a user of its own, reached by TLS."""
    name = f"t_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_server.admin, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), sql.Literal(PASSWORD)))
        admin.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(sql.Identifier(name)))
    yield Base(
        PostgresqlConnector(),
        {"host": "127.0.0.1", "port": postgres_server.port, "database": name, "ca_pem": proof.authority},
        egress,
        credentials={"user": name, "password": PASSWORD},
        allowed=(AllowedTarget("127.0.0.1", postgres_server.port),),
    )
    with psycopg.connect(postgres_server.admin, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@pytest.fixture
def my(mariadb_server: mariadb.MariaDb, proof: Proof, egress: Egress) -> Generator[Base]:
    """A database of its own with a user of its own, reached by TLS."""
    name = f"t_{secrets.token_hex(6)}"
    with mariadb_server.admin() as admin, admin.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        cursor.execute(f"CREATE USER {name} IDENTIFIED BY %s", (PASSWORD,))
        cursor.execute(f"GRANT ALL ON {name}.* TO {name}")
    yield Base(
        MysqlConnector(),
        {"host": "127.0.0.1", "port": mariadb_server.port, "database": name, "ca_pem": proof.authority},
        egress,
        credentials={"user": name, "password": PASSWORD},
        allowed=(AllowedTarget("127.0.0.1", mariadb_server.port),),
    )
    with mariadb_server.admin() as admin, admin.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name}")
        cursor.execute(f"DROP USER {name}")


@pytest.fixture
def lite(tmp_path: Path, egress: Egress) -> Base:
    """A writable file of its own."""
    root = tmp_path / "root"
    root.mkdir()
    sqlite3.connect(root / "data.db").close()
    (root / "data.db").touch()
    return Base(SqliteConnector((root,)), {"path": str(root / "data.db"), "writable": True}, egress, scheme="none")


@pytest.fixture(params=["pg", "my", "lite"])
def base(request: pytest.FixtureRequest) -> Base:
    """Each of the three."""
    return request.getfixturevalue(request.param)


@pytest.fixture
async def numbers(base: Base) -> Base:
    """Each of the three, with a table `numbers` of id and name, from 1 to 5."""
    await base.call(
        "execute",
        sql="CREATE TABLE numbers (id INTEGER PRIMARY KEY, name VARCHAR(100) NOT NULL UNIQUE)",
        allow_schema_changes=True,
    )
    await base.call(
        "execute_many",
        sql="INSERT INTO numbers (id, name) VALUES (:id, :name)",
        parameter_sets=[{"id": id_, "name": f"n{id_}"} for id_ in range(1, 6)],
    )
    return base
