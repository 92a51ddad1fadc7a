"""A query as the index understands it: words, stems of every language that matters, letters, likely meanings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np

from matching import scoring
from matching.language import detect, is_function_word
from matching.picture import Picture
from matching.preamble import without_preamble
from matching.rows import Floats, Ints
from matching.typos import before_a_slip
from matching.words import words_of

_MEANT_AS_WORD = 0.8
_MEANT_AS_LETTERS = 1.0
_MEANT_IN_LABEL = 0.5
"""In a label an unknown word is more often a compound than a slip."""

_SLIPPED = 1.0
_SLIPPED_UP_TO = 6
"""Telling words up to which an unknown word that means no other is spelt with a slip taken back as well."""

_NEAR = 0.1
_MISSPELT_AT_MOST = 24
"""Unknown words that are looked up in one query; the rest still counts by its letters."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Hold one word of a query: how often it stands there, how telling it is, and the stems that would answer it."""

    word: str
    count: int
    rarity: float
    stems: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Hold a query that has been read against one picture of an index.

    `stems` and `stem_weights` are what BM25 multiplies impacts with, `letters` the words (with what misspelt ones may
    have meant) whose pieces are compared, `length` the number of telling words.
    """

    picture: Picture
    language: str | None
    sought: tuple[Sought, ...]
    stems: Ints
    stem_weights: Floats
    letters: Mapping[str, float]
    length: int

    @classmethod
    def ask(cls, picture: Picture, text: str, language: str | None = None) -> Question:
        """Read a text: its language (if not given), its telling words, their counts, what misspelt ones mean."""
        language = language or detect(words_of(text))
        words = words_of(without_preamble(text))
        telling = [word for word in words if not (language and is_function_word(word, language))] or words
        counts = Counter(telling)
        unknown = _unknown(picture, counts)
        meanings = picture.near.of(unknown)
        languages = (language,) if language else picture.common_languages
        sought = _sought(picture, counts, meanings, languages)
        weights: dict[int, float] = {}
        for one in sought:
            for number, weight in one.stems:
                weights[number] = weights.get(number, 0.0) + one.count * one.rarity * weight
        return cls(
            picture,
            language,
            sought,
            np.fromiter(weights, np.int32, len(weights)),
            np.fromiter(weights.values(), np.float32, len(weights)),
            _letters(counts, meanings, unknown),
            len(telling),
        )

    def most(self) -> float:
        """Return the BM25 score of a profile that would say all of the query as strongly as can be."""
        return sum(one.count * one.rarity for one in self.sought)

    def near_stems(self, by_word: Floats, most: int) -> tuple[Ints, Floats]:
        """Return the stems that are nearest to the query by their letters, and what they score by them."""
        uses = self.picture.lexicon.stem_uses.view()
        scores = by_word[: len(uses)]
        high = np.flatnonzero(scores > _NEAR * scores.max(initial=0))
        high = high[uses[high] > 0]
        if len(high) > most:
            high = high[np.argpartition(scores[high], -most)[-most:]]
        return high.astype(np.int32), scores[high]


def _unknown(picture: Picture, counts: Counter[str]) -> list[str]:
    # A function word that no profile uses belongs to another language, and means no other word.
    unknown = [word for word in counts if not picture.lexicon.is_used(word) and not is_function_word(word)]
    return unknown[:_MISSPELT_AT_MOST]


def _sought(
    picture: Picture, counts: Counter[str], meanings: Mapping[str, Sequence[str]], languages: Sequence[str | None]
) -> tuple[Sought, ...]:
    forms = list(dict.fromkeys([*counts, *chain.from_iterable(meanings.values())]))
    stems_of = dict(zip(forms, picture.lexicon.stems_of(forms, languages), strict=True))
    stems: list[dict[int, float]] = []
    for word in counts:
        own = dict.fromkeys(stems_of[word], 1.0)
        for number in chain.from_iterable(stems_of[other] for other in meanings.get(word, ())):
            own.setdefault(number, _MEANT_AS_WORD)
        stems.append(own)
    uses = iter(picture.lexicon.uses_of(chain.from_iterable(stems)))
    return tuple(
        Sought(word, count, scoring.rarity(sum(islice(uses, len(own))), picture.profiles), tuple(own.items()))
        for (word, count), own in zip(counts.items(), stems, strict=True)
    )


def _letters(counts: Counter[str], meanings: Mapping[str, Sequence[str]], unknown: Sequence[str]) -> dict[str, float]:
    weighted: dict[str, float] = {word: float(count) for word, count in counts.items()}
    share = _MEANT_IN_LABEL if counts.total() <= scoring.LABEL_UP_TO else _MEANT_AS_LETTERS
    for word, others in meanings.items():
        for other in others:
            weighted[other] = weighted.get(other, 0.0) + counts[word] * share / len(others)
    if counts.total() <= _SLIPPED_UP_TO:
        for word in unknown:
            before = [] if word in meanings else before_a_slip(word)
            for other in before:
                weighted[other] = weighted.get(other, 0.0) + counts[word] * _SLIPPED / len(before)
    return weighted
