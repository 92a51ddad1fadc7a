"""What time does to applications: drafts end with their call, activities begin, and what is not claimed expires."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from domain.vouchers import COUNTING_CLAIMS, ApplicationAction, ApplicationState
from handlers.ticks import tick
from handlers.vouchers.moves import move, next_look
from handlers.vouchers.paying import settle
from handlers.vouchers.shown import tell_applicant
from handlers.vouchers.sight import Voucher, load
from handlers.work import Kit, Work
from store.engine import Database
from store.queries import claims as claim_query
from store.queries import vouchers as query
from store.queries.rows import change, key_of

_AT_ONCE: Final = 100


@tick("vouchers", seconds=60)
def turn_vouchers(database: Database, kit: Kit, now: datetime) -> int:
    """Do what is due about applications; return how many there were. Days that went by without a clock are made up."""
    turned = 0
    while True:
        with database.read() as session:
            if not query.any_application_due(session, now):
                return turned
        with database.write() as session:
            work = Work(session, now, kit)
            found = [key_of(row) for row in query.applications_due(session, now, limit=_AT_ONCE)]
            for key in found:
                voucher = load(work, key)
                if voucher is not None:
                    _turn(work, voucher)
            turned += len(found)
        if not found:  # another worker has them
            return turned


def _turn(work: Work, voucher: Voucher) -> None:
    """Do what is due about one application, and look at it again when its next date comes."""
    row = voucher.row
    if row.due_at is None or row.due_at > work.now:
        return
    due = next_look(voucher)
    if due is not None and due > work.now:
        change(work.session, row, now=work.now, due_at=due)
        return
    match row.state:
        case ApplicationState.AGREEMENT:
            move(work, voucher, ApplicationAction.START)
        case ApplicationState.CLAIMED if settle(work, voucher):
            pass
        case ApplicationState.CLAIMED:
            # A claim that came in time is still to be decided on: what follows from that ends it.
            change(work.session, row, now=work.now, due_at=None)
        case _:
            _expire(work, voucher)


def _expire(work: Work, voucher: Voucher) -> None:
    claims = claim_query.of_application(work.session, key_of(voucher.row))
    if any(one.state in COUNTING_CLAIMS for one in claims):
        change(work.session, voucher.row, now=work.now, due_at=None)
        return
    move(work, voucher, ApplicationAction.EXPIRE)
    tell_applicant(work, voucher)
