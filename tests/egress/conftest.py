"""The honest and the forbidden end of loopback, and ways out to them."""

from collections.abc import AsyncGenerator, Generator

import pytest

from jackfield.egress import Egress, Reach
from jackfield.settings import Limits
from servers import evil
from servers.evil import policy_for


@pytest.fixture
def server() -> Generator[evil.EvilServer]:
    """A misbehaving server that is on the list of outbound targets."""
    with evil.serve() as running:
        yield running


@pytest.fixture
def canary(server: evil.EvilServer) -> Generator[evil.EvilServer]:
    """The forbidden internal network, on the same port of the next address: only the address tells them apart."""
    with evil.serve("127.0.0.2", server.port) as running:
        yield running
        assert running.connections == 0
        assert running.received == 0


@pytest.fixture
async def egress() -> AsyncGenerator[Egress]:
    made = Egress(Limits())
    yield made
    await made.close()
    assert made.budget.used == 0


@pytest.fixture
def reach(egress: Egress, server: evil.EvilServer) -> Reach:
    """A way out to the server and nowhere else inside."""
    return egress.reach(policy_for(server))
