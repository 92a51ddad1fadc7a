"""Habits: what managers, buyers and SMEs do with the buttons of a card, each with a will of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from bot.simulation import vouchers
from bot.simulation.cast import Person, Temper
from bot.simulation.looks import first, tell
from bot.simulation.platform import Message
from bot.simulation.record import buttons_of
from bot.simulation.town import Town
from domain.organisations import Role
from handlers.requests import Shown
from messages.card import Button, Card

Habit = Callable[[Town, Person, Message, Card], None]

_MOST_PARTNERS: Final = 3
_MOST_APPROVALS: Final = 2
_PAGES: Final = 4


# -- managers ----------------------------------------------------------------------------------------------------------


def screen(town: Town, person: Person, message: Message, card: Card) -> None:
    """Publish a challenge, or return it with a reason."""
    back = town.rng.random() < 0.1
    tell(town, person, first(card, "screening.return" if back else "screening.publish"), message, reason="Say more.")


def offer(town: Town, person: Person, message: Message, card: Card) -> None:
    """Offer a published challenge to some other clusters, once."""
    button = first(card, "sharing.offer")
    if button is None or not town.once("offered", button.value):
        return
    form = town.press(person, button, message).form
    if form is not None:
        options = [option.value for option in form.fields[0].options]
        chosen = town.rng.sample(options, k=min(len(options), town.rng.randint(1, _MOST_PARTNERS)))
        town.fill(person, form, {"clusters": tuple(chosen)})


def take(town: Town, person: Person, message: Message, card: Card) -> None:
    """Take what another cluster offers, or not."""
    tell(town, person, first(card, "sharing.take" if town.rng.random() < 0.65 else "sharing.refuse"), message)


def choose(town: Town, person: Person, message: Message, card: Card) -> None:
    """Approve some candidates of a review card and decline others."""
    approved = 0
    for button in buttons_of(card):
        chance = town.rng.random()
        if button.action == "suggestion.approve" and chance < 0.3 and approved < _MOST_APPROVALS:
            approved += 1
            town.press(person, button, message)
        elif button.action == "suggestion.reject" and chance < 0.4:
            tell(town, person, button, message)


def approve(town: Town, person: Person, message: Message, card: Card) -> None:
    """Approve an introduction of one's own member, or decline it."""
    no = town.rng.random() < 0.12
    tell(town, person, first(card, "introduction.decline" if no else "introduction.approve"), message)


# -- buyers ------------------------------------------------------------------------------------------------------------


def change_it(town: Town, person: Person, message: Message, card: Card) -> None:
    """Change what a manager returned, and submit it again."""
    tell(town, person, first(card, "challenge.edit"), message, background="More of it: tests are possible from spring.")


def judge(town: Town, person: Person, message: Message, card: Card) -> None:
    """Read the answers to a challenge and say yes or no; once it is closed, to nearly all of them."""
    over = first(card, "challenge.resolve") is not None
    button, seen = first(card, "challenge.answers"), set[str]()
    while button is not None and len(seen) < _PAGES:
        seen.add(button.value)
        shown = town.press(person, button, message)
        for read in [one for one in buttons_of(shown.card) if one.action == "answer.show"]:
            _judge_one(town, person, town.press(person, read), over=over)
        pages = [one for one in buttons_of(shown.card) if one.action == "challenge.answers" and one.value not in seen]
        button = pages[-1] if pages else None
    if over and town.once("resolving", message.ref):
        town.plan(
            town.awake(person, town.clock.now() + timedelta(days=town.rng.uniform(4, 60))),
            _resolving(town, person, message),
        )


def _resolving(town: Town, person: Person, message: Message) -> Callable[[], None]:
    def resolve() -> None:
        if town.rng.random() < 0.8:
            button = first(message.card, "challenge.resolve")
            form = town.press(person, button, message).form if button else None
            if form is not None:
                town.fill(person, form, {"rest": ("decline",)})

    return resolve


def _judge_one(town: Town, person: Person, shown: Shown, *, over: bool) -> None:
    chance = town.rng.random()
    yes, no, question = (first(shown.card, f"answer.{one}") for one in ("shortlist", "decline", "never"))
    if chance < 0.3 and yes is not None:
        town.press(person, yes)
    elif chance < (0.9 if over else 0.45):
        tell(town, person, no, note="It does not fit this time.")
    elif chance > 0.95:
        tell(town, person, question or first(shown.card, "question.ask"), text="What does it cost to run?")


# -- both sides --------------------------------------------------------------------------------------------------------


def agree(town: Town, person: Person, message: Message, card: Card) -> None:
    """Say yes to an introduction, or no."""
    yes = town.rng.random() < 0.75
    tell(town, person, first(card, "consent.give" if yes else "consent.refuse"), message)


def follow_up(town: Town, person: Person, message: Message, card: Card) -> None:
    """Tell whether they met, and what came of it."""
    met, chance = first(card, "meeting.met"), town.rng.random()
    if met is not None and chance < 0.55:
        town.press(person, met, message)
    elif chance < 0.85:
        tell(town, person, first(card, "meeting.outcome"), message)


def reply(town: Town, person: Person, message: Message, card: Card) -> None:
    """Answer a question."""
    tell(town, person, first(card, "question.reply"), message, reply="About as much as a small car.")


def nudged(town: Town, person: Person, message: Message, card: Card) -> None:
    """Do what a nudge asks for, put it off, or have no more of it."""
    for button in list(buttons_of(card)):
        chance = town.rng.random()
        if button.action == "nudge.snooze" and chance < 0.12:
            put_off(town, person, button, message)
        elif button.action == "nudge.not_me" and chance < 0.04:
            town.press(person, button, message)
        elif button.action == "nudge.stop" and chance < 0.06:
            shown = town.press(person, button, message)
            again = first(shown.card, "nudge.opt_out")
            if again is not None and town.rng.random() < 0.3:
                town.press(person, again)
        elif button.action in _AFTER_NUDGE and chance < 0.5:
            _AFTER_NUDGE[button.action](town, person, message, Card(card.title, card.blocks))


