"""Walking the chain and the file from the first row to the last (case D66)."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from jackfield.audit import store
from jackfield.audit.chain import Mac, Row, spell
from jackfield.audit.entries import file_line
from jackfield.audit.file import AuditFile, read_line
from jackfield.audit.models import Anchor, Finding, Place, Problem, Verification
from jackfield.db import Database, Transaction

_AT_ONCE = 1000

Progress = Callable[[int, int], None]


def anchor_of(head: store.Head | None, at: datetime) -> Anchor:
    """The anchor of a head."""
    return Anchor(head.sequence, head.mac.hex(), head.count, at) if head else Anchor(0, "", 0, at)


async def verify(
    database: Database,
    *,
    mac: Mac,
    file: AuditFile | None,
    wait_seconds: float,
    now: datetime,
    progress: Progress | None,
    anchor: Anchor | None,
) -> Verification:
    """Check everything up to the head as it is now; recording may go on meanwhile."""
    head, first, last = await database.read(store.find_head_and_ends)
    end = anchor_of(head, now)
    walk = _ChainWalk(mac, end, anchor)
    walk.begin(first)
    while not walk.is_over:
        await database.read(walk.step)
        if progress:
            progress(walk.sequence, end.sequence)
    walk.finish(last)
    findings = [walk.finding, walk.anchor_finding]
    if file:
        findings.append(await _verify_file(database, file, end.sequence, wait_seconds))
    return Verification(walk.rows, end, tuple(one for one in findings if one))


@dataclass(slots=True)
class _ChainWalk:
    """How far the walk has come; `step` is run in a transaction."""

    mac: Mac
    end: Anchor
    anchor: Anchor | None
    sequence: int = 0
    mac_before: bytes = b""
    rows: int = 0
    finding: Finding | None = None
    anchor_finding: Finding | None = None

    @property
    def is_over(self) -> bool:
        return self.finding is not None or self.sequence >= self.end.sequence

    def begin(self, first: int) -> None:
        """Compare the first row stored with where the chain begins."""
        if first < 1:
            self._find(first, Problem.INSERTED, "was put in before the first")

    def step(self, tx: Transaction) -> None:
        """Check the next rows."""
        rows = self._read(tx)
        if not rows and not self.finding:
            self._find(self.sequence + 1, Problem.CUT, "is missing, and so are all after it")
        for row in rows:
            self._check(row)
            if self.finding:
                return

    def _read(self, tx: Transaction) -> list[Row]:
        try:
            return store.find_rows(tx, self.sequence, _AT_ONCE, self.end.sequence)
        except (ValueError, TypeError, *store.FAILURES):
            return self._read_singly(tx)

    def _read_singly(self, tx: Transaction) -> list[Row]:
        """Up to the row whose contents the database itself can't read any more."""
        rows: list[Row] = []
        after = self.sequence
        while (sequence := store.find_sequence(tx, after)) is not None and sequence <= self.end.sequence:
            try:
                rows.extend(store.find_rows(tx, after, 1))
            except (ValueError, TypeError, *store.FAILURES):
                if not rows:
                    self._find(sequence, Problem.CHANGED, "can't be read: it was changed")
                return rows
            after = sequence
            if len(rows) == _AT_ONCE:
                break
        return rows

    def _check(self, row: Row) -> None:
        sequence, expected = row["sequence"], self.sequence + 1
        if sequence > expected:
            self._find(expected, Problem.DELETED, f"was deleted; the next that is there is row {sequence}")
        elif sequence < expected:
            self._find(sequence, Problem.INSERTED, "is there twice")
        elif self._mac_of(row) != row["mac"]:
            self._find(sequence, Problem.CHANGED, "is not what was recorded: modified, swapped or put in")
        else:
            self.sequence = sequence
            self.mac_before = row["mac"]
            self.rows += 1
            self._compare_anchor()

    def _mac_of(self, row: Row) -> bytes | None:
        try:
            return self.mac(spell(row, self.mac_before))
        except (TypeError, AttributeError):  # SQLite stores any type in any column
            return None

    def _compare_anchor(self) -> None:
        anchor = self.anchor
        if anchor and anchor.sequence == self.sequence and anchor.mac != self.mac_before.hex():
            self.anchor_finding = Finding(
                Place.ANCHOR,
                anchor.sequence,
                Problem.CHANGED,
                f"row {anchor.sequence} is not the one of the anchor of {anchor.at:%Y-%m-%d %H:%M}: the chain was cut "
                "back to before it and has grown anew",
            )

    def finish(self, last: int) -> None:
        """Compare the end of the walk with the head, the last row stored, and the anchor."""
        end = self.end
        if self.finding is None:
            if last > end.sequence:
                self._find(end.sequence + 1, Problem.INSERTED, "was put in behind the head, or the head was set back")
            elif self.mac_before.hex() != end.mac or end.count != end.sequence:
                self._find(end.sequence, Problem.CHANGED, "is not the one that the head names: the head was changed")
        if self.anchor and self.anchor.sequence > end.sequence:
            self.anchor_finding = Finding(
                Place.ANCHOR,
                end.sequence + 1,
                Problem.CUT,
                f"the chain ends with row {end.sequence}, but it had row {self.anchor.sequence} at "
                f"{self.anchor.at:%Y-%m-%d %H:%M}: its end was cut off",
            )

    def _find(self, sequence: int, problem: Problem, words: str) -> None:
        self.finding = Finding(Place.DATABASE, sequence, problem, f"row {sequence} of the audit {words}")


