"""What buyers begin by themselves: challenges, spread over the whole programme, and now and then an early end."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bot.simulation.cast import Organisation, Person
from bot.simulation.looks import tell
from bot.simulation.record import buttons_of
from bot.simulation.town import Town
from bot.simulation.words import challenge_text
from messages.card import Button

_OPEN_DAYS: Final = (20, 75)
#: The last challenges have time to be decided on.
_LAST_SHARE: Final = 0.9
_CLOSED_EARLY: Final = 0.04
_WITHDRAWN: Final = 0.03
_EXTENDED: Final = 0.08
_INVITED: Final = 0.08


def plan_challenges(town: Town, number: int, days: int) -> None:
    """Let the buyers state this many challenges, from the second day on."""
    for at in range(number):
        buyer = town.cast.buyers[town.rng.randrange(len(town.cast.buyers))]
        person = buyer.people[0]
        when = town.clock.now() + timedelta(days=1 + (days * _LAST_SHARE - 1) * (at + town.rng.random()) / number)
        when = town.awake(person, max(when, person.comes_at))
        town.plan(when, lambda one=person, by=buyer: _state(town, one, by))


def _state(town: Town, person: Person, buyer: Organisation) -> None:
    form = town.command(person, "challenge").form
    if form is None:
        return
    rng, now = town.rng, town.clock.now()
    answers: dict[str, str | tuple[str, ...]] = dict(challenge_text(rng, buyer.trade, buyer.name))
    answers["deadline_on"] = (now + timedelta(days=rng.randint(*_OPEN_DAYS))).date().isoformat()
    answers["confidentiality"] = "teaser" if buyer.secretive else "open"
    if not buyer.secretive and rng.random() < _INVITED:
        answers["confidentiality"] = "invite"
        answers["invited"] = "\n".join(one.name for one in rng.sample(town.cast.smes, k=min(4, len(town.cast.smes))))
    town.fill(person, form, answers)
    _think_again(town, person)


def _think_again(town: Town, person: Person) -> None:
    """Close it early some time later, withdraw it or extend it; mostly nothing."""
    chance, after = town.rng.random(), timedelta(days=town.rng.uniform(3, 30))
    if chance < _CLOSED_EARLY + _WITHDRAWN + _EXTENDED:
        act = "close" if chance < _CLOSED_EARLY else "withdraw" if chance < _CLOSED_EARLY + _WITHDRAWN else "edit"
        town.plan(town.awake(person, town.clock.now() + after), lambda: _change(town, person, act))


def _change(town: Town, person: Person, act: str) -> None:
    """Do that to the newest of one's own challenges."""
    shown = town.command(person, "challenge", "mine")
    ids = [button.value for button in buttons_of(shown.card) if button.action == "challenge.show"]
    if not ids:
        return
    if act != "edit":
        tell(town, person, Button("", f"challenge.{act}", ids[0]), reason="Our plans have changed.")
        return
    form = town.press(person, Button("", "challenge.edit", ids[0])).form
    if form is not None:
        later = town.clock.now() + timedelta(days=town.rng.randint(60, 90))
        town.fill(person, form, {"deadline_on": later.date().isoformat()})
