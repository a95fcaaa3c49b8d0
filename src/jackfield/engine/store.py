"""Every statement about work; plain ones, since every run waits for some of them."""

from collections.abc import Iterable

from sqlalchemy import text

from jackfield.db import Statements, Transaction
from jackfield.engine.errors import ClaimLostError
from jackfield.engine.models import Claim

_KEEP = "SELECT 1 FROM work WHERE id = ? AND fence = ?"

# --- For the transactions of others -----------------------------------------------------------------------------------


def add_work(tx: Statements, claim: Claim, *, owner: str | None, due_ms: int | None) -> None:
    """Store new work: claimed already by `owner`, or due at a moment, or waiting to be nudged."""
    tx.run(
        "INSERT INTO work (id, unit, due_at, owner, fence, crashes, nudges) VALUES (?, ?, ?, ?, ?, 0, 0)"
        " ON CONFLICT DO NOTHING",
        (claim.id, claim.unit, due_ms, owner, claim.fence),
    )


def keep_claim(tx: Statements, claim: Claim) -> None:
    """Make sure that it still is this process's, until the transaction ends.

    Raises:
        ClaimLostError: It is not.
    """
    statement = _KEEP if tx.is_sqlite else f"{_KEEP} FOR UPDATE"
    if tx.run(statement, (claim.id, claim.fence)) is None:
        raise _lost()


def lock_work(tx: Statements, work_id: str) -> None:
    """Have others who write to this work queue here until the transaction ends."""
    if not tx.is_sqlite:
        tx.run("SELECT 1 FROM work WHERE id = ? FOR UPDATE", (work_id,))


def release_work(tx: Statements, claim: Claim, *, due_ms: int | None, now_ms: int, heard: int = 0) -> None:
    """Leave it until a moment, or until it is nudged; due at once if it was nudged meanwhile.

    Args:
        tx: The transaction that stores how far it came.
        claim: Whose it was.
        due_ms: When to go on; None is never by itself.
        now_ms: The present moment.
        heard: How many nudges have been heeded already.

    Raises:
        ClaimLostError: It was somebody else's already.
    """
    found = tx.run(
        "UPDATE work SET owner = NULL, crashes = 0, due_at = CASE WHEN nudges > ? THEN ? ELSE ? END, nudges = 0"
        " WHERE id = ? AND fence = ? AND owner IS NOT NULL RETURNING id",
        (heard, now_ms, due_ms, claim.id, claim.fence),
    )
    if found is None:
        raise _lost()


def remove_work(tx: Statements, claim: Claim) -> None:
    """It is over.

    Raises:
        ClaimLostError: It was somebody else's already.
    """
    if tx.run("DELETE FROM work WHERE id = ? AND fence = ? RETURNING id", (claim.id, claim.fence)) is None:
        raise _lost()


def nudge_work(tx: Statements, work_id: str, now_ms: int) -> None:
    """Something happened that it waits for: it is due, or whoever carries it on will see."""
    tx.run(
        "UPDATE work SET nudges = nudges + 1, due_at = CASE WHEN owner IS NULL THEN ? ELSE due_at END WHERE id = ?",
        (now_ms, work_id),
    )


def forget_crashes(tx: Statements, claim: Claim) -> None:
    """It came further, so that what happened to its processes before is no sign any more."""
    tx.run("UPDATE work SET crashes = 0 WHERE id = ? AND fence = ?", (claim.id, claim.fence))


def _lost() -> ClaimLostError:
    return ClaimLostError("another server process carries this on")


# --- For the engine ---------------------------------------------------------------------------------------------------

_UNITS = text("""
    WITH RECURSIVE found(unit) AS (
        SELECT min(unit) FROM work WHERE owner IS NULL
        UNION ALL
        SELECT (SELECT min(unit) FROM work WHERE owner IS NULL AND unit > found.unit) FROM found
        WHERE found.unit IS NOT NULL
    )
    SELECT unit FROM found WHERE unit IS NOT NULL
""")
"""Each once, by as many steps in the index as there are units, however much work waits."""


_CLAIM = text("""
    UPDATE work SET owner = :owner, fence = fence + 1, nudges = 0 WHERE id IN (
        SELECT id FROM work WHERE owner IS NULL AND unit = :unit AND due_at <= :now ORDER BY due_at LIMIT :most
    ) RETURNING id, fence, crashes
""")
_CLAIM_UNLOCKED = text(_CLAIM.text.replace("LIMIT :most", "LIMIT :most FOR UPDATE SKIP LOCKED"))
"""Executors that claim at once pass each other by."""


def now_ms(tx: Transaction, clock_ms: int) -> int:
    """The moment by which executors judge each other: the database's own, where there are several."""
    if tx.is_sqlite:
        return clock_ms
    return tx.run("SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint")[0]


