"""Cards and forms about claims for payment."""

from __future__ import annotations

from typing import Final

from domain.money import format_plain
from domain.vouchers import LINK_MAX, REASON_MAX, REFERENCE_MAX, ClaimState
from messages.card import (
    Actions,
    Block,
    Button,
    Card,
    Confirm,
    Divider,
    Fact,
    Facts,
    Field,
    FieldKind,
    Form,
    Option,
    Section,
    Style,
)
from messages.compose.registry import asks, composes
from messages.compose.sheets import heading
from messages.i18n import N_, Money, Words
from messages.labels import label
from messages.notices.claims import (
    AddReceipt,
    ClaimDone,
    ClaimDoneKind,
    ClaimShown,
    GiveClaimReason,
    PayClaim,
    ReceiptLine,
    SubmitClaim,
)
from messages.notices.vouchers import Viewer
from messages.parts import sentence

_WRITABLE: Final = (ClaimState.DRAFT, ClaimState.RETURNED)


@composes(ClaimShown)
def compose_claim(notice: ClaimShown, words: Words) -> Card:
    """Show a claim with its receipts, and what the reader can do about it."""
    writing = notice.viewer is Viewer.APPLICANT and notice.state in _WRITABLE
    blocks: list[Block] = [Section(_lead(notice, words))]
    if notice.reason:
        blocks.append(Section(notice.reason, words.say("The reason given")))
    blocks.append(Facts(tuple(_facts(notice, words))))
    for at, line in enumerate(notice.receipts, start=1):
        blocks += [*([Divider()] if at == 1 else []), *_receipt(line, notice, words, writing=writing)]
    for name, link in notice.documents:
        blocks += [Section(name, words.say("Document")), Actions((Button(words.say("Open the file"), url=link),))]
    buttons = _applicants(notice, words) if notice.viewer is Viewer.APPLICANT else _managers(notice, words)
    if buttons:
        blocks.append(Actions(tuple(buttons)))
    title = words.say("Claim {number}", number=notice.number)
    return Card(
        title=heading(notice.id, title),
        blocks=tuple(blocks),
        summary=words.say("{id}: {status}", id=notice.id, status=_lead(notice, words)),
        locale=words.locale,
    )


def _lead(notice: ClaimShown, words: Words) -> str:
    if notice.viewer is Viewer.MANAGER:
        status = label(notice.state, words)
        return words.say("{organisation} claims: {status}", organisation=notice.organisation, status=status)
    if notice.state in _WRITABLE and not notice.receipts:
        return words.say("Add your receipts one by one; then submit the claim. It is kept meanwhile.")
    leads = {
        ClaimState.DRAFT: words.say("Not submitted yet. Add what is missing, then submit it."),
        ClaimState.SUBMITTED: words.say("Submitted. The funder looks at the receipts."),
        ClaimState.RETURNED: words.say("The funder asks for a change."),
        ClaimState.APPROVED: words.say("Approved. It will be paid."),
        ClaimState.PAID: words.say("Paid."),
        ClaimState.REJECTED: words.say("Rejected. Its receipts can be used in another claim."),
        ClaimState.WITHDRAWN: words.say("Withdrawn. Its receipts can be used in another claim."),
    }
    return leads[notice.state]


def _facts(notice: ClaimShown, words: Words) -> list[Fact]:
    facts = [
        Fact(words.say("This claim"), words.money(Money(notice.cents, notice.currency))),
        Fact(words.say("Approved amount"), words.money(Money(notice.approved, notice.currency))),
        Fact(words.say("Left to claim"), words.money(Money(notice.rest, notice.currency))),
    ]
    if notice.due_on is not None:
        facts.append(Fact(words.say("Claim until"), words.date(notice.due_on)))
    if notice.needed and notice.state in _WRITABLE:
        facts.append(Fact(words.say("Needed when you submit"), words.listed(notice.needed)))
    if notice.final:
        facts.append(Fact(words.say("More to come?"), words.say("No, this is the last claim")))
    if notice.paid_on is not None:
        facts.append(Fact(words.say("Paid on"), f"{words.date(notice.paid_on)} {notice.payment}".strip()))
    if notice.decided_by and notice.viewer is Viewer.MANAGER:
        facts.append(Fact(words.say("Decided by"), notice.decided_by))
    return facts


