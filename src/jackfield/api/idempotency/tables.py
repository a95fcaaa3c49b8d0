"""Keys that were taken, and the answers left with them."""

from sqlalchemy import JSON, Column, Integer, LargeBinary, String, Table

from jackfield.db import UtcDateTime, metadata

answers = Table(
    "idempotent_answers",
    metadata,
    Column("principal_id", String(64), primary_key=True),
    Column("key", String(200), primary_key=True),
    # Keyed: the body may hold a password that somebody could try to guess from a plain digest (D05).
    Column("digest", LargeBinary, nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("taken_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    # All empty while the request runs; `sealed` stays empty where the answer holds a secret shown once.
    Column("status", Integer),
    Column("headers", JSON),
    Column("sealed_key_id", String(64)),
    Column("sealed", LargeBinary),
)
