"""Cards about applications for vouchers."""

from __future__ import annotations

from datetime import date
from typing import Final

from domain.eligibility import Verdict
from domain.vouchers import MOVABLE, ApplicationState
from messages.card import Actions, Block, Button, Card, Fact, Facts, Note, Section, Style
from messages.compose.registry import composes
from messages.compose.sheets import bulleted, discard_button, heading
from messages.compose.voucher_parts import checklist, finding, money, open_button
from messages.i18n import N_, Words
from messages.labels import label
from messages.notices.vouchers import (
    Viewer,
    VoucherDone,
    VoucherDoneKind,
    VoucherShown,
)

_A = ApplicationState

#: What has happened, and what is next, to who applied.
_LEADS: Final[dict[ApplicationState, str]] = {
    _A.DRAFT: N_("A draft. Nobody but your own people sees it; submit it by {cutoff}."),
    _A.SUBMITTED: N_("Submitted. {funder} looks at it."),
    _A.RETURNED: N_("{funder} asks for a change."),
    _A.ELIGIBLE: N_("A first manager of {funder} has approved it; because of the amount a second one looks at it too."),
    _A.APPROVED: N_("Approved: {approved}. Next, {funder} signs an agreement with you, before the activity begins."),
    _A.AGREEMENT: N_("The agreement is recorded. You can begin on {start} and claim up to {approved} until {due}."),
    _A.ACTIVE: N_("Under way. Claim up to {approved} until {due}."),
    _A.CLAIMED: N_("Claimed. {funder} looks at the receipts."),
    _A.PAID: N_("Paid: {paid}. One thing is left: a short report by {report_due}."),
    _A.REPORTED: N_("Done: {paid} were paid, and the report is in. Thank you!"),
    _A.REJECTED: N_("Rejected: {why}."),
    _A.WITHDRAWN: N_("Withdrawn."),
    _A.EXPIRED: N_("Expired: its time has passed. Nothing is paid for it any more."),
}


@composes(VoucherShown)
def compose_voucher(notice: VoucherShown, words: Words) -> Card:
    """Show an application to one side, with what that side can do about it."""
    blocks: list[Block] = [Section(_lead(notice, words))]
    if notice.reason:
        kept = words.say("Why the dates stay as they are")
        blocks.append(Section(notice.reason, kept if notice.state in MOVABLE else words.say("The reason given")))
    if notice.wished:
        blocks.append(Section(_wish(notice, words)))
    blocks.append(Facts(tuple(_facts(notice, words))))
    if notice.purpose:
        blocks.append(Section(notice.purpose, words.say("What for")))
    if notice.findings:
        title = words.say("Checked") if notice.viewer is Viewer.MANAGER else words.say("How it stands")
        blocks.append(Section(checklist(notice.findings, notice.terms, words), title))
    blocks += _money_blocks(notice, words)
    if notice.report:
        blocks += [
            Section(notice.report, words.say("What was done")),
            Section(notice.report_result, words.say("What came of it")),
        ]
    note = _note(notice, words)
    if note:
        blocks.append(Note(note))
    buttons = _managers(notice, words) if notice.viewer is Viewer.MANAGER else _applicants(notice, words)
    if buttons:
        blocks.append(Actions(tuple(buttons)))
    return Card(
        title=heading(notice.id, notice.terms.name),
        blocks=tuple(blocks),
        summary=words.say("{id}: {status}", id=notice.id, status=_lead(notice, words)),
        locale=words.locale,
    )


def _lead(notice: VoucherShown, words: Words) -> str:
    if notice.viewer is Viewer.MANAGER:
        return words.say(
            "{organisation}, {country}: {status}",
            organisation=notice.organisation,
            country=words.country(notice.country),
            status=label(notice.state, words),
        )
    return words.say(
        _LEADS[notice.state],
        funder=notice.funder,
        cutoff=notice.cutoff_on,
        approved=money(notice.approved, notice.terms, words),
        paid=money(notice.paid, notice.terms, words),
        start=_date(notice.starts_on, words),
        due=_date(notice.claim_due_on, words),
        report_due=_date(notice.report_due_on, words),
        why=label(notice.rejected_why, words) if notice.rejected_why else "",
    )


def _wish(notice: VoucherShown, words: Words) -> str:
    when = _span(notice.wished, words)
    if notice.viewer is Viewer.APPLICANT:
        return words.say(
            "You asked for other dates: {when}. {funder} has to agree, because it would end after {latest}. Until then "
            "the present dates hold.",
            when=when,
            funder=notice.funder,
            latest=_date(notice.latest_on, words),
        )
    return words.say(
        "{organisation} asks for other dates: {when}. You have to agree, because it would end after {latest}.",
        organisation=notice.organisation,
        when=when,
        latest=_date(notice.latest_on, words),
    )


