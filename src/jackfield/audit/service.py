"""Recording what is done, and reading the record (rule E1, mechanism M28)."""

import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Literal

import structlog

from jackfield.audit import store
from jackfield.audit.batches import Batches, Beside, DatabaseChain, TransactionChain, reason_of, unavailable
from jackfield.audit.chain import Mac, Row, act_row, outcome_row
from jackfield.audit.entries import CSV_COLUMNS, csv_cells, csv_line, entry_id, entry_of, jsonl_line
from jackfield.audit.file import AuditFile
from jackfield.audit.models import Anchor, AuditQuery, Entry, Intent, RowKind, Verification
from jackfield.audit.verification import anchor_of, verify
from jackfield.db import Database, Transaction
from jackfield.errors import ForbiddenError, HubError
from jackfield.kernel import MAX_BIG_INTEGER, Act, Clock, JsonValue, Outcome, Page, PageRequest
from jackfield.settings import Limits

_log = structlog.get_logger(__name__)

_ORDER = "-sequence"
_EXPORTED_AT_ONCE = 500


class AuditLog:
    """The record of every management act and every use of a credential.

    What can't be recorded is not done: whoever records gets an `AuditUnavailableError` and stops. Recording works again
    as soon as the database, and the file where there is one, can be written.

    Args:
        database: Holds the chain.
        mac: A keyed digest whose key lies outside the database, and is the same as long as the chain.
        clock: Says when something was recorded.
        limits: `audit_wait_seconds` bounds how long anybody waits for the record.
        file: A second place, append-only.
    """

    def __init__(self, database: Database, *, mac: Mac, clock: Clock, limits: Limits, file: Path | None = None) -> None:
        self._database = database
        self._mac = mac
        self._clock = clock
        self._wait_seconds = limits.audit_wait_seconds
        self._file = AuditFile(file, self._wait_seconds) if file else None
        self._batches = Batches(database, mac, self._file, self._wait_seconds)
        self._open: set[int] = set()

    def record(self, tx: Transaction, act: Act) -> None:
        """Record an act in the transaction of its change.

        The transaction fails with an `AuditUnavailableError` if the act can't be recorded. The chain is locked at its
        end only, so that such transactions don't wait for each other before.
        """
        tx.before_commit(self._append, act_row(act, RowKind.ACT, self._clock.now()))

    async def record_alone(self, act: Act, beside: Beside | None = None) -> None:
        """Record an act that changes nothing, as a refusal, or only what is written beside; durable when this returns.

        Raises:
            AuditUnavailableError: It is not.
            HubError: What `beside` raised; nothing was written.
        """
        await self._batches.write(act_row(act, RowKind.ACT, self._clock.now()), beside)

    @asynccontextmanager
    async def record_refusals(self, act: Act) -> AsyncGenerator[None]:
        """Record the act as refused, with the rule, if the block refuses it; what was refused stays refused (E1)."""
        try:
            yield
        except ForbiddenError as error:
            await self.record_refusal(act, error)
            raise

    async def record_refusal(self, act: Act, error: HubError) -> None:
        """Record the act as refused, with the rule that the error names, or else the one that the act does.

        Raises:
            AuditUnavailableError: It could not be recorded.
        """
        rule = str(error.data.get("rule", "")) or act.rule
        await self.record_alone(act._replace(rule=rule, outcome=Outcome.REFUSED))

    async def write_behind(self, beside: Beside) -> None:
        """Write something that is no act, behind all that was handed in before; durable when this returns.

        Raises:
            AuditUnavailableError: It is not, as far as is known; it may still become so.
            HubError: What `beside` raised; nothing was written.
        """
        await self._batches.write(None, beside)

    async def intend(self, act: Act, beside: Beside | None = None) -> Intent:
        """Record that a credential is about to be used; durable when this returns. `settle` must follow.

        Raises:
            AuditUnavailableError: It is not, and nothing may be done.
            HubError: What `beside` raised; nothing was written, and nothing may be done.
        """
        sequence, policy_epoch = await self._batches.write(act_row(act, RowKind.INTENT, self._clock.now()), beside)
        self._open.add(sequence)
        return Intent(sequence, entry_id(sequence), policy_epoch, time.monotonic())

    def settle(
        self, intent: Intent, outcome: Outcome, *, data: Mapping[str, JsonValue], beside: Beside | None = None
    ) -> None:
        """Record how an intent ended, and how long it took; once for each intent. `beside` may not refuse.

        The outcome is durable within a moment, and read from here at once; `flush` waits for it. Never fails for want
        of a place to write: what was done is done. Then it is written as soon as it can, and open until then.
        """
        duration_us = int((time.monotonic() - intent.started) * 1_000_000)
        if intent.sequence not in self._open:
            raise ValueError(f"{intent.id} is no open intent of this process")
        self._open.remove(intent.sequence)
        self._batches.write_soon(outcome_row(intent.sequence, outcome, duration_us, data, self._clock.now()), beside)

    async def flush(self) -> bool:
        """Wait until everything that was recorded before is durable.

        Returns:
            Whether it is. If not, the database or the file can't be written at the moment.
        """
        return await self._batches.flush()

    async def list_entries(self, query: AuditQuery, page: PageRequest) -> Page[Entry]:
        """The entries that fit, newest first."""
        entries = await self._find(query, page.after_number(_ORDER, most=MAX_BIG_INTEGER), page.limit + 1)
        return Page[Entry].cut(entries, page.limit, _ORDER, lambda entry: (entry.sequence,))

    async def export(self, query: AuditQuery, *, format: Literal["jsonl", "csv"]) -> AsyncIterator[bytes]:  # noqa: A002
        """The entries that fit, newest first, as chunks of a file in UTF-8; never all of them in memory.

        In CSV, cells that a spreadsheet would take for a formula begin with an apostrophe.
        """
        if format == "csv":
            yield csv_line(CSV_COLUMNS)
        write = _csv_entry if format == "csv" else jsonl_line
        before: int | None = None
        while entries := await self._find(query, before, _EXPORTED_AT_ONCE):
            yield b"".join(map(write, entries))
            before = entries[-1].sequence

    async def anchor(self) -> Anchor:
        """The end of the chain, to be kept outside of everything that Jackfield can write."""
        await self.flush()
        return anchor_of(await self._database.read(store.find_head), self._clock.now())

    async def check(self) -> None:
        """Look whether something could be recorded now.

        Raises:
            AuditUnavailableError: It could not.
        """

        def look(tx: Transaction) -> None:
            store.find_head(tx)
            if self._file:
                self._file.check(TransactionChain(tx))

        try:
            await self._database.read(look)
        except (*store.FAILURES, HubError) as error:
            _log.error("audit.unavailable", reason=reason_of(error))
            raise unavailable() from error
        if self._batches.is_failing:
            raise unavailable()

    async def verify(
        self, progress: Callable[[int, int], None] | None = None, *, anchor: Anchor | None = None
    ) -> Verification:
        """Walk the whole chain, and the file where there is one, and find the first thing wrong in each.

        Args:
            progress: Called with the rows done and the rows in all.
            anchor: One that was kept: the chain must still contain it.
        """
        await self.flush()
        return await verify(
            self._database,
            mac=self._mac,
            file=self._file,
            wait_seconds=self._wait_seconds,
            now=self._clock.now(),
            progress=progress,
            anchor=anchor,
        )

    async def close(self) -> None:
        """Write what waits, and let go of the file."""
        await self._batches.close()

    async def _find(self, query: AuditQuery, before: int | None, limit: int) -> list[Entry]:
        await self.flush()
        found = await self._database.read(lambda tx: store.list_found(tx, query, before, limit))
        return [entry_of(one.row, one.outcome, one.duration_us, one.outcome_data) for one in found]

    def _append(self, tx: Transaction, rows: list[Row]) -> None:
        try:
            store.begin(tx, self._wait_seconds)
            store.append(tx, rows, self._mac)
            if self._file:
                self._file.probe(TransactionChain(tx))
                tx.after_commit(partial(self._write_file, self._file, rows))
        except (*store.FAILURES, HubError) as error:
            _log.error("audit.unavailable", reason=reason_of(error))
            raise unavailable() from error

    def _write_file(self, file: AuditFile, rows: list[Row]) -> None:
        try:
            file.write(rows, DatabaseChain(self._database))
        except (*store.FAILURES, HubError) as error:
            # The change is durable and recorded. The file gets these rows before the next that is recorded.
            _log.error("audit.file_behind", reason=reason_of(error))


def _csv_entry(entry: Entry) -> bytes:
    return csv_line(csv_cells(entry))
