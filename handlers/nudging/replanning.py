"""What was planned already follows its cluster's new offsets: the steps of other ones never go out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from domain.calendars import WorkingCalendar
from domain.nudges import Escalation, NudgeKind, NudgePolicy, chain, due_at, is_wished, nudge_key
from domain.offsets import offsets_of
from handlers.nudging.digests import DIGESTS
from handlers.nudging.nudges import calendar_of, enqueue_step
from handlers.work import Work
from messages.notices.plans import PlanMoved
from store.queries import digests as digest_query
from store.queries import nudges as query
from store.queries.rows import key_of
from store.tables.people import Person
from store.tables.queue import Outbox

#: How the start of a chain is told from a date: an instant has a time.
_TIME: Final = "T"


@dataclass(frozen=True, slots=True)
class _Chain:
    """What waits of one chain: the rows that follow its offsets, and until when its receiver has put it off."""

    rows: Sequence[Outbox]
    wished: datetime | None
    person: Person
    calendar: WorkingCalendar

    @property
    def payload(self) -> dict[str, object]:
        return self.rows[-1].payload

    @property
    def start(self) -> datetime | date:
        text = str(self.payload["start"])
        return datetime.fromisoformat(text) if _TIME in text else date.fromisoformat(text)

    @property
    def version(self) -> int:
        return int(str(self.payload["version"]))

    @property
    def about(self) -> str:
        return self.rows[0].subject or ""

    @property
    def subject(self) -> str:
        return str(self.payload["subject"])


def replan(
    work: Work, cluster_id: int, before: Sequence[NudgePolicy], after: Sequence[NudgePolicy]
) -> tuple[PlanMoved, ...]:
    """Plan anew what waits of a cluster's kinds that have other offsets now; return what became of it, by kind.

    What somebody put off, or was handed, stays. A kind that is switched off keeps its plan, and sends nothing of it.
    """
    kinds = [kind for kind in NudgeKind if offsets_of(kind, policies=before) != offsets_of(kind, policies=after)]
    if any(kind in DIGESTS for kind in kinds):
        digest_query.forget_next(work.session, cluster_id, after=work.now)
    on = [kind for kind in kinds if offsets_of(kind, policies=after)]
    moved = [PlanMoved(kind) for kind in on if kind in DIGESTS]
    by_kind: dict[NudgeKind, list[_Chain]] = defaultdict(list)
    for one in _chains(work, cluster_id, frozenset(on)):
        by_kind[NudgeKind(str(one.payload["kind"]))].append(one)
    for kind, chains in by_kind.items():
        counts = [_replan(work, cluster_id, one, chain(kind, policies=after)) for one in chains]
        planned, dropped = sum(new for new, _ in counts), sum(max(0, old - new) for new, old in counts)
        if planned or dropped:
            moved.append(PlanMoved(kind, planned=planned, dropped=dropped))
    return tuple(moved)


def _chains(work: Work, cluster_id: int, kinds: frozenset[NudgeKind]) -> list[_Chain]:
    grouped: dict[tuple[str, object], list[Outbox]] = defaultdict(list)
    for row in query.planned(work.session, cluster_id):
        if row.payload["kind"] in kinds and "start" in row.payload:
            grouped[row.subject or "", row.payload["version"]].append(row)
    calendars: dict[int, WorkingCalendar] = {}
    wished = {about: _wished(work, about) for about in dict.fromkeys(about for about, _ in grouped)}
    found: list[_Chain] = []
    for (about, _), rows in grouped.items():
        person = work.session.get(Person, rows[0].payload["person"])
        if person is not None and person.left_at is None:
            key = key_of(person)
            if key not in calendars:
                calendars[key] = calendar_of(work.kit, person)
            found.append(_Chain(rows, wished[about], person, calendars[key]))
    return found


def _wished(work: Work, about: str) -> datetime | None:
    waiting = query.waiting_about(work.session, about)
    return max((row.due_at for row in waiting if is_wished(row.key)), default=None)


def _replan(work: Work, cluster_id: int, one: _Chain, policies: Sequence[NudgePolicy]) -> tuple[int, int]:
    """Take the steps out that there are no more, and put the new ones in; return how many came and how many went."""
    steps = {_key(one, policy): policy for policy in policies if policy.escalation is not Escalation.LAPSE}
    gone = [row for row in one.rows if row.key not in steps]
    kept = {row.key for row in one.rows if row.key in steps}
    dues = {key: due_at(policy, one.start, one.calendar) for key, policy in steps.items() if key not in kept}
    # Who put it off until a day hears nothing of it before.
    dues = {key: due for key, due in dues.items() if due > max(one.wished or work.now, work.now)}
    if gone and not dues and not kept and one.wished is None and not query.unanswered(work.session, one.about):
        # All new times have passed, and nobody was reminded yet: better late than never.
        dues = {list(steps)[-1]: one.calendar.into_working_hours(work.now)}
    query.forget(work.session, [key_of(row) for row in gone])
    new = [
        enqueue_step(
            work,
            steps[key],
            one.subject,
            key_of(one.person),
            step=steps[key].step,
            due=due,
            version=one.version,
            cluster_id=cluster_id,
            start=one.start,
        )
        for key, due in dues.items()
    ]
    return sum(new), len(gone)


def _key(one: _Chain, policy: NudgePolicy) -> str:
    return nudge_key(
        kind=policy.kind, subject=one.subject, step=policy.step, version=one.version, person=key_of(one.person)
    )
