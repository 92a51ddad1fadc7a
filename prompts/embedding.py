"""What an embeddings endpoint is shown and what comes back: texts without names, vectors that were checked.

A vector stands for the meaning of a text in any language; the endpoint gets at most `MOST_TEXTS` texts a call.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from prompts.shown import show
from prompts.trouble import ModelUnavailable, Trouble

MOST_TEXTS = 64
TEXT_LIMIT = 2000
"""Characters of one text: small models read 512 tokens, and the first sentences say what it is about."""

MOST_DIMENSIONS = 8192
LARGEST_ANSWER = 16_000_000
"""Bytes of an answer that are read: 64 vectors of 8192 dimensions as decimal numbers."""

_FIELDS = ("title", "summary", "solutions", "skills", "technologies", "must_haves", "evidence", "text")
_BYTES_PER_TOKEN = 3

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Embedded:
    """Hold one vector per text, in their order, and the tokens they cost (0 where the endpoint does not tell)."""

    vectors: Vectors
    tokens: int


def text_to_embed(fields: Mapping[str, str], names: Iterable[str] = ()) -> str:
    """Return what is shown of a profile or a challenge: its fields in a fixed order, without the names; may be empty.

    Fields that it does not know are left out, such as what an organisation itself looks for.
    """
    whole = "\n".join(text for name in _FIELDS if (text := fields.get(name, "").strip()))
    return show(whole, limit=TEXT_LIMIT, names=names).text


def content_key(model: str, text: str) -> str:
    """Return the hash under which the vector of a text by a model is kept."""
    return hashlib.sha256(f"{model}\n{text}".encode(errors="replace")).hexdigest()


def cost(texts: Iterable[str]) -> int:
    """Return about how many tokens these texts cost, rather too many than too few."""
    return sum(len(text.encode(errors="replace")) // _BYTES_PER_TOKEN + 1 for text in texts)


def read_vectors(items: Sequence[object], number: int) -> Vectors:
    """Check and read the items of an answer, whose vectors are lists of numbers or base64 of little-endian floats.

    :raises ModelUnavailable: with `INVALID`, naming the rule that was broken.
    """
    if len(items) != number:
        raise ModelUnavailable(Trouble.INVALID, f"{len(items)} vectors for {number} texts")
    rows: dict[int, Vectors] = {}
    for at, item in enumerate(items):
        index = getattr(item, "index", None)
        place = index if isinstance(index, int) else at
        rows[place] = _vector(getattr(item, "embedding", None))
    if sorted(rows) != list(range(number)):
        raise ModelUnavailable(Trouble.INVALID, "numbering")
    if len({len(row) for row in rows.values()}) != 1:
        raise ModelUnavailable(Trouble.INVALID, "dimensions differ")
    whole = np.stack([rows[at] for at in range(number)])
    if not np.isfinite(whole).all():
        raise ModelUnavailable(Trouble.INVALID, "not finite")
    if not whole.any(axis=1).all():
        raise ModelUnavailable(Trouble.INVALID, "zeros")
    return whole


def _vector(told: object) -> Vectors:
    try:
        if isinstance(told, str):
            vector = np.frombuffer(base64.b64decode(told, validate=True), "<f4").astype(np.float32)
        else:
            # Too large a number becomes infinite, and is refused as such.
            with np.errstate(over="ignore"):
                vector = np.asarray(told, np.float64).astype(np.float32)
    except (TypeError, ValueError, binascii.Error):
        raise ModelUnavailable(Trouble.INVALID, "no numbers") from None
    if vector.ndim != 1 or not 0 < len(vector) <= MOST_DIMENSIONS:
        raise ModelUnavailable(Trouble.INVALID, f"shape {vector.shape}"[:60])
    return vector
