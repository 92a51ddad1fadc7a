"""Posts: which cards stand where."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from store.tables.people import Workspace
from store.tables.rooms import Post


def post_of(session: Session, *, kind: str, subject: str, destination: str) -> Post | None:
    """Return the post of this kind of card about this subject in this place."""
    return session.exec(
        select(Post).where(Post.kind == kind, Post.subject == subject, Post.destination == destination)
    ).one_or_none()


def posts_about(session: Session, *, subject: str, kinds: Sequence[str] = ()) -> Sequence[Post]:
    """Return the posts about a subject, of these kinds if any are named."""
    query = select(Post).where(Post.subject == subject).order_by(col(Post.id))
    if kinds:
        query = query.where(col(Post.kind).in_(kinds))
    return session.exec(query).all()


def post_by_message(session: Session, message: str) -> Post | None:
    """Return the post whose card is this message."""
    if not message:
        return None
    return session.exec(select(Post).where(Post.message == message)).first()


def workspace_by_channel(session: Session, address: str) -> Workspace | None:
    """Return the workspace in which this address is the challenge or the managers' channel."""
    return session.exec(
        select(Workspace).where((Workspace.challenge_channel == address) | (Workspace.managers_channel == address))
    ).first()
