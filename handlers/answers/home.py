"""What is open about answers and questions: on one's own page, and for the nudges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from domain.answers import AnswerState
from domain.challenges import ChallengeState
from domain.ids import Kind, parse_id
from domain.nudges import NudgeKind
from domain.organisations import Role
from handlers.answers.questions import exchanged, veiled
from handlers.answers.sight import answer_id, case_of, title_for_sme
from handlers.challenges.cards import read_subject, takes_answers, verdicts_due_on
from handlers.challenges.sight import id_of
from handlers.challenges.translating import titles_for
from handlers.home import home_part
from handlers.nudging.nudges import waits
from handlers.work import Work
from messages.notices.nudges import NudgeItem
from messages.notices.questions import AnswerTodo, AnswerTodoKind
from store.queries import answers as query
from store.queries import challenges as challenge_query
from store.queries import people
from store.queries.rows import key_of
from store.tables.challenges import Challenge

SHOWN: Final = 5
_ASKED_IN: Final = (ChallengeState.PUBLISHED, ChallengeState.CLOSED, ChallengeState.EVALUATING)


@home_part(300)
def list_smes_todos(work: Work) -> Sequence[AnswerTodo]:
    """Show an SME the buyer's questions and its own drafts."""
    return [*buyers_questions(work), *own_drafts(work)]


def buyers_questions(work: Work) -> list[AnswerTodo]:
    """Return the questions of buyers that wait for an SME, the oldest first."""
    organisations = work.who.organisations(Role.SME)
    todos: list[AnswerTodo] = []
    for question in query.questions_to(work.session, organisations, limit=SHOWN) if organisations else ():
        one = exchanged(work.session, question)
        if work.who.reaches(one.challenge.id):
            text = veiled(work.session, one, question.text, from_buyer=True)
            named = (one.subject, id_of(one.challenge), one.answer)
            todos.append(AnswerTodo(AnswerTodoKind.BUYERS_QUESTION, *named, text))
    return todos


def own_drafts(work: Work) -> list[AnswerTodo]:
    """Return the drafts that an SME can still submit, the next deadline first."""
    organisations = work.who.organisations(Role.SME)
    if not organisations:
        return []
    rows = [
        (answer, challenge)
        for answer, challenge in query.drafts_to_submit(work.session, organisations, limit=SHOWN)
        if takes_answers(challenge, work) and work.who.reaches(challenge.id)
    ]
    titles = titles_for(work, [(row, title_for_sme(work.session, case_of(work.session, own))) for own, row in rows])
    return [
        AnswerTodo(
            AnswerTodoKind.DRAFT,
            answer_id(own),
            id_of(row),
            title.text,
            on=row.deadline_on,
            said_in=title.language,
        )
        for (own, row), title in zip(rows, titles, strict=True)
    ]


@home_part(210)
def list_questions_to_buyer(work: Work) -> Sequence[AnswerTodo]:
    """Show a buyer the questions without a reply."""
    organisations = work.who.organisations(Role.BUYER)
    if not organisations:
        return ()
    todos: list[AnswerTodo] = []
    for question in challenge_query.questions_to_buyers(work.session, organisations, states=_ASKED_IN, limit=SHOWN):
        one = exchanged(work.session, question)
        text = veiled(work.session, one, question.text, from_buyer=False)
        todos.append(AnswerTodo(AnswerTodoKind.QUESTION, one.subject, id_of(one.challenge), one.challenge.title, text))
    return todos


@waits(NudgeKind.VERDICT)
def wait_for_verdicts(work: Work, subject: str, person_id: int) -> NudgeItem | None:
    """Tell whether answers to a challenge are neither introduced nor declined."""
    del person_id
    found = read_subject(work, subject)
    if found is None or found[0].state not in (ChallengeState.CLOSED, ChallengeState.EVALUATING):
        return None
    waiting = query.awaiting(work.session, key_of(found[0]))
    if not waiting:
        return None
    shortlisted = sum(answer.state is AnswerState.SHORTLISTED for answer in waiting)
    return NudgeItem(
        kind=NudgeKind.VERDICT,
        subject=subject,
        title=found[0].title,
        due=verdicts_due_on(work, found[0]),
        count=len(waiting) - shortlisted,
        shortlisted=shortlisted,
    )


@waits(NudgeKind.DEADLINE)
def wait_for_deadline(work: Work, subject: str, person_id: int) -> NudgeItem | None:
    """Tell whether the deadline of a challenge still concerns a person: its buyer, or somebody with a draft."""
    found = read_subject(work, subject)
    if found is None or not takes_answers(found[0], work):
        return None
    challenge = found[0]
    if challenge.person_id == person_id:
        key = key_of(challenge)
        count = query.numbers_shown(work.session, [key]).get(key, 0)
        return replace(_deadline_item(challenge, challenge.title), count=count)
    for organisation_id in people.organisations_for(work.session, person_id, role=Role.SME):
        live = query.live_of(work.session, parse_id(subject, Kind.CHALLENGE)[1], organisation_id)
        if live is not None and live.state is AnswerState.DRAFT:
            title = title_for_sme(work.session, case_of(work.session, live))
            return _deadline_item(challenge, title, draft=answer_id(live))
    return None


def _deadline_item(challenge: Challenge, title: str, *, draft: str = "") -> NudgeItem:
    return NudgeItem(
        kind=NudgeKind.DEADLINE, subject=id_of(challenge), title=title, due=challenge.deadline_on, draft=draft
    )
