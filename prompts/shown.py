"""Texts as a model gets to see them, and the way back from what it quotes to what is stored."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

MASK = "▮"
"""Stands for a name that the model need not know."""

ADDRESS = re.compile(r"://|^www\.|@|^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/", re.IGNORECASE)
"""Finds a word that would become a link, or a mention, where it is shown."""

_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")


@dataclass(frozen=True, slots=True)
class Shown:
    """Hold a text without invisible characters, its white space collapsed, names masked, with its length capped.

    `starts` and `ends` tell for each character where it comes from in the stored text.
    """

    stored: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def find(self, quote: str) -> tuple[int, int] | None:
        """Return start and end in the stored text of a passage copied from the shown one, or `None` if it was not."""
        wanted = plain(quote)
        at = self.text.find(wanted) if wanted else -1
        return None if at < 0 else (self.starts[at], self.ends[at + len(wanted) - 1])

    def find_words(self, quote: str) -> tuple[int, int] | None:
        """Return the same of a passage that is made of whole words, in the shown text and in the stored one."""
        wanted = plain(quote)
        at = self.text.find(wanted) if wanted else -1
        while at >= 0:
            end = at + len(wanted)
            place = self.starts[at], self.ends[end - 1]
            cut = (_cuts_a_word(self.text, at), _cuts_a_word(self.text, end))
            if not any(cut) and not any(_cuts_a_word(self.stored, one) for one in place):
                return place
            at = self.text.find(wanted, at + 1)
        return None

    def is_whole(self, place: tuple[int, int]) -> bool:
        """Tell whether a place in the stored text is all that one can read there."""
        return not plain(self.stored[: place[0]]) and not plain(self.stored[place[1] :])


def show(stored: str, *, limit: int, names: Iterable[str] = (), whole_words: bool = False) -> Shown:
    """Return at most `limit` characters of a stored text as a model may see them; `names` are masked in any case.

    With `whole_words` it ends where a word does, so that its end can be quoted.
    """
    characters: list[tuple[str, int, int]] = []
    for at, character in enumerate(stored):
        if character.isspace():
            if characters and characters[-1][0] != " ":
                characters.append((" ", at, at + 1))
        elif not _is_invisible(character):
            characters.append((character, at, at + 1))
    characters = _cut(_masked(characters, names), limit, whole_words=whole_words)
    while characters and characters[-1][0] == " ":
        characters.pop()
    return Shown(
        stored=stored,
        text="".join(character for character, _, _ in characters),
        starts=tuple(start for _, start, _ in characters),
        ends=tuple(end for _, _, end in characters),
    )


def plain(text: str) -> str:
    """Return a text on one line, without invisible characters."""
    return " ".join("".join(ch for ch in text if ch.isspace() or not _is_invisible(ch)).split())


def _masked(characters: list[tuple[str, int, int]], names: Iterable[str]) -> list[tuple[str, int, int]]:
    wanted = sorted({plain(name) for name in names} - {""}, key=lambda name: (-len(name), name))
    if not wanted or not characters:
        return characters
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, wanted)) + r")(?!\w)", re.IGNORECASE)
    text = "".join(character for character, _, _ in characters)
    kept: list[tuple[str, int, int]] = []
    last = 0
    for match in pattern.finditer(text):
        kept += characters[last : match.start()]
        kept.append((MASK, characters[match.start()][1], characters[match.end() - 1][2]))
        last = match.end()
    return kept + characters[last:]


def _cut(characters: list[tuple[str, int, int]], limit: int, *, whole_words: bool) -> list[tuple[str, int, int]]:
    text, end = "".join(character for character, _, _ in characters), min(limit, len(characters))
    while whole_words and _cuts_a_word(text, end):
        end -= 1
    return characters[: end or limit]  # a single long word is better cut than lost


def _cuts_a_word(text: str, at: int) -> bool:
    """Tell whether a text that is cut there is cut within a word."""
    return 0 < at < len(text) and _is_of_a_word(text[at - 1]) and _is_of_a_word(text[at])


def _is_of_a_word(character: str) -> bool:
    return character.isalnum() or unicodedata.combining(character) > 0


def _is_invisible(character: str) -> bool:
    # Control, format (bidirectional, zero-width, tags), surrogates, private use; blank letters; variation selectors,
    # in which whole sentences can be hidden behind one letter.
    return (
        unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co")
        or character in _FILLERS
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
    )
