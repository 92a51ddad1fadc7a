import pytest

from matching.language import detect, language_of, stems
from matching.words import words_of


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "We develop filters for waste water and are looking for a partner with a pilot plant."),
        ("da", "Vi udvikler filtre til spildevand og søger en partner, der ikke er bange for et pilotanlæg."),
        ("de", "Wir entwickeln Filter für Abwasser und suchen einen Partner mit einer Pilotanlage."),
        ("nl", "Wij ontwikkelen filters voor afvalwater en zoeken een partner met een proefinstallatie."),
        ("sv", "Vi utvecklar filter för avloppsvatten och söker en partner som har en pilotanläggning."),
        (
            "nb",
            "Vi utvikler filtre for avløpsvann og søker en partner som ikke er redd for å bygge noe nytt etter planen.",
        ),
        ("fi", "Kehitämme suodattimia ja etsimme kumppania, joka voi rakentaa laitoksen, mutta se ei ole helppoa."),
        ("fr", "Nous développons des filtres pour les eaux usées et cherchons un partenaire dans la région."),
        ("es", "Desarrollamos filtros para las aguas residuales y buscamos un socio con una planta piloto."),
        ("it", "Sviluppiamo filtri per le acque reflue e cerchiamo un partner con un impianto nella regione."),
        ("pl", "Opracowujemy filtry do ścieków i szukamy partnera, który nie boi się budowy instalacji."),
        ("hu", "Szűrőket fejlesztünk a szennyvíz tisztítására, és olyan partnert keresünk, amely nem fél az újtól."),
        ("ro", "Dezvoltăm filtre pentru ape uzate și căutăm un partener care nu se teme de o instalație pilot."),
        ("tr", "Atık su için filtreler geliştiriyoruz ve pilot tesisi olan bir ortak arıyoruz."),
        ("el", "Αναπτύσσουμε φίλτρα για τα λύματα και αναζητούμε έναν συνεργάτη με πιλοτική μονάδα."),
        ("ru", "Мы разрабатываем фильтры для сточных вод и ищем партнёра с опытной установкой."),
    ],
)
def test_a_sentence_tells_its_language(language: str, text: str):
    assert detect(words_of(text)) == language


@pytest.mark.parametrize("text", ["", "biogas", "🌊", "CO2 pH 42", "水処理 膜"])
def test_what_tells_no_language_is_not_guessed(text: str):
    assert detect(words_of(text)) is None


def test_a_text_speaks_for_itself_against_what_a_form_said():
    german = "Wir entwickeln Filter für Abwasser und suchen einen Partner mit einer Pilotanlage."
    assert language_of("da", (german,)) == "de"
    assert language_of("de", (german,)) == "de"
    assert language_of(None, (german,)) == "de"


@pytest.mark.parametrize("text", ["", "Biogas", "pilot in Porto", "ISO 14001 EN 1090 ATEX HVAC"])
def test_where_a_text_tells_nothing_what_was_said_holds(text: str):
    assert language_of("da", (text,)) == "da"
    assert language_of("is", (text,)) == "is"


def test_danish_and_norwegian_are_told_apart_only_by_what_tells_them_apart():
    both = "Vi måler temperatur i rør og er på vej til en ny løsning for det."
    assert language_of("nb", (both,)) == "nb"
    assert language_of("da", (both,)) == "da"
    assert language_of("da", ("Vi måler også etter at noen av våre kunder ikke har strøm uten avbrudd.",)) == "nb"


def test_words_of_a_language_without_a_stemmer_stay_as_they_are():
    assert stems(["jarðhita", "borum"], "is") == ["jarðhita", "borum"]
    assert stems(["pumps"], None) == ["pumps"]
    assert stems(["pumps"], "en") == ["pump"]


@pytest.mark.parametrize(
    ("said", "text"),
    [("en", "PE pipes, PE film, PE bottles and PE waste"), ("nb", "Sunt inneklima, sunt miljø, sunt bygg og sunt liv")],
)
def test_a_term_that_is_a_small_word_elsewhere_makes_no_text_foreign(said: str, text: str):
    assert language_of(said, (text,)) == said


def test_the_turkish_capital_with_a_dot_is_a_letter():
    assert words_of("İstanbul İŞLETME") == ["istanbul", "işletme"]
