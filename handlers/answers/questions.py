"""Questions between an SME and the buyer, in either direction: privately, and without names that are hidden."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from domain.answers import QUESTION_MAX, UNDECIDED, AnswerAction, AnswerState
from domain.errors import Invalid, NotAllowed, NotFound, OutOfDate
from domain.ids import Kind, parse_id
from domain.organisations import Role
from domain.redaction import redact
from domain.text import clean_text, is_wordless
from domain.visibility import Level, VisibleField
from handlers import audit, cards
from handlers.answers.moves import move_answer, refresh_answer, require_version, stop_reminding
from handlers.answers.sight import answer_id, find_answer, find_own_answer, seen_by_sme
from handlers.answers.writing import answering_organisation, answering_organisations, require_open
from handlers.cards import View, living
from handlers.challenges.moves import OVERVIEW
from handlers.challenges.sight import find, id_of, names_behind, names_of, split_value, title_for
from handlers.routes import route
from handlers.work import Ask, Reply, Work
from messages.notices.answer_forms import AskQuestion, ReplyToQuestion
from messages.notices.answers import AnswerDeed, AnswerDone, Reader
from messages.notices.questions import QuestionAsked, QuestionReplied
from store.engine import Session
from store.queries import answers as query
from store.queries import challenges as challenge_query
from store.queries.rows import add, change, key_of
from store.tables.challenges import Answer, Challenge, Question
from store.tables.people import Organisation

QUESTION: Final = "question"
REPLY: Final = "reply"


@dataclass(frozen=True, slots=True)
class Exchanged:
    """A question with what belongs to it; `title` is the challenge's as the SME may read it."""

    question: Question
    challenge: Challenge
    buyer: Organisation
    sme: Organisation

    @property
    def subject(self) -> str:
        """Return what its cards are about: `CH-12:5`."""
        return f"{id_of(self.challenge)}:{self.question.id}"

    @property
    def answer(self) -> str:
        """Return the human id of the answer that the buyer asks about, if it does."""
        return f"{Kind.ANSWER}-{self.question.answer_id}" if self.question.answer_id else ""


def exchanged(session: Session, question: Question) -> Exchanged:
    """Return what belongs to a question.

    :raises NotFound: the challenge is out of reach, as for a colleague in a cluster that it never came to.
    """
    found = challenge_query.with_buyer(session, question.challenge_id)
    sme = session.get(Organisation, question.organisation_id)
    if found is None or sme is None:
        raise NotFound("question.unknown")
    return Exchanged(question, found[0], found[1], sme)


def names_shown(session: Session, one: Exchanged) -> tuple[str, str]:
    """Return the names of SME and buyer as far as the other side may know them; empty while hidden."""
    key, organisations = key_of(one.challenge), (key_of(one.sme),)
    live = query.live_of(session, key, key_of(one.sme))
    shown = live is not None and live.show_name and live.state in query.SHOWN
    sme = one.sme.name if shown or query.consented(session, key, organisations) else ""
    sighting = seen_by_sme(session, one.challenge, one.buyer, key_of(one.sme))
    buyer = one.buyer.name if sighting.level(VisibleField.BUYER_NAME) is Level.FULL else ""
    return sme, buyer


def veiled(session: Session, one: Exchanged, text: str, *, from_buyer: bool) -> str:
    """Return what one side wrote as the other side may read it."""
    sme, buyer = names_shown(session, one)
    if from_buyer:
        return text if buyer else redact(text, names_behind(session, one.challenge, one.buyer))
    return text if sme else redact(text, names_of(session, one.sme))


@route("question.start", writes=False)
def start_question(work: Work, ask: Ask) -> Reply:
    """Open the form for a question to the buyer of a challenge."""
    challenge = find(work, ask.value).challenge
    answering_organisations(work, challenge)
    require_open(work, challenge)
    return Reply(question=AskQuestion(subject=id_of(challenge), to_buyer=True))


