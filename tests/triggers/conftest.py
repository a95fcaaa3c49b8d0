"""An installation with triggers in it."""

import shutil
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest

from jackfield.db import Database
from servers import dovecot
from triggers.house import Station, open_station
from triggers.post import Post, open_post


@pytest.fixture
def plain_database(sqlite_template: Path, tmp_path: Path) -> Generator[Database]:
    """For what no query, and no other server process, is part of."""
    path = tmp_path / "plain" / "jackfield.db"
    path.parent.mkdir(mode=0o700)
    shutil.copy(sqlite_template, path)
    database = Database.open(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
async def station(plain_database: Database, tmp_path: Path) -> AsyncGenerator[Station]:
    """On SQLite."""
    async with open_station(plain_database, tmp_path) as opened:
        yield opened


@pytest.fixture
async def stored_station(database: Database, tmp_path: Path) -> AsyncGenerator[Station]:
    """On each kind of database."""
    async with open_station(database, tmp_path) as opened:
        yield opened


@pytest.fixture
def server() -> Generator[dovecot.Dovecot]:
    with dovecot.serve() as running:
        yield running


@pytest.fixture
async def post(plain_database: Database, tmp_path: Path, server: dovecot.Dovecot) -> AsyncGenerator[Post]:
    """On SQLite."""
    async with open_post(plain_database, tmp_path, server) as opened:
        yield opened


@pytest.fixture
async def stored_post(database: Database, tmp_path: Path, server: dovecot.Dovecot) -> AsyncGenerator[Post]:
    """On each kind of database."""
    async with open_post(database, tmp_path, server) as opened:
        yield opened
