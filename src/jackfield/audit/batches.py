"""Group commit: rows of concurrent calls share one transaction, and the next batch gathers while one commits.

Intents are waited for, and hurry. Outcomes are not (docs/decisions/0006): they go along with the next intents, or alone
after a moment. Whoever keeps a journal of its own has it written beside (`Beside`), in the same transaction.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import structlog

from jackfield.audit import store
from jackfield.audit.chain import Mac, Row, outcome_row
from jackfield.audit.errors import AuditUnavailableError
from jackfield.audit.file import AuditFile
from jackfield.audit.models import RowKind
from jackfield.db import Database, Statements, Transaction
from jackfield.errors import HubError, IntegrityError
from jackfield.kernel import JsonValue, Outcome

_log = structlog.get_logger(__name__)

_BATCH_ROWS = 500
_BACKLOG_ROWS = 10_000
_COMPANY_SECONDS = 0.02
"""How long rows that nobody waits for wait for others to go along with."""
_FIRST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 0.5


Beside = Callable[[Statements], None]
"""Writes something in the transaction of a row. It may be called again for the same row, when nobody knows whether the
first time lasted, and must then do the same. It raises a `HubError`, before it writes anything, where the row must not be
written; the rest of the batch is."""

_SPOILT: Final = "what was to be written beside can't be stored"


class Written(NamedTuple):
    """A row that is durable."""

    sequence: int
    policy_epoch: int


@dataclass(slots=True, eq=False)
class _Waiting:
    """A row in the queue, and whoever waits for it."""

    row: Row | None
    """None where something is written beside nothing."""
    beside: Beside | None = None
    done: asyncio.Future[Written] | None = None
    """None for a row that is written whatever happens, and that nobody waits for."""
    deadline: float = 0
    refusal: HubError | None = None
    """Why it was not written after all."""


@dataclass(slots=True, eq=False)
class _Batch:
    waiting: Sequence[_Waiting]
    size: int
    """How many rows were taken for it: those that nobody waits for any longer are not written."""
    appended: store.Appended | None = None
    """Set once the batch is durable in the database."""
    rows: list[Row] = field(default_factory=list[Row])
    """Those that were written, in their order."""
    is_careful: bool = False
    """Whether something in it broke the whole, so that each thing beside is tried by itself."""


class Batches:
    """Writes rows for tasks of one event loop; a task of its own runs while there is something to write."""

    def __init__(self, database: Database, mac: Mac, file: AuditFile | None, wait_seconds: float) -> None:
        self._database = database
        self._mac = mac
        self._file = file
        self._wait_seconds = wait_seconds
        self._reader = DatabaseChain(database)
        self._file_thread = ThreadPoolExecutor(1, "audit-file") if file else None
        self._queue: deque[_Waiting] = deque()
        self._batch: _Batch | None = None
        self._end: store.End | None = None
        """Of the chain, as the last batch left it."""
        self._by_deadline: deque[_Waiting] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._later: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._added = 0
        self._finished = 0
        """Of the rows ever added, in their order."""
        self._flushes: list[tuple[int, asyncio.Future[None]]] = []
        self.is_failing = False
        """Whether what was last to be written could not be."""
        self._is_closed = False

    async def write(self, row: Row | None, beside: Beside | None = None) -> Written:
        """Return once the row, and what is beside it, is durable everywhere.

        Raises:
            AuditUnavailableError: It is not within the wait. It may still become so, and then gets an outcome that says
                that nothing was done.
            HubError: What `beside` raised; nothing was written.
        """
        if self._is_closed or len(self._queue) >= _BACKLOG_ROWS:
            raise unavailable()
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Written] = loop.create_future()
        waiting = _Waiting(row, beside, done, loop.time() + self._wait_seconds)
        self._add(waiting)
        self._by_deadline.append(waiting)
        if self._timer is None:
            self._timer = loop.call_at(waiting.deadline, self._expire)
        self._wake()
        try:
            return await done
        except asyncio.CancelledError:
            if done.done() and not done.cancelled() and not done.exception():
                self._abandon(row)
            raise

    def write_soon(self, row: Row, beside: Beside | None = None) -> None:
        """Have the row written within a moment or, when that can't be, as soon as it can."""
        self._add(_Waiting(row, beside))
        if self._later is None and not self._is_running:
            self._later = asyncio.get_running_loop().call_later(_COMPANY_SECONDS, self._wake)

    async def flush(self) -> bool:
        """Wait until every row added so far is durable; says whether it is so within the wait."""
        if self._finished == self._added:
            return True
        flushed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._flushes.append((self._added, flushed))
        self._wake()
        done, _ = await asyncio.wait({flushed}, timeout=self._wait_seconds)
        return bool(done)

    async def close(self) -> None:
        """Write what waits, for as long as the wait; what is not written by then stays open in the record."""
        self._is_closed = True
        if self._queue:
            self._wake()
        if self._task and not self._task.done():
            await asyncio.wait({self._task}, timeout=self._wait_seconds)
            self._task.cancel()
            await asyncio.wait({self._task})
            if left := self._added - self._finished:
                _log.error("audit.rows_lost_at_close", rows=left)
        for timer in (self._timer, self._later):
            if timer:
                timer.cancel()
        if self._file_thread:
            self._file_thread.shutdown(wait=False)

    @property
    def _is_running(self) -> bool:
        return self._task is not None and not self._task.done()

    def _add(self, waiting: _Waiting) -> None:
        self._queue.append(waiting)
        self._added += 1

    def _wake(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None
        if not self._is_running:
            self._task = asyncio.get_running_loop().create_task(self._run(), name="audit-batches")

    def _expire(self) -> None:
        # One timer for all: they have the same wait, so they end in the order in which they came.
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._timer = None
        while self._by_deadline and (self._by_deadline[0].deadline <= now or _has_answer(self._by_deadline[0])):
            waiting = self._by_deadline.popleft()
            if waiting.done and not waiting.done.done():
                waiting.done.set_exception(unavailable())
        if self._by_deadline:
            self._timer = loop.call_at(self._by_deadline[0].deadline, self._expire)

    async def _run(self) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while self._queue or self._batch:
            await self._gather()
            try:
                await self._write_batch()
            except Exception as error:  # noqa: BLE001  # whatever it is: nobody is told that it is durable
                if not self.is_failing:
                    _log.error("audit.unavailable", reason=reason_of(error))
                self.is_failing = True
                if self._batch:
                    self._batch.is_careful = True
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            else:
                if self.is_failing:
                    _log.info("audit.available")
                self.is_failing = False
                pause = _FIRST_PAUSE_SECONDS

    async def _gather(self) -> None:
        """Let everybody along who is on his way: those whom the last batch woke, and whom the event loop has ready."""
        await asyncio.sleep(0)

    async def _write_batch(self) -> None:
        """Take the batch as far as it gets; one that fails is kept and tried again as it is."""
        batch = self._batch = self._batch or self._take()
        if batch is None:
            return
        if batch.appended is None:
            seen, self._end = self._end, None
            batch.appended = await self._database.write_statements(lambda tx: self._append(tx, batch, seen))
            self._end = batch.appended.end
        if self._file and batch.rows:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._file_thread, self._file.write, batch.rows, self._reader)
        self._batch = None
        for waiting in batch.waiting:
            if waiting.done is None:
                continue
            if not waiting.done.done():
                if waiting.refusal:
                    waiting.done.set_exception(waiting.refusal)
                else:
                    sequence = waiting.row["sequence"] if waiting.row else 0
                    waiting.done.set_result(Written(sequence, batch.appended.policy_epoch))
            elif not waiting.refusal:
                self._abandon(waiting.row)
        while self._by_deadline and _has_answer(self._by_deadline[0]):
            self._by_deadline.popleft()
        self._finish(batch.size)

    def _take(self) -> _Batch | None:
        taken: list[_Waiting] = []
        size = 0
        while self._queue and len(taken) < _BATCH_ROWS:
            waiting = self._queue.popleft()
            size += 1
            if not _has_answer(waiting):
                taken.append(waiting)
        if taken:
            return _Batch(taken, size)
        self._finish(size)
        return None

    def _finish(self, rows: int) -> None:
        self._finished += rows
        while self._flushes and self._flushes[0][0] <= self._finished:
            _, flushed = self._flushes.pop(0)
            if not flushed.done():
                flushed.set_result(None)

    def _append(self, tx: Statements, batch: _Batch, seen: store.End | None) -> store.Appended:
        store.begin(tx, self._wait_seconds)
        if batch.rows and store.has_row(tx, batch.rows[-1]["sequence"], batch.rows[-1]["mac"]):
            # It was durable after all, though nobody heard of it.
            return store.Appended(store.policy_epoch(tx), None)
        for waiting in batch.waiting:
            waiting.refusal = None
            if waiting.beside:
                self._write_beside(tx, waiting, waiting.beside, is_careful=batch.is_careful)
        batch.rows = [one.row for one in batch.waiting if one.row and not one.refusal]
        if not batch.rows:
            return store.Appended(store.policy_epoch(tx), seen)
        return store.append(tx, batch.rows, self._mac, seen)

    @staticmethod
    def _write_beside(tx: Statements, waiting: _Waiting, beside: Beside, *, is_careful: bool) -> None:
        try:
            if is_careful:
                tx.run("SAVEPOINT beside")
            beside(tx)
        except HubError as refusal:
            waiting.refusal = refusal
        except Exception as error:
            if not is_careful:
                raise
            # What can't be stored must not keep everybody else's rows from being.
            tx.run("ROLLBACK TO SAVEPOINT beside")
            _log.error("audit.beside_spoilt", reason=reason_of(error))
            waiting.refusal = IntegrityError(_SPOILT, what="journal") if waiting.done else None
        if is_careful:
            tx.run("RELEASE SAVEPOINT beside")

    def _abandon(self, row: Row | None) -> None:
        """Nobody waits for this intent any more, so nothing is done; say so, lest it look open."""
        if row and row["kind"] == RowKind.INTENT.value:
            data: dict[str, JsonValue] = {"reason": "nobody waited for it any longer, so nothing was done"}
            self.write_soon(outcome_row(row["sequence"], Outcome.REFUSED, 0, data, row["at"]))