def next_due(tx: Transaction) -> int | None:
    """When the next free work is due."""
    return tx.run("SELECT min(due_at) FROM work WHERE owner IS NULL AND due_at IS NOT NULL")[0]


def count_work(tx: Transaction, unit: str) -> int:
    """How much work a business unit has, due or not; counted in the index."""
    free = text("SELECT count(*) FROM work WHERE owner IS NULL AND unit = :unit")
    owned = text("SELECT count(*) FROM work WHERE owner IS NOT NULL AND unit = :unit")
    values = {"unit": unit}
    return tx.connection.execute(free, values).scalar_one() + tx.connection.execute(owned, values).scalar_one()


def units_with_work(tx: Transaction) -> list[str]:
    """The business units with free work, due or not."""
    return list(tx.connection.scalars(_UNITS))


def claim(tx: Transaction, unit: str, owner: str, most: int, now: int) -> list[Claim]:
    """Claim the work of a business unit that has been due for longest."""
    statement = _CLAIM if tx.is_sqlite else _CLAIM_UNLOCKED
    rows = tx.connection.execute(statement, {"owner": owner, "unit": unit, "now": now, "most": most})
    return [Claim(id_, unit, fence, crashes) for id_, fence, crashes in rows]


def nudged(tx: Transaction, owner: str) -> dict[str, int]:
    """The work of an executor that was nudged since it was claimed, and how often."""
    rows = tx.connection.execute(
        text("SELECT id, nudges FROM work WHERE owner = :owner AND nudges > 0"), {"owner": owner}
    )
    return {row.id: row.nudges for row in rows}


def postpone(tx: Statements, lost: Claim, due_ms: int, now_ms: int) -> None:
    """Have work that failed inside Jackfield tried again later, by anybody; at once where it was nudged meanwhile."""
    tx.run(
        "UPDATE work SET owner = NULL, crashes = crashes + 1, due_at = CASE WHEN nudges > 0 THEN ? ELSE ? END, nudges = 0"
        " WHERE id = ? AND fence = ?",
        (now_ms, due_ms, lost.id, lost.fence),
    )


def join(tx: Transaction, executor: str, host: str, now: int) -> None:
    """Store a new executor."""
    tx.run("INSERT INTO executors (id, host, started_at, seen_at) VALUES (?, ?, ?, ?)", (executor, host, now, now))


def beat(tx: Transaction, executor: str, now: int) -> bool:
    """Show that an executor lives; False if it has been taken for dead."""
    return tx.run("UPDATE executors SET seen_at = ? WHERE id = ? RETURNING id", (now, executor)) is not None


def silent(tx: Transaction, before: int, but: str) -> list[str]:
    """The executors that have not been seen since a moment."""
    rows = tx.connection.execute(
        text("SELECT id FROM executors WHERE seen_at < :before AND id <> :but ORDER BY id"),
        {"before": before, "but": but},
    )
    return [one for (one,) in rows]


def bury(tx: Transaction, dead: Iterable[str], now: int) -> int:
    """Free the work of dead executors, to be claimed by whoever lives; says how much it was."""
    freed = 0
    for one in dead:
        # The lock on which two who bury the same queue.
        if tx.run("DELETE FROM executors WHERE id = ? RETURNING id", (one,)) is None:
            continue
        rows = tx.connection.execute(
            text(
                "UPDATE work SET owner = NULL, fence = fence + 1, crashes = crashes + 1, due_at = :now"
                " WHERE owner = :owner RETURNING id"
            ),
            {"owner": one, "now": now},
        )
        freed += len(rows.all())
    return freed


def owned(tx: Transaction, executor: str) -> list[str]:
    """What an executor has claimed."""
    rows = tx.connection.execute(text("SELECT id FROM work WHERE owner = :owner"), {"owner": executor})
    return [one for (one,) in rows]


def free(tx: Transaction, executor: str, ids: Iterable[str], now: int) -> int:
    """Free work of an executor, to be claimed by whoever lives; says how much it was."""
    freed = 0
    for one in sorted(ids):
        statement = (
            "UPDATE work SET owner = NULL, fence = fence + 1, due_at = ? WHERE id = ? AND owner = ? RETURNING id"
        )
        freed += tx.run(statement, (now, one, executor)) is not None
    return freed


def leave(tx: Transaction, executor: str, now: int) -> None:
    """An executor goes; what it still had is free."""
    tx.run("DELETE FROM executors WHERE id = ?", (executor,))
    tx.run("UPDATE work SET owner = NULL, fence = fence + 1, due_at = ? WHERE owner = ?", (now, executor))
