"""Voucher schemes and their calls: presets, rules, states and dates.

Amounts are integer cents of the scheme's currency. Dates are the scheme's: a date begins and ends at midnight of its
zone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.calendars import cutoff_instant, zone_or_utc
from domain.errors import Invalid
from domain.lifecycle import Lifecycle
from domain.organisations import OrganisationKind

SCHEME_NAME_MAX: Final = 80
CALL_TITLE_MAX: Final = 120
PARTNERS_MAX: Final = 20
DOCUMENTS_MAX: Final = 5
DOCUMENT_NAME_MAX: Final = 80
CLAIM_DAYS: Final = 30
REPORT_DAYS: Final = 30
MOVE_DAYS: Final = 90
DAYS_MAX: Final = 365
#: No activity is planned further ahead than this, and no call stays open longer.
AHEAD_MAX: Final = timedelta(days=3 * 366)


class Preset(StrEnum):
    """Name the schemes that a manager can begin with."""

    MEET_AND_GREET = "meet_and_greet"
    INSIGHT = "insight"
    COLLABORATION = "collaboration"
    MEET_THE_BUYER = "meet_the_buyer"
    OWN = "own"


class SchemeState(StrEnum):
    """Say whether calls can be made of a scheme."""

    ACTIVE = "active"
    ARCHIVED = "archived"


class CallState(StrEnum):
    """Say whether a call takes applications."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class CallAction(StrEnum):
    """Say what can be done with a call."""

    OPEN = "open"
    CLOSE = "close"
    CANCEL = "cancel"


class PartState(StrEnum):
    """Say whether a cluster funds its part of a call."""

    OFFERED = "offered"
    TAKEN = "taken"
    REFUSED = "refused"


_RATE = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,6})?")
CALL: Lifecycle[CallState] = Lifecycle(
    "call",
    states=CallState,
    table={
        (CallState.PLANNED, CallAction.OPEN): CallState.OPEN,
        (CallState.PLANNED, CallAction.CANCEL): CallState.CANCELLED,
        (CallState.OPEN, CallAction.CLOSE): CallState.CLOSED,
        (CallState.OPEN, CallAction.CANCEL): CallState.CANCELLED,
    },
)


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules of a scheme.

    Without `countries` every country is eligible. `partner_abroad`: whom one meets is of another country than oneself.
    `approve_first`: what has begun is not approved any more. From `second_above` cents on, a second manager approves
    too; None: never. `move_days`: so much later than approved may the activity end without a manager's agreement.
    `de_minimis`: what is granted is de minimis aid. `per_euro` is what a euro costs in `currency`,
    as decimal text.
    """

    name: str = ""
    preset: Preset = Preset.OWN
    currency: str = "EUR"
    cap: int = 0
    countries: tuple[str, ...] = ()
    kinds: tuple[OrganisationKind, ...] = (OrganisationKind.SME,)
    partner_abroad: bool = True
    approve_first: bool = True
    documents: tuple[str, ...] = ()
    claim_days: int = CLAIM_DAYS
    report_days: int = REPORT_DAYS
    move_days: int = MOVE_DAYS
    zone: str = "Europe/Copenhagen"
    second_above: int | None = None
    de_minimis: bool = True
    per_euro: str = "1"


#: Caps in euro cents; where there is none, the manager says it.
PRESETS: Final[dict[Preset, Terms]] = {
    Preset.MEET_AND_GREET: Terms(preset=Preset.MEET_AND_GREET, cap=500_00),
    Preset.INSIGHT: Terms(preset=Preset.INSIGHT, cap=4_000_00),
    Preset.COLLABORATION: Terms(preset=Preset.COLLABORATION, cap=7_000_00, second_above=5_000_00),
    Preset.MEET_THE_BUYER: Terms(preset=Preset.MEET_THE_BUYER),
    Preset.OWN: Terms(preset=Preset.OWN, partner_abroad=False),
}
LOCKED_BY_CALL: Final = frozenset({"currency", "zone"})
"""Rules that stay as they are once a scheme has a call: its dates and budgets are told in them."""
LOCKED_BY_GRANT: Final = frozenset({"approve_first", "documents", "claim_days", "report_days", "move_days"})
"""Rules that stay as they are once a voucher was granted: its holder was told them."""


def check_terms(terms: Terms) -> list[Invalid]:
    """Return everything that is wrong with the rules of a scheme, each with its `field`."""
    errors: list[Invalid] = []
    if not terms.name:
        errors.append(Invalid("scheme.name.empty", field="name"))
    if not terms.kinds:
        errors.append(Invalid("scheme.kinds.none", field="kinds"))
    if terms.second_above is not None and terms.second_above >= terms.cap:
        errors.append(Invalid("scheme.second.cap", field="second_above"))
    if len(terms.documents) > DOCUMENTS_MAX:
        errors.append(Invalid("scheme.documents.many", field="documents", limit=DOCUMENTS_MAX))
    if any(len(name) > DOCUMENT_NAME_MAX for name in terms.documents):
        errors.append(Invalid("scheme.documents.long", field="documents", limit=DOCUMENT_NAME_MAX))
    for field in ("claim_days", "report_days", "move_days"):
        if not 1 <= getattr(terms, field) <= DAYS_MAX:
            errors.append(Invalid("scheme.days", field=field, highest=DAYS_MAX))
    return errors


def parse_rate(text: str) -> str:
    """Return what a euro costs in another currency, "7,46" or "7.46", as decimal text.

    :raises Invalid: key "scheme.rate.invalid", `field` "per_euro".
    """
    typed = text.strip()
    if not _RATE.fullmatch(typed) or not typed.strip("0.,"):
        raise Invalid("scheme.rate.invalid", field="per_euro", example="7.46")
    return typed.replace(",", ".")


def check_call_dates(opens_on: date, cutoff_on: date, *, today: date, opened: bool = False) -> list[Invalid]:
    """Return everything that is wrong with the dates of a call, each with its `field`; `opened`: it began already."""
    errors: list[Invalid] = []
    if opens_on < today and not opened:
        errors.append(Invalid("call.opens.past", field="opens_on", today=today))
    if cutoff_on < opens_on:
        errors.append(Invalid("call.cutoff.before", field="cutoff_on", opens_on=opens_on))
    elif cutoff_on < today:
        errors.append(Invalid("call.cutoff.past", field="cutoff_on", today=today))
    elif cutoff_on - today > AHEAD_MAX:
        errors.append(Invalid("voucher.date.far", field="cutoff_on", latest=today + AHEAD_MAX))
    return errors


def call_opens_at(opens_on: date, zone: str) -> datetime:
    """Return the instant (UTC) at which a call opens: the beginning of its day."""
    return cutoff_instant(opens_on - timedelta(days=1), zone_or_utc(zone))


def ends_at(on: date, zone: str) -> datetime:
    """Return the instant (UTC) at which a date ends in the scheme's zone: what a cut-off on it means."""
    return cutoff_instant(on, zone_or_utc(zone))


def today_in(zone: str, now: datetime) -> date:
    """Return the date that the clocks of the scheme's zone show."""
    return now.astimezone(zone_or_utc(zone)).date()
