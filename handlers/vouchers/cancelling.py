"""Cancelling a call: what is not decided ends with a reason, what was granted goes on."""

from __future__ import annotations

from typing import Final

from domain.errors import Invalid, InvalidForm, OutOfDate
from domain.ids import Kind, parse_id
from domain.text import clean_text
from domain.vouchers import (
    CALL,
    REASON_MAX,
    UNDECIDED,
    ApplicationAction,
    ApplicationState,
    CallAction,
    CallState,
    RejectedWhy,
)
from handlers import audit, cards
from handlers.cards import View, living
from handlers.routes import route
from handlers.steps import take_step
from handlers.vouchers.announcing import end_announcement
from handlers.vouchers.calls import own_call
from handlers.vouchers.moves import move
from handlers.vouchers.scheme_fields import Reading
from handlers.vouchers.sight import call_id, load, voucher_id
from handlers.work import Ask, Reply, Work
from messages.notices.calls import CallDone, CallEnded, CallStep, CancelCall
from store.queries import people
from store.queries import schemes as query
from store.queries import vouchers as voucher_query
from store.queries.rows import key_of
from store.tables.vouchers import Application, Call, Scheme

ENDED: Final = "call_ended"


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
    form = Reading(ask)
    reason = form.take("reason", lambda typed: clean_text(typed, limit=REASON_MAX), "")
    if not reason and not form.errors:
        raise InvalidForm([Invalid("call.reason.empty", field="reason")])
    form.finish()
    changed = OutOfDate("call.changed", id=call_id(call))
    before = CallState(call.state)
    take_step(work, call, cycle=CALL, before=before, action=CallAction.CANCEL, closed=changed, overtaken=changed)
    audit.record(work, "call.cancel", call_id(call), before={"state": before}, cluster_id=scheme.owner_cluster_id)
    ended = query.pending(work.session, key_of(call))
    for application in ended:
        _end(work, application, reason)
    for person_id in sorted({one.person_id for one in ended}):
        cards.tell(work, ENDED, call_id(call), person_id)
    end_announcement(work, call)
    notice = CallDone(call_id(call), call.title, CallStep.CANCELLED, call.opens_on, told=len(ended))
    return Reply(notice)


def _end(work: Work, application: Application, reason: str) -> None:
    """Reject what a manager would have had to decide, and let what was never submitted expire."""
    voucher = load(work, key_of(application))
    if voucher is None:
        return
    decided = {"reason": reason, "decided_by": work.who.person_id, "decided_at": work.now}
    if application.state in UNDECIDED:
        move(work, voucher, ApplicationAction.REJECT, rejected_why=RejectedWhy.OTHER, **decided)
    else:
        move(work, voucher, ApplicationAction.EXPIRE, **decided)


@living(ENDED)
def read_ended(work: Work, view: View) -> CallEnded | None:
    """Tell an applicant why a call was cancelled."""
    found = voucher_query.call(work.session, parse_id(view.subject, Kind.CALL)[1])
    if found is None or view.person_id is None:
        return None
    call, organisations = found[0], people.organisations_for(work.session, view.person_id)
    application = query.newest_application(work.session, key_of(call), organisations)
    if application is None:
        return None
    draft = application.state is ApplicationState.EXPIRED
    return CallEnded(call_id(call), call.title, voucher_id(application), application.reason, was_draft=draft)