def _has_answer(waiting: _Waiting) -> bool:
    return waiting.done is not None and waiting.done.done()


class DatabaseChain:
    """The chain, read in transactions of their own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def has_row(self, sequence: int, mac: bytes) -> bool:
        """Whether exactly this row is in the chain."""
        return self._database.read_now(lambda tx: store.has_row(tx, sequence, mac))

    def find_rows(self, after: int, up_to: int, limit: int) -> list[Row]:
        """The next rows, oldest first."""
        return self._database.read_now(lambda tx: store.find_rows(tx, after, limit, up_to))


class TransactionChain:
    """The chain as a transaction sees it."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def has_row(self, sequence: int, mac: bytes) -> bool:
        """Whether exactly this row is in the chain."""
        return store.has_row(self._tx, sequence, mac)

    def find_rows(self, after: int, up_to: int, limit: int) -> list[Row]:
        """The next rows, oldest first."""
        return store.find_rows(self._tx, after, limit, up_to)


def reason_of(error: Exception) -> str:
    """What the log says of a failure; what a database says may hold rows, so of it the kind alone."""
    match error:
        case HubError():
            return error.message
        case OSError():
            return error.strerror or type(error).__name__
        case _:
            return type(error).__name__


def unavailable() -> AuditUnavailableError:
    """The refusal of everybody who can't be recorded."""
    return AuditUnavailableError(
        "this can't be recorded in the audit at the moment, so it was not done; try again shortly", retry_after=1
    )
