"""Text between people and Teams: plain on our side, and never read as Markdown on theirs.

The clients of Teams do not agree on how a character of Markdown is escaped: what a backslash hides on a desktop stands
there with its backslash on a phone (microsoft/AdaptiveCards issues 5590 and 7474, MicrosoftDocs/msteams-docs issue
5793). So nothing is escaped. What could be read as markup goes into text runs, which know none; a `TextBlock` or a
`FactSet` gets only what has nothing in it to be misread. Mentions need an entity of the message, and we send none.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final

#: Characters that mean something to Markdown, to HTML, or to `{{DATE(…)}}`.
_MARKUP: Final = re.compile(r"[\\*_`\[\]~<>&#{}|]|://")
#: A line that would become an item of a list, or a line across.
_LISTED: Final = re.compile(r"[ \t]*([-+]|\d{1,9}[.)])([ \t]|$)|[-=]{2,}\s*$|[ \t]{4}|\t")
_NUMBERED: Final = re.compile(r"^(\d{1,9}[.)]) ")
_URL: Final = re.compile(r"https?://[^\s<>|\"'`\\]+[^\s<>|\"'`.,;:!?)\]\\]")
_TAG: Final = re.compile(r"</?(?:at|p|div|span|br|b|i|em|strong|u|s|a|ul|ol|li|blockquote|pre|code)\b[^<>\n]{0,500}>")
_BREAK: Final = re.compile(r"<(?:br|/p|/div|/li)\b[^<>\n]{0,100}>", re.IGNORECASE)
_LONGEST: Final = 100_000


def settled(text: str) -> str:
    """Return one line of text in which a number at its beginning ("1. October") begins no list."""
    return _NUMBERED.sub("\\1\u00a0", text)


def is_plain(text: str) -> bool:
    """Tell whether one line of text says the same whether it is read as Markdown or not."""
    return _MARKUP.search(text) is None and _LISTED.match(text) is None


def linked(text: str) -> Iterator[tuple[str, str]]:
    """Divide text into pieces, each with the web address it is, or nothing; a link shows nothing but itself."""
    end = 0
    for found in _URL.finditer(text):
        if found.start() > end:
            yield text[end : found.start()], ""
        yield found[0], found[0]
        end = found.end()
    if end < len(text):
        yield text[end:], ""


def to_plain(text: str, *, bot: str = "") -> str:
    """Return what a person wrote, without the markup of Teams; a mention of the bot by its name is left out.

    Other mentions become the name one reads.
    """
    text = text[:_LONGEST].encode("utf-8", "ignore").decode("utf-8")  # half a character cannot be stored
    if bot:
        text = re.sub(rf"<at\b[^<>\n]{{0,500}}>\s*{re.escape(bot)}\s*</at>", "", text, flags=re.IGNORECASE)
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub("\n", text))
    return html.unescape(text).replace("\u00a0", " ").replace("\r\n", "\n").replace("\0", "").strip()
