"""Cards about what could not be delivered."""

from __future__ import annotations

from messages.card import Actions, Block, Button, Card, Note, Section, Style
from messages.compose.registry import composes
from messages.i18n import Words
from messages.notices.undelivered import Resent, Undelivered
from messages.parts import sentence


@composes(Undelivered)
def compose_undelivered(notice: Undelivered, words: Words) -> Card:
    """List what a platform refused, each with what can be done about it."""
    blocks: list[Block] = [
        Section(
            words.say(
                "The chat platform rejected these messages. Fix the cause (for example, a channel that "
                "was removed), then send them again."
            )
        )
    ]
    for lost in notice.newest:
        blocks.append(
            Section(words.say("{subject}: {reason}, {at}", subject=lost.subject, reason=lost.reason, at=lost.at))
        )
        send = Button(words.say("Send again"), action="undelivered.resend", value=str(lost.row_id), style=Style.PRIMARY)
        drop = Button(words.say("Drop it"), action="undelivered.drop", value=str(lost.row_id))
        blocks.append(Actions((send, drop)))
    more = notice.total - len(notice.newest)
    if more > 0:
        blocks.append(Note(words.count("and one more", "and {n} more", more)))
    title = words.count("One message could not be delivered", "{n} messages could not be delivered", notice.total)
    return Card(title=title, blocks=tuple(blocks), locale=words.locale)


@composes(Resent)
def compose_resent(notice: Resent, words: Words) -> Card:
    """Say what becomes of it."""
    if notice.dropped:
        text = words.say("The message about {subject} is dropped.", subject=notice.subject)
    else:
        text = words.say("The message about {subject} is on its way again.", subject=notice.subject)
    return sentence(text, words)
