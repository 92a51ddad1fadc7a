"""Deciding on claims, paying them, and the final report that ends a voucher."""

from __future__ import annotations

from domain.errors import Invalid, OutOfDate
from domain.schemes import ends_at, today_in
from domain.vouchers import (
    REFERENCE_MAX,
    REPORT_MAX,
    ApplicationAction,
    ApplicationState,
    ClaimAction,
    ClaimState,
    report_due,
)
from handlers import cards
from handlers.fields import Fields
from handlers.routes import route
from handlers.vouchers import register
from handlers.vouchers.claims import NEWS, Case, build, case_of, end_claim, numbers, step
from handlers.vouchers.moves import end_claims, move, read_reason, split
from handlers.vouchers.shown import refresh, tell_applicant
from handlers.vouchers.sight import Voucher, find, find_own, find_to_decide
from handlers.work import Ask, Reply, Work
from messages.notices.claims import ClaimDone, ClaimDoneKind, GiveClaimReason, PayClaim
from messages.notices.voucher_forms import WriteReport
from messages.notices.vouchers import Viewer, VoucherDone, VoucherDoneKind
from store.engine import StoreContended
from store.queries import claims as query
from store.queries import vouchers as voucher_query
from store.queries.rows import change, key_of

_REPORTABLE = (ApplicationState.ACTIVE, ApplicationState.CLAIMED, ApplicationState.PAID)
#: One that was returned and does not come back would hold its money for ever.
_REJECTABLE = (ClaimState.SUBMITTED, ClaimState.RETURNED)
_PENDING = (ClaimState.SUBMITTED, ClaimState.RETURNED, ClaimState.APPROVED)


@route("claim.show", writes=False)
def show_claim(work: Work, ask: Ask) -> Reply:
    """Show a claim to its organisation, or to a manager who decides on it."""
    subject, number, _ = numbers(ask.value)
    voucher = find(work, subject)
    own = work.who.belongs_to(voucher.row.organisation_id)
    return Reply(build(work, case_of(work, voucher, number), Viewer.APPLICANT if own else Viewer.MANAGER))


def _as_shown(work: Work, value: str, *states: ClaimState) -> Case:
    """Return a claim on which who acts decides, in one of these states and as it was shown.

    :raises NotFound, NotAllowed, OutOfDate: and nothing was changed.
    """
    subject, number, version = numbers(value)
    case = case_of(work, find_to_decide(work, subject), number)
    if case.claim.state not in states or case.claim.version != version:
        raise OutOfDate("claim.changed", id=case.voucher.id)
    return case


@route("claim.approve")
def approve_claim(work: Work, ask: Ask) -> Reply:
    """Approve a claim: it can be paid."""
    case = _as_shown(work, ask.value, ClaimState.SUBMITTED)
    step(work, case, ClaimAction.APPROVE, decided_by=work.who.person_id, reason="")
    _tell(work, case)
    return _done(case, ClaimDoneKind.APPROVED)


@route("claim.return", writes=False)
def ask_why_returned(work: Work, ask: Ask) -> Reply:
    """Ask what is wrong with a claim."""
    case = _as_shown(work, ask.value, ClaimState.SUBMITTED)
    return Reply(question=_reason(case))


@route("claim.return.send")
def return_claim(work: Work, ask: Ask) -> Reply:
    """Give a claim back with a reason."""
    case = _as_shown(work, ask.value, ClaimState.SUBMITTED)
    step(work, case, ClaimAction.RETURN, reason=read_reason(ask))
    _tell(work, case)
    return _done(case, ClaimDoneKind.RETURNED)


@route("claim.reject", writes=False)
def ask_why_rejected(work: Work, ask: Ask) -> Reply:
    """Ask why a claim is rejected."""
    case = _as_shown(work, ask.value, *_REJECTABLE)
    return Reply(question=_reason(case, reject=True))


@route("claim.reject.send")
def reject_claim(work: Work, ask: Ask) -> Reply:
    """Reject a claim with a reason; its receipts are free again."""
    case = _as_shown(work, ask.value, *_REJECTABLE)
    step(work, case, ClaimAction.REJECT, reason=read_reason(ask), decided_by=work.who.person_id)
    _tell(work, case)
    end_claim(work, case)
    settle(work, case.voucher)
    return _done(case, ClaimDoneKind.REJECTED)


def _reason(case: Case, *, reject: bool = False) -> GiveClaimReason:
    value = f"{case.name}:{case.claim.version}"
    return GiveClaimReason(case.voucher.id, value, case.voucher.organisation.name, reject=reject)


@route("claim.pay", writes=False)
def ask_when_paid(work: Work, ask: Ask) -> Reply:
    """Ask when an approved claim was paid."""
    case = _as_shown(work, ask.value, ClaimState.APPROVED)
    return Reply(
        question=PayClaim(
            case.voucher.id,
            f"{case.name}:{case.claim.version}",
            case.voucher.organisation.name,
            case.claim.cents,
            case.voucher.terms.currency,
            today_in(case.voucher.terms.zone, work.now),
        )
    )


