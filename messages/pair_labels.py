"""The words for the states, reasons and outcomes of suggestions and introductions, and for where a quote stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import islice
from typing import Final

from domain.introductions import IntroductionState, OutcomeKind, RejectReason
from messages.card import Block, Option, Quote
from messages.i18n import N_, Words
from messages.notices.suggestions import Evidence

#: By kind first: members of two enums with the same value are equal.
LABELS: Final[Mapping[type[StrEnum], Mapping[StrEnum, str]]] = {
    RejectReason: {
        RejectReason.NOT_RELEVANT: N_("It does not fit the need"),
        RejectReason.BUSY: N_("It has no time at the moment"),
        RejectReason.CONFLICT: N_("There is a conflict of interests"),
        RejectReason.KNOWN_ALREADY: N_("They know each other already"),
        RejectReason.OTHER: N_("Another reason"),
    },
    OutcomeKind: {
        OutcomeKind.CONTRACT: N_("A contract"),
        OutcomeKind.PILOT: N_("A pilot"),
        OutcomeKind.JOINT_PROJECT: N_("A joint project"),
        OutcomeKind.TALKING: N_("We are still talking"),
        OutcomeKind.NO_FIT: N_("It did not fit"),
        OutcomeKind.NO_CONTACT: N_("We never got in touch"),
    },
    IntroductionState: {
        IntroductionState.PENDING: N_("Waits for a manager"),
        IntroductionState.APPROVED: N_("The SME is asked"),
        IntroductionState.HALF: N_("The buyer is asked"),
        IntroductionState.MADE: N_("Introduced"),
        IntroductionState.MET: N_("They have met"),
        IntroductionState.CLOSED: N_("Closed"),
        IntroductionState.DECLINED: N_("Does not go ahead"),
        IntroductionState.LAPSED: N_("Ended without an answer"),
    },
}

_SOURCES: Final[Mapping[str, str]] = {
    "title": N_("name"),
    "summary": N_("profile, summary"),
    "solutions": N_("profile, solutions"),
    "skills": N_("profile, skills"),
    "technologies": N_("profile, technologies"),
    "evidence": N_("profile, evidence"),
    "answer": N_("its answer"),
}


def label(value: StrEnum, words: Words) -> str:
    """Return the words for a state, reason or outcome."""
    return words.say(LABELS[type(value)][value])


def options(kind: type[StrEnum], words: Words) -> tuple[Option, ...]:
    """Return all members of an enum as things to choose."""
    return tuple(Option(member.value, label(member, words)) for member in kind)


def quotes(evidence: Sequence[Evidence], words: Words, *, most: int) -> list[Block]:
    """Return at most so many quotes; a sentence that covers several must-haves is quoted once, with all of them."""
    covered: dict[Evidence, list[str]] = {}
    for one in evidence:
        covered.setdefault(replace(one, must_have=""), []).append(one.must_have)
    merged = (replace(one, must_have="; ".join(filter(None, names))) for one, names in covered.items())
    return [quoted(one, words) for one in islice(merged, most)]


def quoted(evidence: Evidence, words: Words) -> Quote:
    """Return a quote with where it stands, in which language, and what it covers."""
    source = words.say(_SOURCES.get(evidence.field, N_("profile")))
    if evidence.language and evidence.language != words.locale:
        source = words.say("{source}, in {language}", source=source, language=words.language(evidence.language))
    if evidence.must_have:
        source = words.say("{source}, on “{must_have}”", source=source, must_have=evidence.must_have)
    if evidence.picked:
        source = words.say("{source}, picked by a language model", source=source)
    return Quote(evidence.text, source=source, language=evidence.language)
