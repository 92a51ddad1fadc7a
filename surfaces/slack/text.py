"""Text between people and Slack's markup: plain on our side, escaped on theirs."""

from __future__ import annotations

import re
from typing import Final

from domain.text import shorten

_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_WIDTHS: Final = {"&": 5, "<": 4, ">": 4}
# <@U123>, <#C123|name>, <!here>, <!subteam^S1|@group>, <https://…|label>, <mailto:…|…>; typed brackets come escaped.
_MARKUP: Final = re.compile(r"<((?:[@#!]|[a-z][a-z0-9+.-]*:)[^<>\n]{1,3000})>")
_URL: Final = re.compile(r"https?://[^\s<>|\"'`]+[^\s<>|\"'`.,;:!?)\]]")


def escape(text: str) -> str:
    """Return text in which nothing is markup of Slack: no mention, no link, no entity."""
    return text.translate(_ESCAPES)


def unescape(text: str) -> str:
    """Return what was meant by the three entities that Slack knows."""
    if "&" not in text:
        return text
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def to_plain(text: str) -> str:
    """Return what a person wrote, without Slack's markup; mentions and links become the words one reads."""
    if not text.isascii():
        text = text.encode("utf-8", "ignore").decode("utf-8")  # half a character cannot be stored
    if "<" in text:
        text = _MARKUP.sub(_readable, text)
    return unescape(text).replace("\0", "")


def fit(text: str, limit: int) -> str:
    """Return the text escaped and within `limit` characters; what is too long ends in an ellipsis."""
    escaped = escape(text)
    if len(escaped) <= limit:
        return escaped
    return escape(shorten(text, max(1, _reach(text, limit - 1))))


def pieces(text: str, *, first: int, others: int, most: int) -> list[str]:
    """Return the text escaped in pieces of at most `first` and `others` characters, cut between lines or words.

    What does not fit into `most` pieces ends in an ellipsis.
    """
    found: list[str] = []
    rest, limit = text, first
    while len(escape(rest)) > limit and len(found) < most - 1:
        cut = _cut(rest, _reach(rest, limit))
        found.append(escape(rest[:cut].rstrip()))
        rest, limit = rest[cut:].lstrip("\n "), others
    return [one for one in (*found, fit(rest, limit)) if one]


def link(escaped: str, *, limit: int) -> str:
    """Return escaped text in which web addresses can be clicked; each shows nothing but itself."""
    room = (limit - len(escaped)) // 2
    if room < 1 or "://" not in escaped:
        return escaped
    return _URL.sub(lambda found: f"<{found[0]}>", escaped, count=room)


def _readable(found: re.Match[str]) -> str:
    target, _, label = found[1].partition("|")
    if target[0] in "@#":
        return target[0] + (label or target[1:]).lstrip("@#")
    if target[0] == "!":
        return "@" + (label or target[1:].partition("^")[0]).lstrip("@")
    shown = target.removeprefix("mailto:").removeprefix("tel:")
    if not label or label in (shown, shown.partition("://")[2]):
        return shown
    return f"{label} ({shown})"


def _reach(text: str, room: int) -> int:
    """Return how many characters of the text fit into `room` once they are escaped."""
    size = 0
    for at, character in enumerate(text):
        size += _WIDTHS.get(character, 1)
        if size > room:
            return at
    return len(text)


def _cut(text: str, reach: int) -> int:
    """Return where to cut within reach: after a line, else after a word, else wherever it must be."""
    reach = max(1, reach)
    for separator in ("\n", " "):
        at = text.rfind(separator, reach // 2, reach)
        if at > 0:
            return at
    return reach
