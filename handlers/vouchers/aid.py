"""What each state granted a single undertaking, for those who declare and for those who decide."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Final

from domain import deminimis
from domain.vouchers import UNDECIDED
from handlers import cards
from handlers.vouchers import register
from handlers.vouchers.shown import REVIEW
from handlers.vouchers.sight import voucher_id
from handlers.work import Work
from messages.notices.deminimis import RegisterLine, StateAid
from store.queries import deminimis as query
from store.queries import vouchers as voucher_query
from store.queries.people import clusters_with_names, organisations_by_id

_REFRESHED: Final = 50


def states_of(work: Work, organisation_id: int, on: date) -> set[str]:
    """Return the states that concern an organisation: those of its clusters, and those that granted it something."""
    clusters = voucher_query.clusters_of(work.session, [organisation_id])[organisation_id]
    states = {one.country for one in clusters_with_names(work.session, clusters).values()}
    start = deminimis.window_starts(on)
    awards = query.awards_of(work.session, register.counted_with(work, organisation_id))
    return states | {one.state for one in awards if one.awarded_on >= start}


def aid_by_state(
    work: Work, organisation_id: int, states: Iterable[str], on: date, *, detailed: bool = False
) -> list[StateAid]:
    """Return what each state granted in the three years that end with a day, and what it may still grant."""
    firms, ceilings = register.counted_with(work, organisation_id), work.kit.ceilings
    awards, start = register.awards_of(work, firms), deminimis.window_starts(on)
    lines = _lines(work, firms, start) if detailed else {}
    return [
        StateAid(
            state=state,
            total=deminimis.granted(awards, undertaking=firms, state=state, on=on),
            ceiling=ceilings.get(state),
            left=deminimis.headroom(awards, undertaking=firms, state=state, on=on, ceilings=ceilings),
            lines=tuple(lines.get(state, ())),
        )
        for state in states
    ]


def _lines(work: Work, firms: Collection[int], start: date) -> dict[str, list[RegisterLine]]:
    names = organisations_by_id(work.session, list(firms))
    found: dict[str, list[RegisterLine]] = {}
    for row in query.awards_of(work.session, firms):
        if row.awarded_on >= start:
            name = names[row.organisation_id].name
            line = RegisterLine(row.awarded_on, row.cents, row.grantor, row.measure, row.source, name)
            found.setdefault(row.state, []).append(line)
    return found


def refresh_undecided(work: Work, firms: Collection[int]) -> None:
    """Bring up to date what managers see of these firms' applications that are not decided yet."""
    rows = voucher_query.applications_of(work.session, firms, states=UNDECIDED, limit=_REFRESHED)
    for row, _call, _scheme in rows:
        cards.refresh(work, REVIEW, voucher_id(row))
