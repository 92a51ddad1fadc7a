"""Words that are alike: the same are found as by comparing every word with every other."""

from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from matching.alike import Vocabulary

_words = st.text(st.sampled_from("abdenpruø1"), min_size=1, max_size=12)


def _like(form: str, other: str) -> bool:
    """Say the rule itself: part of a compound, or a slip of the pen."""
    if len(form) >= 5 and form in other:
        return True
    if len(other) >= 5 and other in form and len(other) * 2 >= len(form):
        return True
    digits = any(map(str.isdigit, form + other))
    near = len(form) >= 6 and abs(len(form) - len(other)) <= 1 and form[0] == other[0] and not digits
    return near and OSA.normalized_similarity(form, other) >= 0.82


@settings(deadline=None, max_examples=300)
@given(st.lists(st.lists(_words, max_size=12), max_size=4), st.lists(_words, min_size=1, max_size=3), st.data())
def test_none_is_missed_whenever_it_is_learnt(texts: list[list[str]], forms: list[str], data: st.DataObject) -> None:
    vocabulary = Vocabulary()
    met: set[str] = set()
    for text in texts:
        # Words near the ones asked for are rare among words drawn at random.
        form = data.draw(st.sampled_from(forms))
        at = data.draw(st.integers(0, len(form)))
        text = [*text, form[:at] + form[at + 1 :], form[:at] + "e" + form[at:], f"ab{form}d", form[at:]]
        text = [word for word in text if word]
        vocabulary.learn(text)
        met |= set(text)
        found = vocabulary.like(forms)
        assert found | set(forms) == {word for word in met for one in forms if _like(one, word)} | set(forms)
