"""The register of de minimis aid: what a single undertaking was granted, and what it can still be."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from domain import deminimis
from domain.schemes import Terms
from domain.vouchers import AwardSource
from handlers.vouchers.sight import Voucher
from handlers.work import Work
from store.queries import deminimis as query
from store.queries.rows import add, change, key_of
from store.tables.people import Cluster
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


def lock_undertaking(work: Work, organisation_id: int) -> None:
    """Let nobody else decide about aid to this undertaking before this transaction ends."""
    query.lock_organisations(work.session, sorted(undertaking(work, organisation_id)))


def headroom(work: Work, organisation_id: int, *, state: str, on: date) -> int | None:
    """Return how many euro cents a state can still grant; None where it has no ceiling."""
    firms = undertaking(work, organisation_id)
    awards = [
        deminimis.Award(row.organisation_id, row.state, row.awarded_on, row.cents)
        for row in query.awards_of(work.session, firms)
    ]
    return deminimis.headroom(awards, undertaking=firms, state=state, on=on, ceilings=work.kit.ceilings)


def declared_on(work: Work, organisation_id: int) -> date | None:
    """Return when the organisation last declared what aid it was granted."""
    found = query.newest_declaration(work.session, organisation_id)
    return None if found is None else found.declared_on


def enter(work: Work, voucher: Voucher, *, on: date) -> None:
    """Enter what was approved: the date of the award is that of the approval (Regulation (EU) 2023/2831, article 3)."""
    if not voucher.terms.de_minimis:
        return
    cluster = work.session.get_one(Cluster, voucher.row.cluster_id)
    if work.kit.ceilings.get(cluster.country) is None:
        return
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
