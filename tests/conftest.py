"""Fixtures with a life cycle that every test may use."""

from collections.abc import Generator
from pathlib import Path

import pytest

from jackfield.db import Database
from jackfield.migrations import upgrade
from servers import MISSING_PREFIX, postgres


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="run the cases at their full size, too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--full"):
        return
    skip = pytest.mark.skip(reason="full size; run with --full")
    for item in items:
        if item.get_closest_marker("full"):
            item.add_marker(skip)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line per kind of real server that was not there."""
    missing: set[str] = set()
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else ""
        if reason.startswith(MISSING_PREFIX):
            missing.add(reason.removeprefix(MISSING_PREFIX))
    for line in sorted(missing):
        terminalreporter.write_line(f"not tested here, {line}")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Database]:
    """A database without a schema, once of each kind."""
    if request.param == "sqlite":
        database = Database.open(f"sqlite:///{tmp_path / 'data' / 'jackfield.db'}")
        yield database
        database.close()
    else:
        with postgres.fresh_database() as url:
            database = Database.open(url)
            yield database
            database.close()


@pytest.fixture
def database(empty_database: Database) -> Database:
    """A database with the schema of this version, once of each kind."""
    upgrade(empty_database)
    return empty_database
