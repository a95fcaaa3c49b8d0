"""How SQLite keeps its file: durable, for its owner alone, and with nothing left of what was destroyed."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from jackfield.db import SQLITE, Database, Transaction
from jackfield.db.sqlite import journal_of, make_engine
from jackfield.errors import MisconfiguredError

NEW = pytest.mark.skipif(journal_of(SQLITE.sqlite_version_info) != "wal", reason="no SQLite that is new enough here")
OLD = pytest.mark.skipif(journal_of(sqlite3.sqlite_version_info) == "wal", reason="Python's own SQLite is new")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "jackfield.db"


@contextmanager
def opened(path: Path) -> Generator[Database]:
    database = Database.open(f"sqlite:///{path}")
    try:
        yield database
    finally:
        database.close()


@contextmanager
def opened_with_pythons_own(path: Path) -> Generator[Database]:
    database = Database(make_engine(make_url(f"sqlite:///{path}"), 2, sqlite3))
    try:
        yield database
    finally:
        database.close()


@contextmanager
def opened_elsewhere(path: Path) -> Generator[None]:
    """A process that has the database open."""
    program = (
        "import sys; from sqlalchemy import text; from jackfield.db import Database\n"
        "database = Database.open(sys.argv[1])\n"
        "database.write_now(lambda tx: tx.connection.execute(text('CREATE TABLE elsewhere (x)')))\n"
        "print('ready', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, f"sqlite:///{path}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        yield
        assert process.stdin
        process.stdin.close()


def run(database: Database, *statements: str) -> None:
    def work(tx: Transaction) -> None:
        for statement in statements:
            tx.connection.execute(text(statement))

    database.write_now(work)


def pragma(database: Database, name: str) -> object:
    return database.read_now(lambda tx: tx.connection.execute(text(f"PRAGMA {name}")).scalar())


def files(path: Path) -> dict[str, bytes]:
    return {one.name.removeprefix(path.name): one.read_bytes() for one in path.parent.iterdir()}


@pytest.mark.requirement("D60")
def test_it_runs_with_the_settings_that_survive_power_loss(path: Path) -> None:
    with opened(path) as database:
        found = {
            name: pragma(database, name)
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "trusted_schema")
        }

    assert found == {
        "journal_mode": journal_of(SQLITE.sqlite_version_info),
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "trusted_schema": 0,
    }


@pytest.mark.requirement("D60")
@pytest.mark.parametrize(
    ("version", "journal"),
    [((3, 40, 1), "truncate"), ((3, 51, 2), "truncate"), ((3, 51, 3), "wal"), ((4, 0, 0), "wal")],
)
def test_an_old_library_never_has_a_write_ahead_log(version: tuple[int, int, int], journal: str) -> None:
    assert journal_of(version) == journal


@OLD
@pytest.mark.requirement("D60")
def test_libraries_old_and_new_take_over_from_each_other(path: Path) -> None:
    with opened(path) as database:
        run(database, "CREATE TABLE t (x)", "INSERT INTO t VALUES (1)")
    with opened_with_pythons_own(path) as database:
        assert pragma(database, "journal_mode") == "truncate"
        run(database, "INSERT INTO t VALUES (2)")
    with opened(path) as database:
        assert pragma(database, "journal_mode") == journal_of(SQLITE.sqlite_version_info)
        assert database.read_now(lambda tx: tx.connection.execute(text("SELECT sum(x) FROM t")).scalar()) == 3


@NEW
@OLD
@pytest.mark.requirement("D60")
def test_an_old_library_refuses_what_a_new_one_has_open(path: Path) -> None:
    with (
        opened_elsewhere(path),
        opened_with_pythons_own(path) as database,
        pytest.raises(MisconfiguredError, match="write-ahead log"),
    ):
        run(database, "CREATE TABLE t (x)")


def test_every_file_is_for_its_owner_alone_and_only_one_is_left_behind(path: Path) -> None:
    before = os.umask(0)
    try:
        with opened(path) as database:
            run(database, "CREATE TABLE t (x)")
            modes = {one.name: one.stat().st_mode & 0o777 for one in path.parent.iterdir()}
    finally:
        os.umask(before)

    assert set(modes.values()) == {0o600}
    assert set(files(path)) == {""}


@pytest.mark.requirement("D09")
def test_what_is_destroyed_is_in_no_file_any_more(path: Path) -> None:
    secret = b"sealed-and-to-be-destroyed"

    def destroy(tx: Transaction) -> None:
        tx.connection.execute(text("DELETE FROM t"))
        tx.destroys_secrets = True

    with opened(path) as database:
        run(database, "CREATE TABLE t (x)", f"INSERT INTO t VALUES ('{secret.decode()}')")
        assert any(secret in content for content in files(path).values())
        database.write_now(destroy)

        assert not any(secret in content for content in files(path).values())


@NEW
@pytest.mark.requirement("D09")
def test_what_somebody_still_reads_is_cleaned_away_after_a_later_write(path: Path) -> None:
    secret = b"sealed-and-to-be-destroyed"

    def destroy(tx: Transaction) -> None:
        tx.connection.execute(text("DELETE FROM t"))
        tx.destroys_secrets = True

    with opened(path) as database:
        run(database, "CREATE TABLE t (x)", f"INSERT INTO t VALUES ('{secret.decode()}')")
        with database.engine.connect().execution_options(jackfield_immediate=False) as reader, reader.begin():
            assert reader.execute(text("SELECT count(*) FROM t")).scalar() == 1
            database.write_now(destroy)
            assert any(secret in content for content in files(path).values())
        while any(secret in content for content in files(path).values()):
            run(database, "INSERT INTO t VALUES (1)")


@NEW
def test_a_log_that_cannot_be_emptied_undoes_nothing_and_is_tried_again(path: Path) -> None:
    with opened(path) as database:
        run(database, "CREATE TABLE t (x)")
        with database.engine.connect().execution_options(jackfield_immediate=False) as reader, reader.begin():
            reader.execute(text("SELECT count(*) FROM t")).scalar()
            run(database, "INSERT INTO t VALUES (1)")
            assert database.empty_log() is False
        assert database.empty_log() is True
        assert database.read_now(lambda tx: tx.connection.execute(text("SELECT count(*) FROM t")).scalar()) == 1


@NEW
@pytest.mark.requirement("D09")
def test_what_a_killed_process_left_in_the_log_is_cleaned_away_by_the_next(path: Path) -> None:
    secret = b"sealed-and-to-be-destroyed"
    program = (
        "import os, sys; from sqlalchemy import text; from jackfield.db import Database\n"
        "database = Database.open(sys.argv[1])\n"
        "for statement in sys.argv[2:]: database.write_now(lambda tx: tx.connection.execute(text(statement)))\n"
        "os._exit(0)"
    )
    statements = ["CREATE TABLE t (x)", f"INSERT INTO t VALUES ('{secret.decode()}')", "DELETE FROM t"]
    subprocess.run([sys.executable, "-c", program, f"sqlite:///{path}", *statements], check=True)
    assert secret in files(path)["-wal"]

    with opened(path) as database:
        run(database, "INSERT INTO t VALUES (1)")

        assert not any(secret in content for content in files(path).values())
