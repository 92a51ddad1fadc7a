"""The register of de minimis aid: what a single undertaking was granted, and what it can still be.

Firms are one undertaking once a manager has linked them. What a firm says itself of others counts against it at once,
but not against them: else anybody could use up another firm's aid by naming it.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from domain import deminimis
from domain.organisations import name_key
from domain.schemes import Terms
from domain.vouchers import AwardSource
from handlers.vouchers.sight import Voucher
from handlers.work import Work
from store.queries import deminimis as query
from store.queries.rows import add, change, key_of
from store.tables.people import Cluster, Organisation
from store.tables.vouchers import Award


def in_euro(cents: int, terms: Terms) -> int:
    """Return an amount of a scheme in euro cents, rounded up: aid is counted in euros."""
    return cents if terms.currency == "EUR" else deminimis.to_euro_cents(cents, Decimal(terms.per_euro))


def undertaking(work: Work, organisation_id: int) -> frozenset[int]:
    """Return all organisations that are one single undertaking with this one, itself included."""
    links = [
        deminimis.Link(row.one_id, row.other_id, row.kind) for row in query.links_around(work.session, organisation_id)
    ]
    return deminimis.single_undertaking(organisation_id, links)


def named_by(work: Work, firms: frozenset[int]) -> dict[str, list[Organisation]]:
    """Return whom these firms named as linked to them when they declared last; by name, those who are called so."""
    names = [name for row in query.newest_declarations(work.session, firms) for name in row.linked]
    called = query.organisations_called(work.session, {name_key(name) for name in names}) if names else {}
    return {name: called.get(name_key(name), []) for name in names}


def counted_with(work: Work, organisation_id: int) -> frozenset[int]:
    """Return all organisations whose aid counts against this one: its undertaking, and whom its firms named.

    A name that several organisations have says nothing before a manager has linked one of them.
    """
    found, asked = undertaking(work, organisation_id), frozenset[int]()
    while found - asked:
        fresh, asked = found - asked, found
        for called in named_by(work, fresh).values():
            if len(called) == 1 and key_of(called[0]) not in found:
                found |= undertaking(work, key_of(called[0]))
    return found


def lock_undertaking(work: Work, organisation_id: int) -> frozenset[int]:
    """Let nobody else decide about aid to this undertaking before this transaction ends; return who is locked.

    Who waited for the lock looks again: meanwhile the undertaking may have grown.
    """
    locked = frozenset[int]()
    while not (wanted := counted_with(work, organisation_id)) <= locked:
        locked |= wanted
        query.lock_organisations(work.session, locked)
    return locked


def awards_of(work: Work, firms: frozenset[int]) -> list[deminimis.Award]:
    """Return what these firms were granted, as the rules look at it."""
    return [
        deminimis.Award(row.organisation_id, row.state, row.awarded_on, row.cents)
        for row in query.awards_of(work.session, firms)
    ]


def headroom(work: Work, organisation_id: int, *, state: str, on: date) -> int | None:
    """Return how many euro cents a state can still grant; None where it has no ceiling."""
    if state not in work.kit.ceilings:
        return None
    firms = counted_with(work, organisation_id)
    awards = awards_of(work, firms)
    return deminimis.headroom(awards, undertaking=firms, state=state, on=on, ceilings=work.kit.ceilings)


def declared_on(work: Work, organisation_id: int) -> date | None:
    """Return when the organisation last declared what aid it was granted."""
    found = query.newest_declaration(work.session, organisation_id)
    return None if found is None else found.declared_on


def enter(work: Work, voucher: Voucher, *, on: date) -> None:
    """Enter what was approved: the date of the award is that of the approval (Regulation (EU) 2023/2831, article 3).

    It is entered also where the state has no ceiling: one that is set later counts it.
    """
    if not voucher.terms.de_minimis:
        return
    cluster = work.session.get_one(Cluster, voucher.row.cluster_id)
    add(
        work.session,
        Award(
            organisation_id=voucher.row.organisation_id,
            state=cluster.country,
            awarded_on=on,
            cents=in_euro(voucher.row.approved_cents, voucher.terms),
            grantor=cluster.name,
            measure=voucher.scheme.name,
            source=AwardSource.GRANTED,
            application_id=key_of(voucher.row),
            created_at=work.now,
            updated_at=work.now,
        ),
    )


def void(work: Work, voucher: Voucher) -> None:
    """Strike out what was granted but will not be paid."""
    award = query.award_of(work.session, key_of(voucher.row))
    if award is not None and award.void_at is None:
        change(work.session, award, now=work.now, void_at=work.now)


def reduce(work: Work, voucher: Voucher, cents: int) -> None:
    """Enter that less was paid than granted, in cents of the scheme's currency."""
    award = query.award_of(work.session, key_of(voucher.row))
    if award is not None and award.void_at is None:
        change(work.session, award, now=work.now, cents=in_euro(cents, voucher.terms))
