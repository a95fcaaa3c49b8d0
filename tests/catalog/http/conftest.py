"""The servers, and connections to them."""

from collections.abc import AsyncGenerator, Generator

import pytest

from catalog.http.connecting import Connect
from jackfield.egress import Egress
from jackfield.settings import Limits
from servers import evil, nginx


@pytest.fixture
async def connect() -> AsyncGenerator[Connect]:
    egress = Egress(Limits())
    yield Connect(egress)
    await egress.close()


@pytest.fixture(scope="session")
def web() -> Generator[nginx.Nginx]:
    """A real web server."""
    with nginx.serve() as running:
        yield running


@pytest.fixture
def server() -> Generator[evil.EvilServer]:
    """One that misbehaves, and remembers what it got."""
    with evil.serve() as running:
        yield running
