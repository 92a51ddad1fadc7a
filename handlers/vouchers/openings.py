"""What one may apply for and what not, and one's own applications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from domain.schemes import CallState
from domain.vouchers import ApplicationState
from handlers.routes import route
from handlers.vouchers.shown import open_call
from handlers.vouchers.sight import next_date, voucher_id
from handlers.work import Ask, Reply, Work
from messages.notices.vouchers import (
    OpenCall,
    VoucherLine,
    VoucherList,
)
from store.queries import vouchers as query
from store.queries.rows import key_of
from store.tables.people import Organisation
from store.tables.vouchers import Call, CallPart, Scheme

_AT_ONCE: Final = 100
_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Opening:
    """A call that is funded for one of the person's organisations, and the part that would pay."""

    part: CallPart
    call: Call
    scheme: Scheme
    organisation: Organisation

    def as_notice(self) -> OpenCall:
        """Return it as the person reads it, with what keeps the organisation from it."""
        return open_call(self.organisation, self.call, self.scheme)


def openings_for(work: Work, *, states: Sequence[CallState] = (CallState.OPEN,)) -> list[Opening]:
    """Return the calls that fund the person's organisations, each with the part of the cluster nearest to each."""
    found: list[Opening] = []
    for organisation in own_organisations(work):
        clusters = query.clusters_of(work.session, key_of(organisation))
        rows = query.funded_by(work.session, clusters, states=states, limit=_AT_ONCE)
        nearest = sorted(rows, key=lambda row: clusters.index(row[0].cluster_id))
        by_call: dict[int, Opening] = {}
        for part, call, scheme in nearest:
            by_call.setdefault(key_of(call), Opening(part, call, scheme, organisation))
        found += sorted(by_call.values(), key=lambda one: (one.call.cutoff_at, one.call.id))
    return found


def own_organisations(work: Work) -> list[Organisation]:
    """Return the organisations for which the person acts."""
    return [work.session.get_one(Organisation, one) for one in work.who.organisations()]


@route("voucher.list", writes=False)
def list_vouchers(work: Work, _ask: Ask) -> Reply:
    """Show one's own applications, what one may apply for, and what not and why."""
    organisations = own_organisations(work)
    several = len(organisations) > 1
    rows = query.applications_of(
        work.session, [key_of(one) for one in organisations], states=tuple(ApplicationState), limit=_SHOWN + 1
    )
    names = {key_of(one): one.name for one in organisations}
    calls: dict[str, OpenCall] = {}
    for one in openings_for(work, states=(CallState.OPEN, CallState.PLANNED)):
        notice = one.as_notice()
        known = calls.get(notice.id)
        if known is None or (known.barriers and not notice.barriers):
            calls[notice.id] = notice
    return Reply(
        VoucherList(
            lines=tuple(
                VoucherLine(
                    voucher_id(row),
                    scheme.name,
                    row.state,
                    row.amount_cents,
                    scheme.currency,
                    names[row.organisation_id] if several else "",
                    next_date(row, call),
                )
                for row, call, scheme in rows[:_SHOWN]
            ),
            calls=tuple(calls.values()),
            manager=bool(work.who.managed()),
            sme=bool(organisations),
            more=len(rows) > _SHOWN,
        )
    )
