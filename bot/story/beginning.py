"""The first half of the story: a challenge in Copenhagen, two clusters, and answers."""

from __future__ import annotations

from typing import Final

from bot.story.cast import BUYER_NAME, CHALLENGES, MANAGERS, PRIVATE, SILENT_NAME, SME_NAME, TITLE, Story
from bot.story.driver import NotThere
from bot.story.pages import Card

PROBLEM: Final = (
    "Our utilities learn of a bacterial contamination only after a laboratory culture of a day or more. We look for "
    "sensors or rapid tests that detect E. coli in the pipe network on line or within the hour."
)
MUST_HAVES: Final = (
    "Result on line or within one hour\nRuns at least three months without service\n"
    "Reports into the existing monitoring system"
)
BACKGROUND: Final = f"{BUYER_NAME} runs 900 km of pipe; tests are possible from spring."
REPLY: Final = "We do this: an alarm within 40 minutes, measured in the pipe."
ANSWER: Final = (
    f"{REPLY} The station gives its result on line within one hour at most, runs four months without service, "
    "and reports into the existing monitoring system over SCADA."
)


def state_challenge(story: Story) -> None:
    """State the challenge; its first version comes back."""
    tell, buyer, clean = story.tell, story.buyer, story.clean
    tell.step(buyer, "comes in for the first time and reads on Home what is kept of people.")
    told = buyer.wait_at_home("what is kept of people", lambda card: card.find("first_use.read") is not None)
    tell.sees(buyer, told, where="Home")
    buyer.press(told, "first_use.read")

    tell.step(buyer, f"types /challenge in “{CHALLENGES}” and sends the form too early, with a deadline in the past.")
    buyer.open(CHALLENGES)
    buyer.type("/challenge")
    early = {"title": TITLE, "problem": PROBLEM, "deadline_on": "2020-01-31"}
    buyer.fill(**early)
    if not {"must_haves", "deadline_on"} <= set(buyer.form.errors) or buyer.form.questions["title"].values != (TITLE,):
        raise NotThere("the form again, with its mistakes and all that was typed", str(dict(buyer.form.errors)))
    tell.form(buyer, buyer.form)

    tell.step(buyer, "adds the must-haves, sets a deadline to come, hides the buyer's name (a teaser), and submits.")
    buyer.fill(must_haves=MUST_HAVES, deadline_on=story.deadline, confidentiality="teaser", sector="Water", trl="6")
    story.challenge = buyer.reply.title.partition(" ")[0]
    tell.sees(buyer, buyer.reply)

    tell.step(clean, "reads the screening card and returns it with a reason.")
    card = clean.wait_in(MANAGERS, "the screening card", lambda one: one.find("screening.publish") is not None)
    tell.sees(clean, card, where=MANAGERS, lines=16)
    story.outdated = card.find("screening.publish")
    clean.press(card, "screening.return")
    clean.fill(reason="Please add how much pipe you run, and from where suppliers may come.")
    tell.sees(clean, clean.reply)

    tell.step(buyer, "finds the reason on Home, changes the challenge and submits it again.")
    card = buyer.wait_at_home("the reason of the manager", lambda one: "how much pipe" in one.text)
    tell.sees(buyer, card, where="Home")
    buyer.press(card, "challenge.edit")
    buyer.fill(background=BACKGROUND, countries="DK, NL, SE")
    tell.sees(buyer, buyer.reply)


def publish_challenge(story: Story) -> None:
    """Publish it in one cluster, take it in the other; nobody outside reads who asks."""
    tell, clean, delta, challenge = story.tell, story.clean, story.delta, story.challenge
    tell.step(clean, "has the first version still on the screen, and clicks Publish there.")
    assert story.outdated is not None  # noqa: S101  (kept when it was returned)
    clean.send(story.outdated)
    tell.sees(clean, clean.reply)

    tell.step(clean, "reads the second version and publishes that.")
    card = clean.wait_in(MANAGERS, "the card with the change", lambda one: _is_new(one, story))
    clean.press(card, "screening.publish")
    tell.sees(clean, clean.reply)
    post = story.stranger.wait_in(CHALLENGES, "the post", lambda one: challenge in one.text)
    tell.sees(story.stranger, post, where=CHALLENGES, lines=16)

    tell.step(clean, "offers it to the partner cluster.")
    card = clean.wait_in(MANAGERS, "a button to offer it", lambda one: one.find("sharing.offer") is not None)
    clean.press(card, "sharing.offer")
    partners = clean.form.questions["clusters"].options
    clean.fill(clusters=tuple(key for key, name in partners.items() if name.startswith("Clean Tech Delta")))
    tell.sees(clean, clean.reply)

    tell.step(delta, "takes it.")
    card = delta.wait_in(MANAGERS, "the offer", lambda one: one.find("sharing.take") is not None)
    tell.sees(delta, card, where=MANAGERS, lines=6)
    delta.press(card, "sharing.take")
    tell.sees(delta, delta.reply)
    post = story.sme.wait_in(CHALLENGES, "the post", lambda one: challenge in one.text)
    tell.sees(story.sme, post, where=CHALLENGES, lines=16)
    for outside in (story.sme, delta, story.stranger):
        story.keeps_from(outside, BUYER_NAME)


