"""Channels, messages and changes of the built-in web workspace."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select as select_columns
from sqlmodel import Session, String, and_, case, cast, col, func, or_, select

from domain.organisations import MembershipState, Role
from store.queries.rows import forget_oldest
from store.tables.people import Cluster, Identity, Membership, Organisation, Person, Workspace
from store.tables.rooms import WebChange, WebChannel, WebMessage

SURFACE = "web"
RECENT = 64
ABANDONED_AFTER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Replies:
    """How many replies somebody sees below a message, and when the last one came."""

    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change with what decides who may know of it; `message_id` is 0 where a person's own page changed."""

    id: int
    channel_id: int
    message_id: int
    thread_id: int | None
    private_to: str
    author: str


@dataclass(frozen=True, slots=True)
class Resident:
    """An account of a web workspace with one of its roles (several rows for several roles)."""

    workspace: str
    user: str
    name: str
    role: Role | None
    organisation: str
    cluster: str
    country: str


def channel_by_name(session: Session, workspace: str, name: str) -> WebChannel | None:
    """Return the channel of this name."""
    return session.exec(
        select(WebChannel).where(WebChannel.workspace == workspace, WebChannel.name == name)
    ).one_or_none()


def channels_of(session: Session, workspace: str, user: str, *, direct: str) -> Sequence[WebChannel]:
    """Return the shared channels of a workspace, the user's conversations, and the direct channel of the name `direct`.

    Who may enter a shared channel is for the caller to say; `user` holds no quotation mark.
    """
    named = cast(col(WebChannel.members), String).like(f'%"{user}"%')
    kind = col(WebChannel.kind)
    return session.exec(
        select(WebChannel)
        .where(
            WebChannel.workspace == workspace,
            or_(kind.in_(("channel", "managers")), and_(kind == "conversation", named), col(WebChannel.name) == direct),
        )
        .order_by(col(WebChannel.id))
    ).all()


