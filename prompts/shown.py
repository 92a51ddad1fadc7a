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


def show(stored: str, *, limit: int, names: Iterable[str] = ()) -> Shown:
    """Return at most `limit` characters of a stored text as a model may see them; `names` are masked in any case."""
    characters: list[tuple[str, int, int]] = []
    for at, character in enumerate(stored):
        if character.isspace():
            if characters and characters[-1][0] != " ":
                characters.append((" ", at, at + 1))
        elif not _is_invisible(character):
            characters.append((character, at, at + 1))
    characters = _masked(characters, names)[:limit]
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


def _is_invisible(character: str) -> bool:
    # Control, format (bidirectional, zero-width, tags), surrogates, private use; blank letters; variation selectors,
    # in which whole sentences can be hidden behind one letter.
    return (
        unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co")
        or character in _FILLERS
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
    )
