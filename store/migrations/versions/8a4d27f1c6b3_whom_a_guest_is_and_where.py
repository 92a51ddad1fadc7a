"""People by their private address, and guests who are members by their invitation alone.

Revises: 5b1f7c0e9d24
"""

import sqlalchemy as sa
from alembic import op

revision = "8a4d27f1c6b3"
down_revision = "5b1f7c0e9d24"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("identity") as batch:
        batch.create_index("ix_identity_address", ["address"])
    with op.batch_alter_table("leg") as batch:
        batch.create_index("ix_leg_alone", ["alone", "surface", "workspace"])
    with op.batch_alter_table("guest_pass") as batch:
        batch.add_column(sa.Column("let_in", sa.Boolean(), nullable=False, server_default=sa.false()))
    # The membership of an invitation was made together with it.
    op.execute(
        """UPDATE guest_pass SET let_in = true WHERE revoked_at IS NULL AND EXISTS (
            SELECT 1 FROM membership m WHERE m.person_id = guest_pass.person_id
            AND m.cluster_id = guest_pass.cluster_id AND m.organisation_id = guest_pass.organisation_id
            AND m.created_at = guest_pass.created_at)"""
    )
    with op.batch_alter_table("guest_pass") as batch:
        batch.alter_column("let_in", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("guest_pass") as batch:
        batch.drop_column("let_in")
    with op.batch_alter_table("leg") as batch:
        batch.drop_index("ix_leg_alone")
    with op.batch_alter_table("identity") as batch:
        batch.drop_index("ix_identity_address")
