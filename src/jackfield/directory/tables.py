"""The tables of this feature. Tokens, session ids and codes are only here as SHA-256, passwords as argon2id."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from jackfield.db import UtcDateTime, metadata

installation = Table(
    "installation",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("id", String, nullable=False),
    Column("key_check", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)
"""One row (`one` is 1): who this installation is, and what proves that the key file belongs to it."""

people = Table(
    "people",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("name_key", String, nullable=False),
    Column("sign_in_name", String, nullable=False),
    Column("sign_in_key", String, nullable=False, unique=True),
    Column("email", String, nullable=False),
    Column("search_text", Text, nullable=False),
    Column("is_super_admin", Boolean, nullable=False),
    Column("is_auditor", Boolean, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("modified_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_people_name_key_id", "name_key", "id"),
)

passwords = Table(
    "passwords",
    metadata,
    Column("person_id", String, ForeignKey("people.id"), primary_key=True),
    Column("hash", String, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)

sign_in_codes = Table(
    "sign_in_codes",
    metadata,
    Column("person_id", String, ForeignKey("people.id"), primary_key=True),
    Column("hash", LargeBinary, nullable=False, unique=True),
    Column("expires_at", UtcDateTime, nullable=False),
)
"""At most one per person: a new one voids the one before."""

groups = Table(
    "groups",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("name_key", String, nullable=False, unique=True),
    Column("description", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("modified_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False),
)

group_members = Table(
    "group_members",
    metadata,
    Column("group_id", String, ForeignKey("groups.id"), primary_key=True),
    Column("person_id", String, ForeignKey("people.id"), primary_key=True, index=True),
)

business_units = Table(
    "business_units",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("name_key", String, nullable=False, unique=True),
    Column("description", Text, nullable=False),
    Column("runs_kept_days", Integer),
    Column("created_at", UtcDateTime, nullable=False),
    Column("modified_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("unit_id", String, ForeignKey("business_units.id"), primary_key=True),
    Column("person_id", String, ForeignKey("people.id"), primary_key=True, index=True),
    Column("role", String, primary_key=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String, primary_key=True),
    Column("person_id", String, ForeignKey("people.id"), nullable=False, index=True),
    Column("hash", LargeBinary, nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_used_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)
"""A session that ended is not here."""

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", String, primary_key=True),
    Column("person_id", String, ForeignKey("people.id"), nullable=False, index=True),
    Column("name", String, nullable=False),
    Column("hash", LargeBinary, nullable=False, unique=True),
    Column("scopes", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("last_used_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
)

sign_in_attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("key", String, primary_key=True),
    Column("used_until", UtcDateTime, nullable=False, index=True),
    Column("known_until", UtcDateTime),
)
"""How much of its allowance an account or an address has used up; the key is a digest.

`used_until` is the moment from which the whole allowance is there again. `known_until` is set on an account together
with an address from which its owner has signed in: it has an allowance of its own until then, so that strangers who
use up the account's can't keep him out.
"""
