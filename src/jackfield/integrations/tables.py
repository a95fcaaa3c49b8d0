"""The tables of this feature.

An integration has the id of its connection. Access groups are written before the integration itself, and triggers refuse
to change, add or delete them afterwards, whoever asks (O1): see the migration.
"""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from jackfield.db import UtcDateTime, metadata

access_groups = Table(
    "integration_access_groups",
    metadata,
    Column("integration_id", String, ForeignKey("connections.id"), primary_key=True),
    Column("group_id", String, primary_key=True, index=True),
)

integrations = Table(
    "integrations",
    metadata,
    Column("id", String, ForeignKey("connections.id"), primary_key=True),
    Column("description", Text, nullable=False),
    Column("document_number", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", String, nullable=False),
    Column("modified_at", UtcDateTime, nullable=False),
    Column("modified_by", String, nullable=False),
    Column("version", Integer, nullable=False),
)

documents = Table(
    "integration_documents",
    metadata,
    Column("integration_id", String, ForeignKey("integrations.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("digest", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("api_version", Text, nullable=False),
    Column("specification", String, nullable=False),
    Column("operations", Integer, nullable=False),
    Column("understood", Integer, nullable=False),
    Column("restored_from", Integer),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", String, nullable=False),
    Column("source", LargeBinary, nullable=False),
    Column("json_text", LargeBinary, nullable=False),
    Column("report", LargeBinary, nullable=False),
    Column("methods", LargeBinary, nullable=False),
)
"""Each version of an integration's document; what is binary is compressed. `methods` is made of the document once."""

grants = Table(
    "integration_grants",
    metadata,
    Column("integration_id", String, ForeignKey("integrations.id"), primary_key=True),
    Column("method", String, primary_key=True),
    Column("level", String, nullable=False),
    Column("confirmation", Boolean, nullable=False),
    Column("held", Text, nullable=False),
    Column("granted_at", UtcDateTime, nullable=False),
    Column("granted_by", String, nullable=False),
)

grant_entries = Table(
    "integration_grant_entries",
    metadata,
    Column("integration_id", String, primary_key=True),
    Column("method", String, primary_key=True),
    Column("subject_id", String, primary_key=True),
    ForeignKeyConstraint(
        ["integration_id", "method"],
        ["integration_grants.integration_id", "integration_grants.method"],
        name="fk_integration_grant_entries_grant",
    ),
    Index("ix_integration_grant_entries_subject", "subject_id", "integration_id"),
)

acknowledgements = Table(
    "integration_acknowledgements",
    metadata,
    Column("integration_id", String, ForeignKey("integrations.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("text_version", String, nullable=False),
    Column("person_id", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
"""Who accepted which text when (O3); the last one counts, all are kept."""
