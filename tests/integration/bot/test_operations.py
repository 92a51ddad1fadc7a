"""The operator's commands: what they print, and how they end. Those that serve are run as programs."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.bot.typed import ROOT, type_in

EXAMPLES = ROOT / "examples"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Give what the program is told, with a store of the test's own."""
    return {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": f"sqlite:///{tmp_path / 'store.db'}",
        "PUBLIC_URL": "https://matchpoint.example",
        "LOG_LEVEL": "WARNING",
        "COLUMNS": "200",
    }


@pytest.fixture
def matchpoint(environment: dict[str, str]) -> Run:
    """Type commands on this store."""
    return lambda *words: type_in(words, environment)


def test_an_operator_fills_a_deployment_and_takes_it_out_again(matchpoint: Run, tmp_path: Path):
    # In the wrong order: the program puts them into the right one.
    kinds = ("challenges", "profiles", "people", "organisations", "clusters")
    done = matchpoint("import", *(EXAMPLES / f"{kind}.csv" for kind in kinds))
    assert done.returncode == 0, done.stderr
    assert "clusters.csv: 73 rows, 73 new" in done.stdout
    assert "\x1b" not in done.stderr  # no bars where there is no terminal
    out = tmp_path / "out"
    assert matchpoint("export", out).returncode == 0
    assert {path.name for path in out.iterdir()} == {f"{kind}.csv" for kind in kinds}
    again = matchpoint("import", *sorted(out.iterdir()))
    assert again.returncode == 0, again.stderr
    assert again.stdout.count(" 0 new, 0 changed") == len(kinds)
    found = matchpoint("rank", "detect E. coli in drinking water", "--limit", 2, "--json")
    assert [set(one) >= {"name", "country", "score", "quotes"} for one in json.loads(found.stdout)] == [True, True]


def test_an_export_of_half_a_directory_can_be_imported(matchpoint: Run, tmp_path: Path):
    clusters, organisations = EXAMPLES / "clusters.csv", EXAMPLES / "organisations.csv"
    assert matchpoint("import", clusters, organisations).returncode == 0
    out = tmp_path / "out"
    assert matchpoint("export", out).returncode == 0
    again = matchpoint("import", *sorted(out.iterdir()))
    assert again.returncode == 0, again.stderr
    assert again.stdout.count(" 0 new, 0 changed") == 2
    assert "people.csv: no rows, passed over." in again.stdout
    alone = matchpoint("import", out / "people.csv")
    assert alone.returncode == 1
    assert "There is no entry in the file." in alone.stderr
    (tmp_path / "nothing.csv").write_text("")
    assert matchpoint("import", clusters, tmp_path / "nothing.csv").returncode == 1


def test_a_line_that_cannot_be_read_hides_no_mistake_before_it(matchpoint: Run, tmp_path: Path):
    bad = tmp_path / "bad.csv"
    bad.write_text('kind,name,country,clusters\nsme,A,DK,Nowhere Cluster\nsme,"B,DK,\n')
    done = matchpoint("import", bad)
    assert done.returncode == 1
    assert "Nowhere Cluster" in done.stderr
    assert [line.split()[1] for line in done.stderr.splitlines() if line.startswith("│ ") and line[2].isdigit()] == [
        "2",
        "3",
    ]


def test_the_operator_writes_the_files_for_a_funder(tmp_path: Path, matchpoint: Run):
    done = matchpoint("export", "--kind", "vouchers", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["vouchers.csv", "vouchers.xlsx"]
    assert (tmp_path / "out" / "vouchers.csv").read_text(encoding="utf-8").startswith("application,scheme,")


def test_mistakes_in_a_file_are_a_table_and_the_program_fails(matchpoint: Run, tmp_path: Path):
    bad = tmp_path / "bad.csv"
    bad.write_text("kind,name,country\nsme,A,Atlantis\nsme,[bold]B[/bold],DK\n")
    done = matchpoint("import", bad)
    assert done.returncode == 1
    assert "nothing was imported" in done.stdout
    assert "I do not know the country “Atlantis”." in done.stderr
    assert "such as DK" in done.stderr
    missing = matchpoint("import", tmp_path / "none.csv")
    assert missing.returncode == 1
    assert "There is no file" in missing.stderr


@pytest.mark.parametrize("words", [("demo", "--no-browser"), ("run",), ("web",)])
def test_a_port_that_is_taken_is_told_in_one_sentence(environment: dict[str, str], words: tuple[str, ...]):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=ROOT,
            env={**environment, "PORT": str(port)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"Cannot listen on port {port} of 127.0.0.1: ")
    assert done.stderr.count("\n") == 1


def test_a_workspace_is_set_up_in_one_command_and_a_manager_gets_a_link(matchpoint: Run):
    words = ("--cluster", "CLEAN", "--country", "DK", "--workspace", "clean", "--manager", "anna@clean.example")
    done = matchpoint("setup", *words, "--challenge-channel", "challenges")
    assert done.returncode == 0, done.stderr
    assert "CLEAN (DK), active" in done.stdout
    assert "da (for another one: --language)" in done.stdout
    link = matchpoint("link", "Anna@clean.example", "--workspace", "clean")
    assert link.stdout.startswith("https://matchpoint.example/in/")
    wrong = matchpoint("setup", *words[:3], "Atlantis", *words[4:])
    assert wrong.returncode == 1
    assert "country" in wrong.stderr
    taken = matchpoint("setup", "--cluster", "Other", *words[2:])
    assert taken.returncode == 1
    assert "belongs to CLEAN already" in taken.stderr
