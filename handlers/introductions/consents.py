"""Consents: the SME is asked first, the buyer second, and only the yes of both reveals who they are."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, datetime

from domain.answers import UNDECIDED, AnswerAction
from domain.calendars import WorkingCalendar, zone_or_utc
from domain.errors import NotAllowed, OutOfDate
from domain.introductions import REASON_NOTE_MAX, IntroductionAction, Party
from domain.introductions import IntroductionState as State
from domain.nudges import NudgeKind
from domain.organisations import Role
from domain.text import clean_text
from handlers import cards
from handlers.answers.moves import move_answer, refresh_answer
from handlers.answers.sight import case_of
from handlers.introductions import conversations
from handlers.introductions.consent_cards import build_consent
from handlers.introductions.moves import (
    BY_BUYER,
    BY_SME,
    CONSENT,
    INTRODUCED,
    LAPSE,
    end,
    keep_consent,
    move,
    refresh_cards,
    settle,
)
from handlers.letters import job
from handlers.members.pausing import note_answer, note_silence
from handlers.nudging import nudges
from handlers.nudging.policies import lapse_after
from handlers.routes import route
from handlers.suggestions.pairs import Pair, find, intro_id, unknown
from handlers.work import Ask, Kit, Reply, Work
from messages.notices.introductions import ConsentState, Done, IntroductionDone, RefuseConsent
from store.engine import Database
from store.queries import answers, people
from store.queries.rows import change
from store.queue import Claimed
from store.tables.introductions import Introduction
from store.tables.people import Cluster, Person


def begin(work: Work, row: Introduction) -> None:
    """All approvals are in: ask the SME, or, if its answer has said yes already, the buyer."""
    move(work, row, IntroductionAction.APPROVE)
    if not take_answer(work, row):
        _ask(work, row, Party.SME)


def take_answer(work: Work, row: Introduction) -> bool:
    """Take a submitted answer for the SME's consent, and ask the buyer; False if there is none."""
    answer = answers.live_of(work.session, row.challenge_id, row.organisation_id)
    if row.state is not State.APPROVED or answer is None or answer.state not in UNDECIDED:
        return False
    settle(work, row)
    move(work, row, IntroductionAction.SME_CONSENT, sme_consent_at=work.now, sme_person_id=answer.person_id)
    keep_consent(work, intro_id(row), person_id=answer.person_id, organisation_id=row.organisation_id)
    note_answer(work, row.organisation_id)
    _ask(work, row, Party.BUYER)
    return True


def asked_people(work: Work, row: Introduction, party: Party) -> Sequence[Person]:
    """Return whom to ask for a party: the SME's people; of the buyer, who stated the challenge, else its people."""
    if party is Party.SME:
        return people.members_of(work.session, row.organisation_id, role=Role.SME)
    buyers = people.members_of(work.session, row.buyer_id, role=Role.BUYER)
    own = [person for person in buyers if person.id == row.buyer_person_id]
    return own if own and people.identities_of(work.session, row.buyer_person_id) else buyers


def _ask(work: Work, row: Introduction, party: Party) -> None:
    """Ask a party, remind it after some days, and end the introduction if no answer comes."""
    asked = asked_people(work, row, party)
    calendar = nudges.calendar_of(work.kit, asked[0]) if asked else _calendar_of_cluster(work, row)
    cluster_id = row.sme_cluster_id if party is Party.SME else row.owner_cluster_id
    lapses_at = calendar.nudge_at(work.now, lapse_after(work, cluster_id))
    change(work.session, row, now=work.now, asked_at=work.now, lapses_at=lapses_at)
    subject = intro_id(row)
    for person in asked:
        if person.id is not None:
            cards.tell(work, CONSENT, subject, person.id)
            nudges.schedule(work, NudgeKind.CONSENT, subject, person.id, start=work.now, cluster_id=cluster_id)
    work.enqueue(LAPSE, key=f"lapse:{subject}:{party}", subject=f"{subject}:lapse", due_at=lapses_at)


def _calendar_of_cluster(work: Work, row: Introduction) -> WorkingCalendar:
    cluster = work.session.get_one(Cluster, row.sme_cluster_id)

    def closed(day: date) -> bool:
        return work.kit.holidays.is_holiday(day, country=cluster.country)

    return WorkingCalendar(zone_or_utc(cluster.zone), closed=closed)


