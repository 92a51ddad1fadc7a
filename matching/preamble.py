"""What a text says of the asking rather than of what is asked for: "We are looking for a company that can …".

Profiles that look, need and seek something themselves, and "two water companies" among somebody's references, would be
found by such words, which are rare in a directory and so would count for much.
"""

from __future__ import annotations

import re

from matching.words import words_of

# For each language: who asks and how; what kind of help is meant; how what is asked for is joined to it. Only the first
# must be there. A phrase begins a sentence, so that "a sensor that we need for pumps" keeps all of its words.
_PHRASES = {
    "en": (
        r"(?:we|i)(?: are|['’]re| am)?(?: now| currently| urgently| also)? (?:looking|searching) for"
        r"|(?:we|i) (?:now |also )?(?:look for|seek|need|want|wish|would like)(?: to (?:find|buy|have|know|hear from))?"
        r"|(?:looking|searching) for|seeking|wanted|in search of|(?:is|are) there|do you know"
        r"|does any(?:one|body) (?:know|offer|sell|make|have)|who (?:can|could|offers|sells|makes|has|knows)",
        r"compan(?:y|ies)|firms?|suppliers?|providers?|vendors?|partners?|smes?|start-?ups?|some(?:one|body)"
        r"|any(?:one|body)|solutions?|technolog(?:y|ies)",
        r"an?|any|some|one|the|new|innovative|local|small|experienced|european|that|which|who|to|for|of|can|could|will"
        r"|offers?|provides?|suppl(?:y|ies)|helps?|us",
    ),
    "de": (
        r"(?:wir|ich) (?:suchen?|brauchen?|benötigen?|wünschen?|möchten?)|gesucht(?: (?:wird|werden))?|gibt es"
        r"|wer (?:kann|bietet|hat|kennt|macht)|auf der suche nach",
        r"firm(?:a|en)|unternehmen|betriebe?|anbietern?|lieferanten|herstellern?|partnern?|kmu|start-?ups?"
        r"|jemand(?:en)?|lösung(?:en)?|technologien?",
        r"eine?[nr]?|nach|neuen?|innovativen?|erfahrenen?|die|der|das|den|welche[rs]?|für|zu[mr]?|von|kann|können|uns",
    ),
    "da": (
        r"(?:vi|jeg) (?:søger|leder efter|mangler|behøver|ønsker|vil gerne(?: have| finde)?|har brug for)|søges"
        r"|findes der|er der|hvem (?:kan|tilbyder|har|kender)",
        r"virksomhed(?:er)?|firma(?:er)?|leverandør(?:er)?|udbydere?|partnere?|smv(?:er)?|start-?ups?|nogen"
        r"|løsning(?:er)?|teknologi(?:er)?",
        r"en|et|nye?|innovativ[et]?|erfar(?:en|ne)|de[rtn]?|som|til|for|af|kan|tilbyder|leverer|hjælper|os",
    ),
    "nb": (
        r"(?:vi|jeg) (?:søker|leter etter|ser etter|mangler|trenger|ønsker|vil gjerne(?: ha| finne)?|har behov for)"
        r"|søkes|finnes det|er det|hvem (?:kan|tilbyr|har|kjenner)",
        r"bedrift(?:er)?|selskap(?:er)?|firma(?:er)?|leverandør(?:er)?|tilbydere?|partnere?|smb(?:er)?|start-?ups?|noen"
        r"|løsning(?:er)?|teknologi(?:er)?",
        r"en|et|ei|nye?|innovativ[et]?|erfar(?:en|ne)|de[tn]?|som|til|for|av|kan|tilbyr|leverer|hjelper|oss",
    ),
    "sv": (
        r"(?:vi|jag) (?:söker|letar efter|ser efter|saknar|behöver|önskar|vill (?:ha|hitta)|skulle vilja)|sökes"
        r"|finns det|vem (?:kan|erbjuder|har|känner)",
        r"företag|bolag|firm(?:a|or)|leverantör(?:er)?|partner|start-?ups?|någon|lösning(?:ar)?|teknik(?:er)?",
        r"en|ett|nya?|innovativ[at]?|erfar(?:en|na)|de[nt]?|som|till|för|av|kan|erbjuder|levererar|hjälper|oss",
    ),
    "nl": (
        r"(?:wij|we|ik) (?:zoeken?|hebben|heb|willen|wil|wensen)(?: graag)?(?: naar)?|gezocht|op zoek naar"
        r"|bestaat er|is er|wie (?:kan|biedt|heeft|kent)",
        r"bedrij(?:f|ven)|firma(?:'s)?|leveranciers?|aanbieders?|partners?|mkb|start-?ups?|iemand|oplossing(?:en)?"
        r"|technologie(?:ën)?",
        r"een|naar|nieuwe?|innovatieve?|ervaren|die|dat|welke|voor|om|van|te|kan|kunnen|biedt|levert|helpt|ons",
    ),
}
_BEGINS = r"(?:^|(?<=[.!?:;\n]))[\s\-–*•]{0,8}"
_NEXT = r"[\s,]{1,3}"
_PREAMBLE = re.compile(
    "|".join(
        rf"{_BEGINS}(?:{asking})\b:?(?:{_NEXT}(?:{joining})\b)*(?:{_NEXT}(?:{kind})\b(?:{_NEXT}(?:{joining})\b)*)?"
        for asking, kind, joining in _PHRASES.values()
    ),
    re.IGNORECASE,
)


def without_preamble(text: str) -> str:
    """Return a text without the phrases that only ask; whole if nothing else is in it."""
    rest = _PREAMBLE.sub(" ", text)
    return rest if words_of(rest) else text
