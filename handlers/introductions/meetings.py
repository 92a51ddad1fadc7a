"""After the reveal: whether the two sides met, and what came of it."""

from __future__ import annotations

from domain.errors import Invalid, OutOfDate
from domain.introductions import OUTCOME_TEXT_MAX, IntroductionAction, OutcomeKind, Party
from domain.introductions import IntroductionState as State
from domain.nudges import NudgeKind
from domain.text import clean_text
from handlers import cards
from handlers.introductions.agreeing import end_talk
from handlers.introductions.consent_cards import party_of
from handlers.introductions.moves import move, open_pair, parties, refresh_cards, settle
from handlers.nudging import nudges
from handlers.nudging.nudges import waits
from handlers.routes import route
from handlers.suggestions.pairs import from_subject
from handlers.work import Ask, Reply, Work
from messages.notices.introductions import Done, IntroductionDone, TellOutcome
from messages.notices.nudges import NudgeItem


@route("meeting.met")
def note_meeting(work: Work, ask: Ask) -> Reply:
    """Note that the two sides have met."""
    pair = open_pair(work, ask.value)
    row = pair.introduction
    if row.state is State.MET:
        raise OutOfDate("meeting.met")
    nudges.cancel_chain(work, pair.id, kind=NudgeKind.MEETING)
    move(work, row, IntroductionAction.MEET, met_at=work.now)
    nudges.refresh_message(work, parties(work, row))
    refresh_cards(work, row)
    return Reply(IntroductionDone(pair.id, Done.MET), replaces=cards.is_reply(work, ask))


@route("meeting.not_yet", writes=False)
def note_no_meeting_yet(work: Work, ask: Ask) -> Reply:
    """Take note that they have not met yet: the next reminder stays."""
    pair = open_pair(work, ask.value)
    return Reply(IntroductionDone(pair.id, Done.NOT_YET))


@route("meeting.outcome", writes=False)
def ask_outcome(work: Work, ask: Ask) -> Reply:
    """Ask what came of an introduction: `value` is `IN-34`, or `IN-34 no_fit` with a choice made already."""
    subject, _, chosen = ask.value.strip().partition(" ")
    pair = open_pair(work, subject)
    preset = OutcomeKind(chosen) if chosen in tuple(OutcomeKind) else None
    other = pair.buyer.name if work.who.belongs_to(pair.introduction.organisation_id) else pair.sme.name
    return Reply(question=TellOutcome(id=pair.id, other=other, preset=preset))


@route("meeting.outcome_save")
def close_introduction(work: Work, ask: Ask) -> Reply:
    """Close an introduction with what came of it."""
    pair = open_pair(work, ask.value)
    row = pair.introduction
    try:
        outcome = OutcomeKind(ask.text("outcome"))
    except ValueError:
        raise Invalid("outcome.unknown", field="outcome") from None
    note = clean_text(ask.text("note"), limit=OUTCOME_TEXT_MAX)
    move(work, row, IntroductionAction.CLOSE, outcome=outcome, outcome_note=note, closed_at=work.now)
    settle(work, row)
    end_talk(work, pair, outcome)
    refresh_cards(work, row)
    return Reply(IntroductionDone(pair.id, Done.CLOSED), replaces=cards.is_reply(work, ask))


@waits(NudgeKind.MEETING)
def meeting_waits(work: Work, subject: str, person_id: int) -> NudgeItem | None:
    """Tell whether nobody has said yet that the two sides met."""
    return _item(work, NudgeKind.MEETING, subject, person_id, (State.MADE,))


@waits(NudgeKind.OUTCOME)
def outcome_waits(work: Work, subject: str, person_id: int) -> NudgeItem | None:
    """Tell whether nobody has said yet what came of an introduction."""
    return _item(work, NudgeKind.OUTCOME, subject, person_id, (State.MADE, State.MET))


def _item(work: Work, kind: NudgeKind, subject: str, person_id: int, states: tuple[State, ...]) -> NudgeItem | None:
    pair = from_subject(work, subject)
    if pair is None or pair.introduction.state not in states:
        return None
    party = party_of(work, pair.introduction, person_id)
    if party is None:
        return None
    other = pair.buyer.name if party is Party.SME else pair.sme.name
    return NudgeItem(kind, subject, pair.challenge.title, other=other)
