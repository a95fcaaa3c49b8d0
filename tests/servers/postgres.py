"""PostgreSQL servers: one that all tests of a run share for their databases, and servers of a test's own.

The shared one is that of `JACKFIELD_TEST_POSTGRES`, or one of the run's own, or, without PostgreSQL's programs, the
machine's. One of the run's own never waits for a disk, and making a thousand databases is mostly that.
"""

import fcntl
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from servers import needs

_RUN = "JACKFIELD_TEST_RUN"
"""The environment variable that tells every process of a run of the tests the folder they share."""
_OF_THE_MACHINE = ("postgresql://postgres@127.0.0.1:5432/postgres", "postgresql:///postgres")


@contextmanager
def shared_by_a_run() -> Generator[None]:
    """Within it, all processes started from here share one server, which the first of them to need it starts."""
    if _RUN in os.environ:
        yield
        return
    folder = Path(tempfile.mkdtemp(prefix="jackfield-tests-"))
    folder.chmod(0o711)
    os.environ[_RUN] = str(folder)
    try:
        yield
    finally:
        del os.environ[_RUN]
        _stop(folder / "postgres")
        shutil.rmtree(folder, ignore_errors=True)


@cache
def admin_url() -> str:
    """The URL of a server on which databases can be made; skips where there is none."""
    if given := os.environ.get("JACKFIELD_TEST_POSTGRES"):
        return given
    if _programs():
        return _of_the_run(Path(os.environ[_RUN]))
    found = next(filter(_answers, _OF_THE_MACHINE), None)
    return found or needs(
        "a PostgreSQL server", "apt-get install postgresql, or set JACKFIELD_TEST_POSTGRES to a superuser's URL"
    )


def _of_the_run(shared: Path) -> str:
    folder, url = shared / "postgres", shared / "postgres.url"
    with (shared / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not url.exists():
            folder.mkdir()
            cluster = _start(folder, "--auth-host=trust", "max_connections = 300")
            url.write_text(f"postgresql://postgres@127.0.0.1:{cluster.port}/postgres")
    return url.read_text()


def _answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=3):
            return True
    except psycopg.OperationalError:
        return False


@contextmanager
def fresh_database(template: str | None = None) -> Generator[str]:
    """The URL of an empty database (or a copy of `template`), dropped afterwards."""
    url = admin_url()
    name = f"jackfield_test_{secrets.token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as admin:
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template:
            statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
            if admin.info.server_version >= 150_000 and admin.execute("SHOW fsync").fetchone() == ("off",):
                # Files copied as they are: much quicker, but for a server that waits for its disk.
                statement += sql.SQL(" STRATEGY file_copy")
        admin.execute(statement)
    try:
        yield url.rpartition("/")[0] + f"/{name}"
    finally:
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@dataclass(frozen=True)
class OwnCluster:
    """A PostgreSQL server of its own, with passwords (SCRAM) and TLS."""

    port: int
    admin: str
    """The URL of its superuser, over a socket that asks for no password."""
    stop_at_once: Callable[[], None]
    """As a crash would."""
    start_again: Callable[[], None]


@contextmanager
def own_cluster(certificate: str, key: str, *, settings: str = "") -> Generator[OwnCluster]:
    """Start one on a free port of 127.0.0.1; everything of it is gone afterwards.

    Args:
        certificate: What it proves itself with, in PEM; empty for a server without TLS.
        key: Its private key, in PEM.
        settings: More lines of postgresql.conf.
    """
    if not _programs():
        needs("PostgreSQL's programs", "apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="jackfield-pg-"))
    try:
        yield _start(
            folder,
            "--auth-host=scram-sha-256",
            f"shared_buffers = 16MB\nmax_connections = 60\n{settings}",
            certificate,
            key,
        )
    finally:
        _stop(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path, authentication: str, settings: str, certificate: str = "", key: str = "") -> OwnCluster:
    data = folder / "data"
    account = _account()
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    _run(
        folder, "initdb", "-D", str(data), "-U", "postgres", "--auth-local=trust", authentication, "--no-sync",
        "-E", "UTF8", "--locale=C.UTF-8",
    )  # fmt: skip
    if certificate:
        (data / "server.crt").write_text(certificate)
        (data / "server.key").write_text(key)
        (data / "server.key").chmod(0o600)
        if account:
            os.chown(data / "server.key", account.pw_uid, account.pw_gid)
    port = _free_port()
    with (data / "postgresql.conf").open("a") as conf:
        conf.write(
            f"\nlisten_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{folder}'\nfsync = off\n"
            f"ssl = {'on' if certificate else 'off'}\n{settings}\n"
        )

    def start() -> None:
        _control(folder, "-l", str(folder / "log"), "start")

    start()
    return OwnCluster(port, f"postgresql://postgres@/postgres?host={folder}&port={port}", partial(_stop, folder), start)


def _stop(folder: Path) -> None:
    if (folder / "data" / "postmaster.pid").exists():
        _control(folder, "stop", "-m", "immediate")


def _control(folder: Path, *arguments: str) -> None:
    _run(folder, "pg_ctl", "-D", str(folder / "data"), "-w", "-t", "60", *arguments)


def _run(folder: Path, program: str, *arguments: str) -> None:
    account = _account()
    quiet: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    as_user: dict[str, Any] = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    command = shutil.which(program, path=_programs())
    subprocess.run([str(command), *arguments], check=True, timeout=60, cwd=folder, **quiet, **as_user)


def _programs() -> str:
    """The folder of PostgreSQL's programs; empty where they are not."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = found[-1] if found else shutil.which("initdb")
    return str(Path(on_path).parent) if on_path else ""


def _account() -> pwd.struct_passwd | None:
    """Whom the programs run as: PostgreSQL refuses to run as root."""
    return pwd.getpwnam("postgres") if os.geteuid() == 0 else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
