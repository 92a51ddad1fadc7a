"""Vouchers: managers open calls, decide, agree and pay; SMEs apply, claim and report, and some forget."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from bot.simulation.cast import COUNTRIES, Person
from bot.simulation.looks import first, tell
from bot.simulation.platform import Message
from bot.simulation.town import Town
from domain.organisations import Role
from messages.card import Button, Card, Form

_RUNS: Final = 0.7
_CAP: Final = 500
#: So little that managers come to its end.
_BUDGET: Final = 4 * _CAP
_AMOUNTS: Final = (500, 450, 380, 260)
_OPEN_DAYS: Final = (30, 60)
_LATEST: Final = 0.15


def plan_calls(town: Town, days: int) -> None:
    """Let some clusters run a voucher scheme, with a call that opens early in the programme."""
    for cluster in town.cast.clusters:
        if town.rng.random() < _RUNS:
            person = cluster.managers[0]
            at = town.clock.now() + timedelta(days=town.rng.uniform(0, days * _LATEST))
            town.plan(town.awake(person, at), lambda one=person: _open_call(town, one))


def _open_call(town: Town, person: Person) -> None:
    form = town.press(person, Button("", "scheme.new", "meet_and_greet")).form
    if form is None:
        return
    made = town.fill(person, form, {"cap": str(_CAP)})
    today = town.clock.now().date()
    # Where the day has begun already that begins here at midnight, it is the first one.
    answers = {
        "opens_on": (today + timedelta(days=1)).isoformat(),
        "cutoff_on": (today + timedelta(days=town.rng.randint(*_OPEN_DAYS))).isoformat(),
        "budget": str(_BUDGET),
        "partners": "",
    }
    tell(town, person, first(made.card, "call.new"), None, **answers)


# -- managers ----------------------------------------------------------------------------------------------------------


def decide(town: Town, person: Person, message: Message, card: Card) -> None:
    """Approve an application, return it or reject it."""
    chance = town.rng.random()
    action = "voucher.approve" if chance < 0.8 else "voucher.return" if chance < 0.92 else "voucher.reject"
    tell(town, person, first(card, action), message, reason="Say more of what you will do there.")


def record(town: Town, person: Person, message: Message, card: Card) -> None:
    """Record the agreement; some forget it."""
    if town.rng.random() < 0.95:
        tell(town, person, first(card, "voucher.agree"), message)


def check_claim(town: Town, person: Person, message: Message, card: Card) -> None:
    """Approve a claim, or give it back."""
    back = town.rng.random() < 0.15
    tell(town, person, first(card, "claim.return" if back else "claim.approve"), message, reason="It cannot be read.")


def pay(town: Town, person: Person, message: Message, card: Card) -> None:
    """Pay what was approved."""
    tell(town, person, first(card, "claim.pay"), message)


def let_move(town: Town, person: Person, message: Message, card: Card) -> None:
    """Agree to later dates, or not."""
    no = town.rng.random() < 0.3
    tell(town, person, first(card, "voucher.keep" if no else "voucher.moving.agree"), message, reason="It is too late.")


# -- SMEs --------------------------------------------------------------------------------------------------------------


def apply_for_meeting(town: Town, person: Person, message: Message, card: Card) -> None:
    """Take the voucher that an introduction offers."""
    button = first(card, "voucher.for")
    if button is not None and person.role is Role.SME and town.once("voucher", str(person.number), button.value):
        shown = town.press(person, button, message)
        apply(town, person, first(shown.card, "voucher.apply"), None)


def apply_in_call(town: Town, person: Person, message: Message, card: Card) -> None:
    """Apply in a call that somebody reads of."""
    apply(town, person, first(card, "voucher.apply"), message)


def apply(town: Town, person: Person, button: Button | None, message: Message | None) -> None:
    """Fill the form of an application; some only keep a draft, and some are rid of it soon."""
    form = town.press(person, button, message).form if button else None
    if form is None or person.organisation is None:
        return
    shown = town.fill(person, form, _answers(town, person, form))
    declare = first(shown.card, "voucher.declare")
    if declare is not None:
        declaration = town.press(person, declare).form
        if declaration is not None:
            shown = town.fill(person, declaration, {"aid": "", "linked": ""})
            tell(town, person, first(shown.card, "voucher.submit"))
    elif town.rng.random() < 0.1:
        subject = first(shown.card, "voucher.status")
        if subject is not None:
            at = town.clock.now() + timedelta(days=town.rng.uniform(1, 20))
            town.plan(town.awake(person, at), lambda: _withdraw(town, person, subject.value))


def _answers(town: Town, person: Person, form: Form) -> dict[str, str | tuple[str, ...]]:
    rng, known = town.rng, {one.name: one.value for one in form.fields}
    begins: date = town.clock.now().date() + timedelta(days=rng.randint(4, 25))
    abroad = rng.choice([one for one in COUNTRIES if one != person.country])
    answers: dict[str, str | tuple[str, ...]] = {
        "starts_on": begins.isoformat(),
        "ends_on": (begins + timedelta(days=rng.randint(0, 4))).isoformat(),
        "amount": str(rng.choice(_AMOUNTS)),
        "sme": ("sme",),
        "partner": known.get("partner") or "A utility",
        "partner_country": known.get("partner_country") or abroad,
    }
    if "keep" in known and rng.random() < 0.2:
        answers["keep"] = ("keep",)
    return answers


def _withdraw(town: Town, person: Person, subject: str) -> None:
    tell(town, person, Button("", "voucher.withdraw", subject), reason="We cannot go.")


def finish(town: Town, person: Person, message: Message, card: Card) -> None:
    """Submit a draft, or what was returned; or throw a draft away."""
    button = first(card, "voucher.status", "voucher.edit")
    shown = town.press(person, Button("", "voucher.status", button.value), message) if button else None
    if shown is not None:
        action = "voucher.discard" if town.rng.random() < 0.1 else "voucher.submit"
        tell(town, person, first(shown.card, action))


def submit_again(town: Town, person: Person, message: Message, card: Card) -> None:
    """Submit what a manager returned."""
    tell(town, person, first(card, "voucher.submit"), message)


def change_dates(town: Town, person: Person, message: Message, card: Card) -> None:
    """Put an approved activity off, now and then for longer than one may."""
    chance = town.rng.random()
    form = (
        town.press(person, button, message).form if chance < 0.2 and (button := first(card, "voucher.edit")) else None
    )
    if form is not None:
        known = {one.name: one.value for one in form.fields}
        days = timedelta(days=150 if chance < 0.05 else town.rng.randint(1, 20))
        later = date.fromisoformat(str(known["ends_on"])) + days
        town.fill(person, form, {"ends_on": later.isoformat()})


def claim(town: Town, person: Person, message: Message, card: Card) -> None:
    """Claim the money with one receipt."""
    button = first(card, "voucher.claim")
    shown = town.press(person, button, message) if button else None
    add = first(shown.card, "claim.receipt") if shown is not None else None
    form = town.press(person, add).form if add else None
    if form is None:
        return
    number = town.rng.randrange(10**9)
    added = town.fill(
        person,
        form,
        {
            "issuer": f"Trains {number}",
            "number": f"R {number}",
            "dated_on": town.clock.now().date().isoformat(),
            "amount": str(town.rng.choice((240, 200, 150))),
            "link": f"https://files.example/{number}.pdf",
        },
    )
    submit = first(added.card, "claim.submit")
    last = town.press(person, submit).form if submit else None
    if last is not None:
        town.fill(person, last, {"last": ("last",)})


def claim_again(town: Town, person: Person, message: Message, card: Card) -> None:
    """Submit a claim that was given back."""
    form = town.press(person, button, message).form if (button := first(card, "claim.submit")) else None
    if form is not None:
        town.fill(person, form, {"last": ("last",)})


def report(town: Town, person: Person, message: Message, card: Card) -> None:
    """Hand in the final report."""
    tell(town, person, first(card, "voucher.report"), message, report="We met them.", result="A pilot in spring.")
