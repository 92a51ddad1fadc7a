"""Answers: the live one of an organisation, lists for the buyer and for the SME, and their questions."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Select, bindparam, func
from sqlmodel import Session, col, select

from domain.answers import UNDECIDED, AnswerState
from domain.challenges import ChallengeState
from store.tables.challenges import Answer, AnswerPart, Challenge, Question
from store.tables.introductions import Consent, Introduction
from store.tables.people import Organisation

Read = tuple[Answer, Organisation]

_CLOSED = (ChallengeState.CLOSED, ChallengeState.EVALUATING)

#: What a buyer sees of the answers: not the drafts, not what was withdrawn.
SHOWN = (AnswerState.SUBMITTED, AnswerState.SHORTLISTED, AnswerState.INTRODUCED, AnswerState.DECLINED)


def live_of(session: Session, challenge_id: int, organisation_id: int) -> Answer | None:
    """Return the answer of an organisation to a challenge that is not withdrawn."""
    return session.exec(
        select(Answer).where(
            Answer.challenge_id == challenge_id,
            Answer.organisation_id == organisation_id,
            Answer.state != AnswerState.WITHDRAWN,
        )
    ).one_or_none()


def part_of(session: Session, message: str) -> AnswerPart | None:
    """Return the part that came from this message."""
    return session.exec(select(AnswerPart).where(AnswerPart.message == message)).one_or_none()


def parts_of(session: Session, answer_id: int) -> Sequence[AnswerPart]:
    """Return the thread replies that went into an answer, in order."""
    return session.exec(select(AnswerPart).where(AnswerPart.answer_id == answer_id).order_by(col(AnswerPart.id))).all()


def received(session: Session, challenge_id: int, *, limit: int, offset: int = 0) -> Sequence[Read]:
    """Return what the buyer reads: the submitted answers, the declined ones last, with their organisations."""
    rows = session.exec(
        select(Answer, Organisation)
        .join(Organisation, col(Organisation.id) == Answer.organisation_id)
        .where(Answer.challenge_id == challenge_id, col(Answer.state).in_(SHOWN))
        .order_by((col(Answer.state) == AnswerState.DECLINED), col(Answer.submitted_at), col(Answer.id))
        .limit(limit)
        .offset(offset)
    ).all()
    return [(answer, organisation) for answer, organisation in rows]


def numbers_shown(session: Session, challenges: Sequence[int]) -> dict[int, int]:
    """Count the answers that their buyer sees, by challenge; one without any is not in it."""
    rows = session.exec(
        select(Answer.challenge_id, func.count())
        .where(col(Answer.challenge_id).in_(challenges), col(Answer.state).in_(SHOWN))
        .group_by(col(Answer.challenge_id))
    ).all()
    return dict(rows)


def awaiting(session: Session, challenge_id: int) -> Sequence[Answer]:
    """Return the answers to a challenge that are neither introduced nor declined."""
    return session.exec(
        select(Answer)
        .where(Answer.challenge_id == challenge_id, col(Answer.state).in_(tuple(UNDECIDED)))
        .order_by(col(Answer.id))
    ).all()


def undecided_in(
    session: Session, clusters: Sequence[int], *, limit: int
) -> Sequence[tuple[Answer, Organisation, Challenge]]:
    """Return the answers to closed challenges of these clusters that are neither introduced nor declined.

    The first closed stands first.
    """
    rows = session.exec(
        select(Answer, Organisation, Challenge)
        .join(Challenge, col(Challenge.id) == Answer.challenge_id)
        .join(Organisation, col(Organisation.id) == Answer.organisation_id)
        .where(
            col(Challenge.owner_cluster_id).in_(clusters),
            col(Challenge.state).in_(_CLOSED),
            col(Answer.state).in_(tuple(UNDECIDED)),
        )
        .order_by(col(Challenge.closed_at), col(Answer.id))
        .limit(limit)
    ).all()
    return [(answer, organisation, challenge) for answer, organisation, challenge in rows]


@cache
def _undecided_of() -> Select[Answer, Challenge]:
    return (
        select(Answer, Challenge)
        .join(Challenge, col(Challenge.id) == Answer.challenge_id)
        .where(
            col(Answer.organisation_id).in_(bindparam("organisations", expanding=True)),
            col(Answer.state).in_(tuple(UNDECIDED)),
            col(Challenge.state).in_(_CLOSED),
        )
        .order_by(col(Challenge.closed_at), col(Answer.id))
        .limit(bindparam("limit"))
    )


def undecided_of(session: Session, organisations: Sequence[int], *, limit: int) -> Sequence[tuple[Answer, Challenge]]:
    """Return the answers of these SMEs to closed challenges that are undecided, the first closed first."""
    rows = session.execute(_undecided_of(), {"organisations": organisations, "limit": limit})
    return [(answer, challenge) for answer, challenge in rows]


@cache
def _answered() -> Select[int]:
    return select(Answer.challenge_id).where(
        col(Answer.challenge_id).in_(bindparam("challenges", expanding=True)),
        col(Answer.organisation_id).in_(bindparam("organisations", expanding=True)),
        Answer.state != AnswerState.WITHDRAWN,
    )


def answered(session: Session, challenges: Sequence[int], organisations: Sequence[int]) -> frozenset[int]:
    """Return which of these challenges have an answer or a draft of one of these SMEs."""
    given = {"challenges": challenges, "organisations": organisations}
    return frozenset(session.scalars(_answered(), given)) if challenges else frozenset()


def concerned(session: Session, challenge_id: int) -> Sequence[Answer]:
    """Return the answers, drafts included, whose authors are told when a challenge ends early."""
    return session.exec(
        select(Answer)
        .where(Answer.challenge_id == challenge_id, Answer.state != AnswerState.WITHDRAWN)
        .order_by(col(Answer.id))
    ).all()


def contributors(session: Session, answers: Sequence[int]) -> Sequence[tuple[int, int]]:
    """Return who wrote parts of these answers, as pairs of answer and person."""
    rows = session.exec(
        select(AnswerPart.answer_id, AnswerPart.person_id).where(col(AnswerPart.answer_id).in_(answers)).distinct()
    ).all()
    return sorted((answer, person) for answer, person in rows)


def of_organisations(
    session: Session, organisations: Sequence[int], *, limit: int = 100, offset: int = 0
) -> Sequence[tuple[Answer, Challenge]]:
    """Return the answers of organisations that are not withdrawn, the newest first, with their challenges."""
    rows = session.exec(
        select(Answer, Challenge)
        .join(Challenge, col(Challenge.id) == Answer.challenge_id)
        .where(col(Answer.organisation_id).in_(organisations), Answer.state != AnswerState.WITHDRAWN)
        .order_by(col(Answer.id).desc())
        .limit(limit)
        .offset(offset)
    ).all()
    return [(answer, challenge) for answer, challenge in rows]


@cache
def _drafts_to_submit() -> Select[Answer, Challenge]:
    return (
        select(Answer, Challenge)
        .join(Challenge, col(Challenge.id) == Answer.challenge_id)
        .where(
            col(Answer.organisation_id).in_(bindparam("organisations", expanding=True)),
            Answer.state == AnswerState.DRAFT,
            Challenge.state == ChallengeState.PUBLISHED,
        )
        .order_by(col(Challenge.deadline_at), col(Answer.id))
        .limit(bindparam("limit"))
    )


def drafts_to_submit(
    session: Session, organisations: Sequence[int], *, limit: int
) -> Sequence[tuple[Answer, Challenge]]:
    """Return the drafts of organisations for challenges that are open, the next deadline first."""
    rows = session.execute(_drafts_to_submit(), {"organisations": organisations, "limit": limit})
    return [(answer, challenge) for answer, challenge in rows]


@cache
def _questions_to() -> Select[Question]:
    theirs = col(Question.organisation_id).in_(bindparam("organisations", expanding=True))
    waiting = (theirs, col(Question.from_buyer).is_(True), Question.reply == "")
    return select(Question).where(*waiting).order_by(col(Question.id)).limit(bindparam("limit"))


def questions_to(session: Session, organisations: Sequence[int], *, limit: int) -> Sequence[Question]:
    """Return the buyers' questions to these SMEs that have no reply yet, the oldest first."""
    return session.scalars(_questions_to(), {"organisations": organisations, "limit": limit}).all()


