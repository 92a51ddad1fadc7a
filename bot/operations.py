"""What the operator does from the command line: set up, import, export, rank, and personal links."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from bot.server import prepare
from bot.settings import Settings
from bot.wiring import Parts
from domain.errors import InvalidForm, Refusal
from handlers.directory import exporting as directory_export
from handlers.directory import importing
from handlers.members.setup import SetUp, set_up_by_operator
from handlers.suggestions import ranking
from handlers.webroom.links import make_personal_link
from handlers.webroom.personal import enter
from handlers.webroom.places import SURFACE, channel_address, is_native
from handlers.webroom.post import ensure_channel, ensure_workspace
from handlers.work import Work
from messages.i18n import LOCALES, Words
from messages.notices.directory import ImportReport
from messages.notices.setup import SetUpState
from messages.problems import explain as explain_problem
from messages.refusals import explain
from store.engine import StoreUnavailable
from store.queries import people as people_query

OK: Final = 0
WRONG: Final = 1
_ENGLISH: Final = Words()
_ROWS_SHOWN: Final = 40


def set_up(
    settings: Settings,
    *,
    cluster: str,
    country: str,
    workspace: str,
    managers: Sequence[str],
    challenge_channel: str = "",
    managers_channel: str = "",
    surface: str = "web",
    language: str = "en",
) -> int:
    """Create or activate a cluster and bind a workspace to it; returns the exit code."""
    with _session(settings) as parts:
        if surface not in ("slack", SURFACE):
            return _say("setup.surface.unknown", surface=surface)
        if language not in LOCALES:
            return _fail(f"I speak {', '.join(LOCALES)}, not “{language}”.")
        if not (is_native(workspace) if surface == SURFACE else workspace.isalnum()):
            return _say("setup.workspace.invalid", workspace=workspace)
        now = parts.clock.now()
        if surface == SURFACE:
            ensure_workspace(parts.database, workspace, name=cluster, now=now, locale=language)
        wanted = SetUp(
            cluster=cluster,
            country=country,
            workspace=workspace,
            surface=surface,
            managers=tuple(managers),
            challenge_channel=_channel(parts, surface, workspace, challenge_channel, private=False),
            managers_channel=_channel(parts, surface, workspace, managers_channel, private=True),
            language=language,
        )
        with parts.database.write() as session:
            state = set_up_by_operator(Work(session, now, parts.kit), wanted)
        _show_state(state)
        return OK
    return WRONG


def import_files(settings: Settings, files: Sequence[Path], *, kind: str = "", partial: bool = False) -> int:
    """Import files in the order in which they refer to each other, and stop at the first that is refused.

    Returns the exit code.
    """
    with _session(settings) as parts:
        for file in files:
            if not file.is_file():
                return _fail(f"There is no file {file}.")
        for file in sorted(files, key=importing.place_in_order):
            with _progress(file.name) as tell:
                report = importing.import_file(
                    parts.database,
                    parts.kit,
                    file,
                    kind=kind,
                    now=parts.clock.now(),
                    partial=partial,
                    progress=tell,
                )
            _show_report(report)
            if not report.done:
                return WRONG
        return OK
    return WRONG


def export(settings: Settings, folder: Path, *, kind: str = "") -> int:
    """Write the directory as CSV files; returns the exit code."""
    with _session(settings) as parts:
        try:
            with _progress("Export", rows=True) as tell:
                done = directory_export.export(parts.database, parts.kit, folder, kind=kind, progress=tell)
        except OSError as error:
            return _fail(f"I cannot write to {folder}: {error.strerror}.")
        for one in done:
            _out().print(Text(f"{one.path}  {one.rows}"))
        return OK
    return WRONG


def rank(settings: Settings, text: str, *, limit: int = 5, as_json: bool = False) -> int:
    """Rank the directory for a text and print the reasons, for people or for programs; returns the exit code."""
    with _session(settings) as parts:
        if not text.strip():
            return _fail('Say what is sought: matchpoint rank "sensors for drinking water".')
        found = ranking.rank_text(parts.database, parts.kit, text, limit=limit, now=parts.clock.now())
        if as_json:
            sys.stdout.write(json.dumps([_plain(one) for one in found], ensure_ascii=False, indent=2) + "\n")
        else:
            _show_ranked(found)
        return OK
    return WRONG


def link(settings: Settings, *, email: str, workspace: str) -> int:
    """Print a personal link into the web workspace for somebody in the directory; returns the exit code."""
    with _session(settings) as parts:
        now = parts.clock.now()
        with parts.database.write() as session:
            person = people_query.person_by_email(session, email.strip().lower())
            if person is None or person.id is None:
                return _fail(f"Nobody in the directory has the address {email}.")
            account = enter(Work(session, now, parts.kit), person.id, workspace)
        if account is None:
            return _fail(f"There is no web workspace {workspace}. Make one with matchpoint setup --surface web.")
        url = make_personal_link(
            parts.web_secret, public_url=settings.base_url, workspace=account.workspace, user=account.user, now=now
        )
        sys.stdout.write(f"{url}\n")
        return OK
    return WRONG


@contextmanager
def _session(settings: Settings) -> Generator[Parts]:
    """Give the parts of the program, and put what goes wrong into plain words."""
    parts = prepare(settings)
    try:
        yield parts
    except InvalidForm as refusal:
        for error in refusal.errors:
            _fail(explain(error, _ENGLISH))
    except Refusal as refusal:
        _fail(explain(refusal, _ENGLISH))
    except StoreUnavailable as error:
        _fail(f"{error} Somebody else may be writing; try again.")
    finally:
        parts.database.close()


def _channel(parts: Parts, surface: str, workspace: str, given: str, *, private: bool) -> str:
    """Return the address of a channel as the operator names it: by id, or by name in the web workspace."""
    if not given:
        return ""
    if surface == SURFACE:
        if given.isdecimal():
            return channel_address(workspace, int(given))
        return ensure_channel(parts.database, workspace, given, private=private, now=parts.clock.now())
    from surfaces.slack.address import address_of

    return address_of(workspace, given.lstrip("#"))


def _out() -> Console:
    return Console()


def _err() -> Console:
    return Console(stderr=True)


def _fail(text: str) -> int:
    _err().print(Text(text, style="red"))
    return WRONG


def _say(key: str, **params: str) -> int:
    return _fail(explain(Refusal(key, **params), _ENGLISH))


@contextmanager
def _progress(name: str, *, rows: bool = False) -> Generator[Callable[[int, int | None], None]]:
    """Show a bar while something goes on, on a terminal only."""
    console = _err()
    if not console.is_terminal:
        yield importing.silent
        return
    columns = (TextColumn("{task.description}"), BarColumn())
    counted = (MofNCompleteColumn(),) if rows else (TaskProgressColumn(),)
    with Progress(*columns, *counted, TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _show_state(state: SetUpState) -> None:
    table = Table(show_header=False, box=None)
    for name, value in (
        ("Cluster", f"{state.cluster} ({state.country}), active"),
        ("Language", state.language),
        ("Time zone", state.zone),
        ("Challenge channel", "there" if state.challenge_channel else "is made by the worker"),
        ("Managers' channel", "there" if state.managers_channel else "is made by the worker"),
        ("Managers", ", ".join(state.managers)),
    ):
        table.add_row(Text(name), Text(value))
    _out().print(table)
    if state.unmet:
        _out().print(Text(f"Not met yet: {', '.join(state.unmet)}. They are reached once they use any command."))


def _show_report(report: ImportReport) -> None:
    out = _out()
    counts = f"{report.added} new, {report.changed} changed, {report.unchanged} as they were, {report.refused} left out"
    outcome = counts if report.done else "nothing was imported"
    out.print(Text(f"{report.file_name}: {report.read} rows, {outcome}.", style="" if report.done else "bold red"))
    if report.ignored:
        out.print(Text(f"Columns that I do not know and left out: {', '.join(report.ignored)}."))
    if report.problems:
        table = Table("Line", "Column", "Problem", "Remedy")
        for problem in report.problems[:_ROWS_SHOWN]:
            what, remedy = explain_problem(problem, _ENGLISH)
            table.add_row(str(problem.line or "–"), Text(problem.column), Text(what), Text(remedy))
        _err().print(table)
        if report.problem_count > _ROWS_SHOWN:
            _err().print(Text(f"… and {report.problem_count - _ROWS_SHOWN} more."))
    for near in report.near[:_ROWS_SHOWN]:
        out.print(Text(f"Line {near.line}: {near.name} resembles {near.other}; both are kept."))
    if report.near_count > _ROWS_SHOWN:
        out.print(Text(f"… and {report.near_count - _ROWS_SHOWN} more that resemble others."))


def _plain(one: ranking.Explained) -> dict[str, Any]:
    values = dataclasses.asdict(one)
    values["quotes"] = [{"field": field, "quote": quote} for field, quote in one.quotes]
    return values


def _show_ranked(found: Sequence[ranking.Explained]) -> None:
    if not found:
        _out().print(Text("Nobody in the directory fits this."))
        return
    table = Table("", "Organisation", "Country", "Score", "What speaks for it", show_lines=True)
    for place, one in enumerate(found, start=1):
        quotes = "\n".join(f"{field}: “{quote}”" for field, quote in one.quotes)
        table.add_row(str(place), Text(one.name), one.country, f"{one.score:.2f}", Text(quotes))
    _out().print(table)
