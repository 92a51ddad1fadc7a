"""The index of profiles: stage 1 of the ranking, local and without a key.

Two scores are added. *Words*: BM25 over stems, by the language of each text. *Letters*: the cosine of 3- to 5-letter
pieces weighted by rarity. Profiles lie in segments that never change. A new profile goes into the last, small one,
which is made anew; segments of equal size are joined, as the digits of a binary counter carry over. So a change costs
little at any size, and a search touches only the postings of what is asked for (docs/adr/0008).
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import islice

import numpy as np

from matching import scoring
from matching.candidates import make_candidate, reader_for
from matching.letters import Letters
from matching.lexicon import Lexicon
from matching.model import Candidate, Document, Query
from matching.packing import give_back_memory, unpack
from matching.picture import Picture
from matching.pool import best_of
from matching.question import Question
from matching.reading import Reader
from matching.segment import LARGEST, Entries, Segment
from matching.typos import NearWords

Allow = Callable[[str], bool] | Collection[str] | None

_AT_ONCE = 512
_SMALLEST = 256
_LARGE = 10_000
_STALE_SHARE = 16
_GARBAGE = 1.5


class ProfileIndex:
    """Find the profiles that fit a text.

    Any number of threads may search while one adds or removes: writers take a lock, readers work on the last picture.
    Weights that depend on all profiles (mean length, rarity of pieces) are renewed with every change in a small index
    and after changes to one profile in sixteen in a larger one; `refresh` renews them at once.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._lexicon = Lexicon()
        self._reader = Reader(self._lexicon)
        self._speakers: Counter[str | None] = Counter()
        self._places: dict[str, tuple[Segment, int]] = {}
        self._segments: list[Segment] = []
        self._words_in_all = 0.0
        self._changes = 0
        self._letters = Letters(self._lexicon, 0)
        self._near = NearWords(self._lexicon)
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
        return len(self._places)

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def document(self, key: str) -> Document | None:
        """Return the document of an id as it was put, or `None`."""
        place = self._places.get(key)
        return None if place is None else unpack(place[0].entries.texts[place[1]])

    def language(self, key: str) -> str | None:
        """Return the language that the profile of an id is in; `None` where nothing tells it, or there is none."""
        place = self._places.get(key)
        return None if place is None else self._reader.codes[place[0].entries.codes[place[1]]]

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
        """Add or replace documents; what was put before an error in `documents` stays."""
        with self._lock:
            try:
                for entries in self._read(documents):
                    self._append(entries)
            finally:
                self._settle()

    def remove(self, key: str) -> None:
        """Take a profile out at once; an unknown id is no error."""
        with self._lock:
            if self._forget(key):
                self._settle()

    def refresh(self) -> None:
        """Renew all weights and give back the room of removed profiles; afterwards no order of changes matters."""
        with self._lock:
            self._renew(join=True)
            self._publish()

    def _read(self, documents: Iterable[Document]) -> Iterator[Entries]:
        """Read documents into entries of a segment's size at most, a few at a time: texts take more room."""
        coming = iter(documents)
        parts: list[Entries] = []
        while some := list(islice(coming, _AT_ONCE)):
            parts.append(self._reader.read(some))
            if sum(map(len, parts)) >= LARGEST:
                yield _latest(Entries.joined(parts))
                parts = []
        if parts:
            yield _latest(Entries.joined(parts))

    def _append(self, entries: Entries) -> None:
        for key in entries.ids:
            self._forget(key)
        self._lexicon.count(entries.words, entries.stems_once(self._reader.filed(entries)), by=1)
        self._speakers.update(self._reader.codes[code] for code in entries.codes)
        self._words_in_all += float(entries.lengths().sum(dtype=np.float64))
        self._changes += len(entries)
        mean = self._words_in_all / (len(self._places) + len(entries))
        # A small last segment is made anew with what is added; of equal ones, two become one.
        while self._segments and len(self._segments[-1]) + len(entries) <= _room(len(entries)):
            entries = Entries.joined((self._living(self._segments.pop()), entries))
        self._add_segment(entries, mean)

    def _add_segment(self, entries: Entries, mean_length: float) -> None:
        segment = Segment(entries, self._reader.filed(entries), mean_length or 1.0, self._letters.word_norms())
        self._segments.append(segment)
        self._places.update((key, (segment, row)) for row, key in enumerate(entries.ids))

    @staticmethod
    def _living(segment: Segment) -> Entries:
        return segment.entries.kept(segment.alive)

    def _forget(self, key: str) -> bool:
        place = self._places.pop(key, None)
        if place is None:
            return False
        segment, row = place
        segment.alive[row] = False
        entries, here = segment.entries, segment.entries.row(row)
        language = self._reader.codes[entries.codes[row]]
        filed = self._lexicon.filed(entries.words[here], language)
        self._lexicon.count(entries.words[here], np.unique(filed), by=-1)
        self._speakers[language] -= 1
        self._words_in_all -= float(scoring.undamped(entries.weights[here]).sum(dtype=np.float64))
        self._changes += 1
        return True

    def _settle(self) -> None:
        small = len(self) < _SMALLEST
        if self._changes > (0 if small else len(self) // _STALE_SHARE):
            held = sum(len(segment) for segment in self._segments)
            self._renew(join=small or held > len(self) * _GARBAGE)
            if held > _LARGE:
                give_back_memory()
        self._publish()

    def _renew(self, *, join: bool) -> None:
        """Weigh letters anew; with `join`, make all segments anew as well, without what was removed."""
        self._letters = Letters(self._lexicon, len(self))
        self._near = NearWords(self._lexicon)
        self._changes = 0
        if not join:
            for segment in self._segments:
                segment.scales = segment.scaled(self._letters.word_norms())
            return
        entries = [self._living(segment) for segment in self._segments]
        self._words_in_all = float(sum(part.lengths().sum(dtype=np.float64) for part in entries))
        self._segments, self._places = [], {}
        mean = self._words_in_all / max(sum(len(part) for part in entries), 1)
        for part in _evenly(entries):
            self._add_segment(part, mean)

    def _publish(self) -> None:
        self._picture = Picture(
            segments=tuple(self._segments),
            profiles=len(self),
            lexicon=self._lexicon,
            letters=self._letters,
            near=self._near,
            codes=tuple(self._reader.codes),
            common_languages=tuple(sorted(code for code, n in self._speakers.items() if code and n * 100 >= len(self))),
        )

    # ------------------------------------------------------------------ reading

    def search(self, text: str, limit: int) -> list[tuple[str, float]]:
        """Return at most `limit` (id, score) pairs, best first; scores lie between 0 and 1, equal ones go by id."""
        picture = self._picture
        if picture is None or limit < 1:
            return []
        question = Question.ask(picture, text)
        return [(one.id, one.score) for one in best_of(question, limit)]

    def rank(
        self,
        query: Query,
        limit: int,
        *,
        allow: Allow = None,
        exclude: Collection[str] = (),
        likeness: Mapping[str, float] | None = None,
    ) -> list[Candidate]:
        """Return at most `limit` candidates with sub-scores and verbatim evidence, best first.

        `allow` (a set of ids or a test of one id) and `exclude` are hard rules, applied before anything is cut off.
        `likeness` holds the cosine (-1 to 1) of profiles with a vector to the query's vector: a third score, which
        finds profiles of its own. Where the query has must-haves, the best candidates are reordered by how many of them
        they cover.
        """
        picture = self._picture
        if picture is None or limit < 1:
            return []
        question = Question.ask(picture, query.whole(), query.language)
        pool = max(2 * limit, 20) if query.must_haves else limit
        found = best_of(question, pool, allow=picture.allowed(allow, exclude), likeness=likeness)
        reader = reader_for(question, query)
        candidates = [make_candidate(question, query, reader, one) for one in found]
        candidates.sort(key=lambda candidate: (-candidate.score, candidate.id))
        return candidates[:limit]


def _room(coming: int) -> int:
    """Return up to which size the last segment and `coming` profiles are joined."""
    return min(LARGEST, max(_SMALLEST, 2 * coming))


def _latest(entries: Entries) -> Entries:
    """Keep the last of the entries of one id."""
    rows = {key: row for row, key in enumerate(entries.ids)}
    if len(rows) == len(entries):
        return entries
    last = np.zeros(len(entries), np.bool_)
    last[list(rows.values())] = True
    return entries.kept(last)


def _evenly(parts: list[Entries]) -> Iterator[Entries]:
    """Cut all entries anew into segments of the largest size."""
    if not parts:
        return
    whole = Entries.joined(parts)
    for start in range(0, len(whole), LARGEST):
        yield whole.part(start, min(start + LARGEST, len(whole)))
