"""What every step in the life of an answer shares: the guarded change, and the cards that follow it."""

from __future__ import annotations

from typing import Any

from domain.answers import ANSWER, AnswerAction, AnswerState, DeclineReason
from domain.challenges import ChallengeAction, ChallengeState
from domain.errors import OutOfDate
from domain.nudges import NudgeKind
from handlers import audit, cards
from handlers.answers.sight import Case, answer_id, case_of
from handlers.challenges.moves import OVERVIEW, SCREENING, enqueue_rank, move
from handlers.challenges.sight import id_of
from handlers.introductions.moves import end_for_answer, keep_consent
from handlers.nudging import nudges
from handlers.steps import take_step
from handlers.work import Work
from store.queries import answers as query
from store.queries.rows import change, key_of
from store.tables.challenges import Answer, Challenge

DRAFT = "draft"
VERDICT = "verdict"


def move_answer(work: Work, answer: Answer, action: AnswerAction, **values: Any) -> None:  # noqa: ANN401
    """Take one step in the life of an answer, if it still stands where it was read.

    :raises OutOfDate: the step is not open now (`answer.now.<state>`), or somebody was faster (`answer.changed`).
    """
    before, subject = AnswerState(answer.state), answer_id(answer)
    closed, overtaken = OutOfDate(f"answer.now.{before}", id=subject), OutOfDate("answer.changed", id=subject)
    take_step(work, answer, cycle=ANSWER, before=before, action=action, closed=closed, overtaken=overtaken, **values)


def require_version(answer: Answer, version: int) -> None:
    """Refuse a button of a card that shows an older state.

    :raises OutOfDate: the answer was changed since.
    """
    if answer.version != version:
        raise OutOfDate("answer.changed", id=answer_id(answer))


def refresh_answer(work: Work, case: Case) -> None:
    """Bring the cards up to date that show an answer or count it."""
    cards.refresh(work, DRAFT, case.id)
    for state in (AnswerState.SHORTLISTED, AnswerState.DECLINED):
        cards.refresh(work, VERDICT, f"{case.id}:{state.value}")
    cards.refresh(work, OVERVIEW, id_of(case.challenge))
    cards.refresh(work, SCREENING, id_of(case.challenge))


def refresh_drafts(work: Work, challenge: Challenge) -> None:
    """Bring the cards of all drafts for a challenge up to date."""
    for answer in query.concerned(work.session, key_of(challenge)):
        if answer.state is AnswerState.DRAFT:
            cards.refresh(work, DRAFT, answer_id(answer))


def rank_again(work: Work, case: Case) -> None:
    """Have the challenge ranked with what the answer says now."""
    enqueue_rank(work, case.challenge, why=f"{case.id}:v{case.answer.version}")


def give_consent(work: Work, case: Case) -> None:
    """Count the submission as the SME's consent to be introduced."""
    if query.consents_to(work.session, case.id):
        return
    keep_consent(work, case.id, person_id=work.who.person_id, organisation_id=case.answer.organisation_id)


def withdraw_consent(work: Work, case: Case) -> None:
    """End the consent that went with an answer."""
    for consent in query.consents_to(work.session, case.id):
        change(work.session, consent, now=work.now, withdrawn_at=work.now)


def tell_verdict(work: Work, case: Case) -> None:
    """Tell the author what was decided, in a message of its own for each decision."""
    cards.tell(work, VERDICT, f"{case.id}:{case.answer.state.value}", case.answer.person_id)


def decline(work: Work, answer: Answer, *, reason: DeclineReason, note: str) -> Case:
    """Decline an answer, and tell its author privately why."""
    move_answer(
        work,
        answer,
        AnswerAction.DECLINE,
        reason=reason,
        reason_text=note,
        verdict_at=work.now,
        verdict_by=work.who.person_id,
    )
    case = case_of(work.session, answer)
    audit.record(work, "answer.decline", case.id, after={"reason": reason.value}, cluster_id=answer.cluster_id)
    end_for_answer(work, answer.challenge_id, answer.organisation_id)
    refresh_answer(work, case)
    tell_verdict(work, case)
    rank_again(work, case)
    return case


def after_verdict(work: Work, challenge: Challenge) -> None:
    """Note that the answers are being read, and stop asking for verdicts once every answer has one."""
    if challenge.state is ChallengeState.CLOSED:
        move(work, challenge, ChallengeAction.EVALUATE)
    if not query.awaiting(work.session, key_of(challenge)):
        nudges.cancel_chain(work, id_of(challenge), kind=NudgeKind.VERDICT)


def remind_author(work: Work, case: Case) -> None:
    """Remind who drafts an answer of the deadline in time."""
    challenge, answer = case.challenge, case.answer
    if challenge.deadline_on is None or answer.id is None:
        return
    # A number of its own for every draft and every deadline, so that an earlier, cancelled chain is not taken for it.
    version = answer.id * 1000 + challenge.edition % 1000
    nudges.schedule(
        work, NudgeKind.DEADLINE, id_of(challenge), answer.person_id, start=challenge.deadline_on, version=version
    )


def stop_reminding(work: Work, case: Case) -> None:
    """Drop the reminders of the deadline for the author of a draft that is one no longer."""
    nudges.cancel_chain(work, id_of(case.challenge), kind=NudgeKind.DEADLINE, person_id=case.answer.person_id)
