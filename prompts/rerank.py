"""Stage 2 of the ranking: a model judges the best of stage 1, and is believed only as far as it was checked.

One call for all candidates, under opaque ids that say nothing and change with every call, in an order that depends on
their texts alone. The answer must hold exactly these ids, scores from 0 to 100 and quotes that stand in the candidate's
own text, neither scraps nor half a page of it; otherwise one further call is made, and then none.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from prompts.asking import Question, Together, ask, digest
from prompts.client import ModelClient
from prompts.judgement import Judgement, Quote
from prompts.ports import Cache, Ledger
from prompts.schema import Schema
from prompts.shown import ADDRESS, Shown, plain, show
from prompts.template import load_template
from prompts.trouble import ModelUnavailable, Trouble

MOST_OFFERS = 20
NEED_LIMIT = 4000
FIELD_LIMIT = 500
OFFER_LIMIT = 1000
"""Characters shown of the challenge, of one field of a candidate, and of all its fields together."""

REASON_WORDS = 25
GAP_WORDS = 12
MOST_GAPS = 5
EVIDENCE_FROM = 50
QUOTE_WORDS = (3, 40)
"""How long a quote is at least, unless it is the whole field, and at most."""

_NEVER_SHOWN = frozenset({"title", "sought"})
_ANSWER_TOKENS_EACH = 120


@dataclass(frozen=True, slots=True)
class Need:
    """State the challenge; `names` (of the buyer, its people, brands and sites) are masked."""

    title: str
    text: str = ""
    must_haves: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """State a candidate: its stored texts by field (`title` and `sought` are not shown); `names` are masked."""

    id: str
    fields: Mapping[str, str]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reranking:
    """Hold the judgements, in the order of the offers, and what they came from."""

    judgements: tuple[Judgement, ...]
    model: str
    prompt_version: str
    calls: int
    tokens: int = 0


class _Item(Schema):
    id: str
    score: int
    reason: str
    evidence: str
    gaps: list[str]


class _Items(Schema):
    judgements: list[_Item]


@dataclass(frozen=True, slots=True)
class _Case:
    offer: Offer
    texts: Mapping[str, Shown] = field(default_factory=dict[str, Shown])


def _new_token() -> str:
    return secrets.token_hex(4)


async def rerank(
    client: ModelClient,
    need: Need,
    offers: Sequence[Offer],
    *,
    cluster: str,
    ledger: Ledger,
    cache: Cache,
    orders: int = 1,
    deadline_seconds: float | None = None,
    together: Together | None = None,
    new_token: Callable[[], str] = _new_token,
) -> Reranking:
    """Have a model judge at most `MOST_OFFERS` offers, within the deadline, all calls paid in advance.

    With several `orders` it sees the offers in as many orders at once, and the mean of its scores counts. At most one
    call is made again. What one order brought is of use even if another failed, but only a whole answer is kept.
    Challenges that are judged `together` have one deadline, and one call to be made again.

    :raises ModelUnavailable: no usable answer; the local order stands.
    :raises ValueError: too many offers, or two of the same id.
    """
    if len(offers) > MOST_OFFERS or len({offer.id for offer in offers}) < len(offers):
        raise ValueError("at most 20 offers, each id once")
    template = load_template("rerank")
    if not offers:
        return Reranking((), client.model, template.version, 0)
    cases = [_case(offer) for offer in offers]
    key = _cache_key([client.model, template.version, cluster, orders], need, cases)
    known = _remembered(await asyncio.to_thread(cache.get, key), offers)
    if known is not None:
        return Reranking(known, client.model, template.version, 0)

    def put(order: int) -> tuple[str, Callable[[_Items], dict[str, Judgement]]]:
        by_token = _under_tokens(cases, need, order, new_token)
        return _message(need, by_token), lambda answer: _checked(answer, by_token)

    answers = await ask(
        client,
        Question(template, _Items, _ANSWER_TOKENS_EACH * len(cases) + 100, put),
        cluster=cluster,
        ledger=ledger,
        times=orders,
        deadline_seconds=deadline_seconds,
        together=together,
    )
    judgements = tuple(_together([judged[offer.id] for judged in answers.results]) for offer in offers)
    if len(answers.results) == orders:
        await asyncio.to_thread(cache.put, key, json.dumps([asdict(one) for one in judgements]))
    return Reranking(judgements, client.model, template.version, answers.calls, answers.tokens)


def _together(readings: Sequence[Judgement]) -> Judgement:
    """Return the mean of several readings of one offer, in the words of the one that is nearest to it."""
    scores = tuple(one.score for one in readings)
    mean = round(sum(scores) / len(scores))
    nearest = min(readings, key=lambda one: (mean >= EVIDENCE_FROM and one.evidence is None, abs(one.score - mean)))
    return replace(nearest, score=mean, scores=tuple(sorted(scores)))


def _case(offer: Offer) -> _Case:
    texts: dict[str, Shown] = {}
    room = OFFER_LIMIT
    for name, stored in sorted(offer.fields.items()):
        if name not in _NEVER_SHOWN and room > 0:
            shown = show(stored, limit=min(FIELD_LIMIT, room), names=offer.names, whole_words=True)
            if shown.text:
                texts[name] = shown
                room -= len(shown.text)
    return _Case(offer, texts)


def _content(case: _Case) -> dict[str, str]:
    return {name: shown.text for name, shown in case.texts.items()}


def _cache_key(about: list[str | int], need: Need, cases: Sequence[_Case]) -> str:
    stored = sorted([case.offer.id, sorted(case.offer.fields.items()), _content(case)] for case in cases)
    return digest([about, asdict(need), stored])


def _under_tokens(cases: Sequence[_Case], need: Need, order: int, new_token: Callable[[], str]) -> dict[str, _Case]:
    """Give every case a fresh token, in an order that neither the local order nor anybody's wish can influence.

    The challenge is part of what the order is made of: nobody can write a profile that always comes first.
    """
    tokens: dict[str, _Case] = {}
    for case in sorted(cases, key=lambda case: (digest([order, need.title, need.text, _content(case)]), case.offer.id)):
        token = new_token()
        while token in tokens:
            token = new_token()
        tokens[token] = case
    return tokens


def _message(need: Need, by_token: Mapping[str, _Case]) -> str:
    challenge = {
        "title": show(need.title, limit=300, names=need.names).text,
        "text": show(need.text, limit=NEED_LIMIT, names=need.names).text,
        "must_haves": [show(must_have, limit=300, names=need.names).text for must_have in need.must_haves[:20]],
    }
    candidates = [{"id": token, "fields": _content(case)} for token, case in by_token.items()]
    return json.dumps({"challenge": challenge, "candidates": candidates}, ensure_ascii=False)


def _checked(answer: _Items, by_token: Mapping[str, _Case]) -> dict[str, Judgement]:
    """Turn an answer into judgements by real id.

    :raises ModelUnavailable: with `INVALID`, naming the rule that was broken.
    """
    answered = [item.id for item in answer.judgements]
    if sorted(answered) != sorted(by_token):
        raise ModelUnavailable(Trouble.INVALID, "ids")
    return {by_token[item.id].offer.id: _judgement(item, by_token[item.id]) for item in answer.judgements}


def _judgement(item: _Item, case: _Case) -> Judgement:
    if not 0 <= item.score <= 100:
        raise ModelUnavailable(Trouble.INVALID, "score")
    reason = _first_words(item.reason, REASON_WORDS)
    if not reason:
        raise ModelUnavailable(Trouble.INVALID, "reason")
    wanted = plain(item.evidence)
    quote = _quote(wanted, case)
    if quote is None and (wanted or item.score >= EVIDENCE_FROM):
        raise ModelUnavailable(Trouble.INVALID, "evidence")
    gaps = tuple(gap for text in item.gaps[:MOST_GAPS] if (gap := _first_words(text, GAP_WORDS)))
    return Judgement(case.offer.id, item.score, reason, quote, gaps)


def _quote(wanted: str, case: _Case) -> Quote | None:
    words = sum(any(map(str.isalnum, word)) for word in wanted.split())
    shortest, longest = QUOTE_WORDS
    for name, shown in case.texts.items():
        # Two words out of many prove nothing, and half a page is no quote.
        place = shown.find_words(wanted) if 0 < words <= longest else None
        if place is not None and (words >= shortest or shown.is_whole(place)):
            return Quote(name, *place, shown.stored[place[0] : place[1]])
    return None


def _first_words(text: str, most: int) -> str:
    # An address has no place in a reason: it would become a link on the card.
    words = [word[:60] for word in plain(text).split() if not ADDRESS.search(word)]
    return " ".join(words[:most]) + ("…" if len(words) > most else "")


def _remembered(value: str | None, offers: Sequence[Offer]) -> tuple[Judgement, ...] | None:
    """Return what the cache holds, or `None` if it does not fit these offers (it may be older than this code)."""
    if value is None:
        return None
    try:
        found = [
            Judgement(
                one["id"],
                one["score"],
                one["reason"],
                Quote(**one["evidence"]) if one["evidence"] else None,
                tuple(one["gaps"]),
                tuple(one["scores"]),
            )
            for one in json.loads(value)
        ]
    except (KeyError, TypeError, ValueError):
        return None
    by_id = {one.id: one for one in found}
    if by_id.keys() != {offer.id for offer in offers}:
        return None
    ordered = tuple(by_id[offer.id] for offer in offers)
    holds = all(
        one.evidence is None
        or offer.fields.get(one.evidence.field, "")[one.evidence.start : one.evidence.end] == one.evidence.text
        for one, offer in zip(ordered, offers, strict=True)
    )
    return ordered if holds else None
