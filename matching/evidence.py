"""Evidence: which sentence or item of a text covers which must-have, quoted word for word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from matching.alike import Vocabulary
from matching.denial import asked_apart, told_apart
from matching.language import detect, is_function_word, language_of, stems
from matching.model import FIELD_WEIGHTS, LIST_FIELDS, Span
from matching.numerals import NUMBER_WORDS, quantities_of
from matching.preamble import without_preamble
from matching.quantities import Quantity, speaks_against
from matching.words import words_of

COVERED_FROM = 0.5
"""Share of a must-have's weight that one sentence or item must hold to count as covering it."""

_LONGEST_QUOTE = 300
_UNASKED = 2
_LIKE = 0.8
"""What a word counts that is not the one asked for, but like it."""

_UNIT_WEIGHS = 0.9
"""What a unit weighs beside the lightest word: a text that shares it alone does not speak of what is asked for."""

# Blanks are looked at from the first of them only: a page of them is read once.
# A single letter with a full stop ends no sentence: "E. coli", "z. B.", "C. difficile".
_PROSE_ENDS = re.compile(r"(?<=[.!?…])(?<!\b\w\.)\s+|(?:(?<!\s)\s+)?[\n;|•]+\s*")
_LIST_ENDS = re.compile(r"(?<=[.!?…])(?<!\b\w\.)\s+|(?:(?<!\s)\s+)?[\n;|•,]+\s*")
# "ISO14001", "IP68" and "PM2.5" are written with a blank as well; "CO2" is a word.
_INTO_CODE = re.compile(r"(?=\d)(?:(?<=[^\W\d_]{3})|(?<=[^\W\d_])(?=\d{2}|\d[.,]\d))")
_EDGE = re.compile(r"^[\s\-–—*·•]+|\s+$")

Weigh = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class _Piece:
    field: str
    start: int
    end: int
    language: str | None
    claimed: frozenset[str]
    denied: frozenset[str]
    numbers: tuple[Quantity, ...]


@dataclass(frozen=True, slots=True)
class _Sought:
    """Hold the telling words of a must-have or query: the forms it is compared by, its weight, whether it is denied.

    `numbers` are those that nothing may speak against which covers it.
    """

    words: tuple[tuple[tuple[str, ...], float, bool], ...]
    whole: float
    numbers: tuple[Quantity, ...]


class EvidenceReader:
    """Read many profiles for the same query, remembering what was compared before."""

    def __init__(
        self,
        must_haves: Sequence[str],
        query: str = "",
        *,
        weigh: Weigh | None = None,
        language: str | None = None,
    ) -> None:
        self._must_haves = tuple(must_haves)
        self._query = query
        self._weigh = weigh
        self._language = language or detect(words_of("\n".join((query, *must_haves))))
        self._asked: dict[tuple[str, ...], dict[str, _Sought]] = {}
        self._vocabulary = Vocabulary()

    def spans(self, fields: Mapping[str, str], *, language: str | None = None) -> tuple[Span, ...]:
        """Quote from `fields` as `evidence_in` does."""
        theirs = language or detect(word for text in fields.values() for word in words_of(text))
        pieces: list[_Piece] = []
        for name, text in fields.items():
            if _counts(name):
                # Who has told of itself in one language may answer in another.
                spoken = language_of(theirs, (text,)) if name == "answer" else theirs
                pieces.extend(_pieces(name, text, spoken, self._codes(spoken)))
        if not pieces:
            return ()
        self._vocabulary.learn({form for piece in pieces for forms in (piece.claimed, piece.denied) for form in forms})
        codes = self._codes(*(piece.language for piece in pieces))
        found: list[Span] = []
        for must_have in self._must_haves:
            asked = self._asked_for(must_have, codes)
            held = [
                0.0 if speaks_against(asked.numbers, piece.numbers) else held
                for held, piece in zip(self._held(pieces, asked, strict=True), pieces, strict=True)
            ]
            best = max(range(len(pieces)), key=lambda at: (round(held[at], 6), -len(pieces[at].claimed), -at))
            if asked.whole and held[best] >= COVERED_FROM * asked.whole:
                found.append(_span(fields, pieces[best], must_have))
        # Who asks for nothing but small words is shown nobody for having used them too.
        if found or all(is_function_word(word, self._language) for word in words_of(self._query)):
            return tuple(found)
        held = self._held(pieces, self._asked_for(self._query, codes))
        order = sorted(range(len(pieces)), key=lambda at: (-round(held[at], 6), len(pieces[at].claimed), at))
        return tuple(_span(fields, pieces[at], None) for at in order[:_UNASKED] if held[at] > 0)

    def _codes(self, *spoken: str | None) -> tuple[str, ...]:
        """Return the languages by whose stems words are compared: that of the query, and those of a text."""
        return tuple(dict.fromkeys(code for code in (self._language, *spoken) if code))

    def _asked_for(self, text: str, codes: tuple[str, ...]) -> _Sought:
        known = self._asked.setdefault(codes, {})
        if text not in known:
            known[text] = self._sought(text, codes)
        return known[text]

    def _sought(self, text: str, codes: tuple[str, ...]) -> _Sought:
        apart = _INTO_CODE.sub(" ", without_preamble(text))
        words, numbers = words_of(apart), quantities_of(apart)
        claimed, denied = asked_apart(apart, self._language)
        telling = [word for word in words if not any(is_function_word(word, code) for code in codes)] or words
        telling = [word for word in dict.fromkeys(telling) if word in claimed or word in denied] or telling
        spoken, kinds = _without_numbers(telling, numbers)
        if not spoken and not kinds:
            spoken = telling
        weights = [self._weigh(word) if self._weigh else 1.0 for word in spoken]
        weights += [_UNIT_WEIGHS * min(weights, default=1.0)] * len(kinds)
        forms = _forms([*spoken, *kinds], codes)
        asked = zip(forms, weights, [word in denied for word in (*spoken, *kinds)], strict=True)
        return _Sought(tuple(asked), sum(weights), numbers)

    def _held(self, pieces: Sequence[_Piece], asked: _Sought, *, strict: bool = False) -> list[float]:
        """Return how much of the asked weight each piece holds.

        With `strict`, what is asked for without something is held by no piece that does not deny it.
        """
        held = [0.0] * len(pieces)
        proved = [not strict or not any(denied for *_, denied in asked.words)] * len(pieces)
        for forms, weight, denied in asked.words:
            like = self._vocabulary.like(forms)
            for at, piece in enumerate(pieces):
                words = piece.denied if denied else piece.claimed
                share = 1.0 if not words.isdisjoint(forms) else 0.0 if words.isdisjoint(like) else _LIKE
                held[at] += weight * share
                proved[at] |= denied and share > 0
        return [one if sure else 0.0 for one, sure in zip(held, proved, strict=True)]


