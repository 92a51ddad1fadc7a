"""Places on a shortlist, and what they cost.

Revises: 0e026928bc32
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "f72cedbcfff2"
down_revision = "0e026928bc32"
branch_labels = None
depends_on = None


def upgrade() -> None:
    ids = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    with op.batch_alter_table("ranking", schema=None) as batch_op:
        batch_op.add_column(sa.Column("displaced", ids, nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("held", ids, nullable=False, server_default="[]"))
    with op.batch_alter_table("ranking", schema=None) as batch_op:
        batch_op.alter_column("displaced", server_default=None)
        batch_op.alter_column("held", server_default=None)

    slots = sa.Enum(
        "relevance", "country", "newcomer", name="slot", native_enum=False, create_constraint=True, length=32
    )
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.add_column(sa.Column("slot", slots, nullable=False, server_default="relevance"))
    op.execute("UPDATE suggestion SET slot = 'newcomer' WHERE newcomer")
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.alter_column("slot", server_default=None)
        batch_op.drop_column("newcomer")


def downgrade() -> None:
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.add_column(sa.Column("newcomer", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE suggestion SET newcomer = (slot = 'newcomer')")
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.alter_column("newcomer", server_default=None)
        batch_op.drop_constraint(op.f("ck_suggestion_slot"), type_="check")
        batch_op.drop_column("slot")

    with op.batch_alter_table("ranking", schema=None) as batch_op:
        batch_op.drop_column("held")
        batch_op.drop_column("displaced")
