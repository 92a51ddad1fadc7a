"""The end of a chain: who did not answer the last nudge is named in the managers' weekly digest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.nudges import NudgeKind
from handlers.forgetting import DELIVERIES
from handlers.nudging.digests import LINES_MAX, digest_part
from handlers.nudging.nudges import item_of, policy_of
from handlers.undelivered import lost_channels
from handlers.work import Work
from messages.notices.digests import DigestLine, Topic
from store import backlog
from store.queries import nudges as query
from store.tables.people import Person

_LOOKED_AT = 300


@digest_part(NudgeKind.MANAGERS_DIGEST, Topic.UNANSWERED, order=20)
def list_unanswered(work: Work) -> Iterator[DigestLine]:
    """Name who has not answered any nudge of a chain that has come to its end, and what still waits for them."""
    managed = work.who.managed()
    if not managed:
        return
    ended = query.ended_chains(work.session, managed, since=work.now - DELIVERIES, limit=_LOOKED_AT)
    to_come = query.still_waiting(work.session, [one.subject for one in ended])
    for one in ended:
        subject, kind, person_id = one.subject.split(":")
        if one.subject in to_come or not policy_of(kind).capped:
            continue
        person = work.session.get(Person, int(person_id.removeprefix("P-")))
        if person is None or person.left_at is not None or item_of(work, kind, subject, person.id or 0) is None:
            continue
        days = (work.now - one.last_at).days
        yield DigestLine(subject, who=person.name, kind=kind, times=one.times, days=days)


@digest_part(NudgeKind.MANAGERS_DIGEST, Topic.UNDELIVERED, order=70)
def count_undelivered(work: Work) -> Sequence[DigestLine]:
    """Tell which channels take nothing any more, and how many messages did not arrive, or may not have."""
    clusters = work.who.managed()
    if not clusters:
        return ()
    lost = backlog.count_dead(work.session, clusters) + backlog.count_unconfirmed(work.session, clusters)
    if not lost:
        return ()
    channels = [DigestLine("", channel=one) for one in lost_channels(work, clusters)]
    return [*channels[: LINES_MAX - 1], DigestLine("", times=lost)]
