"""Triggers that listen: which server process does for which, and what was heard."""

import sqlalchemy as sa
from alembic import op

from jackfield.db import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give triggers a listener."""
    op.add_column("triggers", sa.Column("told", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("triggers", sa.Column("listener", sa.String(), nullable=True))
    op.add_column("triggers", sa.Column("listener_until", UtcDateTime(), nullable=True))
    op.add_column("triggers", sa.Column("listening_since", UtcDateTime(), nullable=True))
