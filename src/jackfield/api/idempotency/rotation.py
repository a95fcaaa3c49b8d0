"""Moving kept answers under the newest key, online and resumable (D06); as connections do with their credentials."""

from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select, update

from jackfield.api.idempotency.service import binding_of
from jackfield.api.idempotency.store import KeyRef
from jackfield.api.idempotency.tables import answers
from jackfield.db import Database, Transaction
from jackfield.errors import IntegrityError
from jackfield.vault import Sealed, Vault


@dataclass(frozen=True, slots=True)
class _Kept:
    ref: KeyRef
    sealed: Sealed


async def rewrap_answers(database: Database, vault: Vault, *, at_once: int = 100) -> int:
    """Wrap the data keys of all kept answers anew; says how many. One that can't be opened stays as it is.

    An answer that is replaced meanwhile stays what it became.
    """
    rewrapped = 0
    after: KeyRef | None = None
    while True:
        place = after
        found = await database.read(lambda tx, place=place: _list_kept(tx, place, at_once))
        new: list[tuple[_Kept, Sealed]] = []
        for kept in found:
            try:
                wrapped = vault.rewrap(kept.sealed, binding_of(kept.ref))
            except IntegrityError:
                continue
            if wrapped.key_id != kept.sealed.key_id:
                new.append((kept, wrapped))
        if new:
            rewrapped += await database.write(lambda tx, new=new: sum(_replace(tx, *one) for one in new))
        if len(found) < at_once:
            return rewrapped
        after = found[-1].ref


async def count_answers_by_key_id(database: Database) -> dict[str, int]:
    """How many kept answers are sealed under each key."""
    counted = (
        select(answers.c.sealed_key_id, func.count())
        .where(answers.c.sealed_key_id.is_not(None))
        .group_by(answers.c.sealed_key_id)
    )
    return await database.read(lambda tx: {row[0]: row[1] for row in tx.connection.execute(counted)})


def _list_kept(tx: Transaction, after: KeyRef | None, limit: int) -> list[_Kept]:
    query = (
        select(answers.c.principal_id, answers.c.key, answers.c.sealed_key_id, answers.c.sealed)
        .where(answers.c.sealed_key_id.is_not(None))
        .order_by(answers.c.principal_id, answers.c.key)
        .limit(limit)
    )
    if after is not None:
        same = and_(answers.c.principal_id == after.principal_id, answers.c.key > after.key)
        query = query.where(or_(answers.c.principal_id > after.principal_id, same))
    return [
        _Kept(KeyRef(row.principal_id, row.key), Sealed(row.sealed_key_id, row.sealed))
        for row in tx.connection.execute(query)
    ]


def _replace(tx: Transaction, kept: _Kept, new: Sealed) -> int:
    changed = tx.connection.execute(
        update(answers)
        .where(
            answers.c.principal_id == kept.ref.principal_id,
            answers.c.key == kept.ref.key,
            answers.c.sealed_key_id == kept.sealed.key_id,
            answers.c.sealed == kept.sealed.data,
        )
        .values(sealed_key_id=new.key_id, sealed=new.data)
    )
    # What is overwritten opens with the old key, which may be about to be destroyed for having been stolen (D06).
    tx.destroys_secrets |= changed.rowcount == 1
    return changed.rowcount
