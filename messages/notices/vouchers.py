"""What is told and asked about applications for vouchers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from domain.eligibility import Check, Finding, Verdict
from domain.schemes import Terms
from domain.vouchers import ApplicationState, ClaimState, RejectedWhy

_NO_TERMS = Terms()


class Viewer(StrEnum):
    """For whom a card about an application is made."""

    APPLICANT = "applicant"
    MANAGER = "manager"


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A claim in one line; `value` names it (`VO-5:1`), `cents` is its sum."""

    value: str
    number: int
    state: ClaimState
    cents: int


@dataclass(frozen=True, slots=True)
class VoucherShown:
    """An application as one side sees it. Amounts are cents of the scheme's currency, dates the scheme's.

    `value` names the application and its version (`VO-5:3`). `findings` are what was checked, as things stand.
    `second`: the amount needs a second manager. `decides` False: another cluster's managers decide on it. `claimable`
    is what no claim took up. `approved_for` are the dates to which a manager agreed, `wished` those that wait for that,
    and until `latest_on` the end can be put off without.
    """

    id: str
    value: str
    viewer: Viewer
    state: ApplicationState
    terms: Terms
    call: str
    call_title: str
    cutoff_on: date
    organisation: str
    country: str
    partner: str = ""
    partner_country: str = ""
    purpose: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    amount: int | None = None
    approved: int = 0
    paid: int = 0
    claimable: int = 0
    introduction: str = ""
    funder: str = ""
    applicant: str = ""
    findings: tuple[Finding, ...] = ()
    claims: tuple[ClaimLine, ...] = ()
    second: bool = False
    checked_by: str = ""
    decided_by: str = ""
    reason: str = ""
    rejected_why: RejectedWhy | None = None
    agreed_on: date | None = None
    agreement: str = ""
    claim_due_on: date | None = None
    report_due_on: date | None = None
    report: str = ""
    report_result: str = ""
    started: bool = False
    news: bool = False
    decides: bool = True
    approved_for: tuple[date, date] | None = None
    wished: tuple[date, date] | None = None
    latest_on: date | None = None


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call and whether the reader's organisation may apply; `barriers` say why not."""

    id: str
    title: str
    terms: Terms
    opens_on: date
    cutoff_on: date
    open: bool
    barriers: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class VoucherLine:
    """One's own application in one line."""

    id: str
    scheme: str
    state: ApplicationState
    amount: int | None
    currency: str
    organisation: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class VoucherList:
    """One's own applications, what one may apply for, and what not and why; one page of it."""

    lines: tuple[VoucherLine, ...]
    calls: tuple[OpenCall, ...]
    manager: bool = False
    sme: bool = True
    page: int = 1
    more: bool = False


class VoucherDoneKind(StrEnum):
    """What has just been done about an application."""

    SAVED = "saved"
    SUBMITTED = "submitted"
    UPDATED = "updated"
    MOVED = "moved"
    ASKED = "asked"
    DATES_AGREED = "dates_agreed"
    DATES_KEPT = "dates_kept"
    DISCARDED = "discarded"
    WITHDRAWN = "withdrawn"
    CHECKED = "checked"
    APPROVED = "approved"
    RETURNED = "returned"
    REJECTED = "rejected"
    AGREED = "agreed"
    REPORTED = "reported"
    REPORT_KEPT = "report_kept"


@dataclass(frozen=True, slots=True)
class VoucherDone:
    """Says to who acted that it is done; `missing`: the declaration of de minimis aid has to come first."""

    id: str
    done: VoucherDoneKind
    scheme: str
    funder: str = ""
    organisation: str = ""
    on: date | None = None
    missing: bool = False
    gaps: tuple[Finding, ...] = ()
    terms: Terms = _NO_TERMS


class VoucherTodoKind(StrEnum):
    """What waits about a voucher."""

    DRAFT = "draft"
    RETURNED = "returned"
    AGREEMENT = "agreement"
    BEGINS = "begins"
    CLAIM = "claim"
    REPORT = "report"
    DECIDE = "decide"
    SECOND = "second"
    RECORD = "record"
    MOVES = "moves"
    CLAIMS = "claims"
    PAY = "pay"


@dataclass(frozen=True, slots=True)
class VoucherTodo:
    """One thing that waits about a voucher; `value` is what its button acts on."""

    kind: VoucherTodoKind
    id: str
    title: str
    other: str = ""
    on: date | None = None
    note: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class VoucherDoors:
    """What can always be done about vouchers, on one's own page."""

    manager: bool


@dataclass(frozen=True, slots=True)
class VoucherOffer:
    """Offers the fitting calls for an introduction, to the SME alone."""

    introduction: str
    other: str
    calls: tuple[OpenCall, ...]


