import threading
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Document, ProfileIndex, Query

PROFILES = [
    ("water", "Membranes for water", "We remove microplastics from waste water with ceramic membranes."),
    ("heat", "Heat pumps", "High-temperature heat pumps recover waste heat in dairies and breweries."),
    ("sol", "Solceller", "Vi leverer solceller og batterier til landbruget og til kommunale bygninger."),
    ("bau", "Holzbau", "Wir entwickeln Bauteile aus Holz für die Sanierung von Gebäuden und für den Neubau."),
    ("afval", "Afvalverwerking", "Wij verwerken het organisch afval van de supermarkten tot biogas en compost."),
]

VOCABULARY = (
    "water pumps pump heat biogas membrane membranes waste wind vindmølle windenergie the of and og und solar "
    "solceller abfall Abfälle kompost energy energie plastic plastik x1 é 🌊 ... b2b"
)
WORDS = st.sampled_from(VOCABULARY.split())
TEXTS = st.lists(WORDS, max_size=12).map(" ".join)
ROWS = st.lists(st.tuples(st.sampled_from("abcdefgh"), TEXTS, TEXTS), max_size=12)


@pytest.fixture
def index():
    return ProfileIndex.build(PROFILES)


def test_a_profile_is_found_by_its_words(index: ProfileIndex):
    assert index.search("microplastics in waste water", 3)[0][0] == "water"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("heat pump for a brewery", "heat"),  # another form of the word, in English
        ("en solcelle til bygningen", "sol"),  # in Danish
        ("Bauteil für die Sanierung", "bau"),  # in German
        ("Holzbauteile", "bau"),  # one compound for two words
        ("micorplastics", "water"),  # two letters swapped
        ("membrnaes", "water"),
    ],
)
def test_inflected_compound_and_misspelt_words_find_their_profile(index: ProfileIndex, text: str, expected: str):
    assert index.search(text, 1)[0][0] == expected


@pytest.mark.parametrize("typo", ["micorplastics", "ceramc", "micropalstics"])
def test_a_misspelt_word_counts_as_the_word_it_meant(index: ProfileIndex, typo: str):
    assert index.rank(Query(typo), 1)[0].sub_scores["words"] == pytest.approx(0.8)


def test_a_short_word_with_one_slip_is_understood_too():
    index = ProfileIndex.build([("a", "Vind", "Vindmøller"), ("b", "Vand", "Vandrensning")])
    assert index.search("vnad", 1)[0][0] == "b"


