"""Which starts have the example: never one of an installation that has not asked for it."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jackfield.bootstrap import assemble
from jackfield.db import Database
from jackfield.example.opening import Example
from jackfield.migrations import upgrade
from jackfield.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, key_file=tmp_path / "keys" / "keys.json")


@contextmanager
def opened(settings: Settings, name: str = "jackfield.db") -> Generator[Database]:
    database = Database.open(f"sqlite:///{settings.data_dir / name}")
    try:
        upgrade(database)
        yield database
    finally:
        database.close()


async def test_an_installation_that_has_people_does_not_get_what_another_start_began(settings: Settings) -> None:
    with opened(settings) as begun:
        assert Example.find(settings, begun)
    with opened(settings, "other.db") as other:
        async with assemble(settings, other) as parts:
            await parts.directory.sign_in.first_start()

        assert Example.find(settings, other) is None


async def test_a_start_that_was_cut_off_goes_on_with_the_next(settings: Settings) -> None:
    with opened(settings) as database:
        assert Example.find(settings, database)
        async with assemble(settings, database):
            pass  # cut off here: the installation is there, and nobody in it
        again = Example.find(settings, database)
        assert again
        async with assemble(settings, database) as parts:
            again.company(parts)
            await parts.directory.sign_in.first_start()

        assert Example.find(settings, database)
