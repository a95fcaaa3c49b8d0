"""Being somebody of the example with one click: closed wherever somebody else could click."""

import os
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from api.client import ORIGIN, Client
from api.hub import Hub
from jackfield.bootstrap import assemble, services_of
from jackfield.db import Database
from jackfield.example.cast import PEOPLE
from jackfield.example.company import Company
from jackfield.example.record import ExampleFolder, ExampleRecord
from jackfield.example.seeding import Seeding
from jackfield.migrations import upgrade
from jackfield.settings import Settings
from servers.jackfield import SECONDS


@dataclass
class Example:
    hub: Hub
    people: dict[str, str]
    connections: ExitStack

    def client(self, address: str = "127.0.0.1", **headers: str) -> Client:
        """Somebody at a program of this account: where he comes from this machine, with a connection that is there."""
        client = self.hub.client(**{"origin": ORIGIN, **headers})
        client.address = address
        if address in {"127.0.0.1", "::1"}:
            client.port = self.connections.enter_context(connection(address))
        return client

    def but(self, **settings: Any) -> "Example":
        """The same company on a server with other settings."""
        changed = self.hub.services.settings.model_copy(update=settings)
        return Example(self.hub.with_settings(changed), self.people, self.connections)

    async def is_open(self, client: Client) -> bool:
        """Whether the company is shown; and if so, and only if so, one can be one of its people."""
        shown = (await client.get("/api/example")).json()
        switched = await client.post("/api/example/sessions", {"person_id": self.people["tom"]})
        assert switched.status == (201 if shown["is_on"] else 404), switched.body
        assert bool(shown["people"]) == shown["is_on"]
        return shown["is_on"]


@pytest.fixture
async def example(tmp_path: Path) -> AsyncGenerator[Example]:
    """A server that has the company's people; its systems don't run."""
    database = Database.open(f"sqlite:///{tmp_path / 'jackfield.db'}")
    upgrade(database)
    settings = Settings(data_dir=tmp_path, key_file=tmp_path / "keys" / "keys.json", port=8050)
    async with assemble(settings, database) as parts:
        await parts.directory.sign_in.first_start()
        folder, record = ExampleFolder(tmp_path), ExampleRecord()
        await Seeding(parts, folder, record).make_company()
        company = Company(parts, folder, record)
        with ExitStack() as connections:
            yield Example(Hub(replace(services_of(parts), example=company)), record.people, connections)
    database.close()


@contextmanager
def connection(address: str) -> Generator[int]:
    """The client's port of a connection that this program has made to itself."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with (
        socket.create_server((address, 0), family=family) as server,
        socket.create_connection(server.getsockname()[:2]) as client,
    ):
        yield client.getsockname()[1]


NOBODY = 65534
CONNECT = """
# All that is imported, before: another account may not be able to read the interpreter's files.
import encodings.idna, os, socket, sys
os.setuid(int(sys.argv[1]))
one = socket.create_connection((sys.argv[2], int(sys.argv[3])))
sys.stdin.read()
"""


@contextmanager
def connection_of_another_account(*, to: str, listening_at: str) -> Generator[int]:
    """The client's port of a connection that a program of another account has made to this one."""
    family = socket.AF_INET6 if ":" in listening_at else socket.AF_INET
    with socket.create_server((listening_at, 0), family=family, dualstack_ipv6=":" in listening_at) as server:
        server.settimeout(SECONDS)
        command = [sys.executable, "-I", "-c", CONNECT, str(NOBODY), to, str(server.getsockname()[1])]
        with subprocess.Popen(command, stdin=subprocess.PIPE) as other:
            accepted, (_, port, *_) = server.accept()
            with accepted:
                yield port
            other.communicate()


async def test_the_own_machine_may(example: Example) -> None:
    assert await example.is_open(example.client())
    assert await example.is_open(example.client("::1", host="localhost:8050", origin="http://localhost:8050"))


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be another account")
@pytest.mark.parametrize(
    ("address", "to", "listening_at"),
    [
        pytest.param("127.0.0.1", "127.0.0.1", "127.0.0.1", id="ipv4"),
        pytest.param("::1", "::1", "::1", id="ipv6"),
        pytest.param("127.0.0.1", "::ffff:127.0.0.1", "::", id="ipv4-in-ipv6"),
    ],
)
async def test_other_accounts_of_the_machine_may_not(
    example: Example, address: str, to: str, listening_at: str
) -> None:
    client = example.client(address)
    assert await example.is_open(client)

    with connection_of_another_account(to=to, listening_at=listening_at) as client.port:
        assert not await example.is_open(client)


