"""Challenges: lists by who looks, sharing across clusters, invitations, and what is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, bindparam, case, exists, func, or_
from sqlalchemy.orm import load_only
from sqlalchemy.sql.base import ExecutableOption
from sqlmodel import Session, SQLModel, col, select

from domain.answers import UNDECIDED, AnswerState
from domain.challenges import ChallengeState, Confidentiality
from domain.rooms import ShareState
from store.tables.challenges import Answer, Challenge, ChallengeReading, Invitation, Question, Share
from store.tables.introductions import Introduction
from store.tables.people import Membership, Organisation, Person
from store.tables.rooms import Post

Listed = tuple[Challenge, Organisation]

#: What lists read of a challenge and of its buyer; the rest, much of it JSON, is read where somebody asks for it.
_IN_A_LINE: Final = (
    "owner_cluster_id", "organisation_id", "state", "confidentiality", "title", "deadline_on", "zone", "return_reason",
    "closed_at", "hidden_words",
)  # fmt: skip
#: What tells the language of a challenge, for who may not speak it.
_SPOKEN: Final = ("problem", "background", "language")
_GIVING_AWAY: Final = ("name", "parent_group", "brands", "city", "website")

#: Of the answers that are neither introduced nor declined: those that were not decided on at all, and those liked.
UNREAD: Final[Any] = func.count(case((col(Answer.state) == AnswerState.SUBMITTED, 1)))
SHORTLISTED: Final[Any] = func.count(case((col(Answer.state) == AnswerState.SHORTLISTED, 1)))

#: Made once: making it costs more than asking, and nearly every click asks.
_WITH_BUYER: Final = (
    select(Challenge, Organisation)
    .join(Organisation, col(Organisation.id) == Challenge.organisation_id)
    .where(col(Challenge.id) == bindparam("id"))
)


def _only(table: type[SQLModel], *names: str) -> ExecutableOption:
    return load_only(*(getattr(table, name) for name in names))


def with_buyer(session: Session, challenge_id: int) -> Listed | None:
    """Return a challenge and the organisation that asks, in one query."""
    found = session.execute(_WITH_BUYER, {"id": challenge_id}).one_or_none()
    return None if found is None else (found[0], found[1])


@dataclass(frozen=True, slots=True)
class Looker:
    """Who looks: the clusters and the organisations that the person belongs to."""

    clusters: tuple[int, ...]
    organisations: tuple[int, ...]


@cache
def _open_to(since: bool) -> Select[Challenge, Organisation]:
    """Write the query once; it reads what a line of a list needs, and what would give a hidden buyer away."""
    clusters, organisations = (bindparam(name, expanding=True) for name in ("clusters", "organisations"))
    taken = exists().where(
        col(Share.challenge_id) == Challenge.id,
        col(Share.cluster_id).in_(clusters),
        col(Share.state) == ShareState.TAKEN,
    )
    invited = exists().where(
        col(Invitation.challenge_id) == Challenge.id, col(Invitation.organisation_id).in_(organisations)
    )
    in_reach = or_(col(Challenge.owner_cluster_id).in_(clusters), taken)
    fresh = (col(Challenge.published_at) >= bindparam("since"),) if since else ()
    return (
        select(Challenge, Organisation)
        .join(Organisation, col(Organisation.id) == Challenge.organisation_id)
        .where(
            Challenge.state == ChallengeState.PUBLISHED,
            *fresh,
            or_(
                in_reach & (col(Challenge.confidentiality) != Confidentiality.INVITE),
                invited,
                col(Challenge.organisation_id).in_(organisations),
            ),
        )
        .order_by(col(Challenge.deadline_at), col(Challenge.id))
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
        .options(_only(Challenge, *_IN_A_LINE, *_SPOKEN), _only(Organisation, *_GIVING_AWAY))
    )


def open_to(
    session: Session, looker: Looker, *, limit: int, offset: int = 0, published_since: datetime | None = None
) -> Sequence[Listed]:
    """Return the published challenges that somebody may see, the next deadline first, in one query.

    Those of one's clusters, those that one's clusters took, one's own, and those to which one is invited by name.
    """
    given: dict[str, Any] = {"clusters": looker.clusters, "organisations": looker.organisations}
    given |= {"limit": limit, "offset": offset}
    if published_since is not None:
        given["since"] = published_since
    query = _open_to(published_since is not None)
    return [(challenge, buyer) for challenge, buyer in session.execute(query, given)]


def stated_by(
    session: Session, organisations: Sequence[int], *, limit: int = 100, offset: int = 0
) -> Sequence[Challenge]:
    """Return the challenges of these organisations, the newest first, without those that were withdrawn."""
    return _newest(session, organisations, col(Challenge.state) != ChallengeState.WITHDRAWN, limit, offset)


def drafted_by(session: Session, organisations: Sequence[int], *, limit: int) -> Sequence[Challenge]:
    """Return the drafts of these organisations, the newest first."""
    return _newest(session, organisations, col(Challenge.state) == ChallengeState.DRAFT, limit)


def asking_buyer(session: Session, organisations: Sequence[int], *, limit: int) -> Sequence[Challenge]:
    """Return what waits for these organisations, the newest first.

    Challenges that came back from screening, that are over without an outcome, or that have answers nobody has read.
    """
    unread = exists().where(col(Answer.challenge_id) == Challenge.id, col(Answer.state) == AnswerState.SUBMITTED)
    waiting = or_(
        col(Challenge.state).in_((ChallengeState.RETURNED, ChallengeState.CLOSED, ChallengeState.EVALUATING)),
        (col(Challenge.state) == ChallengeState.PUBLISHED) & unread,
    )
    return _newest(session, organisations, waiting, limit)


def _newest(
    session: Session, organisations: Sequence[int], wanted: ColumnElement[bool], limit: int, offset: int = 0
) -> Sequence[Challenge]:
    return session.exec(
        select(Challenge)
        .options(_only(Challenge, *_IN_A_LINE))
        .where(col(Challenge.organisation_id).in_(organisations), wanted)
        .order_by(col(Challenge.id).desc())
        .limit(limit)
        .offset(offset)
    ).all()


def to_screen(session: Session, clusters: Sequence[int], *, limit: int) -> Sequence[Listed]:
    """Return the submitted challenges of these clusters, the oldest first."""
    rows = session.exec(
        select(Challenge, Organisation)
        .join(Organisation, col(Organisation.id) == Challenge.organisation_id)
        .where(col(Challenge.owner_cluster_id).in_(clusters), Challenge.state == ChallengeState.SUBMITTED)
        .order_by(col(Challenge.submitted_at), col(Challenge.id))
        .limit(limit)
    ).all()
    return [(challenge, buyer) for challenge, buyer in rows]


def owing_verdicts(session: Session, clusters: Sequence[int], *, limit: int) -> Sequence[tuple[Challenge, int, int]]:
    """Return the closed challenges of these clusters with answers that are neither introduced nor declined.

    Of each: how many were not read yet, and how many are on the shortlist. The one that was closed first stands first.
    """
    rows = session.exec(
        select(Challenge, UNREAD, SHORTLISTED)
        .join(Answer, col(Answer.challenge_id) == Challenge.id)
        .where(
            col(Challenge.owner_cluster_id).in_(clusters),
            col(Challenge.state).in_((ChallengeState.CLOSED, ChallengeState.EVALUATING)),
            col(Answer.state).in_(tuple(UNDECIDED)),
        )
        .group_by(col(Challenge.id))
        .order_by(col(Challenge.closed_at), col(Challenge.id))
        .limit(limit)
    ).all()
    return [(challenge, unread, shortlisted) for challenge, unread, shortlisted in rows]


def has_answered(session: Session, challenge_id: int, organisations: Sequence[int]) -> bool:
    """Tell whether one of these organisations has an answer to a challenge, a draft too."""
    if not organisations:
        return False
    found = session.exec(
        select(Answer.id)
        .where(
            Answer.challenge_id == challenge_id,
            col(Answer.organisation_id).in_(organisations),
            col(Answer.state) != AnswerState.WITHDRAWN,
        )
        .limit(1)
    ).first()
    return found is not None


def organisations_named(session: Session, keys: Sequence[str]) -> Sequence[Organisation]:
    """Return the organisations with these folded names."""
    return session.exec(
        select(Organisation).where(col(Organisation.name_key).in_(keys)).order_by(col(Organisation.id))
    ).all()


def is_revealed(session: Session, challenge_id: int, organisations: Sequence[int]) -> bool:
    """Tell whether an introduction of one of these organisations to the buyer was made."""
    if not organisations:
        return False
    found = session.exec(
        select(Introduction.id)
        .where(
            Introduction.challenge_id == challenge_id,
            col(Introduction.organisation_id).in_(organisations),
            col(Introduction.made_at).is_not(None),
        )
        .limit(1)
    ).first()
    return found is not None


def due_to_close(session: Session, now: datetime, *, limit: int) -> Sequence[Challenge]:
    """Return published challenges whose deadline has passed, the longest past first."""
    return session.exec(
        select(Challenge)
        .where(
            Challenge.state == ChallengeState.PUBLISHED,
            col(Challenge.deadline_at).is_not(None),
            col(Challenge.deadline_at) <= now,
        )
        .order_by(col(Challenge.deadline_at), col(Challenge.id))
        .limit(limit)
    ).all()


def names_of_people(session: Session, organisation_id: int) -> tuple[str, ...]:
    """Return the names of the people who act or acted for an organisation."""
    rows = session.exec(
        select(Person.name)
        .join(Membership, col(Membership.person_id) == Person.id)
        .where(Membership.organisation_id == organisation_id)
        .distinct()
    ).all()
    return tuple(sorted(rows))


def posts_of_parts(session: Session, subject: str, kind: str) -> Sequence[Post]:
    """Return the posts of this kind about parts of a subject: of `CH-12`, those about `CH-12:3`."""
    return session.exec(select(Post).where(Post.kind == kind, _is_part(subject)).order_by(col(Post.id))).all()


def _is_part(subject: str) -> ColumnElement[bool]:
    # ";" follows ":" in the order of bytes: this is every text that begins with "<subject>:".
    return (col(Post.subject) >= f"{subject}:") & (col(Post.subject) < f"{subject};")


def answers_counted(session: Session, challenges: Sequence[int]) -> dict[tuple[int, str], int]:
    """Count the answers of challenges by challenge and state."""
    rows = session.exec(
        select(Answer.challenge_id, Answer.state, func.count())
        .where(col(Answer.challenge_id).in_(challenges))
        .group_by(col(Answer.challenge_id), col(Answer.state))
    ).all()
    return {(challenge, str(state)): number for challenge, state, number in rows}


def open_questions(session: Session, challenges: Sequence[int]) -> Sequence[Question]:
    """Return the questions to the buyers of these challenges that have no reply yet, the oldest first."""
    return session.exec(
        select(Question)
        .where(col(Question.challenge_id).in_(challenges), col(Question.from_buyer).is_(False), Question.reply == "")
        .order_by(col(Question.id))
    ).all()


def questions_to_buyers(
    session: Session, organisations: Sequence[int], *, states: Sequence[ChallengeState], limit: int
) -> Sequence[Question]:
    """Return the questions without a reply about these buyers' challenges in one of `states`, the oldest first."""
    return session.exec(
        select(Question)
        .join(Challenge, col(Challenge.id) == Question.challenge_id)
        .where(
            col(Challenge.organisation_id).in_(organisations),
            col(Challenge.state).in_(states),
            col(Question.from_buyer).is_(False),
            Question.reply == "",
        )
        .order_by(col(Question.id))
        .limit(limit)
    ).all()


def newest_reading(session: Session, challenge_id: int) -> ChallengeReading | None:
    """Return what was found last in the text of a draft."""
    statement = select(ChallengeReading).where(ChallengeReading.challenge_id == challenge_id)
    return session.exec(statement.order_by(col(ChallengeReading.seen).desc()).limit(1)).first()
