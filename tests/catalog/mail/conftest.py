"""A mailbox on a real Dovecot, with a server that sends into it."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from jackfield.catalog.mail import MailConnector
from jackfield.connectors import RemoteIdentity, Use, parse_fields
from jackfield.egress import AllowedTarget, Egress, ReachPolicy
from jackfield.settings import Limits
from servers import dovecot, smtp


@dataclass
class MailConnection:
    """A connection to a mailbox."""

    details: dict[str, Any]
    credentials: dict[str, Any]
    egress: Egress
    seconds: float = 30
    connector: MailConnector = field(default_factory=lambda: MailConnector(message_bytes=2_000_000))

    async def call(self, action: str, **arguments: Any) -> Any:
        found = self.connector.actions[action]
        given = parse_fields(found.arguments, arguments, where="arguments")
        async with asyncio.timeout(60):
            return await found.perform(self.connector, self._use(), given)

    async def test(self) -> RemoteIdentity:
        async with asyncio.timeout(60):
            return await self.connector.test(self._use())

    def but(
        self, *, credentials: dict[str, Any] | None = None, seconds: float = 30, **details: Any
    ) -> "MailConnection":
        """The same with other details or credentials."""
        merged = {key: value for key, value in {**self.details, **details}.items() if value is not None}
        return replace(self, details=merged, credentials={**self.credentials, **(credentials or {})}, seconds=seconds)

    def _use(self) -> Use[Any]:
        details = parse_fields(self.connector.details, self.details, where="details")
        ports = (self.details.get("imap_port"), self.details.get("smtp_port"))
        return Use(
            details=details,
            scheme="password",
            credentials=parse_fields(self.connector.schemes[0].credentials, self.credentials, where="credentials"),
            reach=self.egress.reach(
                ReachPolicy(allowed=tuple(AllowedTarget("127.0.0.1", port) for port in ports if port)),
                self.connector.tls(details),  # pyright: ignore[reportArgumentType]  # the connector's own details
            ),
            seconds=self.seconds,
        )


@pytest.fixture
async def egress() -> AsyncGenerator[Egress]:
    egress = Egress(Limits())
    yield egress
    await egress.close()


@pytest.fixture(scope="session")
def imap_server() -> Generator[dovecot.Dovecot]:
    with dovecot.serve() as server:
        yield server


@pytest.fixture(scope="session")
def smtp_server(imap_server: dovecot.Dovecot) -> Generator[smtp.SmtpServer]:
    with smtp.serve(imap_server.maildir) as server:
        yield server


@pytest.fixture
def mailbox(egress: Egress, imap_server: dovecot.Dovecot, smtp_server: smtp.SmtpServer) -> MailConnection:
    return MailConnection(
        details={
            "imap_host": "127.0.0.1",
            "imap_port": imap_server.imaps_port,
            "smtp_host": "127.0.0.1",
            "smtp_port": smtp_server.smtps_port,
            "sender": "Büro Müller <office@example.com>",
            "ca_pem": imap_server.ca_pem + smtp_server.ca_pem,
        },
        credentials={
            "user": imap_server.user,
            "password": imap_server.password,
            "smtp_user": smtp_server.user,
            "smtp_password": smtp_server.password,
        },
        egress=egress,
    )
