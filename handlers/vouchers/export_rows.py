"""What a funder gets of vouchers: four tables, their columns, and their rows out of the store.

The names of columns are fixed and English, so that a program can read the files. An amount is a `Decimal` with two
places, a date a date of the scheme's zone; text is as it was written, and its writer keeps it from being a formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from domain.ids import Kind, format_id
from domain.schemes import today_in
from handlers.vouchers.sight import call_id, scheme_id, voucher_id
from store.engine import Session
from store.queries import board as query
from store.queries.board import Scope
from store.tables.people import Cluster, Organisation
from store.tables.vouchers import Application, Call, Scheme

Cell = str | int | Decimal | date | None
Cells = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its name, its columns, and how its rows are read."""

    name: str
    columns: tuple[str, ...]
    rows: Callable[[Session, Scope], Iterator[Cells]]


def _cents(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value).scaleb(-2)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _day(value: datetime | None, zone: str) -> date | None:
    return None if value is None else today_in(zone, value)


def _applications(session: Session, scope: Scope) -> Iterator[Cells]:
    for page in query.application_pages(session, scope):
        for row, call, scheme, funder, who, receipts in page:
            yield (*_who(row, call, scheme, funder, who), *_what(row, who, scheme), *_course(row, scheme), receipts)


_WHO: Final = (
    *("application", "scheme", "scheme_name", "call", "call_title", "funder"),
    *("organisation", "legal_id", "country"),
)


def _who(row: Application, call: Call, scheme: Scheme, funder: Cluster, who: Organisation) -> Cells:
    return (
        *(voucher_id(row), scheme_id(scheme), scheme.name, call_id(call), call.title, funder.name),
        *(who.name, who.legal_id, who.country),
    )


_WHAT: Final = (
    *("partner", "partner_country", "cross_border", "introduction", "purpose", "starts_on", "ends_on"),
    *("currency", "amount", "approved", "paid", "state"),
)


def _what(row: Application, who: Organisation, scheme: Scheme) -> Cells:
    crosses = _yes(row.partner_country != who.country) if row.partner_country else ""
    introduction = format_id(Kind.INTRODUCTION, row.introduction_id) if row.introduction_id else ""
    return (
        *(row.partner, row.partner_country, crosses, introduction, row.purpose, row.starts_on, row.ends_on),
        *(scheme.currency, _cents(row.amount_cents), _cents(row.approved_cents), _cents(row.paid_cents)),
        row.state.value,
    )


_COURSE: Final = (
    *("submitted_on", "decided_on", "approved_on", "reason_code", "reason", "agreed_on", "agreement"),
    *("claim_due_on", "paid_on", "report_due_on", "reported_on", "report", "report_result"),
)


def _course(row: Application, scheme: Scheme) -> Cells:
    zone = scheme.zone
    why = row.rejected_why.value if row.rejected_why else ""
    return (
        *(_day(row.submitted_at, zone), _day(row.decided_at, zone), row.approved_on, why, row.reason),
        *(row.agreed_on, row.agreement, row.claim_due_on, row.paid_on, row.report_due_on),
        *(_day(row.reported_at, zone), row.report, row.report_result),
    )


def _claims(session: Session, scope: Scope) -> Iterator[Cells]:
    for page in query.claim_pages(session, scope):
        for claim, scheme in page:
            yield (
                *(format_id(Kind.VOUCHER, claim.application_id), claim.number, claim.state.value, scheme.currency),
                *(_cents(claim.cents), _yes(claim.final), _day(claim.submitted_at, scheme.zone)),
                *(claim.reason, claim.paid_on, claim.payment),
            )


def _receipts(session: Session, scope: Scope) -> Iterator[Cells]:
    for page in query.receipt_pages(session, scope):
        for receipt, claim, scheme in page:
            yield (
                *(format_id(Kind.VOUCHER, claim.application_id), claim.number, receipt.number, receipt.issuer),
                *(receipt.dated_on, scheme.currency, _cents(receipt.cents), receipt.original, receipt.link),
                _yes(receipt.counts),
            )


def _budget(session: Session, scope: Scope) -> Iterator[Cells]:
    for page in query.part_pages(session, scope):
        for part, call, scheme, funder, budget in page:
            yield (
                *(scheme_id(scheme), scheme.name, call_id(call), call.title, call.state.value),
                *(call.opens_on, call.cutoff_on, funder.name, scheme.currency, _cents(budget)),
                *(_cents(part.committed_cents), _cents(part.spent_cents), _cents(budget - part.committed_cents)),
            )


APPLICATIONS: Final = Table("Applications", (*_WHO, *_WHAT, *_COURSE, "receipts"), _applications)
TABLES: Final = (
    APPLICATIONS,
    Table(
        "Claims",
        (
            *("application", "claim", "state", "currency", "amount", "last_claim", "submitted_on"),
            *("reason", "paid_on", "payment"),
        ),
        _claims,
    ),
    Table(
        "Receipts",
        (
            *("application", "claim", "number", "issuer", "dated_on", "currency", "amount", "original", "link"),
            "counts",
        ),
        _receipts,
    ),
    Table(
        "Budget",
        (
            *("scheme", "scheme_name", "call", "call_title", "call_state", "opens_on", "cutoff_on", "funder"),
            *("currency", "budget", "committed", "spent", "free"),
        ),
        _budget,
    ),
)