@route("claim.pay.save")
def mark_paid(work: Work, ask: Ask) -> Reply:
    """Mark a claim as paid; with the last one the rest of what was committed is free again.

    :raises InvalidForm: the day is in the future, or before the claim was submitted.
    """
    case = _as_shown(work, ask.value, ClaimState.APPROVED)
    fields, zone = Fields(ask, work.who.locale), case.voucher.terms.zone
    paid_on, payment = fields.day("paid_on"), fields.line("payment", REFERENCE_MAX)
    fields.require("paid_on")
    if paid_on is not None and paid_on > today_in(zone, work.now):
        fields.wrong(Invalid("claim.paid.future"), "paid_on")
    submitted_at = case.claim.submitted_at
    if paid_on is not None and submitted_at is not None and paid_on < today_in(zone, submitted_at):
        fields.wrong(Invalid("claim.paid.early", submitted_on=today_in(zone, submitted_at)), "paid_on")
    fields.settle()
    step(work, case, ClaimAction.PAY, paid_on=paid_on, payment=payment)
    row = case.voucher.row
    voucher_query.spend(work.session, row.part_id, case.claim.cents)
    if not change(work.session, row, now=work.now, paid_cents=row.paid_cents + case.claim.cents, paid_on=paid_on):
        raise StoreContended("Another claim was paid at the same moment.")
    _tell(work, case)
    settle(work, case.voucher)
    return _done(case, ClaimDoneKind.PAID)


def is_over(work: Work, voucher: Voucher) -> bool:
    """Tell whether nothing can be claimed any more."""
    due = voucher.row.claim_due_on
    return due is not None and ends_at(due, voucher.terms.zone) <= work.now


def settle(work: Work, voucher: Voucher) -> bool:
    """End the payments if nothing is to come: the last claim is paid, or the time for others has passed.

    What was approved and not claimed is free again, and the register says what was paid. Tell whether it ended.
    """
    row = voucher.row
    claims = query.of_application(work.session, key_of(row))
    if row.state is not ApplicationState.CLAIMED or any(one.state in _PENDING for one in claims):
        return False
    if not (is_over(work, voucher) or any(one.final and one.state is ClaimState.PAID for one in claims)):
        return False
    if row.paid_cents == 0:
        return False
    voucher_query.give_back(work.session, row.part_id, row.approved_cents - row.paid_cents)
    register.reduce(work, voucher, row.paid_cents)
    end_claims(work, voucher)
    # From today on: a payment may be noted late, and what ends with the last day to claim was paid long before.
    today = today_in(voucher.terms.zone, work.now)
    move(work, voucher, ApplicationAction.PAY, report_due_on=report_due(today, voucher.terms))
    if row.report:
        move(work, voucher, ApplicationAction.REPORT, reported_at=work.now)
    tell_applicant(work, voucher)
    return True


@route("voucher.report", writes=False)
def ask_for_report(work: Work, ask: Ask) -> Reply:
    """Ask for the final report."""
    if not ask.value.strip():
        raise Invalid("voucher.which", example="/voucher report VO-5")
    voucher = _reportable(work, ask.value)
    row = voucher.row
    return Reply(
        question=WriteReport(
            voucher.id, f"{voucher.id}:{row.version}", row.report, row.report_result, row.report_due_on
        )
    )


@route("voucher.report.save")
def save_report(work: Work, ask: Ask) -> Reply:
    """Take the final report; before the payment it is kept until then.

    :raises InvalidForm: something is missing.
    """
    voucher = _reportable(work, ask.value)
    fields = Fields(ask, work.who.locale)
    report, result = fields.text("report", REPORT_MAX), fields.text("result", REPORT_MAX)
    fields.require("report", "result")
    fields.settle()
    if voucher.row.state is ApplicationState.PAID:
        move(work, voucher, ApplicationAction.REPORT, report=report, report_result=result, reported_at=work.now)
        done = VoucherDoneKind.REPORTED
    else:
        change(work.session, voucher.row, now=work.now, report=report, report_result=result)
        refresh(work, voucher)
        done = VoucherDoneKind.REPORT_KEPT
    return Reply(VoucherDone(voucher.id, done, voucher.scheme.name), replaces=True)


def _reportable(work: Work, value: str) -> Voucher:
    voucher = find_own(work, split(value)[0])
    if voucher.row.state not in _REPORTABLE:
        raise OutOfDate(f"voucher.now.{voucher.row.state.value}", id=voucher.id)
    return voucher


def _tell(work: Work, case: Case) -> None:
    """Tell who claimed: each step is a message of its own."""
    cards.tell(work, NEWS, f"{case.name}:{case.claim.version}", case.claim.person_id)


def _done(case: Case, done: ClaimDoneKind) -> Reply:
    terms = case.voucher.terms
    return Reply(
        ClaimDone(
            case.voucher.id,
            case.claim.number,
            done,
            case.voucher.organisation.name,
            case.claim.cents,
            terms.currency,
        )
    )