@route("question.start.send")
def ask_buyer(work: Work, ask: Ask) -> Reply:
    """Put a question to the buyer."""
    challenge = find(work, ask.value).challenge
    organisation_id = answering_organisation(work, challenge)
    require_open(work, challenge)
    return _put(work, challenge, organisation_id, _written(ask, "text"))


@route("answer.question")
def turn_into_question(work: Work, ask: Ask) -> Reply:
    """Take a draft for what it was meant to be: a question to the buyer."""
    subject, version = split_value(ask.value, example="AN-7")
    case = find_own_answer(work, subject)
    answer = case.answer
    if answer.state is not AnswerState.DRAFT:
        raise OutOfDate(f"answer.now.{answer.state.value}", id=case.id)
    require_version(answer, version)
    require_open(work, case.challenge)
    if len(answer.text) > QUESTION_MAX:
        raise Invalid("question.too_long", limit=QUESTION_MAX, length=len(answer.text))
    move_answer(work, answer, AnswerAction.DISCARD)
    stop_reminding(work, case)
    refresh_answer(work, case)
    return _put(work, case.challenge, answer.organisation_id, answer.text)


def _put(work: Work, challenge: Challenge, organisation_id: int, text: str) -> Reply:
    question = _add(work, challenge, organisation_id, text)
    one = exchanged(work.session, question)
    audit.record(work, "question.start", one.subject, cluster_id=challenge.owner_cluster_id)
    cards.tell(work, QUESTION, one.subject, challenge.person_id)
    cards.refresh(work, OVERVIEW, id_of(challenge))
    title = title_for(work.session, seen_by_sme(work.session, challenge, one.buyer, organisation_id))
    notice = AnswerDone(done=AnswerDeed.ASKED_BUYER, challenge=id_of(challenge), title=title)
    return Reply(notice=notice, replaces=True)


@route("question.ask", writes=False)
def start_asking_back(work: Work, ask: Ask) -> Reply:
    """Open the form for a question to the author of an answer."""
    answer = _asked(work, ask.value)
    return Reply(question=AskQuestion(subject=answer_id(answer), to_buyer=False))


@route("question.ask.send")
def ask_sme(work: Work, ask: Ask) -> Reply:
    """Put a question to the author of an answer."""
    answer = _asked(work, ask.value)
    challenge = work.session.get(Challenge, answer.challenge_id)
    assert challenge is not None  # noqa: S101
    text = _written(ask, "text")
    question = _add(work, challenge, answer.organisation_id, text, answer=answer)
    one = exchanged(work.session, question)
    audit.record(work, "question.ask", one.subject, cluster_id=challenge.owner_cluster_id)
    cards.tell(work, QUESTION, one.subject, answer.person_id)
    notice = AnswerDone(
        done=AnswerDeed.ASKED_SME, id=answer_id(answer), challenge=id_of(challenge), title=challenge.title
    )
    return Reply(notice=notice)


def _asked(work: Work, value: str) -> Answer:
    case, reader = find_answer(work, value.partition(":")[0])
    if reader is not Reader.BUYER:
        raise NotAllowed("answer.buyer_decides", id=case.id)
    if case.answer.state not in UNDECIDED:
        raise OutOfDate(f"answer.now.{case.answer.state.value}", id=case.id)
    return case.answer


def _add(
    work: Work, challenge: Challenge, organisation_id: int, text: str, *, answer: Answer | None = None
) -> Question:
    return add(
        work.session,
        Question(
            challenge_id=key_of(challenge),
            answer_id=answer.id if answer else None,
            organisation_id=organisation_id,
            person_id=work.who.person_id,
            from_buyer=answer is not None,
            text=text,
            created_at=work.now,
            updated_at=work.now,
        ),
    )


def _written(ask: Ask, name: str) -> str:
    try:
        text = clean_text(ask.text(name), limit=QUESTION_MAX)
    except Invalid as error:
        raise Invalid(error.key, field=name, **error.params) from None
    if is_wordless(text):
        raise Invalid("question.empty", field=name)
    return text


