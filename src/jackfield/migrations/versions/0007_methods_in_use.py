"""Which methods of a custom integration are used, and by what."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing could use a method until now."""
    op.add_column("connection_uses", sa.Column("methods", sa.JSON(), nullable=False, server_default="[]"))
