import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Document, ProfileIndex, Query, evidence_in
from matching.evidence import segments

FIELDS = {
    "summary": "We are twelve engineers in Aarhus. Our membranes hold back microplastics below 100 µm.",
    "skills": "membrane design; pilot plants\n- remote monitoring",
    "sought": "A partner for certification",
}

TEXT = st.text(
    alphabet=st.one_of(st.sampled_from(list("abcdefg æøåéß.;|•-\n\t,!?…")), st.characters(codec="utf-8")), max_size=400
)
WORDY = st.lists(st.sampled_from(["membrane", "pump", "Pumper", "heat.", "\n-", "🌊", "und", "x;"]), max_size=60).map(
    " ".join
)


def test_each_must_have_is_proved_by_the_sentence_or_item_that_says_it():
    spans = evidence_in(FIELDS, ("Removes microplastics with membranes", "remote monitoring"))
    assert [(span.must_have, span.field, span.quote) for span in spans] == [
        (
            "Removes microplastics with membranes",
            "summary",
            "Our membranes hold back microplastics below 100 µm.",
        ),
        ("remote monitoring", "skills", "remote monitoring"),
    ]


def test_a_single_letter_with_a_full_stop_ends_no_sentence():
    fields = {"summary": "We find E. coli within an hour. The cartridge lasts four months."}
    (span,) = evidence_in(fields, ("detects E. coli within an hour",))
    assert span.quote == "We find E. coli within an hour."


def test_a_must_have_that_nothing_says_has_no_proof():
    assert evidence_in(FIELDS, ("hydrogen storage",)) == ()


def test_what_is_sought_proves_nothing():
    assert evidence_in(FIELDS, ("certification",)) == ()


def test_a_slip_of_the_pen_and_a_compound_still_prove():
    fields = {"solutions": "Wir bauen Wärmepumpenanlagen für Molkereien."}
    assert evidence_in(fields, ("Wärmepumpen",))[0].quote == "Wir bauen Wärmepumpenanlagen für Molkereien."
    assert evidence_in(fields, ("Wärmepumpenanlgaen",))[0].must_have == "Wärmepumpenanlgaen"


def test_numbers_are_never_taken_for_one_another():
    assert evidence_in({"evidence": "Certified to 1400011."}, ("1400012",)) == ()


def covers(text: str, must_have: str) -> bool:
    return bool(evidence_in({"summary": text}, (must_have,)))


