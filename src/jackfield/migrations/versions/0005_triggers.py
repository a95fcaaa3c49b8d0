"""Triggers: what starts runs, what happened to them, and what they have seen."""

import sqlalchemy as sa
from alembic import op

from jackfield.db import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make their tables."""
    op.create_table(
        "triggers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("business_unit_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("connection_id", sa.String(), nullable=True),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("place", sa.JSON(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("trouble_code", sa.String(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("trouble_at", UtcDateTime(), nullable=True),
        sa.Column("address", sa.Integer(), nullable=False),
        sa.Column("address_digest", sa.String(), nullable=True),
        sa.Column("box_key_id", sa.String(), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("modified_at", UtcDateTime(), nullable=False),
        sa.Column("modified_by", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triggers")),
    )
    op.create_index("ix_triggers_box_key_id", "triggers", ["box_key_id"], unique=False)
    op.create_index("ix_triggers_connection_id", "triggers", ["connection_id"], unique=False)
    op.create_index(
        "ix_triggers_due_at",
        "triggers",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_triggers_name_key",
        "triggers",
        ["name_key", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index("uq_triggers_address_digest", "triggers", ["address_digest"], unique=True)
    op.create_index(
        "uq_triggers_name",
        "triggers",
        ["process_id", "name_key"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "trigger_events",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("trigger_id", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=True),
        sa.Column("replay_of", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("followed", sa.String(), nullable=False),
        sa.Column("source", sa.JSON(), nullable=False),
        sa.Column("input", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["trigger_id"], ["triggers.id"], name=op.f("fk_trigger_events_trigger_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trigger_events")),
    )
    op.create_index("ix_trigger_events_at", "trigger_events", ["at"], unique=False)
    op.create_index(
        "ix_trigger_events_due_at",
        "trigger_events",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_trigger_events_followed",
        "trigger_events",
        ["trigger_id", "id"],
        unique=False,
        sqlite_where=sa.text("followed = 'waiting'"),
        postgresql_where=sa.text("followed = 'waiting'"),
    )
    op.create_index("ix_trigger_events_trigger", "trigger_events", ["trigger_id", "id"], unique=False)
    op.create_table(
        "trigger_marks",
        sa.Column("trigger_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=True),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["trigger_id"], ["triggers.id"], name=op.f("fk_trigger_marks_trigger_id")),
        sa.PrimaryKeyConstraint("trigger_id", "key", name=op.f("pk_trigger_marks")),
    )
    op.create_index("ix_trigger_marks_until", "trigger_marks", ["until"], unique=False)
    op.create_table(
        "trigger_secrets",
        sa.Column("trigger_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["trigger_id"], ["triggers.id"], name=op.f("fk_trigger_secrets_trigger_id")),
        sa.PrimaryKeyConstraint("trigger_id", "number", name=op.f("pk_trigger_secrets")),
    )
