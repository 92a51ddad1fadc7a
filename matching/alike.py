"""Which words of the texts read so far are like one that is asked for: parts of compounds, slips of the pen.

Many texts are read for the same few words, so every word of a text is compared once, when it is met first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence

from rapidfuzz.distance import OSA

COMPOUND_FROM = 5
"""Letters from which a word counts as a part of a longer one; what is asked for may be twice as long at most."""

_SLIP_FROM = 6
_SLIP_LIKENESS = 0.82
_DIGIT = re.compile(r"\d")


class Vocabulary:
    """Hold the words met so far, and which of them are like those that were asked for."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._portions: list[_Portion] = []
        self._like: dict[str, tuple[int, set[str]]] = {}

    def learn(self, words: Collection[str]) -> None:
        """Take in the words of a text."""
        if new := set(words) - self._known:
            self._known |= new
            self._portions.append(_Portion(new))

    def like(self, forms: Sequence[str]) -> set[str]:
        """Return the words met so far that are part of one of these forms, made with it, or one slip from it."""
        return set[str]().union(*map(self._like_those, forms))

    def _like_those(self, form: str) -> set[str]:
        seen, found = self._like.get(form, (0, set[str]()))
        if seen < len(self._portions):
            for portion in self._portions[seen:]:
                found |= portion.like(form)
            self._like[form] = len(self._portions), found
        return found


class _Portion:
    """Hold some words so that those like another are found without comparing it with each."""

    def __init__(self, words: set[str]) -> None:
        self.words = words
        self.text = "\n".join(words)
        self.by_start: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in words:
            if len(word) >= _SLIP_FROM - 1 and not _DIGIT.search(word):
                self.by_start[word[0], len(word)].append(word)

    def like(self, form: str) -> set[str]:
        """Return the words that contain a form, that are a part of it, or that are one slip from it."""
        found: set[str] = set()
        if len(form) < COMPOUND_FROM:
            return found
        if form in self.text:
            found.update(re.findall(rf".*{re.escape(form)}.*", self.text))
        shortest = max(COMPOUND_FROM, (len(form) + 1) // 2)
        found |= self.words & {
            form[start : start + size] for size in range(shortest, len(form)) for start in range(len(form) - size + 1)
        }
        if len(form) >= _SLIP_FROM and not _DIGIT.search(form):
            for size in (len(form) - 1, len(form), len(form) + 1):
                for other in self.by_start.get((form[0], size), ()):
                    if OSA.normalized_similarity(form, other, score_cutoff=_SLIP_LIKENESS) > 0:
                        found.add(other)
        return found
