"""Confirming a declaration of de minimis aid that is some time old: one click, if nothing has changed since."""

from __future__ import annotations

from dataclasses import replace

from domain.deminimis import window_starts
from domain.errors import OutOfDate
from domain.schemes import today_in
from domain.vouchers import AwardSource
from handlers.routes import route
from handlers.vouchers import register
from handlers.vouchers.aid import refresh_undecided
from handlers.vouchers.claims import numbers
from handlers.vouchers.declaring import ask_for_aid, declared, enter_declaration, known_awards, line_of
from handlers.vouchers.sight import Voucher, find_own
from handlers.work import Ask, Reply, Work
from messages.notices.deminimis import ConfirmAid
from store.queries import deminimis as query
from store.queries.rows import key_of
from store.tables.vouchers import Award, Declaration


def ask_to_confirm(work: Work, voucher: Voucher) -> Reply:
    """Show what was declared last, to be confirmed before the application is submitted."""
    key = key_of(voucher.organisation)
    last = query.newest_declaration(work.session, key)
    if last is None:
        return ask_for_aid(work, Ask(voucher.id))
    notice = ConfirmAid(
        id=voucher.id,
        value=f"{voucher.id}:{key_of(last)}",
        organisation=voucher.organisation.name,
        declared_on=last.declared_on,
        linked=tuple(last.linked),
        lines=tuple(line_of(one) for one in _still_counting(work, key)),
    )
    return Reply(notice, replaces=True)


def _still_counting(work: Work, key: int) -> list[Award]:
    start = window_starts(today_in(work.who.zone, work.now))
    declared_ones = [one for one in query.awards_of(work.session, [key]) if one.source is AwardSource.DECLARED]
    return [one for one in declared_ones if one.awarded_on >= start]


def _as_shown(work: Work, voucher: Voucher, number: int) -> Declaration:
    """Return the newest declaration. :raises OutOfDate: it is not the one that the person has seen."""
    last = query.newest_declaration(work.session, key_of(voucher.organisation))
    if last is None or key_of(last) != number:
        raise OutOfDate("aid.confirm.changed", id=voucher.id)
    return last


@route("voucher.declare.confirm")
def confirm_aid(work: Work, ask: Ask) -> Reply:
    """Declare once more what was declared last; where the register knows better by now, the form opens instead."""
    subject, number, _ = numbers(ask.value)
    voucher = find_own(work, subject)
    key, today = key_of(voucher.organisation), today_in(work.who.zone, work.now)
    register.lock_undertaking(work, key)
    last = _as_shown(work, voucher, number)
    lines = [line_of(one) for one in _still_counting(work, key)]
    if known_awards(work, key, dict(enumerate(lines))):
        return ask_for_aid(work, replace(ask, value=voucher.id))
    enter_declaration(work, voucher.organisation, tuple(last.linked), lines, today)
    refresh_undecided(work, register.undertaking(work, key))
    return Reply(declared(work, voucher.organisation, voucher, today), replaces=True)
