"""Why one cannot apply in a call that one knows of, and what to do instead."""

from __future__ import annotations

from collections.abc import Collection

from domain.eligibility import Check
from domain.errors import NotAllowed, NotFound, OutOfDate, Refusal
from domain.schemes import CallState, PartState, Terms
from handlers.vouchers.calls import visible_call
from handlers.vouchers.shown import barriers
from handlers.vouchers.sight import call_id, is_open, terms_of
from handlers.work import Work
from messages.compose.voucher_parts import KINDS
from messages.i18n import Words
from store.queries import vouchers as query
from store.queries.rows import key_of
from store.tables.people import Organisation


def why_not(work: Work, call: str, organisations: Collection[Organisation]) -> Refusal:
    """Return why none of these organisations can apply in a call.

    :raises NotFound: there is none, or the person may not know that there is.
    """
    row, scheme, parts = visible_call(work, call)
    name, words = call_id(row), work.who.words()
    funders = {part.cluster_id: cluster.name for part, cluster in parts if part.state is PartState.TAKEN}
    clusters = words.listed(list(funders.values()))
    if row.state is CallState.CANCELLED:
        return OutOfDate("voucher.call.cancelled", id=name, clusters=clusters)
    if row.state is CallState.PLANNED:
        return OutOfDate("voucher.call.planned", id=name, opens_on=row.opens_on)
    if not is_open(row, work.now):
        return OutOfDate("voucher.call.ended", id=name, cutoff_on=row.cutoff_on, clusters=clusters)
    if not organisations:
        return NotAllowed("voucher.call.nobody", id=name)
    theirs = query.clusters_of(work.session, [key_of(one) for one in organisations])
    members = [one for one in organisations if funders.keys() & theirs[key_of(one)]]
    if not members:
        return NotAllowed("voucher.call.members", id=name, clusters=clusters)
    for one in members:
        for found in barriers(one, row, scheme, work.now):
            return _barred(found.check, name, one, terms_of(scheme), words)
    return NotFound("voucher.none_open")


def _barred(check: Check, call: str, organisation: Organisation, terms: Terms, words: Words) -> Refusal:
    told = {"id": call, "organisation": organisation.name}
    match check:
        case Check.KIND:
            kinds = words.listed([words.say(KINDS[kind]) for kind in terms.kinds])
            return NotAllowed("voucher.call.kind", kinds=kinds, **told)
        case Check.COUNTRY:
            countries = words.listed([words.country(code) for code in terms.countries])
            own = words.country(organisation.country)
            return NotAllowed("voucher.call.country", countries=countries, country=own, **told)
        case _:
            return NotAllowed("voucher.call.sme", **told)
