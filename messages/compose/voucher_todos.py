"""What is open about vouchers, on one's own page."""

from __future__ import annotations

from typing import Final

from messages.card import Actions, Button, Card, Section, Style
from messages.compose.registry import composes
from messages.compose.sheets import heading
from messages.i18n import N_, Words
from messages.notices.vouchers import VoucherDoors, VoucherTodo, VoucherTodoKind

_K = VoucherTodoKind

#: What is to be done, what its button says, and what it does.
_TODOS: Final[dict[VoucherTodoKind, tuple[str, str, str]]] = {
    _K.DRAFT: (N_("A draft. Submit it by {date}."), N_("Complete it"), "voucher.edit"),
    _K.RETURNED: (N_("The funder asks for a change: {note}"), N_("Change it"), "voucher.edit"),
    _K.AGREEMENT: (N_("Approved. The agreement is signed before you begin on {date}."), N_("Open"), "voucher.status"),
    _K.BEGINS: (N_("You begin on {date}. Keep every receipt."), N_("Open"), "voucher.status"),
    _K.CLAIM: (N_("Claim your money by {date}."), N_("Claim"), "voucher.claim"),
    _K.REPORT: (N_("Paid. A short report is due by {date}."), N_("Write the report"), "voucher.report"),
    _K.DECIDE: (N_("{other} applies; the activity begins on {date}."), N_("Look and decide"), "voucher.status"),
    _K.SECOND: (N_("{other} applies; a second approval is needed."), N_("Look and decide"), "voucher.status"),
    _K.RECORD: (N_("{other}: record the agreement before {date}."), N_("Record the agreement"), "voucher.agree"),
    _K.MOVES: (N_("{other} asks to end it on {date}."), N_("Look and decide"), "voucher.status"),
    _K.CLAIMS: (N_("A claim waits for you."), N_("Look at the receipts"), "claim.show"),
    _K.PAY: (N_("A claim is approved and to be paid."), N_("Open"), "claim.show"),
}


@composes(VoucherTodo)
def compose_todo(notice: VoucherTodo, words: Words) -> Card:
    """Write one open thing with the button that settles it."""
    sentence, press, action = _TODOS[notice.kind]
    text = words.say(sentence, date=words.date(notice.on) if notice.on else "", note=notice.note, other=notice.other)
    button = Button(words.say(press), action, notice.value or notice.id, style=Style.PRIMARY)
    return Card(
        title=heading(notice.id, notice.title),
        blocks=(Section(text), Actions((button,))),
        summary=text,
        locale=words.locale,
    )


@composes(VoucherDoors)
def compose_doors(notice: VoucherDoors, words: Words) -> Card:
    """Offer what can always be done about vouchers."""
    buttons = [Button(words.say("My vouchers"), "voucher.list")]
    if notice.manager:
        buttons = [Button(words.say("Schemes and calls"), "scheme.list"), Button(words.say("Board"), "voucher.board")]
    text = words.say("Vouchers pay for travelling to a partner abroad and for trying something out together.")
    return Card(title=words.say("Vouchers"), blocks=(Section(text), Actions(tuple(buttons))), locale=words.locale)
