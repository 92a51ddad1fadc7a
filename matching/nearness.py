"""Whether somebody fits well enough to be proposed at all, measured alike in every directory.

The scores of the ranker order; they cannot say that nobody fits, since they depend on who else is there and on how rare
a word is among them. This looks at the two texts alone.
"""

from __future__ import annotations

from typing import Final

from matching.language import detect, is_function_word, stems
from matching.model import FIELD_WEIGHTS, Candidate, Document, Query
from matching.preamble import without_preamble
from matching.words import words_of

LIKE_FROM = 0.12
"""Likeness of two texts (see `likeness`) from which somebody is near.

Chosen on one half of the sample challenges, reported on the other: docs/adr/0010-selection-allocation-teams.md.
"""

FEW_SHARED = 2
"""So many shared words are easily met by chance, and one is, unless no more are asked for."""

FEW_COUNT = 0.8
"""What likeness through only so few words counts."""

SPELLING_FROM = 0.2
"""Likeness of the letters from which somebody is near as well: they find the compounds that words miss."""

SPELLING_ABROAD_FROM = 0.08
"""The same for a text in another language than the challenge: there only names and terms of the trade are alike."""

JUDGED_NEAR: Final = 60
"""The same for a language model's score (0 to 100): it may see what shares no word."""


def fits(candidate: Candidate, query: Query, document: Document, *, judged: int = 0) -> bool:
    """Tell whether somebody may be proposed: something covers a must-have, or the whole is really near.

    There must be proof in words of its own in any case. `judged` is a model's score, if it gave one.
    """
    if any(span.must_have for span in candidate.evidence):
        return True
    if not candidate.evidence:
        return False
    abroad = bool(query.language and candidate.language) and query.language != candidate.language
    letters = candidate.sub_scores.get("spelling", 0.0)
    return (
        judged >= JUDGED_NEAR
        or letters >= (SPELLING_ABROAD_FROM if abroad else SPELLING_FROM)
        or likeness(query, document) >= LIKE_FROM
    )


def likeness(query: Query, document: Document) -> float:
    """Return how many different telling words a challenge and a profile share (0 to 1), each counted once.

    Cosine of the two sets of stems, in the language of the challenge: a short profile is not put down for its length.
    The name and what is sought do not count.
    """
    language = query.language or detect(words_of(query.whole()))
    asked = words_of(without_preamble(query.whole()))
    texts = (text for name, text in document.fields.items() if FIELD_WEIGHTS.get(name, 1.0) > 0)
    wanted, told = _telling(asked, language), _telling(words_of("\n".join(texts)), language)
    shared = len(wanted & told)
    if not shared or shared < min(FEW_SHARED, len(wanted)):
        return 0.0
    cosine = shared / (len(wanted) * len(told)) ** 0.5
    return cosine * FEW_COUNT if shared <= FEW_SHARED < len(wanted) else cosine


def _telling(words: list[str], language: str | None) -> set[str]:
    return set(stems([word for word in dict.fromkeys(words) if not is_function_word(word, language)], language))
