"""How an application stands, as its organisation and as the managers who decide see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Final

from domain.deminimis import is_stale
from domain.eligibility import Applicant, Check, Finding, Verdict, check_applicant, may_begin, may_meet, needs_second
from domain.ids import Kind, format_id
from domain.organisations import is_sme
from domain.schemes import CallState, today_in
from domain.vouchers import MOVABLE, UNDECIDED, WRITABLE, ApplicationState, latest_end
from handlers import cards
from handlers.cards import View, living
from handlers.routes import route
from handlers.vouchers import register
from handlers.vouchers.sight import Voucher, call_id, find, from_subject, is_open, terms_of, unclaimed
from handlers.work import Ask, Reply, Work
from messages.notices.vouchers import ClaimLine, OpenCall, Viewer, VoucherShown
from store.queries import claims as claim_query
from store.queries import vouchers as query
from store.queries.rows import key_of
from store.tables.people import Cluster, Organisation, Person
from store.tables.vouchers import Call, CallPart, Scheme

REVIEW: Final = "voucher.review"
NEWS: Final = "voucher.news"
CLAIM_REVIEW: Final = "claim.review"
MOVING: Final = "voucher.moving"


def applicant_of(organisation: Organisation, *, member: bool = True) -> Applicant:
    """Return who applies, as far as the rules of a scheme look at it."""
    return Applicant(
        kind=organisation.kind,
        country=organisation.country,
        is_sme=is_sme(
            headcount=organisation.headcount,
            turnover_cents=organisation.turnover_cents,
            balance_cents=organisation.balance_cents,
        ),
        member=member,
    )


def barriers(organisation: Organisation, call: Call, scheme: Scheme, now: datetime) -> tuple[Finding, ...]:
    """Return what keeps an organisation that is a member of a funding cluster from a call; nothing if it may apply."""
    found = [one for one in check_applicant(applicant_of(organisation), terms_of(scheme)) if one.verdict is Verdict.NO]
    if not is_open(call, now):
        # The clock may not have closed it yet.
        state = CallState.CLOSED if call.state is CallState.OPEN else call.state
        on = call.opens_on if state is CallState.PLANNED else call.cutoff_on
        found.append(Finding(Check.CALL, Verdict.NO, reason=state.value, on=on))
    return tuple(found)


def open_call(organisation: Organisation, call: Call, scheme: Scheme, now: datetime) -> OpenCall:
    """Return a call as the people of an organisation read it, with what keeps it from them."""
    return OpenCall(
        id=call_id(call),
        title=call.title,
        terms=terms_of(scheme),
        opens_on=call.opens_on,
        cutoff_on=call.cutoff_on,
        open=is_open(call, now),
        barriers=barriers(organisation, call, scheme, now),
    )


def findings_of(work: Work, voucher: Voucher) -> tuple[Finding, ...]:
    """Return everything that is checked about an application that is not decided yet, as things stand now."""
    row, terms = voucher.row, voucher.terms
    part = work.session.get_one(CallPart, row.part_id)
    today = today_in(terms.zone, work.now)
    key = row.organisation_id
    applicant = applicant_of(
        voucher.organisation, member=part.cluster_id in query.clusters_of(work.session, [key])[key]
    )
    funder = work.session.get_one(Cluster, part.cluster_id).name
    found = [
        Finding(one.check, one.verdict, reason="funder", text=funder) if one.check is Check.MEMBER else one
        for one in check_applicant(applicant, terms)
    ]
    if row.declared_sme:
        # Figures against it stand; where none tell, the word of the applicant does.
        found = [
            Finding(one.check, Verdict.OK, reason="declared")
            if one.check is Check.SME and one.verdict is Verdict.LOOK
            else one
            for one in found
        ]
    if row.partner_country:
        fits = may_meet(row.partner_country, terms, home=voucher.organisation.country)
        found.append(Finding(Check.PARTNER, Verdict.OK if fits else Verdict.NO, text=row.partner_country))
    if row.amount_cents is not None:
        cap, left = terms.cap, part.budget_cents - part.committed_cents
        found.append(Finding(Check.CAP, Verdict.OK if row.amount_cents <= cap else Verdict.NO, amount=cap))
        found.append(Finding(Check.BUDGET, Verdict.OK if row.amount_cents <= left else Verdict.NO, amount=left))
    if row.starts_on is not None:
        begun = not may_begin(row.starts_on, terms, today=today)
        found.append(
            Finding(Check.DATES, Verdict.NO if begun else Verdict.OK, "begun" if begun else "", on=row.starts_on)
        )
    return (*found, *_aid(work, voucher, part, today))


def _aid(work: Work, voucher: Voucher, part: CallPart, today: date) -> list[Finding]:
    """Return what the register says of de minimis aid, where the scheme's money is such."""
    if not voucher.terms.de_minimis:
        return []
    state = work.session.get_one(Cluster, part.cluster_id).country
    left = register.headroom(work, voucher.row.organisation_id, state=state, on=today)
    if left is None:
        return []
    found = [_declared(work, voucher, today)]
    wanted = register.in_euro(voucher.row.amount_cents or 0, voucher.terms)
    fits = wanted <= left
    return [*found, Finding(Check.DE_MINIMIS, Verdict.OK if fits else Verdict.NO, amount=left, text=state)]


