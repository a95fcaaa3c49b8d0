"""An installation whose connections reach a misbehaving server."""

from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest

from gateway.hall import TOKEN, Hall
from installation import open_house
from jackfield.db import Database
from jackfield.directory import Role
from jackfield.kernel import Secret
from jackfield.settings import Limits
from servers import evil


@pytest.fixture
def server() -> Generator[evil.EvilServer]:
    with evil.serve() as running:
        yield running


@pytest.fixture
async def hall(database: Database, tmp_path: Path, server: evil.EvilServer) -> AsyncGenerator[Hall]:
    """Short deadlines, so that what hangs is soon over."""
    limits = Limits(call_seconds=10, first_byte_seconds=2, idle_seconds=2, circuit_failures=50)
    async with open_house(database, tmp_path, limits) as house:
        await house.allow(server.host, server.port)
        editor = await house.person("erika", Role.EDITOR)
        connection = await house.connect(
            editor, "Tickets", server.url("/"), "bearer", {"token": Secret(TOKEN)}, test_path="/ok"
        )
        assert connection.state == "connected", connection.reason
        yield Hall(house, editor, server, connection.id)
