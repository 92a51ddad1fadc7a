"""What the operator does from the command line: set up, import, export, and personal links."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.table import Table
from rich.text import Text

from bot.console import ENGLISH, OK, WRONG, deployment, err, fail, out, progress
from bot.settings import Settings
from bot.wiring import Parts
from domain.errors import Refusal
from handlers.directory import exporting as directory_export
from handlers.directory import importing
from handlers.members.setup import SetUp, set_up_by_operator
from handlers.vouchers import exporting as voucher_export
from handlers.webroom.links import make_personal_link
from handlers.webroom.personal import enter
from handlers.webroom.places import SURFACE, channel_address, is_native
from handlers.webroom.post import ensure_channel, ensure_workspace
from handlers.work import Work
from messages.i18n import LOCALES
from messages.notices.directory import ImportReport
from messages.notices.setup import SetUpState
from messages.problems import explain as explain_problem
from messages.refusals import explain
from store import rekeying
from store.queries import people as people_query

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
    language: str = "",
) -> int:
    """Create or activate a cluster and bind a workspace to it; returns the exit code."""
    with deployment(settings) as parts:
        if surface not in ("slack", SURFACE):
            return _say("setup.surface.unknown", surface=surface)
        if language and language not in LOCALES:
            return fail(f"I speak {', '.join(LOCALES)}, not “{language}”.")
        if not (is_native(workspace) if surface == SURFACE else workspace.isalnum()):
            return _say("setup.workspace.invalid", workspace=workspace)
        now = parts.clock.now()
        if surface == SURFACE:
            ensure_workspace(parts.database, workspace, name=cluster, now=now)
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

    Of several, one that has its columns and no rows is passed over: an export writes a file for every kind.
    Returns the exit code.
    """
    with deployment(settings) as parts:
        for file in files:
            if not file.is_file():
                return fail(f"There is no file {file}.")
        for file in sorted(files, key=importing.place_in_order):
            with progress(file.name) as tell:
                report = importing.import_file(
                    parts.database,
                    parts.kit,
                    file,
                    kind=kind,
                    now=parts.clock.now(),
                    partial=partial,
                    progress=tell,
                )
            if report.has_no_rows and len(files) > 1:
                out().print(Text(f"{report.file_name}: no rows, passed over."))
                continue
            _show_report(report)
            if not report.done:
                return WRONG
        return OK
    return WRONG


def export(settings: Settings, folder: Path, *, kind: str = "") -> int:
    """Write the directory as CSV files, or with `kind` "vouchers" what a funder gets of them; returns the exit code."""
    with deployment(settings) as parts:
        try:
            if kind == "vouchers":
                for file in voucher_export.export_all(parts.database, folder, now=parts.clock.now()):
                    out().print(Text(f"{file.path}  {file.rows}"))
                return OK
            with progress("Export", rows=True) as tell:
                done = directory_export.export(parts.database, parts.kit, folder, kind=kind, progress=tell)
        except OSError as error:
            return fail(f"I cannot write to {folder}: {error.strerror}.")
        for one in done:
            out().print(Text(f"{one.path}  {one.rows}"))
        return OK
    return WRONG


def link(settings: Settings, *, email: str, workspace: str) -> int:
    """Print a personal link into the web workspace for somebody in the directory; returns the exit code."""
    with deployment(settings) as parts:
        now = parts.clock.now()
        with parts.database.write() as session:
            person = people_query.person_by_email(session, email.strip().lower())
            if person is None or person.id is None:
                return fail(f"Nobody in the directory has the address {email}.")
            account = enter(Work(session, now, parts.kit), person.id, workspace)
        if account is None:
            return fail(f"There is no web workspace {workspace}. Make one with matchpoint setup --surface web.")
        url = make_personal_link(
            parts.web_secret, public_url=settings.base_url, workspace=account.workspace, user=account.user, now=now
        )
        sys.stdout.write(f"{url}\n")
        return OK
    return WRONG


