"""From text to words, and from words to the pieces they are compared by."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

_WORD = re.compile(r"\w\w+")
GRAM_SIZES = (3, 4, 5)
MAX_WORD = 40
"""Letters of a word that count: longer runs are no words, and would have hundreds of grams."""


def normal(text: str) -> str:
    """Return text in lower case and composed form, as words are compared."""
    lowered = text.lower()
    return lowered if lowered.isascii() else unicodedata.normalize("NFC", lowered)


def words_of(text: str) -> list[str]:
    """List the words of a text in lower case, in order, with repetitions."""
    return [word[:MAX_WORD] for word in _WORD.findall(normal(text))]


def grams_of(word: str) -> Counter[str]:
    """Count the 3- to 5-letter pieces of one word, its two ends marked by a blank."""
    padded = f" {word} "
    length = len(padded)
    pieces: list[str] = []
    for size in GRAM_SIZES:
        if length <= size:
            pieces.append(padded)
            break
        pieces += [padded[at : at + size] for at in range(length - size + 1)]
    return Counter(pieces)
