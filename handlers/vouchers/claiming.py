"""Claiming: an organisation gathers its receipts and asks for payment, at once or in several claims."""

from __future__ import annotations

from typing import Final

from domain.errors import Invalid, NotFound, OutOfDate
from domain.organisations import legal_number, name_key
from domain.schemes import today_in
from domain.vouchers import (
    CLAIMABLE,
    RECEIPTS_MAX,
    REFERENCE_MAX,
    ApplicationAction,
    ApplicationState,
    ClaimAction,
    ClaimState,
    check_receipt_date,
)
from handlers import cards
from handlers.fields import Fields
from handlers.routes import route
from handlers.vouchers.claims import Case, build, case_of, end_claim, left_for, numbers, step
from handlers.vouchers.moves import move
from handlers.vouchers.paying import is_over, settle
from handlers.vouchers.shown import CLAIM_REVIEW
from handlers.vouchers.sight import Voucher, find_own, unclaimed
from handlers.work import Ask, Reply, Work
from messages.i18n import Money
from messages.notices.claims import AddReceipt, ClaimDone, ClaimDoneKind, SubmitClaim
from messages.notices.vouchers import Viewer
from store.engine import StoreContended
from store.queries import claims as query
from store.queries.rows import add, change, key_of, remove
from store.reach import register
from store.tables.vouchers import Claim, ClaimReceipt

_ISSUER_MAX: Final = 120
_NUMBER_MAX: Final = 60
_WRITABLE: Final = frozenset({ClaimState.DRAFT, ClaimState.RETURNED})


@route("voucher.claim")
def open_claim(work: Work, ask: Ask) -> Reply:
    """Show the claim that is being written, or begin one; `VO-5:1` shows that one."""
    if not ask.value.strip():
        raise Invalid("voucher.which", example="/voucher claim VO-5")
    subject, number, _ = numbers(ask.value)
    voucher = find_own(work, subject)
    if number:
        return Reply(build(work, case_of(work, voucher, number), Viewer.APPLICANT))
    claims = query.of_application(work.session, key_of(voucher.row))
    written = next((one for one in claims if one.state in _WRITABLE), None)
    if written is not None:
        return Reply(build(work, Case(voucher, written), Viewer.APPLICANT))
    _require_claimable(work, voucher)
    if unclaimed(voucher.row, claims) <= 0:
        raise OutOfDate("claim.all", id=voucher.id)
    claim = Claim(
        application_id=key_of(voucher.row),
        cluster_id=voucher.row.cluster_id,
        number=max((one.number for one in claims), default=0) + 1,
        state=ClaimState.DRAFT,
        person_id=work.who.person_id,
        created_at=work.now,
        updated_at=work.now,
    )
    add(work.session, claim)
    return Reply(build(work, Case(voucher, claim), Viewer.APPLICANT))


def _require_claimable(work: Work, voucher: Voucher) -> None:
    """Refuse what cannot be claimed now.

    :raises OutOfDate: the activity has not begun, or nothing can be claimed any more.
    """
    row = voucher.row
    if row.state in (ApplicationState.APPROVED, ApplicationState.AGREEMENT):
        raise OutOfDate("claim.not_begun", id=voucher.id)
    if row.state not in CLAIMABLE:
        raise OutOfDate(f"voucher.now.{row.state.value}", id=voucher.id)
    if row.claim_due_on is not None and is_over(work, voucher):
        raise OutOfDate("claim.late", id=voucher.id, due_on=row.claim_due_on)


def _written(work: Work, value: str) -> tuple[Case, int]:
    """Return a claim that its organisation is still writing, and the last number of the value."""
    subject, number, last = numbers(value)
    case = case_of(work, find_own(work, subject), number)
    if case.claim.state not in _WRITABLE:
        raise OutOfDate("claim.changed", id=case.voucher.id)
    if case.claim.state is ClaimState.DRAFT:
        _require_claimable(work, case.voucher)
    return case, last


@route("claim.receipt", writes=False)
def ask_for_receipt(work: Work, ask: Ask) -> Reply:
    """Ask for one more receipt."""
    case, _ = _written(work, ask.value)
    left = left_for(work, case) - case.claim.cents
    return Reply(question=AddReceipt(case.voucher.id, case.name, case.voucher.terms.currency, left))


@route("claim.receipt.add")
def add_receipt(work: Work, ask: Ask) -> Reply:
    """Add a receipt: of this activity, within what is left, and used nowhere else.

    :raises InvalidForm: one refusal per field that is wrong.
    """
    case, _ = _written(work, ask.value)
    receipts = query.receipts_of(work.session, key_of(case.claim))
    if len(receipts) >= RECEIPTS_MAX:
        raise OutOfDate("receipt.many", most=RECEIPTS_MAX)
    row = _read_receipt(work, case, ask)
    add(work.session, row)
    _sum_up(work, case)
    return Reply(build(work, case, Viewer.APPLICANT), replaces=True)


