from hypothesis import given
from hypothesis import strategies as st

from domain.challenges import MUST_HAVE_MAX, MUST_HAVES_MAX
from domain.reading import read_locally


def test_the_items_of_a_list_are_the_must_haves():
    text = (
        "We look for sensors:\n- result within an hour\n  2) no reagents\n• fits DN 80\n\nThe network must stay closed."
    )
    assert read_locally(text).must_haves == ("result within an hour", "no reagents", "fits DN 80")


def test_without_a_list_sentences_that_demand_something_are():
    text = "We wait for two days. The result must be there at 9.5 hours. Das Gerät darf nicht heiß werden! Vi er mange."
    assert read_locally(text).must_haves == (
        "The result must be there at 9.5 hours.",
        "Das Gerät darf nicht heiß werden!",
    )


def test_a_text_that_demands_nothing_has_none():
    assert read_locally("We look for sensors.").must_haves == ()
    assert read_locally("").must_haves == ()


@given(st.text(alphabet=st.sampled_from("- 1.)•\nmustskal!? ab"), max_size=400))
def test_what_is_found_stands_in_the_text_and_is_bounded(text: str):
    found = read_locally(text).must_haves
    assert all(one in text and 0 < len(one) <= MUST_HAVE_MAX for one in found)
    assert len(found) <= MUST_HAVES_MAX
