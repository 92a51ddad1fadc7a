"""Answering a challenge: as a draft at once or in a form, submitting, changing, discarding, withdrawing."""

from __future__ import annotations

from typing import Final

from domain.answers import TEXT_MAX, AnswerAction, AnswerKind, AnswerState
from domain.challenges import ChallengeState
from domain.errors import Invalid, NotAllowed, OutOfDate
from domain.ids import Kind, format_id, read_number, split_id
from domain.organisations import Role
from domain.text import clean_text, is_wordless
from handlers import audit
from handlers.answers.fields import read_answer
from handlers.answers.moves import (
    give_consent,
    move_answer,
    rank_again,
    refresh_answer,
    remind_author,
    require_version,
    stop_reminding,
    withdraw_consent,
)
from handlers.answers.sight import Case, case_of, draft_of, find_own_answer, title_for_sme
from handlers.answers.translating import bridge_answer, spoken_in
from handlers.challenges.cards import takes_answers
from handlers.challenges.moves import tell_buyer
from handlers.challenges.sight import Sighting, find, id_of, split_value, text_for, title_for
from handlers.introductions import approvals as introductions
from handlers.introductions.moves import end_for_answer
from handlers.routes import route
from handlers.work import Ask, Reply, Work
from messages.notices.answer_forms import WriteAnswer
from messages.notices.answers import AnswerDeed, AnswerDone
from messages.notices.challenges import TooLong
from store.engine import ConstraintViolated, StoreContended
from store.queries import answers as query
from store.queries import people
from store.queries.rows import add, key_of, lock
from store.tables.challenges import Answer, Challenge
from store.tables.people import Organisation

_EXAMPLE: Final = "/answer CH-12 We make such a sensor."


@route("answer.write", asks=True)
def write_answer(work: Work, ask: Ask) -> Reply:
    """Take a typed answer: with its text at once it becomes a draft, with an id alone the form opens."""
    named, typed = split_id(ask.value, Kind.CHALLENGE)
    if not named:
        raise Invalid("answer.which", example=_EXAMPLE)
    sighting = find(work, named)
    if not typed:
        return open_form(work, sighting)
    if is_wordless(typed):
        raise Invalid("answer.text.empty", example=_EXAMPLE)
    organisation_id = answering_organisation(work, sighting.challenge)
    require_open(work, sighting.challenge)
    if len(typed) > TEXT_MAX:
        return Reply(notice=TooLong(text=typed, limit=TEXT_MAX, length=len(typed)))
    text = clean_text(typed, limit=TEXT_MAX)
    answer = add_to_draft(work, sighting.challenge, organisation_id, text)
    return Reply(notice=draft_of(work, case_of(work.session, answer)))


@route("answer.start", writes=False)
def start_answer(work: Work, ask: Ask) -> Reply:
    """Open the form for an answer to a challenge."""
    return open_form(work, find(work, ask.value))


def open_form(work: Work, sighting: Sighting) -> Reply:
    """Ask for an answer to a challenge: with what the one organisation has written already, else an empty form."""
    challenge = sighting.challenge
    options = answering_organisations(work, challenge)
    require_open(work, challenge)
    for key in options if len(options) == 1 else ():
        live = query.live_of(work.session, key_of(challenge), key)
        if live is not None:
            return _edit_form(work, case_of(work.session, live))
    rows = people.organisations_by_id(work.session, options)
    return Reply(
        question=WriteAnswer(
            value=id_of(challenge),
            challenge=id_of(challenge),
            title=title_for(work.session, sighting),
            criteria=tuple((text_for(work.session, sighting, one), "") for one, _ in challenge.criteria),
            organisations=tuple((key, rows[key].name) for key in options),
        )
    )


@route("answer.edit", writes=False)
def edit_answer(work: Work, ask: Ask) -> Reply:
    """Open the form with what is written already."""
    if not ask.value.strip():
        raise Invalid("answer.which_own", example="/answer edit AN-7")
    case = find_own_answer(work, ask.value.partition(":")[0])
    require_open(work, case.challenge)
    return _edit_form(work, case)


def _edit_form(work: Work, case: Case) -> Reply:
    answer = case.answer
    if answer.state not in (AnswerState.DRAFT, AnswerState.SUBMITTED):
        raise OutOfDate(f"answer.now.{answer.state.value}", id=case.id)
    written, sighting = dict(answer.criteria), case.seen_by_sme(work.session)
    return Reply(
        question=WriteAnswer(
            value=f"{case.id}:{answer.version}",
            challenge=id_of(case.challenge),
            title=title_for(work.session, sighting),
            kind=answer.kind,
            text=answer.text,
            criteria=tuple(
                (text_for(work.session, sighting, one), written.get(one, "")) for one, _ in case.challenge.criteria
            ),
            nda=answer.nda_text,
            show_name=answer.show_name,
            links=tuple(answer.links),
            submitted=answer.state is AnswerState.SUBMITTED,
        )
    )


