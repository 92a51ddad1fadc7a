"""From calendars to iCalendar (RFC 5545), by the library `icalendar`, which escapes every text and folds every line."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote

from icalendar import Calendar, vCalAddress, vText, vUri
from icalendar import Event as Component

from messages.calendar import CalendarFile, Event

PRODUCT: Final = "-//Matchpoint//Matchpoint//EN"
#: How often a calendar should come again.
REFRESH: Final = timedelta(hours=4)
_REFRESH_TEXT: Final = "PT4H"
_DAY: Final = timedelta(days=1)
#: What Exchange itself writes where an organiser has no e-mail address: nothing is ever sent there.
_NOBODY: Final = "invalid:nomail"


def write_feed(file: CalendarFile) -> bytes:
    """Write a feed, which calendars read again and again.

    It has no METHOD: it says how things stand and asks for nothing (RFC 5545, 3.7.2), and DTSTAMP is when an event was
    last changed (3.8.7.2), so that the same state gives the same bytes.
    """
    calendar = _calendar(file)
    title = vText(_visible(file.title))
    calendar.add("name", title)
    # Said to be a text: what it does not know, the library writes as it is.
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", _REFRESH_TEXT)
    return calendar.to_ical()


def write_invitation(file: CalendarFile) -> bytes:
    """Write the file of one meeting, to be opened once: it adds the event, or moves it, or takes it out.

    METHOD is PUBLISH and not REQUEST. Both sides have said yes in their conversation already: a REQUEST would make
    Outlook and Apple Calendar ask for an answer once more and send it by e-mail to whoever is named as the organiser,
    past the conversation and its managers, and would be refused by some for a calendar whose address is not among the
    attendees. PUBLISH is added by Outlook, Google and Apple alike; RFC 5546 (3.2.1) wants no attendees in it, so the
    two sides and their addresses stand in the description. A meeting that was called off is a CANCEL with the same UID
    and a higher SEQUENCE.
    """
    calendar = _calendar(file)
    calendar.add("method", "CANCEL" if any(event.called_off for event in file.events) else "PUBLISH")
    for event, component in zip(file.events, calendar.walk("VEVENT"), strict=True):
        component.add("organizer", _organiser(event))
    return calendar.to_ical()


def _calendar(file: CalendarFile) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for event in file.events:
        calendar.add_component(_event(event, file))
    return calendar


def _event(event: Event, file: CalendarFile) -> Component:
    component = Component()
    component.add("uid", f"{event.name}@{file.host}")
    component.add("dtstamp", event.changed_at.astimezone(UTC))
    component.add("last-modified", event.changed_at.astimezone(UTC))
    component.add("sequence", event.sequence)
    component.add("summary", _visible(event.summary))
    component.add("description", _visible(event.description))
    component.add("categories", ["Matchpoint", event.category])
    component.add("class", "PRIVATE")
    component.add("status", "CANCELLED" if event.called_off else "CONFIRMED")
    if event.location:
        component.add("location", _visible(event.location))
    if file.url:
        component.add("url", vUri(file.url))
    if isinstance(event.starts, datetime):
        # In UTC, which every program reads alike; each shows it by its own clock.
        component.add("dtstart", event.starts.astimezone(UTC))
        component.add("dtend", (event.ends or event.starts).astimezone(UTC))
        component.add("transp", "TRANSPARENT" if event.called_off else "OPAQUE")
    else:
        component.add("dtstart", event.starts)
        component.add("dtend", event.starts + _DAY)
        component.add("transp", "TRANSPARENT")
    return component


def _organiser(event: Event) -> vCalAddress:
    """Name who proposed what was agreed; nobody is written to, since the file asks for no answer."""
    email = quote(_visible(event.host.email), safe="@") if event.host else ""
    address = vCalAddress(f"mailto:{email}" if email else _NOBODY)
    if event.host and event.host.name:
        address.params["CN"] = vText(" ".join(_visible(event.host.name).split()))
    return address


def _visible(text: str) -> str:
    """Return a text without control characters: the format has no place for them (RFC 5545, 3.3.11)."""
    return "".join(ch for ch in text if ch in "\n\t" or unicodedata.category(ch) not in ("Cc", "Cs"))
