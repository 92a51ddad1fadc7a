"""The judged collection that ships with the project is whole, and what is derived in it is derived."""

from collections import Counter
from pathlib import Path

from benchmarks import judged
from bot.evaluation.folders import Half, read_collection

FOLDER = Path(__file__).parents[2] / "examples" / "judged"
collection = read_collection(FOLDER)
grades = judged.rows_of(FOLDER / "grades.csv")
queries = judged.json_rows(FOLDER / "queries.jsonl")


def test_there_are_at_least_300_judgments_on_the_scale_from_0_to_3():
    assert len({(row["challenge_title"], row["organisation"]) for row in grades}) == len(grades) >= 300
    assert {row["grade"] for row in grades} == set("0123")
    assert collection.warnings == ()
    assert collection.asked() == list(collection.queries)  # each has something relevant


def test_queries_are_long_and_short_and_in_six_languages():
    kinds = Counter(tuple(key.split("-")[1:]) for key in collection.queries)
    assert kinds["en", "long"] == kinds["en", "short"] == 16
    for language in ("da", "de", "nl", "sv", "nb"):
        assert kinds[language, "short"] >= 6
        assert kinds[language, "long"] >= 1
    words = {
        kind: [len(text.split()) for key, text in collection.queries.items() if kind in key]
        for kind in ("short", "long")
    }
    assert max(words["short"]) < min(words["long"])


def test_no_challenge_lies_in_both_halves():
    first, second = ({key[:3] for key in collection.asked(half)} for half in Half)
    assert first.isdisjoint(second)
    assert len(first) == len(second) == 8


def test_long_english_queries_are_the_sample_challenges():
    assert {key: text for key, text in collection.queries.items() if "en-long" in key} == judged.challenge_queries()


def test_derived_files_are_those_that_the_sources_give():
    assert judged.json_rows(FOLDER / "corpus.jsonl") == judged.texts()
    assert judged.json_rows(FOLDER / "queries.typo10.jsonl") == judged.misspelt(queries)
    lines = ["\t".join(row) for row in judged.judgments(queries)]
    assert (FOLDER / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:] == lines


def test_a_tenth_of_the_words_is_misspelt_and_at_least_one_a_query():
    assert collection.misspelt is not None
    changed = total = 0
    for key, text in collection.queries.items():
        pairs = list(zip(text.split(" "), collection.misspelt[key].split(" "), strict=True))
        assert any(one != other for one, other in pairs)
        if key.endswith("long"):
            changed += sum(one != other for one, other in pairs)
            total += sum(len(one) >= 4 and one.isalpha() for one, _ in pairs)
    assert 0.06 < changed / total < 0.14


def test_what_its_readme_counts_is_so():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    for grade, count in Counter(row["grade"] for row in grades).items():
        line = next(line for line in text.splitlines() if line.startswith(f"| {grade} |"))
        assert line.endswith(f"| {count} |")
    assert f"{len(grades)} pairs" in text
    assert f"{len(queries)} queries" in text
