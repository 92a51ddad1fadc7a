"""The best rows of an index for a question.

In a small index, and where the rules leave few profiles, every row is scored. In a large one the letters are scored
only for a pool: the best by words, and the best among those whose words are near to the query's by their letters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching import scoring
from matching.letters import Spelt
from matching.picture import Picture
from matching.question import Question
from matching.rows import Floats
from matching.segment import Bools, Segment

EXACT_UP_TO = 20_000
"""Profiles up to which every row is scored."""

_POOLS = ((3, 1200), (12, 400))
_POOL = 150
"""Rows whose letters are scored: by the words asked for up to so many, and for more. Short queries live by letters."""

_REACHED = 48
_STRETCH = 64
LIKENESS_SHARE = 0.5
"""Weight of the likeness of vectors against words and letters together: a third of the score."""

_WORDS_FLOOR = 0.15
_LETTERS_FLOOR = 0.15

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Hit:
    """Hold one profile that was found: its place, its score (0 to 1) and the cosine of its letters."""

    id: str
    segment: Segment
    row: int
    score: float
    letters: float


@dataclass(frozen=True, slots=True)
class _Scored:
    """Hold the rows of one segment that were scored, and their scores before they are fused."""

    segment: Segment
    rows: Rows
    words: Floats
    letters: Floats
    likeness: Floats

    def hit(self, at: int, score: float) -> Hit:
        """Return the profile at a place of these arrays as found."""
        row = int(self.rows[at])
        return Hit(self.segment.entries.ids[row], self.segment, row, score, float(self.letters[at]))


def best_of(
    question: Question,
    limit: int,
    *,
    allow: Sequence[Bools] | None = None,
    likeness: Mapping[str, float] | None = None,
) -> list[Hit]:
    """Return the best rows with a score, best first; equal scores go by id, also at the edge."""
    scored = list(_scored(question, limit, allow, likeness))
    if not scored:
        return []
    fused = _fused(question, scored, with_likeness=bool(likeness))
    everything = np.concatenate(fused)
    crowded = len(everything) > limit
    edge = max(float(np.partition(everything, -limit)[-limit]) if crowded else 0.0, 1e-9)
    hits = [
        one.hit(at, float(scores[at]))
        for one, scores in zip(scored, fused, strict=True)
        for at in np.flatnonzero(scores >= edge).tolist()
    ]
    hits.sort(key=lambda hit: (-hit.score, hit.id))
    return hits[:limit]


def _fused(question: Question, scored: Sequence[_Scored], *, with_likeness: bool) -> list[Floats]:
    """Return one score (0 to 1) per row: each part over its best, weighted by the query's length.

    Where even the best hardly meets the query, words and letters are not put over their best but over a floor: what is
    merely the least bad would look like a find.
    """
    share = scoring.letter_weight(question.length)
    third = (1 + share) * LIKENESS_SHARE if with_likeness else 0.0
    parts = [(one.words, one.letters, one.likeness) for one in scored]
    floors = (question.most() * _WORDS_FLOOR, _LETTERS_FLOOR, 1e-9)
    tops = [max(floor, *(float(part[at].max(initial=0)) for part in parts)) for at, floor in enumerate(floors)]
    weights = [weight / (1 + share + third) for weight in (1, share, third)]
    factors = [np.float32(weight / top) if top > 0 else 0 for weight, top in zip(weights, tops, strict=True)]
    return [
        np.asarray(np.round(words * factors[0] + letters * factors[1] + likeness * factors[2], 6), np.float32)
        for words, letters, likeness in parts
    ]


def _scored(
    question: Question, limit: int, allow: Sequence[Bools] | None, likeness: Mapping[str, float] | None
) -> list[_Scored]:
    picture = question.picture
    open_rows = [
        segment.alive if allow is None else segment.alive & allow[at] for at, segment in enumerate(picture.segments)
    ]
    words = [segment.word_scores(question.stems, question.stem_weights) for segment in picture.segments]
    letters = picture.letters
    spelt = letters.spell(question.letters)
    if sum(int(rows.sum()) for rows in open_rows) <= EXACT_UP_TO:
        chosen = [np.flatnonzero(rows) for rows in open_rows]
        by_word = letters.scores(spelt)
    else:
        chosen = _pool(question, limit, open_rows, words, letters.rough_scores(spelt), likeness)
        by_word = _by_word(picture, spelt, chosen)
    found: list[_Scored] = []
    for segment, rows, scores in zip(picture.segments, chosen, words, strict=True):
        if len(rows):
            every = len(rows) == len(segment)
            spelling = segment.letter_scores(by_word, None if every else rows)
            found.append(_Scored(segment, rows, scores[rows], spelling, _alike(segment, rows, likeness)))
    return found


def _by_word(picture: Picture, spelt: Spelt, chosen: Sequence[Rows]) -> Floats:
    """Return what each term scores by its letters that one of the chosen rows uses; the others 0."""
    used = np.zeros(len(picture.lexicon.terms), np.bool_)
    for segment, rows in zip(picture.segments, chosen, strict=True):
        used[segment.entries.words_in(rows)] = True
    terms = np.flatnonzero(used)
    found = np.zeros(len(used), np.float32)
    found[terms] = picture.letters.scores_of(spelt, terms)
    return found


def _alike(segment: Segment, rows: Rows, likeness: Mapping[str, float] | None) -> Floats:
    if not likeness:
        return np.zeros(len(rows), np.float32)
    ids = segment.entries.ids
    numbers: list[int] = rows.tolist()
    return np.fromiter((max(likeness.get(ids[row], 0.0), 0.0) for row in numbers), np.float32, len(numbers))


def _pool(
    question: Question,
    limit: int,
    open_rows: Sequence[Bools],
    words: Sequence[Floats],
    by_word: Floats,
    likeness: Mapping[str, float] | None,
) -> list[Rows]:
    """Choose the rows whose letters are worth scoring."""
    size = max(next((rows for words, rows in _POOLS if question.length <= words), _POOL), 4 * limit)
    stems, weights = question.near_stems(by_word, _REACHED)
    segments = question.picture.segments
    reached = [segment.word_scores(stems, weights) * segment.scales for segment in segments]
    chosen = [
        np.union1d(one, other)
        for one, other in zip(_top(words, open_rows, size), _top(reached, open_rows, size), strict=True)
    ]
    if likeness:
        near = frozenset(sorted(likeness, key=lambda key: (-likeness[key], key))[:size])
        for at, segment in enumerate(segments):
            rows = [row for row, key in enumerate(segment.entries.ids) if key in near and open_rows[at][row]]
            chosen[at] = np.union1d(chosen[at], np.asarray(rows, np.int64))
    return [rows.astype(np.int64) for rows in chosen]


def _top(scores: Sequence[Floats], open_rows: Sequence[Bools], size: int) -> list[NDArray[Any]]:
    """Return the rows of every segment that are among the best `size` of all of them."""
    standing = [
        part if rows.all() else np.where(rows, part, np.float32(0))
        for part, rows in zip(scores, open_rows, strict=True)
    ]
    # The best of each small stretch tell a score that `size` rows reach, without looking at all of them.
    peaks = np.concatenate([np.maximum.reduceat(part, np.arange(0, len(part), _STRETCH)) for part in standing])
    edge = float(np.partition(peaks, -size)[-size]) if len(peaks) > size else 0.0
    edge = max(edge, 1e-9)
    best = np.concatenate([part[part >= edge] for part in standing])
    if len(best) > size:
        edge = float(np.partition(best, -size)[-size])
    return [np.flatnonzero(part >= edge) for part in standing]
