"""What a sentence claims and what it denies: "we do not offer pumps" is no proof of pumps.

A rule of thumb, as negation rules for short texts are: a denying word reaches forward to the end of its clause ("no"
to the next "and"), "without" and "with no" only over a few words, and one that closes its clause reaches back (German
and Dutch: "Pumpen liefern wir nicht").
"""

from __future__ import annotations

import re

from matching.words import normal, words_of

_SHORT_REACH = 3
"""Words over which "without" reaches: a noun and what describes it."""

_CLOSING = 1
"""Words that may follow a denial that closes its clause: "bieten wir nicht an"."""

_DENYING = {
    "en": "no not cannot never neither nor none without",
    "de": "nicht kein keine keinen keinem keiner keines nie niemals weder ohne",
    "nl": "niet geen nooit zonder",
    "sv": "inte ej ingen inget inga aldrig utan",
    "fi": "ei eivät emme en ilman",
    "fr": "pas aucun aucune jamais sans ni",
    "es": "no ningún ninguna nunca sin ni",
    "it": "non nessun nessuno nessuna mai senza né",
    "pt": "não nenhum nenhuma nunca sem nem",
    "pl": "nie nigdy żaden żadne bez",
    "cs": "není nejsou nikdy žádný žádné bez",
    "et": "ei pole mitte ilma",
    "lt": "ne nėra niekada be",
    "lv": "ne nav nekad bez",
}
# Danish and Norwegian are taken for each other in short texts.
_SCANDINAVIAN = dict.fromkeys(("da", "nb", "nn", "no"), "ikke ingen intet aldrig aldri uden uten")
_BY_LANGUAGE = {code: frozenset(words.split()) for code, words in (_DENYING | _SCANDINAVIAN).items()}
#: Where nothing tells the language of a label: that of the six in which we speak with people.
_ANY = frozenset[str]().union(*(_BY_LANGUAGE[code] for code in ("en", "da", "de", "nl", "sv", "nb")))
_OF_A_NOUN = frozenset(
    ["without", "uden", "ohne", "zonder", "utan", "uten", "ilman", "sans", "sin", "senza", "sem", "bez", "ilma", "be"]
)
_WITH = frozenset(["with", "med", "mit", "met", "avec", "con", "com"])
_NONE = frozenset(["no", "ingen", "intet", "kein", "keine", "keinen", "keinem", "keiner", "geen", "inget", "inga"])
_AND = frozenset(["and", "und", "og", "och", "et", "y"])
# "Not only pumps", "not above 40 dB", "utan även", "uden for Danmark": these deny nothing.
_UNDONE_BY = frozenset(
    [
        "only",
        "just",
        "merely",
        "more",
        "less",
        "later",
        "above",
        "over",
        "beyond",
        "longer",
        "exceed",
        "exceeding",
        "nur",
        "bloß",
        "mehr",
        "weniger",
        "über",
        "länger",
        "überschreiten",
        "kun",
        "bare",
        "blot",
        "mere",
        "mindre",
        "mer",
        "højere",
        "længere",
        "overskride",
        "overstige",
        "for",
        "alleen",
        "slechts",
        "meer",
        "minder",
        "boven",
        "langer",
        "hoger",
        "bara",
        "endast",
        "även",
        "också",
        "över",
        "högre",
        "längre",
        "överstiga",
        "seulement",
        "solo",
        "sólo",
        "solamente",
        "soltanto",
        "apenas",
        "vain",
    ]
)
# What stands with one of these is denied without a denying word: "PFAS-free", "frei von PFAS", "kemikaliefri".
_FREE = re.compile(r"(?:\b|\w)(?:free|frei\w{0,2}|fri|frit|fritt|vrij|libre|libero|livre)\b")
_ENGLISH_SHORT = re.compile(r"n['’]t\b")
_CLAUSE_ENDS = re.compile(
    r"(?<!\d),|,(?!\d)|[;:!?()–—…]|\.(?!\w)|\s-\s|\b(?:but|however|aber|sondern|men|maar|mais|pero|mutta|ale|lecz)\b"
)


def told_apart(text: str, language: str | None) -> tuple[list[str], list[str]]:
    """List the lower-case words that a text claims, and those that it denies.

    "Free" and its like deny whatever stands with them: then every word is in both lists.
    """
    text = normal(text)
    words = words_of(text)
    denying = _BY_LANGUAGE.get(language, frozenset[str]()) if language else _ANY
    if language == "en" or not language:
        text = _ENGLISH_SHORT.sub(" not", text)
    if not denying.isdisjoint(words_of(text)):
        claimed, denied = list[str](), list[str]()
        for clause in _CLAUSE_ENDS.split(text):
            here = words_of(clause)
            reached = _reached(here, denying)
            claimed += [word for at, word in enumerate(here) if at not in reached]
            denied += [word for at, word in enumerate(here) if at in reached]
        return claimed, denied
    return words, words if _FREE.search(text) else []


def _reached(words: list[str], denying: frozenset[str]) -> set[int]:
    """Return the places of the words of one clause that are denied."""
    found: set[int] = set()
    for at, word in enumerate(words):
        following = words[at + 1 :]
        if word not in denying or (following and following[0] in _UNDONE_BY):
            continue
        if word in _OF_A_NOUN or (word in _NONE and at > 0 and words[at - 1] in _WITH):
            reach = min(_SHORT_REACH, len(following))
        elif word in _NONE:
            reach = next((n for n, other in enumerate(following) if other in _AND), len(following))
        elif len(following) <= _CLOSING:
            return set(range(len(words)))
        else:
            reach = len(following)
        found.update(range(at + 1, at + 1 + reach))
    return found
