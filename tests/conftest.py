"""Fixtures with a life cycle that every test may use."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings

from jackfield.db import Database
from jackfield.migrations import upgrade
from servers import MISSING_PREFIX, postgres

settings.register_profile("jackfield", deadline=None)
settings.load_profile("jackfield")
"""How long an example takes says something of the machine alone."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="run the cases at their full size, too")


@pytest.hookimpl(wrapper=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, object, object]:
    with postgres.shared_by_a_run():
        return (yield)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--full"):
        return
    skip = pytest.mark.skip(reason="full size; run with --full")
    for item in items:
        if any(not marker.args or _database_of(item) in marker.args for marker in item.iter_markers("full")):
            item.add_marker(skip)


def _database_of(item: pytest.Item) -> object:
    return item.callspec.params.get("database") if isinstance(item, pytest.Function) else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line per kind of real server that was not there."""
    missing: set[str] = set()
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else ""
        if reason.startswith(MISSING_PREFIX):
            missing.add(reason.removeprefix(MISSING_PREFIX))
    for line in sorted(missing):
        terminalreporter.write_line(f"not tested here, {line}")


KINDS = ["sqlite", "postgresql"]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the schema of this version, to be copied: making it anew for every test takes too long."""
    path = tmp_path_factory.mktemp("template") / "jackfield.db"
    database = Database.open(f"sqlite:///{path}")
    upgrade(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres_template() -> Generator[str]:
    """The name of a PostgreSQL database with the schema of this version, to be copied."""
    with postgres.fresh_database() as url:
        database = Database.open(url)
        upgrade(database)
        database.close()
        yield url.rpartition("/")[2]


@pytest.fixture(params=KINDS)
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Database]:
    """A database without a schema, once of each kind."""
    if request.param == "sqlite":
        with _opened(f"sqlite:///{tmp_path / 'data' / 'jackfield.db'}") as database:
            yield database
    else:
        with postgres.fresh_database() as url, _opened(url) as database:
            yield database


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Database]:
    """A database with the schema of this version, once of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "data" / "jackfield.db"
        path.parent.mkdir(mode=0o700)
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        with _opened(f"sqlite:///{path}") as opened:
            yield opened
    else:
        template = request.getfixturevalue("postgres_template")
        with postgres.fresh_database(template) as url, _opened(url) as opened:
            yield opened


@contextmanager
def _opened(url: str) -> Generator[Database]:
    opened = Database.open(url)
    try:
        yield opened
    finally:
        opened.close()
