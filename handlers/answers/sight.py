"""Who may read what of an answer, and of a challenge from an SME's side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from domain.answers import UNDECIDED, AnswerState
from domain.challenges import Confidentiality
from domain.errors import NotFound
from domain.ids import Kind, format_id, parse_id
from domain.organisations import Role
from domain.redaction import redact
from domain.text import shorten
from domain.visibility import Level, Viewer, VisibleField, may_see
from handlers.challenges.cards import takes_answers
from handlers.challenges.sight import Sighting, id_of, names_of, text_for, title_for
from handlers.translations import shown_in
from handlers.work import Work
from messages.notices.answers import AnswerDraft, AnswerLine, AnswerShown, Exchange, Reader
from store.engine import Session
from store.queries import answers as query
from store.queries import challenges as challenge_query
from store.queries import sharing
from store.queries.rows import key_of
from store.tables.challenges import Answer, Challenge
from store.tables.people import Cluster, Organisation

_EXCERPT: Final = 200


def answer_id(answer: Answer) -> str:
    """Return the human id of an answer."""
    return format_id(Kind.ANSWER, key_of(answer))


@dataclass(frozen=True, slots=True)
class Case:
    """An answer with its challenge and both organisations."""

    answer: Answer
    challenge: Challenge
    buyer: Organisation
    sme: Organisation

    @property
    def id(self) -> str:
        """Return the answer's human id."""
        return answer_id(self.answer)

    def seen_by_sme(self, session: Session) -> Sighting:
        """Return how the SME stands to the challenge."""
        return seen_by_sme(session, self.challenge, self.buyer, self.answer.organisation_id)


def case_of(session: Session, answer: Answer) -> Case:
    """Return what belongs to an answer.

    :raises NotFound: the challenge is out of reach, as for a colleague in a cluster that it never came to.
    """
    found = challenge_query.with_buyer(session, answer.challenge_id)
    sme = session.get(Organisation, answer.organisation_id)
    if found is None or sme is None:
        raise NotFound("answer.unknown", id=answer_id(answer))
    return Case(answer, found[0], found[1], sme)


def read_case(session: Session, subject: str) -> Case | None:
    """Return the answer that a card is about (`AN-7`, or a part such as `AN-7:declined`)."""
    answer = session.get(Answer, parse_id(subject.partition(":")[0], Kind.ANSWER)[1])
    return None if answer is None else case_of(session, answer)


def find_answer(work: Work, text: str) -> tuple[Case, Reader]:
    """Return an answer that who acts may know of, and as whom.

    :raises NotFound: there is none, or the person may not know that there is; both say the same.
    """
    _, number = parse_id(text, Kind.ANSWER)
    answer = work.session.get(Answer, number)
    if answer is not None:
        case = case_of(work.session, answer)
        reader = _reader(work, case)
        if reader is not None:
            return case, reader
    raise NotFound("answer.unknown", id=format_id(Kind.ANSWER, number))


def _reader(work: Work, case: Case) -> Reader | None:
    actor, answer = work.who, case.answer
    if not actor.reaches(answer.challenge_id):
        return None
    if answer.organisation_id in actor.organisations(Role.SME):
        return Reader.SME
    if answer.state not in query.SHOWN:
        return None
    if case.challenge.organisation_id in actor.organisations(Role.BUYER):
        return Reader.BUYER
    if actor.belongs_to(case.challenge.organisation_id):
        return None
    if actor.manages(case.challenge.owner_cluster_id) or actor.manages(answer.cluster_id):
        return Reader.MANAGER
    return None


def find_own_answer(work: Work, text: str) -> Case:
    """Return an answer of one's own organisation.

    :raises NotFound: there is none; somebody else's is nobody's business.
    """
    case, reader = find_answer(work, text)
    if reader is not Reader.SME:
        raise NotFound("answer.unknown", id=case.id)
    return case


def seen_by_sme(session: Session, challenge: Challenge, buyer: Organisation, organisation_id: int) -> Sighting:
    """Return how an SME stands to a challenge that it answered or drafted for."""
    if challenge.confidentiality is Confidentiality.OPEN:
        return Sighting(challenge, buyer, Viewer.MEMBER)
    revealed = challenge_query.is_revealed(session, key_of(challenge), (organisation_id,))
    invited = sharing.is_invited(session, key_of(challenge), (organisation_id,))
    return Sighting(challenge, buyer, Viewer.INVITED if invited else Viewer.SME, revealed)


def title_for_sme(session: Session, case: Case) -> str:
    """Return the challenge's title as the SME of an answer may read it."""
    return title_for(session, case.seen_by_sme(session))


@dataclass(frozen=True, slots=True)
class Curtain:
    """What the buyer may know of the SME of an answer: whether it consented, and whether it was introduced."""

    consented: bool
    revealed: bool

    def level(self, case: Case, field: VisibleField) -> Level:
        """Return how much of a field the buyer may see."""
        return may_see(
            field,
            viewer=Viewer.BUYER,
            confidentiality=case.challenge.confidentiality,
            state=case.challenge.state,
            consented=self.consented,
            revealed=self.revealed,
        )


