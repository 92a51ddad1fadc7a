"""Turn names into what a text is searched for: whole names, their telling words and the shapes these take."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from domain.common_words import COMMON_WORDS
from domain.organisations import LEGAL_SUFFIXES
from domain.text import fold

WORD = re.compile(r"[^\W_]+")
PART = re.compile(r"\d+|[^\W\d_]+")

MISSPELT_FROM = 6  # letters; shorter words are too close to others
JOINED_FROM = 5  # letters of a name that may be spelt with spaces inside
SOLID_FROM = 6  # letters of a word that is known inside any solid compound; shorter ones need a known second half

_DIGRAPHS = (("aa", "a"), ("ae", "a"), ("oe", "o"), ("ue", "u"))
_ENDINGS = "s es e en n er et ens ets ern erne sche schen scher isch ische ske sk se"
ENDINGS: frozenset[str] = frozenset(_ENDINGS.split())
_HEADS = """
projekt project prosjekt werk werke fabrik fabriek gruppe groep group konzern koncern anlage anlaeg anlegg plant team
mitarbeiter medarbejder medewerker ansatte kunde kunden leverandor lieferant zulieferer leverancier standort haven
hafen havn turbine molle maskine produkt product system standard zentrale hovedkontor hoofdkantoor sensor technologie
teknologi losning losung intern eigen ejet owned based partner chef
"""
HEADS: tuple[str, ...] = tuple(_HEADS.split())
_LINKS = ("", "s", "es", "en", "n", "e")


def canon(text: str) -> str:
    """Return a word as it is compared: no case, no accents, one writing for ø, ö and oe."""
    word = fold(text)
    for two, one in _DIGRAPHS:
        word = word.replace(two, one)
    return word


_COMMON: frozenset[str] = frozenset(map(canon, COMMON_WORDS))


def is_common(word: str) -> bool:
    """Tell whether a word in its compared form names nobody by itself, plural and genitive included."""
    return word in _COMMON or word.removesuffix("s") in _COMMON or word.isdigit()


@dataclass
class NameIndex:
    """Hold what to look for, all in compared form.

    `joined`: names and telling words written in one, with the count of their parts. `stems`: what is known inside other
    words too. `capital`: words of people's names, which count when written with a capital. `bare`: names that are one
    common word. `acronyms`: as written, in capitals. `hosts`: domains in lower case.
    """

    joined: dict[str, int] = field(default_factory=dict[str, int])
    stems: set[str] = field(default_factory=set[str])
    capital: set[str] = field(default_factory=set[str])
    bare: set[str] = field(default_factory=set[str])
    acronyms: set[str] = field(default_factory=set[str])
    hosts: set[str] = field(default_factory=set[str])

    @property
    def longest(self) -> int:
        """Return the length of the longest name written in one."""
        return max(map(len, self.joined), default=0)

    def add_name(self, name: str) -> None:
        """Take in the name of an organisation, a brand or a site."""
        words = _core_words(name)
        keys = [canon(word) for word in words]
        if not keys:
            return
        if len(keys) == 1 and is_common(keys[0]):
            self.bare.add(keys[0])
            return
        whole = "".join(keys)
        if len(whole) > 2:
            self.joined[whole] = sum(len(PART.findall(word)) for word in words)
            self.stems.add(whole)
        for word, key in zip(words, keys, strict=True):
            if is_common(key):
                continue
            if len(key) >= 4 or (len(keys) == 1 and len(key) == 3):
                self.stems.add(key)
                self.joined.setdefault(key, len(PART.findall(word)))
            elif word.isupper():
                # BP is a firm, bp a pair of bases.
                self.acronyms.add(word)

    def add_person(self, name: str) -> None:
        """Take in the name of a person: the whole of it anyhow, each word of it where it is written with a capital."""
        keys = [canon(word) for word in WORD.findall(name)]
        if len(keys) > 1:
            self.joined["".join(keys)] = len(keys)
            self.joined["".join([*keys[1:], keys[0]])] = len(keys)
        self.capital |= {key for key in keys if len(key) >= 3 and not is_common(key)}

    def add_domain(self, domain: str) -> None:
        """Take in a web domain; the word before its ending is a name too, if it is a telling one."""
        host = (
            domain.strip().lower().removeprefix("https://").removeprefix("http://").split("/")[0].removeprefix("www.")
        )
        if "." not in host:
            return
        self.hosts.add(host)
        label = canon("".join(WORD.findall(host.split(".")[-2])))
        if len(label) >= 4 and not is_common(label):
            self.joined[label] = 1
            self.stems.add(label)


def build_index(*, names: Iterable[str], domains: Iterable[str], people: Iterable[str]) -> NameIndex:
    """Return the index of all names of one side."""
    index = NameIndex()
    for name in names:
        index.add_name(name)
    for domain in domains:
        index.add_domain(domain)
    for person in people:
        index.add_person(person)
    return index


def belongs_to(word: str, stem: str) -> bool:
    """Tell whether a word is a telling word itself, inflected, in a solid compound or slightly misspelt."""
    if word == stem:
        return True
    if len(stem) < 3 or abs(len(word) - len(stem)) > 40:
        return False
    if word.startswith(stem) and _is_tail(word[len(stem) :], stem):
        return True
    if len(stem) >= SOLID_FROM and word.endswith(stem):
        return True
    return len(stem) >= MISSPELT_FROM and not is_common(word) and one_edit_apart(word, stem)


def one_edit_apart(one: str, other: str) -> bool:
    """Tell whether one letter added, left out or changed, or two neighbours swapped, makes one word the other."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1 or one == other:
        return False
    at = 0
    while at < len(one) and one[at] == other[at]:
        at += 1
    if len(one) < len(other):
        return one[at:] == other[at + 1 :]
    swapped = one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    return swapped or one[at + 1 :] == other[at + 1 :]


def _is_tail(tail: str, stem: str) -> bool:
    if tail in ENDINGS:
        return len(stem) >= 4 or tail == "s"
    if len(stem) >= SOLID_FROM and len(tail) >= 3:
        return True
    return any(tail.startswith(link + head) for link in _LINKS for head in HEADS)


def _core_words(name: str) -> list[str]:
    """Split a name into words and leave out the legal form at its end, however it is dotted or slashed."""
    words = re.sub(r"(?<=\b\w)[./](?=\w\b)", "", name).split()
    kept = [word for word in words if WORD.search(word)]
    while len(kept) > 1 and canon("".join(WORD.findall(kept[-1]))) in _LEGAL:
        kept = kept[:-1]
    if len(kept) > 1 and canon(kept[0]) in ("ab", "as", "oy"):
        kept = kept[1:]
    return [part for word in kept for part in WORD.findall(word)]


_LEGAL: frozenset[str] = frozenset(map(canon, LEGAL_SUFFIXES))


def is_legal_form(text: str) -> bool:
    """Tell whether this is a legal form as firms write it: with a capital, a stroke or a dot, so that "as" is none."""
    marked = any(ch.isupper() or ch in "./" for ch in text)
    return marked and canon("".join(WORD.findall(text))) in _LEGAL
