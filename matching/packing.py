"""Documents at rest: packed small, since an index of a million profiles holds a million of them."""

from __future__ import annotations

import json
import zlib
from typing import Any, cast

from matching.model import Document


def pack(document: Document) -> bytes:
    """Return a document as a few bytes."""
    whole = [document.id, document.title, dict(document.fields), document.language, document.country]
    return zlib.compress(
        json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"), 1
    )


def unpack(packed: bytes) -> Document:
    """Return the document that was packed."""
    whole = cast(list[Any], json.loads(zlib.decompress(packed).decode("utf-8", "surrogatepass")))
    return Document(*whole)
