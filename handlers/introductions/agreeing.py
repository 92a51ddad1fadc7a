"""Agreeing on a meeting after the reveal: one side proposes, the other accepts; it is moved or called off by either.

The value of a button names the introduction and the version of the meeting that it was shown with, `IN-34:3`, and
`IN-34:0` where none is talked about, so that nobody answers what he or she has not seen.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from domain.calendars import meeting_at
from domain.errors import Invalid, InvalidForm, NotAllowed, OutOfDate
from domain.introductions import IntroductionState, OutcomeKind, Party
from domain.meetings import (
    MEETING,
    MEETING_NOTE_MAX,
    PLACE_MAX,
    STANDING,
    WAITING,
    Appointment,
    MeetingAction,
    MeetingState,
    meeting_start,
    parse_length,
    parse_time,
)
from domain.nudges import NudgeKind, NudgeNotice
from domain.people import check_zone
from domain.text import clean_line, clean_text
from handlers import audit
from handlers.challenges.sight import split_value
from handlers.introductions.meeting_cards import (
    agreed_of,
    calendars_of,
    days_off,
    is_over,
    offer_of,
    people_of,
    side_name,
    tell,
    told_subject,
    zone_of,
)
from handlers.introductions.moves import open_pair, refresh_cards
from handlers.nudging import nudges
from handlers.routes import route
from handlers.steps import take_step
from handlers.suggestions.pairs import Pair
from handlers.work import Ask, Reply, Work
from messages.notices.meetings import AgreeMeeting, MeetingDone, MeetingStep
from store.queries import meetings as query
from store.queries import people
from store.queries.rows import add, key_of
from store.tables.calendar import Meeting

T = TypeVar("T")

_TOKEN_BYTES: Final = 24
#: No meeting is told of so often.
_MOST_TOLD: Final = 1000
_NO_FIT: Final = frozenset({OutcomeKind.NO_FIT, OutcomeKind.NO_CONTACT})


@route("meeting.agree", writes=False)
def ask_for_meeting(work: Work, ask: Ask) -> Reply:
    """Ask when and where to meet: the first common working day at 10:00, or what is agreed or proposed so far."""
    pair, party = _side(work, ask.value.partition(":")[0])
    meeting = _talked_about(work, pair)
    so_far = (offer_of(meeting) or agreed_of(meeting)) if meeting else None
    question = AgreeMeeting(
        id=pair.id,
        value=f"{pair.id}:{meeting.version if meeting else 0}",
        other=side_name(pair, _other(party)),
        proposed=so_far or _first_choice(work, pair),
        moving=meeting is not None and meeting.state in STANDING,
    )
    return Reply(question=question)


def _first_choice(work: Work, pair: Pair) -> Appointment:
    """Return the first common working day from tomorrow on, 10:00 (the rule for a meeting of two people)."""
    zone = zone_of(work)
    tomorrow = work.now.astimezone(zone).date() + timedelta(days=1)
    return Appointment(meeting_at(tomorrow, tuple(calendars_of(work, pair).values()), zone=zone), zone.key)


@route("meeting.propose")
def propose_meeting(work: Work, ask: Ask) -> Reply:
    """Propose a time to the other side; what is agreed already holds until this is accepted."""
    subject, version = split_value(ask.value, example="IN-34:0")
    pair, party = _side(work, subject)
    meeting = _talked_about(work, pair)
    if version != (meeting.version if meeting else 0):
        raise OutOfDate("meeting.changed", id=pair.id)
    appointment = _read(work, ask)
    offer: dict[str, Any] = {
        "offer": appointment.as_json(),
        "offered_by": party,
        "offered_person_id": work.who.person_id,
    }
    if meeting is None:
        meeting = _begin(work, pair, **offer)
        tell(work, pair, meeting)
        refresh_cards(work, pair.introduction)
    else:
        _step(work, pair, meeting, MeetingAction.PROPOSE, **offer)
    off = days_off(work, pair, appointment)
    return Reply(MeetingDone(pair.id, MeetingStep.PROPOSED, side_name(pair, _other(party)), day_off=off))


def _begin(work: Work, pair: Pair, **values: Any) -> Meeting:  # noqa: ANN401
    """Write down the first proposal; of two at once, one is asked anew and finds the other's."""
    last = query.newest_of(work.session, key_of(pair.introduction))
    meeting = Meeting(
        introduction_id=key_of(pair.introduction),
        number=last.number + 1 if last else 1,
        state=MeetingState.PROPOSED,
        told=1,
        token=secrets.token_urlsafe(_TOKEN_BYTES),
        created_at=work.now,
        updated_at=work.now,
        **values,
    )
    add(work.session, meeting)
    after = {"state": meeting.state}
    audit.record(work, "meeting.propose", pair.id, after=after, cluster_id=pair.introduction.owner_cluster_id)
    return meeting


