"""Posts: which cards stand where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from domain.rooms import WorkspaceState
from store.tables.introductions import Leg
from store.tables.people import Workspace
from store.tables.rooms import Post


def post_of(session: Session, *, kind: str, subject: str, destination: str) -> Post | None:
    """Return the post of this kind of card about this subject in this place."""
    return session.exec(
        select(Post).where(Post.kind == kind, Post.subject == subject, Post.destination == destination)
    ).one_or_none()


def add_post(session: Session, post: Post) -> int | None:
    """Insert a post and return its id; None if one of this kind, subject and destination is there already."""
    values = post.model_dump(exclude={"id"})
    insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(Post).values(**values).on_conflict_do_nothing(index_elements=["kind", "subject", "destination"])
    return session.execute(statement.returning(col(Post.id))).scalar_one_or_none()


def want_newer(session: Session, post_id: int, *, now: datetime) -> int:
    """Say that a post should show a newer state; return that state's number.

    The row is locked by this, so that of two changes at once each gets a number of its own.
    """
    statement = update(Post).where(col(Post.id) == post_id).values(wanted=col(Post.wanted) + 1, updated_at=now)
    counted = statement.returning(col(Post.wanted)).execution_options(synchronize_session=False)
    return int(session.execute(counted).scalar_one())


def posts_about(
    session: Session,
    *,
    subject: str,
    kinds: Sequence[str] = (),
    destination: str = "",
    cluster_id: int | None = None,
) -> Sequence[Post]:
    """Return the posts about a subject; of these kinds, in this place, of this cluster where they are named."""
    query = select(Post).where(Post.subject == subject).order_by(col(Post.id))
    if kinds:
        query = query.where(col(Post.kind).in_(kinds))
    if destination:
        query = query.where(Post.destination == destination)
    if cluster_id is not None:
        query = query.where(Post.cluster_id == cluster_id)
    return session.exec(query).all()


def post_by_message(session: Session, message: str) -> Post | None:
    """Return the post whose card is this message."""
    if not message:
        return None
    return session.exec(select(Post).where(Post.message == message)).first()


def is_ours(session: Session, *, channel: str, thread: str = "") -> bool:
    """Tell whether something said there may be for us: below a card of ours, or in a conversation that we opened."""
    if thread and post_by_message(session, thread) is not None:
        return True
    return session.exec(select(Leg.id).where(Leg.address == channel).limit(1)).first() is not None


@dataclass(frozen=True, slots=True)
class Access:
    """Whether a workspace was `removed`, and whether it was `closed` to us when it was last tried."""

    removed: bool = False
    closed: bool = False


@cache
def _access() -> Select[Any, Any]:
    """Write the query once: it is asked for every row that is sent."""
    place = (col(Workspace.surface) == bindparam("at"), col(Workspace.native_id) == bindparam("named"))
    return select(Workspace.state, Workspace.closed_at).where(*place)


def access_to(session: Session, address: str) -> Access:
    """Tell how the workspace of an address, its first two words, stands to us."""
    surface, _, rest = address.partition(":")
    found = session.execute(_access(), {"at": surface, "named": rest.partition(":")[0]}).first()
    return Access() if found is None else Access(found[0] is WorkspaceState.REMOVED, found[1] is not None)


def is_removed(session: Session, address: str) -> bool:
    """Tell whether the workspace of an address was removed."""
    return access_to(session, address).removed


def workspace_by_channel(session: Session, address: str) -> Workspace | None:
    """Return the workspace in which this address is the challenge or the managers' channel."""
    return session.exec(
        select(Workspace).where((Workspace.challenge_channel == address) | (Workspace.managers_channel == address))
    ).first()
