"""Runs that are steps of other runs: what definitions call the processes that their steps run."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "process_calls",
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("called_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["called_id"], ["processes.id"], name=op.f("fk_process_calls_called_id_processes")),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name=op.f("fk_process_calls_process_id_processes")),
        sa.PrimaryKeyConstraint("process_id", "number", "reference", name=op.f("pk_process_calls")),
    )
    op.create_index(op.f("ix_process_calls_called_id"), "process_calls", ["called_id"], unique=False)
