"""The weekly digest: what has gathered for an SME or a manager, in the message of the day on which it is due.

Each journey contributes its lines. A digest without a line is not sent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Final

from domain.calendars import local, wall_clock
from domain.nudges import POLICIES, NudgeKind, NudgePolicy, next_week_ahead, weekly_on
from handlers.forgetting import DELIVERIES
from handlers.nudging.nudges import calendar_of, place_in_stream, stream_of, wishes_of
from handlers.nudging.policies import policies_of_all
from handlers.people import act_for
from handlers.ticks import tick
from handlers.work import Kit, Work
from messages.notices.digests import DigestLine, DigestSection, Topic
from store import queue
from store.engine import Database
from store.queries import digests as query
from store.queries.rows import key_of
from store.tables.people import Person

#: The kind of outbox row that stands for one person's digest.
DIGEST: Final = "digest"
DIGESTS: Final = (NudgeKind.MANAGERS_DIGEST, NudgeKind.SMES_DIGEST)
#: So many lines of one topic: as many names as fit into one section of every surface.
LINES_MAX: Final = 25
_AT_ONCE: Final = 500
#: A week, and as much as holidays may put a digest off.
_NEWS_DAYS: Final = timedelta(days=16)

Part = Callable[[Work], Iterable[DigestLine]]

_PARTS: list[tuple[NudgeKind, int, Topic, Part]] = []


def digest_part(kind: NudgeKind, topic: Topic, *, order: int) -> Callable[[Part], Part]:
    """Register a function that returns the lines of one topic for who acts; lower orders stand higher.

    It may return one line more than `LINES_MAX` of them: the rest is told as "and more". What a line costs much to find
    is better yielded than returned: often the first one will do.
    """

    def register(part: Part) -> Part:
        _PARTS.append((kind, order, topic, part))
        _PARTS.sort(key=lambda entry: entry[:2])
        return part

    return register


def build_digest(work: Work, person_id: int, kinds: Collection[str]) -> tuple[DigestSection, ...]:
    """Return what these digests say to a person now; nothing for somebody without a role."""
    topics = _topics(work, person_id, kinds)
    sections = ((topic, tuple(islice(lines, LINES_MAX + 1))) for topic, lines in topics)
    return tuple(
        DigestSection(topic, lines[:LINES_MAX], more=len(lines) > LINES_MAX) for topic, lines in sections if lines
    )


def says_anything(work: Work, person_id: int, kinds: Collection[str]) -> bool:
    """Tell whether these digests have a line for a person now: the first one that is found will do."""
    return any(True for _, lines in _topics(work, person_id, kinds) for _ in lines)


def _topics(work: Work, person_id: int, kinds: Collection[str]) -> Iterator[tuple[Topic, Iterable[DigestLine]]]:
    actor = act_for(work.session, work.session.get_one(Person, person_id))
    theirs = Work(work.session, work.now, work.kit, actor=actor)
    return ((topic, part(theirs)) for kind, _, topic, part in _PARTS if kind in kinds)


@tick("digests", seconds=60)
def plan_digests(database: Database, kit: Kit, now: datetime) -> int:
    """Enqueue the digest of everybody whose week begins and who has something in it; return for how many it began.

    Whoever nobody has planned for yet waits for the next time; so does a day that went by while no clock ran.
    """
    planned = 0
    while True:
        with database.read() as session:
            if not query.anyone_due(session, now):
                return planned
        with database.write() as session:
            found = query.due(session, now, limit=_AT_ONCE)
            _plan_all(Work(session, now, kit), found)
            planned += len(found)
        if not found:  # another worker has them
            return planned


def _plan_all(work: Work, found: Sequence[Person]) -> None:
    ids = [key_of(person) for person in found]
    clusters = query.first_clusters(work.session, ids)
    news = query.with_news(work.session, ids, published_since=work.now - _NEWS_DAYS, since=work.now - DELIVERIES)
    policies = policies_of_all(work, set(clusters.values()))
    next_time: dict[datetime, list[int]] = defaultdict(list)
    weeks: dict[tuple[object, ...], tuple[tuple[NudgePolicy, ...], datetime]] = {}
    for person in found:
        cluster_id = clusters.get(key_of(person))
        theirs = policies.get(cluster_id, POLICIES)
        # Those of one zone under the same chains have the same week; looking holidays up for each of them is slow.
        alike = (id(theirs), person.zone, person.country, person.region, person.settings.get("quiet_hours"))
        if alike not in weeks:
            weeks[alike] = _week_of(work, person, theirs)
        begins, following = weeks[alike]
        next_time[following].append(key_of(person))
        if person.digest_at is not None and cluster_id is not None and begins and person.id in news:
            _enqueue(work, person, cluster_id, [str(policy.kind) for policy in begins])
    for at, people_then in next_time.items():
        query.plan(work.session, people_then, at)


def _week_of(work: Work, person: Person, policies: tuple[NudgePolicy, ...]) -> tuple[tuple[NudgePolicy, ...], datetime]:
    """Return what begins today in this person's calendar, and when something begins next."""
    calendar = calendar_of(work.kit, person)
    today = local(work.now, calendar.zone).date()
    following = next_week_ahead(policies, after=work.now, calendar=calendar)
    return weekly_on(policies, today, calendar), following


def _enqueue(work: Work, person: Person, cluster_id: int, kinds: Sequence[str]) -> None:
    person_id, calendar = key_of(person), calendar_of(work.kit, person)
    wanted = [kind for kind in kinds if kind not in wishes_of(person).opt_outs]
    if not wanted or not says_anything(work, person_id, wanted):
        return
    today = local(work.now, calendar.zone).date()
    intent = queue.Intent(
        kind=DIGEST,
        key=f"digest:{today.isoformat()}:P-{person_id}",
        destination=f"person:P-{person_id}",
        due_at=work.now,
        expires_at=wall_clock(today + timedelta(days=1), time(0), calendar.zone),
        payload={"kinds": list(kinds), "person": person_id},
        stream=stream_of(person_id),
        seq=place_in_stream(work.now),
        subject=f"P-{person_id}:digest",
        cluster_id=cluster_id,
    )
    queue.enqueue(work.session, intent, now=work.now)
