"""Conversations that are left and closed, and messages that are edited.

Revises: 7c2d90b4ea11
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "5e1c7a90b3d4"
down_revision = "7c2d90b4ea11"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("conversation") as batch:
        batch.add_column(sa.Column("closed_by", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_conversation_closed_by_person", "person", ["closed_by"], ["id"])
    with op.batch_alter_table("leg") as batch:
        batch.add_column(sa.Column("alone", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("gone", _JSON, nullable=False, server_default="[]"))
        batch.add_column(sa.Column("lost_at", sqlmodel.UTCDateTime(), nullable=True))
        batch.drop_constraint("uq_leg_conversation_id_surface_workspace", type_="unique")
        batch.create_unique_constraint(
            "uq_leg_conversation_id_surface_workspace_alone", ["conversation_id", "surface", "workspace", "alone"]
        )
    with op.batch_alter_table("leg") as batch:
        batch.alter_column("alone", server_default=None)
        batch.alter_column("gone", server_default=None)
    with op.batch_alter_table("relayed_message") as batch:
        batch.add_column(sa.Column("files", _JSON, nullable=False, server_default="[]"))
        batch.add_column(sa.Column("edition", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("edited_at", sqlmodel.UTCDateTime(), nullable=True))
        batch.add_column(sa.Column("over_at", sqlmodel.UTCDateTime(), nullable=True))
        batch.create_index(
            "ix_relayed_message_kept",
            ["updated_at"],
            sqlite_where=sa.text("text <> ''"),
            postgresql_where=sa.text("text <> ''"),
        )
    with op.batch_alter_table("relayed_message") as batch:
        batch.alter_column("files", server_default=None)
        batch.alter_column("edition", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("relayed_message") as batch:
        batch.drop_index("ix_relayed_message_kept")
        for name in ("over_at", "edited_at", "edition", "files"):
            batch.drop_column(name)
    with op.batch_alter_table("leg") as batch:
        batch.drop_constraint("uq_leg_conversation_id_surface_workspace_alone", type_="unique")
        for name in ("lost_at", "gone", "alone"):
            batch.drop_column(name)
        batch.create_unique_constraint(
            "uq_leg_conversation_id_surface_workspace", ["conversation_id", "surface", "workspace"]
        )
    with op.batch_alter_table("conversation") as batch:
        batch.drop_constraint("fk_conversation_closed_by_person", type_="foreignkey")
        batch.drop_column("closed_by")
