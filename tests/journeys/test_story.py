"""The story that the program plays by itself: the whole journey, between two clusters, over HTTP alone."""

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from bot.story import play
from bot.story.transcript import WIDTH, Transcript

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def told() -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--story"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=170,
        encoding="utf-8",
    )


def test_every_step_of_the_story_happens(told: subprocess.CompletedProcess[str]):
    assert told.returncode == 0, told.stdout + told.stderr
    steps = [int(number) for number in re.findall(r"^ ?(\d+)\. ", told.stdout, re.MULTILINE)]
    assert steps == list(range(1, len(steps) + 1))
    assert len(steps) > 30
    assert told.stdout.rstrip().endswith(f"All {len(steps)} steps happened.")


@pytest.mark.parametrize(
    "line",
    [
        "types /challenge in “challenges”",
        "Please fill this in.",
        "E. coli detection in drinking-water networks",
        "offers it to the partner cluster.",
        "[Take it]",
        "No page of Managing director, Rijnmond Sensing names Øresund Water Utility.",
        "Score 87 of 100. Has answered (AN-1). Covers 3 of 3 must-haves.",
        "No page of Innovation lead, Øresund Water Utility names Akvaspor.",
        "[Yes, introduce us]",
        "IN-1 · You are introduced to Øresund Water Utility (invented)",
        "Gladly. We bring one on Tuesday at ten.",
        "Outcome: A pilot",
    ],
)
def test_the_transcript_shows_what_people_do_and_see(told: subprocess.CompletedProcess[str], line: str):
    assert line in told.stdout


def test_the_transcript_is_plain_and_fits_the_page(told: subprocess.CompletedProcess[str]):
    assert "\x1b" not in told.stdout
    assert max(map(len, told.stdout.splitlines())) <= WIDTH


def test_a_step_that_does_not_happen_ends_the_story():
    out = io.StringIO()
    assert play("http://127.0.0.1:9", tell=Transcript(Console(file=out))) == 1
    assert "This did not happen: an answer from the workspace" in out.getvalue()
