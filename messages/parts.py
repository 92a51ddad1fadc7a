"""Parts of cards and forms that several journeys share."""

from __future__ import annotations

from domain.introductions import REASON_NOTE_MAX, RejectReason
from messages.card import Card, Field, FieldKind, Option, Section
from messages.i18n import LOCALES, Words
from messages.pair_labels import options


def sentence(text: str, words: Words) -> Card:
    """Return a card that says one thing, also where a notification shows it."""
    return Card(title="", blocks=(Section(text),), summary=text, locale=words.locale)


def signed(name: str, organisation: str, words: Words) -> str:
    """Name a person and for whom he or she speaks, unless the name says so already: "Manager, CLEAN"."""
    if name.endswith(organisation.partition(" (")[0]):
        return name
    return words.say("{name}, {organisation}", name=name, organisation=organisation)


def undecided(unread: int, shortlisted: int, words: Words) -> str:
    """Say how many answers were not decided on at all, and how many are on the shortlist and wait for what follows."""
    said: list[str] = []
    if unread:
        said.append(
            words.count(
                "One answer still waits for a yes or a no.", "{n} answers still wait for a yes or a no.", unread
            )
        )
    if shortlisted:
        said.append(
            words.count(
                "One answer on the shortlist is neither introduced nor declined yet.",
                "{n} answers on the shortlist are neither introduced nor declined yet.",
                shortlisted,
            )
        )
    return " ".join(said)


def languages(words: Words) -> tuple[Option, ...]:
    """Return the languages in which Matchpoint speaks, as things to choose."""
    return tuple(Option(code, words.language(code)) for code in LOCALES)


def why_not(words: Words) -> tuple[Field, ...]:
    """Return the fields for a manager's reason against a pair."""
    return (
        Field("reason", words.say("Why?"), FieldKind.CHOICE, options=options(RejectReason, words)),
        Field("note", words.say("More about it"), FieldKind.TEXT, required=False, max_length=REASON_NOTE_MAX),
    )