def _read_receipt(work: Work, case: Case, ask: Ask) -> ClaimReceipt:
    voucher, terms = case.voucher, case.voucher.terms
    fields = Fields(ask, work.who.locale)
    issuer, number = fields.line("issuer", _ISSUER_MAX), fields.line("number", _NUMBER_MAX)
    dated_on, amount = fields.day("dated_on"), fields.amount("amount", terms.currency)
    link, original = fields.link("link"), fields.line("original", REFERENCE_MAX)
    fields.require("issuer", "number", "dated_on", "amount", "link")
    if dated_on is not None and voucher.row.ends_on is not None:
        try:
            today = today_in(terms.zone, work.now)
            check_receipt_date(
                dated_on, agreed_on=voucher.row.agreed_on, ends_on=voucher.row.ends_on, terms=terms, today=today
            )
        except Invalid as error:
            fields.wrong(error, "dated_on")
    left = left_for(work, case) - case.claim.cents
    if amount is not None and amount > left:
        money = work.who.words().money(Money(max(left, 0), terms.currency))
        fields.wrong(Invalid("receipt.amount.left", left=money), "amount")
    issuer_key, number_key = name_key(issuer), legal_number(number)
    if number and not number_key:
        fields.wrong(Invalid("receipt.number.invalid"), "number")
    if number_key and dated_on is not None and amount is not None:
        with register(work.session):
            used = query.same_receipt(
                work.session, issuer_key=issuer_key, number_key=number_key, dated_on=dated_on, cents=amount
            )
        if used is not None:
            fields.wrong(Invalid("receipt.used"), "number")
    fields.settle()
    return ClaimReceipt(
        claim_id=key_of(case.claim),
        number=number,
        number_key=number_key,
        issuer=issuer,
        issuer_key=issuer_key,
        dated_on=dated_on or today_in(terms.zone, work.now),
        cents=amount or 0,
        original=original,
        link=link,
        created_at=work.now,
        updated_at=work.now,
    )


def _sum_up(work: Work, case: Case) -> None:
    cents = sum(one.cents for one in query.receipts_of(work.session, key_of(case.claim)))
    if not change(work.session, case.claim, now=work.now, where={"state": case.claim.state}, cents=cents):
        # A colleague added one at the same moment: done again, both are in it.
        raise StoreContended("The claim was changed at the same moment.")


@route("claim.receipt.remove")
def remove_receipt(work: Work, ask: Ask) -> Reply:
    """Take a receipt out of a claim that is still being written."""
    case, receipt_id = _written(work, ask.value)
    row = next((one for one in query.receipts_of(work.session, key_of(case.claim)) if one.id == receipt_id), None)
    if row is None:
        raise NotFound("receipt.unknown", id=case.voucher.id)
    remove(work.session, row)
    _sum_up(work, case)
    return Reply(build(work, case, Viewer.APPLICANT), replaces=True)


@route("claim.submit", writes=False)
def ask_to_submit(work: Work, ask: Ask) -> Reply:
    """Ask for the documents that the scheme wants, and whether this is the last claim."""
    case, version = _written(work, ask.value)
    _require_shown(case, version)
    if not query.receipts_of(work.session, key_of(case.claim)):
        raise OutOfDate("claim.empty", id=case.voucher.id)
    return Reply(
        question=SubmitClaim(
            id=case.voucher.id,
            value=f"{case.name}:{case.claim.version}",
            cents=case.claim.cents,
            currency=case.voucher.terms.currency,
            documents=tuple((name, case.claim.documents.get(name, "")) for name in case.voucher.terms.documents),
            last=left_for(work, case) == case.claim.cents,
        )
    )


def _require_shown(case: Case, version: int) -> None:
    if version != case.claim.version:
        raise OutOfDate("claim.changed", id=case.voucher.id)


@route("claim.submit.send")
def submit_claim(work: Work, ask: Ask) -> Reply:
    """Submit a claim: its managers look at it.

    :raises InvalidForm: a document is missing, or its address is none.
    """
    case, version = _written(work, ask.value)
    _require_shown(case, version)
    if not query.receipts_of(work.session, key_of(case.claim)):
        raise OutOfDate("claim.empty", id=case.voucher.id)
    left = left_for(work, case)
    if case.claim.cents > left:
        raise OutOfDate("claim.too_much", id=case.voucher.id)
    fields = Fields(ask, work.who.locale)
    documents: dict[str, str] = {}
    for at, name in enumerate(case.voucher.terms.documents):
        documents[name] = fields.link(f"document_{at}")
        fields.require(f"document_{at}")
    fields.settle()
    final = left == case.claim.cents or "last" in ask.many("last")
    step(work, case, ClaimAction.SUBMIT, documents=documents, final=final, submitted_at=work.now, reason="")
    move(work, case.voucher, ApplicationAction.CLAIM)
    cards.tell_managers(work, CLAIM_REVIEW, case.name, case.claim.cluster_id)
    return _done(case, ClaimDoneKind.SUBMITTED)


@route("claim.withdraw")
def withdraw_claim(work: Work, ask: Ask) -> Reply:
    """Withdraw a claim that nobody has approved; its receipts can be used again."""
    subject, number, version = numbers(ask.value)
    case = case_of(work, find_own(work, subject), number)
    _require_shown(case, version)
    step(work, case, ClaimAction.WITHDRAW)
    end_claim(work, case)
    settle(work, case.voucher)
    return _done(case, ClaimDoneKind.WITHDRAWN)


def _done(case: Case, done: ClaimDoneKind) -> Reply:
    notice = ClaimDone(
        case.voucher.id,
        case.claim.number,
        done,
        case.voucher.organisation.name,
        case.claim.cents,
        case.voucher.terms.currency,
    )
    return Reply(notice, replaces=True)
