"""Custom integrations: documents, access groups that can't change, grants."""

import sqlalchemy as sa
from alembic import op

from jackfield.db import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ON_SQLITE = (
    """CREATE TRIGGER integration_access_groups_no_update BEFORE UPDATE ON integration_access_groups
    BEGIN SELECT RAISE(ABORT, 'access groups are fixed (O1)'); END""",
    """CREATE TRIGGER integration_access_groups_no_delete BEFORE DELETE ON integration_access_groups
    BEGIN SELECT RAISE(ABORT, 'access groups are fixed (O1)'); END""",
    """CREATE TRIGGER integration_access_groups_no_insert BEFORE INSERT ON integration_access_groups
    WHEN EXISTS (SELECT 1 FROM integrations WHERE id = NEW.integration_id)
    BEGIN SELECT RAISE(ABORT, 'access groups are fixed (O1)'); END""",
)
_ON_POSTGRESQL = (
    """CREATE FUNCTION keep_integration_access_groups() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NOT EXISTS (SELECT 1 FROM integrations WHERE id = NEW.integration_id) THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'access groups are fixed (O1)' USING ERRCODE = 'integrity_constraint_violation';
    END $$""",
    """CREATE TRIGGER integration_access_groups_kept BEFORE INSERT OR UPDATE OR DELETE ON integration_access_groups
    FOR EACH ROW EXECUTE FUNCTION keep_integration_access_groups()""",
    """CREATE TRIGGER integration_access_groups_not_emptied BEFORE TRUNCATE ON integration_access_groups
    FOR EACH STATEMENT EXECUTE FUNCTION keep_integration_access_groups()""",
)


def upgrade() -> None:
    """Make the tables of integrations, and what keeps their access groups as they are."""
    op.create_table(
        "integration_access_groups",
        sa.Column("integration_id", sa.String(), nullable=False),
        sa.Column("group_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["integration_id"],
            ["connections.id"],
            name=op.f("fk_integration_access_groups_integration_id"),
        ),
        sa.PrimaryKeyConstraint("integration_id", "group_id", name=op.f("pk_integration_access_groups")),
    )
    op.create_index(
        op.f("ix_integration_access_groups_group_id"), "integration_access_groups", ["group_id"], unique=False
    )
    op.create_table(
        "integrations",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("document_number", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("modified_at", UtcDateTime(), nullable=False),
        sa.Column("modified_by", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["connections.id"], name=op.f("fk_integrations_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integrations")),
    )
    op.create_table(
        "integration_documents",
        sa.Column("integration_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("api_version", sa.Text(), nullable=False),
        sa.Column("specification", sa.String(), nullable=False),
        sa.Column("operations", sa.Integer(), nullable=False),
        sa.Column("understood", sa.Integer(), nullable=False),
        sa.Column("restored_from", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.Column("json_text", sa.LargeBinary(), nullable=False),
        sa.Column("report", sa.LargeBinary(), nullable=False),
        sa.Column("methods", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["integration_id"], ["integrations.id"], name=op.f("fk_integration_documents_integration_id")
        ),
        sa.PrimaryKeyConstraint("integration_id", "number", name=op.f("pk_integration_documents")),
    )
    op.create_table(
        "integration_grants",
        sa.Column("integration_id", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("confirmation", sa.Boolean(), nullable=False),
        sa.Column("held", sa.Text(), nullable=False),
        sa.Column("granted_at", UtcDateTime(), nullable=False),
        sa.Column("granted_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["integration_id"], ["integrations.id"], name=op.f("fk_integration_grants_integration_id")
        ),
        sa.PrimaryKeyConstraint("integration_id", "method", name=op.f("pk_integration_grants")),
    )
    op.create_table(
        "integration_grant_entries",
        sa.Column("integration_id", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["integration_id", "method"],
            ["integration_grants.integration_id", "integration_grants.method"],
            name="fk_integration_grant_entries_grant",
        ),
        sa.PrimaryKeyConstraint("integration_id", "method", "subject_id", name=op.f("pk_integration_grant_entries")),
    )
    op.create_index(
        "ix_integration_grant_entries_subject",
        "integration_grant_entries",
        ["subject_id", "integration_id"],
        unique=False,
    )
    op.create_table(
        "integration_acknowledgements",
        sa.Column("integration_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text_version", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["integration_id"], ["integrations.id"], name=op.f("fk_integration_acknowledgements_integration_id")
        ),
        sa.PrimaryKeyConstraint("integration_id", "number", name=op.f("pk_integration_acknowledgements")),
    )
    _keep_access_groups()


def _keep_access_groups() -> None:
    """Refuse to change or delete access groups at all, and to add any once the integration is there."""
    if op.get_bind().dialect.name == "sqlite":
        for statement in _ON_SQLITE:
            op.execute(statement)
    else:
        for statement in _ON_POSTGRESQL:
            op.execute(statement)
