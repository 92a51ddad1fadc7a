"""Meetings of introductions, and the private links under which calendars are read."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, or_, select

from domain.meetings import MeetingState
from store.tables.calendar import CalendarFeed, Meeting
from store.tables.introductions import Introduction


def newest_of(session: Session, introduction_id: int) -> Meeting | None:
    """Return the meeting of an introduction that is talked about: its last."""
    query = select(Meeting).where(Meeting.introduction_id == introduction_id)
    return session.exec(query.order_by(col(Meeting.number).desc()).limit(1)).first()


def by_token(session: Session, token: str) -> Meeting | None:
    """Return the meeting whose invitation file a token opens."""
    return session.exec(select(Meeting).where(Meeting.token == token)).one_or_none()


def agreed_between(
    session: Session, organisations: Collection[int], *, since: datetime, until: datetime, limit: int
) -> Sequence[tuple[Meeting, Introduction]]:
    """Return the meetings of organisations that were agreed on, called off or not, the earliest first."""
    agreed = (MeetingState.AGREED, MeetingState.MOVING, MeetingState.CALLED_OFF)
    query = (
        select(Meeting, Introduction)
        .join(Introduction, col(Introduction.id) == Meeting.introduction_id)
        .where(
            or_(
                col(Introduction.organisation_id).in_(list(organisations)),
                col(Introduction.buyer_id).in_(list(organisations)),
            ),
            col(Meeting.state).in_(agreed),
            col(Meeting.starts_at) >= since,
            col(Meeting.starts_at) <= until,
        )
        .order_by(col(Meeting.starts_at), col(Meeting.id))
        .limit(limit)
    )
    return [(meeting, introduction) for meeting, introduction in session.exec(query).all()]


def feed_of(session: Session, person_id: int) -> CalendarFeed | None:
    """Return the calendar feed of a person; it may be switched off."""
    return session.exec(select(CalendarFeed).where(CalendarFeed.person_id == person_id)).one_or_none()


def feed_by_hash(session: Session, token_hash: str) -> CalendarFeed | None:
    """Return the calendar feed whose token has this hash."""
    return session.exec(select(CalendarFeed).where(CalendarFeed.token_hash == token_hash)).one_or_none()
