"""What is asked about applications for vouchers: each becomes a form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.schemes import Terms


@dataclass(frozen=True, slots=True)
class ApplyVoucher:
    """Asks for an application. `calls` are (id, name) to choose from; what is known is filled in.

    `value` is what the form acts on: empty or an introduction for a new one, else `VO-5:3`. `moves`: it is approved,
    and only the dates can change; an end after `latest_on` needs a manager's agreement.
    """

    value: str
    calls: tuple[tuple[str, str], ...]
    call: str = ""
    id: str = ""
    organisations: tuple[tuple[int, str], ...] = ()
    terms: Terms | None = None
    cutoff_on: date | None = None
    partner: str = ""
    partner_country: str = ""
    purpose: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    amount: int | None = None
    declared_sme: bool = False
    writable_draft: bool = True
    moves: bool = False
    latest_on: date | None = None
    sure_of_sme: bool = False
    return_reason: str = ""
    introduction: str = ""


class VoucherAsk(StrEnum):
    """What a reason is asked for."""

    RETURN = "return"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class GiveVoucherReason:
    """Asks why an application is returned, rejected or withdrawn; `reason` is what was typed already."""

    ask: VoucherAsk
    id: str
    value: str
    organisation: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RecordAgreement:
    """Asks when the agreement was signed, and under which reference."""

    id: str
    value: str
    organisation: str
    today: date
    starts_on: date


@dataclass(frozen=True, slots=True)
class WriteReport:
    """Asks for the final report on a voucher."""

    id: str
    value: str
    report: str = ""
    result: str = ""
    due_on: date | None = None


_TERMS = Terms(name="Meet & Greet", cap=500_00, documents=("Boarding pass",), second_above=400_00)

EXAMPLES = (
    ApplyVoucher(value="IN-34", calls=(("CA-3", "Meet & Greet · Spring 2026"),), call="CA-3", terms=_TERMS),
    ApplyVoucher(value="", calls=(("CA-3", "One"), ("CA-4", "Two")), organisations=((3, "One"), (4, "Two"))),
    ApplyVoucher(
        value="VO-5:3",
        id="VO-5",
        calls=(("CA-3", "Meet & Greet · Spring 2026"),),
        call="CA-3",
        terms=_TERMS,
        starts_on=date(2026, 6, 10),
        ends_on=date(2026, 6, 12),
        moves=True,
        latest_on=date(2026, 9, 10),
    ),
    *(GiveVoucherReason(ask, "VO-5", "VO-5:3", "Waterlens (invented)") for ask in VoucherAsk),
    RecordAgreement("VO-5", "VO-5:3", "Waterlens (invented)", date(2026, 6, 1), date(2026, 6, 10)),
    WriteReport("VO-5", "VO-5:3", due_on=date(2026, 8, 1)),
)