def exchanged(session: Session, answer: Answer) -> Sequence[Question]:
    """Return what the buyer and this SME asked each other about the challenge, in order."""
    return session.exec(
        select(Question)
        .where(Question.challenge_id == answer.challenge_id, Question.organisation_id == answer.organisation_id)
        .order_by(col(Question.id))
    ).all()


def consented(session: Session, challenge_id: int, organisations: Sequence[int]) -> frozenset[int]:
    """Return which of these SMEs have consented to be introduced, managers' approvals included."""
    rows = session.exec(
        select(Introduction.organisation_id).where(
            Introduction.challenge_id == challenge_id,
            col(Introduction.organisation_id).in_(organisations),
            col(Introduction.sme_consent_at).is_not(None),
        )
    ).all()
    return frozenset(rows)


def revealed(session: Session, challenge_id: int, organisations: Sequence[int]) -> frozenset[int]:
    """Return to which of these SMEs the buyer was introduced."""
    rows = session.exec(
        select(Introduction.organisation_id).where(
            Introduction.challenge_id == challenge_id,
            col(Introduction.organisation_id).in_(organisations),
            col(Introduction.made_at).is_not(None),
        )
    ).all()
    return frozenset(rows)


def consents_to(session: Session, subject: str) -> Sequence[Consent]:
    """Return the consents given to a subject that were not withdrawn."""
    return session.exec(select(Consent).where(Consent.subject == subject, col(Consent.withdrawn_at).is_(None))).all()
