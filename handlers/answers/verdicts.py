"""Reading answers, and the buyer's yes or no to each."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from domain.answers import REASON_NOTE_MAX, AnswerAction, AnswerState, DeclineReason
from domain.errors import Invalid, InvalidForm, NotAllowed
from domain.organisations import Role
from domain.text import clean_text
from domain.visibility import Viewer
from handlers import audit
from handlers.answers.moves import (
    VERDICT,
    after_verdict,
    decline,
    move_answer,
    rank_again,
    refresh_answer,
    require_version,
    tell_verdict,
)
from handlers.answers.sight import Case, find_answer, line_for, read_case, shown_to, title_for_sme
from handlers.answers.translating import answer_in
from handlers.cards import View, living
from handlers.challenges.listing import page_of
from handlers.challenges.sight import find, id_of, split_value, text_for
from handlers.routes import route
from handlers.work import Ask, Reply, Work
from messages.notices.answer_forms import DeclineAnswer
from messages.notices.answers import (
    AnswerDeed,
    AnswerDone,
    AnswerList,
    MyAnswer,
    MyAnswers,
    Reader,
    Verdict,
)
from store.queries import answers as query
from store.queries.rows import key_of

PAGE: Final = 6


@route("challenge.answers", writes=False)
def list_answers(work: Work, ask: Ask) -> Reply:
    """List the answers to a challenge for its buyer and for the managers of its cluster."""
    if not ask.value.strip():
        raise Invalid("challenge.which", example="/challenge answers CH-12")
    subject, _, page_text = ask.value.strip().rpartition(" ")
    sighting = find(work, subject if subject and page_text.isdecimal() else ask.value)
    page = page_of(page_text) if subject and page_text.isdecimal() else 1
    challenge = sighting.challenge
    if challenge.organisation_id in work.who.organisations(Role.BUYER):
        reader = Reader.BUYER
    elif sighting.viewer is Viewer.OWNER_MANAGER:
        reader = Reader.MANAGER
    else:
        raise NotAllowed("challenge.buyer_reads", id=sighting.id)
    rows = query.received(work.session, key_of(challenge), limit=PAGE + 1, offset=(page - 1) * PAGE)
    cases = [Case(answer, challenge, sighting.buyer, sme) for answer, sme in rows[:PAGE]]
    return Reply(
        notice=AnswerList(
            challenge=sighting.id,
            title=challenge.title,
            items=tuple(line_for(work, case, reader) for case in cases),
            page=page,
            more=len(rows) > PAGE,
        )
    )


@route("answer.mine", writes=False)
def list_own_answers(work: Work, ask: Ask) -> Reply:
    """List the answers of one's own organisations."""
    page = page_of(ask.value)
    organisations = work.who.organisations(Role.SME)
    rows = query.of_organisations(work.session, organisations, limit=PAGE + 1, offset=(page - 1) * PAGE)
    items: list[MyAnswer] = []
    for answer, challenge in rows[:PAGE]:
        if not work.who.reaches(challenge.id):
            continue
        case = read_case(work.session, f"AN-{answer.id}")
        title = title_for_sme(work.session, case) if case else ""
        items.append(MyAnswer(f"AN-{answer.id}", id_of(challenge), title, answer.state, challenge.deadline_on))
    return Reply(notice=MyAnswers(items=tuple(items), page=page, more=len(rows) > PAGE))


@route("answer.show", writes=False)
def show_answer(work: Work, ask: Ask) -> Reply:
    """Show an answer as far as the person may read it, in the person's language if it was translated."""
    if not ask.value.strip():
        raise Invalid("answer.which_own", example="/answer show AN-7")
    case, reader = find_answer(work, ask.value)
    shown = shown_to(work, case, reader)
    return Reply(notice=shown if reader is Reader.SME else answer_in(work, shown, work.who.locale))


@route("answer.untranslated", writes=False)
def show_untranslated(work: Work, ask: Ask) -> Reply:
    """Show an answer in the words of its author."""
    case, reader = find_answer(work, ask.value)
    shown = shown_to(work, case, reader)
    bridged = answer_in(work, shown, work.who.locale)
    return Reply(
        notice=replace(shown, said_in=bridged.said_in, original=bridged.translated), replaces=bridged.translated
    )


def _to_decide(work: Work, value: str) -> Case:
    """Return an answer that who acts may say yes or no to, as the card showed it.

    :raises NotAllowed: only the buyer's people decide.
    """
    subject, version = split_value(value, example="AN-7")
    case, reader = find_answer(work, subject)
    if reader is not Reader.BUYER:
        raise NotAllowed("answer.buyer_decides", id=case.id)
    require_version(case.answer, version)
    return case


@route("answer.shortlist")
def shortlist_answer(work: Work, ask: Ask) -> Reply:
    """Put an answer on the buyer's shortlist; its author is told the good news."""
    case = _to_decide(work, ask.value)
    move_answer(work, case.answer, AnswerAction.SHORTLIST, verdict_at=work.now, verdict_by=work.who.person_id)
    audit.record(work, "answer.shortlist", case.id, cluster_id=case.answer.cluster_id)
    refresh_answer(work, case)
    tell_verdict(work, case)
    after_verdict(work, case.challenge)
    rank_again(work, case)
    return _done(case, AnswerDeed.SHORTLISTED)


@route("answer.decline", writes=False)
def ask_why_declined(work: Work, ask: Ask) -> Reply:
    """Ask for the reason of a no."""
    case = _to_decide(work, ask.value)
    return Reply(question=DeclineAnswer(id=case.id, value=f"{case.id}:{case.answer.version}"))


@route("answer.decline.send")
def decline_answer(work: Work, ask: Ask) -> Reply:
    """Decline an answer with a reason; its author is told kindly and privately."""
    case = _to_decide(work, ask.value)
    reason, note = _reason(ask)
    decline(work, case.answer, reason=reason, note=note)
    after_verdict(work, case.challenge)
    return _done(case, AnswerDeed.DECLINED)


def _reason(ask: Ask) -> tuple[DeclineReason, str]:
    errors: list[Invalid] = []
    reason, note = DeclineReason.OTHER, ""
    try:
        reason = DeclineReason(ask.text("reason"))
    except ValueError:
        errors.append(Invalid("answer.reason.choose", field="reason"))
    try:
        note = clean_text(ask.text("note"), limit=REASON_NOTE_MAX)
    except Invalid as error:
        errors.append(Invalid(error.key, field="note", **error.params))
    if reason is DeclineReason.OTHER and not note and not errors:
        errors.append(Invalid("answer.reason.say", field="note"))
    if errors:
        raise InvalidForm(errors)
    return reason, note


def _done(case: Case, deed: AnswerDeed) -> Reply:
    notice = AnswerDone(done=deed, id=case.id, challenge=id_of(case.challenge), title=case.challenge.title)
    # The card that was pressed shows an answer that still waits: its buttons would be refused from now on.
    return Reply(notice=notice, replaces=True)


@living(VERDICT)
def read_verdict(work: Work, view: View) -> Verdict | None:
    """Tell the author of an answer what was decided."""
    case = read_case(work.session, view.subject)
    if case is None:
        return None
    declined = case.answer.state is AnswerState.DECLINED
    return Verdict(
        id=case.id,
        challenge=id_of(case.challenge),
        title=title_for_sme(work.session, case),
        state=case.answer.state,
        reason=case.answer.reason if declined else None,
        note=text_for(work.session, case.seen_by_sme(work.session), case.answer.reason_text) if declined else "",
    )
