"""The office that the tests of custom integrations work in."""

import shutil
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest

from api.hub import open_hub
from integrations.office import Office, open_office
from jackfield.db import Database
from servers import evil


@pytest.fixture
def server() -> Generator[evil.EvilServer]:
    """It remembers what it got."""
    with evil.serve() as running:
        yield running


@pytest.fixture
async def stored_office(database: Database, server: evil.EvilServer, tmp_path: Path) -> AsyncGenerator[Office]:
    """On each kind of database."""
    async with open_hub(database, tmp_path) as hub:
        yield await open_office(hub, server)


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Generator[Database]:
    """For what no query is part of."""
    path = tmp_path / "plain" / "jackfield.db"
    path.parent.mkdir(mode=0o700)
    shutil.copy(sqlite_template, path)
    database = Database.open(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
async def office(sqlite_database: Database, server: evil.EvilServer, tmp_path: Path) -> AsyncGenerator[Office]:
    """On SQLite."""
    async with open_hub(sqlite_database, tmp_path) as hub:
        yield await open_office(hub, server)
