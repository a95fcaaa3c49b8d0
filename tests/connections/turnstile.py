"""A real, tiny system to connect to: a server that lets in who knows the password, and the connector for it.

The protocol is one line each way: `LOGIN user password` is answered `OK account` or `NO`.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

from jackfield.connections import Candidate
from jackfield.connectors import (
    Catalogue,
    Connector,
    Credentials,
    Details,
    NoCredentials,
    RemoteIdentity,
    Scheme,
    SecretText,
    Use,
)
from jackfield.directory import Caller
from jackfield.egress import Egress
from jackfield.errors import RemoteSignInError, RemoteUnavailableError


class TurnstileDetails(Details):
    host: str
    port: int
    greeting: str = "hello"


class Password(Credentials):
    user: str
    password: SecretText


class Badge(Credentials):
    badge: SecretText
    note: SecretText | None = None


class Turnstile(Connector[TurnstileDetails]):
    """Signs in at a turnstile."""

    key = "turnstile"
    title = "Turnstile"
    description = "Walks through a turnstile."
    details = TurnstileDetails
    schemes: ClassVar[tuple[Scheme, ...]] = (
        Scheme("password", "Password", Password),
        Scheme("badge", "Badge", Badge),
        Scheme("none", "Nobody", NoCredentials),
    )

    def origin(self, details: TurnstileDetails) -> str:
        return f"{self.key}://{details.host}:{details.port}"

    async def test(self, use: Use[TurnstileDetails]) -> RemoteIdentity:
        match use.credentials:
            case Password(user=user, password=secret):
                line = f"LOGIN {user} {secret.reveal()}"
            case Badge(badge=secret):
                line = f"LOGIN badge {secret.reveal()}"
            case _:
                line = "LOGIN nobody -"
        connected = await use.reach.connect(use.details.host, use.details.port)
        reader, writer = await asyncio.open_connection(sock=connected)
        try:
            writer.write(line.encode() + b"\n")
            await writer.drain()
            answer = (await reader.readline()).decode().split()
        finally:
            writer.close()
        match answer:
            case ["OK", account]:
                return RemoteIdentity(account, "Turnstile 1.0")
            case ["NO"]:
                raise RemoteSignInError("the turnstile doesn't accept the credentials")
            case _:
                raise RemoteUnavailableError("the turnstile didn't answer")


class Gate(Turnstile):
    """Another kind of system, for features and filters."""

    key = "gate"
    title = "Gate"
    description = "Walks through a gate."


CATALOGUE = Catalogue([Turnstile(), Gate()])


class TurnstileServer:
    """Where it listens, whom it lets in, and what it was told."""

    def __init__(self) -> None:
        self.port = 0
        self.accounts = {"LOGIN ada s3cret-of-ada": "ada", "LOGIN ada new-secret-of-ada": "ada"}
        """What lets whom in."""
        self.heard: list[str] = []
        self.asked = asyncio.Event()
        """Set when somebody stands before it."""
        self.turns = asyncio.Event()
        """Nobody gets an answer while it isn't set."""
        self.turns.set()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = (await reader.readline()).decode().rstrip("\n")
        self.heard.append(line)
        self.asked.set()
        await self.turns.wait()
        account = self.accounts.get(line)
        writer.write(f"OK {account}\n".encode() if account else b"NO\n")
        await writer.drain()
        writer.close()

    @property
    def details(self) -> dict[str, Any]:
        return {"host": "127.0.0.1", "port": self.port}


@asynccontextmanager
async def turnstile(port: int = 0) -> AsyncGenerator[TurnstileServer]:
    """A turnstile on a free port of the loopback, as long as the context lasts."""
    server = TurnstileServer()
    listening = await asyncio.start_server(server.answer, "127.0.0.1", port)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        await listening.wait_closed()


class Walker:
    """Fills the role of `ConnectionTester` without a gateway: really signs in, through the real egress."""

    def __init__(self, egress: Egress) -> None:
        self._egress = egress

    async def test(self, caller: Caller, candidate: Candidate) -> RemoteIdentity:
        assert caller.principal.is_active
        connector = CATALOGUE.get(candidate.connector)
        reach = self._egress.reach(candidate.policy, connector.tls(candidate.details))
        use = Use(candidate.details, candidate.scheme, candidate.credentials, reach, seconds=5)
        try:
            return await connector.test(use)
        finally:
            await reach.close()
