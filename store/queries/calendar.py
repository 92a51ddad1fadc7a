"""What stands in a person's calendar: deadlines of challenges, and yeses and noes that are due."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlmodel import Session, and_, col, or_, select

from domain.answers import UNDECIDED, AnswerState
from domain.challenges import ChallengeState
from store.queries.challenges import SHORTLISTED, UNREAD
from store.tables.challenges import Answer, Challenge

_CLOSED = (ChallengeState.CLOSED, ChallengeState.EVALUATING, ChallengeState.RESOLVED)
_DECIDING = (ChallengeState.CLOSED, ChallengeState.EVALUATING)
#: The deadline holds, or it was reached: who closes a challenge before its time takes the date away.
_DATE_STANDS = or_(
    Challenge.state == ChallengeState.PUBLISHED,
    and_(col(Challenge.state).in_(_CLOSED), col(Challenge.closed_at) >= col(Challenge.deadline_at)),
)


def own_deadlines(
    session: Session, organisations: Collection[int], *, since: date, until: date, limit: int
) -> Sequence[Challenge]:
    """Return the challenges of these organisations whose deadline lies in a span, the latest first."""
    query = select(Challenge).where(
        col(Challenge.organisation_id).in_(list(organisations)),
        _DATE_STANDS,
        col(Challenge.deadline_on) >= since,
        col(Challenge.deadline_on) <= until,
    )
    return session.exec(query.order_by(col(Challenge.deadline_on).desc(), col(Challenge.id)).limit(limit)).all()


def answered_deadlines(
    session: Session, organisations: Collection[int], *, since: date, until: date, limit: int
) -> Sequence[tuple[Answer, Challenge]]:
    """Return what these organisations answered, or may still submit, with its challenge whose deadline is in a span."""
    query = (
        select(Answer, Challenge)
        .join(Challenge, col(Challenge.id) == Answer.challenge_id)
        .where(
            col(Answer.organisation_id).in_(list(organisations)),
            Answer.state != AnswerState.WITHDRAWN,
            or_(Answer.state != AnswerState.DRAFT, Challenge.state == ChallengeState.PUBLISHED),
            _DATE_STANDS,
            col(Challenge.deadline_on) >= since,
            col(Challenge.deadline_on) <= until,
        )
        .order_by(col(Challenge.deadline_on).desc(), col(Answer.id))
        .limit(limit)
    )
    return [(answer, challenge) for answer, challenge in session.exec(query).all()]


def verdicts_owed(
    session: Session,
    *,
    buyers: Collection[int] = (),
    clusters: Collection[int] = (),
    since: datetime,
    limit: int,
) -> Sequence[tuple[Challenge, int, int]]:
    """Return what was closed since then and has answers that are neither introduced nor declined; the last one first.

    Of each: how many were not decided on at all, and how many are on the shortlist. It is about the challenges of
    these buyers, or else those that these clusters own.
    """
    owners = col(Challenge.owner_cluster_id).in_(list(clusters))
    whose = col(Challenge.organisation_id).in_(list(buyers)) if buyers else owners
    query = (
        select(Challenge, UNREAD, SHORTLISTED)
        .join(Answer, col(Answer.challenge_id) == Challenge.id)
        .where(
            whose,
            col(Challenge.state).in_(_DECIDING),
            col(Answer.state).in_(tuple(UNDECIDED)),
            col(Challenge.closed_at) >= since,
        )
        .group_by(col(Challenge.id))
        .order_by(col(Challenge.closed_at).desc(), col(Challenge.id))
        .limit(limit)
    )
    return [(challenge, unread, shortlisted) for challenge, unread, shortlisted in session.exec(query).all()]
