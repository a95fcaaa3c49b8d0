"""The tables of this feature.

The indices follow the lists: every order that a list can have, within everything, within a business unit, and from the
side of the person. So a page costs what its rows cost, however many connections there are.
"""

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
    text,
)

from jackfield.db import UtcDateTime, metadata

connections = Table(
    "connections",
    metadata,
    Column("id", String, primary_key=True),
    Column("business_unit_id", String, nullable=False),
    Column("name", String, nullable=False),
    Column("name_key", String, nullable=False),
    Column("connector", String, nullable=False),
    Column("scheme", String, nullable=False),
    Column("details", JSON, nullable=False),
    Column("origin", String, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("reason_code", String, nullable=False, server_default=""),
    Column("remote", JSON),
    Column("ever_connected", Boolean, nullable=False),
    Column("is_narrowed", Boolean, nullable=False),
    Column("secret_version", Integer, nullable=False),
    Column("creator_id", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("modified_at", UtcDateTime, nullable=False),
    Column("modified_by", String, nullable=False),
    # never used is the beginning of time, so that it has a place in the order
    Column("last_used_at", UtcDateTime, nullable=False),
    # of what is in `connection_uses`, so that lists can be in this order
    Column("use_count", Integer, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False),
    Column("successor_id", String),
    Column("deleted_at", UtcDateTime),
)
"""A deleted connection keeps its row for the audit; every query but `find_record` leaves it out."""

_LIVE = text("deleted_at IS NULL")

Index(
    "uq_connections_name",
    connections.c.business_unit_id,
    connections.c.name_key,
    unique=True,
    sqlite_where=_LIVE,
    postgresql_where=_LIVE,
)
Index("ix_connections_creator", connections.c.creator_id, sqlite_where=_LIVE, postgresql_where=_LIVE)
Index(
    "ix_connections_picker",
    connections.c.business_unit_id,
    connections.c.is_narrowed,
    connections.c.name_key,
    connections.c.id,
    sqlite_where=_LIVE,
    postgresql_where=_LIVE,
)

for _order, _columns in {
    "name": (connections.c.name_key,),
    "created": (connections.c.created_at,),
    "modified": (connections.c.modified_at,),
    "last_used": (connections.c.last_used_at,),
    "connector": (connections.c.connector, connections.c.name_key),
    "health": (connections.c.state, connections.c.name_key),
    "uses": (connections.c.use_count, connections.c.name_key),
}.items():
    Index(f"ix_connections_{_order}", *_columns, connections.c.id, sqlite_where=_LIVE, postgresql_where=_LIVE)
    Index(
        f"ix_connections_unit_{_order}",
        connections.c.business_unit_id,
        *_columns,
        connections.c.id,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )

connection_admins = Table(
    "connection_admins",
    metadata,
    Column("connection_id", String, ForeignKey("connections.id"), primary_key=True),
    Column("person_id", String, primary_key=True, index=True),
    Column("since", UtcDateTime, nullable=False),
)

authorized_persons = Table(
    "authorized_persons",
    metadata,
    Column("connection_id", String, ForeignKey("connections.id"), primary_key=True),
    Column("kind", String, primary_key=True),
    Column("subject_id", String, primary_key=True),
    Index("ix_authorized_persons_subject", "kind", "subject_id"),
)
"""`kind` is `person` or `group`. `connections.is_narrowed` says whether there is a row."""

credentials = Table(
    "credentials",
    metadata,
    Column("connection_id", String, ForeignKey("connections.id"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("field", String, primary_key=True),
    Column("scheme", String, nullable=False),
    Column("key_id", String, nullable=False, index=True),
    Column("data", LargeBinary, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
    Column("set_by", String, nullable=False),
    Column("retired_at", UtcDateTime, index=True),
)
"""Sealed, one row per field. Those in force have the version `connections.secret_version` and no `retired_at`."""

features = Table(
    "features",
    metadata,
    Column("scope", String, primary_key=True),
    Column("connector", String, primary_key=True),
    Column("is_on", Boolean, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("changed_by", String, nullable=False),
)
"""`scope` is a business unit's id, or `''` for the installation. Without a row, a feature is on."""

outbound_targets = Table(
    "outbound_targets",
    metadata,
    Column("id", String, primary_key=True),
    Column("scope", String, nullable=False, index=True),
    Column("host", String, nullable=False),
    Column("port", Integer),
    Column("note", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", String, nullable=False),
)
"""`scope` as in `features`."""

connection_uses = Table(
    "connection_uses",
    metadata,
    Column("connection_id", String, ForeignKey("connections.id"), primary_key=True),
    Column("kind", String, primary_key=True),
    Column("user_id", String, primary_key=True),
    Column("part", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("label", String, nullable=False),
    Column("container", String, nullable=False),
    Column("owner_id", String, nullable=False),
    Column("link", String, nullable=False),
    Column("business_unit_id", String, nullable=False),
    Column("methods", JSON, nullable=False, server_default="[]"),
    Index("ix_connection_uses_user", "kind", "user_id"),
)
"""What refers to a connection, and of a custom integration to which of its methods (C15)."""
