"""An embeddings endpoint on the loopback: words become vectors, and words that mean the same become the same."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.unit.prompts.judge import Behaviour, Call

DIMENSIONS = 96

#: What one word means in another language, so that crossing languages can be shown.
MEANINGS: dict[str, str] = {
    "sensorer": "sensors",
    "bakterier": "bacteria",
    "drikkevand": "drinking water",
    "rør": "pipes",
    "vandrør": "water pipes",
    "målere": "sensors",
    "trinkwasser": "drinking water",
    "hanevand": "drinking water",
    "kim": "bacteria",
    "opdager": "detect",
    "membranen": "membranes",
    "vindmøller": "wind turbines",
    "vinger": "blades",
}


def vector_of(text: str, dimensions: int = DIMENSIONS) -> NDArray[np.float32]:
    """Add up a fixed direction for every word, after its translation; long words count, short ones hardly."""
    whole = np.full(dimensions, 1e-3)
    for word in re.findall(r"\w+", text.lower()):
        for meaning in str(MEANINGS.get(word, word)).split():
            seed = int.from_bytes(hashlib.sha256(meaning.encode()).digest()[:8], "big")
            whole += np.random.default_rng(seed).standard_normal(dimensions) * (0.05 if len(meaning) < 4 else 1.0)
    return whole.astype(np.float32)


Change = Callable[[list[dict[str, Any]]], Any]


def _unchanged(items: list[dict[str, Any]]) -> None:
    del items


def embed(change: Change = _unchanged, *, as_numbers: bool = False, dimensions: int = DIMENSIONS) -> Behaviour:
    """Answer with the vectors of what was asked, but for one change."""

    def behave(call: Call) -> None:
        items: list[dict[str, Any]] = []
        for index, text in enumerate(call.body["input"]):
            vector = vector_of(text, dimensions)
            packed = base64.b64encode(vector.astype("<f4").tobytes()).decode()
            told = packed if call.body.get("encoding_format") == "base64" and not as_numbers else vector.tolist()
            items.append({"object": "embedding", "index": index, "embedding": told})
        change(items)
        usage = {"prompt_tokens": 7, "total_tokens": 7}
        body = {"object": "list", "model": call.body["model"], "data": items, "usage": usage}
        call.send(200, json.dumps(body).encode())

    return behave
