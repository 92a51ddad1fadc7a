"""Withdrawing an application, and throwing a draft away."""

from __future__ import annotations

from domain.errors import Invalid, OutOfDate
from domain.ids import Kind, split_id
from domain.text import clean_start, clean_text
from domain.vouchers import APPLICATION, REASON_MAX, ApplicationAction, ApplicationState
from handlers.routes import route
from handlers.vouchers.application_form import done
from handlers.vouchers.moves import move, require_shown, split
from handlers.vouchers.sight import find_own
from handlers.work import Ask, Reply, Work
from messages.notices.voucher_forms import GiveVoucherReason, VoucherAsk
from messages.notices.vouchers import VoucherDoneKind


@route("voucher.withdraw", writes=False)
def ask_why_withdrawn(work: Work, ask: Ask) -> Reply:
    """Ask why an application is withdrawn; a reason is welcome, not needed."""
    if not ask.value.strip():
        raise Invalid("voucher.which", example="/voucher withdraw VO-5")
    named, typed = split_id(ask.value, Kind.VOUCHER)
    voucher = find_own(work, named or split(ask.value)[0])
    if not APPLICATION.allows(voucher.row.state, ApplicationAction.WITHDRAW):
        raise OutOfDate(f"voucher.now.{voucher.row.state.value}", id=voucher.id)
    value = f"{voucher.id}:{voucher.row.version}"
    reason = clean_start(typed, limit=REASON_MAX)
    return Reply(question=GiveVoucherReason(VoucherAsk.WITHDRAW, voucher.id, value, voucher.organisation.name, reason))


@route("voucher.withdraw.send")
def withdraw_application(work: Work, ask: Ask) -> Reply:
    """Withdraw an application: what was committed for it is free again."""
    subject, version = split(ask.value)
    voucher = find_own(work, subject)
    require_shown(voucher, version)
    reason = clean_text(ask.text("reason"), limit=REASON_MAX)
    move(work, voucher, ApplicationAction.WITHDRAW, reason=reason)
    return done(work, voucher, VoucherDoneKind.WITHDRAWN)


@route("voucher.discard")
def discard_draft(work: Work, ask: Ask) -> Reply:
    """Throw a draft away, as it was shown."""
    subject, version = split(ask.value)
    voucher = find_own(work, subject)
    if voucher.row.state is not ApplicationState.DRAFT:
        raise OutOfDate(f"voucher.now.{voucher.row.state.value}", id=voucher.id)
    require_shown(voucher, version)
    move(work, voucher, ApplicationAction.WITHDRAW)
    return done(work, voucher, VoucherDoneKind.DISCARDED)