_TERMS = Terms(name="Meet & Greet", cap=500_00, documents=("Boarding pass",), second_above=400_00)
_FINDINGS = (
    Finding(Check.MEMBER, Verdict.OK, reason="funder", text="Clean Tech Delta"),
    Finding(Check.MEMBER, Verdict.NO, reason="funder", text="Clean Tech Delta"),
    Finding(Check.SME, Verdict.LOOK),
    Finding(Check.COUNTRY, Verdict.OK, text="NL"),
    Finding(Check.CAP, Verdict.OK, amount=500_00),
    Finding(Check.BUDGET, Verdict.NO, amount=100_00),
    Finding(Check.DATES, Verdict.NO, reason="begun", on=date(2026, 6, 1)),
    Finding(Check.DECLARED, Verdict.NO, reason="old", on=date(2026, 1, 4)),
    Finding(Check.DE_MINIMIS, Verdict.OK, amount=299_500_00),
)
_SHOWN = VoucherShown(
    id="VO-5",
    value="VO-5:3",
    viewer=Viewer.APPLICANT,
    state=ApplicationState.DRAFT,
    terms=_TERMS,
    call="CA-3",
    call_title="Spring 2026",
    cutoff_on=date(2026, 5, 31),
    organisation="Waterlens (invented)",
    country="NL",
    partner="Nordkaj Utility (invented)",
    partner_country="DK",
    purpose="Show our sensor in the pipe network and talk about a pilot.",
    starts_on=date(2026, 6, 10),
    ends_on=date(2026, 6, 12),
    amount=450_00,
    funder="Clean Tech Delta",
    applicant="Owner, Waterlens",
    findings=_FINDINGS,
)
_MANAGERS = replace(_SHOWN, viewer=Viewer.MANAGER, state=ApplicationState.SUBMITTED, second=True)
_ACTIVE = replace(
    _SHOWN,
    state=ApplicationState.ACTIVE,
    approved=450_00,
    claimable=450_00,
    agreed_on=date(2026, 6, 1),
    agreement="2026-17",
    claim_due_on=date(2026, 7, 12),
    findings=(),
    started=True,
)
_WISH = replace(
    _ACTIVE,
    approved_for=(date(2026, 6, 10), date(2026, 6, 12)),
    wished=(date(2026, 6, 10), date(2026, 11, 2)),
    latest_on=date(2026, 9, 10),
)
_CALL = OpenCall("CA-3", "Spring 2026", _TERMS, date(2026, 4, 1), date(2026, 5, 31), open=True)

EXAMPLES = (
    *(replace(_SHOWN, state=state, news=True, reason="Please say whom you meet.") for state in ApplicationState),
    replace(_SHOWN, introduction="IN-34"),
    _MANAGERS,
    replace(_MANAGERS, decides=False),
    replace(_MANAGERS, state=ApplicationState.ELIGIBLE, checked_by="Manager, Clean Tech Delta"),
    replace(_MANAGERS, state=ApplicationState.APPROVED, approved=450_00, decided_by="Manager, Clean Tech Delta"),
    replace(_MANAGERS, state=ApplicationState.REJECTED, rejected_why=RejectedWhy.BUDGET, reason="The budget is spent."),
    _ACTIVE,
    _WISH,
    replace(_WISH, viewer=Viewer.MANAGER),
    replace(_WISH, wished=None, ends_on=date(2026, 8, 2), reason="The buyer's trial ends in August."),
    replace(
        _ACTIVE,
        state=ApplicationState.CLAIMED,
        claims=(ClaimLine("VO-5:1", 1, ClaimState.SUBMITTED, 200_00),),
        claimable=250_00,
    ),
    replace(
        _ACTIVE,
        viewer=Viewer.MANAGER,
        state=ApplicationState.REPORTED,
        paid=450_00,
        report="We met three times.",
        report_result="A pilot from August on.",
    ),
    VoucherList((), ()),
    VoucherList((), (), sme=False),
    VoucherList(
        (VoucherLine("VO-5", "Meet & Greet", ApplicationState.DRAFT, 450_00, "EUR", due_on=date(2026, 5, 31)),),
        (
            _CALL,
            replace(_CALL, id="CA-4", barriers=(Finding(Check.COUNTRY, Verdict.NO, text="NL"),)),
            replace(
                _CALL,
                id="CA-5",
                open=False,
                barriers=(Finding(Check.CALL, Verdict.NO, reason="closed", on=date(2026, 4, 30)),),
            ),
        ),
        manager=True,
        more=True,
    ),
    VoucherList((), (), page=2),
    *(
        VoucherDone("VO-5", done, "Meet & Greet", "Clean Tech Delta", "Waterlens (invented)", date(2026, 7, 12))
        for done in VoucherDoneKind
    ),
    VoucherDone("VO-5", VoucherDoneKind.SAVED, "Meet & Greet", missing=True),
    VoucherDone("VO-5", VoucherDoneKind.SAVED, "Meet & Greet", gaps=(Finding(Check.KIND, Verdict.NO, text="buyer"),)),
    *(
        VoucherTodo(kind, "VO-5", "Meet & Greet", "Waterlens (invented)", date(2026, 6, 10), "Why?", "VO-5:3")
        for kind in VoucherTodoKind
    ),
    VoucherDoors(manager=False),
    VoucherDoors(manager=True),
    VoucherOffer("IN-34", "Nordkaj Utility (invented)", (_CALL,)),
)
