"""Turn names into what a text is searched for: whole names, their telling words and the shapes these take."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from domain.common_words import COMMON_WORDS, HOMONYMS
from domain.organisations import LEGAL_SUFFIXES
from domain.text import fold

WORD = re.compile(r"[^\W_]+")
PART = re.compile(r"\d+|[^\W\d_]+")

MISSPELT_FROM = 6  # letters; shorter words are too close to others
JOINED_FROM = 5  # letters of a name that may be spelt with spaces inside
SOLID_FROM = 6  # letters of a word that is known inside any solid compound; shorter ones need a known second half

_DIGRAPHS = (("aa", "a"), ("ae", "a"), ("oe", "o"), ("ue", "u"))
_ENDINGS = (
    "s es e en n er et ens ets ern erne ernes ene enes ers ar are arna arnas sche schen scher isch ische ske sk se"
)
ENDINGS: frozenset[str] = frozenset(_ENDINGS.split())
_HEADS = """
projekt project prosjekt werk werke fabrik fabriek gruppe groep group konzern koncern anlage anlaeg anlegg plant team
mitarbeiter medarbejder medewerker ansatte kunde kunden leverandor lieferant zulieferer leverancier standort haven
hafen havn turbine molle maskine produkt product system standard zentrale hovedkontor hoofdkantoor sensor technologie
teknologi losning losung intern eigen ejet owned based partner chef tank butik mejeri station pumpe medlem person
"""
HEADS: tuple[str, ...] = tuple(_HEADS.split())
_LINKS = ("", "s", "es", "en", "n", "e")
_BORNE = frozenset(["s", "es", "er", "ers", "ern", "sche", "schen", "scher", "ske"])
_FIGURES = {"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g"}


def canon(text: str) -> str:
    """Return a word as it is compared: no case, no accents, one writing for ø, ö and oe."""
    word = fold(text)
    for two, one in _DIGRAPHS:
        word = word.replace(two, one)
    return word


_COMMON: frozenset[str] = frozenset(map(canon, COMMON_WORDS))
_HOMONYMS: frozenset[str] = frozenset(map(canon, HOMONYMS)) - _COMMON
_SECOND_HALVES: frozenset[str] = frozenset(word for word in _COMMON if len(word) >= 5)


def is_common(word: str) -> bool:
    """Tell whether a word in its compared form names nobody by itself, plural and genitive included."""
    return word in _COMMON or word.removesuffix("s") in _COMMON or word.isdigit()


def is_ordinary(word: str) -> bool:
    """Tell whether a word in its compared form is one of a language, and no name misspelt."""
    return is_common(word) or word in _HOMONYMS or word.removesuffix("s") in _HOMONYMS


def is_homonym(word: str) -> bool:
    """Tell whether a word in its compared form is an ordinary one that many bear as their name."""
    return word in _HOMONYMS


def without_figures(word: str) -> str | None:
    """Return a word with the letters that its figures stand for, `V3st4s`; None where it holds none or is a number."""
    if not any(ch in _FIGURES for ch in word) or sum(map(str.isalpha, word)) < 3:
        return None
    return "".join(_FIGURES.get(ch, ch) for ch in word)


@dataclass
class NameIndex:
    """Hold what to look for, all in compared form.

    `joined`: names and telling words written in one, with the count of their parts. `stems`: what is known inside other
    words too. `capital`: words of people's names, which count when written with a capital. `bare`: names that are one
    common word. `homonyms`: names, or words of names, that are ordinary words too unless they begin with a capital.
    `acronyms`: as written, in capitals. `hosts`: domains in lower case.
    """

    joined: dict[str, int] = field(default_factory=dict[str, int])
    stems: set[str] = field(default_factory=set[str])
    capital: set[str] = field(default_factory=set[str])
    bare: set[str] = field(default_factory=set[str])
    homonyms: set[str] = field(default_factory=set[str])
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
        short = len(words) == 1 and len(words[0]) == 3 and words[0].isalpha() and words[0].isupper()
        if len(whole) > 2:
            self.joined[whole] = sum(len(PART.findall(word)) for word in words)
            if not short and not is_homonym(whole):
                self.stems.add(whole)
        if short:
            # ABB is a firm, Abb. a figure in a German text.
            self.acronyms.add(words[0])
            return
        for word, key in zip(words, keys, strict=True):
            self._add_word(word, key, alone=len(keys) == 1)

    def _add_word(self, word: str, key: str, *, alone: bool) -> None:
        if is_common(key):
            return
        if is_homonym(key):
            self.homonyms.add(key)
        elif len(key) >= 4 or (alone and len(key) == 3):
            self.stems.add(key)
            self.joined.setdefault(key, len(PART.findall(word)))
        elif word.isupper():
            # BP is a firm, bp a pair of bases.
            self.acronyms.add(word)

    def add_hidden(self, text: str) -> None:
        """Take in what a person wants hidden: the whole of it, whatever it means otherwise."""
        words = WORD.findall(text)
        whole = canon("".join(words))
        if len(whole) > 2:
            self.joined[whole] = sum(len(PART.findall(word)) for word in words)
            self.stems.add(whole)
        elif whole:
            self.acronyms.add("".join(words))

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
        if is_homonym(label):
            self.homonyms.add(label)
        elif len(label) >= 4 and not is_common(label):
            self.joined[label] = 1
            self.stems.add(label)


def build_index(
    *, names: Iterable[str], domains: Iterable[str], people: Iterable[str], hidden: Iterable[str] = ()
) -> NameIndex:
    """Return the index of all names of one side."""
    index = NameIndex()
    for name in names:
        index.add_name(name)
    for domain in domains:
        index.add_domain(domain)
    for person in people:
        index.add_person(person)
    for text in hidden:
        index.add_hidden(text)
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
    return len(stem) >= MISSPELT_FROM and not is_ordinary(word) and one_edit_apart(word, stem)


def bears_name(word: str, name: str) -> bool:
    """Tell whether a word that begins with a capital is a name that is an ordinary word too, or a compound of it."""
    return word == name or (word.startswith(name) and (word[len(name) :] in _BORNE or _is_head(word[len(name) :])))


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
    return _is_head(tail)


def _is_head(tail: str) -> bool:
    """Tell whether this can be the second half of a compound, with or without the letter that links the two."""
    for link in _LINKS:
        if tail.startswith(link):
            head = tail[len(link) :]
            if head.startswith(HEADS) or any(head[:cut] in _SECOND_HALVES for cut in range(5, len(head) + 1)):
                return True
    return False


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
