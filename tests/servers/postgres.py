"""A PostgreSQL server: the one of `JACKFIELD_TEST_POSTGRES`, or the machine's, or one of its own."""

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
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from servers import needs

_CANDIDATES = (
    os.environ.get("JACKFIELD_TEST_POSTGRES", ""),
    "postgresql://postgres@127.0.0.1:5432/postgres",
    "postgresql:///postgres",
)


def _answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=3):
            return True
    except psycopg.OperationalError:
        return False


@cache
def admin_url() -> str:
    """The URL of a server on which databases can be made; skips where there is none."""
    found = next(filter(_answers, filter(None, _CANDIDATES)), None)
    return found or needs(
        "a PostgreSQL server", "apt-get install postgresql, or set JACKFIELD_TEST_POSTGRES to a superuser's URL"
    )


@contextmanager
def fresh_database(template: str | None = None) -> Generator[str]:
    """The URL of an empty database (or a copy of `template`), dropped afterwards."""
    url = admin_url()
    name = f"jackfield_test_{secrets.token_hex(6)}"
    statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if template:
        statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
    with psycopg.connect(url, autocommit=True) as admin:
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


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else needs("PostgreSQL's programs", "apt-get install postgresql")


@contextmanager
def own_cluster(certificate: str, key: str, *, settings: str = "") -> Generator[OwnCluster]:
    """Start one on a free port of 127.0.0.1; everything of it is gone afterwards.

    Args:
        certificate: What it proves itself with, in PEM; empty for a server without TLS.
        key: Its private key, in PEM.
        settings: More lines of postgresql.conf.
    """
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="jackfield-pg-"))
    # PostgreSQL refuses to run as root.
    account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    as_user: dict[str, Any] = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    port = _free_port()
    data = folder / "data"
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stdin": subprocess.DEVNULL, "timeout": 60, "cwd": "/"}
    try:
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", "postgres", "--auth-local=trust", "--auth-host=scram-sha-256",
             "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"],
            check=True, **quiet, **as_user,
        )  # fmt: skip
        if certificate:
            (data / "server.crt").write_text(certificate)
            (data / "server.key").write_text(key)
            (data / "server.key").chmod(0o600)
            if account:
                os.chown(data / "server.key", account.pw_uid, account.pw_gid)
        with (data / "postgresql.conf").open("a") as conf:
            conf.write(
                f"\nlisten_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{folder}'\nfsync = off\n"
                f"shared_buffers = 16MB\nmax_connections = 60\nssl = {'on' if certificate else 'off'}\n{settings}\n"
            )
        control = [programs / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", folder / "log"]
        subprocess.run([*control, "start"], check=True, **quiet, **as_user)

        def stop_at_once() -> None:
            subprocess.run([*control, "stop", "-m", "immediate"], check=True, **quiet, **as_user)

        def start_again() -> None:
            subprocess.run([*control, "start"], check=True, **quiet, **as_user)

        try:
            url = f"postgresql://postgres@/postgres?host={folder}&port={port}"
            yield OwnCluster(port, url, stop_at_once, start_again)
        finally:
            if (data / "postmaster.pid").exists():
                stop_at_once()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
