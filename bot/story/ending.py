"""The second half of the story: approvals, consents, the conversation, and what came of it."""

from __future__ import annotations

from typing import Final

from bot.story import voucher
from bot.story.cast import BUYER_NAME, CHALLENGES, MANAGERS, PRIVATE, SILENT_NAME, SME_NAME, Story
from bot.story.driver import NotThere
from bot.story.pages import Button, Card, Form

_LOOKS: Final = 5


def approve(story: Story) -> None:
    """Approve the SME that answered, in both clusters; a second click does nothing."""
    tell, clean, delta = story.tell, story.clean, story.delta
    tell.step(clean, "reads the shortlist of the ranker, with scores and quoted evidence, and approves the first.")
    card = _decide(story, "suggestion.approve", SME_NAME, holding="Has answered")
    tell.sees(clean, card, where=MANAGERS, lines=14)
    tell.sees(clean, clean.reply)

    tell.step(clean, "clicks the same button once more, on the card as it was before.")
    clean.press(card, "suggestion.approve", below=SME_NAME)
    tell.sees(clean, clean.reply)
    if "Nothing was changed" not in clean.reply.text:
        raise NotThere("a second click without effect", clean.reply.text)

    tell.step(delta, "sees the same introduction in the managers' channel of Rotterdam and approves it too.")
    card = delta.wait_in(MANAGERS, "the introduction", lambda one: one.find("introduction.approve") is not None)
    story.introduction = card.title.partition(" ")[0]
    tell.sees(delta, card, where=MANAGERS)
    delta.press(card, "introduction.approve")
    tell.sees(delta, delta.reply)


def ask_who_did_not_answer(story: Story) -> None:
    """Ask a candidate who did not answer, and take a private no."""
    tell, clean, silent = story.tell, story.clean, story.silent
    tell.step(
        clean, f"also approves {SILENT_NAME}, which has not answered: of its own cluster, so one approval is enough."
    )
    _decide(story, "suggestion.approve", SILENT_NAME)
    tell.sees(clean, clean.reply)

    tell.step(silent, "is asked for consent, does not learn who the buyer is, and declines with a word why.")
    card = silent.wait_in(PRIVATE, "the question for consent", lambda one: one.find("consent.refuse") is not None)
    tell.sees(silent, card, where="a private message")
    story.keeps_from(silent, BUYER_NAME)
    silent.press(card, "consent.refuse")
    silent.fill(note="Our stations are all booked until summer.")
    tell.sees(silent, silent.reply)
    story.keeps_from(story.buyer, SILENT_NAME)

    tell.step(clean, "declines a candidate who does not fit, with a reason that the ranker keeps.")
    form = _decline(story, "Meetwacht")
    tell.form(clean, form, filled={"reason": "not_relevant"})
    tell.sees(clean, clean.reply)


def _decline(story: Story, name: str) -> Form:
    """Decline a candidate; if the card was renewed while the form was open, look at the newest and decline there."""
    for _ in range(_LOOKS):
        _decide(story, "suggestion.reject", name)
        form = story.clean.form
        if story.clean.fill(reason="not_relevant").form is None:
            return form
    raise NotThere(f"a decision on {name}", story.clean.page.heading)


def _decide(story: Story, action: str, name: str, *, holding: str = "") -> Card:
    """Press a button of the review card; if that was just being renewed, look at the newest and press again."""
    clean, tried = story.clean, list[Button]()

    def fits(card: Card) -> bool:
        button = card.find(action, below=name)
        return story.challenge in card.text and holding in card.text and button is not None and button not in tried

    for _ in range(_LOOKS):
        card = clean.wait_in(MANAGERS, f"{name} on the review card", fits)
        button = card.find(action, below=name)
        assert button is not None  # noqa: S101  (it fits)
        tried.append(button)
        clean.send(button)
        if clean.page.form is not None or "newest" not in clean.reply.text:
            return card
    raise NotThere(f"a decision on {name}", clean.reply.text)


