"""How far the dates of a voucher may move.

Revises: 9e41b07c5d28
"""

import sqlalchemy as sa
from alembic import op

revision = "3d9a51c07be2"
down_revision = "9e41b07c5d28"
branch_labels = None
depends_on = None

_DATES = ("approved_starts_on", "approved_ends_on", "wished_starts_on", "wished_ends_on")


def upgrade() -> None:
    with op.batch_alter_table("scheme") as batch:
        batch.add_column(sa.Column("move_days", sa.Integer(), nullable=False, server_default="90"))
    with op.batch_alter_table("scheme") as batch:
        batch.alter_column("move_days", server_default=None)
    with op.batch_alter_table("application") as batch:
        for name in _DATES:
            batch.add_column(sa.Column(name, sa.Date(), nullable=True))
    # Of what was approved before, nobody knows any more which dates it had then: those of today count.
    op.execute(
        "UPDATE application SET approved_starts_on = starts_on, approved_ends_on = ends_on "
        "WHERE approved_on IS NOT NULL"
    )


def downgrade() -> None:
    with op.batch_alter_table("application") as batch:
        for name in _DATES:
            batch.drop_column(name)
    with op.batch_alter_table("scheme") as batch:
        batch.drop_column("move_days")
