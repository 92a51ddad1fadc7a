"""Deciding on applications: a manager of the cluster that pays approves, returns or rejects, with a reason."""

from __future__ import annotations

from datetime import date
from typing import Final

from domain.eligibility import Check, Finding, Verdict, is_barred, may_begin, needs_second
from domain.errors import Invalid, NotAllowed, OutOfDate
from domain.schemes import today_in
from domain.text import clean_line
from domain.vouchers import (
    REFERENCE_MAX,
    UNDECIDED,
    ApplicationAction,
    ApplicationState,
    RejectedWhy,
    claim_due,
)
from handlers.fields import Fields
from handlers.routes import route
from handlers.vouchers import register
from handlers.vouchers.moves import move, read_reason, require_shown, split
from handlers.vouchers.shown import findings_of, tell_applicant
from handlers.vouchers.sight import Voucher, find_to_decide
from handlers.work import Ask, Reply, Work
from messages.notices.voucher_forms import GiveVoucherReason, RecordAgreement, VoucherAsk
from messages.notices.vouchers import VoucherDone, VoucherDoneKind
from store.queries import vouchers as query

#: What a manager cannot get over; the rest is a matter of judgement that the card shows.
_REFUSALS: Final[dict[Check, str]] = {
    Check.MEMBER: "voucher.barred.member",
    Check.KIND: "voucher.barred.kind",
    Check.SME: "voucher.barred.sme",
    Check.COUNTRY: "voucher.barred.country",
    Check.PARTNER: "voucher.barred.partner",
    Check.CAP: "voucher.barred.cap",
    Check.BUDGET: "voucher.barred.budget",
    Check.DATES: "voucher.barred.dates",
    Check.DECLARED: "voucher.barred.declared",
    Check.DE_MINIMIS: "voucher.barred.de_minimis",
}


def _undecided(work: Work, value: str) -> Voucher:
    """Return an application that waits for a decision, as it was shown to who acts.

    :raises NotFound, NotAllowed, OutOfDate: and nothing was changed.
    """
    subject, version = split(value)
    voucher = find_to_decide(work, subject)
    if voucher.row.state not in UNDECIDED:
        raise OutOfDate(f"voucher.now.{voucher.row.state.value}", id=voucher.id)
    require_shown(voucher, version)
    return voucher


@route("voucher.approve")
def approve_application(work: Work, ask: Ask) -> Reply:
    """Approve an application: its amount is taken from the budget, and the award entered into the register.

    Where the amount needs a second manager, the first one's approval only makes it eligible.
    :raises OutOfDate: a rule or the budget speaks against it; nothing was changed.
    """
    voucher = _undecided(work, ask.value)
    row, terms = voucher.row, voucher.terms
    amount = row.amount_cents or 0
    register.lock_undertaking(work, row.organisation_id)
    _require_in_order(voucher, findings_of(work, voucher))
    if needs_second(amount, terms):
        if row.state is ApplicationState.SUBMITTED:
            move(work, voucher, ApplicationAction.CHECK, checked_by=work.who.person_id)
            return _done(voucher, VoucherDoneKind.CHECKED)
        if row.checked_by == work.who.person_id:
            raise NotAllowed("voucher.second", id=voucher.id)
    if not query.take_from_budget(work.session, row.part_id, amount):
        raise OutOfDate("voucher.barred.budget", id=voucher.id)
    today = today_in(terms.zone, work.now)
    move(
        work,
        voucher,
        ApplicationAction.APPROVE,
        approved_cents=amount,
        approved_on=today,
        approved_starts_on=row.starts_on,
        approved_ends_on=row.ends_on,
        decided_by=work.who.person_id,
        decided_at=work.now,
        claim_due_on=claim_due(max(row.ends_on or today, today), terms),
        reason="",
    )
    register.enter(work, voucher, on=today)
    tell_applicant(work, voucher)
    return _done(voucher, VoucherDoneKind.APPROVED)


def _require_in_order(voucher: Voucher, findings: tuple[Finding, ...]) -> None:
    """Refuse what the rules do not allow, and say which.

    :raises OutOfDate: with the first of them.
    """
    if is_barred(findings):
        first = next(one for one in findings if one.verdict is Verdict.NO)
        raise OutOfDate(_REFUSALS[first.check], id=voucher.id)


@route("voucher.return", writes=False)
def ask_why_returned(work: Work, ask: Ask) -> Reply:
    """Ask what the applicant should change."""
    return Reply(question=_reason(_undecided(work, ask.value), VoucherAsk.RETURN))