def rotate_keys(settings: Settings) -> int:
    """Encrypt every stored secret with the first of the keys, harmless to repeat; returns the exit code."""
    with deployment(settings) as parts:
        done = rekeying.rotate_all(parts.database)
        out().print(Text(f"{done.rotated} secrets are encrypted with the newest key now, {done.current} were already."))
        if done.unreadable:
            return fail(
                f"{done.unreadable} secrets cannot be read with any key of ENCRYPTION_KEYS and were left as they are. "
                "Put the key that they were encrypted with behind the newest one, and run this again."
            )
        return OK
    return WRONG


def teams_package(settings: Settings, file: Path) -> int:
    """Write the app package for Microsoft Teams; return 1 where the settings lack what goes into it."""
    if not settings.teams_client_id or not settings.public_url.startswith("https://"):
        return fail(
            "Set TEAMS_CLIENT_ID (the Application (client) ID of the bot's registration) and PUBLIC_URL (an https:// "
            "address): both stand in the package."
        )
    from surfaces.teams.package import build_package

    file.write_bytes(build_package(settings.teams_client_id, settings.public_url))
    out().print(f"{file} is written. An administrator uploads it under Teams admin center, Manage apps.")
    return OK


def _channel(parts: Parts, surface: str, workspace: str, given: str, *, private: bool) -> str:
    """Return the address of a channel as the operator names it: by id, or by name in the web workspace."""
    if not given:
        return ""
    if surface == SURFACE:
        if given.isdecimal():
            return channel_address(workspace, int(given))
        return ensure_channel(parts.database, workspace, given, private=private, now=parts.clock.now())
    if surface == "teams":
        from surfaces.teams.address import address_of as channel_of

        return channel_of(workspace, given)
    from surfaces.slack.address import address_of

    return address_of(workspace, given.lstrip("#"))


def _say(key: str, **params: str) -> int:
    return fail(explain(Refusal(key, **params), ENGLISH))


def _show_state(state: SetUpState) -> None:
    table = Table(show_header=False, box=None)
    for name, value in (
        ("Cluster", f"{state.cluster} ({state.country}), active"),
        ("Language", f"{state.language} (for another one: --language)"),
        ("Time zone", state.zone),
        ("Challenge channel", "there" if state.challenge_channel else "is made by the worker"),
        ("Managers' channel", "there" if state.managers_channel else "is made by the worker"),
        ("Managers", ", ".join(state.managers)),
    ):
        table.add_row(Text(name), Text(value))
    out().print(table)
    if state.unmet:
        out().print(Text(f"Not met yet: {', '.join(state.unmet)}. They are reached once they use any command."))


def _show_report(report: ImportReport) -> None:
    console = out()
    counts = f"{report.added} new, {report.changed} changed, {report.unchanged} as they were, {report.refused} left out"
    outcome = counts if report.done else "nothing was imported"
    console.print(Text(f"{report.file_name}: {report.read} rows, {outcome}.", style="" if report.done else "bold red"))
    if report.ignored:
        console.print(Text(f"Columns that I do not know and left out: {', '.join(report.ignored)}."))
    if report.problems:
        table = Table("Line", "Column", "Problem", "Remedy")
        for problem in report.problems[:_ROWS_SHOWN]:
            what, remedy = explain_problem(problem, ENGLISH)
            table.add_row(str(problem.line or "–"), Text(problem.column), Text(what), Text(remedy))
        err().print(table)
        if report.problem_count > _ROWS_SHOWN:
            err().print(Text(f"… and {report.problem_count - _ROWS_SHOWN} more."))
    for near in report.near[:_ROWS_SHOWN]:
        console.print(Text(f"Line {near.line}: {near.name} resembles {near.other}; both are kept."))
    if report.near_count > _ROWS_SHOWN:
        console.print(Text(f"… and {report.near_count - _ROWS_SHOWN} more that resemble others."))
