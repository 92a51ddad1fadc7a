"""The index of profiles: stage 1 of the ranking, local and without a key.

Two scores are added. *Words*: BM25 over stems, by the language of each text. *Letters*: the cosine of 3- to 5-letter
pieces weighted by rarity. The pieces of a profile are the pieces of its words, so its letter score is a sum over its
words of what each word scores: one pass over the words of the index and one over the profiles, with no list of pieces
per profile. Cost of a search: proportional to the number of different words per profile times the number of profiles.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching import scoring
from matching.candidates import make_candidate, reader_for
from matching.language import detect, is_function_word
from matching.lexicon import Lexicon
from matching.model import FIELD_WEIGHTS, Candidate, Document, Query
from matching.question import Question
from matching.rows import Floats, Grown, Rows
from matching.scoring import Picture
from matching.typos import NearWords
from matching.words import words_of

Allow = Callable[[str], bool] | Collection[str] | None

_REFRESHED_ALWAYS_BELOW = 256
_STALE_SHARE = 16


@dataclass(frozen=True, slots=True)
class _Analysis:
    language: str | None
    words: dict[str, float]
    stem_weights: dict[int, float]


class ProfileIndex:
    """Find the profiles that fit a text.

    Any number of threads may search while one adds or removes: writers take a lock, readers work on the last picture.
    Weights that depend on all profiles (mean length, rarity of pieces) are renewed with every change in a small index
    and after changes to one profile in sixteen in a larger one; `refresh` renews them at once.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._lexicon = Lexicon()
        self._numbers: dict[str, int] = {}
        self._ids: list[str] = []
        self._documents: list[Document | None] = []
        self._languages: list[str | None] = []
        self._alive = Grown(np.bool_)
        self._words, self._stems = Rows(), Rows()
        self._impacts = Grown(np.float32)
        self._lengths, self._scales = Grown(np.float32), Grown(np.float32)
        self._gram_weights = Grown(np.float32)
        self._fresh_gram = 1.0
        self._mean_length = 1.0
        self._changes, self._scaled = 0, 0
        self._speakers: Counter[str | None] = Counter()
        self._near: NearWords | None = None
        self._picture: Picture | None = None

    @classmethod
    def build(cls, profiles: Iterable[tuple[str, str, str]]) -> ProfileIndex:
        """Make an index of (id, title, text) rows; a later row replaces an earlier one of the same id."""
        return cls.of(Document(id=str(key), title=title, fields={"text": text}) for key, title, text in profiles)

    @classmethod
    def of(cls, documents: Iterable[Document]) -> ProfileIndex:
        """Make an index of documents; a later one replaces an earlier one of the same id."""
        index = cls()
        index.put_many(documents)
        return index

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, key: object) -> bool:
        return key in self._numbers

    def document(self, key: str) -> Document | None:
        """Return the document of an id as it was put, or `None`."""
        number = self._numbers.get(key)
        return None if number is None else self._documents[number]

    def languages(self) -> dict[str | None, int]:
        """Count the profiles by language (`None`: nothing told it)."""
        with self._lock:
            return {code: count for code, count in self._speakers.items() if count}

    # ------------------------------------------------------------------ writing

    def add(self, key: str, title: str, text: str) -> None:
        """Add a profile of a title and a text, or replace the one of this id."""
        self.put(Document(id=key, title=title, fields={"text": text}))

    def put(self, document: Document) -> None:
        """Add a document, or replace the one of its id."""
        self.put_many((document,))

    def put_many(self, documents: Iterable[Document]) -> None:
        """Add or replace documents, renewing the weights at most once."""
        with self._lock:
            for document in documents:
                self._forget(document.id)
                self._append(document)
            self._settle()

    def remove(self, key: str) -> None:
        """Take a profile out at once; an unknown id is no error."""
        with self._lock:
            if self._forget(key):
                self._settle()

    def refresh(self) -> None:
        """Renew all weights and give back the room of removed profiles; afterwards no order of changes matters."""
        with self._lock:
            self._renew()
            self._publish()

    def _forget(self, key: str) -> bool:
        number = self._numbers.pop(key, None)
        if number is None:
            return False
        self._alive.view()[number] = False
        self._documents[number] = None
        self._speakers[self._languages[number]] -= 1
        self._lexicon.count(self._words.row(number)[0], self._stems.row(number)[0], by=-1)
        self._changes += 1
        return True

    def _append(self, document: Document) -> None:
        found = self._analyse(document)
        numbers = self._lexicon.learn_words(found.words)
        weights = scoring.damped(np.fromiter(found.words.values(), np.float32, len(found.words)))
        stem_weights = np.fromiter(found.stem_weights.values(), np.float32, len(found.stem_weights))
        length = float(stem_weights.sum())
        self._words.append(numbers, weights)
        self._stems.append(list(found.stem_weights), stem_weights)
        self._impacts.extend(scoring.impacts(stem_weights, np.float32(length), self._mean_length))
        self._lexicon.count(self._words.row(len(self._ids))[0], self._stems.row(len(self._ids))[0], by=1)
        self._lengths.extend(np.asarray([length], np.float32))
        self._scales.extend(np.zeros(1, np.float32))
        self._alive.extend(np.ones(1, np.bool_))
        self._numbers[document.id] = len(self._ids)
        self._documents.append(document)
        self._languages.append(found.language)
        self._speakers[found.language] += 1
        self._ids.append(document.id)
        self._changes += 1

    def _analyse(self, document: Document) -> _Analysis:
        parts = [
            (weight, words_of(text))
            for name, text in (("title", document.title), *document.fields.items())
            if (weight := FIELD_WEIGHTS.get(name, 1.0)) > 0 and text
        ]
        language = document.language or detect(word for _, words in parts for word in words)
        weights: dict[str, float] = {}
        for content_only in (True, False):
            for weight, words in parts:
                for word in words:
                    if not (content_only and language and is_function_word(word, language)):
                        weights[word] = weights.get(word, 0.0) + weight
            if weights:
                break
        stem_weights: dict[int, float] = {}
        for number, weight in zip(self._lexicon.learn_stems(list(weights), language), weights.values(), strict=True):
            stem_weights[number] = stem_weights.get(number, 0.0) + weight
        return _Analysis(language, weights, stem_weights)

    def _settle(self) -> None:
        limit = 0 if len(self._numbers) < _REFRESHED_ALWAYS_BELOW else len(self._numbers) // _STALE_SHARE
        if self._changes > limit:
            self._renew()
        else:
            grams = len(self._lexicon.gram_numbers)
            self._gram_weights.extend(np.full(grams - self._gram_weights.size, self._fresh_gram, np.float32))
            self._scale_new()
        self._publish()

    def _scale_new(self) -> None:
        scales, gram_weights = self._scales.view(), self._gram_weights.view()
        for number in range(self._scaled, len(self._ids)):
            columns, values = self._words.row(number)
            scales[number] = scoring.scale_of_row(self._lexicon.pieces, columns, values, gram_weights)
        self._scaled = len(self._ids)

    def _renew(self) -> None:
        alive = self._alive.view()
        if not alive.all():
            kept = np.flatnonzero(alive)
            self._words, self._stems = self._words.kept(alive), self._stems.kept(alive)
            self._lengths = Grown(np.float32, self._lengths.view()[alive])
            self._ids = [self._ids[number] for number in kept]
            self._documents = [self._documents[number] for number in kept]
            self._languages = [self._languages[number] for number in kept]
            self._numbers = {key: number for number, key in enumerate(self._ids)}
        self._alive = Grown(np.bool_, np.ones(len(self._ids), np.bool_))
        lengths: Floats = self._lengths.view()
        self._mean_length = float(lengths.mean()) if len(lengths) and lengths.any() else 1.0
        _, stem_weights, ends = self._stems.parts()
        per_use = np.repeat(lengths, np.diff(ends))
        self._impacts = Grown(np.float32, scoring.impacts(stem_weights, per_use, self._mean_length))
        pieces = self._lexicon.pieces.frozen(len(self._lexicon.gram_numbers))
        words = self._words.frozen(len(self._lexicon.words))
        gram_weights, self._fresh_gram = scoring.gram_weights(words, pieces)
        self._gram_weights = Grown(np.float32, gram_weights)
        self._scales = Grown(np.float32, scoring.scales(words, pieces, gram_weights))
        self._near = NearWords(self._lexicon.words, self._lexicon.gram_numbers, pieces.flipped(), self._lexicon.is_used)
        self._changes = 0
        self._scaled = len(self._ids)

    def _publish(self) -> None:
        columns, _, ends = self._stems.parts()
        width = len(self._lexicon.words)
        self._picture = Picture(
            ids=self._ids,
            documents=self._documents,
            languages=self._languages,
            common_languages=tuple(sorted(code for code, n in self._speakers.items() if code and n * 100 >= len(self))),
            alive=self._alive.view(),
            profiles=len(self._numbers),
            lexicon=self._lexicon,
            near=self._near,
            stems=Rows.of(columns, self._impacts.view(), ends).frozen(len(self._lexicon.stem_numbers)),
            words=self._words.frozen(width),
            pieces=self._lexicon.pieces.frozen(len(self._lexicon.gram_numbers)),
            gram_weights=self._gram_weights.view(),
            fresh_gram=self._fresh_gram,
            scales=self._scales.view(),
        )

    # ------------------------------------------------------------------ reading

    def search(self, text: str, limit: int) -> list[tuple[str, float]]:
        """Return at most `limit` (id, score) pairs, best first; scores lie between 0 and 1, equal ones go by id."""
        picture = self._picture
        if picture is None or limit < 1:
            return []
        question = Question.ask(picture, text)
        scores = question.fused(question.word_scores(), question.letter_scores())
        return [(picture.ids[number], score) for number, score in _best(picture, scores, limit, None)]

    def rank(self, query: Query, limit: int, *, allow: Allow = None, exclude: Collection[str] = ()) -> list[Candidate]:
        """Return at most `limit` candidates with sub-scores and verbatim evidence, best first.

        `allow` (a set of ids or a test of one id) and `exclude` are hard rules, applied before anything is cut off.
        Where the query has must-haves, the best candidates are reordered by how many of them they cover.
        """
        picture = self._picture
        if picture is None or limit < 1:
            return []
        question = Question.ask(picture, query.whole(), query.language)
        pool = max(2 * limit, 20) if query.must_haves else limit
        letters = question.letter_scores()
        best = _best(picture, question.fused(question.word_scores(), letters), pool, _test(allow, exclude))
        reader = reader_for(question, query)
        made = (
            make_candidate(question, query, reader, number=number, score=score, letters=float(letters[number]))
            for number, score in best
        )
        candidates = [candidate for candidate in made if candidate is not None]
        candidates.sort(key=lambda candidate: (-candidate.score, candidate.id))
        return candidates[:limit]


