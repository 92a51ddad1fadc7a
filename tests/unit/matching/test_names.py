import pytest

from matching import NameBlocks, block_keys, name_key, similar_names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Grøn Vand ApS", "Gron Vand A/S"),
        ("Hanse Filter GmbH & Co. KG", "HANSE FILTER"),
        ("Delta Waterzuivering B.V.", "delta waterzuivering bv"),
    ],
)
def test_names_that_differ_in_form_only_have_one_key(one: str, other: str):
    assert name_key(one) == name_key(other)


def test_a_name_of_nothing_but_legal_forms_keeps_its_words():
    assert name_key("AB") == "ab"
    assert name_key("🌊") == ""


def test_near_duplicates_are_found_best_first():
    names = ["Nordic Membrane Systems ApS", "Nordisk Vind", "Nordic Membranes Systems", "Membrane Systems Nordic"]
    found = similar_names("Nordic Membrane Systems", names, 5)
    assert [one.name for one in found] == [
        "Membrane Systems Nordic",
        "Nordic Membrane Systems ApS",
        "Nordic Membranes Systems",
    ]
    assert found[0].likeness == 1.0 > found[-1].likeness


def test_other_numbers_are_other_companies():
    assert similar_names("Windpark 12", ["Windpark 13", "Windpark 12 GmbH"], 5)[0].name == "Windpark 12 GmbH"
    assert len(similar_names("Windpark 12", ["Windpark 13", "Windpark 12 GmbH"], 5)) == 1


def test_the_limit_holds_and_names_without_letters_resemble_nothing():
    assert len(similar_names("Pumps", ["Pumps AB", "Pumps AS", "Pumps BV"], 2)) == 2
    assert similar_names("", ["", "..."], 5) == []
    assert block_keys("🌊") == ()


@pytest.mark.parametrize(
    ("name", "typo"),
    [
        ("Nordic Membrane Systems", "Nrodic Membrane Systems"),
        ("Nordic Membrane Systems", "Nordic Membrane Sytsems"),
        ("Nordic Membrane Systems", "Nordic Mebmrane Systems"),
        ("Nordic Membrane Systems", "Membrane Systems Nordic"),
        ("Aquatech", "Aquatch"),
        ("Aqualine", "Aqualines"),
        ("Windkraft Nord", "Winkdraft Nord"),
    ],
)
def test_a_typing_slip_leaves_a_block_in_common(name: str, typo: str):
    assert set(block_keys(name)) & set(block_keys(typo))


def test_names_are_compared_as_they_come_with_those_seen_before():
    blocks = NameBlocks()
    for name in ("Nordic Membrane Systems ApS", "Baltic Wind OÜ", "Nordic Water"):
        blocks.add(name)
    assert [one.name for one in blocks.similar("Nordic Membrane Sytsems", 5)] == ["Nordic Membrane Systems ApS"]
    assert blocks.similar("Something Else", 5) == []
    assert blocks.similar("Nordic Water", 5) == []
