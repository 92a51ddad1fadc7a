"""Cards as Adaptive Cards 1.5: what each block becomes.

Text is never read as Markdown (see `text`), every id is unique within its card (see `buttons`), and what does not fit
into 25 KB is shortened and says where the rest is (see `fitting`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from domain.text import shorten
from messages import edges
from messages.card import Actions, Block, Card, Divider, Fact, Facts, Home, Note, Picture, Quote, Section
from messages.i18n import Words
from surfaces.teams.buttons import Drawing, Stage, buttons_of, rows
from surfaces.teams.elements import Json, heading, line, lines, one_line
from surfaces.teams.fitting import fitted
from surfaces.teams.text import is_plain, settled

CARD_TYPE: Final = "application/vnd.microsoft.card.adaptive"
SUMMARY: Final = 500
#: What somebody hears instead of a picture; all of it stands below.
_ALT_TEXT: Final = 300
_HEADING: Final = 200
#: A fact that is longer is told under its label instead of beside it.
_FACT: Final = 200


@dataclass(frozen=True, slots=True)
class Message:
    """What a message says: `text` for notifications and screen readers, `card` for the eye."""

    text: str
    card: Json

    def as_json(self) -> Json:
        """Return both as an activity to be sent."""
        return {"type": "message", "summary": self.text, "attachments": [attach(self.card)]}


def attach(card: Json) -> Json:
    """Return an Adaptive Card as an attachment."""
    return {"contentType": CARD_TYPE, "content": card}


def render_message(card: Card, *, dialogs: bool = True) -> Message:
    """Render a card as a message of at most 25 KB; `dialogs` False is for clients that open none from a card."""
    return Message(_fallback(card), render_card(card, Stage.MESSAGE if dialogs else Stage.PLAIN))


def render_home(home: Home, *, dialogs: bool = True) -> Message:
    """Render a person's own page as one message, which stands in for a Home that Teams does not have."""
    stage = Stage.MESSAGE if dialogs else Stage.PLAIN
    return Message(shorten(one_line(home.title), SUMMARY) or "Matchpoint", render_page(home, stage))


def render_card(card: Card, stage: Stage) -> Json:
    """Render a card as an Adaptive Card."""
    words = Words(card.locale)
    return fitted(lambda room: render_blocks(card, Drawing(stage, room)), card.locale, edges.more_on_home(words))


def render_page(home: Home, stage: Stage) -> Json:
    """Render a person's own page as an Adaptive Card."""
    note = edges.more_in_commands(Words(home.locale))
    return fitted(lambda room: _page(home, Drawing(stage, room)), home.locale, note)


def render_blocks(card: Card, drawing: Drawing, *, title_size: str = "Large") -> list[Json]:
    """Render a card, title first; at least one element, and as many as it takes."""
    elements: list[Json] = []
    if card.title.strip():
        elements.append(heading(card.title, size=title_size))
    divided = False
    for block in card.blocks:
        if isinstance(block, Divider):
            divided = bool(elements)
            continue
        found = list(_render(block, drawing))
        if divided and found:
            found[0] |= {"separator": True, "spacing": "Large"}
            divided = False
        elements.extend(found)
    return elements or lines(_fallback(card), drawing.room)


def _page(home: Home, drawing: Drawing) -> list[Json]:
    elements: list[Json] = []
    if home.title.strip() and (not home.cards or home.cards[0].title != home.title):
        elements.append(heading(home.title, size="Large"))
    for card in home.cards:
        found = render_blocks(card, drawing, title_size="Medium" if elements else "Large")
        if elements:
            found[0] |= {"separator": True, "spacing": "Large"}
        elements.extend(found)
    return elements or lines("Matchpoint", drawing.room)


def _render(block: Block, drawing: Drawing) -> Iterable[Json]:
    match block:
        case Section():
            return _section(block, drawing)
        case Facts():
            return _facts(block, drawing)
        case Quote():
            return _quote(block, drawing)
        case Picture():
            return _picture(block, drawing)
        case Note():
            return lines(block.text, drawing.room, size="Small", isSubtle=True)
        case Divider():
            return []
        case Actions():
            return [one for row in rows(block.buttons) for one in buttons_of(row, drawing)]


def _picture(picture: Picture, drawing: Drawing) -> list[Json]:
    """Tell a picture in words, below the picture itself where Teams can fetch it: a card has no room for one within."""
    told = _section(Section(picture.alt), drawing)
    if not picture.url.startswith("https://"):
        return told
    alt = shorten(one_line(picture.alt), _ALT_TEXT)
    return [{"type": "Image", "url": picture.url, "altText": alt, "size": "Stretch"}, *told]


def _section(section: Section, drawing: Drawing) -> list[Json]:
    head = [heading(section.heading, most=_HEADING)] if section.heading.strip() else []
    body = lines(section.text, drawing.room)
    if head and body:
        body[0] |= {"spacing": "None"}
    return head + body


def _facts(facts: Facts, drawing: Drawing) -> list[Json]:
    """Show facts in two columns; one that is long, or could be read as markup, under its label."""
    elements: list[Json] = []
    for fact in facts.items:
        label, value = one_line(fact.label) or "–", fact.value.strip() or "–"
        if _fits_beside(label, value):
            row = {"title": settled(label), "value": settled(value)}
            if elements and elements[-1]["type"] == "FactSet":
                elements[-1]["facts"].append(row)
            else:
                elements.append({"type": "FactSet", "facts": [row]})
        else:
            elements.extend(_told_below(Fact(label, value), drawing))
    return elements


def _fits_beside(label: str, value: str) -> bool:
    return "\n" not in value and len(value) <= _FACT and is_plain(settled(label)) and is_plain(settled(value))


def _told_below(fact: Fact, drawing: Drawing) -> list[Json]:
    body = lines(fact.value, drawing.room)
    body[0] |= {"spacing": "None"}
    return [line(shorten(fact.label, _HEADING), weight="Bolder"), *body]


def _quote(quote: Quote, drawing: Drawing) -> list[Json]:
    items = lines(quote.text, drawing.room)
    source = one_line(quote.source)
    if source:
        items.append(line(f"— {shorten(source, _HEADING)}", size="Small", isSubtle=True) | {"spacing": "Small"})
    return [{"type": "Container", "style": "emphasis", "items": items}] if items else []


def _fallback(card: Card) -> str:
    said = [card.summary, card.title, *(block.text for block in card.blocks if isinstance(block, Section | Note))]
    return shorten(next((one.strip() for one in said if one.strip()), "Matchpoint"), SUMMARY)
