"""What goes into the ranker and what comes out of it: plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

RANKER_VERSION = "words+grams.10"
"""Names the way the local order is made; stored with every suggestion, changed whenever an order may change."""

FIELD_WEIGHTS: Mapping[str, float] = {
    "title": 1.0,
    "summary": 1.0,
    "solutions": 1.3,
    "skills": 1.3,
    "technologies": 1.3,
    "evidence": 0.7,
    "answer": 1.3,
    "sought": 0.0,
}
"""How much one word of a field counts; a field not named here counts 1, and `sought` (a gap, no competence) nothing."""

COMPETENCE_FIELDS = frozenset({"solutions", "skills", "technologies", "answer"})
"""Fields that state what an organisation can do."""

LIST_FIELDS = frozenset({"skills", "technologies", "sought"})
"""Fields that are lists of items rather than prose."""


@dataclass(frozen=True, slots=True)
class Document:
    """Describe one profile: title, text by field, and if known its language (ISO 639-1) and country (ISO 3166).

    `language` is what somebody said it is; a text that clearly speaks another is read in that.
    """

    id: str
    title: str
    fields: Mapping[str, str] = field(default_factory=dict[str, str])
    language: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """State what is looked for; `must_haves` are matched and explained one by one."""

    title: str
    text: str = ""
    must_haves: tuple[str, ...] = ()
    language: str | None = None

    def whole(self) -> str:
        """Return all the words of the query in one text."""
        return "\n".join(part for part in (self.title, self.text, *self.must_haves) if part)


@dataclass(frozen=True, slots=True)
class Span:
    """Quote a field word for word: `quote == fields[field][start:end]`; `must_have` is what it covers, if anything.

    `language` is that of the field, `None` where nothing tells it.
    """

    field: str
    start: int
    end: int
    quote: str
    must_have: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Rate one profile for one query.

    `score` (0 to 1) orders the candidates of this query and is not comparable between queries. `sub_scores` (0 to 1)
    are absolute: "words" is the share of the query's weight found as words, "spelling" the likeness of the letters,
    "title" the share of the title's words that the query names, "competences" the share of must-haves covered (of the
    query's weight in competence fields where there are none). `missing` lists the must-haves without evidence.
    """

    id: str
    score: float
    sub_scores: Mapping[str, float]
    evidence: tuple[Span, ...] = ()
    missing: tuple[str, ...] = ()
    language: str | None = None
    country: str | None = None
