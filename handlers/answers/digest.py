"""The lines about answers in the weekly digests: nobody stays unanswered without being named."""

from __future__ import annotations

from collections.abc import Sequence

from domain.answers import AnswerState
from domain.calendars import local, zone_or_utc
from domain.nudges import NudgeKind
from domain.organisations import Role
from handlers.answers.home import buyers_questions, own_drafts
from handlers.answers.sight import answer_id, case_of, title_for_sme
from handlers.challenges.cards import verdicts_due_on
from handlers.challenges.sight import id_of
from handlers.challenges.translating import titles_for
from handlers.nudging.digests import LINES_MAX, digest_part
from handlers.work import Work
from messages.notices.digests import DigestLine, Topic
from store.queries import answers as query
from store.tables.challenges import Challenge

_LOOKED_AT = 100


@digest_part(NudgeKind.MANAGERS_DIGEST, Topic.OVERDUE, order=10)
def list_overdue_verdicts(work: Work) -> Sequence[DigestLine]:
    """Name every answer that was promised a yes or a no by now and has none, with its age in days since closing."""
    managed = work.who.managed()
    if not managed:
        return ()
    found = query.undecided_in(work.session, managed, limit=_LOOKED_AT)
    return [
        DigestLine(
            answer_id(answer),
            id_of(challenge),
            who=sme.name,
            days=age_of(work, challenge),
            shortlisted=answer.state is AnswerState.SHORTLISTED,
        )
        for answer, sme, challenge in found
        if _is_overdue(work, challenge) and not work.who.belongs_to(challenge.organisation_id)
    ]


def _is_overdue(work: Work, challenge: Challenge) -> bool:
    due = verdicts_due_on(work, challenge)
    return due is not None and due < local(work.now, zone_or_utc(challenge.zone)).date()


def age_of(work: Work, challenge: Challenge) -> int:
    """Return for how many days a challenge has been closed."""
    return 0 if challenge.closed_at is None else (work.now - challenge.closed_at).days


@digest_part(NudgeKind.SMES_DIGEST, Topic.UNDECIDED, order=50)
def list_own_undecided(work: Work) -> Sequence[DigestLine]:
    """Name an SME's own answers to closed challenges that wait for a yes or a no, and by when it was promised."""
    organisations = work.who.organisations(Role.SME)
    if not organisations:
        return ()
    rows = query.undecided_of(work.session, organisations, limit=LINES_MAX + 1)
    titles = titles_for(work, [(row, title_for_sme(work.session, case_of(work.session, own))) for own, row in rows])
    return [
        DigestLine(
            answer_id(own),
            title.text,
            on=verdicts_due_on(work, row),
            said_in=title.language,
            shortlisted=own.state is AnswerState.SHORTLISTED,
        )
        for (own, row), title in zip(rows, titles, strict=True)
    ]


@digest_part(NudgeKind.SMES_DIGEST, Topic.DRAFTS, order=30)
def list_own_drafts(work: Work) -> Sequence[DigestLine]:
    """Name an SME's drafts that can still be submitted."""
    return [DigestLine(todo.value, todo.title, on=todo.on, said_in=todo.said_in) for todo in own_drafts(work)]


@digest_part(NudgeKind.SMES_DIGEST, Topic.QUESTIONS, order=40)
def list_buyers_questions(work: Work) -> Sequence[DigestLine]:
    """Name the challenges whose buyers wait for a reply of an SME."""
    return [DigestLine(todo.challenge) for todo in buyers_questions(work)]
