"""What a model points at, and what it finds missing.

Revises: a94d2e6f1c07
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "1944da95b47f"
down_revision = "a94d2e6f1c07"
branch_labels = None
depends_on = None


def upgrade() -> None:
    texts = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.add_column(sa.Column("model_evidence", texts, nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("model_gaps", texts, nullable=False, server_default="[]"))
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.alter_column("model_evidence", server_default=None)
        batch_op.alter_column("model_gaps", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.drop_column("model_gaps")
        batch_op.drop_column("model_evidence")
