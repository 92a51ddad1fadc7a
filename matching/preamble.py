"""What a text says of the asking rather than of what is asked for: "We are looking for a company that can …".

Profiles that look, need and seek something themselves, and "two water companies" among somebody's references, would be
found by such words, which are rare in a directory and so would count for much.
"""

from __future__ import annotations

import re

from matching.words import words_of

# For each language: who asks and how; how what is meant is joined to it; what describes the help that is meant, and
# what kind of help; how what is asked for is joined to that. Only the first must be there. A phrase begins a sentence,
# so that "a sensor that we need for pumps" keeps all of its words; "a supplier portal" and "a small pump" do so too.
_PHRASES = {
    "en": (
        r"(?:(?:we|i|our \w+|the \w+)(?: are| is|['’]re|['’]m| am)(?: now| currently| urgently| also)?"
        r" (?:looking|searching) for|(?:we|i) are (?:now |currently |urgently |also )?(?:seeking|in search of)"
        r"|(?:we|i) (?:now |also )?(?:look for|seek|need|want|wish|would like)"
        r"(?: to (?:find|buy|have|know|hear from)(?! out))?|(?:looking|searching) for|seeking|wanted|in search of"
        r"|(?:is|are) there|do you know|can any(?:one|body) (?:recommend|suggest)"
        r"|does any(?:one|body) (?:know|offer|sell|make|have)|who (?:can|could|offers|sells|makes|has|knows))",
        r"an?|any|some|the|to|for|of",
        r"new|innovative|local|small|experienced|reliable|european",
        r"compan(?:y|ies)|firms?|suppliers?|providers?|vendors?|partners?|smes?|start-?ups?|some(?:one|body)"
        r"|any(?:one|body)|solutions?|technolog(?:y|ies)",
        r"that|which|who|to|for|of|in|with|or|can|could|will|is|are|able|offers?|provides?|suppl(?:y|ies)|helps?|us",
    ),
    "de": (
        r"(?:(?:wir|ich) (?:suchen?|brauchen?|benötigen?|wünschen?|möchten?)(?: dringend| derzeit| aktuell)?"
        r"|(?:(?:wir|ich) (?:sind|bin) )?auf der suche nach|gesucht(?: (?:wird|werden))?|gibt es"
        r"|kenn(?:en sie|t ihr|t jemand)"
        r"|suchen?|wer (?:kann|bietet|hat|kennt|macht))",
        r"eine?[nrm]?|nach|die|der|das|den|für",
        r"neuen?|innovativen?|erfahrenen?",
        r"firm(?:a|en)|unternehmen|betriebe?|anbietern?|lieferanten|herstellern?|partnern?|kmu|start-?ups?"
        r"|jemand(?:en)?|lösung(?:en)?|technologien?",
        r"die|der|das|den|dem|welche[rs]?|für|zu[mr]?|von|oder|mit|kann|können|uns|bei[m]?|helfen|hilft",
    ),
    "da": (
        r"(?:(?:vi|jeg) (?:søger(?: efter)?|leder efter|mangler|behøver|ønsker|er på udkig efter"
        r"|vil gerne(?: have| finde)?|har brug for)|søges|søger|findes der|er der|kender (?:i|nogen)"
        r"|hvem (?:kan|tilbyder|har|kender))",
        r"en|et|de[rtn]?|til|for|at",
        r"nye?|innovativ[et]?|erfar(?:en|ne)",
        r"virksomhed(?:er)?|firma(?:er)?|leverandør(?:er)?|udbydere?|partnere?|smv(?:er)?|start-?ups?|nogen"
        r"|løsning(?:er)?|teknologi(?:er)?",
        r"der|som|til|for|at|af|med|eller|kan|tilbyder|leverer|hjælper?|os",
    ),
    "nb": (
        r"(?:(?:vi|jeg) (?:søker(?: etter)?|leter etter|ser etter|mangler|trenger|ønsker|er på jakt etter"
        r"|vil gjerne(?: ha| finne)?|har behov for)|søkes|finnes det|er det|kjenner (?:dere|noen)"
        r"|hvem (?:kan|tilbyr|har|kjenner))",
        r"en|et|ei|de[tn]?|til|for|å",
        r"nye?|innovativ[et]?|erfar(?:en|ne)",
        r"bedrift(?:er)?|selskap(?:er)?|firma(?:er)?|leverandør(?:er)?|tilbydere?|partnere?|smb(?:er)?|start-?ups?|noen"
        r"|løsning(?:er)?|teknologi(?:er)?",
        r"som|til|for|å|av|med|eller|kan|tilbyr|leverer|hjelper?|oss",
    ),
    "sv": (
        r"(?:(?:vi|jag) (?:söker(?: efter)?|letar efter|ser efter|saknar|behöver|önskar|är på jakt efter"
        r"|vill (?:ha|hitta)"
        r"|skulle vilja)|sökes|finns det|känner (?:ni|någon)|vem (?:kan|erbjuder|har|känner))",
        r"en|ett|de[nt]?|till|för|att",
        r"nya?|innovativ[at]?|erfar(?:en|na)",
        r"företag|bolag|firm(?:a|or)|leverantör(?:er)?|partner|start-?ups?|någon|lösning(?:ar)?|teknik(?:er)?",
        r"som|till|för|att|av|med|eller|kan|erbjuder|levererar|hjälp(?:a|er)|oss",
    ),
    "nl": (
        r"(?:(?:wij|we|ik) (?:zoeken?|hebben|heb|willen|wil|wensen)(?: graag)?"
        r"|(?:(?:wij|we|ik) (?:zijn|ben) )?op zoek naar|gezocht|bestaat er|is er"
        r"|ken(?:t u|nen jullie|t iemand)|wie (?:kan|biedt|heeft|kent))",
        r"een|naar|de|het|voor|om|te",
        r"nieuwe?|innovatieve?|ervaren",
        r"bedrij(?:f|ven)|firma(?:'s)?|leveranciers?|aanbieders?|partners?|mkb|start-?ups?|iemand|oplossing(?:en)?"
        r"|technologie(?:ën)?",
        r"die|dat|welke|voor|om|van|te|met|of|nodig|kan|kunnen|biedt|levert|helpt|helpen|ons",
    ),
}
_STARTS = re.compile(r"^|[.!?:;\n]")
_BEGINS = r"(?:[\s\-–*•(\"“„»«]|(?:hello|hi|hallo|hej|hei|hoi)\b[,!]?){0,8}"
_NEXT = r"[ \t,]{1,3}"
_ENDS = r"(?![\w-])"
_PREAMBLE = re.compile(
    "|".join(
        rf"{_BEGINS}{asking.replace(' ', ' {1,3}')}{_ENDS}:?(?:{_NEXT}(?:{article}){_ENDS})*"
        rf"(?:(?:{_NEXT}(?:{kind_of}|{kind}|{joining}){_ENDS}){{0,3}}{_NEXT}(?:{kind}){_ENDS}"
        rf"(?=[ \t]{{0,3}}(?:$|[.,:;!?\n]|(?:{joining}){_ENDS}))(?:{_NEXT}(?:{joining}){_ENDS})*)?"
        for asking, article, kind_of, kind, joining in _PHRASES.values()
    ),
    re.IGNORECASE,
)


def without_preamble(text: str) -> str:
    """Return a text without the phrases that only ask; whole if nothing else is in it."""
    parts: list[str] = []
    rest = 0
    for start in _STARTS.finditer(text):
        found = _PREAMBLE.match(text, start.end()) if start.end() >= rest else None
        if found:
            parts.append(text[rest : start.end()])
            rest = found.end()
    told = " ".join((*parts, text[rest:]))
    return told if words_of(told) else text
