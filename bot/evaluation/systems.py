"""What is measured side by side: Matchpoint's ranker, and simple baselines of the development group.

A system is made in two steps, so that importing its libraries counts neither as time nor as memory of its index.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any, Final

Rank = Callable[[str, int], list[str]]
"""Return at most so many ids for a query, best first."""

Make = Callable[[Sequence[tuple[str, str, str]]], Rank]
"""Make an index of (id, title, text) rows."""

OURS: Final = "matchpoint"
_STEMMERS: Final = {"da": "danish", "de": "german", "nl": "dutch", "sv": "swedish", "nb": "norwegian", "en": "english"}
_NEEDS: Final = {"bm25s": "bm25s", "chars": "sklearn", "tantivy": "tantivy"}

#: What the baselines are, for people.
LABELS: Final = {
    OURS: "Matchpoint",
    "bm25s": "bm25s",
    "chars": "3–5 letters",
    "tantivy": "tantivy",
}


class UnknownSystem(Exception):
    """A name that is no system; the message lists those there are."""


class SystemMissing(Exception):
    """The library behind a baseline is not installed; the message says how to get it."""


def check(name: str) -> None:
    """Make sure that a system can be measured here.

    :raises UnknownSystem, SystemMissing:
    """
    kind = name.partition(":")[0]
    if kind == OURS:
        return
    if kind not in _NEEDS or (":" in name and kind != "bm25s"):
        known = ", ".join(_NEEDS)
        raise UnknownSystem(
            f"There is no baseline {name!r}. There are: {known} (and bm25s:danish for another stemmer)."
        )
    if find_spec(_NEEDS[kind]) is None:
        raise SystemMissing(
            f"{name} needs {_NEEDS[kind]}, which is for development and not installed: make setup installs it."
        )


def load(name: str, language: str = "") -> Make:
    """Import what a system needs; `language` is that of the collection, where it has one."""
    kind, _, stemmer = name.partition(":")
    if kind == "bm25s":
        return _bm25s(stemmer or _STEMMERS.get(language, "english"))
    return {OURS: _ours, "chars": _chars, "tantivy": _tantivy}[kind]()


def _both(title: str, text: str) -> str:
    return f"{title} {text}".strip()


def _ours() -> Make:
    from matching import ProfileIndex

    def make(rows: Sequence[tuple[str, str, str]]) -> Rank:
        index = ProfileIndex.build(rows)
        return lambda query, limit: [key for key, _ in index.search(query, limit)]

    return make


def _bm25s(stemmer: str) -> Make:
    import bm25s
    import Stemmer

    library: Any = bm25s
    options: dict[str, Any] = {
        "stemmer": Stemmer.Stemmer(stemmer),
        "stopwords": "en" if stemmer == "english" else [],
        "show_progress": False,
    }

    def make(rows: Sequence[tuple[str, str, str]]) -> Rank:
        ids = [key for key, _, _ in rows]
        index: Any = library.BM25(method="lucene", k1=1.5, b=0.75)
        index.index(library.tokenize([_both(title, text) for _, title, text in rows], **options), show_progress=False)

        def rank(query: str, limit: int) -> list[str]:
            asked: Any = library.tokenize([query], return_ids=False, **options)
            found, scores = index.retrieve(asked, k=min(limit, len(ids)), show_progress=False)
            return [ids[int(at)] for at, score in zip(found[0], scores[0], strict=True) if score > 0]

        return rank

    return make


def _chars() -> Make:
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer  # pyright: ignore[reportMissingTypeStubs]

    vectoriser: Any = TfidfVectorizer

    def make(rows: Sequence[tuple[str, str, str]]) -> Rank:
        grams: Any = vectoriser(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, dtype=np.float32)
        matrix: Any = grams.fit_transform([_both(title, text) for _, title, text in rows]).T.tocsr()
        ids = [key for key, _, _ in rows]

        def rank(query: str, limit: int) -> list[str]:
            scores: Any = (grams.transform([query]) @ matrix).toarray()[0]
            best: list[int] = np.argsort(-scores, kind="stable")[:limit].tolist()
            return [ids[at] for at in best if scores[at] > 0]

        return rank

    return make


def _tantivy() -> Make:
    import re

    import tantivy

    library: Any = tantivy

    def make(rows: Sequence[tuple[str, str, str]]) -> Rank:
        builder: Any = library.SchemaBuilder()
        builder.add_text_field("body", stored=False, tokenizer_name="en_stem")
        builder.add_unsigned_field("n", stored=True)
        index: Any = library.Index(builder.build())
        writer: Any = index.writer(100_000_000, 1)
        for number, (_, title, text) in enumerate(rows):
            writer.add_document(library.Document(body=_both(title, text), n=number))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        searcher, ids = index.searcher(), [key for key, _, _ in rows]

        def rank(query: str, limit: int) -> list[str]:
            words = " ".join(re.findall(r"\w+", query.lower()))
            if not words:
                return []
            found: Any = searcher.search(index.parse_query(words, ["body"]), limit, count=False)
            return [ids[searcher.doc(at)["n"][0]] for _, at in found.hits]

        return rank

    return make
