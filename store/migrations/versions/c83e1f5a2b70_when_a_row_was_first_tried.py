"""When a row of the outbox was first tried.

Revises: e5d20c7b9f13
"""

import sqlalchemy as sa
from alembic import op

revision = "c83e1f5a2b70"
down_revision = "e5d20c7b9f13"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("outbox", "tried_at")
