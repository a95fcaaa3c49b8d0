"""An installation with an editor and a connection."""

from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest

from installation import open_house
from jackfield.db import Database
from jackfield.directory import Role
from jackfield.kernel import Secret
from jackfield.settings import Limits
from processes.yard import Yard
from servers import evil


@pytest.fixture
def server() -> Generator[evil.EvilServer]:
    with evil.serve() as running:
        yield running


@pytest.fixture
async def yard(database: Database, tmp_path: Path, server: evil.EvilServer) -> AsyncGenerator[Yard]:
    limits = Limits(call_seconds=5, first_byte_seconds=2, idle_seconds=2, circuit_failures=500)
    async with open_house(database, tmp_path, limits) as house:
        await house.allow(server.host, server.port)
        editor = await house.person("erika", Role.EDITOR)
        tickets = await house.connect(
            editor, "Tickets", server.url("/"), "bearer", {"token": Secret("canary-of-the-yard")}, test_path="/ok"
        )
        assert tickets.state == "connected", tickets.reason
        yield Yard(house, editor, server, tickets)
