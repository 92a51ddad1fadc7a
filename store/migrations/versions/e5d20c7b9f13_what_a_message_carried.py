"""What a message carried.

Revises: d41b7a90c6e2
"""

import sqlalchemy as sa
from alembic import op

revision = "e5d20c7b9f13"
down_revision = "d41b7a90c6e2"
branch_labels = None
depends_on = None

_CARRIED = sa.text("sent_ref IS NOT NULL AND kind IN ('nudge', 'digest')")


def upgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_carried", ["sent_ref"], sqlite_where=_CARRIED, postgresql_where=_CARRIED)


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_carried")
