"""The reminders of an application: cut-off, beginning of the activity, claim and report; planned anew with every date.

They are deadlines: nobody is asked whether to be told, and they stay on Home (`handlers.vouchers.home`).
"""

from __future__ import annotations

from datetime import date
from typing import Final

from domain.nudges import NudgeKind
from domain.vouchers import ApplicationState
from handlers import audit
from handlers.nudging import nudges
from handlers.nudging.nudges import waits
from handlers.vouchers.sight import Voucher, from_subject, load, waits_for_claim
from handlers.work import Work
from messages.notices.nudges import NudgeItem
from store.queries import claims as claim_query
from store.queries import people
from store.queries import vouchers as query
from store.queries.rows import change, key_of
from store.tables.vouchers import Call

_A = ApplicationState
#: In which states a reminder still matters.
_MATTERS: Final[dict[NudgeKind, frozenset[ApplicationState]]] = {
    NudgeKind.CUTOFF: frozenset({_A.DRAFT}),
    NudgeKind.ACTIVITY: frozenset({_A.APPROVED, _A.AGREEMENT, _A.ACTIVE}),
    NudgeKind.CLAIM: frozenset({_A.AGREEMENT, _A.ACTIVE, _A.CLAIMED}),
    NudgeKind.REPORT: frozenset({_A.PAID}),
}
_AT_ONCE: Final = 500


def _date_of(voucher: Voucher, kind: NudgeKind) -> date | None:
    row = voucher.row
    dates = {
        NudgeKind.CUTOFF: voucher.call.cutoff_on,
        NudgeKind.ACTIVITY: row.starts_on,
        NudgeKind.CLAIM: row.claim_due_on,
        NudgeKind.REPORT: row.report_due_on,
    }
    return dates[kind]


def plan(work: Work, voucher: Voucher, *, anew: bool = False) -> None:
    """Plan the reminders that matter in the present state, and drop all others; `anew` where a date has changed.

    What is planned already stays as it is: its keys carry the `revision` of the dates, which rises with every change.
    """
    row = voucher.row
    for kind, states in _MATTERS.items():
        on = _date_of(voucher, kind)
        wanted = row.state in states and on is not None
        if anew or not wanted:
            nudges.cancel_chain(work, voucher.id, kind=kind)
        if wanted and on is not None:
            nudges.schedule(
                work, kind, voucher.id, row.person_id, start=on, version=row.revision, cluster_id=row.cluster_id
            )
    nudges.refresh_message(work, [row.person_id])


def cutoff_changed(work: Work, call: Call) -> None:
    """Remind of a new cut-off those who have drafts; the clock looks at them then, and not before."""
    for row in query.drafts_of_call(work.session, key_of(call)):
        voucher = load(work, key_of(row))
        if voucher is not None:
            change(work.session, row, now=work.now, due_at=call.cutoff_at, revision=row.revision + 1)
            plan(work, voucher, anew=True)


def hand_over(work: Work, person_id: int) -> None:
    """Give the vouchers of somebody who has left to a colleague, with their reminders; without one they stay."""
    for row in query.live_of_person(work.session, person_id, limit=_AT_ONCE):
        members = people.members_of(work.session, row.organisation_id)
        here = [
            one
            for one in members
            if one.id != person_id and one.left_at is None and people.identities_of(work.session, key_of(one))
        ]
        voucher = load(work, key_of(row))
        if not here or voucher is None:
            continue
        nudges.cancel_chain(work, voucher.id)
        change(work.session, voucher.row, now=work.now, person_id=key_of(here[0]), revision=voucher.row.revision + 1)
        audit.record(work, "voucher.hand_over", voucher.id, cluster_id=voucher.row.cluster_id)
        plan(work, voucher, anew=True)


def _item(work: Work, kind: NudgeKind, subject: str, person_id: int) -> NudgeItem | None:
    voucher = from_subject(work, subject)
    if voucher is None or voucher.row.state not in _MATTERS[kind]:
        return None
    # A colleague to whom it was passed on may be the one who is reminded.
    if voucher.row.organisation_id not in people.organisations_for(work.session, person_id):
        return None
    if kind is NudgeKind.CLAIM and not _waits_for_claim(work, voucher):
        return None
    return NudgeItem(kind, subject, voucher.scheme.name, due=_date_of(voucher, kind))


def _waits_for_claim(work: Work, voucher: Voucher) -> bool:
    return waits_for_claim(voucher.row, claim_query.of_application(work.session, key_of(voucher.row)))


@waits(NudgeKind.CUTOFF)
def cutoff_waits(work: Work, subject: str, person_id: int) -> NudgeItem | None:
    """Tell whether an application is still a draft."""
    return _item(work, NudgeKind.CUTOFF, subject, person_id)


@waits(NudgeKind.ACTIVITY)
def activity_waits(work: Work, subject: str, person_id: int) -> NudgeItem | None:
    """Tell whether an activity is still to begin, or just does."""
    return _item(work, NudgeKind.ACTIVITY, subject, person_id)


@waits(NudgeKind.CLAIM)
def claim_waits(work: Work, subject: str, person_id: int) -> NudgeItem | None:
    """Tell whether money is still to be claimed, or a claim to be submitted again."""
    return _item(work, NudgeKind.CLAIM, subject, person_id)


@waits(NudgeKind.REPORT)
def report_waits(work: Work, subject: str, person_id: int) -> NudgeItem | None:
    """Tell whether the final report is still to come."""
    return _item(work, NudgeKind.REPORT, subject, person_id)
