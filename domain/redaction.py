"""Hide who is meant: the same text and names always give the same result.

Hidden are names as whole words in any case, inflected, in compounds, with spaces or hyphens inside, slightly misspelt
and with their legal form; domains with everything around them, every e-mail address and international telephone number.
Words that name nobody by themselves stay, for a text that says nothing is no teaser. What is a name and an ordinary
word too, such as a town called Essen, is hidden where it begins with a capital.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from domain.name_index import (
    ENDINGS,
    JOINED_FROM,
    MISSPELT_FROM,
    PART,
    WORD,
    NameIndex,
    bears_name,
    belongs_to,
    build_index,
    canon,
    is_common,
    is_homonym,
    is_legal_form,
    is_ordinary,
    one_edit_apart,
    without_figures,
)

PLACEHOLDER = "[…]"

Span = tuple[int, int]

_BETWEEN = re.compile(r"[\s\-‐-―_.·•/'’`´*|&+\u00ad\u200b-\u200f\u2060\ufeff]{0,3}")
_TIGHT = re.compile(r"[^\s]{0,3}")
_CHUNK = re.compile(r"[^\s<>()\[\]{}\"„“”»«,;]+")
_HOST = re.compile(r"(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}\.?(?:[:/?#].*)?", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w+])\+\d(?:[ ()./-]{0,2}\d){7,14}(?!\w)")
_OWNED = re.compile(r"['’´`](?:s\b)?")
_LEGAL_AFTER = re.compile(r",?[^\S\n]{1,3}([A-Za-zÅÄÖåäö./]{2,6}\b(?:[^\S\n]?&[^\S\n]?Co\.?[^\S\n]?KG\b)?)")
_GLUE = re.compile(r"[^\S\n]?[\-‐-―/&]?[^\S\n]?")
_SENTENCE_START = re.compile(r"(?:^|[.!?:\n•*])[\s\"„“»(]*$")
_MISSPELT_JOINED_FROM = 8
_PARTS_MISSPELT = 5


@dataclass(frozen=True)
class Names:
    """Hold all that would give somebody away: names as they are written, legal forms included or not.

    `hidden` is what a manager wants hidden besides; each is hidden as a whole, whatever it means otherwise.
    """

    organisations: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Part:
    start: int
    end: int
    key: str


def redact(text: str, names: Names, *, placeholder: str = PLACEHOLDER) -> str:
    """Return the text with everything that gives the bearer of these names away replaced.

    Takes time linear in the text. Neighbouring names become one placeholder.
    """
    spans = find_names(text, names)
    out: list[str] = []
    at = 0
    for start, end in spans:
        out += (text[at:start], placeholder)
        at = end
    return "".join([*out, text[at:]])


def find_names(text: str, names: Names) -> list[Span]:
    """Return where in a text stands what gives the bearer of these names away, in order and apart."""
    index = _index(names)
    spans = [*_word_spans(text, index), *_joined_spans(text, index)]
    spans = _merged(text, [_widened(text, span) for span in spans])
    return _merged(text, [*spans, *_address_spans(text, index, spans), *(m.span() for m in _PHONE.finditer(text))])


@lru_cache(maxsize=256)
def _index(names: Names) -> NameIndex:
    written = (*names.organisations, *names.brands, *names.sites)
    return build_index(names=written, domains=names.domains, people=names.people, hidden=names.hidden)


def _word_spans(text: str, index: NameIndex) -> Iterator[Span]:
    """Find telling words, one at a time; each distinct word is judged once."""
    known: dict[str, bool] = {}
    for match in WORD.finditer(text):
        word = match[0]
        hidden = known.get(word)
        if hidden is None:
            hidden = known[word] = _is_telling(word, index)
        if hidden or (index.bare and _is_bare_name(text, match.span(), index)):
            yield match.span()


def _is_telling(word: str, index: NameIndex) -> bool:
    key = canon(word)
    if any(belongs_to(key, stem) for stem in index.stems):
        return True
    spelt = without_figures(key)
    if spelt and any(len(stem) >= JOINED_FROM and belongs_to(spelt, stem) for stem in index.stems):
        return True
    if word[:1].isupper() and any(bears_name(key, name) for name in index.homonyms):
        return True
    if word in index.acronyms or (word[-1:] == "s" and word[:-1] in index.acronyms):
        return True
    return word[:1].isupper() and any(_is_persons(key, name) for name in index.capital)


def _is_persons(key: str, name: str) -> bool:
    if key == name or (key.startswith(name) and key[len(name) :] in ("s", "es")):
        return True
    return len(name) >= MISSPELT_FROM and not is_ordinary(key) and one_edit_apart(key, name)


def _is_bare_name(text: str, span: Span, index: NameIndex) -> bool:
    """Tell whether a common word is meant as a name: followed by its legal form, or a capital within a sentence."""
    start, end = span
    if canon(text[start:end]) not in index.bare:
        return False
    legal = _LEGAL_AFTER.match(text, end)
    if legal and is_legal_form(legal[1]):
        return True
    return text[start].isupper() and not _SENTENCE_START.search(text[max(0, start - 12) : start])


def _joined_spans(text: str, index: NameIndex) -> Iterator[Span]:
    """Find names of several words, and words taken apart, by putting neighbouring parts together."""
    if not index.joined:
        return
    parts = list(_parts(text))
    room = index.longest + 3
    lengths = {len(key) + by for key in index.joined for by in (-1, 0, 1)}
    for first in range(len(parts)):
        end = _longest_from(parts, first, text=text, index=index, room=room, lengths=lengths)
        if end:
            yield parts[first].start, end


def _longest_from(parts: list[_Part], first: int, *, text: str, index: NameIndex, room: int, lengths: set[int]) -> int:
    """Return where the longest name that begins with a part ends, or 0; one spelt right goes before one nearly so."""
    joined, spaced, exact, near = "", False, 0, 0
    for count, part in enumerate(parts[first : first + room], start=1):
        before = parts[first + count - 2] if count > 1 else part
        if count > 1:
            between = text[before.end : part.start]
            if not _BETWEEN.fullmatch(between):
                break
            spaced = spaced or not _TIGHT.fullmatch(between)
        joined += part.key
        if len(joined) > room:
            break
        found = parts[first : first + count]
        named = joined in index.joined and _is_meant(found, text, joined, spaced=spaced, index=index)
        if named or (count > 1 and _is_inflected(joined, part.key, index)):
            exact = part.end
        elif not exact and count > 1 and _is_nearly(joined, parts[first].key, part.key, count, index, lengths):
            near = part.end
    return exact or near


def _is_meant(found: list[_Part], text: str, joined: str, *, spaced: bool, index: NameIndex) -> bool:
    """Tell whether parts that make a name are one: not a short word, nor several ordinary ones that stand together."""
    if len(found) == 1:
        written = text[found[0].start : found[0].end]
        return joined in index.stems or not (is_homonym(joined) or len(joined) < 4) or written in index.acronyms
    if not spaced:
        return True
    if all(len(part.key) == 1 for part in found):
        return len(joined) >= 4 or all(text[part.start].isupper() for part in found)
    # A short name taken apart by spaces is too easily two other words, and "a vest as a shield" names no Vestas.
    ordinary = index.joined[joined] == 1 and all(is_common(part.key) and text[part.start].islower() for part in found)
    return len(joined) >= JOINED_FROM and not ordinary


def _parts(text: str) -> Iterator[_Part]:
    """Cut words where digits begin or end and where a capital follows a small letter."""
    for match in PART.finditer(text):
        start, word = match.start(), match[0]
        for at in range(1, len(word)):
            if word[at].isupper() and not word[at - 1].isupper():
                yield _Part(start, match.start() + at, canon(text[start : match.start() + at]))
                start = match.start() + at
        yield _Part(start, match.end(), canon(text[start : match.end()]))


def _is_inflected(joined: str, closing: str, index: NameIndex) -> bool:
    return len(joined) > JOINED_FROM and any(
        joined[-cut:] in ENDINGS and len(closing) > cut and joined[:-cut] in index.joined for cut in (1, 2, 3)
    )


def _is_nearly(joined: str, opening: str, closing: str, count: int, index: NameIndex, lengths: set[int]) -> bool:
    if count > _PARTS_MISSPELT or len(joined) not in lengths:
        return False
    if joined[len(opening) :] in index.joined or joined[: -len(closing)] in index.joined:
        return False  # a name and the little word beside it
    return any(
        len(key) >= _MISSPELT_JOINED_FROM and abs(parts - count) <= 1 and one_edit_apart(joined, key)
        for key, parts in index.joined.items()
    )


def _widened(text: str, span: Span) -> Span:
    """Take in the legal form and the genitive's apostrophe that follow a name."""
    start, end = span
    legal = _LEGAL_AFTER.match(text, end)
    if legal and is_legal_form(legal[1].split("&")[0]):
        end = legal.end()
    owned = _OWNED.match(text, end)
    return start, owned.end() if owned else end


