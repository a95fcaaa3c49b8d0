"""What is in the systems at the beginning; made once, and then theirs."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from jackfield.example.systems.contents import customers, documents, mails, tickets
from jackfield.example.systems.mail_store import MailStore
from jackfield.example.systems.ticket_store import TicketStore


def make_contents(folder: Path) -> None:
    """Make what isn't there yet; each thing is there as a whole or not at all."""
    now = datetime.now(UTC)
    files = folder / "files"
    (files / "customers").mkdir(parents=True, exist_ok=True, mode=0o700)
    _make(folder / "mail.db", lambda file: mails.fill(MailStore(file), now))
    _make(folder / "tickets.db", lambda file: tickets.fill(TicketStore(file), now))
    _make(files / "customers" / "customers.db", lambda file: _fill_customers(file, now))
    _make(files / "documents", lambda path: documents.write_documents(path, now))
    _make(files / "manuals", documents.write_manuals)


def _make(target: Path, fill: Callable[[Path], None]) -> None:
    if target.exists():
        return
    fresh = target.with_name(f"{target.name}.new")
    if fresh.is_dir():
        for path in sorted(fresh.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        fresh.rmdir()
    fresh.unlink(missing_ok=True)
    fill(fresh)
    fresh.rename(target)


def _fill_customers(file: Path, now: datetime) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        customers.fill(database, now)
