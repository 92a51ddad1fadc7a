"""Texts of a card as elements: headings and lines, and runs wherever a line could be read as markup."""

from __future__ import annotations

from typing import Any, Final

from domain.text import shorten
from surfaces.teams.text import is_plain, linked, settled

Json = dict[str, Any]

_TITLE: Final = 300
#: What a line of its own costs beside its characters.
_LINE: Final = 40


def heading(text: str, *, size: str = "Medium", most: int = _TITLE) -> Json:
    """Return a heading; a screen reader is told that it is one wherever Teams lets us say so."""
    element = line(shorten(one_line(text), most) or "–", weight="Bolder", size=size)
    return element | ({"style": "heading"} if element["type"] == "TextBlock" else {})


def lines(text: str, room: int, **look: object) -> list[Json]:
    """Return text line by line, so that line breaks stay on every client; an empty line becomes space."""
    elements: list[Json] = []
    gap = "Default"
    for one in text.strip().split("\n"):
        if not one.strip():
            gap = "Small"
            continue
        if room < _LINE:
            elements.append(line("…", **look) | {"spacing": "None"})
            break
        elements.append(line(shorten(one.rstrip(), room), **look) | {"spacing": gap})
        room -= len(one) + _LINE
        gap = "None"
    if elements:
        del elements[0]["spacing"]
    return elements


def line(text: str, **look: object) -> Json:
    """Return one line of text as it is: as runs, which know no markup, wherever Markdown could misread it."""
    text = settled(text)
    if is_plain(text):
        return {"type": "TextBlock", "text": text, "wrap": True, **look}
    return {"type": "RichTextBlock", "inlines": [_run(piece, url, look) for piece, url in linked(text)]}


def one_line(text: str) -> str:
    """Return text without line breaks, which a title or a button cannot have."""
    return " ".join(text.split())


def _run(text: str, url: str, look: Json) -> Json:
    run: Json = {"type": "TextRun", "text": text, **look}
    return run | ({"selectAction": {"type": "Action.OpenUrl", "url": url}, "color": "Accent"} if url else {})
