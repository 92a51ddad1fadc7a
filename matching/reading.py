"""From documents to entries of the index, many documents at once: a few large arrays instead of many small ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from matching import scoring
from matching.language import FUNCTION_WORDS, LANGUAGES, VOTES, clear, contradicts, detect
from matching.lexicon import Lexicon
from matching.model import FIELD_WEIGHTS, Document
from matching.packing import pack
from matching.rows import Floats, Ints
from matching.segment import Bools, Entries
from matching.words import words_of

#: For every function word (a row each, in the order of their numbers) what it says for each language, ...
_SAYS = np.array([[VOTES[word].get(code, 0.0) for code in LANGUAGES] for word in VOTES])
#: ... and whether it is one in that language; no word is one in the last column.
_CARRIES_NOTHING = np.array([[*(word in FUNCTION_WORDS[code] for code in LANGUAGES), False] for word in VOTES])
_COLUMNS = {code: at for at, code in enumerate(LANGUAGES)}


class Reader:
    """Read documents into the terms of a lexicon, and number their languages in the order in which they are met."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self.codes: list[str | None] = []

    def read(self, documents: Sequence[Document]) -> Entries:
        """Return the entries of documents, one row each: the different telling words of each, by number."""
        tokens, owners, amounts = self._tokens(documents)
        languages = self._languages(documents, tokens, owners)
        telling = _telling(tokens, owners, languages, len(documents))
        rows, words, counts = _counted(tokens[telling], owners[telling], amounts[telling])
        codes = [self._code(language) for language in languages]
        of_word = np.array(codes, np.int32)[rows]
        for code in set(codes):
            self._lexicon.learn_stems(words[of_word == code], self.codes[code])
        self._lexicon.settle()
        return Entries(
            [document.id for document in documents],
            [pack(document) for document in documents],
            codes,
            words,
            scoring.damped(counts),
            np.searchsorted(rows, np.arange(len(documents) + 1)).astype(np.int32),
        )

    def filed(self, entries: Entries) -> Ints:
        """Return the stem of every word of these entries, by the language of its document."""
        of_word = np.repeat(np.array(entries.codes, np.int32), np.diff(entries.ends))
        filed = np.zeros(len(entries.words), np.int32)
        for code in set(entries.codes):
            here = of_word == code
            filed[here] = self._lexicon.filed(entries.words[here], self.codes[code])
        return filed

    def _tokens(self, documents: Sequence[Document]) -> tuple[Ints, Ints, Floats]:
        """Return the words of all documents in order by number, the row and the weight of each."""
        words: list[str] = []
        sizes, owners, amounts = list[int](), list[int](), list[float]()
        for row, document in enumerate(documents):
            for name, text in (("title", document.title), *document.fields.items()):
                weight = FIELD_WEIGHTS.get(name, 1.0)
                if weight > 0 and text:
                    found = words_of(text)
                    words += found
                    sizes.append(len(found))
                    owners.append(row)
                    amounts.append(weight)
        return (
            self._lexicon.learn(words),
            np.repeat(np.array(owners, np.int32), sizes),
            np.repeat(np.array(amounts, np.float32), sizes),
        )

    def _languages(self, documents: Sequence[Document], tokens: Ints, owners: Ints) -> list[str | None]:
        """Return the language of every document, as `language_of` and `detect` do for one."""
        heard = np.flatnonzero(tokens < len(_SAYS))
        votes = np.zeros((len(documents), len(LANGUAGES)))
        if len(heard):
            first = np.flatnonzero(np.diff(owners[heard], prepend=-1))
            votes[owners[heard][first]] = np.add.reduceat(_SAYS[tokens[heard]], first)
        best: list[int] = np.round(votes, 6).argmax(axis=1).tolist()
        ends: list[int] = np.searchsorted(owners, np.arange(len(documents) + 1)).tolist()
        found: list[str | None] = []
        for row, document in enumerate(documents):
            told, most = document.language, LANGUAGES[best[row]]
            if told:
                said = float(votes[row, _COLUMNS[told]]) if told in _COLUMNS else float("inf")
                other = contradicts(ends[row + 1] - ends[row], float(votes[row, best[row]]), said)
                found.append(most if other else told)
            elif clear(votes[row, best[row]]):
                found.append(most)
            else:
                found.append(
                    detect(
                        self._lexicon.terms[term]
                        for term in cast(list[int], tokens[ends[row] : ends[row + 1]].tolist())
                    )
                )
        return found

    def _code(self, language: str | None) -> int:
        if language not in self.codes:
            self.codes.append(language)
        return self.codes.index(language)


def _telling(tokens: Ints, owners: Ints, languages: Sequence[str | None], rows: int) -> Bools:
    """Mark the words that carry a topic in the language of their document; all of one that has nothing else."""
    columns = np.array([_COLUMNS.get(language or "", len(LANGUAGES)) for language in languages], np.int32)
    telling = np.ones(len(tokens), np.bool_)
    heard = np.flatnonzero(tokens < len(_SAYS))
    telling[heard] = ~_CARRIES_NOTHING[tokens[heard], columns[owners[heard]]]
    silent = np.bincount(owners[telling], minlength=rows) == 0
    return telling | silent[owners]


def _counted(tokens: Ints, owners: Ints, amounts: Floats) -> tuple[Ints, Ints, Floats]:
    """Return the different words of every row, in order: the row, the word, and its amounts added up."""
    keys = (owners.astype(np.int64) << 32) | tokens
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    counts = np.add.reduceat(amounts[order], first) if len(first) else amounts
    keys = keys[first]
    return (keys >> 32).astype(np.int32), (keys & 0xFFFFFFFF).astype(np.int32), counts
