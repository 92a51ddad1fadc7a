"""The figures of vouchers as files for a funder: CSV of the applications, or a workbook of all there is.

A manager gets a private link from the board; the operator writes the same files from the command line.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from domain.errors import Invalid, NotFound
from handlers import audit
from handlers.directory.cells import guard
from handlers.people import act_for
from handlers.routes import route
from handlers.vouchers import looking
from handlers.vouchers.export_links import KINDS, VALID_FOR, Order, make_token, read_token
from handlers.vouchers.export_rows import APPLICATIONS, TABLES, Cell, Cells
from handlers.work import Ask, Kit, Reply, Work
from messages.notices.board import ExportReady
from store.engine import Database, Session
from store.queries import board as query
from store.queries.board import Scope
from store.reach import narrow
from store.tables.people import Person


@dataclass(frozen=True, slots=True)
class Exported:
    """One file that was written, and how many rows it has."""

    path: Path
    rows: int


@route("voucher.export")
def give_export(work: Work, ask: Ask) -> Reply:
    """Give a manager the link to a file of what is looked at.

    :raises NotAllowed, NotFound, Invalid: see `looking.ask`; also NotFound for another kind of file.
    """
    asked = looking.ask(work, ask.value)
    kind = asked.words[0] if asked.words else ""
    if kind not in KINDS:
        raise NotFound("voucher.board.unknown")
    looked = looking.name(work.session, asked.scope)
    kit = work.kit
    if not kit.public_url or not kit.signing_secret:
        return Reply(ExportReady(looked, kind))
    token = make_token(kit.signing_secret, Order(work.who.person_id, looked.value, kind), now=work.now)
    audit.record(work, "voucher.export", looked.value, after={"kind": kind})
    return Reply(ExportReady(looked, kind, f"{kit.public_url}/exports/{token}", work.now + VALID_FOR))


def write_ordered(database: Database, kit: Kit, token: str, target: BinaryIO, *, now: datetime) -> str | None:
    """Write the file that a private link opens; return its name, or None where the link opens nothing (any more)."""
    order = read_token(kit.signing_secret, token, now=now)
    if order is None:
        return None
    with database.read() as session:
        scope = _allowed(session, order)
        if scope is None:
            return None
        write(session, scope, order.kind, target, now=now)
    what = "" if order.value == looking.write(Scope(None)) else f"-{order.value.replace('+', '-')}"
    return f"vouchers{what}-{now.date().isoformat()}.{order.kind}"


def _allowed(session: Session, order: Order) -> Scope | None:
    """Return what the person of an order may see of it now, if anything."""
    person = session.get(Person, order.person_id)
    if person is None or person.left_at is not None:
        return None
    actor = act_for(session, person)
    managed = actor.managed()
    if not managed:
        return None
    narrow(session, actor.reach())
    try:
        scope = looking.read(order.value, managed).scope
    except Invalid:
        return None
    return scope if query.exists(session, scope) else None


def write(session: Session, scope: Scope, kind: str, target: BinaryIO, *, now: datetime) -> int:
    """Write a file of this kind; return how many rows it has."""
    if kind == "xlsx":
        # Its library is imported only where a workbook is written.
        from handlers.vouchers.workbook import write_workbook

        sheets = ((one.name, one.columns, one.rows(session, scope)) for one in TABLES)
        return write_workbook(target, sheets, now=now)
    return _write_csv(APPLICATIONS.columns, APPLICATIONS.rows(session, scope), target)


def _write_csv(columns: tuple[str, ...], rows: Iterator[Cells], target: BinaryIO) -> int:
    text, count = io.TextIOWrapper(target, encoding="utf-8", newline=""), 0
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for count, row in enumerate(rows, 1):  # noqa: B007  (counts the rows)
        writer.writerow([_cell(cell) for cell in row])
    text.flush()
    text.detach()
    return count


def _cell(cell: Cell) -> str:
    """Write a value as text: ISO dates, amounts with two places, and nothing that a spreadsheet would run."""
    if cell is None:
        return ""
    return guard(cell) if isinstance(cell, str) else str(cell)


def export_all(database: Database, folder: Path, *, now: datetime) -> tuple[Exported, ...]:
    """Write everything there is into a folder, as the operator may; each file appears when it is complete."""
    folder.mkdir(parents=True, exist_ok=True)
    done: list[Exported] = []
    for kind in KINDS:
        path = folder / f"vouchers.{kind}"
        partly = path.with_suffix(f".{kind}.part")
        try:
            with database.read() as session, partly.open("wb") as target:
                rows = write(session, Scope(None), kind, target, now=now)
            os.replace(partly, path)
        finally:
            partly.unlink(missing_ok=True)
        done.append(Exported(path, rows))
    return tuple(done)
