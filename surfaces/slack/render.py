"""Cards as Block Kit. Slack's limits are kept here and nowhere else.

Every text is escaped, every action id is unique within its message, and what does not fit is shortened and says where
the rest is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from domain.text import shorten
from messages import edges
from messages.card import Actions, Block, Button, Card, Divider, Facts, Home, Note, Picture, Quote, Section, Style
from messages.i18n import Words
from surfaces.slack import text as markup

Json = dict[str, Any]
T = TypeVar("T")

MESSAGE_BLOCKS: Final = 50
VIEW_BLOCKS: Final = 100
SECTION_TEXT: Final = 3000
FIELD_TEXT: Final = 2000
FIELDS: Final = 10
HEADER_TEXT: Final = 150
NOTE_TEXT: Final = 2000
ALT_TEXT: Final = 2000
BUTTON_TEXT: Final = 75
BUTTON_VALUE: Final = 2000
ACTION_ID: Final = 255
BUTTONS: Final = 25
FALLBACK_TEXT: Final = 1000
#: A long text goes on in the next section, up to this many.
_SECTIONS: Final = 4
_HEADING: Final = 200
#: Between the action's name and what makes an action id unique in its message.
MARK: Final = "#"


@dataclass(frozen=True, slots=True)
class Message:
    """What a message says: `text` for notifications and screen readers, `blocks` for the eye."""

    text: str
    blocks: list[Json]

    def as_json(self) -> Json:
        """Return both as the parts of a request."""
        return {"text": self.text, "blocks": self.blocks}


@dataclass(slots=True)
class Numbers:
    """Counts the buttons of one message, so that no two have the same action id.

    `files` are the pictures of it that Slack has already, by their ids there; all others are told in words.
    """

    last: int = field(default=0)
    files: Mapping[Picture, str] = field(default_factory=dict[Picture, str])

    def action_id(self, action: str) -> str:
        """Return an action id that carries the action's name and is used once."""
        self.last += 1
        end = f"{MARK}{self.last}"
        return action[: ACTION_ID - len(end)] + end


def read_action(action_id: str) -> str:
    """Return the action's name that an action id carries."""
    return action_id.rpartition(MARK)[0] or action_id


def render_message(card: Card, files: Mapping[Picture, str] | None = None) -> Message:
    """Render a card as a message of at most 50 blocks; `files` are the ids of pictures that were uploaded."""
    rendered = render_blocks(card, Numbers(files=files or {}))
    blocks = bound(rendered, MESSAGE_BLOCKS, edges.more_on_home(Words(card.locale)))
    return Message(_fallback(card), blocks)


def render_home(home: Home) -> Json:
    """Render a person's own page as a Home tab of at most 100 blocks."""
    note = edges.more_in_commands(Words(home.locale))
    return {"type": "home", "callback_id": "home", "blocks": _page(home, VIEW_BLOCKS, note)}


def render_home_message(home: Home) -> Message:
    """Render a person's own page as a private message."""
    note = edges.more_on_home(Words(home.locale))
    return Message(markup.fit(home.title, FALLBACK_TEXT) or "Matchpoint", _page(home, MESSAGE_BLOCKS, note))


def render_blocks(card: Card, numbers: Numbers) -> list[Json]:
    """Render a card, title first; at least one block, and as many as it takes."""
    blocks: list[Json] = []
    if card.title.strip():
        blocks.append({"type": "header", "text": plain(one_line(card.title), HEADER_TEXT)})
    for block in card.blocks:
        blocks.extend(_render(block, numbers))
    if not blocks:
        blocks.append({"type": "section", "text": _mrkdwn(_fallback(card))})
    return blocks


def bound(blocks: list[Json], limit: int, note: str) -> list[Json]:
    """Return at most `limit` blocks: the first ones, a note that there is more, and the buttons at the end."""
    if len(blocks) <= limit:
        return blocks
    last = [blocks[-1]] if blocks[-1]["type"] == "actions" else []
    return [*blocks[: limit - 1 - len(last)], _context(markup.escape(note)), *last]


def plain(text: str, limit: int) -> Json:
    """Return a text object without markup, within its limit; a dash where there is nothing to say."""
    return {"type": "plain_text", "text": markup.fit(text.strip(), limit) or "–"}


def one_line(text: str) -> str:
    """Return text without line breaks, which a header or a bold heading cannot have."""
    return " ".join(text.split())


def _page(home: Home, limit: int, note: str) -> list[Json]:
    numbers = Numbers()
    blocks: list[Json] = []
    if home.title.strip() and (not home.cards or home.cards[0].title != home.title):
        blocks.append({"type": "header", "text": plain(one_line(home.title), HEADER_TEXT)})
    for card in home.cards:
        if blocks:
            blocks.append({"type": "divider"})
        blocks.extend(render_blocks(card, numbers))
    return bound(blocks or [{"type": "section", "text": _mrkdwn("Matchpoint")}], limit, note)


