"""What a party reads of an introduction: the question, its own answer, and after the reveal the other side."""

from __future__ import annotations

from collections.abc import Sequence

from domain.introductions import REVEALED, Party
from domain.introductions import IntroductionState as State
from domain.nudges import NudgeKind
from domain.visibility import Level, Viewer, VisibleField
from handlers.cards import View, living
from handlers.challenges.sight import names_of
from handlers.home import home_part
from handlers.introductions.meeting_cards import meeting_of
from handlers.introductions.moves import BY_BUYER, BY_SME, CONSENT, INTRODUCED
from handlers.nudging.nudges import waits
from handlers.suggestions.pairs import Pair, curtain_for, evidence_of, from_subject, load, sme_viewer
from handlers.vouchers.offering import offers_for
from handlers.work import Work
from messages.notices.introductions import ConsentAsked, ConsentState, Contact, Introduced
from messages.notices.nudges import NudgeItem
from store.queries import introductions as query
from store.queries import people
from store.tables.introductions import Introduction
from store.tables.people import Person

_AT_ONCE = 10


def build_consent(work: Work, pair: Pair, party: Party) -> ConsentAsked | None:
    """Return the question to a party as it stands, or None while this party may not know of it."""
    row = pair.introduction
    state = _consent_state(row, party)
    if state is None:
        return None
    sme = party is Party.SME
    viewer = sme_viewer(pair.challenge) if sme else Viewer.BUYER
    behind = curtain_for(work.session, pair, viewer)
    known = pair.level(VisibleField.BUYER_NAME if sme else VisibleField.SME_NAME, viewer) is Level.FULL
    other = pair.buyer if sme else pair.sme
    hide = None if sme or known else names_of(work.session, pair.sme)
    return ConsentAsked(
        id=pair.id,
        challenge=pair.challenge_id,
        title=behind.show(pair.challenge.title),
        party=party,
        state=state,
        problem=behind.show(pair.challenge.problem),
        must_haves=behind.show_all(pair.challenge.must_haves),
        deadline_on=pair.challenge.deadline_on,
        other=other.name if known else "",
        country=other.country if known else "",
        evidence=evidence_of(pair.suggestion, behind, hide=hide),
        lapses_on=row.lapses_at,
        by=_name(work, row.sme_person_id if sme else row.buyer_person_id),
    )


def _consent_state(row: Introduction, party: Party) -> ConsentState | None:
    sme = party is Party.SME
    waits_for = State.APPROVED if sme else State.HALF
    if row.asked_at is None or (not sme and row.sme_consent_at is None) or row.state is State.PENDING:
        return None
    if row.state is waits_for:
        return ConsentState.OPEN
    if row.state in REVEALED:
        return ConsentState.MADE
    if row.state is State.HALF:
        return ConsentState.YES
    said_no = row.state is State.DECLINED and row.declined_by == (BY_SME if sme else BY_BUYER)
    return ConsentState.NO if said_no else ConsentState.OVER


def _name(work: Work, person_id: int | None) -> str:
    person = work.session.get(Person, person_id) if person_id else None
    return person.name if person else ""


def party_of(work: Work, row: Introduction, person_id: int) -> Party | None:
    """Return the side on which a person stands."""
    for organisation, party in ((row.organisation_id, Party.SME), (row.buyer_id, Party.BUYER)):
        if any(person.id == person_id for person in people.members_of(work.session, organisation)):
            return party
    return None


@living(CONSENT)
def read_consent(work: Work, view: View) -> ConsentAsked | None:
    """Show the question, or what became of it, to one of a party."""
    pair = from_subject(work, view.subject)
    if pair is None or view.person_id is None:
        return None
    party = party_of(work, pair.introduction, view.person_id)
    return None if party is None else build_consent(work, pair, party)


def build_introduced(work: Work, pair: Pair, party: Party) -> Introduced | None:
    """Return the other side with its contact details, or None before the reveal."""
    row = pair.introduction
    if not pair.revealed:
        return None
    other, person_id = (pair.buyer, row.buyer_person_id) if party is Party.SME else (pair.sme, row.sme_person_id)
    person = work.session.get(Person, person_id) if person_id else None
    contact = Contact(person.name, person.title, person.email or "", person.phone) if person else Contact(other.name)
    return Introduced(
        id=pair.id,
        challenge=pair.challenge_id,
        title=pair.challenge.title,
        other=other.name,
        country=other.country,
        contact=contact,
        state=row.state,
        website=other.website,
        outcome=row.outcome,
        open=row.state is not State.CLOSED,
        meeting=meeting_of(work, pair),
        voucher=party is Party.SME and bool(offers_for(work, pair)),
    )


@living(INTRODUCED)
def read_introduced(work: Work, view: View) -> Introduced | None:
    """Show one of a party who the other side is."""
    pair = from_subject(work, view.subject)
    if pair is None or view.person_id is None:
        return None
    party = party_of(work, pair.introduction, view.person_id)
    return None if party is None else build_introduced(work, pair, party)


@waits(NudgeKind.CONSENT)
def consent_waits(work: Work, subject: str, person_id: int) -> NudgeItem | None:
    """Tell whether a person's yes or no is still missing."""
    pair = from_subject(work, subject)
    party = party_of(work, pair.introduction, person_id) if pair else None
    card = build_consent(work, pair, party) if pair and party else None
    if card is None or card.state is not ConsentState.OPEN:
        return None
    return NudgeItem(NudgeKind.CONSENT, subject, card.title or card.challenge, other=card.other, due=card.lapses_on)


@home_part(20)
def consents_waiting(work: Work) -> Sequence[object]:
    """Show a party the introductions that wait for its yes or no."""
    found: list[object] = []
    for row, party in mine(work, (State.APPROVED, State.HALF)):
        card = build_consent(work, load(work.session, row), party)
        if card is not None and card.state is ConsentState.OPEN:
            found.append(card)
    return found


@home_part(60)
def introductions_to_follow_up(work: Work) -> Sequence[object]:
    """Show a party the introductions of which nobody has said yet what came of them."""
    cards = [
        build_introduced(work, load(work.session, row), party) for row, party in mine(work, (State.MADE, State.MET))
    ]
    return [card for card in cards if card is not None]


def mine(work: Work, states: Sequence[State], *, limit: int = _AT_ONCE) -> list[tuple[Introduction, Party]]:
    """Return the introductions of the organisations of who acts, the newest change first, with the side of each."""
    organisations = work.who.organisations()
    if not organisations:
        return []
    rows = query.of_person(
        work.session, smes=organisations, buyers=organisations, clusters=(), states=states, limit=limit
    )
    return [(row, Party.SME if row.organisation_id in organisations else Party.BUYER) for row in rows]
