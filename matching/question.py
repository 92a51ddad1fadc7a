"""A query as the index understands it: words, stems of every language that matters, letter pieces, likely meanings."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.language import detect, is_function_word
from matching.rows import Floats
from matching.scoring import Picture, letter_weight
from matching.words import grams_of, words_of

_MEANT_AS_WORD = 0.8
_MEANT_AS_LETTERS = 0.5
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
    """Hold a query that has been read against one picture of an index."""

    picture: Picture
    language: str | None
    sought: tuple[Sought, ...]
    stem_vector: Floats
    gram_vector: Floats
    gram_length: float

    @classmethod
    def ask(cls, picture: Picture, text: str, language: str | None = None) -> Question:
        """Read a text: its language (if not given), its telling words, their counts, what misspelt ones mean."""
        words = words_of(text)
        language = language or detect(words)
        telling = [word for word in words if not (language and is_function_word(word, language))] or words
        counts = Counter(telling)
        meanings = _meanings(picture, counts)
        languages = (language,) if language else picture.common_languages
        sought = tuple(
            _sought(picture, word, count, meanings.get(word, ()), languages) for word, count in counts.items()
        )
        vector, length = _gram_vector(picture, counts, meanings)
        return cls(picture, language, sought, _stem_vector(picture, sought), vector, length)

    def fused(self, words: Floats, letters: Floats) -> Floats:
        """Return one score (0 to 1) per row: words and letters, each over its best, weighted by the query's length."""
        share = letter_weight(sum(word.count for word in self.sought))
        return np.asarray((_over_best(words) + share * _over_best(letters)) / (1 + share), np.float32)

    def word_scores(self) -> Floats:
        """Return the BM25 score of every row."""
        return self.picture.stems.times(self.stem_vector)

    def letter_scores(self) -> Floats:
        """Return the cosine of letter pieces of every row."""
        by_word = self.picture.pieces.times(self.gram_vector)
        scale = np.float32(1 / self.gram_length if self.gram_length else 0)
        return self.picture.words.times(by_word) * self.picture.scales * scale


def _over_best(scores: Floats) -> Floats:
    best = float(scores.max()) if len(scores) else 0.0
    return np.asarray(scores / best, np.float32) if best > 1e-9 else np.zeros_like(scores)


def _meanings(picture: Picture, counts: Counter[str]) -> dict[str, list[str]]:
    if picture.near is None:
        return {}
    unknown = [word for word in counts if not picture.lexicon.is_used(word)][:_MISSPELT_AT_MOST]
    return {word: near for word in unknown if (near := picture.near.of(word))}


def _sought(
    picture: Picture, word: str, count: int, meanings: Sequence[str], languages: Sequence[str | None]
) -> Sought:
    stems: dict[int, float] = {}
    for form, weight in ((word, 1.0), *((other, _MEANT_AS_WORD) for other in meanings)):
        for number in picture.lexicon.stems_of(form, languages):
            if number < picture.stems.width:
                stems.setdefault(number, weight)
    return Sought(word, count, picture.lexicon.rarity(stems, picture.profiles), tuple(stems.items()))


def _stem_vector(picture: Picture, sought: Sequence[Sought]) -> Floats:
    vector = np.zeros(picture.stems.width, np.float32)
    for word in sought:
        for number, weight in word.stems:
            vector[number] += word.count * word.rarity * weight
    return vector


def _gram_vector(picture: Picture, counts: Counter[str], meanings: dict[str, list[str]]) -> tuple[Floats, float]:
    """Return the gram vector times the gram weights once more (what the profile's side lacks), and its own length."""
    numbers = picture.lexicon.gram_numbers
    vector = np.zeros(picture.pieces.width, np.float32)
    unmet = 0.0
    weighted: dict[str, float] = {word: 1 + math.log(count) for word, count in counts.items()}
    for word, others in meanings.items():
        for other in others:
            weighted[other] = weighted.get(other, 0.0) + counts[word] * _MEANT_AS_LETTERS / len(others)
    amounts: dict[str, float] = {}
    for word, weight in weighted.items():
        for gram, uses in grams_of(word).items():
            amounts[gram] = amounts.get(gram, 0.0) + uses * weight
    for gram, amount in amounts.items():
        number = numbers.get(gram)
        if number is None or number >= len(vector):
            unmet += (amount * picture.fresh_gram) ** 2
        else:
            vector[number] = amount
    weights = picture.gram_weights[: len(vector)]
    length = math.sqrt(float(((vector * weights) ** 2).sum()) + unmet)
    return vector * weights * weights, length
