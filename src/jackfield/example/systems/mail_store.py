"""The mailboxes of the example's mail server, in a SQLite file."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

FOLDERS: Final = {"INBOX": "", "Archive": "\\Archive", "Drafts": "\\Drafts", "Sent": "\\Sent", "Trash": "\\Trash"}
"""Of a new mailbox, each with what it is for (RFC 6154)."""
_SCHEMA: Final = """
    CREATE TABLE folder (
        id INTEGER PRIMARY KEY, account TEXT NOT NULL, name TEXT NOT NULL, purpose TEXT NOT NULL,
        next_uid INTEGER NOT NULL, UNIQUE (account, name)
    );
    CREATE TABLE message (
        folder INTEGER NOT NULL REFERENCES folder ON DELETE CASCADE, uid INTEGER NOT NULL, flags TEXT NOT NULL,
        received INTEGER NOT NULL, size INTEGER NOT NULL, content BLOB NOT NULL, PRIMARY KEY (folder, uid)
    );
"""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of a mailbox."""

    id: int
    """Also its UID validity: no id is given twice."""
    name: str
    purpose: str
    next_uid: int


@dataclass(frozen=True, slots=True)
class Mail:
    """A message without its content."""

    uid: int
    flags: frozenset[str]
    received: datetime
    size: int


class MailStore:
    """Every mailbox there is.

    Args:
        file: The SQLite file; made if it isn't there.
    """

    def __init__(self, file: Path) -> None:
        self._database = sqlite3.connect(file, isolation_level=None)
        self._database.execute("PRAGMA foreign_keys = ON")
        self._listeners: set[Callable[[], None]] = set()
        if not self._database.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            self._database.executescript(_SCHEMA)

    @property
    def accounts(self) -> frozenset[str]:
        """Whose mailboxes there are."""
        return frozenset(name for (name,) in self._database.execute("SELECT DISTINCT account FROM folder"))

    def add_account(self, account: str) -> None:
        """A new mailbox."""
        for name, purpose in FOLDERS.items():
            self.add_folder(account, name, purpose)

    def folders(self, account: str) -> list[Folder]:
        """The folders of a mailbox by name."""
        rows = self._database.execute(
            "SELECT id, name, purpose, next_uid FROM folder WHERE account = ? ORDER BY name", (account,)
        )
        return [Folder(*row) for row in rows]

    def find_folder(self, account: str, name: str) -> Folder | None:
        """A folder by its name; INBOX in any case (RFC 3501 §5.1)."""
        wanted = "INBOX" if name.upper() == "INBOX" else name
        return next((folder for folder in self.folders(account) if folder.name == wanted), None)

    def add_folder(self, account: str, name: str, purpose: str = "") -> None:
        """A new, empty folder."""
        # Rising for ever, also over deleted ones: it stands for the UID validity.
        self._database.execute(
            "INSERT INTO folder (id, account, name, purpose, next_uid) "
            "VALUES ((SELECT coalesce(max(id), 1700000000) + 1 FROM folder), ?, ?, ?, 1)",
            (account, name, purpose),
        )

    def remove_folder(self, folder: Folder) -> None:
        """Take a folder away, with its messages."""
        self._database.execute("DELETE FROM folder WHERE id = ?", (folder.id,))

    def list_mails(self, folder_id: int) -> list[Mail]:
        """What is in a folder, by UID."""
        rows = self._database.execute(
            "SELECT uid, flags, received, size FROM message WHERE folder = ? ORDER BY uid", (folder_id,)
        )
        return [
            Mail(uid, frozenset(flags.split()), datetime.fromtimestamp(received, UTC), size)
            for uid, flags, received, size in rows
        ]

    def content(self, folder_id: int, uid: int) -> bytes:
        """A whole message; empty if it was taken away."""
        row = self._database.execute(
            "SELECT content FROM message WHERE folder = ? AND uid = ?", (folder_id, uid)
        ).fetchone()
        return b"" if row is None else bytes(row[0])

    def add(
        self, folder_id: int, content: bytes, *, flags: Iterable[str] = (), received: datetime | None = None
    ) -> int:
        """Put a message into a folder; its UID."""
        at = int((received or datetime.now(UTC)).timestamp())
        self._database.execute("BEGIN IMMEDIATE")
        try:
            [(uid,)] = self._database.execute(
                "UPDATE folder SET next_uid = next_uid + 1 WHERE id = ? RETURNING next_uid - 1", (folder_id,)
            ).fetchall()
            self._database.execute(
                "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?)",
                (folder_id, uid, " ".join(sorted(flags)), at, len(content), content),
            )
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")
        for listener in tuple(self._listeners):
            listener()
        return uid

    def set_flags(self, folder_id: int, uid: int, flags: Iterable[str]) -> None:
        """Give a message exactly these flags."""
        self._database.execute(
            "UPDATE message SET flags = ? WHERE folder = ? AND uid = ?", (" ".join(sorted(flags)), folder_id, uid)
        )

    def copy(self, folder_id: int, uids: Sequence[int], target: Folder) -> list[int]:
        """Put copies of messages into another folder; their UIDs there."""
        found = {mail.uid: mail for mail in self.list_mails(folder_id)}
        return [
            self.add(target.id, self.content(folder_id, uid), flags=found[uid].flags, received=found[uid].received)
            for uid in uids
        ]

    def remove(self, folder_id: int, uids: Iterable[int]) -> None:
        """Delete messages for good."""
        self._database.executemany(
            "DELETE FROM message WHERE folder = ? AND uid = ?", [(folder_id, uid) for uid in uids]
        )

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Be called when a mail arrives anywhere; call what is returned to end it."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)