def curtain_of(session: Session, case: Case) -> Curtain:
    """Return how far the curtain is up.

    Submitting an answer is a consent to be introduced. The name follows when the managers have approved and the consent
    is counted on the introduction, or at once if the SME ticked so.
    """
    key, organisations = case.answer.challenge_id, (case.answer.organisation_id,)
    consented = case.answer.show_name or bool(query.consented(session, key, organisations))
    return Curtain(consented=consented, revealed=bool(query.revealed(session, key, organisations)))


def shown_to(work: Work, case: Case, reader: Reader) -> AnswerShown:
    """Write an answer down as far as this reader may read it."""
    answer, session = case.answer, work.session
    shown = AnswerShown(
        id=case.id,
        challenge=id_of(case.challenge),
        title=case.challenge.title,
        reader=reader,
        state=answer.state,
        kind=answer.kind,
        text=answer.text,
        version=answer.version,
        who=case.sme.name,
        country=case.sme.country,
        cluster=_cluster_of(session, answer),
        criteria=tuple((criterion, text) for criterion, text in answer.criteria),
        nda=answer.nda_text if reader is Reader.SME else "",
        has_nda=bool(answer.nda_text),
        links=tuple(answer.links),
        reason=answer.reason,
        note=answer.reason_text,
        asked=tuple(Exchange(q.text, q.reply, q.from_buyer) for q in query.exchanged(session, answer)),
        open=takes_answers(case.challenge, work),
        decidable=answer.state in UNDECIDED,
    )
    if reader is Reader.BUYER:
        return _for_buyer(session, case, shown)
    # The manager of the SME's cluster reads what the buyer wrote as that SME does.
    owns = reader is Reader.MANAGER and work.who.manages(case.challenge.owner_cluster_id)
    return shown if owns else _for_sme(session, case, shown)


def _for_sme(session: Session, case: Case, shown: AnswerShown) -> AnswerShown:
    sighting = case.seen_by_sme(session)

    def veiled(text: str) -> str:
        return text_for(session, sighting, text)

    return replace(
        shown,
        title=veiled(shown.title),
        criteria=tuple((veiled(criterion), text) for criterion, text in shown.criteria),
        note=veiled(shown.note),
        asked=tuple(
            replace(one, text=veiled(one.text)) if one.from_buyer else replace(one, reply=veiled(one.reply))
            for one in shown.asked
        ),
    )


def _for_buyer(session: Session, case: Case, shown: AnswerShown) -> AnswerShown:
    curtain = curtain_of(session, case)
    if curtain.level(case, VisibleField.ANSWER_NDA) is Level.FULL:
        shown = replace(shown, nda=case.answer.nda_text)
    if curtain.level(case, VisibleField.ANSWER_TEXT) is Level.FULL:
        return shown
    names = names_of(session, case.sme)
    return replace(
        shown,
        who="",
        text=redact(shown.text, names),
        criteria=tuple((criterion, redact(text, names)) for criterion, text in shown.criteria),
        links=(),
        asked=tuple(Exchange(redact(q.text, names), redact(q.reply, names), q.from_buyer) for q in shown.asked),
        redacted=True,
    )


def line_for(work: Work, case: Case, reader: Reader) -> AnswerLine:
    """Write one line of the list of answers."""
    answer = case.answer
    text, name = answer.text, case.sme.name
    if reader is Reader.BUYER and curtain_of(work.session, case).level(case, VisibleField.SME_NAME) is not Level.FULL:
        text, name = redact(text, names_of(work.session, case.sme)), ""
    if reader is not Reader.SME:
        # Lines are too short for a mark: the answer itself says in which language it is written.
        text = shown_in(work, text, work.who.locale).text
    excerpt = shorten(" ".join(text.split()), _EXCERPT)
    return AnswerLine(
        case.id, answer.state, answer.kind, excerpt, name, case.sme.country, _cluster_of(work.session, answer)
    )


def _cluster_of(session: Session, answer: Answer) -> str:
    """Return the name of the cluster through which an answer came."""
    cluster = session.get(Cluster, answer.cluster_id)
    return cluster.name if cluster else ""


def draft_of(work: Work, case: Case) -> AnswerDraft:
    """Write the SME's own card of its answer."""
    answer = case.answer
    parts = query.parts_of(work.session, key_of(answer))
    return AnswerDraft(
        id=case.id,
        challenge=id_of(case.challenge),
        title=title_for_sme(work.session, case),
        state=answer.state,
        kind=answer.kind,
        text=answer.text,
        version=answer.version,
        organisation=case.sme.name,
        deadline_on=case.challenge.deadline_on,
        zone=case.challenge.zone,
        open=takes_answers(case.challenge, work),
        cut=answer.state is AnswerState.DRAFT and any(part.text not in answer.text for part in parts),
        show_name=answer.show_name,
        nda=bool(answer.nda_text),
    )