@route("answer.save")
def save_answer(work: Work, ask: Ask) -> Reply:
    """Take the form: it is submitted unless it is kept as a draft; what was submitted before is changed."""
    keep = "keep" in ask.many("keep")
    if ":" in ask.value:
        subject, version = split_value(ask.value, example="AN-7")
        case = find_own_answer(work, subject)
        require_open(work, case.challenge)
        require_version(case.answer, version)
        written = read_answer(ask, [criterion for criterion, _ in case.challenge.criteria])
    else:
        challenge = find(work, ask.value).challenge
        require_open(work, challenge)
        written = read_answer(ask, [criterion for criterion, _ in challenge.criteria])
        case = _begin(work, challenge, answering_organisation(work, challenge, ask.text("organisation")))
    texts = (written.text, *(text for _, text in written.criteria))
    language = spoken_in(*texts, otherwise=case.answer.language or work.who.locale)
    values = {**written.values(), "language": language}
    if case.answer.state is AnswerState.DRAFT and not keep:
        return _submit(work, case, **values)
    was_submitted = case.answer.state is AnswerState.SUBMITTED
    move_answer(work, case.answer, AnswerAction.EDIT, **values)
    refresh_answer(work, case)
    if was_submitted:
        bridge_answer(work, case)
        audit.record(work, "answer.edit", case.id, cluster_id=case.answer.cluster_id)
        rank_again(work, case)
        return _done(work, case, AnswerDeed.CHANGED)
    return Reply(notice=draft_of(work, case), replaces=True)


def _begin(work: Work, challenge: Challenge, organisation_id: int) -> Case:
    """Return the answer that a new form is for: a draft that exists already, or an empty new one."""
    live = query.live_of(work.session, key_of(challenge), organisation_id)
    if live is not None and live.state is not AnswerState.DRAFT:
        raise OutOfDate(f"answer.now.{live.state.value}", id=format_id(Kind.ANSWER, key_of(live)))
    return case_of(work.session, live or new_draft(work, challenge, organisation_id, text=""))


@route("answer.submit")
def submit_answer(work: Work, ask: Ask) -> Reply:
    """Submit a draft as its author saw it; that counts as consent to be introduced."""
    subject, version = split_value(ask.value, example="AN-7")
    case = find_own_answer(work, subject)
    if case.answer.state is not AnswerState.DRAFT:
        raise OutOfDate(f"answer.now.{case.answer.state.value}", id=case.id)
    require_open(work, case.challenge)
    require_version(case.answer, version)
    if is_wordless(case.answer.text):
        return _edit_form(work, case)
    return _submit(work, case)


def _submit(work: Work, case: Case, **values: object) -> Reply:
    stop_reminding(work, case)
    # Who submits is who consents, hears the verdict and is introduced.
    move_answer(work, case.answer, AnswerAction.SUBMIT, submitted_at=work.now, person_id=work.who.person_id, **values)
    give_consent(work, case)
    audit.record(work, "answer.submit", case.id, cluster_id=case.answer.cluster_id)
    bridge_answer(work, case)
    refresh_answer(work, case)
    tell_buyer(work, case.challenge)
    introductions.answer_submitted(work, case.answer.challenge_id, case.answer.organisation_id)
    rank_again(work, case)
    return _done(work, case, AnswerDeed.SUBMITTED)


@route("answer.discard")
def discard_draft(work: Work, ask: Ask) -> Reply:
    """Throw a draft away; nobody but its organisation has seen it."""
    case = find_own_answer(work, ask.value.partition(":")[0])
    if case.answer.state is not AnswerState.DRAFT:
        raise OutOfDate(f"answer.now.{case.answer.state.value}", id=case.id)
    move_answer(work, case.answer, AnswerAction.DISCARD)
    stop_reminding(work, case)
    refresh_answer(work, case)
    return _done(work, case, AnswerDeed.DISCARDED)


