"""Cancelling a call: what is not decided ends with a reason, what was granted goes on."""

from __future__ import annotations

from domain.errors import Invalid, OutOfDate
from domain.schemes import CALL, CallAction, CallState
from domain.vouchers import REASON_MAX, UNDECIDED, ApplicationAction, RejectedWhy
from handlers import audit
from handlers.fields import Fields
from handlers.routes import route
from handlers.steps import take_step
from handlers.vouchers.announcing import end_announcement
from handlers.vouchers.calls import own_call
from handlers.vouchers.moves import move
from handlers.vouchers.shown import tell_applicant
from handlers.vouchers.sight import call_id, load
from handlers.work import Ask, Reply, Work
from messages.notices.calls import CallDone, CallStep, CancelCall
from store.queries import schemes as query
from store.queries.rows import key_of
from store.tables.vouchers import Application, Call, Scheme


@route("call.cancel", writes=False)
def ask_why_cancelled(work: Work, ask: Ask) -> Reply:
    """Ask why a call is cancelled."""
    call, _ = _cancellable(work, ask.value)
    told = query.count_pending(work.session, key_of(call))
    return Reply(question=CancelCall(call_id(call), call.title, told=told))


def _cancellable(work: Work, value: str) -> tuple[Call, Scheme]:
    call, scheme = own_call(work, value)
    if call.state not in query.AHEAD:
        raise OutOfDate("call.over", id=call_id(call))
    return call, scheme


@route("call.cancel.send")
def cancel_call(work: Work, ask: Ask) -> Reply:
    """Cancel a call; whoever applied and was not approved reads why, and what was granted goes on."""
    call, scheme = _cancellable(work, ask.value)
    fields = Fields(ask, work.who.locale)
    reason = fields.text("reason", REASON_MAX)
    if not reason:
        fields.wrong(Invalid("call.reason.empty"), "reason")
    fields.settle()
    changed = OutOfDate("call.changed", id=call_id(call))
    before = CallState(call.state)
    take_step(work, call, cycle=CALL, before=before, action=CallAction.CANCEL, closed=changed, overtaken=changed)
    audit.record(work, "call.cancel", call_id(call), before={"state": before}, cluster_id=scheme.owner_cluster_id)
    ended = query.pending(work.session, key_of(call))
    for application in ended:
        _end(work, application, reason)
    end_announcement(work, call)
    notice = CallDone(call_id(call), call.title, CallStep.CANCELLED, call.opens_on, told=len(ended))
    return Reply(notice)


def _end(work: Work, application: Application, reason: str) -> None:
    """Reject what a manager would have had to decide on, let what was never submitted expire, and tell who applied."""
    voucher = load(work, key_of(application))
    if voucher is None:
        return
    decided = {"reason": reason, "decided_by": work.who.person_id, "decided_at": work.now}
    if application.state in UNDECIDED:
        move(work, voucher, ApplicationAction.REJECT, rejected_why=RejectedWhy.OTHER, **decided)
    else:
        move(work, voucher, ApplicationAction.EXPIRE, **decided)
    tell_applicant(work, voucher)
