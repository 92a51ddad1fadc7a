"""The form of an application: what is filled in, and reading it."""

from __future__ import annotations

from typing import Any

from domain.eligibility import Check, Finding, Plan, Verdict, check_applicant, check_plan
from domain.errors import Invalid
from domain.schemes import Terms, today_in
from domain.vouchers import MOVABLE, PARTNER_MAX, PURPOSE_MAX, ApplicationState, latest_end
from handlers.fields import Fields
from handlers.vouchers.shown import applicant_of
from handlers.vouchers.sight import Voucher, call_id, terms_of
from handlers.work import Ask, Reply, Work
from messages.i18n import Money
from messages.notices.voucher_forms import ApplyVoucher
from messages.notices.vouchers import VoucherDone, VoucherDoneKind
from store.tables.people import Cluster, Organisation
from store.tables.vouchers import Scheme


def filled(voucher: Voucher) -> ApplyVoucher:
    """Return the form with what is written already."""
    row, call = voucher.row, call_id(voucher.call)
    moves, approved = row.state in MOVABLE, row.approved_ends_on or row.ends_on
    return ApplyVoucher(
        value=f"{voucher.id}:{row.version}",
        id=voucher.id,
        calls=((call, f"{voucher.scheme.name} · {voucher.call.title}"),),
        call=call,
        terms=voucher.terms,
        cutoff_on=voucher.call.cutoff_on,
        partner=row.partner,
        partner_country=row.partner_country,
        purpose=row.purpose,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        amount=row.amount_cents,
        declared_sme=row.declared_sme,
        writable_draft=row.state in (ApplicationState.DRAFT, ApplicationState.RETURNED),
        moves=moves,
        latest_on=latest_end(approved, voucher.terms) if moves and approved else None,
        return_reason=row.reason if row.state is ApplicationState.RETURNED else "",
    )


def read_application(
    work: Work, ask: Ask, scheme: Scheme, organisation: Organisation, *, complete: bool
) -> dict[str, Any]:
    """Return the columns that the form fills.

    :raises InvalidForm: one refusal per field that is wrong.
    """
    fields, terms = Fields(ask, work.who.locale), terms_of(scheme)
    plan = Plan(
        partner=fields.line("partner", PARTNER_MAX),
        partner_country=fields.country("partner_country"),
        purpose=fields.text("purpose", PURPOSE_MAX),
        starts_on=fields.day("starts_on"),
        ends_on=fields.day("ends_on"),
        amount=fields.amount("amount", terms.currency),
    )
    today = today_in(terms.zone, work.now)
    for error in check_plan(plan, terms, today=today, home=organisation.country, complete=complete):
        name = error.field or "partner"
        if error.key == "voucher.amount.cap":
            cap = work.who.words().money(Money(terms.cap, terms.currency))
            error = Invalid(error.key, cap=cap)
        fields.wrong(error, name)
    declared = "sme" in ask.many("sme")
    if complete and must_declare(organisation, terms, declared=declared):
        fields.wrong(Invalid("voucher.sme.tick"), "sme")
    fields.settle()
    return {
        "partner": plan.partner,
        "partner_country": plan.partner_country,
        "purpose": plan.purpose,
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "amount_cents": plan.amount,
        "declared_sme": declared,
    }


def must_declare(organisation: Organisation, terms: Terms, *, declared: bool) -> bool:
    """Tell whether the applicant has to say that it is an SME, because its figures do not."""
    found = check_applicant(applicant_of(organisation), terms)
    return not declared and any(one.check is Check.SME and one.verdict is Verdict.LOOK for one in found)


def done(
    work: Work, voucher: Voucher, kind: VoucherDoneKind, *, missing: bool = False, gaps: tuple[Finding, ...] = ()
) -> Reply:
    """Say to who acted what was done, and what is still missing."""
    funder = work.session.get_one(Cluster, voucher.row.cluster_id).name
    notice = VoucherDone(
        voucher.id,
        kind,
        voucher.scheme.name,
        funder=funder,
        organisation=voucher.organisation.name,
        on=voucher.row.wished_ends_on if kind is VoucherDoneKind.ASKED else voucher.row.claim_due_on,
        missing=missing,
        gaps=gaps,
        terms=voucher.terms,
    )
    return Reply(notice, replaces=True)