@route("consent.give")
def give_consent(work: Work, ask: Ask) -> Reply:
    """Say yes for one's organisation; the buyer's yes reveals both sides and opens the conversation."""
    pair, party = _to_answer(work, ask.value)
    row, me = pair.introduction, work.who.person_id
    settle(work, row)
    if party is Party.SME:
        move(work, row, IntroductionAction.SME_CONSENT, sme_consent_at=work.now, sme_person_id=me)
        keep_consent(work, intro_id(row), person_id=me, organisation_id=row.organisation_id)
        note_answer(work, row.organisation_id)
        _ask(work, row, Party.BUYER)
        refresh_cards(work, row)
        return Reply(IntroductionDone(pair.id, Done.CONSENTED), replaces=cards.is_reply(work, ask))
    move(
        work,
        row,
        IntroductionAction.BUYER_CONSENT,
        buyer_consent_at=work.now,
        buyer_person_id=me,
        made_at=work.now,
        lapses_at=None,
    )
    keep_consent(work, intro_id(row), person_id=me, organisation_id=row.buyer_id)
    _reveal(work, pair)
    return Reply(IntroductionDone(pair.id, Done.MADE), replaces=cards.is_reply(work, ask))


def _reveal(work: Work, pair: Pair) -> None:
    """Tell each side who the other is, open the conversation, and ask later how it went."""
    row = pair.introduction
    _mark_answer(work, row)
    talkers = [one for one in (row.sme_person_id, row.buyer_person_id) if one is not None]
    for person_id in talkers:
        cards.tell(work, INTRODUCED, pair.id, person_id)
        nudges.schedule(work, NudgeKind.MEETING, pair.id, person_id, start=work.now)
        nudges.schedule(work, NudgeKind.OUTCOME, pair.id, person_id, start=work.now)
    conversations.begin(work, row)
    refresh_cards(work, row)


def _mark_answer(work: Work, row: Introduction) -> None:
    answer = answers.live_of(work.session, row.challenge_id, row.organisation_id)
    if answer is not None and answer.state in UNDECIDED:
        move_answer(work, answer, AnswerAction.INTRODUCE, verdict_at=work.now)
        refresh_answer(work, case_of(work.session, answer))


@route("consent.refuse", writes=False)
def ask_why_refused(work: Work, ask: Ask) -> Reply:
    """Ask for a reason, which is optional and private."""
    pair, _ = _to_answer(work, ask.value)
    return Reply(question=RefuseConsent(id=pair.id))


@route("consent.refuse_save")
def refuse_consent(work: Work, ask: Ask) -> Reply:
    """Say no for one's organisation; the other side does not learn who said it."""
    pair, party = _to_answer(work, ask.value)
    row, me = pair.introduction, work.who.person_id
    note = clean_text(ask.text("note"), limit=REASON_NOTE_MAX)
    who = {"sme_person_id": me} if party is Party.SME else {"buyer_person_id": me}
    by = BY_SME if party is Party.SME else BY_BUYER
    end(work, row, IntroductionAction.DECLINE, by=by, decline_reason=note, **who)
    if party is Party.SME:
        note_answer(work, row.organisation_id)
    return Reply(IntroductionDone(pair.id, Done.REFUSED), replaces=cards.is_reply(work, ask))


def _to_answer(work: Work, value: str) -> tuple[Pair, Party]:
    """Return the introduction and the party for which this person answers now.

    :raises NotFound, NotAllowed, OutOfDate: and nothing was changed.
    """
    pair = find(work, value)
    row, actor = pair.introduction, work.who
    sme, buyer = actor.belongs_to(row.organisation_id), actor.belongs_to(row.buyer_id)
    if not (sme or buyer):
        if any(actor.manages(one) for one in (row.owner_cluster_id, row.sme_cluster_id)):
            raise NotAllowed("consent.not_yours")
        raise unknown(pair)
    party = Party.SME if sme else Party.BUYER
    card = build_consent(work, pair, party)
    if card is None:
        raise unknown(pair)
    if card.state is ConsentState.OVER:
        raise OutOfDate("consent.over")
    if card.state is not ConsentState.OPEN:
        raise OutOfDate("consent.answered", by=card.by)
    return pair, party


@job(LAPSE)
async def lapse_introduction(database: Database, kit: Kit, row: Claimed, now: datetime) -> None:
    """End an introduction whose consent did not come in time."""
    await asyncio.to_thread(_lapse, database, kit, row, now)


def _lapse(database: Database, kit: Kit, row: Claimed, now: datetime) -> None:
    with database.write() as session:
        work = Work(session, now, kit)
        pair = find(work, (row.subject or "").partition(":")[0])
        introduction = pair.introduction
        overdue = introduction.lapses_at is not None and introduction.lapses_at <= now
        if overdue and introduction.state in (State.APPROVED, State.HALF):
            sme_said_nothing = introduction.state is State.APPROVED
            end(work, introduction, IntroductionAction.LAPSE)
            if sme_said_nothing:
                note_silence(work, introduction.organisation_id)
