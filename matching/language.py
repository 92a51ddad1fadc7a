"""Which language a text is in, judged by its function words, and the stemmers that go with it.

Function words are the most frequent words of a language and nearly free of topic, so their relative counts tell the
language of a paragraph. Short labels often have none: then letters that only some languages use are asked, and if they
are silent too the answer is `None`, never a guess.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Protocol, cast

import Stemmer

from matching.words import words_of

_WORDS = {
    "en": "the of and to in is that for with as are on by be this from or an at which it we our can their have has "
    "not was were will but they its into than these also such been you your who what how more through where "
    "all any if used using between both there other while could should would must do does",
    "da": "og i at er en til af på for med det den som de et har fra der ikke vi vores kan eller også ved om skal "
    "bliver blive være deres sig hvor når efter over ud mellem samt både gennem hvis dette disse denne var sin "
    "hos kunne uden mod hvordan hvilke hvad",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er "
    "hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum zur oder durch unsere wir "
    "haben können sowie unter zwischen wurde kann diese dieser unser vom beim ohne ihre welche",
    "nl": "de het een van en in is dat op te zijn voor met die niet aan er om ook als bij maar naar uit dan door "
    "over of wordt worden onze wij kan kunnen hebben heeft deze dit zonder tussen hun tot werd onder zoals we "
    "waar hoe meer geen moet wat welke",
    "sv": "och i att det som en på är av för med till den har de inte om ett vi från men var sig så vår våra kan "
    "eller också vid ska blir vara deras där när efter över ut mellan samt både genom utan mot hur vilka vad "
    "detta dessa denna hos under finns",
    "nb": "og i å er en til av på for med det den som de et har fra ikke vi våre vår kan eller også ved om skal blir "
    "være deres seg hvor når etter over ut mellom samt både gjennom hvis dette disse denne var sin hos kunne "
    "uten mot hvordan hvilke hva",
    "fi": "ja on ei se että en oli hän ovat mutta myös kun niin jos tai sekä voi joka jotka ole kuin olla tämä "
    "mukaan sen ne meidän me voidaan kanssa sitä siitä tämän näiden mitä miten ilman välillä",
    "fr": "le la les de des du et en un une est que pour dans qui par sur au aux avec ce pas il ne se sont plus nous "
    "notre nos ou leur leurs cette ces être a ont été sans entre peut comme mais elle où afin ainsi quel "
    "quelles",
    "es": "el la los las de del y en un una es que por para con se su sus al lo como no más o son este esta estos "
    "estas nuestro nuestra ha han ser sin entre sobre puede también pero donde desde cuando qué cómo",
    "it": "il lo la i gli le di del della dei delle e in un una è che per con si non da al alla sono come più anche "
    "nel nella dal o su questo questa nostro nostra ha hanno essere senza tra può ma dove ed quali",
    "pt": "o a os as de do da dos das e em um uma é que por para com se no na nos nas ao não mais ou são este esta "
    "nosso nossa foi tem ser sem entre sobre pode também mas como pelo pela onde quais",
    "pl": "i w na z do się nie jest że o to od za przez dla po oraz jak są lub ze być który która które ich ma przy "
    "bez pod nad między także tym tego może nasz nasza nasze jakie",
    "cs": "a v na je se z do s že o k i pro za by jsou nebo jako po od který která které při také však ale jeho "
    "jejich může bez pod mezi byl být podle naše náš jaké",
    "et": "ja on ei et see ka oma kui mis ning või kes oli selle nende meie võib saab aga ilma vahel läbi nagu mida",
    "lt": "ir yra kad su iš į tai kaip bet arba per už nuo prie mūsų jų gali buvo taip pat kurie kuri be tarp",
    "lv": "un ir ar no uz par kā arī tas vai pie mūsu var bija kas kuri bez starp līdz pēc šo",
    "hu": "az és hogy nem van volt csak vagy ez azt már lesz kell mint amely között nélkül után által valamint "
    "számára illetve egyik",
    "ro": "și din în cu este pentru sau dar prin ale lui fi fost acest această către fără între după iar",
    "tr": "ve bir bu için ile olarak olan çok daha gibi kadar sonra değil veya arasında göre tarafından üzerinde",
    "el": "και το της την του στο στην για με από είναι που τα των δεν σε ένα μια ως ή οι τις στα μας χωρίς μεταξύ",
    "ru": "и в не на что с по для как из это от за при или но к также наш мы без между которые который быть",
}
FUNCTION_WORDS: dict[str, frozenset[str]] = {code: frozenset(words.split()) for code, words in _WORDS.items()}
"""Function words of every language that `detect` knows, by ISO 639-1 code."""

_LETTERS = {
    "da": frozenset("æø"),
    "nb": frozenset("æø"),
    "de": frozenset("ßüäö"),
    "sv": frozenset("äö"),
    "fi": frozenset("äö"),
    "fr": frozenset("èêçùœ"),
    "es": frozenset("ñ¿¡"),
    "it": frozenset("ìòù"),
    "pt": frozenset("ãõç"),
    "pl": frozenset("łąęśźż"),
    "cs": frozenset("řěůč"),
    "et": frozenset("õ"),
    "lt": frozenset("ėųį"),
    "lv": frozenset("āēīūģķļņ"),
    "hu": frozenset("őű"),
    "ro": frozenset("șțăî"),
    "tr": frozenset("ğış"),
    "el": frozenset("αβγδεζηθικλμνξοπρστυφχψω"),
    "ru": frozenset("бвгджзийлмнпстуфцчшщъыьэюя"),
}
_ENDINGS = {
    "de": ("ung", "ungen", "keit", "heit", "schaft", "lich", "isch"),
    "nl": ("heid", "ing", "lijk", "ij", "aat"),
    "en": ("tion", "ness", "ing", "ment", "ity"),
    "da": ("else", "ning", "hed", "arbejde", "mand", "erne"),
    "sv": ("ning", "het", "erna", "tion"),
    "fi": ("nen", "minen", "ssa", "ssä"),
    "fr": ("eur", "euse", "tion", "eux"),
    "pl": ("owy", "owa", "enie", "anie", "ość"),
}
_STEMMERS = {
    "en": "english",
    "da": "danish",
    "de": "german",
    "nl": "dutch",
    "sv": "swedish",
    "nb": "norwegian",
    "nn": "norwegian",
    "no": "norwegian",
    "fi": "finnish",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "pt": "portuguese",
    "pl": "polish",
    "cs": "czech",
    "et": "estonian",
    "lt": "lithuanian",
    "hu": "hungarian",
    "ro": "romanian",
    "ca": "catalan",
    "eu": "basque",
    "ga": "irish",
    "el": "greek",
    "ru": "russian",
    "tr": "turkish",
}
_LETTER_WEIGHT = 0.6
_MARGIN = 0.5
_CLEAR = 1.0
_ENOUGH = 4 - 1e-9
LABEL_BELOW = 5
"""Fewer words than these could be of any language: then what was told holds. "I am back" is taken for German."""

LANGUAGES = tuple(_WORDS)
"""The languages that `detect` knows; two that share all words heard (Danish and Norwegian) go by this order."""


def _owners() -> dict[str, dict[str, float]]:
    """Invert the word lists: a word votes for its languages, the less the more languages share it."""
    holders: dict[str, list[str]] = {}
    for code, words in _WORDS.items():
        for word in dict.fromkeys(words.split()):
            holders.setdefault(word, []).append(code)
    return {word: {code: len(codes) ** -0.5 for code in codes} for word, codes in holders.items()}


VOTES = _owners()
"""What every function word says for each of its languages."""


def clear(votes: float) -> bool:
    """Tell whether function words have said so much for the best language that letters and endings are not asked."""
    return votes >= _ENOUGH


def _votes(counts: Counter[str]) -> dict[str, float]:
    score: dict[str, float] = {}
    for word in counts.keys() & VOTES.keys():
        for code, weight in VOTES[word].items():
            score[code] = score.get(code, 0.0) + weight * counts[word]
    return score


def detect(words: Iterable[str]) -> str | None:
    """Name the language of lower-case `words` by ISO 639-1 code, or `None` where nothing tells it.

    The vote of a function word is divided among the languages that share it; letters and endings count only until
    function words have spoken clearly.
    """
    counts = Counter(words)
    score = _votes(counts)
    if not clear(max(score.values(), default=0.0)):
        _ask_letters([word for word in counts if word not in VOTES], score)
    if not score:
        return None
    best, second = [*sorted(score.values(), reverse=True), 0.0][:2]
    if best < (_CLEAR if best - second < 1e-9 else _MARGIN):
        return None
    return _best(score)


def _best(score: Mapping[str, float]) -> str:
    return max(score, key=lambda code: (round(score[code], 6), -LANGUAGES.index(code)))


def language_of(told: str | None, texts: Iterable[str]) -> str | None:
    """Name the language of texts of which one was told: what they say themselves goes first (`None`: nothing tells it).

    Forms are filled in with the language in which people are addressed, and written in another.
    """
    words = [word for text in texts for word in words_of(text)]
    if told in LANGUAGES:
        score = _votes(Counter(words))
        best = _best(score) if score else told
        return best if contradicts(len(words), score.get(best, 0.0), score.get(told, 0.0)) else told
    return told or detect(words)


def contradicts(words: int, best: float, told: float) -> bool:
    """Tell whether the votes for the best language are more than chance, against those for the one that was told."""
    return words >= LABEL_BELOW and best - told >= _CLEAR


def _ask_letters(words: list[str], score: dict[str, float]) -> None:
    for word in words[:60]:
        heard = [] if word.isascii() else [code for code, letters in _LETTERS.items() if not letters.isdisjoint(word)]
        if len(word) > 5:
            heard += [code for code, endings in _ENDINGS.items() if word.endswith(endings)]
        for code in heard:
            score[code] = score.get(code, 0.0) + _LETTER_WEIGHT / 2


def is_function_word(word: str, language: str | None = None) -> bool:
    """Tell whether a lower-case word carries no topic in `language` (in any known language for `None`)."""
    return word in FUNCTION_WORDS.get(language, ()) if language else word in VOTES


_lock = threading.Lock()


class _Stems(Protocol):
    def stemWords(self, words: list[str], /) -> list[str]: ...  # noqa: N802 - the library's name


@cache
def _stemmer(name: str) -> _Stems:
    return cast(_Stems, Stemmer.Stemmer(name))


def stems(words: list[str], language: str | None) -> list[str]:
    """Reduce lower-case words to their stems; a language without a stemmer (or `None`) leaves them as they are."""
    name = _STEMMERS.get(language or "")
    if name is None:
        return words
    with _lock:  # a Snowball stemmer keeps state: one thread at a time
        return _stemmer(name).stemWords(words)