def test_scores_fall_and_lie_between_zero_and_one(index: ProfileIndex):
    scores = [score for _, score in index.search("heat and water", 5)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_equal_profiles_are_ordered_by_id():
    index = ProfileIndex.build([(key, "Pumps", "Pumps for water") for key in ("c", "a", "b")])
    assert [key for key, _ in index.search("pumps", 2)] == ["a", "b"]


def test_a_later_row_replaces_an_earlier_one_of_the_same_id():
    index = ProfileIndex.build([("a", "Wind turbines", ""), ("a", "Biogas plants", "")])
    assert len(index) == 1
    assert index.search("wind turbines", 5) == []
    assert index.search("biogas", 5)[0][0] == "a"


def test_a_removed_profile_is_gone_at_once_and_removing_it_again_is_no_error(index: ProfileIndex):
    index.remove("water")
    index.remove("water")
    assert "water" not in index
    assert "water" not in [key for key, _ in index.search("microplastics in waste water", 10)]


def test_an_added_profile_is_found_at_once_in_a_large_index():
    index = ProfileIndex.build((str(n), f"Firm {n}", f"We make part number {n} of pumps") for n in range(400))
    index.add("new", "Electrolysers", "Hydrogen from surplus wind power by alkaline electrolysis")
    assert index.search("alkaline electrolysis", 1)[0][0] == "new"
    assert index.search("alkaline electrolisys", 1)[0][0] == "new"
    assert index.rank(Query("alkaline electrolysis"), 1)[0].sub_scores["spelling"] > 0.2
    index.remove("new")
    assert index.search("alkaline electrolysis", 500) == [] or "new" not in dict(index.search("electrolysis", 500))


@pytest.mark.parametrize("text", ["", " ", "🌊🌊🔥", "...", "x", "\x00\u202e", "2"])
def test_a_text_without_words_finds_nothing(index: ProfileIndex, text: str):
    assert index.search(text, 5) == []
    assert index.rank(Query(title=text), 5) == []


def test_one_word_is_a_query(index: ProfileIndex):
    assert index.search("biogas", 1)[0][0] == "afval"


def test_eight_thousand_characters_are_a_query(index: ProfileIndex):
    text = ("ceramic membranes hold back microplastics " * 200)[:8000]
    assert index.search(text, 1)[0][0] == "water"


def test_a_language_without_a_stemmer_is_matched_by_its_words():
    index = ProfileIndex.build([("is", "Jarðhiti", "Við borum eftir jarðhita á Íslandi"), ("jp", "水", "水処理 膜")])
    assert index.search("jarðhita", 1)[0][0] == "is"
    assert index.search("水処理", 1)[0][0] == "jp"


def test_a_very_long_run_of_letters_is_no_trouble(index: ProfileIndex):
    index.add("long", "a" * 5000, "b" * 8000)
    assert index.search("a" * 8000, 1)[0][0] == "long"


@pytest.mark.parametrize("rows", [[], [("only", "Pumps", "We make pumps")], [("empty", "", "")], [("e", "🌊", "...")]])
def test_tiny_directories_answer(rows: list[tuple[str, str, str]]):
    index = ProfileIndex.build(rows)
    found = index.search("pumps for water", 5)
    assert [key for key, _ in found] == [key for key, title, _ in rows if title == "Pumps"]
    assert index.rank(Query("pumps", must_haves=("water",)), 5) is not None


def test_profiles_without_text_do_not_disturb_the_others(index: ProfileIndex):
    index.add("blank", "", "")
    assert index.search("microplastics", 1)[0][0] == "water"


def test_a_limit_below_one_finds_nothing(index: ProfileIndex):
    assert index.search("water", 0) == []
    assert index.rank(Query("water"), -1) == []


def test_what_is_sought_is_no_competence():
    index = ProfileIndex.of(
        [
            Document("maker", "A", {"solutions": "Electrolysers for ships"}),
            Document("seeker", "B", {"solutions": "Ferries", "sought": "Electrolysers for ships"}),
        ]
    )
    found = index.rank(Query("Electrolysers for ships", must_haves=("electrolysers",)), 5)
    assert found[0].id == "maker"
    assert all(candidate.id != "seeker" or candidate.missing == ("electrolysers",) for candidate in found)


@pytest.mark.parametrize("allow", [{"heat", "bau"}, lambda key: key in ("heat", "bau")])
def test_hard_rules_hold_before_the_cut(index: ProfileIndex, allow: Any):
    found = index.rank(Query("Bauteile aus Holz, waste water, waste heat"), 2, allow=allow, exclude=("bau",))
    assert [candidate.id for candidate in found] == ["heat"]


def test_a_rule_that_passes_few_of_many_still_fills_the_list():
    index = ProfileIndex.build((f"{n:04}", "Pumps", f"Pumps of kind {n}") for n in range(1500))
    found = index.rank(Query("pumps"), 3, allow=lambda key: key >= "1497")
    assert {candidate.id for candidate in found} == {"1497", "1498", "1499"}


def test_covering_more_must_haves_lifts_a_candidate():
    index = ProfileIndex.of(
        [
            Document("one", "Filters", {"solutions": "Sand filters. Sand filters for pools."}),
            Document("both", "Filters", {"solutions": "Sand filters for pools. Remote monitoring by radio."}),
        ]
    )
    query = Query("Sand filters", must_haves=("sand filters", "remote monitoring"))
    first, second = index.rank(query, 2)
    assert (first.id, first.missing, first.sub_scores["competences"]) == ("both", (), 1.0)
    assert (second.id, second.missing, second.sub_scores["competences"]) == ("one", ("remote monitoring",), 0.5)


def test_candidates_tell_language_country_and_four_sub_scores():
    index = ProfileIndex.of(
        [Document("a", "Solceller", {"summary": "Vi leverer solceller til landbruget"}, None, "DK")]
    )
    (found,) = index.rank(Query("solceller til landbruget"), 1)
    assert (found.language, found.country) == ("da", "DK")
    assert set(found.sub_scores) == {"words", "spelling", "title", "competences"}
    assert all(0 <= value <= 1 for value in found.sub_scores.values())


def test_a_profile_is_read_in_the_language_of_its_text_rather_than_that_of_its_form():
    said = "Wir entwickeln Filter für Abwasser und suchen einen Partner mit einer Pilotanlage in Bremen."
    index = ProfileIndex.of(
        [
            Document("1", "Klarwerk", {"summary": said}, language="da"),
            Document("2", "Biofilter", {"skills": "biofilter\nmembraner"}, language="da"),
            Document("3", "Jarðhiti", {"summary": "Við borum og dælum; it is the way to do this for all of us."}, "is"),
        ]
    )
    assert [index.language(key) for key in ("1", "2", "3", "4")] == ["de", "da", "is", None]
    assert [one.id for one in index.rank(Query("Abwasserfilter gesucht"), 1)] == ["1"]


def test_the_index_counts_its_languages(index: ProfileIndex):
    assert index.languages() == {"en": 2, "da": 1, "de": 1, "nl": 1}
    index.remove("bau")
    assert index.languages() == {"en": 2, "da": 1, "nl": 1}


@settings(deadline=None, max_examples=60)
@given(rows=ROWS, removed=st.sets(st.sampled_from("abcdefgh")), query=TEXTS)
def test_adding_and_removing_equals_building_anew(rows: list[tuple[str, str, str]], removed: set[str], query: str):
    grown = ProfileIndex.build(rows[: len(rows) // 2])
    for row in rows[len(rows) // 2 :]:
        grown.add(*row)
    for key in removed:
        grown.remove(key)
    kept = {key: (key, title, text) for key, title, text in rows if key not in removed}
    fresh = ProfileIndex.build(kept.values())
    assert_same(grown.search(query, 10), fresh.search(query, 10))


@settings(deadline=None, max_examples=15)
@given(rows=ROWS, removed=st.sets(st.sampled_from("abcdefgh")), query=TEXTS)
def test_a_refreshed_large_index_equals_one_built_anew(rows: list[tuple[str, str, str]], removed: set[str], query: str):
    base = [(f"n{n}", "", f"pumps energy {n}") for n in range(300)]
    grown = ProfileIndex.build(base)
    for row in rows:
        grown.add(*row)
    for key in removed:
        grown.remove(key)
    grown.refresh()
    kept = {key: (key, title, text) for key, title, text in rows if key not in removed}
    fresh = ProfileIndex.build([*base, *kept.values()])
    assert_same(grown.search(query, 400), fresh.search(query, 400))


def assert_same(one: list[tuple[str, float]], other: list[tuple[str, float]]):
    ours, theirs = dict(one), dict(other)
    assert ours.keys() == theirs.keys()
    # Sums of 32-bit numbers depend a little on their order.
    assert all(ours[key] == pytest.approx(theirs[key], abs=1e-4) for key in ours)


def test_readers_work_on_while_one_writes(index: ProfileIndex):
    troubles = []
    stop = threading.Event()

    def read():
        while not stop.is_set():
            try:
                found = index.rank(Query("heat pumps and water", must_haves=("heat pumps",)), 5)
                assert len({candidate.id for candidate in found}) == len(found)
            except Exception as trouble:
                troubles.append(trouble)
                return

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(120):
        index.add(
            f"n{number}", f"Heat pump {number}", f"We build heat pumps, kind {number}, for water and word{number}"
        )
        if number % 3 == 0:
            index.remove(f"n{number}")
    stop.set()
    for reader in readers:
        reader.join()
    assert troubles == []
    assert len(index) == len(PROFILES) + 80
