"""Translate texts as their readers may see them; what breaks a rule is refused, and the original stands."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from prompts.asking import Question, ask
from prompts.client import ModelClient
from prompts.ports import Ledger
from prompts.schema import Schema
from prompts.shown import ADDRESS
from prompts.template import load_template
from prompts.trouble import ModelUnavailable, Trouble

TEXTS_MAX: Final = 12
"""How many texts are put into one question."""
TEXT_MAX: Final = 6_000
"""How long a text may be to be translated, in characters."""

_MARK: Final = re.compile(r"⟦\d+⟧|\[…\]")
_LONGER: Final = 2.5
_ROOM: Final = 80
_BYTES_PER_TOKEN: Final = 2


@dataclass(frozen=True, slots=True)
class Translated:
    """Hold what came back: a text for each that was kept, and for the others the rule that they broke."""

    texts: Mapping[int, str]
    refused: Mapping[int, str]
    model: str
    prompt_version: str


class _Text(Schema):
    number: int
    text: str


class _Texts(Schema):
    texts: list[_Text]


def version() -> str:
    """Return the version of the words with which a translation is asked for."""
    return load_template("translate").version


async def translate(
    client: ModelClient, texts: Sequence[str], language: str, *, cluster: str, ledger: Ledger
) -> Translated:
    """Have a model translate at most `TEXTS_MAX` texts into a language; names in them are masked already.

    :raises ModelUnavailable: no usable answer; the originals stand.
    """
    template = load_template("translate")
    said = {
        "language": language,
        "texts": [{"number": number, "text": text} for number, text in enumerate(texts[:TEXTS_MAX])],
    }
    user = json.dumps(said, ensure_ascii=False)
    tokens = int(_LONGER * sum(len(text.encode(errors="replace")) for text in texts)) // _BYTES_PER_TOKEN + 200

    def put(_number: int) -> tuple[str, Callable[[_Texts], dict[int, str]]]:
        return user, lambda answer: _numbered(answer, len(said["texts"]))

    found = (await ask(client, Question(template, _Texts, tokens, put), cluster=cluster, ledger=ledger)).results[0]
    refused = {number: why for number, text in found.items() if (why := broken_rule(texts[number], text))}
    kept = {number: text.strip() for number, text in found.items() if number not in refused}
    return Translated(kept, refused, client.model, template.version)


def _numbered(answer: _Texts, count: int) -> dict[int, str]:
    """Return the texts by number. :raises ModelUnavailable: with `INVALID`, if one is missing or there twice."""
    if sorted(one.number for one in answer.texts) != list(range(count)):
        raise ModelUnavailable(Trouble.INVALID, "numbers")
    return {one.number: one.text for one in answer.texts}


def broken_rule(original: str, text: str) -> str:
    """Return which rule a translation breaks, or an empty text: marks and addresses stay as they are, length nearly."""
    if not text.strip():
        return "empty"
    if len(text) > _LONGER * len(original) + _ROOM:
        return "length"
    if Counter(_MARK.findall(original)) != Counter(_MARK.findall(text)) or _stray(text):
        return "placeholder"
    if not _addresses(text) <= _addresses(original):
        return "address"
    if any(ord(ch) < 32 and ch not in "\n\t" for ch in text):
        return "characters"
    return ""


def _stray(text: str) -> bool:
    return any(ch in _MARK.sub("", text) for ch in "⟦⟧")


def _addresses(text: str) -> set[str]:
    return {word.strip(".,;:!?()<>\"'") for word in text.split() if ADDRESS.search(word.strip("(<\"'"))}
