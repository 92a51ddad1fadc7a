"""Other dates for what was approved: within a bound the applicant changes them, beyond it a manager has to agree."""

from __future__ import annotations

from datetime import date
from typing import Final

from domain.eligibility import Plan, check_plan, may_begin
from domain.errors import Invalid, OutOfDate
from domain.schemes import today_in
from domain.vouchers import MOVABLE, ApplicationAction, ApplicationState, claim_due, latest_end
from handlers import cards
from handlers.fields import Fields
from handlers.routes import route
from handlers.vouchers.application_form import done
from handlers.vouchers.moves import move, read_reason, require_shown, split
from handlers.vouchers.shown import MOVING, moving_subject, refresh, tell_applicant
from handlers.vouchers.sight import Voucher, find_to_decide
from handlers.work import Ask, Reply, Work
from messages.notices.voucher_forms import GiveVoucherReason, VoucherAsk
from messages.notices.vouchers import VoucherDone, VoucherDoneKind
from store.queries.rows import change

_NO_WISH: Final = {"wished_starts_on": None, "wished_ends_on": None}


def change_dates(work: Work, voucher: Voucher, ask: Ask) -> Reply:
    """Take other dates of what was approved; an end beyond the scheme's bound only becomes a wish.

    :raises InvalidForm: the activity would begin in the past, or end before it begins.
    """
    row, terms = voucher.row, voucher.terms
    fields, today = Fields(ask, work.who.locale), today_in(voucher.terms.zone, work.now)
    starts_on = row.starts_on if row.state is ApplicationState.ACTIVE else fields.day("starts_on") or row.starts_on
    plan = Plan(starts_on=starts_on, ends_on=fields.day("ends_on") or row.ends_on)
    for error in _wrong(voucher, plan, today):
        fields.wrong(error, error.field or "ends_on")
    fields.settle()
    approved = row.approved_ends_on or row.ends_on
    if plan.ends_on is not None and approved is not None and plan.ends_on > latest_end(approved, terms):
        return _wish(work, voucher, plan)
    _move(work, voucher, plan)
    return done(work, voucher, VoucherDoneKind.MOVED)


def _wrong(voucher: Voucher, plan: Plan, today: date) -> list[Invalid]:
    """Return what is wrong with dates; what has begun by the present ones can only end at another time."""
    row, terms = voucher.row, voucher.terms
    begun = row.starts_on is not None and not may_begin(row.starts_on, terms, today=today)
    kept = begun and plan.starts_on == row.starts_on
    found = check_plan(plan, terms, today=today, home="", complete=False)
    wrong = [error for error in found if not (kept and error.field == "starts_on")]
    if plan.ends_on is not None and plan.ends_on < today:
        wrong.append(Invalid("voucher.ends.past", field="ends_on"))
    return wrong


def _move(work: Work, voucher: Voucher, plan: Plan, **values: date | None) -> None:
    due = claim_due(plan.ends_on, voucher.terms) if plan.ends_on else None
    dates = {"starts_on": plan.starts_on, "ends_on": plan.ends_on, "claim_due_on": due}
    move(work, voucher, ApplicationAction.MOVE, reason="", **dates, **values)


def _wish(work: Work, voucher: Voucher, plan: Plan) -> Reply:
    """Ask the managers of the cluster that pays; until they agree the present dates hold."""
    row = voucher.row
    if row.wished_ends_on is not None:
        cards.refresh(work, MOVING, moving_subject(voucher))
    wished = {"wished_starts_on": plan.starts_on, "wished_ends_on": plan.ends_on}
    if not change(work.session, row, now=work.now, where={"state": row.state}, reason="", **wished):
        raise OutOfDate("voucher.changed", id=voucher.id)
    cards.tell_managers(work, MOVING, moving_subject(voucher), row.cluster_id)
    refresh(work, voucher)
    return done(work, voucher, VoucherDoneKind.ASKED)


def _wished(work: Work, value: str) -> tuple[Voucher, Plan]:
    """Return an application whose dates somebody wants to move, as it was shown to a manager who decides, and to when.

    :raises NotFound, NotAllowed, OutOfDate: and nothing was changed.
    """
    subject, version = split(value)
    voucher = find_to_decide(work, subject)
    row = voucher.row
    if row.wished_ends_on is None or row.state not in MOVABLE:
        raise OutOfDate("voucher.moving.none", id=voucher.id)
    require_shown(voucher, version)
    starts_on = row.starts_on if row.state is ApplicationState.ACTIVE else row.wished_starts_on
    return voucher, Plan(starts_on=starts_on, ends_on=row.wished_ends_on)


@route("voucher.moving.agree")
def agree_to_dates(work: Work, ask: Ask) -> Reply:
    """Agree to other dates: from then on these are the approved ones.

    :raises OutOfDate: they have passed meanwhile.
    """
    voucher, plan = _wished(work, ask.value)
    if _wrong(voucher, plan, today_in(voucher.terms.zone, work.now)):
        raise OutOfDate("voucher.moving.late", id=voucher.id)
    _move(work, voucher, plan, approved_starts_on=plan.starts_on, approved_ends_on=plan.ends_on)
    tell_applicant(work, voucher)
    return _done(voucher, VoucherDoneKind.DATES_AGREED)


@route("voucher.keep", writes=False)
def ask_why_kept(work: Work, ask: Ask) -> Reply:
    """Ask why the dates stay as they are."""
    voucher, _ = _wished(work, ask.value)
    value = f"{voucher.id}:{voucher.row.version}"
    return Reply(question=GiveVoucherReason(VoucherAsk.KEEP, voucher.id, value, voucher.organisation.name))


@route("voucher.keep.send")
def keep_dates(work: Work, ask: Ask) -> Reply:
    """Let the dates stay as they are, with a reason."""
    voucher, _ = _wished(work, ask.value)
    reason = read_reason(ask)
    subject = moving_subject(voucher)
    if not change(
        work.session, voucher.row, now=work.now, where={"state": voucher.row.state}, reason=reason, **_NO_WISH
    ):
        raise OutOfDate("voucher.changed", id=voucher.id)
    cards.refresh(work, MOVING, subject)
    refresh(work, voucher)
    tell_applicant(work, voucher)
    return _done(voucher, VoucherDoneKind.DATES_KEPT)


def _done(voucher: Voucher, kind: VoucherDoneKind) -> Reply:
    row = voucher.row
    return Reply(
        VoucherDone(voucher.id, kind, voucher.scheme.name, organisation=voucher.organisation.name, on=row.ends_on)
    )