def _receipt(line: ReceiptLine, notice: ClaimShown, words: Words, *, writing: bool) -> list[Block]:
    one = line.receipt
    text = words.say(
        "{issuer}, no. {number}, {date}: {amount}",
        issuer=one.issuer,
        number=one.number,
        date=words.date(one.dated_on),
        amount=words.money(Money(one.amount, notice.currency)),
    )
    if line.original:
        text += " " + words.say("(on the receipt: {amount})", amount=line.original)
    buttons = [Button(words.say("Open the file"), url=one.link)]
    if writing:
        buttons.append(Button(words.say("Remove"), "claim.receipt.remove", line.value))
    return [Section(text), Actions(tuple(buttons))]


def _applicants(notice: ClaimShown, words: Words) -> list[Button]:
    if notice.state in _WRITABLE:
        name = f"{notice.id}:{notice.number}"
        submit = Button(words.say("Submit the claim"), "claim.submit", notice.value, style=Style.PRIMARY)
        add = Button(
            words.say("Add a receipt"),
            "claim.receipt",
            name,
            style=Style.DEFAULT if notice.receipts else Style.PRIMARY,
        )
        offered = ([submit] if notice.receipts else []) + ([add] if notice.rest else [])
        return [*offered, _withdraw(notice, words)]
    return [_withdraw(notice, words)] if notice.state is ClaimState.SUBMITTED else []


def _withdraw(notice: ClaimShown, words: Words) -> Button:
    confirm = Confirm(
        title=words.say("Withdraw the claim?"),
        text=words.say("Its receipts can be used in another claim then."),
        yes=words.say("Withdraw"),
        no=words.say("Keep it"),
    )
    return Button(words.say("Withdraw"), "claim.withdraw", notice.value, style=Style.DANGER, confirm=confirm)


def _managers(notice: ClaimShown, words: Words) -> list[Button]:
    reject = Button(words.say("Reject"), "claim.reject", notice.value, style=Style.DANGER)
    if notice.state is ClaimState.SUBMITTED:
        return [
            Button(words.say("Approve"), "claim.approve", notice.value, style=Style.PRIMARY),
            Button(words.say("Return with a reason"), "claim.return", notice.value),
            reject,
        ]
    if notice.state is ClaimState.RETURNED:
        return [reject]
    if notice.state is ClaimState.APPROVED:
        return [Button(words.say("Mark as paid"), "claim.pay", notice.value, style=Style.PRIMARY)]
    return []


@asks(AddReceipt)
def ask_receipt(question: AddReceipt, words: Words) -> Form:
    """Ask for one receipt."""
    left = words.money(Money(max(question.left, 0), question.currency))
    example = format_plain(189_50, currency=question.currency, locale=words.locale)
    return Form(
        action="claim.receipt.add",
        value=question.value,
        title=words.say("Receipt ({id})", id=question.id),
        intro=words.say("You can still claim {left}. A receipt counts once.", left=left),
        fields=(
            Field("issuer", words.say("Who issued it?"), max_length=120),
            Field("number", words.say("Its number"), max_length=60),
            Field("dated_on", words.say("Its date"), FieldKind.DATE),
            Field(
                "amount",
                words.say("Amount in {currency}", currency=question.currency),
                hint=words.say("Such as {example}", example=example),
                max_length=40,
            ),
            Field(
                "original",
                words.say("In another currency: the amount on the receipt"),
                required=False,
                hint=words.say("Claim above what your bank charged for it"),
                max_length=REFERENCE_MAX,
            ),
            Field(
                "link",
                words.say("Link to the file"),
                hint=words.say("Where the funder can open it, such as https://…"),
                max_length=LINK_MAX,
            ),
        ),
        submit=words.say("Add"),
        cancel=words.say("Cancel"),
        locale=words.locale,
    )