def put_off(town: Town, person: Person, button: Button, message: Message) -> None:
    """Have a nudge come again tomorrow, in a week or on a day."""
    form = town.press(person, button, message).form
    choice = next((one for one in form.fields if one.name == "choice"), None) if form else None
    if form is not None and choice is not None:
        day = town.clock.now() + timedelta(days=town.rng.randint(2, 12))
        wish = town.rng.choice(choice.options).value
        town.fill(person, form, {"choice": wish, "until": day.date().isoformat()})


def look_and_agree(town: Town, person: Person, message: Message, card: Card) -> None:
    """Open an introduction that waits, and answer."""
    button = first(card, "introduction.show")
    shown = town.press(person, button, message) if button else None
    if shown is not None and first(shown.card, "consent.give"):
        yes = town.rng.random() < 0.75
        tell(town, person, first(shown.card, "consent.give" if yes else "consent.refuse"))


# -- SMEs --------------------------------------------------------------------------------------------------------------


def finish(town: Town, person: Person, message: Message, card: Card) -> None:
    """Submit a draft, complete it, call it a question, or throw it away."""
    chance = town.rng.random()
    if chance < 0.6:
        tell(town, person, first(card, "answer.submit"), message)
    elif chance < 0.8:
        complete(town, person, message, card)
    elif chance < 0.86:
        tell(town, person, first(card, "answer.discard"), message)
    elif chance < 0.92:
        tell(town, person, first(card, "answer.question"), message)


def complete(town: Town, person: Person, message: Message, card: Card) -> None:
    """Complete a draft in its form, and submit it."""
    write(town, person, first(card, "answer.edit", "answer.start"), message)


def write(town: Town, person: Person, button: Button | None, message: Message | None) -> None:
    """Fill the form of an answer: some show their name at once, and some name themselves in the text."""
    form = town.press(person, button, message).form if button else None
    if form is None or person.organisation is None:
        return
    answers: dict[str, str | tuple[str, ...]] = {"text": answer_text(town, person)}
    if town.rng.random() < 0.2:
        answers["show_name"] = ("show",)
    if town.rng.random() < 0.2:
        answers["keep"] = ("keep",)
    town.fill(person, form, answers)


def answer_text(town: Town, person: Person) -> str:
    """Return what somebody writes about the own organisation."""
    organisation = person.organisation
    assert organisation is not None  # noqa: S101  (only SMEs answer)
    skill = town.rng.choice(organisation.trade.does)
    own = organisation.name if town.rng.random() < 0.4 else "We"
    return f"{own} can do this: {skill}. It runs at three utilities already."


def go_on(town: Town, person: Person, message: Message, card: Card) -> None:
    """Have one's organisation proposed again after a pause."""
    if town.rng.random() < 0.6:
        tell(town, person, first(card, "profile.resume"), message)


def after_verdict(town: Town, person: Person, message: Message, card: Card) -> None:
    """Look at what became of an answer; a few withdraw it."""
    if town.rng.random() < 0.1:
        button = first(card, "answer.show")
        shown = town.press(person, button, message) if button else None
        tell(town, person, first(shown.card, "answer.withdraw") if shown else None)


_PARTY: Final[Mapping[str, Habit]] = {
    "consent.give": agree,
    "meeting.met": follow_up,
    "meeting.outcome": follow_up,
    "question.reply": reply,
}
_AFTER_NUDGE: Final[Mapping[str, Habit]] = {
    "introduction.show": look_and_agree,
    "meeting.met": follow_up,
    "meeting.outcome": follow_up,
    "answer.edit": complete,
    "challenge.answers": judge,
    "voucher.apply": vouchers.apply_in_call,
    "voucher.edit": vouchers.finish,
    "voucher.claim": vouchers.claim,
    "voucher.report": vouchers.report,
}
#: What a role does about a card, by the first of its buttons that stands here.
HABITS: Final[Mapping[Role, Mapping[str, Habit]]] = {
    Role.MANAGER: {
        "screening.publish": screen,
        "sharing.offer": offer,
        "sharing.take": take,
        "suggestion.approve": choose,
        "introduction.approve": approve,
        "voucher.approve": vouchers.decide,
        "voucher.moving.agree": vouchers.let_move,
        "voucher.agree": vouchers.record,
        "claim.approve": vouchers.check_claim,
        "claim.pay": vouchers.pay,
    },
    Role.BUYER: {"challenge.edit": change_it, "challenge.answers": judge, **_PARTY},
    Role.SME: {
        "answer.submit": finish,
        "answer.start": complete,
        "answer.show": after_verdict,
        "profile.resume": go_on,
        "voucher.for": vouchers.apply_for_meeting,
        "voucher.submit": vouchers.submit_again,
        "voucher.edit": vouchers.change_dates,
        "voucher.report": vouchers.report,
        "claim.submit": vouchers.claim_again,
        **_PARTY,
    },
}


def habit_for(card: Card, person: Person) -> Habit | None:
    """Return what such a person does about such a card: nudges first, then the first button that means something."""
    own, actions = HABITS[person.role], [button.action for button in buttons_of(card)]
    if any(action.startswith("nudge.") for action in actions):
        return nudged
    return next((own[action] for action in actions if action in own), None)


def is_hasty(person: Person) -> bool:
    """Tell whether somebody presses what is not there any more."""
    return person.temper is Temper.IMPATIENT
