"""Since when a workspace is closed to us.

Revises: a7e3c95d0b16
"""

import sqlalchemy as sa
from alembic import op

revision = "d41b7a90c6e2"
down_revision = "a7e3c95d0b16"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("workspace", schema=None) as batch_op:
        batch_op.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("workspace", schema=None) as batch_op:
        batch_op.drop_column("closed_at")
