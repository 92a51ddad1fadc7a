"""Offering the fitting voucher at the moment of an introduction."""

from __future__ import annotations

from typing import Final

from domain.eligibility import may_meet
from domain.errors import NotAllowed, NotFound
from domain.introductions import REVEALED, IntroductionState
from handlers.routes import route
from handlers.suggestions.pairs import Pair, find
from handlers.vouchers.openings import openings_for
from handlers.work import Ask, Reply, Work
from messages.notices.vouchers import OpenCall, VoucherOffer

_SHOWN: Final = 3


def offers_for(work: Work, pair: Pair) -> tuple[OpenCall, ...]:
    """Return the open calls that would pay the SME for meeting the buyer of an introduction that goes on."""
    row = pair.introduction
    if row.state not in REVEALED or row.state is IntroductionState.CLOSED:
        return ()
    found: list[OpenCall] = []
    for opening in openings_for(work, [pair.sme], after=work.now):
        one = opening.as_notice(work.now)
        if not one.barriers and may_meet(row.buyer_country, one.terms, home=pair.sme.country):
            found.append(one)
    return tuple(found[:_SHOWN])


@route("voucher.for", writes=False)
def offer_voucher(work: Work, ask: Ask) -> Reply:
    """Offer the SME of an introduction the calls that fit it.

    :raises NotAllowed: only the SME applies. :raises NotFound: no call fits at the moment.
    """
    pair = find(work, ask.value)
    if not work.who.belongs_to(pair.introduction.organisation_id):
        raise NotAllowed("voucher.sme_only", id=pair.id)
    calls = offers_for(work, pair)
    if not calls:
        raise NotFound("voucher.none_open")
    return Reply(VoucherOffer(pair.id, pair.buyer.name, calls))
