"""The tables of this feature."""

from sqlalchemy import JSON, Column, Index, String, Table, UniqueConstraint

from jackfield.db import UtcDateTime, metadata

notices = Table(
    "notices",
    metadata,
    Column("id", String, primary_key=True),
    Column("person_id", String, nullable=False),
    Column("key", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("subject_kind", String, nullable=False),
    Column("subject_id", String, nullable=False),
    Column("subject_label", String, nullable=False),
    Column("data", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("read_at", UtcDateTime),
    UniqueConstraint("person_id", "key"),
    Index("ix_notices_person_id_id", "person_id", "id"),
)
"""`key` says what is told: the same is told a person once."""
