"""The words of every refusal: its key, and a sentence that says what to do instead; one module per journey."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from domain.errors import Refusal
from messages.i18n import Words


def _collect() -> dict[str, str]:
    sentences: dict[str, str] = {}
    for module in iter_modules(__path__):
        part: dict[str, str] = import_module(f"{__name__}.{module.name}").REFUSALS
        twice = sentences.keys() & part.keys()
        if twice:
            raise ValueError(f"These refusals have words in two places: {sorted(twice)}")
        sentences |= part
    return sentences


REFUSALS: Final[dict[str, str]] = _collect()


def explain(refusal: Refusal, words: Words) -> str:
    """Return the sentence of a refusal in the reader's language."""
    return words.say(REFUSALS[refusal.key], **refusal.params)
