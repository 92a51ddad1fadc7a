"""`matchpoint simulate`: play a programme, show its figures, and say whether every promise was kept."""

from __future__ import annotations

import gc
import json
import shutil
import tempfile
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot import log
from bot.console import OK, WRONG, fail, out, progress
from bot.simulation.checks import Check, Facts, Violation, all_checks
from bot.simulation.figures import Figure, Figures, of_mishaps
from bot.simulation.programme import Programme, Size, play
from bot.simulation.record import Entry
from handlers.directory.importing import Progress, silent
from store import crypto
from store import migrate as migrations
from store.engine import Database, StoreUnavailable
from store.queries import people

_SHOWN: Final = 10
_COLLECT_AFTER: Final = 50_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a simulation came to."""

    size: Size
    figures: Mapping[str, Mapping[str, Figure]]
    checks: Sequence[Check]

    @property
    def violations(self) -> list[Violation]:
        """Return what was broken."""
        return [one for check in self.checks for one in check.violations]

    def as_data(self) -> dict[str, Any]:
        """Return it for programs."""
        return {
            "size": asdict(self.size),
            "figures": {name: dict(values) for name, values in self.figures.items()},
            "invariants": [
                {
                    "rule": check.rule,
                    "cases": check.cases,
                    "violations": [
                        {"what": one.what, "when": one.when.isoformat(), "who": one.who} for one in check.violations
                    ],
                }
                for check in self.checks
            ],
        }


def simulate(size: Size, *, database_url: str, json_file: Path | None) -> int:
    """Play a programme and print what came of it; returns the exit code."""
    log.configure(level="CRITICAL", as_json=False)
    crypto.configure(crypto.generate_key())
    try:
        with _store(database_url) as database, progress("Simulating", rows=True) as tell:
            outcome = run(size, database, tell)
    except (_NotUsable, StoreUnavailable, migrations.MigrationError, ValueError) as error:
        return fail(str(error))
    _show(outcome, out())
    if json_file is not None:
        json_file.write_text(json.dumps(outcome.as_data(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return WRONG if outcome.violations else OK


def run(size: Size, database: Database, tell: Progress = silent) -> Outcome:
    """Play a programme on an empty, migrated store, and judge it."""
    watched: list[tuple[Facts, Sequence[Check], Figures]] = []

    def begins(programme: Programme) -> None:
        facts, checks = all_checks(programme.cast)
        figures = Figures(facts)
        watched.append((facts, checks, figures))

        def see(entry: Entry) -> None:
            facts.see(entry)
            figures.see(entry)
            for check in checks:
                check.see(entry)

        programme.watchers.append(see)
        # What is there from the beginning stays to the end: the collector need not look at it again and again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(_COLLECT_AFTER, 20, 50)

    started, worked = time.monotonic(), time.process_time()
    programme = play(size, database, tell, begins)
    seconds = time.monotonic() - started
    _, checks, figures = watched[0]
    for check in checks:
        check.close(programme.end)
    return Outcome(
        size,
        {
            "The programme": figures.of_programme(programme.end),
            "Messages": figures.of_messages(),
            "Mishaps": of_mishaps(programme.platforms.values(), programme.end),
            "The simulation": {
                "seconds": round(seconds, 1),
                "seconds of one processor": round(time.process_time() - worked, 1),
                "simulated days a second": round(size.days / seconds, 2),
                "rows of the outbox": figures.counts["rows"],
            },
        },
        checks,
    )


class _NotUsable(Exception):
    """The store is not for this; the message says why."""


@contextmanager
def _store(url: str) -> Generator[Database]:
    folder = "" if url else tempfile.mkdtemp(prefix="matchpoint-simulation-")
    address = url or f"sqlite:///{Path(folder) / 'simulation.db'}"
    try:
        if not address.startswith("sqlite"):
            raise _NotUsable(
                "A simulation runs on a SQLite file: leases on PostgreSQL go by the clock of its server, which nobody "
                "can make run faster."
            )
        migrations.upgrade(address)
        database = Database(address, durable=False)
        try:
            with database.read() as session:
                if people.all_workspaces(session):
                    raise _NotUsable("This store is in use. Name an empty one, or none: then a temporary one is made.")
            yield database
        finally:
            database.close()
    finally:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


def _show(outcome: Outcome, console: Console) -> None:
    for name, values in outcome.figures.items():
        table = Table(title=name, show_header=False, title_justify="left", box=None, padding=(0, 2, 0, 0))
        for label, value in values.items():
            table.add_row(Text(label), Text(f"{value:,}" if isinstance(value, int) else str(value), justify="right"))
        console.print(table)
        console.print()
    for check in outcome.checks:
        kept = not check.violations
        mark = Text("kept    " if kept else "BROKEN  ", style="green" if kept else "bold red")
        console.print(mark + Text(f"{check.rule}  ({check.cases:,} cases)"))
        for one in check.violations[:_SHOWN]:
            console.print(Text(f"        {one}"))
        if len(check.violations) > _SHOWN:
            console.print(Text(f"        and {len(check.violations) - _SHOWN:,} more"))
