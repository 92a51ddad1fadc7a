"""The frame of an Adaptive Card, and how a card is kept within the 25 KB that Teams takes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

from surfaces.teams.elements import Json, lines

CARD_BYTES: Final = 25_000
VERSION: Final = "1.5"
#: How much of one text is shown: as much as possible of these, until the card fits.
ROOMS: Final = (6000, 3000, 1500, 800, 400)


def fitted(draw: Callable[[int], list[Json]], locale: str, note: str) -> Json:
    """Return a card of at most 25 KB: with shorter texts, else without its last parts and a note that there is more."""
    elements: list[Json] = []
    for room in ROOMS:
        elements = draw(room)
        card = shell(elements, locale)
        if weight(card) <= CARD_BYTES:
            return card
    parts = _parts(elements)
    last = parts.pop() if parts[-1][0]["type"] == "ActionSet" else []
    end = [*lines(note, ROOMS[0], size="Small", isSubtle=True), *last]
    return shell([*_within(parts, CARD_BYTES - weight(shell(end, locale))), *end], locale)


def _parts(elements: list[Json]) -> list[list[Json]]:
    """Keep a row of buttons and the hidden questions below it together: a button cannot show what is not there."""
    parts: list[list[Json]] = []
    for element in elements:
        if parts and element.get("isVisible") is False:
            parts[-1].append(element)
        else:
            parts.append([element])
    return parts


def _within(parts: list[list[Json]], room: int) -> list[Json]:
    """Return the elements of as many parts as have room, from the first."""
    found: list[Json] = []
    for part in parts:
        room -= sum(weight(element) + 1 for element in part)
        if room < 0:
            break
        found.extend(part)
    return found


def shell(body: list[Json], locale: str, **more: object) -> Json:
    """Return an Adaptive Card of these elements, as wide as the conversation."""
    return {
        "type": "AdaptiveCard",
        "version": VERSION,
        "lang": locale,
        "msteams": {"width": "Full"},
        "body": body,
        **more,
    }


def weight(part: Json) -> int:
    """Return the bytes of a card or a part of it on the wire."""
    return len(json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode())
