"""The API over the real services, asked through its ASGI interface."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from api.company import Company, found_company
from api.hub import Hub, open_hub
from jackfield.db import Database
from jackfield.migrations import upgrade
from servers import nginx
from servers.nginx import Nginx


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Generator[Database]:
    """For what no query is part of."""
    database = Database.open(f"sqlite:///{tmp_path / 'plain' / 'jackfield.db'}")
    upgrade(database)
    yield database
    database.close()


@pytest.fixture
async def hub(sqlite_database: Database, tmp_path: Path) -> AsyncGenerator[Hub]:
    """An installation on SQLite."""
    async with open_hub(sqlite_database, tmp_path) as opened:
        yield opened


@pytest.fixture
async def stored_hub(database: Database, tmp_path: Path) -> AsyncGenerator[Hub]:
    """An installation on each kind of database."""
    async with open_hub(database, tmp_path) as opened:
        yield opened


OpenHub = Callable[..., Awaitable[Hub]]


@pytest.fixture
async def opens(sqlite_database: Database, tmp_path: Path) -> AsyncGenerator[OpenHub]:
    """Opens an installation with other settings, as `opens(public_url=…)`."""
    async with AsyncExitStack() as stack:

        async def opened(**settings: object) -> Hub:
            return await stack.enter_async_context(open_hub(sqlite_database, tmp_path, **settings))

        yield opened


@pytest.fixture(scope="session")
def server() -> Generator[Nginx]:
    """A real web server to connect to."""
    with nginx.serve() as running:
        yield running


@pytest.fixture
async def company(hub: Hub, server: Nginx) -> Company:
    """A small company on SQLite."""
    return await found_company(hub, server)


@pytest.fixture
async def stored_company(stored_hub: Hub, server: Nginx) -> Company:
    """A small company on each kind of database."""
    return await found_company(stored_hub, server)
