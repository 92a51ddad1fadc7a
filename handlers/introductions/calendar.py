"""What introductions put into a person's calendar: the last day for a yes or no, and meetings."""

from __future__ import annotations

from collections.abc import Sequence

from domain.calendars import local
from domain.introductions import IntroductionState as State
from domain.introductions import Party
from domain.meetings import Appointment, MeetingState
from handlers.calendar.parts import MOST, Span, calendar_part
from handlers.introductions.consent_cards import build_consent, mine
from handlers.introductions.meeting_cards import agreed_of, people_of, side_name
from handlers.suggestions.pairs import Pair, load
from handlers.work import Work
from messages.notices.calendar import DayEntry, Entry, EntryKind, MeetingEntry, Side
from messages.notices.introductions import ConsentState, Contact
from store.queries import meetings as query
from store.tables.calendar import Meeting
from store.tables.people import Person


@calendar_part(30)
def consents_that_lapse(work: Work, span: Span) -> Sequence[Entry]:
    """Show a party until when its yes or no is waited for."""
    found: list[Entry] = []
    for row, party in mine(work, (State.APPROVED, State.HALF), limit=MOST):
        pair = load(work.session, row)
        card = build_consent(work, pair, party)
        if card is None or card.state is not ConsentState.OPEN or card.lapses_on is None:
            continue
        on, name = local(card.lapses_on, span.zone).date(), f"{pair.id}-consent"
        if span.covers(on):
            kind = EntryKind.CONSENT
            found.append(DayEntry(kind, name, pair.id, on, card.title, row.updated_at, row.version))
    return found


@calendar_part(40)
def meetings(work: Work, span: Span) -> Sequence[Entry]:
    """Show both sides the meetings on which they agreed; those that were called off as such."""
    organisations = work.who.organisations()
    if not organisations:
        return ()
    since, until = span.instants
    rows = query.agreed_between(work.session, organisations, since=since, until=until, limit=MOST)
    return [entry_of(work, load(work.session, row), meeting) for meeting, row in rows]


def entry_of(work: Work, pair: Pair, meeting: Meeting) -> MeetingEntry:
    """Return an agreed meeting with the contact details of both sides, who know them since the reveal."""
    speakers = people_of(work, pair)
    host = work.session.get(Person, meeting.host_person_id) if meeting.host_person_id else None
    return MeetingEntry(
        name=f"{pair.id}-meeting" if meeting.number == 1 else f"{pair.id}-meeting-{meeting.number}",
        subject=pair.id,
        challenge=pair.challenge_id,
        title=pair.challenge.title,
        appointment=agreed_of(meeting) or Appointment(work.now, "UTC"),
        sides=tuple(Side(side_name(pair, party), _contact(speakers.get(party))) for party in Party),
        host=_contact(host),
        changed_at=meeting.updated_at,
        version=meeting.version,
        called_off=meeting.state is MeetingState.CALLED_OFF,
    )


def _contact(person: Person | None) -> Contact:
    return Contact(person.name, person.title, person.email or "", person.phone) if person else Contact("")
