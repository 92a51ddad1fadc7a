"""What a calendar program reads: a person's feed, or the invitation file of one meeting, by its token alone."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from domain.meetings import STANDING, MeetingState
from handlers.calendar.parts import entries_for
from handlers.introductions.calendar import entry_of
from handlers.introductions.meeting_cards import agreed_of
from handlers.nudging.nudges import calendar_of
from handlers.people import act_for
from handlers.signing import hashed
from handlers.suggestions.pairs import load
from handlers.webroom.places import SURFACE
from handlers.work import Kit, Work
from messages.calendar import CalendarFile, Event, calendar_title, write_events
from messages.i18n import Words
from store.engine import Database, Session, StoreContended
from store.queries import meetings as query
from store.queries import people
from store.queries.rows import change
from store.reach import narrow
from store.tables.calendar import CalendarFeed
from store.tables.introductions import Introduction
from store.tables.people import Person

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{20,64}", re.ASCII)
_SECOND: Final = timedelta(seconds=1)


def read_feed(database: Database, kit: Kit, token: str, *, now: datetime) -> CalendarFile | None:
    """Return the calendar whose link this is; None for a token that opens nothing, whatever the reason.

    It says since when it says what it says: that is written down whenever it says something else than before.
    """
    if not _TOKEN.fullmatch(token):
        return None
    with database.read() as session:
        found = _feed(session, token, now, kit)
    if found is None:
        return None
    feed, file, digest = found
    if feed.digest == digest:
        return file
    # Of two readers that find a change at once, one writes down when it was.
    with suppress(StoreContended), database.write() as session:
        found = _feed(session, token, now, kit)
        if found is None:
            return None
        feed, file, digest = found
        if feed.digest != digest:
            # A reader that goes by whole seconds must not take this for what it has read in the same second.
            changed_at = max(now, feed.changed_at + _SECOND) if feed.digest else now
            change(session, feed, now=now, digest=digest, changed_at=changed_at)
    return replace(file, changed_at=feed.changed_at)


def _feed(session: Session, token: str, now: datetime, kit: Kit) -> tuple[CalendarFeed, CalendarFile, str] | None:
    feed = query.feed_by_hash(session, hashed(token))
    person = session.get(Person, feed.person_id) if feed else None
    if feed is None or person is None or person.left_at is not None:
        return None
    words = Words(person.locale)
    actor = act_for(session, person)
    narrow(session, actor.reach())
    work = Work(session, now, kit, actor=actor)
    events = write_events(entries_for(work, calendar_of(kit, person).zone), words)
    title, url = calendar_title(words), _page_of(session, kit, feed.person_id)
    digest = hashlib.sha256(repr((title, url, events)).encode()).hexdigest()
    return feed, CalendarFile(title, events, _host(kit), feed.changed_at, url), digest


def _page_of(session: Session, kit: Kit, person_id: int) -> str:
    """Return where the person's own page is, for somebody who has an account in a web workspace."""
    here = any(one.surface == SURFACE for one in people.identities_of(session, person_id))
    return f"{kit.public_url}/" if here and kit.public_url else ""


def read_meeting_file(database: Database, kit: Kit, token: str, *, now: datetime) -> CalendarFile | None:
    """Return the invitation file of a meeting that was agreed on; None for a token that opens nothing."""
    if not _TOKEN.fullmatch(token):
        return None
    with database.read() as session:
        meeting = query.by_token(session, token)
        if meeting is None or agreed_of(meeting) is None:
            return None
        if meeting.state not in (STANDING | {MeetingState.CALLED_OFF}):
            return None
        pair = load(session, session.get_one(Introduction, meeting.introduction_id))
        words = Words(_language(session, [pair.introduction.sme_person_id, pair.introduction.buyer_person_id]))
        events: Sequence[Event] = write_events([entry_of(Work(session, now, kit), pair, meeting)], words)
        return CalendarFile(events[0].summary, tuple(events), _host(kit), meeting.updated_at)


def _language(session: Session, person_ids: Sequence[int | None]) -> str:
    """Return the language that everybody has chosen, English where they differ."""
    found = {person.locale for key in person_ids if key and (person := session.get(Person, key))}
    return found.pop() if len(found) == 1 else "en"


def _host(kit: Kit) -> str:
    return urlsplit(kit.public_url).hostname or "matchpoint"
