"""What a person can say to a nudge: later, not about this, or nothing of this kind at all."""

from __future__ import annotations

from datetime import timedelta

from domain.errors import Invalid, NotFound
from domain.nudges import NudgeKind, chain
from domain.people import Snooze, snooze_until
from handlers import audit
from handlers.nudging.nudges import (
    SNOOZED,
    WAITING,
    calendar_of,
    cancel_chain,
    chain_subject,
    enqueue_step,
    refresh_message,
    wishes_of,
)
from handlers.routes import Need, route
from handlers.work import Ask, Reply, Work
from messages.notices.nudges import NudgeKindStopped, NudgeSnoozed, NudgeStopped
from store.queries import nudges as query
from store.queries import rows
from store.tables.people import Person


@route("nudge.snooze", need=Need.KNOWN)
def snooze_nudge(work: Work, ask: Ask) -> Reply:
    """Ask again in a week: `value` is a chain, `consent:IN-34`."""
    kind, subject = _chain(work, ask.value)
    person = _person(work)
    until = snooze_until(Snooze.WEEK, now=work.now, calendar=calendar_of(work.kit, person))
    mine = chain_subject(kind, subject, work.who.person_id)
    early = [row.id for row in query.waiting_about(work.session, mine) if row.due_at < until and row.id is not None]
    query.finish_beside(work.session, early, now=work.now, ref=None, why="snoozed")
    step = f"{SNOOZED}-{until.date().isoformat()}"
    enqueue_step(work, chain(kind)[0], subject, work.who.person_id, step=step, due=until, version=1)
    refresh_message(work, [work.who.person_id])
    return Reply(NudgeSnoozed(subject=subject, until=until))


@route("nudge.stop", need=Need.KNOWN)
def stop_nudge(work: Work, ask: Ask) -> Reply:
    """Remind the person of this no more."""
    kind, subject = _chain(work, ask.value)
    me = work.who.person_id
    cancel_chain(work, subject, kind=kind, person_id=me)
    query.let_go(work.session, chain_subject(kind, subject, me), since=work.now - timedelta(days=3))
    refresh_message(work, [me])
    return Reply(NudgeStopped(kind=kind, subject=subject))


@route("nudge.opt_out", need=Need.KNOWN)
def opt_out(work: Work, ask: Ask) -> Reply:
    """Send the person no nudges of this kind any more."""
    kind = _kind(ask.value)
    person = _person(work)
    rows.lock(work.session, person)
    opt_outs = ",".join(sorted({*wishes_of(person).opt_outs, kind}))
    rows.change(work.session, person, now=work.now, settings={**person.settings, "opt_outs": opt_outs})
    audit.record(work, "nudge.opt_out", f"P-{person.id}", after={"opt_outs": opt_outs})
    return Reply(NudgeKindStopped(kind=kind))


def _chain(work: Work, value: str) -> tuple[NudgeKind, str]:
    """Return kind and subject of what waits for the person.

    :raises Invalid: nothing of that kind does, any more or ever.
    """
    name, _, subject = value.partition(":")
    kind = _kind(name)
    item = WAITING[kind](work, subject, work.who.person_id)
    if item is None:
        raise Invalid("nudge.unknown")
    return kind, item.subject


def _kind(value: str) -> NudgeKind:
    try:
        return NudgeKind(value)
    except ValueError:
        raise Invalid("nudge.unknown") from None


def _person(work: Work) -> Person:
    person = work.session.get(Person, work.who.person_id)
    if person is None:
        raise NotFound("nudge.unknown")
    return person