def evidence_in(
    fields: Mapping[str, str],
    must_haves: Sequence[str],
    query: str = "",
    *,
    language: str | None = None,
    weigh: Weigh | None = None,
) -> tuple[Span, ...]:
    """Quote from `fields` what covers each must-have, and what is closest to the query if nothing covers any.

    A span is a sentence or an item of a list and a verbatim slice of its field; at most one per must-have, in their
    order. What a sentence denies covers nothing, nor does one that speaks of another number (`matching.quantities`).
    `sought` is never quoted: it tells what is lacking. `language` is that of the fields but an answer (detected if not
    given), `weigh` tells how telling a word is (all words are equal without it).
    """
    return EvidenceReader(must_haves, query, weigh=weigh).spans(fields, language=language)


def opening(fields: Mapping[str, str]) -> tuple[Span, ...]:
    """Quote the first solution, skill, technology or sentence of a profile: what it says when nothing was asked."""
    for name in ("solutions", "skills", "technologies", "summary"):
        text = fields.get(name, "")
        for start, end in segments(text, is_list=name in LIST_FIELDS):
            return (Span(name, start, end, text[start:end]),)
    return ()


def segments(text: str, *, is_list: bool = False) -> Iterator[tuple[int, int]]:
    """Yield start and end of every sentence of a text, or of every item of a list, without bullets and outer blanks."""
    start = 0
    ends = [(match.start(), match.end()) for match in (_LIST_ENDS if is_list else _PROSE_ENDS).finditer(text)]
    for end, following in (*ends, (len(text), len(text))):
        yield from _trimmed(text, start, end)
        start = following


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    head = _EDGE.match(text[start:end])
    start += head.end() if head else 0
    end = start + len(text[start:end].rstrip())
    while end - start > _LONGEST_QUOTE:
        cut = text.rfind(" ", start, start + _LONGEST_QUOTE)
        cut = cut if cut > start else start + _LONGEST_QUOTE
        yield start, cut
        start = cut + len(text[cut:end]) - len(text[cut:end].lstrip())
    if end > start:
        yield start, end


def _counts(name: str) -> bool:
    return FIELD_WEIGHTS.get(name, 1.0) > 0


def _forms(words: Sequence[str], codes: Sequence[str]) -> list[tuple[str, ...]]:
    """Return for every word the forms it is compared by: as it stands, and its stem in each language."""
    columns = [list(words), *(stems(list(words), code) for code in codes)]
    return [tuple(dict.fromkeys(forms)) for forms in zip(*columns, strict=True)]


def _pieces(name: str, text: str, language: str | None, codes: Sequence[str]) -> Iterator[_Piece]:
    for start, end in segments(text, is_list=name in LIST_FIELDS):
        apart = _INTO_CODE.sub(" ", text[start:end])
        claimed, denied = (
            frozenset(form for forms in _forms(words, codes) for form in forms) for words in told_apart(apart, language)
        )
        if claimed or denied:
            numbers = quantities_of(apart)
            told = claimed if denied else claimed | _kinds_of(numbers)
            yield _Piece(name, start, end, language, told, denied, numbers)


def _without_numbers(words: list[str], numbers: Sequence[Quantity]) -> tuple[list[str], list[str]]:
    """Return the words that say more than how much, and a sign for each measure whose unit is among the words."""
    if not any(one.alone for one in numbers):
        return words, []
    units = {one.written for one in numbers if one.unit}
    telling = [word for word in words if not (word.isdigit() or word in NUMBER_WORDS or word in units)]
    return telling, sorted(_kinds_of(one for one in numbers if not telling or one.written in words))


def _kinds_of(numbers: Iterable[Quantity]) -> frozenset[str]:
    """Return a sign for each kind of measure, which is compared as a word: "hours" are told of by "40 min"."""
    return frozenset(f"#{one.unit.kind}" for one in numbers if one.unit)


def _span(fields: Mapping[str, str], piece: _Piece, must_have: str | None) -> Span:
    return Span(
        piece.field, piece.start, piece.end, fields[piece.field][piece.start : piece.end], must_have, piece.language
    )
