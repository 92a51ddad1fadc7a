"""Open challenges by their deadline.

Revises: abc3c182941e
"""

from alembic import op

revision = "41f6a3a56eac"
down_revision = "abc3c182941e"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("challenge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_challenge_deadline_at"))
        batch_op.create_index("ix_challenge_state_deadline_at", ["state", "deadline_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("challenge", schema=None) as batch_op:
        batch_op.drop_index("ix_challenge_state_deadline_at")
        batch_op.create_index(batch_op.f("ix_challenge_deadline_at"), ["deadline_at"], unique=False)
