"""A MariaDB server of its own, on a free port of 127.0.0.1."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pymysql

from servers import needs

SECONDS = 60


@dataclass(frozen=True)
class MariaDb:
    """What one needs to use it."""

    port: int
    socket: str
    """Over which root signs in without a password."""
    process: subprocess.Popen[bytes]

    def admin(self) -> "pymysql.Connection[Any]":
        """A connection that may do everything; closed by whoever asked."""
        return pymysql.connect(unix_socket=self.socket, user="root", autocommit=True, charset="utf8mb4")


def _program(*names: str) -> str:
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
    found = next((one for name in names if (one := shutil.which(name, path=path))), None)
    return found or needs("a MariaDB server", "apt-get install mariadb-server")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def own_server(certificate: str = "", key: str = "", authority: str = "") -> Generator[MariaDb]:
    """Start one; everything of it is gone afterwards.

    Args:
        certificate: What it proves itself with, in PEM; empty for a server without TLS.
        key: Its private key, in PEM.
        authority: The certificate that signed it, in PEM.
    """
    install, server = _program("mariadb-install-db", "mysql_install_db"), _program("mariadbd", "mysqld")
    folder = Path(tempfile.mkdtemp(prefix="jackfield-my-"))
    account = pwd.getpwnam("mysql") if os.geteuid() == 0 else None
    user = [f"--user={account.pw_name}"] if account else []
    port, path, data = _free_port(), str(folder / "s"), folder / "data"
    tls: list[str] = ["--skip-ssl"]
    if certificate:
        for name, text in (("cert", certificate), ("key", key), ("ca", authority)):
            (folder / name).write_text(text)
        tls = [f"--ssl-cert={folder}/cert", f"--ssl-key={folder}/key", f"--ssl-ca={folder}/ca"]
    if account:
        for one in (folder, *folder.iterdir()):
            os.chown(one, account.pw_uid, account.pw_gid)
    try:
        subprocess.run(
            [install, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal", *user],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, check=True, timeout=SECONDS,
        )  # fmt: skip
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [server, "--no-defaults", f"--datadir={data}", f"--port={port}", f"--socket={path}",
                 f"--pid-file={folder}/pid", "--bind-address=127.0.0.1", "--skip-name-resolve",
                 "--innodb-buffer-pool-size=16M", "--innodb-flush-log-at-trx-commit=0", "--performance-schema=off",
                 "--max-allowed-packet=128M", *tls, *user],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        try:
            found = MariaDb(port, path, process)
            _wait(found, folder / "log")
            yield found
        finally:
            process.kill()
            process.wait(SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(server: MariaDb, log: Path) -> None:
    deadline = monotonic() + SECONDS
    while monotonic() < deadline and server.process.poll() is None:
        try:
            server.admin().close()
        except pymysql.err.OperationalError:
            # Not listening yet: look again when the process had its turn.
            sleep(0.02)
        else:
            return
    raise AssertionError(f"MariaDB did not start: {log.read_text()[-2000:]}")
