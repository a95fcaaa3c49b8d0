"""How long a business unit's runs are kept after their end."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("business_units", sa.Column("runs_kept_days", sa.Integer(), nullable=True))
