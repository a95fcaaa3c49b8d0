"""A Jackfield of our own: the real program, its own data folder, keys and port, and a command line that talks to it."""

import atexit
import json
import os
import re
import shutil
import socket
import tempfile
import urllib.error
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from jackfield.db import Database
from jackfield.migrations import upgrade
from servers.programs import Program

SECONDS = 60
PASSWORD = "correct horse battery staple"
GENEROUS: dict[str, Any] = {
    "limits__requests_per_second": "1000",
    "limits__requests_burst": "5000",
    "limits__sign_ins_per_minute_account": "1000",
    "limits__sign_ins_per_minute_address": "1000",
}
"""Limits that tests don't meet."""
_CODE = re.compile(r"--code (\S+)")


@dataclass(frozen=True)
class Ran:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.code == 0, self
        return json.loads(self.out)


@dataclass(frozen=True)
class JackfieldServer:
    """A running server, and its dirs."""

    url: str
    code: str
    """The first super admin's one-time code."""
    folder: Path
    environment: Mapping[str, str]
    """Of an operator's commands on this machine."""
    process: Program
    log: Path

    @property
    def data_dir(self) -> Path:
        return self.folder / "data"

    @property
    def key_file(self) -> Path:
        return self.folder / "keys" / "keys.json"

    def run(
        self,
        *arguments: str,
        stdin: str | None = None,
        home: str = "admin",
        environment: Mapping[str, str] | None = None,
        expect: int | None = 0,
    ) -> Ran:
        """A command of the real program; `home` is whose profiles it has, `expect` its exit code (None is any)."""
        ran = run_jackfield(
            *arguments, environment={**self.environment, **_home(self.folder, home), **(environment or {})}, stdin=stdin
        )
        assert expect is None or ran.code == expect, (arguments, ran)
        return ran

    def sign_in(self, name: str, code: str, *, home: str | None = None) -> None:
        """Redeem a one-time code; from then on `run(…, home=name)` is that person."""
        arguments = ("sign-in", self.url, "--name", name, "--code", code, "--password-stdin")
        self.run(*arguments, stdin=PASSWORD + "\n", home=home or name)

    def add_person(self, name: str) -> None:
        """A person who has signed in once."""
        made = self.run("person", "create", name.title(), "--sign-in-name", name, "--json").json
        self.sign_in(name, made["code"])


def run_jackfield(*arguments: str, environment: Mapping[str, str], stdin: str | None = None) -> Ran:
    with tempfile.TemporaryDirectory() as folder:
        given, output, errors = (Path(folder) / name for name in ("stdin", "stdout", "stderr"))
        given.write_text(stdin or "")
        program = Program(["-m", "jackfield", *arguments], environment, output=output, errors=errors, stdin=given)
        try:
            code = program.wait(SECONDS * 2)
        finally:
            program.kill()
        return Ran(code, output.read_text(), errors.read_text())


def clean_environment(folder: Path, **settings: str) -> dict[str, str]:
    """An environment that knows this folder alone; without the example company."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JACKFIELD_")}
    return {
        **kept,
        **_home(folder, "operator"),
        "NO_COLOR": "1",
        "PYTHONUNBUFFERED": "1",
        "JACKFIELD_DATA_DIR": str(folder / "data"),
        "JACKFIELD_KEY_FILE": str(folder / "keys" / "keys.json"),
        "JACKFIELD_EXAMPLE": "false",
        "JACKFIELD_LIMITS__PASSWORD_MEMORY_MIB": "19",
        **{f"JACKFIELD_{name.upper()}": value for name, value in settings.items()},
    }


def _home(folder: Path, name: str) -> dict[str, str]:
    home = folder / "homes" / name
    return {"HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"), "XDG_STATE_HOME": str(home / "state")}


@contextmanager
def running(
    folder: Path, *options: str, with_example: bool = False, port: int = 0, **settings: str
) -> Generator[JackfieldServer]:
    """A server on a port of its own.

    Args:
        folder: Where all that it keeps lies.
        options: Of `jackfield serve`.
        with_example: Leave the example company to the program.
        port: Where it listens; 0 is anywhere.
        settings: By their names without `JACKFIELD_`, in lower case.
    """
    port = port or free_port()
    environment = clean_environment(folder, port=str(port), **settings)
    if with_example:
        del environment["JACKFIELD_EXAMPLE"]
    elif "database_url" not in settings:
        _prepare(folder / "data")
    log = folder / "server.log"
    process = Program(["-m", "jackfield", "serve", *options], environment, output=log)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(url, process, log)
        found = _CODE.search(log.read_text())
        yield JackfieldServer(url, found[1] if found else "", folder, environment, process, log)
        if process.poll() is None:
            process.terminate()
            code = process.wait(SECONDS)
            assert code == 0, (code, log.read_text()[-2000:])
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(SECONDS)


def _prepare(data: Path) -> None:
    """Lay an empty database with the schema of this version where a server would make the same in two seconds."""
    path = data / "jackfield.db"
    if not path.exists():
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy(_template(), path)
        path.chmod(0o600)


@cache
def _template() -> Path:
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    path = Path(folder.name) / "jackfield.db"
    database = Database.open(f"sqlite:///{path}")
    upgrade(database)
    database.close()
    return path


def _wait_until_ready(url: str, process: Program, log: Path) -> None:
    deadline = monotonic() + 2 * SECONDS
    while monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/ready", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            # Not listening yet: look again when the process had its turn.
            sleep(0.02)
    raise AssertionError(f"the server did not start: {log.read_text()[-3000:]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