def _span(dates: tuple[date, date] | None, words: Words) -> str:
    if dates is None:
        return words.say("Not said yet")
    start, end = dates
    return words.date(start) if start == end else words.say("{start} to {end}", start=start, end=end)


def _date(value: date | None, words: Words) -> str:
    return words.date(value) if value else ""


def _facts(notice: VoucherShown, words: Words) -> list[Fact]:
    none = words.say("Not said yet")
    partner = notice.partner or none
    if notice.partner and notice.partner_country:
        country = words.country(notice.partner_country)
        partner = words.say("{name}, {country}", name=notice.partner, country=country)
    dates = (notice.starts_on, notice.ends_on) if notice.starts_on and notice.ends_on else None
    facts = [
        Fact(words.say("Whom you meet") if notice.viewer is Viewer.APPLICANT else words.say("Partner"), partner),
        Fact(words.say("When"), _span(dates, words)),
        Fact(
            words.say("Amount"),
            none if notice.amount is None else money(notice.amount, notice.terms, words),
        ),
        Fact(words.say("Call"), words.say("{title} ({id})", title=notice.call_title, id=notice.call)),
    ]
    if notice.approved_for and notice.approved_for != dates:
        facts.append(Fact(words.say("Approved for"), _span(notice.approved_for, words)))
    if notice.introduction:
        facts.append(Fact(words.say("Introduction"), notice.introduction))
    if notice.agreed_on:
        agreed = words.date(notice.agreed_on)
        facts.append(Fact(words.say("Agreement"), f"{agreed} {notice.agreement}".strip()))
    if notice.claim_due_on:
        facts.append(Fact(words.say("Claim until"), words.date(notice.claim_due_on)))
    if notice.report_due_on:
        facts.append(Fact(words.say("Report until"), words.date(notice.report_due_on)))
    return facts


def _money_blocks(notice: VoucherShown, words: Words) -> list[Block]:
    if not notice.claims:
        return []
    lines = [
        words.say(
            "Claim {number}: {amount}, {status}",
            number=one.number,
            amount=money(one.cents, notice.terms, words),
            status=label(one.state, words),
        )
        for one in notice.claims
    ]
    left = words.say("Not claimed yet: {amount}", amount=money(notice.claimable, notice.terms, words))
    return [Section(bulleted([*lines, left]), words.say("Claims"))]


def _note(notice: VoucherShown, words: Words) -> str:
    if notice.viewer is Viewer.APPLICANT:
        return ""
    parts = [words.say("Applied for by {name}.", name=notice.applicant)]
    if not notice.decides:
        parts.append(words.say("The managers of {funder} decide on it.", funder=notice.funder))
    if notice.second and notice.state in (_A.SUBMITTED, _A.ELIGIBLE):
        parts.append(words.say("This amount needs the approval of two managers."))
    if notice.checked_by:
        parts.append(words.say("First approved by {name}.", name=notice.checked_by))
    if notice.decided_by:
        parts.append(words.say("Decided by {name}.", name=notice.decided_by))
    if notice.state is _A.APPROVED and notice.started:
        parts.append(
            words.say("The activity should have begun by now, without an agreement: the applicant has to move it.")
        )
    return " ".join(parts)


def _managers(notice: VoucherShown, words: Words) -> list[Button]:
    if not notice.decides:
        return []
    if notice.state in (_A.SUBMITTED, _A.ELIGIBLE):
        first = notice.second and notice.state is _A.SUBMITTED
        aid = [Button(words.say("De minimis register"), "register.show", notice.id)] if notice.terms.de_minimis else []
        return [
            Button(
                words.say("Approve, as the first of two") if first else words.say("Approve"),
                "voucher.approve",
                notice.value,
                style=Style.PRIMARY,
            ),
            Button(words.say("Return with a reason"), "voucher.return", notice.value),
            Button(words.say("Reject"), "voucher.reject", notice.value, style=Style.DANGER),
            *aid,
        ]
    buttons: list[Button] = []
    if notice.state is _A.APPROVED:
        buttons.append(Button(words.say("Record the agreement"), "voucher.agree", notice.value, style=Style.PRIMARY))
    if notice.wished:
        buttons += [
            Button(words.say("Agree to the dates"), "voucher.moving.agree", notice.value, style=Style.PRIMARY),
            Button(words.say("Keep the dates"), "voucher.keep", notice.value),
        ]
    shown = [one for one in notice.claims if one.state.value not in ("draft", "withdrawn")]
    buttons += [Button(words.say("Claim {number}", number=one.number), "claim.show", one.value) for one in shown[-3:]]
    return buttons


