"""Judged folders: the format, and what is said about one that is malformed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.evaluation.folders import FolderError, Half, read_collection

Fill = Callable[..., Path]

GOOD = {
    "corpus.jsonl": '{"id": "d1", "title": "Sensors", "text": "water"}\n{"id": "d2", "title": "", "text": "roofs"}\n',
    "queries.jsonl": '{"id": "q1", "text": "water"}\n\n{"id": "q2", "text": "roof"}\n{"id": "q3", "text": "none"}\n',
    "qrels.tsv": "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\nq2\td2\t1\n",
    "meta.json": '{"rel_min": 1, "lang": "en"}',
}


@pytest.fixture
def fill(tmp_path: Path) -> Fill:
    """Write a good folder with some files replaced; None leaves a file out."""

    def write(**changed: str | bytes | None) -> Path:
        files = GOOD | {name.replace("__", "."): content for name, content in changed.items()}
        for name, content in files.items():
            if isinstance(content, bytes):
                (tmp_path / name).write_bytes(content)
            elif content is not None:
                (tmp_path / name).write_text(content, encoding="utf-8")
        return tmp_path

    return write


def test_a_folder_is_read_and_queries_without_anything_relevant_are_left_out(fill: Fill):
    found = read_collection(fill())
    assert found.texts == (("d1", "Sensors", "water"), ("d2", "", "roofs"))
    assert found.asked() == ["q1", "q2"]
    assert found.judged["q1"] == {"d1": 2, "d2": 0}
    assert (found.relevant_from, found.language, found.misspelt) == (1, "en", None)


def test_halves_divide_the_queries_in_file_order_whatever_is_judged(fill: Fill):
    found = read_collection(fill())
    assert found.asked(Half.FIRST) == ["q1", "q2"]
    assert found.asked(Half.SECOND) == []
    assert Half.FIRST.other is Half.SECOND


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(fill: Fill):
    folder = fill(qrels__tsv=b"\xef\xbb\xbfquery-id\tcorpus-id\tscore\r\nq1\td1\t1\r\n")
    assert read_collection(folder).judged == {"q1": {"d1": 1}}


def test_what_is_judged_and_not_there_is_a_warning(fill: Fill):
    found = read_collection(fill(qrels__tsv="q\tc\tscore\nq1\td1\t1\nq1\td9\t1\nq7\td1\t1\n"))
    assert [warning for warning in found.warnings if "'d9'" in warning or "'q7'" in warning or "'q2'" in warning]
    assert len(found.warnings) == 3
    assert found.asked() == ["q1"]


def test_misspelt_queries_are_read(fill: Fill):
    rows = [json.loads(line) for line in GOOD["queries.jsonl"].splitlines() if line]
    text = "".join(json.dumps({**row, "text": "x" + row["text"]}) + "\n" for row in rows)
    found = read_collection(fill(queries__typo10__jsonl=text))
    assert found.misspelt is not None
    assert found.misspelt["q1"] == "xwater"


MALFORMED = [
    ("corpus__jsonl", None, "corpus.jsonl is missing"),
    ("meta__json", None, 'meta.json is missing in .* Write {"rel_min": 1}'),
    ("meta__json", "{", "meta.json is not JSON"),
    ("meta__json", "[1]", "no whole number rel_min"),
    ("meta__json", '{"rel_min": true}', "no whole number rel_min"),
    ("corpus__jsonl", '{"id": "d1", "title": "a", "text": "b"}\n{"id": ', "corpus.jsonl, line 2: not JSON"),
    ("corpus__jsonl", '["d1"]', "corpus.jsonl, line 1: not an object"),
    ("corpus__jsonl", '{"id": "d1", "text": "b"}', "corpus.jsonl, line 1: 'title' is missing"),
    ("corpus__jsonl", '{"id": 4, "title": "a", "text": "b"}', "corpus.jsonl, line 1: 'id' is missing or no text"),
    ("queries__jsonl", '{"id": "", "text": "b"}', "queries.jsonl, line 1: the id is empty"),
    ("queries__jsonl", '{"id": "q", "text": "b"}\n{"id": "q", "text": "c"}', "line 2: the id 'q' occurs twice"),
    ("queries__jsonl", "\n", "queries.jsonl is empty"),
    ("queries__jsonl", b'{"id": "q", "text": "\xff"}', "queries.jsonl: not UTF-8"),
    ("qrels__tsv", "", "qrels.tsv is empty"),
    ("qrels__tsv", "q1\td1\t1\n", "qrels.tsv, line 1: the header is missing"),
    ("qrels__tsv", "a\tb\tc\n", "qrels.tsv holds nothing but its header"),
    ("qrels__tsv", "a\tb\tc\nq1 d1 1\n", "qrels.tsv, line 2: 1 cells instead of three"),
    ("qrels__tsv", "a\tb\tc\nq1\td1\tgood\n", "qrels.tsv, line 2: the grade 'good' is no whole number"),
    ("qrels__tsv", "a\tb\tc\nq1\td1\t1\nq1\td1\t2\n", "qrels.tsv, line 3: .* another grade above"),
    ("qrels__tsv", "a\tb\tc\nq1\td1\t0\n", "no query of queries.jsonl has a text graded 1 or more"),
    ("queries__typo10__jsonl", '{"id": "q1", "text": "b"}', "query 'q2' of queries.jsonl is missing"),
]


@pytest.mark.parametrize(("name", "content", "told"), MALFORMED, ids=[str(at) for at in range(len(MALFORMED))])
def test_a_malformed_folder_is_told_of_by_file_line_and_remedy(
    fill: Fill, name: str, content: str | bytes | None, told: str
):
    folder = fill(**{name: content})
    with pytest.raises(FolderError, match=told) as failure:
        read_collection(folder)
    assert str(failure.value).rstrip().endswith(".")


def test_a_folder_that_is_none_is_told_of(tmp_path: Path):
    with pytest.raises(FolderError, match="There is no folder"):
        read_collection(tmp_path / "nothing")