@route("meeting.accept")
def accept_meeting(work: Work, ask: Ask) -> Reply:
    """Accept the other side's proposal: both have agreed, and nobody is asked whether they met before they did."""
    pair, party, meeting = _to_answer(work, ask.value)
    offer = offer_of(meeting)
    if offer is None or meeting.state not in WAITING:
        raise OutOfDate("meeting.changed", id=pair.id)
    if party is meeting.offered_by:
        raise NotAllowed("meeting.own_proposal")
    if offer.starts_at <= work.now:
        raise OutOfDate("meeting.past")
    agreed: dict[str, Any] = {
        "starts_at": offer.starts_at,
        "zone": offer.zone,
        "minutes": offer.minutes,
        "place": offer.place,
        "note": offer.note,
        "host_person_id": meeting.offered_person_id,
        "offer": None,
    }
    _step(work, pair, meeting, MeetingAction.ACCEPT, **agreed)
    _ask_afterwards(work, pair, meeting)
    return Reply(MeetingDone(pair.id, MeetingStep.ACCEPTED, side_name(pair, _other(party))))


@route("meeting.decline")
def decline_meeting(work: Work, ask: Ask) -> Reply:
    """Say no to a proposal, or withdraw one's own; a time that was agreed before holds again."""
    pair, party, meeting = _to_answer(work, ask.value)
    if meeting.state not in WAITING:
        raise OutOfDate("meeting.changed", id=pair.id)
    moving, own = meeting.state is MeetingState.MOVING, party is meeting.offered_by
    action = MeetingAction.CALL_OFF if own and not moving else MeetingAction.DECLINE
    _step(work, pair, meeting, action, offer=None)
    step = MeetingStep.KEPT if moving else MeetingStep.WITHDRAWN if own else MeetingStep.DECLINED
    return Reply(MeetingDone(pair.id, step, side_name(pair, _other(party))))


@route("meeting.call_off")
def call_off_meeting(work: Work, ask: Ask) -> Reply:
    """Call an agreed meeting off, also after the introduction was closed."""
    pair, party, meeting = _to_answer(work, ask.value, closed=True)
    if meeting.state not in STANDING or is_over(meeting, work.now):
        raise OutOfDate("meeting.changed", id=pair.id)
    _call_off(work, pair, meeting)
    return Reply(MeetingDone(pair.id, MeetingStep.CALLED_OFF, side_name(pair, _other(party))))


def _call_off(work: Work, pair: Pair, meeting: Meeting) -> None:
    _step(work, pair, meeting, MeetingAction.CALL_OFF, offer=None)
    _ask_afterwards(work, pair, meeting)


def end_talk(work: Work, pair: Pair, outcome: OutcomeKind) -> None:
    """End what is proposed when an introduction is closed, and call off what is agreed if nothing came of it."""
    meeting = _talked_about(work, pair)
    if meeting is None or meeting.state not in (WAITING | STANDING):
        return
    if meeting.state is MeetingState.MOVING and outcome not in _NO_FIT:
        _step(work, pair, meeting, MeetingAction.DECLINE, offer=None)
    elif meeting.state is MeetingState.PROPOSED or outcome in _NO_FIT:
        _step(work, pair, meeting, MeetingAction.CALL_OFF, offer=None)


def _step(work: Work, pair: Pair, meeting: Meeting, action: MeetingAction, **values: Any) -> None:  # noqa: ANN401
    """Take one step in the life of a meeting and tell it in the conversation.

    :raises OutOfDate: it is not open any more, or somebody was faster; nothing was changed.
    """
    before, changed = MeetingState(meeting.state), OutOfDate("meeting.changed", id=pair.id)
    told = told_subject(pair, meeting)
    after = take_step(
        work,
        meeting,
        cycle=MEETING,
        before=before,
        action=action,
        closed=changed,
        overtaken=changed,
        told=meeting.told + 1,
        **values,
    )
    audit.record(
        work,
        f"meeting.{action}",
        pair.id,
        before={"state": before},
        after={"state": after},
        cluster_id=pair.introduction.owner_cluster_id,
    )
    tell(work, pair, meeting, before=told)
    refresh_cards(work, pair.introduction)


