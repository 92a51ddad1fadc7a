from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.vectors import Vectors


def test_likeness_is_the_cosine_whatever_the_length_of_a_vector():
    vectors = Vectors()
    vectors.put_many(["a", "b", "c"], [[3.0, 0.0], [0.0, 1e-30], [-2.0, 0.0]])
    assert vectors.likeness([1e30, 0.0]) == {"a": 1.0, "b": 0.0, "c": -1.0}


def test_adding_replacing_and_removing_count_at_once():
    vectors = Vectors()
    vectors.put_many(["a", "b"], [[1, 0], [0, 1]])
    vectors.put_many(["a"], [[0, 1]])
    vectors.remove("b")
    vectors.remove("unknown")
    assert vectors.likeness([0, 1]) == {"a": 1.0}
    assert ("a" in vectors, "b" in vectors, len(vectors)) == (True, False, 1)


def test_of_two_vectors_with_one_key_the_later_counts():
    vectors = Vectors()
    vectors.put_many(["a", "a"], [[1, 0], [0, 1]])
    assert vectors.likeness([0, 1]) == {"a": 1.0}


@pytest.mark.parametrize(
    "wrong",
    [[[1, 2, 3]], [[float("nan"), 1]], [[float("inf"), 1]], [[0, 0]], [[1, 2], [3, 4]], [1, 2], [[]]],
    ids=["dimensions", "nan", "infinite", "zeros", "too many", "flat", "empty"],
)
def test_what_is_no_vector_is_refused_and_changes_nothing(wrong: list[list[float]]):
    vectors = Vectors()
    vectors.put_many(["a"], [[1, 0]])
    with pytest.raises(ValueError, match="vector"):
        vectors.put_many(["b"], wrong)
    assert vectors.likeness([1, 0]) == {"a": 1.0}


@pytest.mark.parametrize("wrong", [[1, 2, 3], [float("nan"), 1], [0, 0], []])
def test_a_question_that_does_not_fit_is_refused(wrong: list[float]):
    vectors = Vectors()
    vectors.put_many(["a"], [[1, 0]])
    with pytest.raises(ValueError, match=r"vector|dimensions"):
        vectors.likeness(wrong)


def test_an_empty_one_has_nothing_alike_and_takes_any_dimensions():
    vectors = Vectors()
    assert vectors.likeness([1, 2, 3]) == {}
    vectors.put_many(["a"], [[1, 2]])
    vectors.remove("a")
    vectors.put_many(["a"], [[1, 2, 3]])
    assert vectors.dimensions == 3


Steps = st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans(), st.integers(1, 9)), max_size=300)


@given(Steps)
def test_it_agrees_with_a_plain_table_after_any_changes(steps: list[tuple[str, bool, int]]):
    vectors, plain = Vectors(), dict[str, int]()
    for key, puts, number in steps:
        if puts:
            vectors.put_many([key], [[number, 1.0]])
            plain[key] = number
        else:
            vectors.remove(key)
            plain.pop(key, None)
    found = vectors.likeness([1, 0])
    assert found.keys() == plain.keys()
    for key, number in plain.items():
        assert found[key] == pytest.approx(number / np.hypot(number, 1), abs=1e-6)


def test_it_is_searched_while_others_write():
    vectors, over, wrong = Vectors(), threading.Event(), list[dict[str, float]]()
    vectors.put_many(["fixed"], [[1, 0]])

    def write() -> None:
        for number in range(2000):
            vectors.put_many([f"k{number % 50}", "moving"], [[0, 1], [1, 0]])
            vectors.remove(f"k{(number + 25) % 50}")
        over.set()

    writer = threading.Thread(target=write)
    writer.start()
    while not over.is_set():
        found = vectors.likeness([1, 0])
        if found["fixed"] != 1.0 or {value for key, value in found.items() if key[0] == "k"} - {0.0}:
            wrong.append(found)
    writer.join()
    assert wrong == []
