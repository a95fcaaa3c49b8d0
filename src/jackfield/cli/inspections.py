"""What the doctor looks at, one function each. None makes or changes anything."""

import asyncio
import os
import platform
import resource
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import jackfield.bootstrap  # noqa: F401  # pyright: ignore[reportUnusedImport]  # with it every table is known
from jackfield.api.local_account import can_tell_accounts
from jackfield.audit import AuditLog, AuditQuery
from jackfield.cli.database import sqlite_path
from jackfield.cli.failures import UNREACHABLE, CommandError
from jackfield.cli.findings import Finding, Mark, bad, good, warning
from jackfield.cli.remote import open_remote
from jackfield.db import SQLITE, Database
from jackfield.directory import Installation, find_installation
from jackfield.errors import HubError
from jackfield.example.record import ExampleFolder
from jackfield.kernel import PageRequest, SystemClock
from jackfield.migrations import HEAD, find_missing_tables, find_version
from jackfield.settings import Settings
from jackfield.vault import Vault, key_file_status, lies_within, require_same_keys

_LEAST_FREE: Final = 1 << 30
_NEXT_TO_NONE: Final = 1 << 18
_VERIFIED_AT_ONCE: Final = 20_000
"""Rows that are checked in a few seconds; longer records are for `jackfield audit verify`."""
_SKEW: Final = timedelta(seconds=30)
_SPARE_FILES: Final = 512


def inspect_program(settings: Settings) -> Iterator[Finding]:  # noqa: ARG001  # all inspections are called alike
    """Which Jackfield this is, the interpreter, and the SQLite in it."""
    yield good("jackfield", version("jackfield"))
    yield good("python", f"{platform.python_version()}, SQLite {SQLITE.sqlite_version}")


def inspect_database(settings: Settings) -> Iterator[Finding]:
    """Whether it is there, reachable, and ours."""
    url = settings.effective_database_url
    path = sqlite_path(url)
    found = [] if path is None else list(_inspect_file(path))
    yield from found
    if any(one.mark is Mark.BAD for one in found) or (path is not None and not path.exists()):
        return
    try:
        database = Database.open(url)
    except HubError as error:
        yield bad("database", error.message, "correct JACKFIELD_DATABASE_URL")
        return
    yield from _inspect_tables(database)


def _inspect_tables(database: Database) -> Iterator[Finding]:
    try:
        database.check()
        schema = find_version(database)
        missing = find_missing_tables(database) if schema == HEAD else []
        known = None if schema is None else database.read_now(find_installation)
    except HubError as error:
        yield bad("database", error.message, "start the database, or correct JACKFIELD_DATABASE_URL")
        return
    except Exception as error:  # noqa: BLE001  # the driver's errors; whatever it is, the operator must look
        yield bad(
            "database", f"its tables can't be read ({type(error).__name__})", "restore the database from its backup"
        )
        return
    finally:
        database.close()
    if not database.is_sqlite:
        place = database.engine.url
        yield good("database", f"PostgreSQL at {place.host or 'this machine'}, {place.database}")
    if missing:
        yield bad("schema", f"tables are missing: {', '.join(missing)}", "restore the whole database from its backup")
    else:
        yield _judge_schema(schema)
    if known is not None:
        yield good("installation", f"{known.id}, since {known.created_at:%Y-%m-%d}")


def _inspect_file(path: Path) -> Iterator[Finding]:
    if not path.exists():
        yield _judge_absence(path)
    elif not os.access(path, os.R_OK | os.W_OK):
        yield bad("database", f"{path} can't be read and written", "run this as the server's user")
    elif shutil.disk_usage(path.parent).free < _NEXT_TO_NONE:
        # Without room SQLite can't even read, and what it says then sounds as if the file was broken.
        yield bad("disk", f"{path.parent} is full", "make room, then look again; the database itself may be whole")
    else:
        yield from _inspect_sqlite(path)