def _is_new(card: Card, story: Story) -> bool:
    button = card.find("screening.publish")
    return button is not None and button != story.outdated and story.challenge in card.text


def answer_challenge(story: Story) -> None:
    """Answer by a reply in the thread, completed in private."""
    tell, sme, challenge = story.tell, story.sme, story.challenge
    tell.step(sme, f"replies in the thread of the post: “{REPLY}”")
    post = sme.wait_in(CHALLENGES, "the post", lambda one: challenge in one.text)
    sme.open(CHALLENGES, thread=post)
    sme.type(REPLY)
    said = sme.wait("what the thread says about itself", lambda one: "Everybody" in one.text)
    tell.sees(sme, said, where="the thread")
    draft = sme.wait_in(PRIVATE, "the draft", lambda one: one.find("answer.submit") is not None)
    tell.sees(sme, draft, where="a private message")

    tell.step(sme, "completes it: an existing solution, word by word on the must-haves; and submits.")
    sme.press(draft, "answer.edit")
    sme.fill(kind="existing", text=ANSWER)
    tell.sees(sme, sme.reply)


def ask_and_answer(story: Story) -> None:
    """Ask by a reply in the thread, answer by a command, and be refused what is not one's own."""
    tell, buyer, challenge, curious = story.tell, story.buyer, story.challenge, story.curious
    post = curious.wait_in(CHALLENGES, "the post", lambda one: challenge in one.text)
    tell.step(curious, "replies in the thread as well, but it is a question: “Is there power at the measuring points?”")
    curious.open(CHALLENGES, thread=post)
    curious.type("Is there power at the measuring points?")
    draft = curious.wait_in(PRIVATE, "the draft", lambda one: one.find("answer.question") is not None)
    curious.press(draft, "answer.question")
    tell.sees(curious, curious.reply)
    card = buyer.wait_at_home("the question", lambda one: one.find("question.reply") is not None)
    tell.sees(buyer, card, where="Home")
    tell.step(buyer, "replies, not knowing who asks.")
    buyer.press(card, "question.reply")
    buyer.fill(reply="At pumping stations, yes. Elsewhere it has to run on a battery.")
    tell.sees(buyer, buyer.reply)
    tell.sees(curious, curious.wait_in(PRIVATE, "the reply", lambda one: "on a battery" in one.text), where=PRIVATE)

    rival = story.rival
    tell.step(rival, f"types /answer {challenge} with an idea, and submits it.")
    rival.open(CHALLENGES)
    rival.type(f"/answer {challenge} We could try whether our rain-water probe carries an E. coli cartridge.")
    tell.sees(rival, rival.reply)
    rival.press(rival.reply, "answer.submit")
    tell.sees(rival, rival.reply)

    stranger = story.stranger
    tell.step(stranger, f"is curious and types /challenge answers {challenge}.")
    stranger.open(CHALLENGES)
    stranger.type(f"/challenge answers {challenge}")
    tell.sees(stranger, stranger.reply)
    if stranger.reply.buttons or SME_NAME in stranger.reply.text:
        raise NotThere("a refusal", stranger.reply.text)


def decide_on_answers(story: Story) -> None:
    """Read the answers without names, and shortlist one."""
    tell, buyer, challenge = story.tell, story.buyer, story.challenge
    tell.step(buyer, f"types /challenge answers {challenge}, reads the first and shortlists it.")
    buyer.open(CHALLENGES)
    buyer.type(f"/challenge answers {challenge}")
    tell.sees(buyer, buyer.reply)
    buyer.press(buyer.reply, "answer.show", below="An existing solution")
    tell.sees(buyer, buyer.reply)
    buyer.press(buyer.reply, "answer.shortlist")
    tell.sees(buyer, buyer.reply)
    for name in (SME_NAME, SILENT_NAME):
        story.keeps_from(buyer, name)


CHAPTERS: Final = (
    ("A challenge in Copenhagen", state_challenge),
    ("Two clusters", publish_challenge),
    ("An answer", answer_challenge),
    ("A question, an idea, and somebody curious", ask_and_answer),
    ("The buyer reads", decide_on_answers),
)