def _test(allow: Allow, exclude: Collection[str]) -> Callable[[str], bool] | None:
    if allow is None and not exclude:
        return None
    allowed: Callable[[str], bool]
    if allow is None:
        allowed = _anything
    elif callable(allow):
        allowed = allow
    else:
        allowed = frozenset(allow).__contains__
    excluded = frozenset(exclude)
    return lambda key: key not in excluded and allowed(key)


def _anything(_: str) -> bool:
    return True


def _best(
    picture: Picture, scores: NDArray[Any], limit: int, test: Callable[[str], bool] | None
) -> list[tuple[int, float]]:
    """Pick the best rows that pass the test; ties at the edge are settled by id, so all of them are looked at."""
    scores = np.where(picture.alive, np.round(scores, 6), 0.0)
    depth = limit if test is None else 4 * limit + 50
    while True:
        whole = depth >= len(scores)
        edge = 1e-9 if whole else max(float(np.partition(scores, -depth)[-depth]), 1e-9)
        numbers: list[int] = np.flatnonzero(scores >= edge).tolist()
        ordered = sorted(numbers, key=lambda number: (-scores[number], picture.ids[number]))
        passed = [number for number in ordered if test is None or test(picture.ids[number])][:limit]
        if len(passed) == limit or edge <= 1e-9:
            return [(number, float(scores[number])) for number in passed]
        depth *= 4