@pytest.mark.parametrize(
    ("must_have", "said", "denied"),
    [
        ("dosing pumps", "We offer dosing pumps.", "We do not offer dosing pumps."),
        ("dosing pumps", "Not only dosing pumps, but valves too.", "We have never built dosing pumps."),
        ("dosing pumps", "Dosing pumps without electricity.", "No dosing pumps and no valves."),
        ("builds digesters", "We build digesters.", "We don't build digesters."),
        ("flow in pipes", "Sensors with no moving parts for flow in pipes.", "We are not at home with flow in pipes."),
        ("Dosierpumpen", "Wir liefern Dosierpumpen.", "Dosierpumpen bieten wir nicht an."),
        ("doseringspumper", "Vi leverer doseringspumper.", "Vi leverer ikke doseringspumper."),
        ("rør", "Vi leverer både pumper og rør.", "Vi leverer hverken pumper eller rør, men vi måler begge."),
        ("rør", "Vi lager alle slags rør.", "Vi leverer verken pumper eller rør, men vi måler begge."),
        ("pumpar", "Vi säljer både rör och pumpar.", "Vi säljer varken rör eller pumpar, men vi mäter båda."),
        ("leidingen", "Wij leggen alle leidingen.", "Wij leveren pompen noch leidingen, maar wij meten beide."),
        ("doseerpompen", "Wij leveren doseerpompen.", "Doseerpompen leveren wij niet."),
        ("valves", "We do supply pumps, fans and valves.", "We do not supply pumps, fans or valves."),
        ("Lüfter", "Wir machen Pumpen, Ventile und Lüfter.", "Wir machen keine Pumpen, Ventile oder Lüfter."),
        ("heat pumps", "Heat pumps that never freeze.", "Heat pumps are no longer available."),
        ("heat pumps", "Our heat pumps do not freeze.", "Heat pumps are currently not offered by us."),
        ("heat pumps", "We make heat pumps and not boilers.", "Everything except heat pumps."),
        ("Wärmepumpen", "Unsere Wärmepumpen vereisen nicht.", "Wärmepumpen stellen wir nicht mehr her."),
        ("varmepumper", "Vores varmepumper stopper aldrig.", "Varmepumper kan vi ikke levere i Norge."),
        ("warmtepompen", "Onze warmtepompen bevriezen niet.", "Behalve warmtepompen doen we alles."),
        ("doseringspumpar", "Vi levererar doseringspumpar.", "Vi levererar inga doseringspumpar."),
        ("doseringspumper", "Vi lager doseringspumper, ikke ventiler.", "Vi har aldri laget doseringspumper."),
        ("cleaning without chemicals", "Cleaning without chemicals.", "We sell cleaning chemicals."),
        ("cleaning without chemicals", "Chemical-free cleaning.", "Our cleaning needs few chemicals."),
        ("Reinigung ohne Chemikalien", "Reinigung ohne Chemikalien.", "Reinigung mit Chemikalien."),
        ("PFAS-free coating", "Coatings without PFAS.", "Coatings with PFAS."),
        ("chemikalienfreie Reinigung", "Reinigung ohne Chemikalien.", "Reinigung mit vielen Chemikalien."),
        ("heat recovery", "We are good at heat recovery.", "Heat recovery is not our field."),
        ("Ladesäulen", "Wir haben Ladesäulen im Programm.", "Ladesäulen haben wir nicht im Programm."),
        ("heat recovery", "Not longer than a day for heat recovery.", "We no longer offer heat recovery."),
        ("pipe repair", "No-dig pipe repair in cities.", "No pipe repair in cities."),
        ("non-corrosive coolants", "Our coolants are non-corrosive.", "Our coolants are corrosive."),
        ("biogas plants", "No other firm builds biogas plants so fast.", "We lack biogas plants."),
        ("biogas plants", "There are no better biogas plants.", "Our range lacks biogas plants."),
        ("biogas plants", "No more waste with our biogas plants.", "We no longer sell biogas plants."),
        ("biogas plants", "No gas is lost thanks to our biogas plants.", "We do not build biogas plants any more."),
        ("Biogasanlagen", "Kein Gas geht verloren dank Biogasanlagen.", "Biogasanlagen bauen wir nicht mehr."),
        ("Biogasanlagen", "Keine anderen Biogasanlagen sind so klein.", "Uns fehlen Biogasanlagen."),
        ("biogasanlæg", "Ingen gas går tabt takket være biogasanlæg.", "Vi mangler biogasanlæg."),
        ("biogasanlæg", "Der findes ingen bedre biogasanlæg.", "Vi bygger ikke længere biogasanlæg."),
        ("biogasinstallaties", "Er zijn geen betere biogasinstallaties.", "Biogasinstallaties bouwen wij niet meer."),
        ("biogasanläggningar", "Det finns inga bättre biogasanläggningar.", "Vi saknar biogasanläggningar."),
        ("biogassanlegg", "Ingen er bedre på biogassanlegg.", "Vi bygger ikke lenger biogassanlegg."),
        ("biogazownie", "Budujemy nie tylko biogazownie.", "Nie budujemy biogazowni."),
        ("méthaniseurs", "Nous ne vendons pas que des méthaniseurs.", "Nous ne vendons pas de méthaniseurs."),
        ("värmepumpar", "Vi säljer inte ventiler utan värmepumpar.", "Vi säljer inte värmepumpar utan ventiler."),
    ],
)
def test_what_a_sentence_denies_it_does_not_cover(must_have: str, said: str, denied: str):
    assert covers(said, must_have)
    assert not covers(denied, must_have)


@pytest.mark.parametrize("asked", ["We lack a digester", "Vi mangler en rådnetank", "Vi saknar en rötkammare"])
def test_who_asks_for_what_is_lacking_wants_it(asked: str):
    text = "We build a digester. Vi bygger en rådnetank. Vi bygger en rötkammare."
    assert covers(text, asked)
    assert evidence_in({"summary": text}, (), asked)