def _address_spans(text: str, index: NameIndex, spans: list[Span]) -> Iterator[Span]:
    """Find e-mail addresses, and web addresses that hold a name or lie in a known domain."""
    at = 0
    for match in _CHUNK.finditer(text):
        start, end = match.start(), match.start() + len(match[0].rstrip(".:!?'’*_"))
        chunk = text[start:end]
        while at < len(spans) and spans[at][1] <= start:
            at += 1
        holds_name = at < len(spans) and spans[at][0] < end
        if _is_email(chunk) or (_is_web(chunk) and (holds_name or _in_domain(_host_of(chunk), index))):
            yield start, end


def _is_email(chunk: str) -> bool:
    local, at, host = chunk.removeprefix("mailto:").rpartition("@")
    return bool(at and local and _HOST.fullmatch(host))


def _is_web(chunk: str) -> bool:
    return "://" in chunk or chunk.lower().startswith("www.") or _HOST.fullmatch(chunk) is not None


def _host_of(chunk: str) -> str:
    return re.split(r"[/:?#|]", chunk.lower().rpartition("://")[2], maxsplit=1)[0].rstrip(".")


def _in_domain(host: str, index: NameIndex) -> bool:
    return any(host == known or host.endswith(f".{known}") for known in index.hosts)


def _merged(text: str, spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and (start <= merged[-1][1] or _GLUE.fullmatch(text[merged[-1][1] : start])):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def mask(text: str, names: Names) -> tuple[str, tuple[str, ...]]:
    """Return a text with a numbered mark in the place of each name, and what stood there: see `unmask`."""
    bare = text.replace("⟦", "[").replace("⟧", "]")
    hidden: list[str] = []
    out: list[str] = []
    at = 0
    for start, end in find_names(bare, names):
        hidden.append(text[start:end])
        out += (bare[at:start], f"⟦{len(hidden)}⟧")
        at = end
    return "".join([*out, bare[at:]]), tuple(hidden)


def unmask(text: str, hidden: tuple[str, ...]) -> str:
    """Return a masked text with its names where their marks stand."""
    return re.sub(r"⟦(\d{1,4})⟧", lambda m: hidden[int(m[1]) - 1] if 0 < int(m[1]) <= len(hidden) else m[0], text)
