"""What a sentence claims and what it denies: "we do not offer pumps" is no proof of pumps.

A rule of thumb, as negation rules for short texts are: a denying word reaches forward to the end of its clause ("no"
to the next "and"), "without" and "with no" only over a few words. One of what is offered reaches back ("Pumps are not
sold", "Pumpen liefern wir nicht"), one of what something does not do does not ("Our pumps do not clog").
"""

from __future__ import annotations

import re

from matching.language import is_function_word
from matching.words import normal, word_set, words_of

_SHORT_REACH = 3
"""Words over which "without" reaches: a noun and what describes it."""

_LONGEST_REACH = 40
"""Words over which a denial reaches at most: no clause is longer, and a page of "no" costs no more than another."""

_DENYING = {
    "en": "no not cannot never neither nor none without",
    "de": "nicht kein keine keinen keinem keiner keines nie niemals weder ohne",
    "nl": "niet geen nooit noch zonder",
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
# The Scandinavian languages are taken for each other in short texts.
_SCANDINAVIAN = dict.fromkeys(
    ("da", "nb", "nn", "no", "sv"),
    "ikke ingen intet aldrig aldri hverken verken uden uten inte ej inget inga varken utan",
)
_BY_LANGUAGE = {code: word_set(words) for code, words in (_DENYING | _SCANDINAVIAN).items()}
#: Where nothing tells the language of a label: that of the six in which we speak with people.
_ANY = frozenset[str]().union(*(_BY_LANGUAGE[code] for code in ("en", "da", "de", "nl", "sv", "nb")))
# Who offers lacks what follows; who asks wants it.
_LACKING = word_set(
    "lack lacks lacking unable except instead fehlt fehlen außer statt ontbreekt ontbreken behalve saknar utom "
    "mangler undtagen unntatt"
)
_OF_A_NOUN = word_set(
    "except instead außer statt behalve utom undtagen unntatt without uden ohne zonder utan uten ilman sans sin senza "
    "sem bez ilma be"
)
_WITH = word_set("with med mit met avec con com")
_NONE = word_set("no ingen intet kein keine keinen keinem keiner geen inget inga")
_THAN = word_set("than als end dan än enn")
_AND = word_set("and und og och et y")
# A denial is undone by these before "than" ("not more than"), and not without it: "no longer", "nicht mehr".
_MORE = word_set("more mehr mere mer meer")
_LONGER = _MORE | word_set("longer länger længere langer längre lenger")
# "Not only pumps", "not above 40 dB", "utan även", "uden for Danmark": these deny nothing.
_UNDONE_BY = word_set(
    "only just merely less later above over beyond exceed exceeding nur bloß weniger über überschreiten kun bare blot "
    "mindre under unter højere overskride overstige for alleen slechts minder boven hoger bara endast även också över "
    "högre överstiga seulement que solo sólo solamente soltanto apenas só tylko vain ainoastaan"
)
# "No other company builds better pumps", "der er ingen bedre pumper", "no more leaks with our pumps".
_PRAISE = _MORE | word_set(
    "other others better besser bessere besseren besserer andere anderen anderer anderes ander beter betere bedre "
    "andre anden andet bättre annan annat andra"
)
# What stands with one of these is denied without a denying word: "PFAS-free", "frei von PFAS", "kemikaliefri".
_FREE_ALONE = re.compile(r"free|frei\w{0,2}|fri|fria|frie|frit|fritt|vrij|vrije|libre|libero|livre")
_FREE = re.compile(rf"\w*(?:{_FREE_ALONE.pattern})")
_FREE_OF = word_set("of from von for fra från van de di")
# "Haben wir nicht im Programm", "not part of our range": what stands before is meant.
_RANGE = word_set(
    "part range field business portfolio offer teil gebiet geschäft fach programm angebot sortiment unserem unserer "
    "unserm ons aanbod programma assortiment vores våra vårt vår sortimentet udvalg utvalg program"
)
# "Heat pumps are no longer available", "Wärmepumpen bieten wir nicht an", "varmepumper kan vi ikke levere": so too.
_OFFERED = word_set(
    "offered supplied sold provided delivered available included stocked produced manufactured made yet lieferbar "
    "verfügbar anbieten liefern herstellen verkaufen hergestellt angeboten verkauft levere tilbyde sælge fremstille "
    "lave leveres tilbydes sælges fremstilles tilgængelig tilby selge lage tilbys selges tilgjengelig leverera "
    "erbjuda sälja tillverka levereras erbjuds säljs tillverkas tillgänglig leveren aanbieden verkopen maken geleverd "
    "aangeboden verkocht leverbaar beschikbaar"
)
_OFFERING = word_set(
    "bieten biete liefern liefere haben führen machen bauen verkaufen stellen leverer tilbyder sælger laver "
    "fremstiller har tilbyr selger lager levererar erbjuder säljer tillverkar leveren bieden verkopen maken hebben "
    "doen kan können kunnen"
)
_WE = word_set("wir ich vi jeg jag wij we ik")
_YET = word_set("noch endnu ännu nog ennå")
# "No-dig" is a way of doing something, and "no-one" nobody in particular. "Non-toxic" denies one word.
_NO_HYPHEN = re.compile(r"\bno-(?=\w)")
_NON_HYPHEN = re.compile(r"\bnon-(?=\w)")
_NON = "non_"
# The Swedish "inte A utan B" denies A alone.
_NOT_BUT = re.compile(r"(\b(?:inte|ej|inga|ingen|inget)\b[^.;!?]*?)\butan\b")
_ENGLISH_SHORT = re.compile(r"n['’]t\b")
# In "no pumps, fans or valves" a comma ends nothing.
_LISTED = re.compile(
    r"(?<!\d),(?=(?:\s?[\w-]+(?:\s[\w-]+){0,2},){0,6}\s?[\w-]+(?:\s[\w-]+){0,2}\s(?:or|nor|oder|eller|of|noch)\s)"
)
_CLAUSE_ENDS = re.compile(
    r"(?<!\d),|,(?!\d)|[;:!?()–—…]|\.(?!\w)|\s-\s|\b(?:but|however|aber|sondern|men|maar|mais|pero|mutta|ale|lecz"
    r"|thanks to|dank|dankzij|takket være|takk være|tack vare|grâce à|dzięki)\b"
)


def told_apart(text: str, language: str | None) -> tuple[list[str], list[str]]:
    """List the lower-case words that a text claims, and those that it denies.

    "Free" and its like deny whatever stands with them: then every word is in both lists.
    """
    claimed, denied = _by_denials(text, language, _LACKING)
    return claimed, [*denied, *claimed] if any(map(_FREE.fullmatch, claimed)) else denied


def asked_apart(text: str, language: str | None) -> tuple[frozenset[str], frozenset[str]]:
    """Return the words that are asked for, and those that are asked to be absent: "without PFAS", "PFAS-free"."""
    words, denied = _by_denials(text, language)
    absent, small = set(denied), set[str]()
    for at, word in enumerate(words):
        if _FREE_ALONE.fullmatch(word):
            small.add(word)
            of = at + 1 < len(words) and words[at + 1] in _FREE_OF
            absent.update(words[at + 2 : at + 2 + _SHORT_REACH] if of else words[max(at - 1, 0) : at])
        elif _FREE.fullmatch(word):
            absent.add(word)
    return frozenset(words) - absent - small, frozenset(absent)


def _by_denials(text: str, language: str | None, besides: frozenset[str] = frozenset()) -> tuple[list[str], list[str]]:
    claimed, denied = _by_words(_NON_HYPHEN.sub(_NON, _NO_HYPHEN.sub("no", normal(text))), language, besides)
    opposites = [word for word in claimed if word.startswith(_NON)]
    if opposites:
        claimed = [word for word in claimed if not word.startswith(_NON)]
        denied = [*denied, *(word.removeprefix(_NON) for word in opposites)]
    return claimed, denied


def _by_words(text: str, language: str | None, besides: frozenset[str]) -> tuple[list[str], list[str]]:
    denying = besides | (_BY_LANGUAGE.get(language, frozenset[str]()) if language else _ANY)
    if language == "en" or not language:
        text = _ENGLISH_SHORT.sub(" not", text)
    words = words_of(text)
    if denying.isdisjoint(words):
        return words, []
    claimed, denied = list[str](), list[str]()
    if language == "sv":
        text = _NOT_BUT.sub(r"\1, ", text)
    for clause in _CLAUSE_ENDS.split(_LISTED.sub(" ", text)):
        here = words_of(clause)
        reached = _reached(here, denying)
        claimed += [word for at, word in enumerate(here) if at not in reached]
        denied += [word for at, word in enumerate(here) if at in reached]
    return claimed, denied


def _reached(words: list[str], denying: frozenset[str]) -> set[int]:
    """Return the places of the words of one clause that are denied."""
    found: set[int] = set()
    for at, word in enumerate(words):
        following = words[at + 1 : at + 1 + _LONGEST_REACH]
        if word not in denying or _is_undone(word, following):
            continue
        if word in _OF_A_NOUN or (word in _NONE and at > 0 and words[at - 1] in _WITH):
            reach = min(_SHORT_REACH, len(following))
        elif _reaches_back(words, at, following):
            return set(range(len(words)))
        elif word in _NONE:
            reach = next((n for n, other in enumerate(following) if other in _AND), len(following))
        else:
            reach = len(following)
        found.update(range(at + 1, at + 1 + reach))
    return found


def _reaches_back(words: list[str], at: int, following: list[str]) -> bool:
    """Tell whether a denial means what stands before it: what is not offered, and not what something does not do."""
    verb, we = ["", "", *words[:at]][-2:]
    if (verb in _OFFERING and we in _WE) or we in _YET:
        return True
    if not _OFFERED.isdisjoint(following[:_SHORT_REACH]):
        return True
    return bool(following) and all(other in _RANGE or is_function_word(other) for other in following)


def _is_undone(word: str, following: list[str]) -> bool:
    """Tell whether what follows a denial makes it none: "not only", and "not longer than", but not "no longer"."""
    first, second = [*following, "", ""][:2]
    if first in _UNDONE_BY or (first in _LONGER and second in _THAN):
        return True
    telling = next((other for other in following[:_SHORT_REACH] if not is_function_word(other)), "")
    return word in _NONE and not _PRAISE.isdisjoint((first, telling))
