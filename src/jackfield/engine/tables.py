"""The tables of this mechanism. Moments are milliseconds since 1970: they are compared, and shown to nobody."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, text

from jackfield.db import metadata

executors = Table(
    "executors",
    metadata,
    Column("id", String, primary_key=True),
    Column("host", String, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)
"""Server processes that carry work on; on PostgreSQL by the database's clock, so that theirs need not agree."""

work = Table(
    "work",
    metadata,
    Column("id", String, primary_key=True),
    Column("unit", String, nullable=False),
    Column("due_at", BigInteger),
    Column("owner", String),
    Column("fence", Integer, nullable=False),
    Column("crashes", Integer, nullable=False),
    Column("nudges", Integer, nullable=False),
)
"""Without a due time it waits to be nudged. `nudges` counts those since it was claimed."""

_FREE = text("owner IS NULL")

Index("ix_work_due_at", work.c.due_at, sqlite_where=_FREE, postgresql_where=_FREE)
Index("ix_work_unit", work.c.unit, work.c.due_at, sqlite_where=_FREE, postgresql_where=_FREE)
_OWNED = text("owner IS NOT NULL")
Index("ix_work_owner", work.c.owner, sqlite_where=_OWNED, postgresql_where=_OWNED)
