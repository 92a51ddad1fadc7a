"""The parts that all cards about a challenge share."""

from __future__ import annotations

from messages.card import Block, Button, Confirm, Fact, Facts, Note, Section, Style
from messages.i18n import N_, Words
from messages.labels import label
from messages.notices.challenges import Sheet


def heading(id_: str, title: str) -> str:
    """Write id and title as the title of a card."""
    return f"{id_} · {title}"


def deadline(sheet: Sheet, words: Words) -> str:
    """Write the deadline: it ends with that day in its zone."""
    if sheet.deadline_on is None:
        return words.say("None yet")
    return words.say("{day}, end of the day ({zone})", day=sheet.deadline_on, zone=sheet.zone)


def brief(sheet: Sheet, words: Words) -> Facts:
    """Write the facts by which a reader decides whether to read on."""
    items = [
        Fact(words.say("Status"), label(sheet.state, words)),
        Fact(words.say("Answer until"), deadline(sheet, words)),
        Fact(words.say("Asked by"), sheet.buyer or words.say("Not shown yet")),
    ]
    if sheet.sector:
        items.append(Fact(words.say("Sector"), sheet.sector))
    if sheet.countries:
        items.append(Fact(words.say("Suppliers from"), words.listed([words.country(c) for c in sheet.countries])))
    if sheet.budget:
        items.append(Fact(words.say("Budget"), sheet.budget))
    if sheet.trl is not None:
        items.append(Fact(words.say("Readiness (TRL)"), words.say("{level} or higher", level=sheet.trl)))
    return Facts(tuple(items))


def needs(sheet: Sheet, words: Words) -> list[Block]:
    """Write problem and must-haves."""
    blocks: list[Block] = []
    if sheet.problem:
        blocks.append(Section(sheet.problem, words.say("The problem")))
    if sheet.must_haves:
        blocks.append(Section(bulleted(sheet.must_haves), words.say("Must have")))
    return blocks


def whole(sheet: Sheet, words: Words) -> list[Block]:
    """Write all of a challenge."""
    blocks: list[Block] = [brief(sheet, words)]
    if sheet.background:
        blocks.append(Section(sheet.background, words.say("Background")))
    blocks += needs(sheet, words)
    if sheet.criteria:
        lines = [f"{text} ({words.percent(weight / 100)})" for text, weight in sheet.criteria]
        blocks.append(Section(bulleted(lines), words.say("Answers are compared by")))
    if sheet.ip_terms:
        blocks.append(Section(sheet.ip_terms, words.say("Rights to the results (IP)")))
    if sheet.redacted:
        blocks.append(Note(words.say("Names are left out until the buyer agrees to be introduced.")))
    return blocks


def told_in(said_in: str, *, translated: bool, words: Words) -> list[Block]:
    """Say that a text is a translation, or in which language it is written."""
    if not said_in:
        return []
    name = words.language(said_in)
    if translated:
        return [Note(words.say("Translated from {language} by a language model.", language=name))]
    return [Note(words.say("Written in {language}.", language=name))]


def other_wording(action: str, value: str, *, translated: bool, original: bool, words: Words) -> list[Button]:
    """Return the button to the original of a translation, or back: `action` says of what."""
    if translated:
        return [Button(words.say("Show original"), action=f"{action}.untranslated", value=value)]
    return [Button(words.say("Show translation"), action=f"{action}.show", value=value)] if original else []


def bulleted(lines: tuple[str, ...] | list[str]) -> str:
    """Write lines as a list."""
    return "\n".join(f"• {line}" for line in lines)


_BUTTONS = {
    "answer.start": (N_("Answer"), Style.PRIMARY),
    "question.start": (N_("Ask the buyer"), Style.DEFAULT),
    "challenge.show": (N_("Read it all"), Style.DEFAULT),
    "challenge.answers": (N_("Read the answers"), Style.PRIMARY),
    "challenge.edit": (N_("Edit"), Style.DEFAULT),
    "challenge.structure": (N_("Sort my text"), Style.PRIMARY),
    "challenge.submit": (N_("Submit"), Style.PRIMARY),
    "challenge.close": (N_("Close early"), Style.DEFAULT),
    "challenge.withdraw": (N_("Withdraw"), Style.DANGER),
    "challenge.resolve": (N_("What came of it"), Style.DEFAULT),
    "sharing.hide": (N_("Leave out more words"), Style.DEFAULT),
    "sharing.offer": (N_("Offer to partner clusters"), Style.DEFAULT),
}


def challenge_button(action: str, value: str, words: Words) -> Button:
    """Return the button for an action on a challenge."""
    if action == "challenge.discard":
        return discard_button(action, value, words)
    sentence, style = _BUTTONS[action]
    return Button(words.say(sentence), action=action, value=value, style=style)


def discard_button(action: str, value: str, words: Words) -> Button:
    """Return a button that throws a draft away, and asks before it does."""
    confirm = Confirm(
        title=words.say("Discard the draft?"),
        text=words.say("What you wrote is gone then."),
        yes=words.say("Discard"),
        no=words.say("Keep it"),
    )
    return Button(words.say("Discard"), action=action, value=value, style=Style.DANGER, confirm=confirm)


def page_buttons(action: str, value: str, page: int, *, more: bool, words: Words) -> list[Button]:
    """Return the buttons to the page before and after; the page follows the value behind a blank."""
    buttons: list[Button] = []
    if page > 1:
        buttons.append(Button(words.say("Back"), action=action, value=f"{value} {page - 1}".strip()))
    if more:
        buttons.append(Button(words.say("More"), action=action, value=f"{value} {page + 1}".strip()))
    return buttons
