"""Answers by challenge and state.

Revises: b0bd9eeb191b
"""

from alembic import op

revision = "c1f4a7e20d35"
down_revision = "b0bd9eeb191b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index("ix_answer_challenge_id_state", ["challenge_id", "state"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_index("ix_answer_challenge_id_state")
