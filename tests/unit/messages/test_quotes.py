"""How a shortlist quotes: each sentence once, with all that it covers."""

from messages.card import Quote
from messages.i18n import Words
from messages.notices.suggestions import Evidence
from messages.pair_labels import quotes

SENTENCE = "It measures within the hour and runs four months."


def test_a_sentence_that_covers_several_must_haves_is_quoted_once():
    evidence = [
        Evidence(SENTENCE, "answer", must_have="within one hour"),
        Evidence("Made in Delft.", "summary"),
        Evidence(SENTENCE, "answer", must_have="three months"),
        Evidence("A third.", "skills"),
    ]
    first, second = quotes(evidence, Words("en"), most=2)
    assert first == Quote(SENTENCE, source="its answer, on “within one hour; three months”")
    assert second == Quote("Made in Delft.", source="profile, summary")
