"""The connectors for files, each with a root that is a folder of this machine, so that tests see what they do."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from jackfield.catalog.files import FolderConnector, SftpConnector
from jackfield.connectors import Connector, RemoteIdentity, Use, parse_fields
from jackfield.egress import AllowedTarget, Egress, ReachPolicy
from jackfield.settings import Limits
from servers import sshd


@dataclass
class Place:
    """A connection to a place for files."""

    connector: Connector[Any]
    details: dict[str, Any]
    egress: Egress
    root: Path
    """The folder of the connection, as this machine sees it."""
    scheme: str = "none"
    credentials: dict[str, Any] = field(default_factory=dict)
    port: int | None = None

    async def call(self, action: str, **arguments: Any) -> Any:
        found = self.connector.actions[action]
        given = parse_fields(found.arguments, arguments, where="arguments")
        async with asyncio.timeout(60):
            return await found.perform(self.connector, self._use(), given)

    async def test(self) -> RemoteIdentity:
        async with asyncio.timeout(60):
            return await self.connector.test(self._use())

    def but(self, *, scheme: str | None = None, credentials: dict[str, Any] | None = None, **details: Any) -> "Place":
        """The same with other details or credentials."""
        return replace(
            self,
            details={**self.details, **details},
            scheme=scheme or self.scheme,
            credentials={**self.credentials, **(credentials or {})},
        )

    def _use(self) -> Use[Any]:
        scheme = self.connector.scheme(self.scheme)
        assert scheme
        allowed = (AllowedTarget("127.0.0.1", self.port),) if self.port else ()
        return Use(
            details=parse_fields(self.connector.details, self.details, where="details"),
            scheme=self.scheme,
            credentials=parse_fields(scheme.credentials, self.credentials, where="credentials"),
            reach=self.egress.reach(ReachPolicy(allowed=allowed)),
            seconds=30,
        )


@pytest.fixture
async def egress() -> AsyncGenerator[Egress]:
    egress = Egress(Limits())
    yield egress
    await egress.close()


@pytest.fixture(scope="session")
def openssh(tmp_path_factory: pytest.TempPathFactory) -> Generator[sshd.SshServer]:
    with sshd.openssh(tmp_path_factory.mktemp("openssh")) as server:
        yield server


@pytest.fixture(scope="session")
def password_ssh(tmp_path_factory: pytest.TempPathFactory) -> Generator[sshd.SshServer]:
    with sshd.with_password(tmp_path_factory.mktemp("ssh")) as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path, egress: Egress) -> Place:
    root = tmp_path / "allowed" / "team"
    root.mkdir(parents=True)
    connector = FolderConnector((tmp_path / "allowed",), file_bytes=1 << 20)
    return Place(connector, {"path": str(root)}, egress, root)


@pytest.fixture
def sftp(tmp_path: Path, egress: Egress, openssh: sshd.SshServer) -> Place:
    root = openssh.root / tmp_path.name
    root.mkdir()
    details = {
        "host": "127.0.0.1",
        "port": openssh.port,
        "path": f"{openssh.folder}/{root.name}",
        "host_key": openssh.host_key,
    }
    credentials = {"user": openssh.user, "private_key": openssh.private_key}
    return Place(SftpConnector(file_bytes=1 << 20), details, egress, root, "key", credentials, openssh.port)


@pytest.fixture(params=["folder", "sftp"])
def place(request: pytest.FixtureRequest) -> Place:
    """Each of the two in turn."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Place)
    return found
