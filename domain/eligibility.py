"""Who may have a voucher for what: the checks of an application, each with what it found."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.errors import Invalid
from domain.organisations import OrganisationKind
from domain.schemes import AHEAD_MAX, Terms


class Check(StrEnum):
    """Name what is looked at before an application is decided."""

    CALL = "call"
    MEMBER = "member"
    KIND = "kind"
    SME = "sme"
    COUNTRY = "country"
    PARTNER = "partner"
    CAP = "cap"
    BUDGET = "budget"
    DATES = "dates"
    DECLARED = "declared"
    DE_MINIMIS = "de_minimis"


class Verdict(StrEnum):
    """Say what a check found: in order, to be looked at by a person, or against the rules."""

    OK = "ok"
    LOOK = "look"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; `amount` in cents, `on` a date, `text` a name or country code, as far as they belong."""

    check: Check
    verdict: Verdict
    reason: str = ""
    amount: int | None = None
    on: date | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an application says; anything may be missing in a draft. `amount` in cents."""

    partner: str = ""
    partner_country: str = ""
    purpose: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    amount: int | None = None


def may_begin(starts_on: date, terms: Terms, *, today: date) -> bool:
    """Tell whether an activity that begins then can still be approved or agreed on today."""
    return not terms.approve_first or today < starts_on


def may_meet(country: str, terms: Terms, *, home: str) -> bool:
    """Tell whether a scheme pays for meeting somebody of this country; `home` is one's own."""
    return not terms.partner_abroad or country != home


def check_plan(plan: Plan, terms: Terms, *, today: date, home: str, complete: bool) -> list[Invalid]:
    """Return everything that is wrong with what an application says, each with its `field`; `home` is one's country.

    With `complete` False, what is missing is no mistake. Only who tells it can write the cap, here in cents, as money.
    """
    errors = [] if not complete else _missing(plan)
    if plan.amount is not None and not 0 < plan.amount <= terms.cap:
        errors.append(Invalid("voucher.amount.cap", field="amount", cap=terms.cap))
    if plan.partner_country and not may_meet(plan.partner_country, terms, home=home):
        errors.append(Invalid("voucher.partner.abroad", field="partner_country"))
    return [*errors, *_wrong_dates(plan, terms, today=today)]


def _missing(plan: Plan) -> list[Invalid]:
    needed = {
        "partner": plan.partner,
        "partner_country": plan.partner_country,
        "purpose": plan.purpose,
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "amount": plan.amount,
    }
    return [Invalid("voucher.missing", field=name) for name, value in needed.items() if value in ("", None)]


def _wrong_dates(plan: Plan, terms: Terms, *, today: date) -> list[Invalid]:
    errors: list[Invalid] = []
    start, end = plan.starts_on, plan.ends_on
    if start is not None and not may_begin(start, terms, today=today):
        errors.append(Invalid("voucher.starts.past", field="starts_on", earliest=today + timedelta(days=1)))
    if start is not None and end is not None and end < start:
        errors.append(Invalid("voucher.ends.before", field="ends_on"))
    for field, day in (("starts_on", start), ("ends_on", end)):
        if day is not None and day - today > AHEAD_MAX and all(one.field != field for one in errors):
            errors.append(Invalid("voucher.date.far", field=field, latest=today + AHEAD_MAX))
    return errors


def needs_second(amount: int, terms: Terms) -> bool:
    """Tell whether a second manager has to approve this amount too."""
    return terms.second_above is not None and amount > terms.second_above


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who applies; `is_sme` None: the figures do not tell. `member` of a cluster that funds the call."""

    kind: OrganisationKind
    country: str
    is_sme: bool | None = None
    member: bool = True


def check_applicant(applicant: Applicant, terms: Terms) -> list[Finding]:
    """Return what speaks for and against an organisation under the rules of a scheme."""
    found = [
        Finding(Check.MEMBER, Verdict.OK if applicant.member else Verdict.NO),
        Finding(Check.KIND, Verdict.OK if applicant.kind in terms.kinds else Verdict.NO, text=applicant.kind),
        Finding(
            Check.COUNTRY,
            Verdict.OK if not terms.countries or applicant.country in terms.countries else Verdict.NO,
            text=applicant.country,
        ),
    ]
    if OrganisationKind.SME in terms.kinds and applicant.kind is OrganisationKind.SME:
        told = {True: Verdict.OK, False: Verdict.NO, None: Verdict.LOOK}
        found.append(Finding(Check.SME, told[applicant.is_sme]))
    return found


def is_barred(findings: Collection[Finding]) -> bool:
    """Tell whether something is against the rules."""
    return any(one.verdict is Verdict.NO for one in findings)