async def test_who_has_left_may_not(example: Example) -> None:
    client = example.client()
    with connection("127.0.0.1") as client.port:
        assert await example.is_open(client)

    assert not await example.is_open(client)


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.7", "::ffff:192.0.2.1", ""])
async def test_other_machines_may_not(example: Example, address: str) -> None:
    assert not await example.is_open(example.client(address))


@pytest.mark.parametrize(
    "header",
    ["x-forwarded-for", "forwarded", "via", "x-real-ip", "x-forwarded-host", "x-forwarded-proto", "cf-connecting-ip"],
)
async def test_nobody_may_who_comes_through_a_proxy(example: Example, header: str) -> None:
    assert not await example.is_open(example.client(**{header: "127.0.0.1"}))


async def test_nobody_may_who_comes_through_a_proxy_that_adds_no_header(example: Example) -> None:
    client = example.client()
    client.http_version = "1.0"

    assert not await example.is_open(client)


@pytest.mark.parametrize(
    "settings",
    [
        {"host": "0.0.0.0"},
        {"host": "::"},
        {"host": "jackfield.example.com"},
        {"trusted_proxies": ("127.0.0.1",)},
    ],
)
async def test_nobody_may_on_a_server_that_others_reach(example: Example, settings: dict[str, Any]) -> None:
    other = example.but(**settings)

    assert not await other.is_open(other.client())


async def test_nobody_may_at_another_name(example: Example) -> None:
    public = example.but(public_url="http://jackfield.example.com")
    named = example.but(allowed_hosts=("jackfield.example.com",))
    host = {"host": "jackfield.example.com", "origin": "http://jackfield.example.com"}

    assert not await public.is_open(public.client(**host))
    assert not await named.is_open(named.client(**host))


@pytest.mark.requirement("E7")
async def test_what_they_do_is_said_in_the_readers_language(example: Example) -> None:
    spoken = (await example.client(**{"accept-language": "de"}).get("/api/example")).json()

    said = {person["name"]: person["title"] for person in spoken["people"]}
    assert len(said) == len(PEOPLE)
    assert said["Clara Linden"] == "Geschäftsführerin, Super-Admin"
    assert not set(said.values()) & {person.title for person in PEOPLE.values()}


@pytest.mark.requirement("D19")
async def test_another_web_page_may_not(example: Example) -> None:
    for origin in ("http://evil.example", "null", "http://127.0.0.1:8051"):
        client = example.client(origin=origin)

        answer = await client.post("/api/example/sessions", {"person_id": example.people["clara"]})

        assert (answer.status, answer.code) == (403, "origin.foreign")
        assert answer.header("set-cookie") is None


@pytest.mark.requirement("D12")
async def test_only_its_own_people_can_be_switched_to(example: Example) -> None:
    admins = await example.hub.services.database.read(example.hub.services.directory.facts.list_super_admins)
    [administrator] = set(admins) - set(example.people.values())

    for stranger in (administrator, "per_unknown", ""):
        answer = await example.client().post("/api/example/sessions", {"person_id": stranger})
        assert answer.status == 404, answer.body
        assert answer.header("set-cookie") is None


async def test_a_deactivated_person_can_not_be_switched_to(example: Example) -> None:
    client = example.client()
    clara = await client.post("/api/example/sessions", {"person_id": example.people["clara"]})
    cookie = (clara.header("set-cookie") or "").partition(";")[0]
    tom = f"/api/people/{example.people['tom']}"
    done = await example.client(cookie=cookie).post(f"{tom}/deactivate")
    assert done.status < 300, done.body

    answer = await client.post("/api/example/sessions", {"person_id": example.people["tom"]})
    shown = (await client.get("/api/example")).json()

    assert (answer.status, answer.code) == (404, "person.not_found")
    assert example.people["tom"] not in {person["id"] for person in shown["people"]}


async def test_nobody_of_the_example_has_a_password(example: Example) -> None:
    answer = await example.client().post(
        "/api/sessions", {"sign_in_name": "clara@linden.example", "password": "linden linden linden"}
    )

    assert answer.status == 401
