"""What answers put into a person's calendar: until when a draft can be submitted, or an answer changed."""

from __future__ import annotations

from collections.abc import Sequence

from domain.answers import AnswerState
from domain.organisations import Role
from handlers.answers.sight import answer_id, case_of, title_for_sme
from handlers.calendar.parts import MOST, Span, calendar_part
from handlers.challenges.sight import id_of
from handlers.work import Work
from messages.notices.calendar import DayEntry, Entry, EntryKind
from store.queries import calendar as query
from store.tables.challenges import Answer, Challenge


@calendar_part(20)
def answered_deadlines(work: Work, span: Span) -> Sequence[Entry]:
    """Show an SME the deadlines of the challenges that it answered or drafted for."""
    smes = work.who.organisations(Role.SME)
    if not smes:
        return ()
    rows = query.answered_deadlines(work.session, smes, since=span.since, until=span.until, limit=MOST)
    return [_entry(work, answer, challenge) for answer, challenge in rows]


def _entry(work: Work, answer: Answer, challenge: Challenge) -> Entry:
    assert challenge.deadline_on is not None  # noqa: S101  (the query asks for it)
    draft = answer.state is AnswerState.DRAFT
    return DayEntry(
        kind=EntryKind.DRAFT_DEADLINE if draft else EntryKind.ANSWER_DEADLINE,
        name=f"{id_of(challenge)}-deadline",
        subject=id_of(challenge),
        on=challenge.deadline_on,
        # Never what a withdrawn or hidden challenge says: the title as on the SME's own card.
        title=title_for_sme(work.session, case_of(work.session, answer)),
        changed_at=max(answer.updated_at, challenge.updated_at),
        version=answer.version + challenge.version,
        answer=answer_id(answer),
    )
