"""How a meeting stands, told in every leg of the conversation: each change is a new message, older ones say so."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from domain.calendars import WorkingCalendar
from domain.introductions import Party
from domain.meetings import STANDING, Appointment
from handlers import cards
from handlers.cards import View, living
from handlers.introductions.legs import cluster_at, legs_of, listens, step_out, thread_of
from handlers.nudging.nudges import calendar_of
from handlers.suggestions.pairs import Pair, from_subject
from handlers.work import Work
from messages.notices.meetings import MeetingCard, Slot
from store.queries import meetings as query
from store.queries.rows import key_of
from store.tables.calendar import Meeting
from store.tables.introductions import Leg
from store.tables.people import Person

MEETING: Final = "meeting"


def agreed_of(meeting: Meeting) -> Appointment | None:
    """Return what was agreed, if anything was."""
    if meeting.starts_at is None:
        return None
    return Appointment(meeting.starts_at, meeting.zone, meeting.minutes, meeting.place, meeting.note)


def offer_of(meeting: Meeting) -> Appointment | None:
    """Return what waits for the other side's answer."""
    return None if meeting.offer is None else Appointment.from_json(meeting.offer)


def is_over(meeting: Meeting, now: datetime) -> bool:
    """Tell whether the time that was agreed has passed, and no other one ahead of us is proposed."""
    agreed, offer = agreed_of(meeting), offer_of(meeting)
    ahead = offer is not None and offer.starts_at > now
    return meeting.state in STANDING and agreed is not None and agreed.ends_at <= now and not ahead


def people_of(work: Work, pair: Pair) -> dict[Party, Person]:
    """Return who speaks for each side."""
    row = pair.introduction
    ids = {Party.SME: row.sme_person_id, Party.BUYER: row.buyer_person_id}
    found = {party: work.session.get(Person, key) for party, key in ids.items() if key is not None}
    return {party: person for party, person in found.items() if person is not None}


def calendars_of(work: Work, pair: Pair) -> dict[Party, WorkingCalendar]:
    """Return the working days of who speaks for each side."""
    return {party: calendar_of(work.kit, person) for party, person in people_of(work, pair).items()}


def side_name(pair: Pair, party: Party) -> str:
    """Return the organisation on a side."""
    return pair.sme.name if party is Party.SME else pair.buyer.name


def days_off(work: Work, pair: Pair, appointment: Appointment) -> tuple[str, ...]:
    """Return the organisations for which the day is no working day, by the calendar of who speaks for them."""
    return tuple(
        side_name(pair, party)
        for party, calendar in calendars_of(work, pair).items()
        if not calendar.is_working_day(appointment.starts_at.astimezone(calendar.zone).date())
    )


def build_meeting(work: Work, pair: Pair, meeting: Meeting) -> MeetingCard:
    """Return how a meeting stands."""
    proposer = work.session.get(Person, meeting.offered_person_id)
    agreed, offer = agreed_of(meeting), offer_of(meeting)
    return MeetingCard(
        id=pair.id,
        value=f"{pair.id}:{meeting.version}",
        state=meeting.state,
        agreed=_slot(work, pair, agreed),
        offer=_slot(work, pair, offer),
        by=proposer.name if proposer else "",
        side=side_name(pair, meeting.offered_by),
        file=f"{work.kit.public_url}/meetings/{meeting.token}.ics" if agreed and work.kit.public_url else "",
        over=is_over(meeting, work.now),
    )


def _slot(work: Work, pair: Pair, appointment: Appointment | None) -> Slot | None:
    if appointment is None:
        return None
    at, shown = appointment.starts_at, appointment.local_start.utcoffset()
    zones = (calendar.zone for calendar in calendars_of(work, pair).values())
    elsewhere = dict.fromkeys(zone.key for zone in zones if at.astimezone(zone).utcoffset() != shown)
    return Slot(appointment, tuple(elsewhere), days_off(work, pair, appointment))


def meeting_of(work: Work, pair: Pair) -> MeetingCard | None:
    """Return how the meeting stands that the two sides talk about, if there is one."""
    meeting = query.newest_of(work.session, key_of(pair.introduction)) if pair.revealed else None
    return build_meeting(work, pair, meeting) if meeting else None


@living(MEETING)
def read_meeting(work: Work, view: View) -> MeetingCard | None:
    """Show how a meeting stands in the newest message about it, and in older ones that there is a newer."""
    pair = from_subject(work, view.subject)
    meeting = query.newest_of(work.session, key_of(pair.introduction)) if pair else None
    if pair is None or meeting is None:
        return None
    shown = build_meeting(work, pair, meeting)
    if view.subject == told_subject(pair, meeting):
        return shown
    return MeetingCard(shown.id, shown.value, shown.state, superseded=True)


def told_subject(pair: Pair, meeting: Meeting) -> str:
    """Return what the newest message about a meeting is about."""
    return f"{pair.id}:{meeting.number}.{meeting.told}"


def tell(work: Work, pair: Pair, meeting: Meeting, *, before: str = "") -> None:
    """Tell how a meeting stands in every leg that is open; the message about how it stood `before` says so."""
    if before:
        cards.refresh(work, MEETING, before)
    legs = legs_of(work, pair.introduction)
    step_out(work, pair.introduction, legs)
    for leg in legs:
        if listens(leg):
            tell_in(work, pair, meeting, leg)


def tell_in(work: Work, pair: Pair, meeting: Meeting, leg: Leg) -> None:
    """Tell how a meeting stands in one leg, once; one that is not open yet is told when it opens."""
    cards.publish(
        work,
        MEETING,
        told_subject(pair, meeting),
        destination=leg.address,
        cluster_id=cluster_at(work, leg, pair.introduction),
        thread=thread_of(work, pair, leg),
    )


def tell_opened(work: Work, pair: Pair, leg: Leg) -> None:
    """Tell a leg that has just been opened what was said about a meeting meanwhile."""
    meeting = query.newest_of(work.session, key_of(pair.introduction))
    if meeting is not None:
        tell_in(work, pair, meeting, leg)


def zone_of(work: Work) -> ZoneInfo:
    """Return the zone of who acts."""
    person = work.session.get_one(Person, work.who.person_id)
    return calendar_of(work.kit, person).zone
