"""What is open about vouchers on a person's own page; deadlines stand here whatever reminders one wants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from domain.organisations import Role
from domain.vouchers import MOVABLE, ApplicationState, ClaimState
from handlers.home import home_part
from handlers.vouchers.sight import next_date, voucher_id, waits_for_claim
from handlers.work import Work
from messages.notices.vouchers import VoucherDoors, VoucherTodo, VoucherTodoKind
from store.queries import claims as claim_query
from store.queries import vouchers as query
from store.queries.rows import key_of
from store.tables.vouchers import Application, Call, Scheme

_SHOWN: Final = 8
#: Of so many the most urgent are shown.
_AT_ONCE: Final = 100
_A, _K = ApplicationState, VoucherTodoKind
_OWN: Final = {
    _A.RETURNED: _K.RETURNED,
    _A.DRAFT: _K.DRAFT,
    _A.APPROVED: _K.AGREEMENT,
    _A.AGREEMENT: _K.BEGINS,
    _A.ACTIVE: _K.CLAIM,
    _A.CLAIMED: _K.CLAIM,
    _A.PAID: _K.REPORT,
}
_DECIDED: Final = {_A.SUBMITTED: _K.DECIDE, _A.ELIGIBLE: _K.SECOND, _A.APPROVED: _K.RECORD}


@home_part(150)
def list_own_vouchers(work: Work) -> Sequence[VoucherTodo]:
    """Show an organisation what is to be done about its vouchers, and until when."""
    organisations = work.who.organisations()
    if not organisations:
        return ()
    rows = query.applications_of(work.session, organisations, states=tuple(_OWN), limit=_AT_ONCE)
    todos = [_own(row, call, scheme) for row, call, scheme in rows if not _is_all_claimed(work, row)]
    return sorted(todos, key=lambda one: (one.on is None, one.on))[:_SHOWN]


def _is_all_claimed(work: Work, row: Application) -> bool:
    """Tell whether the next step is the manager's: all is claimed, and no claim was given back."""
    if row.state is not _A.CLAIMED:
        return False
    return not waits_for_claim(row, claim_query.of_application(work.session, key_of(row)))


def _own(row: Application, call: Call, scheme: Scheme) -> VoucherTodo:
    kind, name = _OWN[row.state], voucher_id(row)
    note = row.reason if kind is _K.RETURNED else ""
    return VoucherTodo(kind, name, scheme.name, other=row.partner, on=next_date(row, call), note=note, value=name)


@home_part(60)
def list_managers_vouchers(work: Work) -> Sequence[VoucherTodo]:
    """Show a manager the applications and claims that wait for him or her."""
    managed = work.who.managed()
    if not managed:
        return ()
    todos = [
        VoucherTodo(_DECIDED[row.state], voucher_id(row), scheme.name, who.name, row.starts_on, value=voucher_id(row))
        for row, _, scheme, who in query.applications_for(
            work.session, managed, states=tuple(_DECIDED), limit=2 * _SHOWN
        )
        if not work.who.belongs_to(row.organisation_id)
        and not (row.state is _A.ELIGIBLE and row.checked_by == work.who.person_id)
    ]
    todos += [
        VoucherTodo(_K.MOVES, voucher_id(row), scheme.name, who.name, row.wished_ends_on, value=voucher_id(row))
        for row, _, scheme, who in query.applications_for(
            work.session, managed, states=MOVABLE, limit=_SHOWN, wished=True
        )
        if not work.who.belongs_to(row.organisation_id)
    ]
    claims = {ClaimState.SUBMITTED: _K.CLAIMS, ClaimState.APPROVED: _K.PAY}
    for claim, row, who in claim_query.to_decide(work.session, managed, states=tuple(claims), limit=_SHOWN):
        if not work.who.belongs_to(row.organisation_id):
            name = voucher_id(row)
            todos.append(VoucherTodo(claims[claim.state], name, who.name, value=f"{name}:{claim.number}"))
    return todos[: 2 * _SHOWN]


@home_part(910, counts=False)
def show_voucher_doors(work: Work) -> Sequence[VoucherDoors]:
    """Show the buttons that are always there to whom vouchers are for: suppliers and managers."""
    managed = bool(work.who.managed())
    return (VoucherDoors(manager=managed),) if managed or work.who.organisations(Role.SME) else ()
