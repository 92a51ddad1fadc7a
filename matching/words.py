"""From text to words."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"\w\w+")
MAX_WORD = 40
"""Letters of a word that count: longer runs are no words, and would have hundreds of pieces."""


def normal(text: str) -> str:
    """Return text in lower case and composed form, as words are compared."""
    lowered = text.lower()
    # The Turkish capital İ becomes two signs, of which the second is no letter.
    return lowered if lowered.isascii() else unicodedata.normalize("NFC", lowered.replace("i\u0307", "i"))


def words_of(text: str) -> list[str]:
    """List the words of a text in lower case, in order, with repetitions."""
    words: list[str] = _WORD.findall(normal(text))
    if len(max(words, key=len, default="")) > MAX_WORD:
        words = [word[:MAX_WORD] for word in words]
    return words


def word_set(listed: str) -> frozenset[str]:
    """Return the words of a list with blanks between them."""
    return frozenset(listed.split())