def _ask_afterwards(work: Work, pair: Pair, meeting: Meeting) -> None:
    """Ask whether they met on the working day after the meeting, and what came of it later; not before.

    Without a meeting ahead, both are asked as if they had just been introduced.
    """
    row, agreed = pair.introduction, agreed_of(meeting) if meeting.state in STANDING else None
    if row.state not in (IntroductionState.MADE, IntroductionState.MET):
        return
    speakers, calendars = people_of(work, pair), calendars_of(work, pair)
    # A version of its own: the chain that began at the reveal has the first.
    version = 1 + meeting.number * _MOST_TOLD + meeting.told
    for party, person in speakers.items():
        calendar, person_id, ends_at = calendars[party], key_of(person), agreed.ends_at if agreed else work.now
        nudges.cancel_chain(work, pair.id, kind=NudgeKind.OUTCOME, person_id=person_id)
        nudges.schedule(work, NudgeKind.OUTCOME, pair.id, person_id, start=ends_at, version=version)
        if row.state is not IntroductionState.MADE:
            continue
        nudges.cancel_chain(work, pair.id, kind=NudgeKind.MEETING, person_id=person_id)
        if agreed is None:
            nudges.schedule(work, NudgeKind.MEETING, pair.id, person_id, start=ends_at, version=version)
            continue
        nudges.enqueue_step(
            work,
            nudges.policy_of(NudgeKind.MEETING, NudgeNotice.DID_YOU_MEET),
            pair.id,
            person_id,
            step="after",
            due=calendar.nudge_at(ends_at, 1),
            version=version,
            cluster_id=people.first_cluster_of(work.session, person_id),
        )
    nudges.refresh_message(work, [key_of(person) for person in speakers.values()])


def _read(work: Work, ask: Ask) -> Appointment:
    """Read a proposal out of its form.

    :raises InvalidForm: with everything that is wrong.
    """
    errors: list[Invalid] = []
    zone = _taken(errors, "zone", lambda: ZoneInfo(check_zone(ask.text("zone")))) or zone_of(work)
    on = _taken(errors, "date", lambda: _date(ask.text("date")))
    at = _taken(errors, "time", lambda: parse_time(ask.text("time")))
    minutes = _taken(errors, "minutes", lambda: parse_length(ask.text("minutes")))
    place = _taken(errors, "place", lambda: clean_line(ask.text("place"), limit=PLACE_MAX))
    note = _taken(errors, "note", lambda: clean_text(ask.text("note"), limit=MEETING_NOTE_MAX))
    starts_at = None
    if on is not None and at is not None:
        starts_at = _taken(errors, "date", lambda: meeting_start(on, at, zone, now=work.now))
    if errors or starts_at is None or minutes is None:
        raise InvalidForm(errors)
    return Appointment(starts_at, zone.key, minutes, place or "", note or "")


def _taken(errors: list[Invalid], field: str, read: Callable[[], T]) -> T | None:
    try:
        return read()
    except Invalid as error:
        errors.append(Invalid(error.key, field=field, **error.params))
        return None


def _date(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Invalid("settings.date.invalid", value=typed[:40], example="2026-12-24") from None


def _other(party: Party) -> Party:
    return Party.BUYER if party is Party.SME else Party.SME


def _side(work: Work, value: str, *, closed: bool = False) -> tuple[Pair, Party]:
    """Return an introduction that was made, and the side for which who acts speaks.

    :raises NotFound, NotAllowed, OutOfDate: and nothing was changed.
    """
    pair = open_pair(work, value, closed=closed)
    if work.who.belongs_to(pair.introduction.organisation_id):
        return pair, Party.SME
    if work.who.belongs_to(pair.introduction.buyer_id):
        return pair, Party.BUYER
    raise NotAllowed("meeting.parties_only", id=pair.id)


def _to_answer(work: Work, value: str, *, closed: bool = False) -> tuple[Pair, Party, Meeting]:
    """Return the meeting that is answered, as it was shown to who acts.

    :raises NotFound, NotAllowed, OutOfDate: and nothing was changed.
    """
    subject, version = split_value(value, example="IN-34:3")
    pair, party = _side(work, subject, closed=closed)
    meeting = query.newest_of(work.session, key_of(pair.introduction))
    if meeting is None or version != meeting.version:
        raise OutOfDate("meeting.changed", id=pair.id)
    return pair, party, meeting


def _talked_about(work: Work, pair: Pair) -> Meeting | None:
    """Return the meeting that is proposed or agreed on; None where the next one would be another."""
    meeting = query.newest_of(work.session, key_of(pair.introduction))
    if meeting is None or meeting.state not in (WAITING | STANDING) or is_over(meeting, work.now):
        return None
    return meeting
