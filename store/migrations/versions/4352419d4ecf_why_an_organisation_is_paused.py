"""Why an organisation is paused.

Revises: 6cb439f65cc1
"""

import sqlalchemy as sa
from alembic import op

revision = "4352419d4ecf"
down_revision = "6cb439f65cc1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ignored", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("paused_by", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_organisation_paused_by_person"), "person", ["paused_by"], ["id"])
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.alter_column("ignored", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_organisation_paused_by_person"), type_="foreignkey")
        batch_op.drop_column("paused_by")
        batch_op.drop_column("ignored")