def _judge_absence(path: Path) -> Finding:
    there = next(one for one in path.parents if one.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        what = "no folder" if not there.is_dir() else "a folder that can't be written into"
        advice = "set JACKFIELD_DATA_DIR to a folder that the server's user may write into"
        return bad("database", f"there is none at {path}, and {there} is {what}", advice)
    return warning("database", f"there is none at {path}", "`jackfield serve` makes it at its first start")


def _judge_schema(version: str | None) -> Finding:
    if version is None:
        return warning("schema", "the database is empty", "`jackfield serve` makes the installation")
    if version == HEAD:
        return good("schema", f"version {version}, as this Jackfield has it")
    if version < HEAD:
        return warning(
            "schema", f"version {version}, this Jackfield has {HEAD}", "`jackfield serve` brings it up to date"
        )
    return bad("schema", f"version {version}, newer than this Jackfield ({HEAD})", "start the newer Jackfield again")


def _inspect_sqlite(path: Path) -> Iterator[Finding]:
    try:
        with closing(SQLITE.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
            mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except SQLITE.Error as error:
        yield bad("database", f"{path} can't be read: {error}", "restore it from its backup")
        return
    kept = "a write-ahead log" if mode == "wal" else "a rollback journal"
    yield good("database", f"SQLite in {path}, with {kept}")
    free = shutil.disk_usage(path.parent).free
    if free < _LEAST_FREE:
        yield warning(
            "disk", f"{free >> 20} MiB are free in {path.parent}", "what can't be recorded isn't done: make room"
        )
    if path.stat().st_mode & 0o077 and path.parent.stat().st_mode & 0o077:
        yield warning("database", f"others on this machine can read {path}", f"run `chmod 700 {path.parent}`")


def inspect_keys(settings: Settings) -> Iterator[Finding]:
    """The key file: there, closed, belonging to the database, and apart from it."""
    status = key_file_status(settings.key_file)
    known = _installation_or_none(settings)
    if status.mode is None and known is None:
        yield warning(
            "keys", f"there is no key file at {settings.key_file}", "`jackfield serve` makes it at its first start"
        )
        return
    for problem in status.problems:
        yield bad("keys", problem, "`jackfield keys check` says more")
    if status.keys and known is not None:
        try:
            require_same_keys(Vault.open(settings.key_file, open_to_others=True), known.key_check)
        except HubError as error:
            yield bad("keys", error.message, "put the right key file back, or point to it with JACKFIELD_KEY_FILE")
        else:
            count = len(status.keys)
            yield good("keys", f"{status.path} belongs to the database; {count} {'key' if count == 1 else 'keys'}")
    if len(status.keys) > 1:
        yield warning("keys", "a rotation was interrupted, or is running", "`jackfield keys rotate` finishes it")
    if sqlite_path(settings.effective_database_url) is not None and lies_within(settings.key_file, settings.data_dir):
        yield warning(
            "keys",
            f"the key file lies in the data folder {settings.data_dir}: one backup takes the keys along with what they "
            f"protect",
            "move it, and set JACKFIELD_KEY_FILE",
        )


def inspect_record(settings: Settings) -> Iterator[Finding]:
    """The audit: unchanged, and its second place writable."""
    known = _installation_or_none(settings)
    if known is None:
        return
    try:
        vault = Vault.open(settings.key_file, open_to_others=True)
        require_same_keys(vault, known.key_check)
    except HubError:
        return
    database = Database.open(settings.effective_database_url)
    try:
        yield from asyncio.run(_inspect_record(settings, database, vault))
    except HubError as error:
        yield bad("audit", error.message, "nothing is done that can't be recorded: make the place writable")
    except Exception as error:  # noqa: BLE001  # the driver's errors; whatever it is, the operator must look
        yield bad("audit", f"it can't be read ({type(error).__name__})", "restore the database from its backup")
    finally:
        database.close()


async def _inspect_record(settings: Settings, database: Database, vault: Vault) -> list[Finding]:
    clock = SystemClock()
    audit = AuditLog(
        database,
        mac=lambda data: vault.mac("audit", data),
        clock=clock,
        limits=settings.limits,
        file=settings.audit_file,
    )
    found: list[Finding] = []
    try:
        end = await audit.anchor()
        if end.count > _VERIFIED_AT_ONCE:
            found.append(good("audit", f"{end.count} rows; `jackfield audit verify` checks them all"))
        else:
            result = await audit.verify()
            found += [
                bad("audit", one.message, "find out who changed it; a backup shows what it was")
                for one in result.findings
            ]
            if result.is_intact:
                found.append(good("audit", f"all {result.rows} rows are as they were recorded"))
        latest = await audit.list_entries(AuditQuery(), PageRequest(1))
        if latest.items and latest.items[0].at > clock.now() + _SKEW:
            found.append(
                bad("clock", "the last entry of the audit is from the future", "set the clock; sessions depend on it")
            )
    finally:
        await audit.close()
    return found


def inspect_files_roots(settings: Settings) -> Iterator[Finding]:
    """The folders that connections may lie in."""
    for root in settings.files_roots:
        if not root.is_absolute():
            yield bad("files", f"{root} is no absolute path", "write JACKFIELD_FILES_ROOTS from / on")
        elif not root.is_dir():
            yield bad("files", f"there is no folder {root}", "make it, or take it out of JACKFIELD_FILES_ROOTS")
        elif not os.access(root, os.R_OK | os.X_OK):
            yield bad("files", f"{root} can't be read", "let the server's user read it")
        elif lies_within(settings.key_file, root) or lies_within(settings.data_dir, root):
            yield bad(
                "files",
                f"{root} contains the database or the key file: a connection could read them",
                "choose another folder for JACKFIELD_FILES_ROOTS",
            )
        else:
            yield good("files", f"connections may lie in {root}")


def inspect_example(settings: Settings) -> Iterator[Finding]:
    """Whether anybody at this machine can be somebody without a password."""
    if settings.example is not False and ExampleFolder(settings.data_dir).find() is not None:
        whose = "programs of the server's account" if can_tell_accounts() else "whoever has an account on this machine"
        yield warning(
            "example",
            f"{whose} can sign in as the people of the example company, without a password",
            "before real systems are connected: `jackfield example remove`, or JACKFIELD_EXAMPLE=false",
        )


def inspect_hosts(settings: Settings) -> Iterator[Finding]:
    """By which names it is reached."""
    url = urlsplit(settings.effective_public_url)
    if url.scheme not in {"http", "https"} or not url.hostname or url.path.strip("/"):
        yield bad("address", "JACKFIELD_PUBLIC_URL can't be used", "write it like https://jackfield.example.com")
        return
    names = ", ".join([url.netloc, *settings.allowed_hosts])
    if url.scheme == "http" and not _is_loopback(url.hostname):
        yield warning(
            "address",
            f"people reach it unencrypted, at {settings.effective_public_url}",
            "put a proxy with TLS before it, and set JACKFIELD_PUBLIC_URL to its https URL",
        )
    elif not settings.public_url and not _is_loopback(settings.host):
        yield warning("address", f"it listens on {settings.host}", "set JACKFIELD_PUBLIC_URL to how people reach it")
    else:
        yield good("address", f"requests for {names} are answered")


def inspect_open_files(settings: Settings) -> Iterator[Finding]:
    """Whether there may be as many connections as are to be accepted."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = settings.limits.inbound_connections + _SPARE_FILES
    if hard != resource.RLIM_INFINITY and hard < wanted:
        yield warning(
            "open files",
            f"at most {hard}; {wanted} are needed for {settings.limits.inbound_connections} connections",
            "raise it (`ulimit -Hn`, or LimitNOFILE= of the service), or lower JACKFIELD_LIMITS__INBOUND_CONNECTIONS",
        )
    else:
        yield good("open files", "enough may be open")


def inspect_clock(settings: Settings) -> Iterator[Finding]:
    """Whether this machine knows what time it is, as far as it can tell alone."""
    now = datetime.now(UTC)
    try:
        newest = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
    except OSError:
        newest = now
    if newest > now + _SKEW:
        yield bad("clock", f"it says {now:%Y-%m-%d %H:%M} UTC, before this program was installed", "set the clock")
    else:
        yield good("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC")
    del settings


def inspect_answer(settings: Settings) -> Iterator[Finding]:
    """Whether a server answers where people look for it."""
    url = settings.effective_public_url
    try:
        with open_remote(url, None) as remote:
            answer = remote.send("GET", "/ready")
    except CommandError as error:
        checks = error.problem.get("checks")
        if error.exit_code == UNREACHABLE and not checks:
            yield warning("server", f"none answers at {url}", "start it with `jackfield serve`")
        else:
            yield bad("server", error.message, "its log says more")
        return
    yield good("server", f"ready at {url}")
    sent = {name.lower(): value for name, value in answer.headers}.get("date")
    if sent is None:
        return
    try:
        skew = abs(parsedate_to_datetime(sent) - datetime.now(UTC))
    except (ValueError, TypeError):
        return
    if skew > _SKEW:
        yield bad("clock", f"the server's is {skew.seconds} s apart from this machine's", "set both by NTP")


def _installation_or_none(settings: Settings) -> Installation | None:
    path = sqlite_path(settings.effective_database_url)
    if path is not None and not path.exists():
        return None
    try:
        return _find_installation(settings)
    except Exception:  # noqa: BLE001  # the inspection of the database says what is wrong
        return None


def _find_installation(settings: Settings) -> Installation | None:
    database = Database.open(settings.effective_database_url)
    try:
        database.check()
        return database.read_now(find_installation)
    finally:
        database.close()


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
