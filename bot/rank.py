"""`matchpoint rank`: whom in the directory a text fits, and why, for people or for programs."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray
from rich.table import Table
from rich.text import Text

from bot.console import ENGLISH, OK, WRONG, deployment, err, fail, out, progress
from bot.settings import Settings
from bot.wiring import Parts
from domain.countries import COUNTRIES
from domain.errors import Refusal
from domain.text import clean_text, is_wordless
from handlers.suggestions import ranking
from handlers.suggestions.embedding import vector_of_text
from handlers.suggestions.profile_index import Progress
from messages.refusals import explain

LIMIT_MAX: Final = 100
_TEXT_MAX: Final = 20_000
#: Of a file or a pipe no more is read: a pipe may have no end. A text of the greatest length is far shorter.
_BYTES_MAX: Final = 1_000_000
_USAGE: Final = 'Say what is sought: matchpoint rank "sensors for drinking water", or --file with a text.'
_MEANINGS: Final = {
    "words": "of the words",
    "spelling": "alike in letters",
    "title": "of the title",
    "competences": "in its competences",
    "meaning": "alike in meaning",
}


class _NoText(Exception):
    """There is nothing to rank for; the message says why."""


def rank(settings: Settings, text: str, *, file: Path | None, countries: str, limit: int, as_json: bool) -> int:
    """Rank the directory for a text and print the reasons; returns the exit code."""
    try:
        asked = clean_text(_text(text, file), limit=_TEXT_MAX)
        wanted = _countries(countries)
    except _NoText as error:
        return fail(str(error))
    except Refusal as refusal:
        return fail(explain(refusal, ENGLISH))
    if is_wordless(asked):
        return fail(f"There are no words in this. {_USAGE}" if asked else _USAGE)
    with deployment(settings) as parts:
        now = parts.clock.now()
        with progress("Reading profiles", rows=True) as tell:
            vector, trouble = asyncio.run(_prepared(parts, asked, now, tell))
            found = ranking.rank_text(
                parts.database, parts.kit, asked, limit, countries=wanted, now=now, vector=vector, tell=tell
            )
        if not found.profiles:
            return fail(
                "The directory has no profiles yet. Import some, for instance the sample data:\n"
                "  matchpoint import examples/organisations.csv examples/profiles.csv"
            )
        if as_json:
            rows = [_plain(one) for one in found.candidates]
            sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
        else:
            _show(found, wanted)
        if parts.kit.embedder is not None and not found.compared:
            why = f"the embeddings endpoint has trouble ({trouble})" if trouble else "no profile has a vector yet"
            err().print(Text(f"Only words were compared: {why}.", style="yellow"))
        return OK
    return WRONG


async def _prepared(parts: Parts, asked: str, now: datetime, tell: Progress) -> tuple[NDArray[np.float32] | None, str]:
    """Read the profiles while the endpoint makes the vector: somebody waits for both, and the endpoint may be slow."""
    reading = asyncio.to_thread(parts.kit.profiles.fresh, parts.database, now, tell=tell)
    made, _ = await asyncio.gather(_vector(parts, asked, now), reading)
    return made


async def _vector(parts: Parts, asked: str, now: datetime) -> tuple[NDArray[np.float32] | None, str]:
    """Return the vector of the text, if any, and the trouble that there was: the order is then that of the words."""
    try:
        return await vector_of_text(parts.database, parts.kit, ranking.need_of_text(asked), now)
    finally:
        if parts.kit.embedder is not None:
            await parts.kit.embedder.aclose()


def _text(text: str, file: Path | None) -> str:
    """Return what was typed, or what a file or standard input (`-`, or a pipe) holds."""
    if text and text != "-":
        if file is not None:
            raise _NoText("Give the text or --file, not both.")
        return text
    try:
        if file is not None and str(file) != "-":
            with file.open("rb") as stream:
                return _decoded(stream)
        if text or file is not None or not sys.stdin.isatty():
            return _decoded(sys.stdin.buffer)
    except OSError as error:
        raise _NoText(f"I cannot read {file}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise _NoText(f"{file or 'The input'} is not UTF-8. Save it as plain text in UTF-8.") from error
    raise _NoText(_USAGE)


def _decoded(stream: BinaryIO) -> str:
    raw = stream.read(_BYTES_MAX + 1)
    if len(raw) > _BYTES_MAX:
        raise _NoText(f"This is no single text: {_TEXT_MAX:,} characters is the most. Please shorten it.")
    return raw.decode("utf-8-sig")


def _countries(given: str) -> frozenset[str]:
    codes = frozenset(code.strip().upper() for code in given.split(",") if code.strip())
    if unknown := sorted(codes - COUNTRIES):
        raise _NoText(f"No country has the code {', '.join(unknown)}. Give two letters each: --countries DK,NL.")
    if given.strip() and not codes:
        raise _NoText("Name each country by two letters: --countries DK,NL.")
    return codes


def _plain(one: ranking.Explained) -> dict[str, Any]:
    values = dataclasses.asdict(one)
    values["quotes"] = [{"field": field, "quote": quote} for field, quote in one.quotes]
    return values


def _show(found: ranking.RankedText, countries: Sequence[str] | frozenset[str]) -> None:
    console = out()
    if not found.candidates:
        where = f" in {', '.join(sorted(countries))}" if countries else ""
        console.print(Text(f"None of the {found.profiles} profiles{where} fits this. {_advice(found, countries)}"))
        return
    table = Table("", "Organisation", "Country", "Score", "What speaks for it", show_lines=True)
    for place, one in enumerate(found.candidates, start=1):
        lines = [f"{field}: “{quote}”" for field, quote in one.quotes] + [_shares(one.sub_scores)]
        reasons = Text("\n".join(line for line in lines if line))
        table.add_row(str(place), Text(one.name), one.country, f"{one.score:.2f}", reasons)
    console.print(table)
    console.print(Text("Scores compare the organisations of one list, not of two."))


def _advice(found: ranking.RankedText, countries: Sequence[str] | frozenset[str]) -> str:
    """Say what may help: in other languages somebody is found by meaning alone."""
    advice = "Try other words for what is sought, or more of them"
    if not found.compared:
        advice += ", in a language that profiles are written in"
    return f"{advice}, or leave out --countries." if countries else f"{advice}."


def _shares(sub_scores: dict[str, float]) -> str:
    named = ((sub_scores.get(name, 0.0), meaning) for name, meaning in _MEANINGS.items())
    return ", ".join(f"{share:.0%} {meaning}" for share, meaning in named if share >= 0.1)
