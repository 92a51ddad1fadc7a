"""What a manager sees and decides about nudges: the chains of a cluster, and what is to come in the next two weeks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from domain.calendars import is_zone, local
from domain.errors import Invalid, InvalidForm, NotAllowed, NotFound
from domain.forecasts import Forecast, Waiting, forecast
from domain.ids import Kind, format_id, parse_id
from domain.nudges import NudgeKind, SuppressedWhy, chain, is_wished
from domain.offsets import LAPSE, configured, lapse_of, offsets_of, read_offsets
from handlers import audit
from handlers.members.organisations import organisation_of
from handlers.nudging.digests import DIGESTS
from handlers.nudging.nudges import (
    WAITING,
    calendar_of,
    days_told,
    has_left,
    policy_of,
    stopped_by,
    stream_of,
    unanswered,
    wishes_of,
)
from handlers.nudging.policies import kept, policies_of
from handlers.nudging.replanning import replan
from handlers.routes import route
from handlers.work import Ask, Reply, Work
from messages.notices.plans import ChangePlan, PlanMoved, PlannedNudge, PlannedNudges, PlanOfKind, PlanSaved, PlanShown
from store.queries import nudges as query
from store.queries import people
from store.queries.rows import change, key_of, lock
from store.tables.people import Cluster, Person
from store.tables.queue import Outbox

PREVIEW: Final = timedelta(days=14)
SHOWN: Final = 20
_LOOKED_AT: Final = 500


@dataclass(frozen=True, slots=True)
class _Foreseen:
    """One nudge with what becomes of it."""

    row: Outbox
    person: Person
    forecast: Forecast


@route("nudges.show", writes=False)
def show_plan(work: Work, ask: Ask) -> Reply:
    """Show a manager the chains of a cluster; with a kind behind it, what of that kind is to come."""
    cluster, kind = _asked(work, ask.value)
    found = _foresee(work, cluster)
    if kind is not None:
        return Reply(_planned(work, cluster, kind, found))
    policies = policies_of(work, cluster.id)
    mine = people.clusters_with_names(work.session, [one for one in work.who.managed() if one != cluster.id])
    return Reply(
        PlanShown(
            cluster=cluster.name,
            value=_value(cluster),
            lapse=lapse_of(policies),
            kinds=tuple(
                PlanOfKind(
                    kind,
                    chain(kind)[0].unit,
                    offsets_of(kind, policies=policies),
                    to_come=sum(one.row.payload["kind"] == kind and one.forecast.why is None for one in found),
                    held_back=sum(one.row.payload["kind"] == kind and one.forecast.why is not None for one in found),
                )
                for kind in kinds_in_use()
            ),
            others=tuple((one.name, _value(one)) for one in mine.values()),
        )
    )


def kinds_in_use() -> tuple[NudgeKind, ...]:
    """Return the kinds for which a journey tells what waits, and the digests."""
    return tuple(kind for kind in NudgeKind if kind in WAITING or kind in DIGESTS)


def _value(cluster: Cluster) -> str:
    return format_id(Kind.CLUSTER, key_of(cluster))


def _asked(work: Work, value: str) -> tuple[Cluster, NudgeKind | None]:
    """Read "CL-3 consent"; without a cluster it is the one of this room, or the first that the person manages.

    :raises NotAllowed: the person manages no cluster, or not this one. :raises NotFound: there is no such kind.
    """
    managed = work.who.managed()
    if not managed:
        raise NotAllowed("nudges.managers")
    here = work.room.cluster_id if work.room is not None else None
    cluster_id, kind = here if here is not None and here in managed else managed[0], None
    for word in value.split():
        if word.lower() in kinds_in_use():
            kind = NudgeKind(word.lower())
            continue
        try:
            _, cluster_id = parse_id(word, Kind.CLUSTER)
        except Invalid:
            raise NotFound("nudges.kind", typed=word[:40]) from None
    cluster = work.session.get(Cluster, cluster_id) if cluster_id in managed else None
    if cluster is None:
        raise NotAllowed("nudges.not_yours")
    return cluster, kind


def _foresee(work: Work, cluster: Cluster) -> list[_Foreseen]:
    """Return what becomes of the nudges of a cluster that are due within two weeks, if nobody acts."""
    until = work.now + PREVIEW
    mine = query.planned(work.session, key_of(cluster), until=until, limit=_LOOKED_AT)
    ids = {row.payload["person"] for row in mine}
    found = {one: person for one in ids if (person := work.session.get(Person, one)) is not None}
    # The caps count what other clusters send to the same people too.
    streams = [stream_of(one, capped=capped) for one in ids for capped in (True, False)]
    by_person: dict[int, list[Outbox]] = defaultdict(list)
    for row in query.planned_for(work.session, streams, until=until):
        by_person[row.payload["person"]].append(row)
    wanted = {row.id for row in mine}
    foreseen = [
        one
        for person_id, person in found.items()
        for one in _of_person(work, person, by_person[person_id])
        if one.row.id in wanted
    ]
    return sorted(foreseen, key=lambda one: (one.forecast.at or one.row.due_at, one.row.id or 0))


def _of_person(work: Work, person: Person, rows: Sequence[Outbox]) -> list[_Foreseen]:
    calendar, person_id = calendar_of(work.kit, person), key_of(person)
    today = local(work.now, calendar.zone).date()
    told = days_told(work, person_id, today, calendar)
    gone = SuppressedWhy.LEFT if has_left(work, person) else None
    waiting = [
        Waiting(
            key_of(row),
            policy_of(row.payload["kind"]),
            row.due_at,
            chain=row.key if is_wished(row.key) else row.subject or row.key,
            sent=unanswered(work, row),
            counts=not is_wished(row.key),
            why=gone or stopped_by(work, person_id, row),
        )
        for row in rows
    ]
    by_id = {row.id: row for row in rows}
    found = forecast(waiting, wishes=wishes_of(person), calendar=calendar, now=work.now, told_on=told)
    return [_Foreseen(by_id[one.ref], person, one) for one in found]


def _planned(work: Work, cluster: Cluster, kind: NudgeKind, found: Sequence[_Foreseen]) -> PlannedNudges:
    of_kind = [one for one in found if one.row.payload["kind"] == kind]
    policies = policies_of(work, cluster.id)
    return PlannedNudges(
        cluster=cluster.name,
        value=_value(cluster),
        kind=kind,
        unit=chain(kind)[0].unit,
        offsets=offsets_of(kind, policies=policies),
        notices=tuple(dict.fromkeys(one.notice for one in chain(kind))),
        lines=tuple(_line(work, one) for one in of_kind[:SHOWN]),
        more=max(0, len(of_kind) - SHOWN),
    )


def _line(work: Work, one: _Foreseen) -> PlannedNudge:
    person = one.person
    organisation = organisation_of(work, key_of(person))
    return PlannedNudge(
        subject=one.row.payload["subject"],
        person=person.name,
        organisation=organisation.name if organisation else "",
        at=one.forecast.at,
        zone=person.zone if is_zone(person.zone) else "UTC",
        held=one.forecast.held,
        why=one.forecast.why,
        zone_unknown=not is_zone(person.zone),
        holidays_unknown=bool(person.country) and not work.kit.holidays.knows(person.country, person.region),
    )


@route("nudges.edit", writes=False)
def edit_plan(work: Work, ask: Ask) -> Reply:
    """Ask for the offsets of every kind, with those that hold now filled in."""
    cluster, _ = _asked(work, ask.value)
    policies = policies_of(work, cluster.id)
    offsets = {kind: offsets_of(kind, policies=policies) for kind in kinds_in_use()}
    units = {kind: chain(kind)[0].unit for kind in offsets}
    return Reply(
        question=ChangePlan(cluster.name, _value(cluster), offsets=offsets, units=units, lapse=lapse_of(policies))
    )


@route("nudges.save")
def save_plan(work: Work, ask: Ask) -> Reply:
    """Take down what a cluster has decided, and plan anew what waits already."""
    cluster, _ = _asked(work, ask.value)
    return _keep(work, cluster, _read(ask))


def _read(ask: Ask) -> dict[str, tuple[int, ...]]:
    """Read the offsets of every kind.

    :raises InvalidForm: with every mistake at its field.
    """
    errors: list[Invalid] = []
    offsets: dict[str, tuple[int, ...]] = {}
    # The lapse first: what a consent may be depends on it.
    for name in (LAPSE, *kinds_in_use()):
        try:
            offsets[name] = read_offsets(ask.text(name), field=name)
            # Alone, so that each mistake stands at its own field: against the usual lapse only without another one.
            configured({NudgeKind.CONSENT: ()} | {one: offsets[one] for one in (LAPSE, name) if one in offsets})
        except Invalid as error:
            offsets.pop(name, None)
            errors.append(error)
    if errors:
        raise InvalidForm(errors)
    return offsets


@route("nudges.reset")
def reset_plan(work: Work, ask: Ask) -> Reply:
    """Go back to the offsets that every cluster begins with."""
    cluster, _ = _asked(work, ask.value)
    return _keep(work, cluster, {})


def _keep(work: Work, cluster: Cluster, offsets: Mapping[str, tuple[int, ...]]) -> Reply:
    lock(work.session, cluster)
    policy, before = kept(cluster, offsets), policies_of(work, cluster.id)
    moved: tuple[PlanMoved, ...] = ()
    if policy != cluster.policy:
        change(work.session, cluster, now=work.now, policy=policy)
        moved = replan(work, key_of(cluster), before, policies_of(work, cluster.id))
        audit.record(work, "nudges.save", _value(cluster), after=policy, cluster_id=cluster.id)
    return Reply(PlanSaved(cluster.name, _value(cluster), moved))