@pytest.mark.parametrize(
    ("must_have", "met", "missed"),
    [
        ("ISO 14001", "ISO 9001 and ISO 14001.", "Certified to ISO 9001."),
        ("ISO 14001", "ISO14001 certified", "ISO 1400 certified"),
        ("works at 90 degrees", "It works at 90 °C.", "It works at 20 degrees."),
        ("removes 99.5 % of PFAS", "It removes 99,5 % of PFAS.", "It removes 99 % of PFAS."),
        ("stores 10.000 m3", "It stores 10 000 m3.", "It stores 1000 m3."),
        ("methane slip below 0.5 percent", "Methane slip of 0.08 %.", "Methane slip of 0.8 %."),
        ("noise not above 45 dB", "Noise of 40 dB.", "Noise of 60 dB."),
        ("Lärm höchstens 45 dB", "Lärm von 40 dB.", "Lärm von 60 dB."),
        ("heat of 90 °C or more", "Heat up to 95 °C.", "Heat of 60 °C since 2019."),
        ("mindst 90 grader varme", "Varme på 95 grader.", "Varme på 60 grader siden 2019."),
        ("TRL 7 or higher technology", "TRL 8 technology.", "TRL 6 technology since 2019."),
        ("at least 3 references from utilities", "References from utilities.", "2 references from utilities."),
        ("temperatures up to 200 °C", "Temperatures up to 350 °C.", "Temperatures up to 80 °C."),
        ("Wärmepumpen bis 90 °C", "Wärmepumpen bis 120 °C.", "Wärmepumpen bis 55 °C."),
        ("heat at 90 °C", "Heat of up to 95 °C.", "Heat of up to 60 °C."),
        ("works at 60 °C", "It works from 20–90 °C.", "It works from 20–50 °C."),
        ("heat pumps from 10 to 50 kW", "Heat pumps from 5 to 60 kW.", "Heat pumps from 100 to 600 kW."),
        ("TRL 7-9 sensors", "TRL 8 sensors.", "TRL 5 sensors."),
        ("at least 10 years of experience", "15 years of experience.", "5 years of experience."),
        ("mesh of 0.125 mm", "A mesh of 0,125 mm.", "A mesh of 125 mm."),
        ("CO2 capture from flue gas", "We capture CO₂ from flue gas.", "We sell gas."),
    ],
)
def test_another_number_than_the_one_asked_for_covers_nothing(must_have: str, met: str, missed: str):
    assert covers(met, must_have)
    assert not covers(missed, must_have)


@pytest.mark.parametrize("asked", ["the and of with", "IT", "og i at er"])
def test_who_asks_for_small_words_only_is_shown_nobody(asked: str):
    text = "The best of it is buried, and we dig with care: et og i at er."
    assert evidence_in({"summary": text}, (), asked) == ()


def test_the_language_that_is_known_goes_before_what_a_single_word_tells():
    index = ProfileIndex.of([Document("1", "Coats", {"summary": "Our coating is non-toxic."}, language="en")])
    (found,) = index.rank(Query("Coating", must_haves=("non-toxic coating",), language="en"), 1)
    assert found.missing == ()


def test_without_must_haves_the_closest_sentences_are_quoted():
    spans = evidence_in(FIELDS, (), "engineers who know membranes")
    assert spans
    assert all(span.must_have is None for span in spans)


def test_fields_without_words_have_no_evidence():
    assert evidence_in({}, ("pumps",), "pumps") == ()
    assert evidence_in({"summary": "", "skills": "🌊 … -"}, ("pumps", ""), "pumps") == ()


def test_a_sentence_that_never_ends_is_quoted_in_parts():
    text = "membrane " * 200
    parts = list(segments(text))
    assert len(parts) > 1
    assert all(end - start <= 300 for start, end in parts)
    assert "".join(text[start:end] for start, end in parts).replace(" ", "") == text.replace(" ", "")


@settings(deadline=None)
@given(text=TEXT, listed=st.booleans())
def test_segments_lose_no_letter_and_do_not_overlap(text: str, listed: bool):
    last, kept = 0, ""
    for start, end in segments(text, is_list=listed):
        assert last <= start < end <= len(text)
        last = end
        kept += text[start:end]
    assert [ch for ch in text if ch.isalpha()] == [ch for ch in kept if ch.isalpha()]


@settings(deadline=None)
@given(
    fields=st.dictionaries(st.sampled_from(["summary", "skills", "answer", "sought"]), st.one_of(TEXT, WORDY)),
    must_haves=st.lists(st.one_of(TEXT, WORDY), max_size=3),
    query=st.one_of(TEXT, WORDY),
)
def test_every_quote_is_a_slice_of_its_field(fields: dict[str, str], must_haves: list[str], query: str):
    for span in evidence_in(fields, must_haves, query):
        assert span.field != "sought"
        assert span.quote
        assert span.quote == fields[span.field][span.start : span.end]
        assert span.must_have is None or span.must_have in must_haves


@settings(deadline=None, max_examples=40)
@given(title=WORDY, summary=st.one_of(TEXT, WORDY), wanted=WORDY, must_have=WORDY)
def test_every_candidate_quotes_what_is_stored_and_accounts_for_every_must_have(
    title: str, summary: str, wanted: str, must_have: str
):
    document = Document("a", title, {"summary": summary})
    stored = {"title": title, "summary": summary}
    for found in ProfileIndex.of([document]).rank(Query(wanted, must_haves=(must_have,)), 5):
        proved = {span.must_have for span in found.evidence if span.must_have is not None}
        assert proved | set(found.missing) == {must_have}
        assert not proved & set(found.missing)
        assert all(span.quote == stored[span.field][span.start : span.end] for span in found.evidence)
