"""A claim with its application: how each side sees it, and one step in its life.

The value of a button names a claim and its version, `VO-5:1:3`; a receipt of it is `VO-5:1:17`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from domain.errors import Invalid, NotFound, OutOfDate
from domain.ids import read_number
from domain.vouchers import (
    CLAIM,
    COUNTING_CLAIMS,
    ApplicationAction,
    ApplicationState,
    ClaimAction,
    ClaimState,
    Receipt,
)
from handlers import audit, cards
from handlers.cards import View, living
from handlers.steps import take_step
from handlers.vouchers.moves import move
from handlers.vouchers.shown import CLAIM_REVIEW, refresh
from handlers.vouchers.sight import Voucher, from_subject, unclaimed
from handlers.work import Work
from messages.notices.claims import ClaimShown, ReceiptLine
from messages.notices.vouchers import Viewer
from store.queries import claims as query
from store.queries.rows import key_of
from store.tables.people import Person
from store.tables.vouchers import Claim

NEWS: Final = "claim.news"


@dataclass(frozen=True, slots=True)
class Case:
    """A claim with the application that it belongs to."""

    voucher: Voucher
    claim: Claim

    @property
    def name(self) -> str:
        """Return what names it: `VO-5:1`."""
        return f"{self.voucher.id}:{self.claim.number}"


def numbers(value: str) -> tuple[str, int, int]:
    """Read `VO-5:1:3`: the application, the claim's number, and its version or the receipt; 0 where nothing stands.

    :raises Invalid: what stands for a number is none.
    """
    subject, *typed = value.split(":")
    found = [read_number(one) if one else 0 for one in (*typed, "", "")]
    if len(typed) > 2 or None in found:
        raise Invalid("id.unknown", example="VO-5")
    return subject, found[0] or 0, found[1] or 0


def case_of(work: Work, voucher: Voucher, number: int) -> Case:
    """Return a claim of an application.

    :raises NotFound: it has no such claim.
    """
    claim = query.numbered(work.session, key_of(voucher.row), number)
    if claim is None:
        raise NotFound("claim.unknown", id=voucher.id)
    return Case(voucher, claim)


def step(work: Work, case: Case, action: ClaimAction, **values: Any) -> ClaimState:  # noqa: ANN401
    """Take one step in the life of a claim and bring its cards up to date.

    :raises OutOfDate: it is not open any more, or somebody was faster; nothing was changed.
    """
    before, changed = ClaimState(case.claim.state), OutOfDate("claim.changed", id=case.voucher.id)
    after = take_step(
        work, case.claim, cycle=CLAIM, before=before, action=action, closed=changed, overtaken=changed, **values
    )
    audit.record(
        work,
        f"claim.{action}",
        case.name,
        before={"state": before},
        after={"state": after},
        cluster_id=case.claim.cluster_id,
    )
    cards.refresh(work, CLAIM_REVIEW, case.name)
    refresh(work, case.voucher)
    return after


def build(work: Work, case: Case, viewer: Viewer, *, news: bool = False) -> ClaimShown:
    """Return a claim as one side sees it."""
    voucher, claim = case.voucher, case.claim
    receipts = query.receipts_of(work.session, key_of(claim))
    decider = work.session.get(Person, claim.decided_by) if claim.decided_by else None
    documents = tuple((name, claim.documents.get(name, "")) for name in voucher.terms.documents)
    return ClaimShown(
        id=voucher.id,
        number=claim.number,
        value=f"{case.name}:{claim.version}",
        viewer=viewer,
        state=claim.state,
        currency=voucher.terms.currency,
        scheme=voucher.scheme.name,
        organisation=voucher.organisation.name,
        cents=claim.cents,
        left=left_for(work, case),
        approved=voucher.row.approved_cents,
        due_on=voucher.row.claim_due_on,
        receipts=tuple(
            ReceiptLine(
                f"{case.name}:{key_of(one)}",
                Receipt(one.number, one.issuer, one.dated_on, one.cents, one.link),
                one.original,
            )
            for one in receipts
        ),
        documents=tuple(one for one in documents if one[1]),
        needed=tuple(name for name, link in documents if not link),
        final=claim.final,
        reason=claim.reason,
        decided_by=decider.name if decider else "",
        paid_on=claim.paid_on,
        payment=claim.payment,
        news=news,
    )


def left_for(work: Work, case: Case) -> int:
    """Return how many cents a claim may come to: what was approved, without what the others take up."""
    claims = query.of_application(work.session, key_of(case.voucher.row))
    return unclaimed(case.voucher.row, (one for one in claims if one.id != case.claim.id))


@living(CLAIM_REVIEW)
def read_review(work: Work, view: View) -> ClaimShown | None:
    """Show the managers who decide a claim."""
    return _read(work, view.subject, Viewer.MANAGER)


@living(NEWS)
def read_news(work: Work, view: View) -> ClaimShown | None:
    """Tell who claimed how the claim stands now."""
    return _read(work, view.subject, Viewer.APPLICANT, news=True)


def _read(work: Work, subject: str, viewer: Viewer, *, news: bool = False) -> ClaimShown | None:
    voucher = from_subject(work, subject)
    claim = query.numbered(work.session, key_of(voucher.row), numbers(subject)[1]) if voucher else None
    if voucher is None or claim is None:
        return None
    return build(work, Case(voucher, claim), viewer, news=news)


def end_claim(work: Work, case: Case) -> None:
    """Let go of the receipts of a claim that is over; without another one the application is as before it."""
    query.free(work.session, [key_of(case.claim)])
    claims = query.of_application(work.session, key_of(case.voucher.row))
    counting = any(one.state in COUNTING_CLAIMS for one in claims)
    if case.voucher.row.state is ApplicationState.CLAIMED and not counting:
        move(work, case.voucher, ApplicationAction.UNCLAIM)
