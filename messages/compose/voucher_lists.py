"""Cards that list vouchers: one's own, what one may apply for, and what fits an introduction."""

from __future__ import annotations

from messages.card import Actions, Block, Button, Card, Divider, Section, Style
from messages.compose.registry import composes
from messages.compose.sheets import bulleted, heading, page_buttons
from messages.compose.voucher_parts import finding, money, open_button, rules
from messages.i18n import Money, Words
from messages.labels import label
from messages.notices.vouchers import (
    OpenCall,
    VoucherLine,
    VoucherList,
    VoucherOffer,
)


@composes(VoucherList)
def compose_list(notice: VoucherList, words: Words) -> Card:
    """List one's own applications, what one may apply for, and why not for the rest."""
    blocks: list[Block] = []
    for line in notice.lines:
        blocks += [Section(_line(line, words)), Actions((open_button(line.id, words),))]
    may = [one for one in notice.calls if not one.barriers]
    for one in may:
        blocks += [*([Divider()] if blocks else []), *_call(one, words)]
    not_for_us = [one for one in notice.calls if one.barriers]
    if not_for_us:
        lines = [
            words.say(
                "{name} ({id}): {why}",
                name=f"{one.terms.name} · {one.title}",
                id=one.id,
                why="; ".join(finding(barrier, one.terms, words, marked=False) for barrier in one.barriers),
            )
            for one in not_for_us
        ]
        blocks.append(Section(bulleted(lines), words.say("Not open to you now")))
    if not blocks:
        blocks.append(Section(_empty(notice, words)))
    buttons = [
        *page_buttons("voucher.list", "", notice.page, more=notice.more, words=words),
        Button(words.say("Help"), "help.voucher"),
    ]
    if notice.manager:
        buttons = [
            Button(words.say("Schemes and calls"), "scheme.list"),
            Button(words.say("Board"), "voucher.board"),
            *buttons,
        ]
    blocks.append(Actions(tuple(buttons)))
    return Card(title=words.say("Vouchers"), blocks=tuple(blocks), locale=words.locale)


def _empty(notice: VoucherList, words: Words) -> str:
    if notice.page > 1:
        return words.say("Nothing more here.")
    if not notice.sme:
        return words.say("Organisations apply for vouchers, and you act for none here.")
    return words.say(
        "No call for vouchers is open to your clusters at the moment. You will read of the next one in your challenge "
        "channel."
    )


def _line(line: VoucherLine, words: Words) -> str:
    parts = [heading(line.id, line.scheme), label(line.state, words)]
    if line.amount is not None:
        parts.append(words.money(Money(line.amount, line.currency)))
    if line.due_on is not None:
        parts.append(words.date(line.due_on))
    if line.organisation:
        parts.append(line.organisation)
    return " · ".join(parts)


def _call(one: OpenCall, words: Words) -> list[Block]:
    text = words.say("Applications until {day}, end of the day ({zone}).", day=one.cutoff_on, zone=one.terms.zone)
    lines = [text, *rules(one.terms, words)]
    apply = Button(words.say("Apply"), "voucher.apply", one.id, style=Style.PRIMARY)
    return [Section("\n".join(lines), heading(one.id, f"{one.terms.name} · {one.title}")), Actions((apply,))]


@composes(VoucherOffer)
def compose_offer(notice: VoucherOffer, words: Words) -> Card:
    """Offer an SME the money for what an introduction needs, with all that is known filled in."""
    blocks: list[Block] = [
        Section(
            words.say(
                "There is money for meeting {other}. What I know already is filled in; it takes two minutes.",
                other=notice.other,
            )
        )
    ]
    for one in notice.calls:
        text = words.say(
            "{name}: up to {cap}, applications until {day}.",
            name=f"{one.terms.name} · {one.title}",
            cap=money(one.terms.cap, one.terms, words),
            day=one.cutoff_on,
        )
        button = Button(words.say("Apply"), "voucher.apply", f"{notice.introduction} {one.id}", style=Style.PRIMARY)
        blocks += [Section(text), Actions((button,))]
    title = heading(notice.introduction, words.say("A voucher for this"))
    return Card(title=title, blocks=tuple(blocks), locale=words.locale)
