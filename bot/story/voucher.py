"""The voucher of the story: offered with the introduction, applied for, approved and agreed on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.story.cast import BUYER_NAME, MANAGERS, PRIVATE, SME_NAME, Story
from bot.story.driver import NotThere


def apply(story: Story) -> None:
    """Let the SME ask for the money of its trip, and its cluster grant it."""
    tell, sme, delta = story.tell, story.sme, story.delta
    tell.step(sme, "reads on the same card that there is money for the trip, and looks.")
    card = sme.wait_in(PRIVATE, "the offer of a voucher", lambda one: one.find("voucher.for") is not None)
    sme.press(card, "voucher.for")
    tell.sees(sme, sme.reply)

    tell.step(sme, "opens the form: the buyer, its country and the purpose are filled in. Three fields are left.")
    sme.press(sme.reply, "voucher.apply")
    starts = (datetime.now(UTC) + timedelta(days=20)).date().isoformat()
    answers = {"starts_on": starts, "ends_on": starts, "amount": "420", "sme": ("sme",)}
    tell.form(sme, sme.form, filled=answers)
    sme.fill(**answers)
    tell.sees(sme, sme.reply)

    tell.step(sme, "is asked once what de minimis aid the firm was granted: none.")
    sme.press(sme.reply, "voucher.declare")
    sme.fill(true=("1",))
    tell.sees(sme, sme.reply)
    sme.press(sme.reply, "voucher.submit")
    tell.sees(sme, sme.reply)

    tell.step(delta, "sees the application with its checks in the managers' channel, and approves it.")
    card = delta.wait_in(MANAGERS, "the application", lambda one: one.find("voucher.approve") is not None)
    if SME_NAME not in card.text or BUYER_NAME not in card.text:
        raise NotThere("who applies, and for what", card.text)
    tell.sees(delta, card, where=MANAGERS)
    delta.press(card, "voucher.approve")
    tell.sees(delta, delta.reply)

    tell.step(delta, "records the agreement, before the trip begins.")
    card = delta.wait_in(MANAGERS, "the approved application", lambda one: one.find("voucher.agree") is not None)
    delta.press(card, "voucher.agree")
    delta.fill(agreement="2026-17")
    tell.sees(delta, delta.reply)

    tell.step(sme, "reads that it can go, and until when it can claim the money.")
    card = sme.wait_in(PRIVATE, "the agreement", lambda one: "The agreement is recorded" in one.text)
    tell.sees(sme, card, where="a private message")
