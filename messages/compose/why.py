"""Why a candidate is proposed: all that speaks for it, word for word, and what its score is made of, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from messages.card import Block, Card, Note, Section
from messages.compose.registry import composes
from messages.compose.sheets import bulleted, heading
from messages.compose.suggestions import PLACES, approved_before, opinion
from messages.i18n import N_, Words
from messages.notices.suggestions import WhyShown
from messages.pair_labels import quotes

_QUOTES: Final = 20

#: How well it fits, in the order in which it is told; each sentence takes a share.
_FIT: Final = {
    "relevance": N_("Relevance: {share}. It compares the candidates of one challenge only."),
    "words": N_("Of the telling words of the challenge, {share} stand in its texts."),
    "spelling": N_("Letter by letter the texts are alike to {share}; this finds compounds and misspelt words."),
    "title": N_("Of the words of its name, {share} are asked for."),
}
#: What the SME's chance is made of.
_READY: Final = {
    "history": N_("it said yes to {share} of earlier introductions, taken as one half while there are few"),
    "free": N_("{share} of its places for introductions are free"),
}


@composes(WhyShown)
def compose_why(notice: WhyShown, words: Words) -> Card:
    """Tell a manager, privately, all about one candidate."""
    one = notice.candidate
    name = words.say(
        "{place}. {name}, {country}", place=notice.place, name=one.name, country=words.country(one.country)
    )
    blocks: list[Block] = [Section(_lead(notice, words), name)]
    covered = [quote for quote in one.evidence if quote.must_have]
    others = [quote for quote in one.evidence if not quote.must_have]
    if covered:
        blocks.append(Section("", words.say("What it covers, in its own words")))
        blocks += quotes(covered, words, most=_QUOTES)
    if others:
        blocks.append(Section("", words.say("What comes nearest, in its own words")))
        blocks += quotes(others, words, most=_QUOTES)
    if one.missing:
        blocks.append(Section(bulleted(one.missing), words.say("No evidence found for")))
    if one.reason:
        blocks.append(Section(opinion(one, words)))
    if one.gaps:
        blocks.append(Section(bulleted(one.gaps), words.say("Missing according to the model")))
    blocks += _chances(notice.measures, words)
    blocks.append(
        Note(
            words.say(
                "Chances are estimates. They say which way a fact points, and are not measured. Only you see this."
            )
        )
    )
    title = notice.title or words.say("A challenge by invitation")
    return Card(title=heading(notice.id, title), blocks=tuple(blocks), locale=words.locale)


def _lead(notice: WhyShown, words: Words) -> str:
    one = notice.candidate
    parts = [words.say("Score {score} of 100: how much both sides are expected to want it.", score=one.score)]
    if one.slot in PLACES:
        parts.append(words.say(PLACES[one.slot]))
    if one.asked:
        covered = one.asked - len(one.missing)
        parts.append(words.say("Covers {covered} of {asked} must-haves.", covered=covered, asked=one.asked))
    if one.chance is not None:
        parts.append(approved_before(one.chance, words))
    return " ".join(parts)


def _chances(measures: Mapping[str, float], words: Words) -> list[Block]:
    """Write the sub-scores: how well it fits, and how likely either side is to say yes."""
    fit = [
        words.say(sentence, share=words.percent(measures[name]))
        for name, sentence in _FIT.items()
        if measures.get(name)
    ]
    found: list[Block] = [Section(bulleted(fit), words.say("How well it fits"))] if fit else []
    if "buyer" in measures and "sme" in measures:
        lines = [
            words.say("The buyer: {share}. It grows with the relevance.", share=words.percent(measures["buyer"])),
            words.say(
                "The SME: {share}: {because}.", share=words.percent(measures["sme"]), because=_ready(measures, words)
            ),
        ]
        found.append(Section(bulleted(lines), words.say("How likely a yes is")))
    return found


def _ready(measures: Mapping[str, float], words: Words) -> str:
    if measures.get("answered"):
        return words.say("it has answered, which is a yes")
    known = [
        words.say(sentence, share=words.percent(measures[name]))
        for name, sentence in _READY.items()
        if name in measures
    ]
    if measures.get("abroad"):
        known.append(words.say("the buyer's country is none of those in which it says that it works"))
    if measures.get("sought"):
        known.append(words.say("the challenge says what it looks for"))
    return "; ".join(known)
