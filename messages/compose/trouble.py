"""Cards for what could not be done."""

from __future__ import annotations

from typing import Final

from domain.ids import Kind
from messages.card import Actions, Block, Button, Card, Note, Section
from messages.compose.registry import composes
from messages.i18n import Words
from messages.notices.trouble import Refused, Trouble

#: What shows a thing to everybody who may act on it.
SHOWS: Final[dict[str, str]] = {
    Kind.CHALLENGE: "challenge.show",
    Kind.ANSWER: "answer.show",
    Kind.VOUCHER: "voucher.status",
    Kind.CALL: "call.show",
}


@composes(Refused)
def compose_refused(notice: Refused, words: Words) -> Card:
    """Say why not, and show what there is now where the card that was pressed is an old one."""
    blocks: list[Block] = [Section(notice.text)]
    action = SHOWS.get(notice.about[:2])
    if action is not None:
        text = words.say("Show {id} as it is now", id=notice.about)
        blocks.append(Actions((Button(text, action=action, value=notice.about),)))
    return Card(title="", blocks=tuple(blocks), summary=notice.text, locale=words.locale)


@composes(Trouble)
def compose_trouble(notice: Trouble, words: Words) -> Card:
    """Own up to a failure of ours, with the reference under which it is found."""
    return Card(
        title=words.say("Something went wrong on our side"),
        blocks=(
            Section(words.say("Nothing was changed. Please try again in a moment.")),
            Note(
                words.say(
                    "If it happens again, tell your cluster manager this reference: {reference}",
                    reference=notice.reference,
                )
            ),
        ),
        locale=words.locale,
    )