def _declared(work: Work, voucher: Voucher, today: date) -> Finding:
    """Tell whether aid was declared, and not long before the application is or was submitted."""
    declared, submitted_at = register.declared_on(work, voucher.row.organisation_id), voucher.row.submitted_at
    if declared is None:
        return Finding(Check.DECLARED, Verdict.NO)
    submitted = voucher.row.state in UNDECIDED and submitted_at is not None
    on = today_in(voucher.terms.zone, submitted_at) if submitted and submitted_at else today
    if is_stale(declared, on=on):
        return Finding(Check.DECLARED, Verdict.NO, reason="old", on=declared)
    return Finding(Check.DECLARED, Verdict.OK, on=declared)


def build(work: Work, voucher: Voucher, viewer: Viewer, *, news: bool = False) -> VoucherShown:
    """Return an application as one side sees it."""
    row, terms = voucher.row, voucher.terms
    claims = claim_query.of_application(work.session, key_of(row))
    today = today_in(terms.zone, work.now)
    undecided, movable = row.state in WRITABLE, row.state in MOVABLE
    return VoucherShown(
        id=voucher.id,
        value=f"{voucher.id}:{row.version}",
        viewer=viewer,
        state=row.state,
        terms=terms,
        call=call_id(voucher.call),
        call_title=voucher.call.title,
        cutoff_on=voucher.call.cutoff_on,
        organisation=voucher.organisation.name,
        country=voucher.organisation.country,
        partner=row.partner,
        partner_country=row.partner_country,
        purpose=row.purpose,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        amount=row.amount_cents,
        approved=row.approved_cents,
        paid=row.paid_cents,
        claimable=unclaimed(row, claims),
        introduction=format_id(Kind.INTRODUCTION, row.introduction_id) if row.introduction_id else "",
        funder=work.session.get_one(Cluster, row.cluster_id).name,
        applicant=_name(work, row.person_id),
        findings=findings_of(work, voucher) if undecided else (),
        claims=tuple(ClaimLine(f"{voucher.id}:{one.number}", one.number, one.state, one.cents) for one in claims),
        second=row.amount_cents is not None and needs_second(row.amount_cents, terms),
        checked_by=_name(work, row.checked_by),
        decided_by=_name(work, row.decided_by),
        reason=row.reason,
        rejected_why=row.rejected_why,
        agreed_on=row.agreed_on,
        agreement=row.agreement,
        claim_due_on=row.claim_due_on,
        report_due_on=row.report_due_on,
        report=row.report,
        report_result=row.report_result,
        started=row.starts_on is not None and not may_begin(row.starts_on, terms, today=today),
        news=news,
        approved_for=_span(row.approved_starts_on, row.approved_ends_on) if movable else None,
        wished=_span(row.wished_starts_on, row.wished_ends_on) if movable else None,
        latest_on=latest_end(row.approved_ends_on, terms) if movable and row.approved_ends_on else None,
    )


def _span(start: date | None, end: date | None) -> tuple[date, date] | None:
    return (start, end) if start is not None and end is not None else None


def moving_subject(voucher: Voucher) -> str:
    """Return what the card about a wish for other dates is about: each wish is told by one of its own."""
    row = voucher.row
    return f"{voucher.id}:{row.wished_starts_on}:{row.wished_ends_on}"


def _name(work: Work, person_id: int | None) -> str:
    person = work.session.get(Person, person_id) if person_id is not None else None
    return "" if person is None else person.name


@living(REVIEW)
def read_review(work: Work, view: View) -> VoucherShown | None:
    """Show the managers who decide an application, from its submission to its report."""
    voucher = from_subject(work, view.subject)
    if voucher is None or voucher.row.state is ApplicationState.DRAFT:
        return None
    return build(work, voucher, Viewer.MANAGER)


@living(MOVING)
def read_moving(work: Work, view: View) -> VoucherShown | None:
    """Show the managers who decide that other dates are wished, or how it stands once they have decided."""
    voucher = from_subject(work, view.subject)
    return None if voucher is None else build(work, voucher, Viewer.MANAGER)


@living(NEWS)
def read_news(work: Work, view: View) -> VoucherShown | None:
    """Tell who applied how the application stands now."""
    voucher = from_subject(work, view.subject)
    return None if voucher is None else build(work, voucher, Viewer.APPLICANT, news=True)


def refresh(work: Work, voucher: Voucher) -> None:
    """Bring the managers' card up to date."""
    cards.refresh(work, REVIEW, voucher.id)


def tell_applicant(work: Work, voucher: Voucher) -> None:
    """Tell who applied what has happened, as a message of its own: a card that merely changed would not be noticed."""
    cards.tell(work, NEWS, f"{voucher.id}:{voucher.row.version}", voucher.row.person_id)


@route("voucher.status", writes=False)
def show_voucher(work: Work, ask: Ask) -> Reply:
    """Show an application to its organisation, or to a manager who decides on it."""
    voucher = find(work, ask.value.partition(":")[0])
    if work.who.belongs_to(voucher.row.organisation_id):
        return Reply(build(work, voucher, Viewer.APPLICANT))
    decides = work.who.manages(voucher.row.cluster_id)
    return Reply(replace(build(work, voucher, Viewer.MANAGER), decides=decides))