def _to_reply(work: Work, value: str) -> Exchanged:
    """Return a question that who acts may reply to, and that has no reply yet.

    :raises NotFound: there is none, or it is none of this person's business.
    """
    head, number = split_value(value, example="CH-12")
    question = work.session.get(Question, number)
    if question is None or question.challenge_id != parse_id(head, Kind.CHALLENGE)[1]:
        raise NotFound("question.unknown")
    one = exchanged(work.session, question)
    role, organisation = (Role.SME, one.sme.id) if question.from_buyer else (Role.BUYER, one.buyer.id)
    if organisation not in work.who.organisations(role):
        raise NotFound("question.unknown")
    if question.reply:
        raise OutOfDate("question.replied", id=id_of(one.challenge))
    return one


@route("question.reply", writes=False)
def start_reply(work: Work, ask: Ask) -> Reply:
    """Open the form for the reply to a question."""
    one = _to_reply(work, ask.value)
    text = veiled(work.session, one, one.question.text, from_buyer=one.question.from_buyer)
    return Reply(question=ReplyToQuestion(value=one.subject, text=text))


@route("question.reply.send")
def reply_to_question(work: Work, ask: Ask) -> Reply:
    """Reply to a question; who asked is told privately."""
    one = _to_reply(work, ask.value)
    reply = _written(ask, "reply")
    values = {"reply": reply, "replied_by": work.who.person_id, "replied_at": work.now}
    if not change(work.session, one.question, now=work.now, where={"reply": ""}, **values):
        raise OutOfDate("question.replied", id=id_of(one.challenge))
    audit.record(work, "question.reply", one.subject, cluster_id=one.challenge.owner_cluster_id)
    cards.refresh(work, QUESTION, one.subject)
    cards.refresh(work, OVERVIEW, id_of(one.challenge))
    cards.tell(work, REPLY, one.subject, one.question.person_id)
    title = _title_for_replier(work.session, one)
    return Reply(notice=AnswerDone(done=AnswerDeed.REPLIED, challenge=id_of(one.challenge), title=title))


def _title_for_replier(session: Session, one: Exchanged) -> str:
    return _sme_title(session, one) if one.question.from_buyer else one.challenge.title


def _sme_title(session: Session, one: Exchanged) -> str:
    return title_for(session, seen_by_sme(session, one.challenge, one.buyer, key_of(one.sme)))


def _read(work: Work, subject: str) -> Exchanged | None:
    question = work.session.get(Question, int(subject.rpartition(":")[2]))
    return None if question is None else exchanged(work.session, question)


@living(QUESTION)
def read_question(work: Work, view: View) -> QuestionAsked | None:
    """Show a question to who can reply to it."""
    one = _read(work, view.subject)
    if one is None:
        return None
    question = one.question
    sme, buyer = names_shown(work.session, one)
    return QuestionAsked(
        value=one.subject,
        challenge=id_of(one.challenge),
        title=_title_for_replier(work.session, one),
        text=veiled(work.session, one, question.text, from_buyer=question.from_buyer),
        to_buyer=not question.from_buyer,
        who=buyer if question.from_buyer else sme,
        country="" if question.from_buyer else one.sme.country,
        answer=one.answer,
        reply=question.reply,
    )


@living(REPLY)
def read_reply(work: Work, view: View) -> QuestionReplied | None:
    """Bring the reply to who asked."""
    one = _read(work, view.subject)
    if one is None or not one.question.reply:
        return None
    question = one.question
    return QuestionReplied(
        challenge=id_of(one.challenge),
        title=one.challenge.title if question.from_buyer else _sme_title(work.session, one),
        text=question.text,
        reply=veiled(work.session, one, question.reply, from_buyer=not question.from_buyer),
        from_buyer=question.from_buyer,
        answer=one.answer,
    )