@route("voucher.return.send")
def return_application(work: Work, ask: Ask) -> Reply:
    """Give an application back with a reason."""
    voucher = _undecided(work, ask.value)
    reason = read_reason(ask)
    move(work, voucher, ApplicationAction.RETURN, reason=reason, checked_by=None)
    tell_applicant(work, voucher)
    return _done(voucher, VoucherDoneKind.RETURNED)


@route("voucher.reject", writes=False)
def ask_why_rejected(work: Work, ask: Ask) -> Reply:
    """Ask why an application is rejected."""
    return Reply(question=_reason(_undecided(work, ask.value), VoucherAsk.REJECT))


@route("voucher.reject.send")
def reject_application(work: Work, ask: Ask) -> Reply:
    """Reject an application with a reason."""
    voucher = _undecided(work, ask.value)
    try:
        why = RejectedWhy(ask.text("why"))
    except ValueError:
        raise Invalid("voucher.reject.why", field="why") from None
    reason = read_reason(ask)
    move(
        work,
        voucher,
        ApplicationAction.REJECT,
        rejected_why=why,
        reason=reason,
        decided_by=work.who.person_id,
        decided_at=work.now,
    )
    tell_applicant(work, voucher)
    return _done(voucher, VoucherDoneKind.REJECTED)


def _reason(voucher: Voucher, ask: VoucherAsk) -> GiveVoucherReason:
    value = f"{voucher.id}:{voucher.row.version}"
    return GiveVoucherReason(ask, voucher.id, value, voucher.organisation.name)


def _to_agree(work: Work, value: str) -> tuple[Voucher, date, date]:
    """Return an approved application, today's date in the scheme's zone, and when the activity begins.

    :raises OutOfDate: there is nothing to agree on, or the activity has begun: it would have to be moved first.
    """
    subject, _ = split(value)
    voucher = find_to_decide(work, subject)
    row, today = voucher.row, today_in(voucher.terms.zone, work.now)
    if row.state is not ApplicationState.APPROVED or row.starts_on is None:
        raise OutOfDate(f"voucher.now.{row.state.value}", id=voucher.id)
    if not may_begin(row.starts_on, voucher.terms, today=today):
        raise OutOfDate("voucher.agreement.late", id=voucher.id)
    return voucher, today, row.starts_on


@route("voucher.agree", writes=False)
def ask_for_agreement(work: Work, ask: Ask) -> Reply:
    """Ask when the agreement was signed."""
    voucher, today, starts_on = _to_agree(work, ask.value)
    value = f"{voucher.id}:{voucher.row.version}"
    return Reply(question=RecordAgreement(voucher.id, value, voucher.organisation.name, today, starts_on))


@route("voucher.agree.save")
def record_agreement(work: Work, ask: Ask) -> Reply:
    """Record the agreement, before the activity begins.

    :raises InvalidForm: its date is in the future, before the approval, or not before the activity.
    """
    voucher, today, starts_on = _to_agree(work, ask.value)
    require_shown(voucher, split(ask.value)[1])
    fields = Fields(ask, work.who.locale)
    agreed_on, reference = fields.day("agreed_on"), fields.taken("agreement", _reference)
    fields.require("agreed_on")
    approved_on = voucher.row.approved_on
    if agreed_on is not None and agreed_on > today:
        fields.wrong(Invalid("voucher.agreement.future"), "agreed_on")
    if agreed_on is not None and approved_on is not None and agreed_on < approved_on:
        fields.wrong(Invalid("voucher.agreement.early", approved_on=approved_on), "agreed_on")
    if agreed_on is not None and not may_begin(starts_on, voucher.terms, today=agreed_on):
        fields.wrong(Invalid("voucher.agreement.after", starts_on=starts_on), "agreed_on")
    fields.settle()
    move(work, voucher, ApplicationAction.AGREE, agreed_on=agreed_on, agreement=reference or "")
    tell_applicant(work, voucher)
    return _done(voucher, VoucherDoneKind.AGREED)


def _reference(typed: str) -> str:
    return clean_line(typed, limit=REFERENCE_MAX)


def _done(voucher: Voucher, done: VoucherDoneKind) -> Reply:
    notice = VoucherDone(
        voucher.id, done, voucher.scheme.name, organisation=voucher.organisation.name, on=voucher.row.claim_due_on
    )
    return Reply(notice)
