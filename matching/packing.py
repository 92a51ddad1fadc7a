"""Memory of a large index: documents packed small, and what making it took given back."""

from __future__ import annotations

import ctypes
import json
import sys
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


def give_back_memory() -> None:
    """Give back to the system what this process has freed, where the C library can.

    Arrays that came and went while an index was made leave holes of a seventh of its size, which would stay resident.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # that of glibc
        if trim is not None:
            trim(0)
