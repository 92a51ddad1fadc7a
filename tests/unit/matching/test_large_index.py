"""What only shows in a large index: segments that are joined, a pool instead of all rows, room given back."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import matching.index
import matching.pool
from matching import Document, ProfileIndex, Query
from matching.packing import pack, unpack

STEMS = ("water", "heat", "solar", "wind", "wood", "steel", "sludge", "sensor", "valve", "pump", "turbine", "membrane")
ENDINGS = ("", "s", "ing", "works", "technik", "anlage")


def text_of(rng: random.Random, words: int) -> str:
    return " ".join(rng.choice(STEMS) + rng.choice(ENDINGS) for _ in range(words))


def profiles(number: int, seed: int = 1):
    rng = random.Random(seed)  # noqa: S311 - made-up texts
    return [(str(at), text_of(rng, 3), f"{text_of(rng, 25)} code{at}") for at in range(number)]


@pytest.fixture
def small_pools(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(matching.pool, "EXACT_UP_TO", 100)
    monkeypatch.setattr(matching.pool, "_POOL", 120)


def exactly(monkeypatch: pytest.MonkeyPatch, index: ProfileIndex, text: str):
    with monkeypatch.context() as patched:
        patched.setattr(matching.pool, "EXACT_UP_TO", 10**9)
        return index.search(text, 10)


@pytest.mark.usefixtures("small_pools")
@pytest.mark.parametrize("words", [1, 2, 5, 30, 120])
def test_a_pool_finds_what_scoring_every_row_finds(monkeypatch: pytest.MonkeyPatch, words: int):
    index = ProfileIndex.build(profiles(2000))
    rng = random.Random(words)  # noqa: S311 - made-up texts
    shared = 0
    for _ in range(20):
        text = text_of(rng, words)
        shared += len(dict(index.search(text, 10)).keys() & dict(exactly(monkeypatch, index, text)).keys())
    assert shared >= 190  # of 200


@settings(deadline=None, max_examples=50)
@given(
    heights=st.dictionaries(st.integers(0, 1999), st.sampled_from([0.1, 0.5, 0.9]) | st.floats(1, 9, width=32)),
    size=st.integers(1, 40),
)
def test_a_pool_holds_the_best_and_no_others_wherever_they_stand(heights: dict[int, float], size: int):
    scores = np.full(2000, 0.01, np.float32)
    scores[list(heights)] = list(heights.values())
    cuts = (slice(0, 700), slice(700, 2000))
    found = matching.pool._top([scores[cut] for cut in cuts], [np.ones(700, bool), np.ones(1300, bool)], size)  # pyright: ignore[reportPrivateUsage]
    edge = np.sort(scores)[-size]
    assert np.concatenate((found[0], found[1] + 700)).tolist() == np.flatnonzero(scores >= edge).tolist()


def test_the_best_of_a_pool_may_stand_one_in_each_stretch():
    scores = np.full(64 * 50, 0.01, np.float32)
    scores[::64] = np.arange(1, 51)
    found = matching.pool._top([scores], [np.ones(len(scores), bool)], 10)  # pyright: ignore[reportPrivateUsage]
    assert found[0].tolist() == list(range(64 * 40, 64 * 50, 64))


@pytest.mark.usefixtures("small_pools")
def test_a_compound_is_found_by_its_letters_in_a_large_index():
    index = ProfileIndex.build([*profiles(500), ("it", "Abwasserreinigungsanlagen", "Planung und Bau")])
    assert index.search("Abwasserreinigung", 3)[0][0] == "it"


@pytest.mark.usefixtures("small_pools")
def test_rules_hold_before_the_pool_is_chosen():
    index = ProfileIndex.build(profiles(600))
    wanted = {str(number) for number in range(590, 600)}
    found = index.rank(Query("pumps and membranes for water, sensors, valves"), 10, allow=wanted)
    assert {candidate.id for candidate in found} == wanted
    many = {str(number) for number in range(300)}
    assert {one.id for one in index.rank(Query("pumps for water"), 10, allow=many, exclude={"7"})} <= many - {"7"}


@pytest.mark.parametrize("pooled", [False, True])
def test_likeness_finds_profiles_that_share_no_word(monkeypatch: pytest.MonkeyPatch, *, pooled: bool):
    if pooled:
        monkeypatch.setattr(matching.pool, "EXACT_UP_TO", 100)
    index = ProfileIndex.build([*profiles(500), ("da", "Vandrensning", "Vi fjerner bakterier")])
    query = Query("Remove germs")
    assert "da" not in {one.id for one in index.rank(query, 5)}
    found = index.rank(query, 5, likeness={"da": 0.8, "3": 0.1, "gone": 0.9})
    assert found[0].id == "da"
    against = [one.id for one in index.rank(query, 5, likeness={"da": -0.4})]
    assert against == [one.id for one in index.rank(query, 5)]


def test_the_least_bad_has_no_high_score():
    index = ProfileIndex.build(profiles(300))
    assert all(score < 0.3 for _, score in index.search("quantum cryptography", 5))


def test_many_single_changes_leave_few_segments_and_no_removed_rows():
    index = ProfileIndex.build(profiles(300))
    for key, title, text in profiles(1500, seed=2):
        index.add(key, title, text)
    picture = index._picture  # pyright: ignore[reportPrivateUsage]
    assert picture is not None
    assert len(index) == 1500
    assert len(picture.segments) <= 12
    for _ in range(3):
        for key, title, text in profiles(1500, seed=3):
            index.add(key, title, text)
    assert sum(len(segment) for segment in index._picture.segments) <= 2 * 1500  # type: ignore[union-attr]


@settings(deadline=None, max_examples=25)
@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("put"), st.lists(st.integers(0, 40), min_size=1, max_size=20)),
            st.tuples(st.just("remove"), st.lists(st.integers(0, 40), min_size=1, max_size=5)),
        ),
        max_size=12,
    )
)
def test_any_history_ends_where_a_new_index_begins(steps: list[tuple[str, list[int]]]):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(matching.index, "LARGEST", 16)
        patched.setattr(matching.index, "_SMALLEST", 4)
        grown, kept = ProfileIndex(), dict[str, tuple[str, str, str]]()
        for version, (step, numbers) in enumerate(steps, 1):
            rows = {str(n): (str(n), *profiles(1, seed=100 * n + version)[0][1:]) for n in numbers}
            if step == "put":
                grown.put_many(Document(key, title, {"text": text}) for key, title, text in rows.values())
                kept |= rows
            else:
                for key in rows:
                    grown.remove(key)
                    kept.pop(key, None)
            assert {key for key, _ in grown.search("water wind steel pump heat wood", 100)} <= kept.keys()
            assert len(grown) == len(kept)
        grown.refresh()
        fresh = ProfileIndex.build(kept[key] for key in sorted(kept))
        ours, theirs = (dict(one.search("water pumps boiler", 100)) for one in (grown, fresh))
        assert ours.keys() == theirs.keys()
        assert all(ours[key] == pytest.approx(theirs[key], abs=1e-3) for key in ours)


@pytest.mark.parametrize("text", ["", "plain", "ø 水 🌊", "a\ud800b", 'quotes " and \\ and \n lines'])
def test_a_packed_document_comes_back_as_it_was(text: str):
    document = Document("7", text, {"summary": text, "skills": "a\nb"}, "da", None)
    assert unpack(pack(document)) == document


def test_codes_are_found_by_being_equal_only():
    index = ProfileIndex.build([("a", "Sensor PM25", "Measures PM25"), ("b", "Sensor PM10", "Measures PM10")])
    assert index.search("PM25", 5) == [("a", pytest.approx(1, abs=1))]
