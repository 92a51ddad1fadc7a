"""Make the derived files of `examples/judged` anew: `python -m benchmarks.judged`.

Written by hand are `queries.jsonl` and `grades.csv`. The texts come from the sample profiles, the grades of a challenge
go to each of its queries, and in the misspelt queries every tenth word of four letters or more, but at least one a
query, has one slip of the keyboard.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Final

EXAMPLES: Final = Path(__file__).resolve().parent.parent / "examples"
FOLDER: Final = EXAMPLES / "judged"
_SHARE: Final = 0.1
_SHORTEST: Final = 4
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_TEXTS: Final = ("summary", "solutions", "skills", "technologies", "evidence")


def rows_of(path: Path) -> list[dict[str, str]]:
    """Read a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def json_rows(path: Path) -> list[dict[str, str]]:
    """Read JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def texts() -> list[dict[str, str]]:
    """Return the sample profiles as texts, without what they seek; the id is the organisation's legal id."""
    ids = {row["name"]: row["legal_id"] for row in rows_of(EXAMPLES / "organisations.csv")}
    return [
        {
            "id": ids[row["organisation"]],
            "title": row["organisation"],
            "text": "\n".join(row[name].replace("|", ", ") for name in _TEXTS),
        }
        for row in rows_of(EXAMPLES / "profiles.csv")
    ]


def challenge_queries() -> dict[str, str]:
    """Return the sample challenges as long English queries: title, text and must-haves."""
    return {
        f"c{number:02}-en-long": "\n".join((row["title"], row["text"], row["must_haves"].replace("|", "\n")))
        for number, row in enumerate(rows_of(EXAMPLES / "challenges.csv"), 1)
    }


def judgments(queries: Iterable[dict[str, str]]) -> list[tuple[str, str, str]]:
    """Give each query the grades of its challenge: query, text, grade."""
    numbers = {row["title"]: f"c{at:02}" for at, row in enumerate(rows_of(EXAMPLES / "challenges.csv"), 1)}
    ids = {row["name"]: row["legal_id"] for row in rows_of(EXAMPLES / "organisations.csv")}
    graded: dict[str, list[tuple[str, str]]] = {}
    for row in rows_of(FOLDER / "grades.csv"):
        graded.setdefault(numbers[row["challenge_title"]], []).append((ids[row["organisation"]], row["grade"]))
    return [(query["id"], text, grade) for query in queries for text, grade in graded[query["id"][:3]]]


def misspelt(queries: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """Return the queries with a tenth of their words misspelt, always the same ones."""
    chance = random.Random(7)  # noqa: S311 - slips, no secrets
    return [{"id": query["id"], "text": _misspell(query["text"], chance)} for query in queries]


def _misspell(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    long_ones = [at for at, word in enumerate(words) if len(word) >= _SHORTEST and word.isalpha()]
    wrong = [at for at in long_ones if chance.random() < _SHARE] or long_ones[:1]
    for at in wrong:
        words[at] = _slip(words[at], chance)
    return " ".join(words)


def _slip(word: str, chance: random.Random) -> str:
    """Lose, repeat, swap or mistype one letter behind the first."""
    at = chance.randrange(1, len(word) - 1)
    kind = chance.choice(("lost", "twice", "swapped", "other"))
    if kind == "lost":
        return word[:at] + word[at + 1 :]
    if kind == "twice":
        return word[:at] + word[at] + word[at:]
    if kind == "swapped" and word[at] != word[at + 1]:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + chance.choice(_LETTERS.replace(word[at].lower(), "")) + word[at + 1 :]


def main() -> None:
    """Write the derived files."""
    queries = json_rows(FOLDER / "queries.jsonl")
    for name, rows in (("corpus.jsonl", texts()), ("queries.typo10.jsonl", misspelt(queries))):
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (FOLDER / name).write_text("".join(lines), encoding="utf-8")
    header = ("query-id", "corpus-id", "score")
    lines = ("\t".join(row) + "\n" for row in (header, *judgments(queries)))
    (FOLDER / "qrels.tsv").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
