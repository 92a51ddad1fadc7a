"""Forms with which a challenge travels: what others will read of it, to whom it is offered, and where it is posted."""

from __future__ import annotations

from typing import Final

from messages.card import Field, FieldKind, Form, Option
from messages.compose.registry import asks
from messages.compose.sheets import bulleted
from messages.i18n import Words
from messages.notices.challenge_forms import ChoosePlaces, HideWords, OfferChallenge, Partner, Reach
from messages.notices.challenges import Sheet

HIDDEN_MAX: Final = 2000


@asks(OfferChallenge)
def ask_clusters(question: OfferChallenge, words: Words) -> Form:
    """Ask to whom a challenge is offered, below what they will read of it."""
    fields = [
        Field(
            "reach",
            words.say("To whom?"),
            FieldKind.CHOICE,
            value=question.reach.value,
            options=_reaches(question, words),
        ),
        Field(
            "clusters",
            words.say("Partner clusters"),
            FieldKind.CHOICES,
            required=False,
            hint=words.say("Each decides for its own workspace"),
            value=question.chosen,
            options=tuple(Option(one.value, _partner(one, words)) for one in question.clusters),
        ),
    ]
    if question.teaser is not None:
        fields.insert(0, _hidden_field(question.hidden, words))
    return Form(
        action="sharing.offer.send",
        value=question.value,
        title=words.say("Offer {id}", id=question.id),
        fields=tuple(fields),
        submit=words.say("Offer it"),
        cancel=words.say("Cancel"),
        intro=_intro(question, words),
        locale=words.locale,
    )


def _reaches(question: OfferChallenge, words: Words) -> tuple[Option, ...]:
    fitting = sum(one.fits for one in question.clusters)
    reaches = [Option(Reach.CHOSEN.value, words.say("Those that I choose below"))]
    if fitting:
        sentence = words.count("The one cluster in the sector", "The {n} clusters in the sector", fitting)
        label = f"{sentence}: {question.sector}" if question.sector else sentence
        reaches.append(Option(Reach.SECTOR.value, label))
    every = words.count("The one partner cluster", "All {n} partner clusters", len(question.clusters))
    return (*reaches, Option(Reach.EVERY.value, every))


def _partner(one: Partner, words: Words) -> str:
    parts = [one.name, words.country(one.country)]
    if one.members:
        parts.append(words.count("one member in the sector", "{n} members in the sector", one.members))
    elif one.fits:
        parts.append(words.say("in the sector"))
    return " · ".join(parts)


def _intro(question: OfferChallenge, words: Words) -> str:
    if question.teaser is None:
        return "\n".join((question.title, words.say("Their managers read all of it, and who asks.")))
    head = words.say("This is what others will read:")
    if question.again:
        head = words.say("The teaser has changed. Nothing was offered yet; this is what others will read now:")
    return f"{head}\n\n{read_teaser(question.teaser, words)}"


def read_teaser(sheet: Sheet, words: Words) -> str:
    """Write a teaser down as text, all that others read of it."""
    parts = [sheet.title, sheet.problem, sheet.background]
    if sheet.must_haves:
        parts.append("\n".join((words.say("Must have"), bulleted(sheet.must_haves))))
    if sheet.criteria:
        lines = [f"{text} ({words.percent(weight / 100)})" for text, weight in sheet.criteria]
        parts.append("\n".join((words.say("Answers are compared by"), bulleted(lines))))
    if sheet.ip_terms:
        parts.append("\n".join((words.say("Rights to the results (IP)"), sheet.ip_terms)))
    parts.append(" · ".join(part for part in (sheet.sector, sheet.budget) if part))
    return "\n\n".join(part for part in parts if part)


def _hidden_field(hidden: tuple[str, ...], words: Words) -> Field:
    return Field(
        "hidden",
        words.say("Leave out besides"),
        FieldKind.TEXT,
        required=False,
        hint=words.say(
            "Words that would give the buyer away, one per line; you see the teaser again before it goes out"
        ),
        value="\n".join(hidden),
        max_length=HIDDEN_MAX,
    )


@asks(HideWords)
def ask_hidden(question: HideWords, words: Words) -> Form:
    """Ask what is left out of a teaser besides the names that are known."""
    return Form(
        action="sharing.hide.send",
        value=question.id,
        title=words.say("The teaser of {id}", id=question.id),
        fields=(_hidden_field(question.hidden, words),),
        submit=words.say("Save"),
        cancel=words.say("Cancel"),
        intro=f"{words.say('This is what others will read:')}\n\n{read_teaser(question.teaser, words)}",
        locale=words.locale,
    )


@asks(ChoosePlaces)
def ask_places(question: ChoosePlaces, words: Words) -> Form:
    """Ask in which workspaces of a cluster a challenge is posted."""
    return Form(
        action="sharing.places.send",
        value=question.value,
        title=words.say("Where is {id} posted?", id=question.id),
        fields=(
            Field(
                "places",
                words.say("Workspaces"),
                FieldKind.CHECK,
                value=question.chosen,
                options=tuple(Option(key, name) for key, name in question.places),
            ),
        ),
        submit=words.say("Post it there"),
        cancel=words.say("Cancel"),
        intro=question.title,
        locale=words.locale,
    )
