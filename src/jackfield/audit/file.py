"""The second place of the record: an append-only file of JSON lines, one for each row of the chain, with its mac.

The file follows the database: a row is written here once it is durable there, and before anybody hears so. What is
missing here (after a crash, or while it could not be written) is copied from the database before anything new. So the
file is never ahead; where it is, the database was set back, and nothing more is recorded until somebody has looked.

It must not be rotated; it may be copied while it grows. Blank lines carry nothing: a change of management writes one
before it commits, to learn whether the file can be written. A line that breaks off is followed by the whole of it.
"""

import fcntl
import json
import os
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Protocol, cast

from jackfield.audit.chain import Row
from jackfield.audit.entries import file_line
from jackfield.errors import IntegrityError

_TAIL_BYTES = 256 << 10
"""More than the longest line."""
_COPIED_AT_ONCE = 2000


class Chain(Protocol):
    """The rows in the database."""

    def has_row(self, sequence: int, mac: bytes) -> bool:
        """Whether exactly this row is in the chain."""
        ...

    def find_rows(self, after: int, up_to: int, limit: int) -> list[Row]:
        """The next rows, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class _Tail:
    """The end of the file, as of one inode and size."""

    inode: int
    size: int
    sequence: int
    mac: str
    is_torn: bool = False


class AuditFile:
    """Writes and reads the file; every call is made in a worker thread."""

    def __init__(self, path: Path, wait_seconds: float) -> None:
        self.path = path
        self._wait_seconds = wait_seconds
        self._lock = Lock()
        self._tail: _Tail | None = None

    def probe(self, chain: Chain) -> None:
        """Find out whether rows could be written now, by writing a blank line.

        Raises:
            OSError: They couldn't.
            IntegrityError: The file and the database disagree.
        """
        with self._open() as handle:
            tail = self._read_tail(handle, chain)
            self._append(handle, b"\n", tail.sequence, tail.mac)

    def check(self, chain: Chain) -> None:
        """Look whether it can be opened for writing and fits the database; writes nothing.

        Raises:
            OSError: It can't be opened.
            IntegrityError: The file and the database disagree.
        """
        with self._open() as handle:
            self._read_tail(handle, chain)

    def write(self, rows: Sequence[Row], chain: Chain) -> None:
        """Have rows that are durable in the database, and all rows before them, durable in the file.

        Raises:
            OSError: It can't be written.
            IntegrityError: The file and the database disagree.
        """
        with self._open() as handle:
            known = self._tail
            tail = self._read_tail(handle, chain)
            first, last = rows[0]["sequence"], rows[-1]["sequence"]
            if tail is known and tail.sequence != first - 1:
                self._require_agreement(tail, chain)
            if tail.is_torn:
                self._append(handle, b"\n", tail.sequence, tail.mac)
            reached = tail.sequence
            while reached < first - 1:
                missing = chain.find_rows(reached, first - 1, _COPIED_AT_ONCE)
                if not missing:
                    break
                reached = self._append_rows(handle, missing)
            if rest := [row for row in rows if row["sequence"] > reached]:
                reached = self._append_rows(handle, rest)
            assert reached >= last

    def _append_rows(self, handle: int, rows: Sequence[Row]) -> int:
        last = rows[-1]
        self._append(handle, b"".join(map(file_line, rows)), last["sequence"], last["mac"].hex())
        return last["sequence"]

    def _append(self, handle: int, raw: bytes, sequence: int, mac: str) -> None:
        self._tail = None
        view = memoryview(raw)
        while view:
            view = view[os.write(handle, view) :]
        os.fsync(handle)
        state = os.fstat(handle)
        self._tail = _Tail(state.st_ino, state.st_size, sequence, mac)

    def _read_tail(self, handle: int, chain: Chain) -> _Tail:
        state = os.fstat(handle)
        if self._tail and (self._tail.inode, self._tail.size) == (state.st_ino, state.st_size):
            return self._tail
        start = max(0, state.st_size - _TAIL_BYTES)
        raw = os.pread(handle, state.st_size - start, start)
        *lines, torn = raw.split(b"\n")
        found = next(filter(None, map(read_line, reversed(lines))), None)
        if found is None and start:
            raise IntegrityError(
                f"the end of the audit file {self.path} was changed; run jackfield audit verify", what="audit_file"
            )
        tail = _Tail(state.st_ino, state.st_size, *(found or (0, "")), is_torn=bool(torn))
        self._require_agreement(tail, chain)
        return tail

    def _require_agreement(self, tail: _Tail, chain: Chain) -> None:
        if tail.sequence and not chain.has_row(tail.sequence, bytes.fromhex(tail.mac)):
            raise IntegrityError(
                f"the audit file {self.path} ends with row {tail.sequence}, which the database does not have: it was "
                "set back or changed; run jackfield audit verify, and move the file away once that is explained",
                what="audit_file",
                row=tail.sequence,
            )

    @contextmanager
    def _open(self) -> Generator[int]:
        if not self._lock.acquire(timeout=self._wait_seconds):
            raise TimeoutError(f"{self.path} is being written for too long")
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                self._lock_file(handle)
                yield handle
            finally:
                os.close(handle)
        finally:
            self._lock.release()

    def _lock_file(self, handle: int) -> None:
        """Queue with the other processes of this machine that write the same file."""
        until = time.monotonic() + self._wait_seconds
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.005)
            else:
                return

    def lines(self, offset: int = 0) -> Iterator[tuple[int, bytes]]:
        """Every whole line behind an offset that carries something: the offset of its end, and the line without it.

        What is written after the first was asked for is left out: a transaction that began then may not see its rows.
        """
        try:
            file = self.path.open("rb")
        except OSError:
            return
        with file:
            end = os.fstat(file.fileno()).st_size
            file.seek(offset)
            for line in file:
                offset += len(line)
                if offset > end:
                    return
                if line.endswith(b"\n") and len(line) > 1:
                    yield offset, line[:-1]


def read_line(line: bytes) -> tuple[int, str] | None:
    """The sequence and the mac that a line says of itself; None if it is no line of ours."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    fields = cast("dict[str, object]", value)
    match fields.get("sequence"), fields.get("mac"):
        case int(sequence), str(mac) if sequence > 0 and _is_hex(mac):
            return sequence, mac
        case _:
            return None


def _is_hex(text: str) -> bool:
    try:
        return bool(bytes.fromhex(text))
    except ValueError:
        return False
