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
