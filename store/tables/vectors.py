"""Vectors: what an embeddings endpoint made of the texts of profiles and challenges."""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from store.tables.base import Row


class Embedding(Row, table=True):
    """The vector of one text of a profile or a challenge by one model; it goes with what it belongs to.

    `content` is the hash of model and text. `seen_version` is the newest version of the profile or challenge that had
    this text: the row is of today if it is that of today. `vector` holds little-endian half-precision numbers, and none
    where there is no text.
    """

    __tablename__ = "embedding"
    __table_args__ = (
        CheckConstraint("(profile_id IS NULL) <> (challenge_id IS NULL)", name="one_owner"),
        UniqueConstraint("profile_id", "content"),
        UniqueConstraint("challenge_id", "content"),
        Index("ix_embedding_content", "content"),
        Index("ix_embedding_updated_at", "updated_at"),
    )

    profile_id: int | None = Field(default=None, foreign_key="profile.id", ondelete="CASCADE")
    challenge_id: int | None = Field(default=None, foreign_key="challenge.id", ondelete="CASCADE")
    model: str
    content: str
    seen_version: int
    dimensions: int
    vector: bytes
