"""The newest challenges of an organisation, by state.

Revises: c83e1f5a2b70
"""

from alembic import op

revision = "a94d2e6f1c07"
down_revision = "c83e1f5a2b70"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("challenge", schema=None) as batch_op:
        batch_op.create_index("ix_challenge_organisation_id_state_id", ["organisation_id", "state", "id"], unique=False)
        batch_op.drop_index("ix_challenge_organisation_id_state")


def downgrade() -> None:
    with op.batch_alter_table("challenge", schema=None) as batch_op:
        batch_op.create_index("ix_challenge_organisation_id_state", ["organisation_id", "state"], unique=False)
        batch_op.drop_index("ix_challenge_organisation_id_state_id")