@route("answer.withdraw")
def withdraw_answer(work: Work, ask: Ask) -> Reply:
    """Withdraw an answer, and the consent that went with it; a draft is simply discarded."""
    if not ask.value.strip():
        raise Invalid("answer.which_own", example="/answer withdraw AN-7")
    case = find_own_answer(work, ask.value.partition(":")[0])
    if case.answer.state is AnswerState.DRAFT:
        return discard_draft(work, ask)
    move_answer(work, case.answer, AnswerAction.WITHDRAW)
    withdraw_consent(work, case)
    audit.record(work, "answer.withdraw", case.id, cluster_id=case.answer.cluster_id)
    end_for_answer(work, case.answer.challenge_id, case.answer.organisation_id)
    refresh_answer(work, case)
    rank_again(work, case)
    return _done(work, case, AnswerDeed.WITHDRAWN)


def _done(work: Work, case: Case, deed: AnswerDeed) -> Reply:
    title = title_for_sme(work.session, case)
    return Reply(notice=AnswerDone(done=deed, id=case.id, challenge=id_of(case.challenge), title=title), replaces=True)


def require_open(work: Work, challenge: Challenge) -> None:
    """Refuse an answer that comes too late, or too early.

    :raises OutOfDate: the deadline has passed, or the challenge takes no answers.
    """
    if takes_answers(challenge, work):
        return
    if challenge.deadline_on is not None and challenge.deadline_at is not None and challenge.deadline_at <= work.now:
        raise OutOfDate("answer.too_late", id=id_of(challenge), deadline_on=challenge.deadline_on)
    closed = challenge.state is not ChallengeState.DRAFT
    raise OutOfDate("answer.not_open" if closed else "answer.not_yet", id=id_of(challenge))


def answering_organisations(work: Work, challenge: Challenge) -> tuple[int, ...]:
    """Return the SMEs for which who acts may answer a challenge, those of this workspace's cluster first.

    :raises NotAllowed: the person acts for none, or only for the one that asks.
    """
    actor = work.who
    here = work.room.cluster_id if work.room else None
    own = sorted((m for m in actor.memberships if m.role is Role.SME), key=lambda m: m.cluster_id != here)
    ids = dict.fromkeys(m.organisation_id for m in own if m.organisation_id is not None)
    if actor.belongs_to(challenge.organisation_id):
        raise NotAllowed("answer.own_challenge", id=id_of(challenge))
    if not ids:
        raise NotAllowed("answer.smes_answer")
    return tuple(ids)


def answering_organisation(work: Work, challenge: Challenge, chosen: str = "") -> int:
    """Return for which SME an answer is written: the chosen one, else the first."""
    options = answering_organisations(work, challenge)
    number = read_number(chosen)
    return number if number in options else options[0]


def add_to_draft(work: Work, challenge: Challenge, organisation_id: int, text: str) -> Answer:
    """Write a text into the draft of an organisation; there is one per challenge.

    :raises OutOfDate: the challenge takes no answers, or the organisation has answered already.
    :raises Invalid: the draft would become too long.
    """
    require_open(work, challenge)
    live = query.live_of(work.session, key_of(challenge), organisation_id)
    if live is None:
        return new_draft(work, challenge, organisation_id, text=text)
    lock(work.session, live)  # a colleague may be adding to it at this moment: both texts stay
    if live.state is not AnswerState.DRAFT:
        raise OutOfDate(f"answer.now.{live.state.value}", id=format_id(Kind.ANSWER, key_of(live)))
    joined = clean_text("\n\n".join(part for part in (live.text, text) if part), limit=TEXT_MAX)
    put_text(work, live, joined)
    return live


def put_text(work: Work, draft: Answer, text: str) -> None:
    """Write the text of a draft anew."""
    language = spoken_in(text, otherwise=draft.language or work.who.locale)
    move_answer(work, draft, AnswerAction.EDIT, text=text, language=language)
    refresh_answer(work, case_of(work.session, draft))


def new_draft(work: Work, challenge: Challenge, organisation_id: int, *, text: str) -> Answer:
    """Write a new draft; it is looked after by the cluster at which the organisation is at home."""
    actor = work.who
    organisation = work.session.get(Organisation, organisation_id)
    home = organisation.home_cluster_id if organisation else None
    first = next(m.cluster_id for m in actor.memberships if m.organisation_id == organisation_id)
    answer = Answer(
        challenge_id=key_of(challenge),
        organisation_id=organisation_id,
        person_id=actor.person_id,
        cluster_id=home or first,
        state=AnswerState.DRAFT,
        kind=AnswerKind.IDEA,
        text=text,
        language=spoken_in(text, otherwise=actor.locale),
        created_at=work.now,
        updated_at=work.now,
    )
    try:
        add(work.session, answer)
    except ConstraintViolated as error:
        # A colleague began one at the same moment: done again, this text goes into that one.
        raise StoreContended("Another draft of the organisation came first.") from error
    remind_author(work, case_of(work.session, answer))
    return answer
