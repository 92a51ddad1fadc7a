"""When the week of a person begins, when a card arrived, and the nudges of a cluster.

Revises: 0fb3871cd6d0
"""

import sqlalchemy as sa
from alembic import op

revision = "b0bd9eeb191b"
down_revision = "0fb3871cd6d0"
branch_labels = None
depends_on = None

_HERE = sa.text("left_at IS NULL")
_SENT = sa.text("kind = 'nudge' AND status = 'sent'")
_WAITING = sa.text("kind = 'nudge' AND status = 'pending'")


def upgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_nudge_sent", ["subject"], sqlite_where=_SENT, postgresql_where=_SENT)
        batch_op.create_index(
            "ix_outbox_nudge_sent_at", ["cluster_id", "updated_at"], sqlite_where=_SENT, postgresql_where=_SENT
        )
        batch_op.create_index(
            "ix_outbox_nudge_waiting", ["cluster_id", "due_at"], sqlite_where=_WAITING, postgresql_where=_WAITING
        )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("digest_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_person_digest_at", ["digest_at"], sqlite_where=_HERE, postgresql_where=_HERE)
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.add_column(sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True))
    # When it was made is as near as anybody knows.
    op.execute("UPDATE post SET posted_at = created_at WHERE message <> ''")


def downgrade() -> None:
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_column("posted_at")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index("ix_person_digest_at")
        batch_op.drop_column("digest_at")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_nudge_waiting")
        batch_op.drop_index("ix_outbox_nudge_sent_at")
        batch_op.drop_index("ix_outbox_nudge_sent")
