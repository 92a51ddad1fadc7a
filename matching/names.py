"""Company names that may be the same company: for a report, never for merging by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from domain.text import fold

ALIKE_FROM = 0.88
"""Likeness (0 to 1) from which two names are reported."""

_LEGAL_WORDS = (
    "aps as ab abp ag amba asa bhd bv bvba co company corp corporation cv cvba eeig eg ehf ek eood eurl ev gbr "
    "gie gmbh hb hf inc is ivs kb kft kg kgaa ks limited llc llp ltd lp mbh nv nyrt og ohg oue ou oy oyj plc "
    "pte pty sa sarl sas sasu sc scrl sd sia sl slu snc sp spa spzoo sprl srl sro ug uab vof zoo zrt"
)
_LEGAL_FORMS = frozenset(_LEGAL_WORDS.split())
_DOTTED = re.compile(r"(?<=\b\w)[./](?=\w\b)")
_PARTS = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+")
# Names of 8 to 11 letters have both kinds of keys, so that a letter more or less does not part them.
_SHORT_UP_TO, _SHORT_PIECE = 11, 3
_LONG_FROM, _LONG_PIECE = 8, 5


@dataclass(frozen=True, slots=True)
class SimilarName:
    """Hold a name that resembles the one asked for, and how much (0 to 1)."""

    name: str
    likeness: float


def name_key(name: str) -> str:
    """Return a name without case, accents, punctuation and legal form; equal keys are nearly always one company."""
    parts = _PARTS.findall(_DOTTED.sub("", fold(name)))
    kept = [part for part in parts if part not in _LEGAL_FORMS]
    return " ".join(kept or parts)


def block_keys(name: str) -> tuple[str, ...]:
    """Return the keys under which a name is filed: names that share none are not compared.

    With its words in alphabetical order and no blanks, a name is filed under its beginning, and under its end with its
    first letter: one slip rarely spoils both. Kept in an indexed column, the keys let an import of any size compare
    each name with a handful, in constant memory.
    """
    joined = "".join(sorted(name_key(name).split()))
    keys: list[str] = []
    if 0 < len(joined) <= _SHORT_UP_TO:
        keys += [f"{joined[:_SHORT_PIECE]}-", f"-{joined[-_SHORT_PIECE:]}"]
    if len(joined) >= _LONG_FROM:
        keys += [f"{joined[:_LONG_PIECE]}-", f"{joined[0]}-{joined[-_LONG_PIECE:]}"]
    return tuple(dict.fromkeys(keys))


def similar_names(name: str, names: Iterable[str], limit: int) -> list[SimilarName]:
    """Return at most `limit` of the names that resemble `name`, best first, not counting the very same spelling.

    Compares with every name given, some 15 microseconds each. For many names, give those that share a block key
    (`block_keys`, or `NameBlocks`).
    """
    others = [other for other in dict.fromkeys(names) if other != name]
    key = name_key(name)
    found = [(round(_likeness(key, name_key(other)), 4), other) for other in others]
    found = sorted((-value, other) for value, other in found if value >= ALIKE_FROM)
    return [SimilarName(other, -value) for value, other in found[: max(limit, 0)]]


class NameBlocks:
    """Compare names as they come with those seen before.

    Memory: each name, its key and two to four references to them (well under a kilobyte a name; nothing else grows).
    Time: in proportion to the names that share a block, of which only the newest `deepest` are looked at.
    """

    def __init__(self, *, deepest: int = 500) -> None:
        self._blocks: dict[str, list[tuple[str, str]]] = {}
        self._deepest = deepest

    def similar(self, name: str, limit: int) -> list[SimilarName]:
        """Return at most `limit` names seen before that resemble this one, best first."""
        key, best = name_key(name), dict[str, float]()
        for block in block_keys(name):
            held = self._blocks.get(block, [])[-self._deepest :]
            for other in _near(key, [other for _, other in held]):
                best[held[other][0]] = round(_likeness(key, held[other][1]), 4)
        best.pop(name, None)
        found = sorted((-value, other) for other, value in best.items() if value >= ALIKE_FROM)
        return [SimilarName(other, -value) for value, other in found[: max(limit, 0)]]

    def add(self, name: str) -> None:
        """Remember a name."""
        entry = (name, name_key(name))
        for block in block_keys(name):
            self._blocks.setdefault(block, []).append(entry)


def _near(key: str, keys: Sequence[str]) -> list[int]:
    """Return the positions of keys worth a closer look."""
    cutoff = 100 * ALIKE_FROM
    by_words = process.extract(key, keys, scorer=fuzz.token_sort_ratio, score_cutoff=cutoff, limit=20)
    by_letters = process.extract(key, keys, scorer=OSA.normalized_similarity, score_cutoff=ALIKE_FROM, limit=20)
    return [position for _, _, position in (*by_words, *by_letters)]


def _likeness(one: str, other: str) -> float:
    if not one or not other or _NUMBER.findall(one) != _NUMBER.findall(other):
        return 0.0
    letters = OSA.normalized_similarity(one.replace(" ", ""), other.replace(" ", ""))
    return max(letters, fuzz.token_sort_ratio(one, other) / 100)
