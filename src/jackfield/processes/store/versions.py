"""Published versions."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from jackfield.db import Transaction
from jackfield.kernel import Page, PageRequest, PersonId, ProcessId
from jackfield.processes.models import Version
from jackfield.processes.store.records import content_of, content_values
from jackfield.processes.tables import process_versions

_ORDER = "-number"


def insert_version(tx: Transaction, version: Version) -> None:
    """Store a version; it never changes."""
    tx.connection.execute(
        insert(process_versions).values(
            process_id=version.process_id,
            number=version.number,
            **content_values(version.content),
            published_at=version.published_at,
            published_by=version.published_by,
            note=version.note,
        )
    )


def find_version(tx: Transaction, process_id: ProcessId, number: int) -> Version | None:
    """One version, whether or not the process is deleted."""
    row = tx.connection.execute(
        select(process_versions).where(process_versions.c.process_id == process_id, process_versions.c.number == number)
    ).first()
    if row is None:
        return None
    return Version(process_id, number, content_of(row), row.published_at, PersonId(row.published_by), row.note)


@dataclass(frozen=True, slots=True)
class ListedVersion:
    """A version without its content."""

    number: int
    published_at: datetime
    published_by: PersonId
    note: str


def list_versions(tx: Transaction, process_id: ProcessId, page: PageRequest) -> Page[ListedVersion]:
    """The versions of a process, the newest first."""
    query = (
        select(*(process_versions.c[name] for name in ListedVersion.__dataclass_fields__))
        .where(process_versions.c.process_id == process_id)
        .order_by(process_versions.c.number.desc())
        .limit(page.limit + 1)
    )
    if (after := page.after_number(_ORDER)) is not None:
        query = query.where(process_versions.c.number < after)
    rows = [ListedVersion(**row) for row in tx.connection.execute(query).mappings()]
    return Page[ListedVersion].cut(rows, page.limit, _ORDER, lambda one: (one.number,))