def _applicants(notice: VoucherShown, words: Words) -> list[Button]:
    state, value = notice.state, notice.value
    buttons: list[Button] = []
    if state in (_A.DRAFT, _A.RETURNED):
        buttons.append(Button(words.say("Submit"), "voucher.submit", value, style=Style.PRIMARY))
    if any(one.check.value == "declared" and one.verdict is Verdict.NO for one in notice.findings):
        buttons.append(Button(words.say("Declare de minimis aid"), "voucher.declare", notice.id))
    if state in (_A.DRAFT, _A.RETURNED, _A.SUBMITTED, _A.ELIGIBLE):
        buttons.append(Button(words.say("Edit"), "voucher.edit", notice.id))
    if state in (_A.APPROVED, _A.AGREEMENT, _A.ACTIVE):
        buttons.append(Button(words.say("Change the dates"), "voucher.edit", notice.id))
    if state is _A.ACTIVE or (state is _A.CLAIMED and notice.claimable > 0):
        buttons.append(Button(words.say("Claim"), "voucher.claim", notice.id, style=Style.PRIMARY))
    buttons += [
        Button(words.say("Claim {number}", number=one.number), "claim.show", one.value)
        for one in notice.claims[-2:]
        if one.state.value != "withdrawn"
    ]
    if state in (_A.ACTIVE, _A.CLAIMED, _A.PAID):
        style = Style.PRIMARY if state is _A.PAID else Style.DEFAULT
        buttons.append(Button(words.say("Write the report"), "voucher.report", notice.id, style=style))
    if state is _A.DRAFT:
        buttons.append(discard_button("voucher.discard", value, words))
    elif state in (_A.SUBMITTED, _A.RETURNED, _A.ELIGIBLE, _A.APPROVED, _A.AGREEMENT, _A.ACTIVE):
        buttons.append(Button(words.say("Withdraw"), "voucher.withdraw", notice.id, style=Style.DANGER))
    return buttons


_DONE: Final = {
    VoucherDoneKind.SAVED: N_("Saved as a draft ({id}). Submit it before the call closes."),
    VoucherDoneKind.SUBMITTED: N_("Submitted ({id}). {funder} looks at it; you will read here what they decide."),
    VoucherDoneKind.UPDATED: N_("Changed ({id}). {funder} sees it as it is now."),
    VoucherDoneKind.MOVED: N_("The dates are changed ({id}), and your reminders with them. Claim until {date}."),
    VoucherDoneKind.ASKED: N_(
        "{funder} is asked whether it may end on {date} ({id}). You will read here what they say; until then the "
        "present dates hold."
    ),
    VoucherDoneKind.DATES_AGREED: N_("{id} now ends on {date}. {organisation} reads it, and the reminders follow."),
    VoucherDoneKind.DATES_KEPT: N_("The dates of {id} stay as they are; {organisation} reads your reason."),
    VoucherDoneKind.DISCARDED: N_("The draft {id} is gone."),
    VoucherDoneKind.WITHDRAWN: N_("{id} is withdrawn. What was set aside for it is free for others."),
    VoucherDoneKind.CHECKED: N_("Noted ({id}). A second manager of your cluster has to approve it too."),
    VoucherDoneKind.APPROVED: N_("{id} of {organisation} is approved. Record the agreement before it begins."),
    VoucherDoneKind.RETURNED: N_("{id} is returned; {organisation} reads your reason."),
    VoucherDoneKind.REJECTED: N_("{id} is rejected; {organisation} reads your reason."),
    VoucherDoneKind.AGREED: N_("The agreement of {id} is recorded. {organisation} can claim until {date}."),
    VoucherDoneKind.REPORTED: N_("Thank you! The report on {id} is in, and this voucher is done."),
    VoucherDoneKind.REPORT_KEPT: N_("Kept. The report on {id} counts as handed in once the money is paid."),
}


@composes(VoucherDone)
def compose_done(notice: VoucherDone, words: Words) -> Card:
    """Confirm what was done, and say what is still missing."""
    text = words.say(
        _DONE[notice.done],
        id=notice.id,
        funder=notice.funder,
        organisation=notice.organisation,
        date=words.date(notice.on) if notice.on else "",
    )
    blocks: list[Block] = [Section(text)]
    buttons: list[Button] = []
    if notice.gaps:
        blocks.append(Section(bulleted(_gaps(notice, words)), words.say("It cannot be submitted like this")))
    if notice.missing:
        blocks.append(
            Section(words.say("First tell what de minimis aid your organisation was granted. It is one form."))
        )
        buttons.append(Button(words.say("Declare de minimis aid"), "voucher.declare", notice.id, style=Style.PRIMARY))
    if notice.done not in (VoucherDoneKind.DISCARDED, VoucherDoneKind.CHECKED):
        buttons.append(open_button(notice.id, words))
    if buttons:
        blocks.append(Actions(tuple(buttons)))
    return Card(title="", blocks=tuple(blocks), summary=text, locale=words.locale)


def _gaps(notice: VoucherDone, words: Words) -> list[str]:
    return [finding(one, notice.terms, words, marked=False) for one in notice.gaps]
