"""Why a candidate is proposed, as codes and parameters; `messages` has the words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from matching.fuse import Fused
from matching.model import Candidate, Query, Span
from matching.selection import Pick, Slot

_PLAIN = 0.1
"""Sub-scores below this are no reason."""


class ReasonCode(StrEnum):
    """Name a kind of reason; behind each the parameters that its words need."""

    COVERS = "covers"  # must_have, with a span
    MISSING = "missing"  # must_have
    SAYS = "says"  # with a span: closest to the query, without covering a must-have
    WORDS = "words"  # percent of the query's weight found as words
    SPELLING = "spelling"  # percent of likeness of the letters
    TITLE = "title"  # percent of the title's words that are asked for
    COMPETENCES = "competences"  # covered, asked: must-haves
    OTHER_LANGUAGE = "other_language"  # language: the profile's (words count only where languages share them)
    COUNTRY = "country"  # country: on the list for the spread over countries
    NEWCOMER = "newcomer"  # on the list as a newcomer
    MODEL_LIFTED = "model_lifted"  # ranks
    MODEL_LOWERED = "model_lowered"  # ranks
    LOCAL_ORDER = "local_order"  # no model took part


@dataclass(frozen=True, slots=True)
class Reason:
    """State one reason: its code, the parameters of its words, and the quote that proves it where there is one."""

    code: ReasonCode
    params: Mapping[str, str | int] = field(default_factory=dict[str, str | int])
    span: Span | None = None


def reasons(
    candidate: Candidate, query: Query, *, pick: Pick | None = None, fused: Fused | None = None
) -> tuple[Reason, ...]:
    """List the reasons for a candidate: what it covers, with proof, what is missing, how alike it is, what moved it.

    Without `fused` the order is marked as the local one.
    """
    return (
        *_evidence(candidate),
        *_scores(candidate, query),
        *_place(candidate, pick),
        *_model(fused),
    )


def _evidence(candidate: Candidate) -> list[Reason]:
    shown = [
        Reason(ReasonCode.SAYS, span=span)
        if span.must_have is None
        else Reason(ReasonCode.COVERS, {"must_have": span.must_have}, span)
        for span in candidate.evidence
    ]
    return shown + [Reason(ReasonCode.MISSING, {"must_have": must_have}) for must_have in candidate.missing]


def _scores(candidate: Candidate, query: Query) -> list[Reason]:
    found: list[Reason] = []
    asked = len(query.must_haves)
    if asked:
        covered = asked - len(candidate.missing)
        found.append(Reason(ReasonCode.COMPETENCES, {"covered": covered, "asked": asked}))
    for code in (ReasonCode.WORDS, ReasonCode.SPELLING, ReasonCode.TITLE):
        value = candidate.sub_scores.get(code.value, 0.0)
        if value >= _PLAIN:
            found.append(Reason(code, {"percent": round(100 * value)}))
    if candidate.language and query.language and candidate.language != query.language:
        found.append(Reason(ReasonCode.OTHER_LANGUAGE, {"language": candidate.language}))
    return found


def _place(candidate: Candidate, pick: Pick | None) -> list[Reason]:
    if pick is None or pick.slot is Slot.RELEVANCE:
        return []
    if pick.slot is Slot.NEWCOMER:
        return [Reason(ReasonCode.NEWCOMER)]
    return [Reason(ReasonCode.COUNTRY, {"country": candidate.country or ""})]


def _model(fused: Fused | None) -> list[Reason]:
    if fused is None or fused.judgement is None:
        return [Reason(ReasonCode.LOCAL_ORDER)]
    moved = fused.local_rank - fused.rank
    if moved == 0:
        return []
    return [Reason(ReasonCode.MODEL_LIFTED if moved > 0 else ReasonCode.MODEL_LOWERED, {"ranks": abs(moved)})]
