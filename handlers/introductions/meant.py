"""Which introduction a message is about, in a place where several things are said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from domain.errors import Invalid
from domain.ids import Kind, format_id, parse_id
from handlers.introductions.meeting_cards import MEETING
from handlers.introductions.moves import CONVERSATION
from handlers.requests import Place
from handlers.suggestions.pairs import intro_id
from handlers.work import Work
from store.queries import rooms, talks
from store.tables.introductions import Conversation, Introduction, Leg

Spot = tuple[Leg, Conversation, Introduction]

#: "IN-34: text", as one addresses a message by hand.
_NAMED: Final = re.compile(r"\s*(IN[^:\n]{1,14}):\s*(.*)", re.IGNORECASE | re.DOTALL)


def which(work: Work, place: Place, text: str, legs: Sequence[Spot]) -> tuple[Spot | None, str]:
    """Return the leg that a message is meant for, if that is certain, and its text without the id before it.

    What names an introduction is meant for it; what replies to a card of one too. In a person's own chat with the bot
    nothing else is meant for anybody; elsewhere everything is, as long as one conversation is held there.
    """
    named, rest = read_name(text)
    spot = next((one for one in legs if intro_id(one[2]) == named), None)
    if spot is not None:
        return spot, rest
    post = rooms.post_by_message(work.session, place.thread)
    if post is not None and post.kind in (CONVERSATION, MEETING):
        subject = post.subject.partition(":")[0]
        return next((one for one in legs if intro_id(one[2]) == subject), None), text
    if talks.is_private_address(work.session, place.channel):
        return None, text
    held = [one for one in legs if one[1].closed_at is None]
    if len(held) > 1:
        return None, text
    return (held or legs)[0], text


def read_name(text: str) -> tuple[str, str]:
    """Return the introduction that a text begins with, and the rest; an empty id where it begins with none."""
    found = _NAMED.match(text)
    if found is None:
        return "", text
    try:
        _, number = parse_id(found[1], Kind.INTRODUCTION)
        return format_id(Kind.INTRODUCTION, number), found[2]
    except (Invalid, ValueError):
        return "", text