def _render(block: Block, numbers: Numbers) -> Iterable[Json]:
    match block:
        case Section():
            return _section(block)
        case Facts():
            return _facts(block)
        case Quote():
            return _quote(block)
        case Picture():
            return _picture(block, numbers.files.get(block, ""))
        case Note():
            return [_context(markup.fit(block.text.strip(), NOTE_TEXT))] if block.text.strip() else []
        case Divider():
            return [{"type": "divider"}]
        case Actions():
            return [
                {"type": "actions", "elements": [_button(one, numbers) for one in row]}
                for row in _rows(block.buttons, BUTTONS)
            ]


def _section(section: Section) -> list[Json]:
    heading = f"*{markup.fit(one_line(section.heading), _HEADING)}*" if section.heading.strip() else ""
    body = section.text.strip()
    if not body:
        return [{"type": "section", "text": _mrkdwn(heading)}] if heading else []
    room = SECTION_TEXT - len(heading) - 1
    texts = markup.pieces(body, first=room, others=SECTION_TEXT, most=_SECTIONS)
    if heading:
        texts[0] = f"{heading}\n{texts[0]}"
    return [{"type": "section", "text": _mrkdwn(one)} for one in texts]


def _facts(facts: Facts) -> list[Json]:
    rows = _rows(facts.items, FIELDS)
    return [{"type": "section", "fields": [_fact(one.label, one.value) for one in row]} for row in rows]


def _fact(label: str, value: str) -> Json:
    head = f"*{markup.fit(one_line(label) or '–', _HEADING)}*\n"
    body = markup.fit(value.strip() or "–", FIELD_TEXT - len(head))
    return _mrkdwn(head + body, limit=FIELD_TEXT)


def _quote(quote: Quote) -> list[Json]:
    blocks: list[Json] = []
    words = quote.text.strip()
    if words:
        # Every line carries the mark, or the text could step out of the quotation.
        room = SECTION_TEXT - 2 * (words.count("\n") + 1)
        lines = markup.fit(words, max(room, 100)).split("\n")
        marked = "\n".join(f"> {line}" for line in lines)
        blocks.append({"type": "section", "text": _mrkdwn(marked)})
    source = one_line(quote.source)
    if source:
        blocks.append(_context(markup.fit(f"— {source}", NOTE_TEXT)))
    return blocks


def _picture(picture: Picture, file: str) -> list[Json]:
    """Show a picture that was uploaded; say what it shows where there is none."""
    if not file:
        return _section(Section(picture.alt))
    return [{"type": "image", "slack_file": {"id": file}, "alt_text": shorten(picture.alt, ALT_TEXT)}]


def _button(button: Button, numbers: Numbers) -> Json:
    if len(button.value) > BUTTON_VALUE:
        raise ValueError(f"the value of the button {button.action} is too long")
    element: Json = {
        "type": "button",
        "text": plain(one_line(button.label), BUTTON_TEXT),
        "action_id": numbers.action_id(button.action or "url"),
    }
    if button.value:
        element["value"] = button.value
    if button.url is not None:
        element["url"] = button.url
    if button.style is not Style.DEFAULT:
        element["style"] = button.style.value
    if button.confirm is not None:
        confirm: Json = {
            "title": plain(one_line(button.confirm.title), 100),
            "text": plain(button.confirm.text, 300),
            "confirm": plain(one_line(button.confirm.yes), 30),
            "deny": plain(one_line(button.confirm.no), 30),
        }
        if button.style is Style.DANGER:
            confirm["style"] = "danger"
        element["confirm"] = confirm
    return element


def _mrkdwn(escaped: str, *, limit: int = SECTION_TEXT) -> Json:
    # verbatim: Slack must not turn what looks like a mention or a channel into one.
    return {"type": "mrkdwn", "text": markup.link(escaped, limit=limit), "verbatim": True}


def _context(escaped: str) -> Json:
    return {"type": "context", "elements": [_mrkdwn(escaped, limit=NOTE_TEXT)]}


def _fallback(card: Card) -> str:
    said = [card.summary, card.title, *(block.text for block in card.blocks if isinstance(block, Section | Note))]
    first = next((one for one in said if one.strip()), "Matchpoint")
    return markup.fit(first.strip(), FALLBACK_TEXT)


def _rows(items: Sequence[T], size: int) -> list[Sequence[T]]:
    return [items[at : at + size] for at in range(0, len(items), size)]
