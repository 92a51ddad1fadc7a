"""From a row of the index to a candidate: sub-scores in plain terms, evidence, what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from matching.evidence import EvidenceReader
from matching.language import is_function_word, language_of
from matching.model import COMPETENCE_FIELDS, Candidate, Document, Query
from matching.packing import unpack
from matching.pool import Hit
from matching.question import Question
from matching.words import words_of

COVERAGE_LIFT = 0.25
"""How much covering every must-have lifts a candidate over one that covers none, relative to its score."""


def reader_for(question: Question, query: Query) -> EvidenceReader:
    """Return what reads profiles for a query, its words weighted by how telling they are in the index."""
    rarity = {sought.word: sought.rarity for sought in question.sought}
    return EvidenceReader(
        query.must_haves, query.whole(), weigh=lambda word: rarity.get(word, 1.0), language=question.language
    )


def make_candidate(question: Question, query: Query, reader: EvidenceReader, hit: Hit) -> Candidate:
    """Rate and explain one profile that was found."""
    entries, score = hit.segment.entries, hit.score
    words = entries.words[entries.row(hit.row)]
    document = unpack(entries.texts[hit.row])
    language = question.picture.codes[entries.codes[hit.row]]
    own = {name: text for name, text in document.fields.items() if name != "answer"}
    theirs = language if len(own) == len(document.fields) else language_of(document.language, own.values())
    spans = reader.spans({**document.fields, "title": document.title}, language=theirs or language)
    covered = {span.must_have for span in spans}
    missing = tuple(must_have for must_have in query.must_haves if must_have not in covered)
    if query.must_haves:
        competences = 1 - len(missing) / len(query.must_haves)
        score *= (1 + COVERAGE_LIFT * competences) / (1 + COVERAGE_LIFT)
    else:
        stated = words_of("\n".join(document.fields.get(name, "") for name in sorted(COMPETENCE_FIELDS)))
        competences = _share_met(question, _stems(question, stated, language))
    sub_scores = {
        "words": _share_met(question, question.picture.lexicon.filed(words, language).tolist()),
        "spelling": round(min(1.0, max(0.0, hit.letters)), 4),
        "title": _title_share(question, document, language),
        "competences": round(competences, 4),
    }
    return Candidate(document.id, round(score, 6), sub_scores, spans, missing, language, document.country)


def _stems(question: Question, words: Iterable[str], language: str | None) -> set[int]:
    return set(chain.from_iterable(question.picture.lexicon.stems_of(list(set(words)), (language,))))


def _share_met(question: Question, stems: Iterable[int]) -> float:
    """Return the share of the query's weight that these stems answer."""
    known = frozenset(stems)
    whole = sum(word.count * word.rarity for word in question.sought)
    met = sum(
        word.count * word.rarity * max((weight for number, weight in word.stems if number in known), default=0.0)
        for word in question.sought
    )
    return round(met / whole, 4) if whole else 0.0


def _title_share(question: Question, document: Document, language: str | None) -> float:
    """Return the share of the title's telling words that the query names."""
    words = set(words_of(document.title))
    telling = {word for word in words if not (language and is_function_word(word, language))} or words
    asked = {number for word in question.sought for number, _ in word.stems}
    named = sum(1 for word in telling if not asked.isdisjoint(_stems(question, (word,), language)))
    return round(named / len(telling), 4) if telling else 0.0
