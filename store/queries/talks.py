"""Conversations: which legs lie where, what was passed on, and what of it is still under way."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from store.tables.introductions import Conversation, Introduction, Leg, RelayedMessage
from store.tables.people import Identity
from store.tables.queue import Outbox, OutboxStatus

_DONE = (OutboxStatus.SENT, OutboxStatus.CANCELLED)


def legs_at(session: Session, address: str) -> Sequence[tuple[Leg, Conversation, Introduction]]:
    """Return the legs at an address, of closed conversations too, the newest first.

    There are several if the same people meet again. A person's own chat may have got its address later than the leg.
    """
    if not address:
        return []
    # Two questions, so that each is answered by an index.
    here = select(col(Leg.id)).where(Leg.address == address)
    own = (
        select(col(Leg.id))
        .join(Identity, col(Identity.person_id) == Leg.alone)
        .where(
            Identity.address == address,
            Identity.surface == Leg.surface,
            Identity.workspace == Leg.workspace,
            col(Leg.alone) != 0,
        )
    )
    query = (
        select(Leg, Conversation, Introduction)
        .join(Conversation, col(Conversation.id) == Leg.conversation_id)
        .join(Introduction, col(Introduction.id) == Conversation.introduction_id)
        .where(col(Leg.id).in_(here.union(own)))
        .order_by(col(Leg.id).desc())
    )
    return [(leg, talk, introduction) for leg, talk, introduction in session.exec(query).all()]


def legs_in(session: Session, surface: str, workspace: str) -> Sequence[tuple[Leg, Conversation, Introduction]]:
    """Return the legs of open conversations in a workspace that are not lost."""
    query = (
        select(Leg, Conversation, Introduction)
        .join(Conversation, col(Conversation.id) == Leg.conversation_id)
        .join(Introduction, col(Introduction.id) == Conversation.introduction_id)
        .where(
            Leg.surface == surface,
            Leg.workspace == workspace,
            col(Leg.lost_at).is_(None),
            col(Conversation.closed_at).is_(None),
        )
        .order_by(col(Leg.id))
    )
    return [(leg, talk, introduction) for leg, talk, introduction in session.exec(query).all()]


def legs_of_cluster(session: Session, cluster_id: int) -> Sequence[tuple[Leg, Introduction]]:
    """Return the legs of the conversations in which a cluster has a part, of closed ones too."""
    query = (
        select(Leg, Introduction)
        .join(Conversation, col(Conversation.id) == Leg.conversation_id)
        .join(Introduction, col(Introduction.id) == Conversation.introduction_id)
        .where((Introduction.owner_cluster_id == cluster_id) | (Introduction.sme_cluster_id == cluster_id))
        .order_by(col(Leg.id))
    )
    return [(leg, introduction) for leg, introduction in session.exec(query).all()]


def is_private_address(session: Session, address: str) -> bool:
    """Tell whether this is where the bot talks to one person alone."""
    return session.exec(select(Identity.id).where(Identity.address == address).limit(1)).first() is not None


def relayed(session: Session, message: str) -> RelayedMessage | None:
    """Return what was taken over from this message."""
    return session.exec(select(RelayedMessage).where(RelayedMessage.message == message)).one_or_none()


def unfinished(session: Session, keys: Collection[str]) -> int:
    """Count the rows of the outbox with these keys that may still be sent, at once or by a manager's order."""
    query = select(func.count()).select_from(Outbox)
    return session.exec(query.where(col(Outbox.key).in_(list(keys)), col(Outbox.status).not_in(_DONE))).one()


def fates(session: Session, keys: Collection[str]) -> Mapping[str, tuple[OutboxStatus, str]]:
    """Return how the rows of the outbox with these keys stand, and the ref of what was sent."""
    columns = select(Outbox.key, Outbox.status, Outbox.sent_ref).where(col(Outbox.key).in_(list(keys)))
    return {key: (OutboxStatus(status), ref or "") for key, status, ref in session.exec(columns).all()}


def forget_texts(session: Session, *, before: datetime, limit: int) -> Sequence[str]:
    """Forget what was written before an instant and is still kept; return the texts."""
    old = select(RelayedMessage.id, RelayedMessage.text).where(
        col(RelayedMessage.updated_at) < before, col(RelayedMessage.text) != ""
    )
    rows = session.exec(old.limit(limit)).all()
    statement = update(RelayedMessage).where(col(RelayedMessage.id).in_([key for key, _ in rows]))
    session.execute(statement.values(text="", files=()).execution_options(synchronize_session=False))
    return [text for _, text in rows]
