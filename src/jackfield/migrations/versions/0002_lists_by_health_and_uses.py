"""Lists of connections by health and by uses; why one isn't connected as a code, too."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_LIVE = sa.text("deleted_at IS NULL")
_ORDERS = {"health": ["state", "name_key", "id"], "uses": ["use_count", "name_key", "id"]}


def upgrade() -> None:
    """Count the uses that there are, and tell the one reason that pages know by its sentence until now."""
    op.add_column("connections", sa.Column("reason_code", sa.String(), nullable=False, server_default=""))
    op.add_column("connections", sa.Column("use_count", sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE connections SET use_count = (SELECT count(DISTINCT u.kind || ' ' || u.user_id) FROM connection_uses u "
        "WHERE u.connection_id = connections.id)"
    )
    op.execute(
        "UPDATE connections SET reason_code = 'egress.target_refused' "
        "WHERE reason LIKE '%it can be allowed under outbound targets by a super admin'"
    )
    for order, columns in _ORDERS.items():
        op.create_index(f"ix_connections_{order}", "connections", columns, sqlite_where=_LIVE, postgresql_where=_LIVE)
        op.create_index(
            f"ix_connections_unit_{order}",
            "connections",
            ["business_unit_id", *columns],
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        )
