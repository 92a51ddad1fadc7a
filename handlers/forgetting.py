"""What is forgotten after a while, so that a store does not grow with what nobody will ask for again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from handlers.ticks import tick
from handlers.work import Kit
from store import backlog, inbox
from store.engine import Database, Session
from store.queries import ledger, web

_SECONDS: Final = 600
AT_ONCE: Final = 1000
#: A platform repeats an event within an hour; a signed request is stale after five minutes.
EVENTS: Final = timedelta(days=7)
#: An open page asks again within minutes; one that slept for longer loads anew.
CHANGES: Final = timedelta(days=2)
#: Longer than a week's count of messages and a day's bundle look back. A fact is enqueued when it comes about, or by a
#: chain whose steps lie ahead: what was sent three months ago is no such fact any more.
DELIVERIES: Final = timedelta(days=90)
#: A ranking is asked for again within days, if at all; an answer quotes what people wrote.
MODEL_ANSWERS: Final = timedelta(days=30)


@tick("inbox.purge", seconds=_SECONDS)
def forget_events(database: Database, _kit: Kit, now: datetime) -> int:
    """Forget events that no platform repeats any more."""
    return until_done(database, lambda session: inbox.purge(session, before=now - EVENTS, limit=AT_ONCE))


@tick("outbox.purge", seconds=_SECONDS)
def forget_deliveries(database: Database, _kit: Kit, now: datetime) -> int:
    """Forget what was sent or cancelled long ago; what was refused stays until a manager has dealt with it."""
    return until_done(database, lambda session: backlog.purge(session, before=now - DELIVERIES, limit=AT_ONCE))


@tick("web.changes.purge", seconds=_SECONDS)
def forget_changes(database: Database, _kit: Kit, now: datetime) -> int:
    """Forget which messages of the web workspace changed long ago; the messages themselves stay."""
    return until_done(database, lambda session: web.forget_changes(session, before=now - CHANGES, limit=AT_ONCE))


@tick("model.answers.purge", seconds=_SECONDS)
def forget_model_answers(database: Database, _kit: Kit, now: datetime) -> int:
    """Forget what a language model answered long ago."""
    return until_done(
        database, lambda session: ledger.forget_answers(session, before=now - MODEL_ANSWERS, limit=AT_ONCE)
    )


def until_done(database: Database, step: Callable[[Session], int]) -> int:
    """Repeat a step, each in a short transaction of its own so that others get their turn, while it has its fill."""
    total = 0
    while True:
        with database.write() as session:
            done = step(session)
        total += done
        if done < AT_ONCE:
            return total
