"""The tickets of the example's ticket service, in a SQLite file."""

import sqlite3
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

FIELDS: Final = ("subject", "description", "status", "priority", "customer", "product", "assignee", "due_on")
"""What one may write."""
_SCHEMA: Final = """
    CREATE TABLE ticket (
        number INTEGER PRIMARY KEY AUTOINCREMENT, subject TEXT NOT NULL, description TEXT NOT NULL, status TEXT NOT NULL,
        priority TEXT NOT NULL, customer TEXT NOT NULL, product TEXT NOT NULL, assignee TEXT, due_on TEXT,
        resolution TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL, closed_at TEXT, version INTEGER NOT NULL
    );
    CREATE TABLE comment (
        id INTEGER PRIMARY KEY AUTOINCREMENT, ticket INTEGER NOT NULL REFERENCES ticket ON DELETE CASCADE,
        author TEXT NOT NULL, text TEXT NOT NULL, created_at TEXT NOT NULL
    );
    CREATE TABLE made_by_key (key TEXT PRIMARY KEY, ticket INTEGER NOT NULL, made_at TEXT NOT NULL);
"""
_NEW: Final[Mapping[str, Any]] = {
    "description": "",
    "status": "open",
    "priority": "normal",
    "customer": "",
    "product": "",
    "assignee": None,
    "due_on": None,
}

Row = dict[str, Any]


class TicketStore:
    """Every ticket there is.

    Args:
        file: The SQLite file; made if it isn't there.
    """

    def __init__(self, file: Path) -> None:
        self._database = sqlite3.connect(file, isolation_level=None)
        self._database.row_factory = sqlite3.Row
        self._database.execute("PRAGMA foreign_keys = ON")
        if not self._all("SELECT name FROM sqlite_schema"):
            self._database.executescript(_SCHEMA)

    def list_tickets(
        self, filters: Mapping[str, str], search: str, before: int | None, limit: int
    ) -> tuple[Sequence[Row], int]:
        """A page of tickets, newest first, and how many fit altogether."""
        conditions, values = ["1"], list[Any]()
        for name, value in filters.items():
            conditions.append(f"{name} = ?")
            values.append(value)
        if search:
            conditions.append("(instr(lower(subject), ?) OR instr(lower(description), ?))")
            values += [search.lower()] * 2
        where = " AND ".join(conditions)
        [(total,)] = self._all(f"SELECT count(*) FROM ticket WHERE {where}", values)  # noqa: S608  # names are ours
        page = self._all(
            f"SELECT * FROM ticket WHERE {where} AND number < ? ORDER BY number DESC LIMIT ?",  # noqa: S608  # as above
            [*values, before if before is not None else 1 << 62, limit],
        )
        return [dict(row) for row in page], total

    def find(self, number: int) -> Row | None:
        """One ticket."""
        rows = self._all("SELECT * FROM ticket WHERE number = ?", [number])
        return dict(rows[0]) if rows else None

    def create(self, fields: Mapping[str, Any], *, at: str | None = None, key: str | None = None) -> tuple[Row, bool]:
        """A new ticket, and whether it is new: a key that was used before finds what was made with it."""
        with self._transaction():
            if key is not None:
                known = self._all("SELECT ticket FROM made_by_key WHERE key = ?", [key])
                found = self.find(known[0][0]) if known else None
                if found is not None:
                    return found, False
            moment = at or now()
            row = {**_NEW, **fields, "created_at": moment, "updated_at": moment, "version": 1}
            marks = ", ".join("?" * len(row))
            inserted = self._database.execute(
                f"INSERT INTO ticket ({', '.join(row)}) VALUES ({marks})",  # noqa: S608  # names are checked
                list(row.values()),
            )
            if key is not None:
                self._database.execute("INSERT INTO made_by_key VALUES (?, ?, ?)", [key, inserted.lastrowid, moment])
            return self.find(inserted.lastrowid or 0) or {}, True

    def change(self, number: int, fields: Mapping[str, Any], *, at: str | None = None) -> Row | None:
        """Set some fields of a ticket."""
        row = {**fields, "updated_at": at or now()}
        sets = ", ".join(f"{name} = ?" for name in row)
        self._database.execute(
            f"UPDATE ticket SET {sets}, version = version + 1 WHERE number = ?",  # noqa: S608  # names are checked
            [*row.values(), number],
        )
        return self.find(number)

    def delete(self, number: int) -> bool:
        """Whether there was such a ticket."""
        return self._database.execute("DELETE FROM ticket WHERE number = ?", [number]).rowcount > 0

    def comments(self, number: int) -> Sequence[Row]:
        """What was said about a ticket, oldest first."""
        found = self._all("SELECT id, author, text, created_at FROM comment WHERE ticket = ? ORDER BY id", [number])
        return [dict(row) for row in found]

    def comment(self, number: int, author: str, text: str, *, at: str | None = None) -> Row:
        """Say something about a ticket."""
        moment = at or now()
        with self._transaction():
            self._database.execute(
                "INSERT INTO comment (ticket, author, text, created_at) VALUES (?, ?, ?, ?)",
                [number, author, text, moment],
            )
            self._database.execute("UPDATE ticket SET updated_at = ? WHERE number = ?", [moment, number])
        return dict(self.comments(number)[-1])

    def _all(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        with closing(self._database.execute(sql, values)) as cursor:
            return cursor.fetchall()

    @contextmanager
    def _transaction(self) -> Generator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")


def now() -> str:
    """This moment, as tickets have it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