def consent(story: Story) -> None:
    """Take the buyer's yes; only now both sides learn who the other is, and a conversation opens."""
    tell, buyer, sme = story.tell, story.buyer, story.sme
    story.keeps_from(sme, BUYER_NAME)
    tell.step(buyer, "is asked (the SME has agreed by answering) and says yes.")
    card = buyer.wait_in(PRIVATE, "the question for consent", lambda one: one.find("consent.give") is not None)
    tell.sees(buyer, card, where="a private message")
    buyer.press(card, "consent.give")
    tell.sees(buyer, buyer.reply)

    tell.step(sme, "learns who the buyer is, and how to reach it.")
    card = sme.wait_in(PRIVATE, "the buyer's name", lambda one: BUYER_NAME in one.text)
    tell.sees(sme, card, where="a private message")

    tell.step(sme, "finds a new conversation in the menu, with the buyer and both managers.")
    card = sme.wait_in(story.room, "the opening of the conversation", lambda one: "meet" in one.text)
    tell.sees(sme, card, where=story.room, lines=16)
    for who in (buyer, story.clean, story.delta):
        who.wait_in(story.room, "the opening of the conversation", lambda one: "meet" in one.text)
        tell.note(f"{who.name} is in the conversation too.")

    said = "Welcome! Could we see a station at work in Copenhagen next week?"
    tell.step(buyer, f"writes in it: “{said}”")
    buyer.open(story.room)
    buyer.type(said)
    tell.sees(sme, sme.wait_in(story.room, "the buyer's words", lambda one: said in one.text), where="Rotterdam")
    said = "Gladly. We bring one on Tuesday at ten."
    tell.step(sme, f"replies: “{said}”")
    sme.open(story.room)
    sme.type(said)
    tell.sees(buyer, buyer.wait_in(story.room, "the SME's words", lambda one: said in one.text), where="Copenhagen")
    story.clean.wait_in(story.room, "the SME's words", lambda one: said in one.text)
    tell.note(f"{story.clean.name} has read along.")
    if story.room in story.stranger.home().channels:
        raise NotThere("a conversation of those concerned", "The stranger has it in the menu.")
    tell.note(f"{story.stranger.name} does not see the conversation.")


def meet(story: Story) -> None:
    """Let them meet, and tell what came of it."""
    tell, buyer, sme = story.tell, story.buyer, story.sme
    tell.step(sme, "tells after the visit that they have met.")
    card = sme.wait_in(story.room, "a button to say so", lambda one: one.find("meeting.met") is not None)
    sme.press(card, "meeting.met")
    tell.sees(sme, sme.reply)

    tell.step(buyer, "sees that the card in the conversation has changed, and tells what came of it: a pilot.")
    card = buyer.wait_in(
        story.room,
        "the card, changed in place",
        lambda one: one.find("meeting.outcome") is not None and one.find("meeting.met") is None,
    )
    buyer.press(card, "meeting.outcome")
    outcome = {"outcome": "pilot", "note": "Two stations for three months."}
    tell.form(buyer, buyer.form, filled=outcome)
    buyer.fill(**outcome)
    tell.sees(buyer, buyer.reply)


def resolve(story: Story) -> None:
    """Give every answer its verdict, and the challenge an outcome."""
    tell, buyer, challenge = story.tell, story.buyer, story.challenge
    tell.step(buyer, "declines the other answer with a reason.")
    buyer.open(CHALLENGES)
    buyer.type(f"/challenge answers {challenge}")
    tell.sees(buyer, buyer.reply)
    buyer.press(buyer.reply, "answer.show", below="An idea")
    buyer.press(buyer.reply, "answer.decline")
    buyer.fill(reason="too_early", note="Please come back when it has been tested.")
    tell.sees(buyer, buyer.reply)
    verdict = story.rival.wait_in(PRIVATE, "the verdict", lambda one: "has been tested" in one.text)
    tell.sees(story.rival, verdict, where="a private message")

    tell.step(buyer, "closes the challenge before its deadline, with a reason for all who took part.")
    buyer.open(CHALLENGES)
    buyer.type(f"/challenge close {challenge}")
    reason = {"reason": "We have found a partner for a pilot. Thank you all."}
    tell.form(buyer, buyer.form, filled=reason)
    buyer.fill(**reason)
    tell.sees(buyer, buyer.reply)
    told = story.rival.wait_in(PRIVATE, "the reason", lambda one: "a partner for a pilot" in one.text)
    tell.sees(story.rival, told, where="a private message")

    tell.step(buyer, "is asked on Home what came of it, and resolves the challenge.")
    card = buyer.wait_at_home("the question what came of it", lambda one: one.find("challenge.resolve") is not None)
    tell.sees(buyer, card, where="Home")
    buyer.press(card, "challenge.resolve")
    outcome = {"outcome": "pilot"}
    tell.form(buyer, buyer.form, filled=outcome)
    buyer.fill(**outcome)
    tell.sees(buyer, buyer.reply)

    tell.step(story.stranger, "wants to answer now, by a command, and sees that it is too late.")
    post = story.stranger.wait_in(
        CHALLENGES,
        "the post, changed in place",
        lambda one: not one.private and challenge in one.text and one.find("answer.start") is None,
    )
    tell.sees(story.stranger, post, where=CHALLENGES, lines=4)
    story.stranger.type(f"/answer {challenge} We do bricks.")
    tell.sees(story.stranger, story.stranger.reply)


def look_back(story: Story) -> None:
    """Look at everybody's own page at the end."""
    for who in (story.buyer, story.sme, story.clean, story.delta, story.rival):
        story.tell.step(who, "opens Home.")
        first, *others = who.home().cards
        shown = (first.text, *(card.title for card in others))
        story.tell.sees(who, Card(who.page.heading, shown, ()), where="Home")


CHAPTERS: Final = (
    ("The managers decide", approve),
    ("Somebody who has not answered", ask_who_did_not_answer),
    ("Consent, and an introduction", consent),
    ("Money for the trip", voucher.apply),
    ("They meet", meet),
    ("An end for everybody", resolve),
    ("What each has before them now", look_back),
)
