"""The private link of a person's calendar feed: whoever holds it reads the person's dates, until it ends.

Its token is random and says nothing. The store knows it by its hash, so that no query and no log carries it, and keeps
it encrypted to show it to its owner again; a change of keys does not end it.
"""

from __future__ import annotations

import secrets
from typing import Final

from domain.errors import NotFound
from handlers import audit
from handlers.routes import route
from handlers.signing import hashed
from handlers.work import Ask, Reply, Work
from messages.notices.calendar import CalendarLink
from store.queries import meetings as query
from store.queries.rows import add, change
from store.tables.calendar import CalendarFeed

_TOKEN_BYTES: Final = 32


@route("calendar.show")
def show_calendar(work: Work, _ask: Ask) -> Reply:
    """Show somebody the own calendar link, made at the first look; one that was switched off stays so.

    :raises NotFound: there is no address under which a calendar would reach it.
    """
    _require_address(work)
    feed = query.feed_of(work.session, work.who.person_id)
    if feed is None:
        return Reply(_link(work, _renew(work, None)))
    return Reply(_link(work, feed.token) if feed.token else CalendarLink())


@route("calendar.renew")
def renew_calendar(work: Work, _ask: Ask) -> Reply:
    """Give somebody a new calendar link; the old one ends at once.

    :raises NotFound: there is no address under which a calendar would reach it.
    """
    _require_address(work)
    feed = query.feed_of(work.session, work.who.person_id)
    fresh = feed is not None and feed.token is not None
    return Reply(_link(work, _renew(work, feed), fresh=fresh), replaces=True)


@route("calendar.off")
def switch_calendar_off(work: Work, _ask: Ask) -> Reply:
    """End somebody's calendar link."""
    feed = query.feed_of(work.session, work.who.person_id)
    if feed is not None and feed.token is not None:
        change(work.session, feed, now=work.now, token=None, token_hash=None, digest="")
        audit.record(work, "calendar.off", f"P-{work.who.person_id}")
    return Reply(CalendarLink(), replaces=True)


def _require_address(work: Work) -> None:
    if not work.kit.public_url:
        raise NotFound("calendar.no_address")


def _renew(work: Work, feed: CalendarFeed | None) -> str:
    """Make a token that has never been, and return it."""
    person, token = work.who.person_id, secrets.token_urlsafe(_TOKEN_BYTES)
    if feed is None:
        feed = CalendarFeed(person_id=person, changed_at=work.now, created_at=work.now, updated_at=work.now)
        add(work.session, feed)
    change(work.session, feed, now=work.now, token=token, token_hash=hashed(token), digest="", changed_at=work.now)
    audit.record(work, "calendar.renew", f"P-{person}")
    return token


def _link(work: Work, token: str, *, fresh: bool = False) -> CalendarLink:
    url = f"{work.kit.public_url}/calendar/{token}.ics"
    return CalendarLink(url, f"webcal://{url.partition('://')[2]}", fresh=fresh)
