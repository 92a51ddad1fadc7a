"""`matchpoint rank` and `matchpoint eval`: once as a program, else as an operator types them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.bot.typed import ROOT, type_in
from tests.unit.prompts.judge import Call, Judge

EXAMPLES = ROOT / "examples"
JUDGED = EXAMPLES / "judged"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


def environment(folder: Path, store: str = "store.db") -> dict[str, str]:
    own = {"DATABASE_URL": f"sqlite:///{folder / store}", "LOG_LEVEL": "WARNING", "COLUMNS": "200"}
    return {"PATH": os.environ["PATH"], **own}


@pytest.fixture(scope="module")
def matchpoint(folder: Path) -> Run:
    """Type commands on the store of this module."""

    def run(
        *words: object, given: str = "", store: str = "store.db", **settings: str
    ) -> subprocess.CompletedProcess[str]:
        return type_in(words, {**environment(folder, store), **settings}, given)

    return run


@pytest.fixture(scope="module")
def directory(matchpoint: Run) -> None:
    """Import the sample organisations and their profiles."""
    done = matchpoint("import", *(EXAMPLES / f"{kind}.csv" for kind in ("clusters", "organisations", "profiles")))
    assert done.returncode == 0, done.stderr


@pytest.mark.usefixtures("directory")
class TestRank:
    def test_a_text_is_ranked_with_reasons(self, folder: Path):
        found = subprocess.run(
            [sys.executable, "-m", "bot", "rank", "sensors that detect E. coli in drinking water", "--limit", "3"],
            cwd=ROOT,
            env=environment(folder),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert found.returncode == 0, found.stderr
        assert "Rijnmond Sensing" in found.stdout
        assert "summary: “" in found.stdout
        assert "of the words" in found.stdout

    def test_a_text_comes_from_a_file_or_from_standard_input(self, matchpoint: Run, tmp_path: Path):
        file = tmp_path / "challenge.txt"
        file.write_text("Upholstery of recycled fibre\nin small series", encoding="utf-8")
        from_file = matchpoint("rank", "--file", file, "--json")
        piped = matchpoint("rank", "-", "--json", given=file.read_text(encoding="utf-8"))
        assert json.loads(from_file.stdout) == json.loads(piped.stdout)
        assert json.loads(piped.stdout)[0]["name"] == "Prato Rigenera (invented)"

    def test_countries_bound_the_list(self, matchpoint: Run):
        found = matchpoint("rank", "E. coli sensors", "--countries", "dk, NL", "--json", "--limit", 20)
        assert {one["country"] for one in json.loads(found.stdout)} <= {"DK", "NL"}
        assert json.loads(found.stdout)

    def test_without_an_answer_of_the_embeddings_endpoint_the_order_is_that_of_the_words(self, matchpoint: Run):
        words = matchpoint("rank", "E. coli sensors", "--json")
        nowhere = {"EMBEDDING_MODEL": "played", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
        found = matchpoint("rank", "E. coli sensors", "--json", **nowhere)
        assert found.returncode == 0, found.stderr
        assert json.loads(found.stdout) == json.loads(words.stdout)
        assert "Only words were compared: the embeddings endpoint has trouble (connection)" in found.stderr
        assert "Only words" not in words.stderr

    def test_an_embeddings_endpoint_that_says_nothing_delays_the_answer_by_seconds_only(self, matchpoint: Run):
        words = matchpoint("rank", "E. coli sensors", "--json")
        endpoint = Judge()
        endpoint.behaviours = [Call.stay_silent]
        began = time.monotonic()
        try:
            silent = {"EMBEDDING_MODEL": "played", "OPENAI_BASE_URL": endpoint.url}
            found = matchpoint("rank", "E. coli sensors", "--json", **silent)
        finally:
            endpoint.close()
        # A program of its own takes some seconds to start besides.
        assert time.monotonic() - began < 8
        assert len(endpoint.calls) == 1
        assert (found.returncode, json.loads(found.stdout)) == (0, json.loads(words.stdout))
        assert "Only words were compared: the embeddings endpoint has trouble (timeout)" in found.stderr

    def test_what_fits_nobody_is_said(self, matchpoint: Run):
        found = matchpoint("rank", "qqqq")
        assert found.returncode == 0
        assert "None of the 132 profiles fits this. Try other words" in found.stdout
        assert "--countries" not in found.stdout
        bound = matchpoint("rank", "qqqq", "--countries", "DK")
        assert "or leave out --countries." in bound.stdout

    def test_nobody_is_listed_without_a_quote(self, matchpoint: Run):
        nonsense = matchpoint("rank", "flurble grommet zanzibar wibble quux", "--limit", 100)
        assert "None of the 132 profiles fits this." in nonsense.stdout
        some = json.loads(matchpoint("rank", "sensor zanzibar quux", "--limit", 100, "--json").stdout)
        assert some
        assert all(one["quotes"] for one in some)
        few = json.loads(matchpoint("rank", "sensor zanzibar quux", "--limit", 3, "--json").stdout)
        assert few == some[:3]

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("rank", "  "), "Say what is sought"),
            (("rank", "\u200b"), "Say what is sought"),
            (("rank", "🌊🐟 …!"), "There are no words in this."),
            (("rank", "Ørsted " * 3000), "has 20,999 characters and 20,000 is the most"),
            (("rank", "x", "--countries", "DK,XX"), "No country has the code XX"),
            (("rank", "x", "--countries", ","), "Name each country by two letters"),
            (("rank", "--file", "no-such-file.txt"), "I cannot read no-such-file.txt"),
            (("rank", "x", "--file", "README.md"), "not both"),
            (("rank", "--file", EXAMPLES.parent / "docs" / "pictures" / "people.png"), "is not UTF-8"),
        ],
    )
    def test_mistakes_are_told(self, matchpoint: Run, words: tuple[object, ...], told: str):
        done = matchpoint(*words)
        assert done.returncode == 1
        assert told in done.stderr
        assert "Traceback" not in done.stderr

    @pytest.mark.parametrize(("size", "told"), [(20_001, "20,000 is the most"), (2_000_000, "20,000 characters is")])
    @pytest.mark.parametrize("piped", [True, False], ids=["pipe", "file"])
    def test_a_text_without_end_is_not_read_to_its_end(
        self, matchpoint: Run, tmp_path: Path, size: int, told: str, piped: bool
    ):
        file = tmp_path / "long.txt"
        file.write_text("water sensor " * (size // 13 + 1), encoding="utf-8")
        done = matchpoint("rank", "-", given=file.read_text("utf-8")) if piped else matchpoint("rank", "--file", file)
        assert (done.returncode, told in done.stderr) == (1, True)
        assert "Traceback" not in done.stderr

    @pytest.mark.parametrize("limit", ["0", "-3", "100000", "many"])
    def test_a_number_out_of_range_is_told(self, matchpoint: Run, limit: str):
        done = matchpoint("rank", "water", "--limit", limit)
        assert (done.returncode, "Invalid value for '--limit'" in done.stderr) == (2, True)

    @pytest.mark.parametrize("text", ["我們需要水質感測器", "ищем датчики воды"])
    def test_a_language_that_nobody_writes_in_fits_nobody(self, matchpoint: Run, text: str):
        done = matchpoint("rank", text)
        assert (done.returncode, "None of the 132 profiles fits this." in done.stdout) == (0, True)

    def test_an_empty_directory_is_no_mystery(self, matchpoint: Run):
        done = matchpoint("rank", "anything", store="empty.db")
        assert done.returncode == 1
        assert "no profiles yet" in done.stderr
        assert "matchpoint import" in done.stderr


class TestEval:
    def test_the_judged_sample_is_measured_beside_baselines(self, matchpoint: Run):
        done = matchpoint("eval", JUDGED, "--against", "bm25s,chars", "--json")
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        assert [one["system"] for one in found["systems"]] == ["matchpoint", "bm25s", "chars"]
        ours, *others = found["systems"]
        assert ours["queries"] == len(ours["by_query"]) == 74
        # Never more than .005 below the better of the two, as everywhere.
        assert ours["clean"]["ndcg10"] >= max(one["clean"]["ndcg10"] for one in others) - 0.005
        assert ours["misspelt"]["ndcg10"] >= 0.97 * ours["clean"]["ndcg10"]
        assert all(0 < one["p50_ms"] <= one["p95_ms"] and one["build_s"] > 0 for one in found["systems"])

    def test_a_half_is_a_table_for_people(self, matchpoint: Run):
        done = matchpoint("eval", JUDGED, "--half", "second")
        assert done.returncode == 0, done.stderr
        assert "judged, second half: 37 queries, 132 texts" in done.stdout
        assert "nDCG@10" in done.stdout
        assert "\x1b" not in done.stdout + done.stderr

    def test_a_malformed_folder_and_an_unknown_baseline_are_told(self, matchpoint: Run, tmp_path: Path):
        empty = matchpoint("eval", tmp_path)
        assert (empty.returncode, "meta.json is missing" in empty.stderr) == (1, True)
        strange = matchpoint("eval", JUDGED, "--against", "magic")
        assert (strange.returncode, "There is no baseline 'magic'" in strange.stderr) == (1, True)
        assert matchpoint("eval").returncode == 2

    def test_weights_are_proposed_and_never_applied(self, matchpoint: Run):
        done = matchpoint("eval", JUDGED, "--fit", "--half", "first")
        assert done.returncode == 0, done.stderr
        assert "37 queries of the second half" in done.stdout
        assert "Nothing was changed" in done.stdout
        assert "RANKING_WEIGHTS=score=1" in done.stdout

    def test_a_store_without_decisions_is_no_error(self, matchpoint: Run):
        report = matchpoint("eval", "--decisions", store="empty.db")
        assert (report.returncode, "Nothing was decided yet" in report.stdout) == (0, True)
        plain = json.loads(matchpoint("eval", "--decisions", "--json", store="empty.db").stdout)
        assert plain["approvals"]["total"]["decided"] == 0
        fit = matchpoint("eval", "--fit", store="empty.db")
        assert (fit.returncode, "Too little was decided" in fit.stderr) == (1, True)
