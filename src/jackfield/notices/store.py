"""Every query of this feature."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from jackfield.db import Transaction
from jackfield.kernel import NoticeId, ObjectRef, Page, PageRequest, PersonId
from jackfield.notices.models import Notice
from jackfield.notices.tables import notices

_ORDER = "-created_at"


def insert_once(tx: Transaction, new: Sequence[Notice], key: str) -> None:
    """Store those of the notices whose people have none under `key`, also while others store theirs."""
    dialect = sqlite if tx.connection.dialect.name == "sqlite" else postgresql
    for notice in sorted(new, key=lambda notice: notice.person_id):
        statement = dialect.insert(notices).values(
            id=notice.id,
            person_id=notice.person_id,
            key=key,
            kind=notice.kind,
            subject_kind=notice.subject.kind,
            subject_id=notice.subject.id,
            subject_label=notice.subject.label,
            data=dict(notice.data),
            created_at=notice.created_at,
            read_at=notice.read_at,
        )
        tx.connection.execute(statement.on_conflict_do_nothing(index_elements=["person_id", "key"]))


def find_notice(tx: Transaction, person_id: PersonId, notice_id: NoticeId) -> Notice | None:
    """A person's notice with this id."""
    query = select(notices).where(notices.c.id == notice_id, notices.c.person_id == person_id)
    row = tx.connection.execute(query).first()
    return None if row is None else _notice(row)


def list_notices(tx: Transaction, person_id: PersonId, page: PageRequest, *, only_unread: bool) -> Page[Notice]:
    """A person's notices, the newest first: ids made later sort later."""
    query = select(notices).where(notices.c.person_id == person_id).order_by(notices.c.id.desc()).limit(page.limit + 1)
    if only_unread:
        query = query.where(notices.c.read_at.is_(None))
    if after := page.after(_ORDER, 1):
        query = query.where(notices.c.id < str(after[0]))
    found = [_notice(row) for row in tx.connection.execute(query)]
    return Page[Notice].cut(found, page.limit, _ORDER, lambda notice: (notice.id,))


def mark_read(tx: Transaction, person_id: PersonId, notice_id: NoticeId | None, now: datetime) -> None:
    """Mark one notice, or all, as read; the first time counts."""
    statement = update(notices).where(notices.c.person_id == person_id, notices.c.read_at.is_(None))
    if notice_id is not None:
        statement = statement.where(notices.c.id == notice_id)
    tx.connection.execute(statement.values(read_at=now))


def count_unread(tx: Transaction, person_id: PersonId) -> int:
    """How many notices the person has not read."""
    query = select(func.count()).where(notices.c.person_id == person_id, notices.c.read_at.is_(None))
    return tx.connection.execute(query).scalar_one()


def _notice(row: Row[Any]) -> Notice:
    return Notice(
        id=NoticeId(row.id),
        person_id=PersonId(row.person_id),
        kind=row.kind,
        subject=ObjectRef(row.subject_kind, row.subject_id, row.subject_label),
        data=row.data,
        created_at=row.created_at,
        read_at=row.read_at,
    )