async def _verify_file(database: Database, file: AuditFile, end: int, wait_seconds: float) -> Finding | None:
    walk = _FileWalk(file)
    pauses = 10
    for _ in range(pauses):
        finding = await database.read(walk.read_on)
        if finding or walk.sequence >= end:
            return finding
        # A batch that is durable in the database reaches the file a moment later.
        await asyncio.sleep(wait_seconds / pauses)
    return walk.finding(Problem.CUT, f"and all after it are missing, though the chain goes on to row {end}")


class _FileWalk:
    """How far the file was compared with the chain, line by line."""

    def __init__(self, file: AuditFile) -> None:
        self._file = file
        self._offset = 0
        self._torn: list[bytes] = []
        self.sequence = 0

    def finding(self, problem: Problem, words: str) -> Finding:
        """Something wrong at the next row."""
        sequence = self.sequence + 1
        return Finding(Place.FILE, sequence, problem, f"in the audit file {self._file.path} row {sequence} {words}")

    def read_on(self, tx: Transaction) -> Finding | None:
        """Compare from where the walk stands to the end of the file."""
        lines = self._file.lines(self._offset)
        while chunk := list(islice(lines, _AT_ONCE)):
            try:
                rows = store.find_rows(tx, self.sequence, len(chunk))
            except (ValueError, TypeError, *store.FAILURES):
                return self.finding(Problem.CHANGED, "can't be compared: the database can't read its own")
            if found := self._compare([line for _, line in chunk], rows):
                return found
            self._offset = chunk[-1][0]
        return None

    def _compare(self, lines: list[bytes], rows: list[Row]) -> Finding | None:
        rest = iter(rows)
        row = next(rest, None)
        for line in lines:
            known = read_line(line)
            if known is None:
                self._torn.append(line)
                continue
            if found := self._compare_line(line, known[0], row):
                return found
            self.sequence = known[0]
            row = next(rest, None)
        # What breaks off was going to be a row that the database has.
        if self._torn and not (row and self._is_torn_off(file_line(row))):
            return self.finding(Problem.CHANGED, "is not what was recorded")
        return None

    def _compare_line(self, line: bytes, sequence: int, row: Row | None) -> Finding | None:
        if sequence > self.sequence + 1:
            return self.finding(Problem.DELETED, f"was deleted; the next that is there is row {sequence}")
        if sequence <= self.sequence:
            return self.finding(Problem.INSERTED, f"is missing; instead there is row {sequence} once more")
        if row is None or row["sequence"] != sequence:
            return self.finding(Problem.CUT, "is one that the database has not: rows were deleted there")
        recorded = file_line(row)[:-1]
        if line != recorded or not self._is_torn_off(recorded):
            return self.finding(Problem.CHANGED, "is not the one that the database has")
        self._torn.clear()
        return None

    def _is_torn_off(self, recorded: bytes) -> bool:
        return all(recorded.startswith(torn) for torn in self._torn)
