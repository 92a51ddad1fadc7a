"""What is told and asked about claims for payment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from domain.vouchers import ClaimState, Receipt
from messages.notices.vouchers import Viewer


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A receipt with what is known of it beside itself; `value` names it for its buttons (`VO-5:1:17`)."""

    value: str
    receipt: Receipt
    original: str = ""


@dataclass(frozen=True, slots=True)
class ClaimShown:
    """A claim as one side sees it; `value` names it and its version (`VO-5:1:3`). Amounts are cents of `currency`.

    `left` is what of the approved amount no other claim took up. `documents` are (name, address), `needed` the names
    that are still missing.
    """

    id: str
    number: int
    value: str
    viewer: Viewer
    state: ClaimState
    currency: str
    scheme: str
    organisation: str
    cents: int
    left: int
    approved: int
    due_on: date | None
    receipts: tuple[ReceiptLine, ...] = ()
    documents: tuple[tuple[str, str], ...] = ()
    needed: tuple[str, ...] = ()
    final: bool = False
    reason: str = ""
    decided_by: str = ""
    paid_on: date | None = None
    payment: str = ""
    news: bool = False

    @property
    def rest(self) -> int:
        """The cents of the approved amount that are free beside this claim, as far as it still stands."""
        ended = self.state in (ClaimState.REJECTED, ClaimState.WITHDRAWN)
        return max(self.left - (0 if ended else self.cents), 0)


@dataclass(frozen=True, slots=True)
class AddReceipt:
    """Asks for a receipt in `currency`; `left` cents can still be claimed."""

    id: str
    value: str
    currency: str
    left: int


@dataclass(frozen=True, slots=True)
class SubmitClaim:
    """Asks for the documents that the scheme wants, and whether anything follows."""

    id: str
    value: str
    cents: int
    currency: str
    documents: tuple[tuple[str, str], ...]
    last: bool = False


@dataclass(frozen=True, slots=True)
class PayClaim:
    """Asks when a claim was paid, and under which reference."""

    id: str
    value: str
    organisation: str
    cents: int
    currency: str
    today: date


@dataclass(frozen=True, slots=True)
class GiveClaimReason:
    """Asks why a claim is returned, or rejected."""

    id: str
    value: str
    organisation: str
    reject: bool = False


class ClaimDoneKind(StrEnum):
    """What has just been done about a claim."""

    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    APPROVED = "approved"
    RETURNED = "returned"
    REJECTED = "rejected"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class ClaimDone:
    """Says to who acted that it is done."""

    id: str
    number: int
    done: ClaimDoneKind
    organisation: str = ""
    cents: int = 0
    currency: str = "EUR"


_RECEIPT = ReceiptLine(
    "VO-5:1:17",
    Receipt("2026-0042", "SAS", date(2026, 6, 9), 189_50, "https://files.example.org/ticket.pdf"),
    "DKK 1.414,00",
)
_SHOWN = ClaimShown(
    id="VO-5",
    number=1,
    value="VO-5:1:2",
    viewer=Viewer.APPLICANT,
    state=ClaimState.DRAFT,
    currency="EUR",
    scheme="Meet & Greet",
    organisation="Waterlens (invented)",
    cents=189_50,
    left=260_50,
    approved=450_00,
    due_on=date(2026, 7, 12),
    receipts=(_RECEIPT,),
    needed=("Boarding pass",),
)

EXAMPLES = (
    replace(_SHOWN, receipts=(), cents=0),
    *(
        replace(_SHOWN, state=state, viewer=viewer, news=viewer is Viewer.APPLICANT, reason="The ticket is missing.")
        for state in ClaimState
        for viewer in Viewer
    ),
    replace(
        _SHOWN,
        state=ClaimState.PAID,
        final=True,
        paid_on=date(2026, 7, 20),
        payment="T-88",
        documents=(("Boarding pass", "https://files.example.org/pass.pdf"),),
        needed=(),
    ),
    AddReceipt("VO-5", "VO-5:1", "EUR", 450_00),
    SubmitClaim("VO-5", "VO-5:1:2", 189_50, "EUR", (("Boarding pass", ""),)),
    SubmitClaim("VO-5", "VO-5:1:2", 450_00, "EUR", (), last=True),
    PayClaim("VO-5", "VO-5:1:3", "Waterlens (invented)", 189_50, "EUR", date(2026, 7, 20)),
    GiveClaimReason("VO-5", "VO-5:1:3", "Waterlens (invented)"),
    GiveClaimReason("VO-5", "VO-5:1:3", "Waterlens (invented)", reject=True),
    *(ClaimDone("VO-5", 1, done, "Waterlens (invented)", 189_50) for done in ClaimDoneKind),
)
