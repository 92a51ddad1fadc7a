"""Where a workspace is reached.

Revises: 49f65b22aff4
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "7c2d90b4ea11"
down_revision = "49f65b22aff4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("workspace") as batch:
        batch.add_column(sa.Column("service_url", sa.String(), nullable=False, server_default=""))
        batch.add_column(
            sa.Column(
                "places", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False, server_default="{}"
            )
        )
    with op.batch_alter_table("workspace") as batch:
        batch.alter_column("service_url", server_default=None)
        batch.alter_column("places", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("workspace") as batch:
        batch.drop_column("places")
        batch.drop_column("service_url")
