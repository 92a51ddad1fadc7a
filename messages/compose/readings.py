"""Cards about the free text of a draft: what was found in it, and the text itself."""

from __future__ import annotations

from typing import Final

from messages.card import Actions, Block, Button, Card, Fact, Facts, Note, Quote, Section, Style
from messages.compose.registry import composes
from messages.compose.sheets import bulleted, heading
from messages.i18n import Words
from messages.notices.readings import OriginalText, ReadingOffered, TextIsRead

_PIECE: Final = 2500


@composes(TextIsRead)
def compose_text_is_read(notice: TextIsRead, words: Words) -> Card:
    """Say that what is found comes as a message of its own."""
    text = words.say(
        "I am reading your text. In a moment you get a private message with what I found; your draft stays as it is."
    )
    return Card(title=heading(notice.id, notice.title), blocks=(Section(text),), summary=text, locale=words.locale)


@composes(ReadingOffered)
def compose_reading(notice: ReadingOffered, words: Words) -> Card:
    """Offer what was found in a text, to be looked at in the form."""
    if not notice.open:
        lead = words.say("Your draft has changed since I read it. What I found is no longer offered.")
        blocks: list[Block] = [Section(lead), Actions((_original(notice, words),))]
        return Card(title=heading(notice.id, notice.title), blocks=tuple(blocks), summary=lead, locale=words.locale)
    lead = words.say(
        "This is what I found in your text, in your own words. Nothing is changed before you save the form."
    )
    found = _found(notice, words)
    if not found:
        lead = words.say("I found no must-have in your text. Please write down what a solution cannot do without.")
    look = Button(words.say("Look at it in the form"), action="challenge.reading", value=notice.id, style=Style.PRIMARY)
    blocks = [Section(lead), *found, Actions((look, _original(notice, words)))]
    if notice.by_model:
        blocks.append(Note(words.say("A language model has sorted it. It may have missed something.")))
    else:
        blocks.append(
            Note(words.say("The language model could not be asked: I only looked for sentences that demand something."))
        )
    return Card(title=heading(notice.id, notice.title), blocks=tuple(blocks), summary=lead, locale=words.locale)


def _original(notice: ReadingOffered, words: Words) -> Button:
    return Button(words.say("My original text"), action="challenge.original", value=notice.id)


def _found(notice: ReadingOffered, words: Words) -> list[Block]:
    blocks: list[Block] = []
    sections = (
        (words.say("Title"), notice.found_title),
        (words.say("The problem"), notice.problem),
        (words.say("Must have"), bulleted(notice.must_haves)),
        (words.say("Background"), notice.background),
        (words.say("How answers are compared"), bulleted(notice.criteria)),
    )
    blocks += [Section(text, name) for name, text in sections if text]
    facts: list[Fact] = []
    if notice.countries:
        countries = words.listed([words.country(code) for code in notice.countries])
        facts.append(Fact(words.say("Suppliers from"), countries))
    if notice.deadline_on is not None:
        facts.append(Fact(words.say("Answers until"), words.date(notice.deadline_on)))
    return [*blocks, Facts(tuple(facts))] if facts else blocks


@composes(OriginalText)
def compose_original(notice: OriginalText, words: Words) -> Card:
    """Give a text back as it was written."""
    pieces = [notice.text[at : at + _PIECE] for at in range(0, len(notice.text), _PIECE)]
    title = heading(notice.id, words.say("My original text"))
    return Card(title=title, blocks=tuple(Quote(piece) for piece in pieces), locale=words.locale)