def messages_of(
    session: Session,
    channel_id: int,
    user: str,
    *,
    thread_id: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Sequence[WebMessage]:
    """Return the newest messages that a user sees in a channel (or thread), older than `before`, the oldest first."""
    query = (
        select(WebMessage)
        .where(
            WebMessage.channel_id == channel_id,
            col(WebMessage.thread_id).is_(None) if thread_id is None else col(WebMessage.thread_id) == thread_id,
            col(WebMessage.private_to).in_(("", user)),
        )
        .order_by(col(WebMessage.id).desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(col(WebMessage.id) < before)
    return tuple(reversed(session.exec(query).all()))


def replies_of(session: Session, threads: Collection[int], user: str) -> dict[int, Replies]:
    """Return what a user sees of the replies below these messages; those without any are left out."""
    if not threads:
        return {}
    rows = session.exec(
        select(WebMessage.thread_id, func.count(), func.max(WebMessage.created_at))
        .where(col(WebMessage.thread_id).in_(threads), col(WebMessage.private_to).in_(("", user)))
        .group_by(col(WebMessage.thread_id))
    ).all()
    return {row[0]: Replies(row[1], row[2]) for row in rows if row[0] is not None}


def message_by_key(session: Session, key: str) -> WebMessage | None:
    """Return the message that was written under this key."""
    return session.exec(select(WebMessage).where(WebMessage.key == key)).one_or_none()


def names_of(session: Session, workspace: str, users: Collection[str]) -> dict[str, str]:
    """Return the names of users of a workspace."""
    if not users:
        return {}
    rows = session.exec(
        select(Identity.native_user, Person.name)
        .join(Person, col(Person.id) == Identity.person_id)
        .where(Identity.surface == SURFACE, Identity.workspace == workspace, col(Identity.native_user).in_(users))
    ).all()
    return dict(rows)


def newest_change(session: Session) -> int:
    """Return the number of the newest change, 0 before the first."""
    return session.exec(select(func.max(WebChange.id))).one() or 0


def oldest_change(session: Session) -> int:
    """Return the number of the oldest change that is still kept, 0 if there is none."""
    return session.exec(select(func.min(WebChange.id))).one() or 0


def forget_changes(session: Session, *, before: datetime, limit: int = 1000) -> int:
    """Forget at most `limit` changes of before an instant, never the newest; return how many were forgotten."""
    return forget_oldest(session, WebChange, stamp=WebChange.at, before=before, limit=limit)


def settled_change(session: Session) -> int:
    """Return the number up to which every change can be seen, or will never be.

    A number may be given out earlier and become visible later than its neighbour; one that is still missing when its
    neighbour is half a minute older than the newest belongs to a transaction that came to nothing.
    """
    rows = session.execute(
        select_columns(col(WebChange.id), col(WebChange.at)).order_by(col(WebChange.id).desc()).limit(RECENT)
    ).all()
    if not rows:
        return 0
    newest_at = rows[0][1]
    settled = int(rows[-1][0]) - 1
    for number, at in reversed(rows):
        if number > settled + 1 and newest_at - at < ABANDONED_AFTER:
            return settled
        settled = int(number)
    return settled


def changes(session: Session, *, after: int, among: Collection[int] = (), limit: int = 500) -> Sequence[ChangeRow]:
    """Return the changes after one, and those `among` earlier numbers that have appeared since; in order of number."""
    wanted = col(WebChange.id) > after
    if among:
        wanted = or_(wanted, col(WebChange.id).in_(among))
    rows = session.execute(
        select_columns(
            col(WebChange.id),
            col(WebChange.channel_id),
            col(WebChange.message_id),
            col(WebMessage.thread_id),
            col(WebMessage.private_to),
            col(WebMessage.author),
        )
        .join(WebMessage, col(WebMessage.id) == WebChange.message_id, isouter=True)
        .where(wanted)
        .order_by(col(WebChange.id))
        .limit(limit)
    ).all()
    return [ChangeRow(r[0] or 0, r[1], r[2], r[3], r[4] or "", r[5] or "") for r in rows]


def channels_by_id(session: Session, ids: Collection[int]) -> dict[int, WebChannel]:
    """Return channels by their ids."""
    rows = session.exec(select(WebChannel).where(col(WebChannel.id).in_(ids))).all()
    return {row.id: row for row in rows if row.id is not None}


def workspaces(session: Session) -> dict[str, Workspace]:
    """Return every built-in web workspace by its native id."""
    rows = session.exec(select(Workspace).where(Workspace.surface == SURFACE)).all()
    return {row.native_id: row for row in rows}


def workspace_name(session: Session, workspace: str) -> str:
    """Return the name of a built-in web workspace, empty if it has none."""
    query = select(Workspace.name).where(Workspace.surface == SURFACE, Workspace.native_id == workspace)
    return session.exec(query).one_or_none() or ""


def residents(session: Session, *, workspace: str | None = None, limit: int = 300) -> Sequence[Resident]:
    """Return accounts with their active roles: managers first, then buyers, SMEs and those without a role, by name."""
    rank = case(
        (col(Membership.role) == Role.MANAGER, 0),
        (col(Membership.role) == Role.BUYER, 1),
        (col(Membership.role) == Role.SME, 2),
        else_=3,
    )
    query = (
        select_columns(
            col(Identity.workspace),
            col(Identity.native_user),
            col(Person.name),
            col(Membership.role),
            col(Organisation.name),
            col(Cluster.name),
            col(Organisation.country),
            col(Cluster.country),
        )
        .join(Person, col(Person.id) == Identity.person_id)
        .join(
            Membership,
            and_(col(Membership.person_id) == Person.id, col(Membership.state) == MembershipState.ACTIVE),
            isouter=True,
        )
        .join(Organisation, col(Organisation.id) == Membership.organisation_id, isouter=True)
        .join(Cluster, col(Cluster.id) == Membership.cluster_id, isouter=True)
        .where(col(Identity.surface) == SURFACE)
        .order_by(rank, col(Person.name), col(Identity.id))
        .limit(limit)
    )
    if workspace is not None:
        query = query.where(col(Identity.workspace) == workspace)
    rows = session.execute(query).all()
    return [Resident(r[0], r[1], r[2], r[3], r[4] or "", r[5] or "", r[6] or r[7] or "") for r in rows]
