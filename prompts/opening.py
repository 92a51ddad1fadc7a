"""Draft the first lines of a conversation between two who were introduced; names are filled in afterwards."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.introductions import OPENING_MAX
from prompts.asking import Question, ask, digest
from prompts.client import ModelClient
from prompts.ports import Cache, Ledger
from prompts.schema import Schema
from prompts.shown import ADDRESS, MASK, plain, show
from prompts.template import load_template
from prompts.trouble import ModelUnavailable, Trouble

BUYER, SME = "{buyer}", "{sme}"
"""Stand for the two names in a draft."""

_SHORTEST = 20
_PROBLEM_LIMIT = 1500
_ITEM_LIMIT = 300
_MOST_ITEMS = 6
_TOKENS_EACH = 250


@dataclass(frozen=True, slots=True)
class Meeting:
    """Hold what the two have in common: nothing in it may name them; `names` are masked in any case."""

    title: str
    problem: str
    must_haves: tuple[str, ...]
    quotes: tuple[str, ...]
    missing: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drafted:
    """Hold a text for each language, with `BUYER` and `SME` in the place of names, and what they came from."""

    texts: Mapping[str, str]
    model: str
    prompt_version: str


class _Text(Schema):
    language: str
    text: str


class _Texts(Schema):
    texts: list[_Text]


async def draft_opening(
    client: ModelClient, meeting: Meeting, languages: tuple[str, ...], *, cluster: str, ledger: Ledger, cache: Cache
) -> Drafted:
    """Have a model draft the opening in these languages.

    :raises ModelUnavailable: no usable answer; the opening that is always there stands.
    """
    template = load_template("opening")
    user = _message(meeting, languages)
    key = digest([client.model, template.version, cluster, user])
    known = _remembered(await asyncio.to_thread(cache.get, key), user, languages)
    if known is not None:
        return Drafted(known, client.model, template.version)

    def put(_number: int) -> tuple[str, Callable[[_Texts], dict[str, str]]]:
        return user, lambda answer: _checked(answer, user, languages)

    question = Question(template, _Texts, _TOKENS_EACH * len(languages) + 100, put)
    texts = (await ask(client, question, cluster=cluster, ledger=ledger)).results[0]
    await asyncio.to_thread(cache.put, key, json.dumps(texts))
    return Drafted(texts, client.model, template.version)


def _message(meeting: Meeting, languages: tuple[str, ...]) -> str:
    def shown(text: str, limit: int = _ITEM_LIMIT) -> str:
        return show(text, limit=limit, names=meeting.names).text

    challenge = {
        "title": shown(meeting.title),
        "problem": shown(meeting.problem, _PROBLEM_LIMIT),
        "must_haves": [shown(one) for one in meeting.must_haves[:_MOST_ITEMS]],
    }
    said = {
        "challenge": challenge,
        "quotes": [shown(one) for one in meeting.quotes[:_MOST_ITEMS]],
        "open": [shown(one) for one in meeting.missing[:_MOST_ITEMS]],
        "languages": list(languages),
    }
    return json.dumps(said, ensure_ascii=False)


def _checked(answer: _Texts, user: str, languages: tuple[str, ...]) -> dict[str, str]:
    """Return the texts by language.

    :raises ModelUnavailable: with `INVALID`, naming the rule that was broken.
    """
    if sorted(one.language for one in answer.texts) != sorted(languages):
        raise ModelUnavailable(Trouble.INVALID, "languages")
    texts = {one.language: plain(one.text) for one in answer.texts}
    known = set(re.findall(r"\d+", user))
    for text in texts.values():
        bare = text.replace(BUYER, "").replace(SME, "")
        if not _SHORTEST <= len(text) <= OPENING_MAX:
            raise ModelUnavailable(Trouble.INVALID, "length")
        if MASK in bare or "{" in bare or "}" in bare or any(ADDRESS.search(word) for word in bare.split()):
            raise ModelUnavailable(Trouble.INVALID, "placeholder or address")
        if not known.issuperset(re.findall(r"\d+", bare)):
            raise ModelUnavailable(Trouble.INVALID, "number")
    return texts


def _remembered(value: str | None, user: str, languages: tuple[str, ...]) -> dict[str, str] | None:
    """Return what the cache holds, or `None` if it does not hold by the rules of today."""
    try:
        kept = [_Text(language=one, text=text) for one, text in json.loads(value or "null").items()]
        return _checked(_Texts(texts=kept), user, languages)
    except (AttributeError, ModelUnavailable, ValueError):
        return None