@asks(SubmitClaim)
def ask_to_submit(question: SubmitClaim, words: Words) -> Form:
    """Ask for the documents that the scheme wants, and whether anything follows."""
    fields = [
        Field(
            f"document_{at}",
            name,
            value=link,
            hint=words.say("Link to the file, such as https://…"),
            max_length=LINK_MAX,
        )
        for at, (name, link) in enumerate(question.documents)
    ]
    if not question.last:
        last = Option("last", words.say("Nothing more comes: the rest can be given to others"))
        fields.append(
            Field("last", words.say("Is this your last claim?"), FieldKind.CHECK, required=False, options=(last,))
        )
    return Form(
        action="claim.submit.send",
        value=question.value,
        title=words.say("Submit the claim ({id})", id=question.id),
        intro=words.say("It comes to {amount}.", amount=words.money(Money(question.cents, question.currency))),
        fields=tuple(fields),
        submit=words.say("Submit"),
        cancel=words.say("Cancel"),
        locale=words.locale,
    )


@asks(PayClaim)
def ask_when_paid(question: PayClaim, words: Words) -> Form:
    """Ask when a claim was paid."""
    return Form(
        action="claim.pay.save",
        value=question.value,
        title=words.say("Paid ({id})", id=question.id),
        intro=words.say(
            "{amount} to {organisation}.",
            amount=words.money(Money(question.cents, question.currency)),
            organisation=question.organisation,
        ),
        fields=(
            Field("paid_on", words.say("Paid on"), FieldKind.DATE, value=question.today.isoformat()),
            Field("payment", words.say("Reference of the payment"), required=False, max_length=REFERENCE_MAX),
        ),
        submit=words.say("Mark as paid"),
        cancel=words.say("Cancel"),
        locale=words.locale,
    )


@asks(GiveClaimReason)
def ask_reason(question: GiveClaimReason, words: Words) -> Form:
    """Ask why a claim is returned or rejected."""
    title = N_("Reject the claim ({id})") if question.reject else N_("Return the claim ({id})")
    ask = words.say("The reason") if question.reject else words.say("What should change?")
    return Form(
        action="claim.reject.send" if question.reject else "claim.return.send",
        value=question.value,
        title=words.say(title, id=question.id),
        intro=words.say("{organisation} reads your reason.", organisation=question.organisation),
        fields=(Field("reason", ask, FieldKind.TEXT, max_length=REASON_MAX),),
        submit=words.say("Reject") if question.reject else words.say("Return"),
        cancel=words.say("Cancel"),
        locale=words.locale,
    )


_DONE: Final = {
    ClaimDoneKind.SUBMITTED: N_("The claim over {amount} is submitted ({id}). You will read here what becomes of it."),
    ClaimDoneKind.WITHDRAWN: N_("The claim is withdrawn ({id})."),
    ClaimDoneKind.APPROVED: N_("Approved: {amount} for {organisation} ({id}). Mark it as paid once it is."),
    ClaimDoneKind.RETURNED: N_("Returned ({id}). {organisation} reads your reason."),
    ClaimDoneKind.REJECTED: N_("Rejected ({id}). {organisation} reads your reason."),
    ClaimDoneKind.PAID: N_("Noted: {amount} were paid to {organisation} ({id})."),
}


@composes(ClaimDone)
def compose_done(notice: ClaimDone, words: Words) -> Card:
    """Confirm what was done."""
    amount = words.money(Money(notice.cents, notice.currency))
    return sentence(words.say(_DONE[notice.done], id=notice.id, amount=amount, organisation=notice.organisation), words)
