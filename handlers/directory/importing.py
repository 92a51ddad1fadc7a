"""The import of the directory: clusters, organisations, people, profiles and challenges from CSV.

A file is read twice. The first reading checks every row and writes nothing; the second one writes, in batches, in one
transaction, so that nothing is ever half-imported. Memory does not grow with the file: what has to be remembered of the
rows (which keys were seen, and on which line) lies in a temporary file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from domain.errors import Invalid, NotAllowed
from domain.text import clean_line, shorten
from handlers import audit
from handlers.directory.cells import Cells
from handlers.directory.challenges import ChallengeImporter
from handlers.directory.clusters import ClusterImporter
from handlers.directory.formats import FORMATS
from handlers.directory.organisations import OrganisationImporter
from handlers.directory.people import PersonImporter
from handlers.directory.profiles import ProfileImporter
from handlers.directory.reading import RowReader, Unreadable
from handlers.directory.scope import Importer, Scope, Settled
from handlers.work import Actor, Kit, Work
from messages.notices.directory import ImportReport, NearName, RowProblem
from store.engine import Database
from store.queries.rows import add
from store.scratch import Scratch
from store.tables.people import ImportRun

Progress = Callable[[int, int | None], None]

BATCH: Final = 500
PROBLEMS_SHOWN: Final = 200
NEAR_SHOWN: Final = 100
_IMPORTERS: Final[dict[str, Callable[[Scope], Importer]]] = {
    "clusters": ClusterImporter,
    "organisations": OrganisationImporter,
    "people": PersonImporter,
    "profiles": ProfileImporter,
    "challenges": ChallengeImporter,
}


def silent(done: int, total: int | None) -> None:
    """Tell nobody how far it is."""
    del done, total


def import_file(
    database: Database,
    kit: Kit,
    path: Path,
    *,
    kind: str = "",
    actor: Actor | None = None,
    cluster_id: int | None = None,
    now: datetime,
    partial: bool = False,
    progress: Progress = silent,
    file_name: str = "",
) -> ImportReport:
    """Import a CSV file (UTF-8, comma or semicolon, with a header) and report what happened; blocks, so use a thread.

    `kind` is clusters, organisations, people, profiles or challenges; empty: the header tells. `actor` None is the
    operator, who may import everything; a manager imports organisations, people, profiles and drafts of challenges of
    the cluster `cluster_id` (may be left out where only one is managed). `partial` imports the good rows although
    others are wrong; without it one wrong row keeps the whole file out. `progress` is called with bytes done and bytes
    to do. `file_name` is what the person calls the file, if `path` is a temporary one.

    Whatever stands in the file ends up in the report and is never raised. `messages.compose(report, words)` makes a
    card of it; `messages.problems.explain` words a single problem.

    :raises NotAllowed: "directory.managers_only" or "directory.operator_only".
    :raises Invalid: "directory.kind.unknown".
    """
    if kind and kind not in FORMATS:
        raise Invalid("directory.kind.unknown", kind=shorten(kind, 40), kinds=", ".join(FORMATS))
    scope = Scope(kit, now, actor, cluster_of(actor, cluster_id))
    name = shorten(clean_line(file_name or path.name, limit=10_000), 120)
    job = _Job(database, scope, path, kind, name, partial, progress)
    checked = job.check()
    if checked.problem_count and not (partial and checked.readable):
        return checked.report(name, done=False)
    try:
        return job.write().report(name, done=True)
    except _ChangedMeanwhile as changed:
        return changed.tally.report(name, done=False)


def place_in_order(path: Path) -> int:
    """Return the place of a file among several that refer to each other; one that cannot be read comes last."""
    try:
        with RowReader(path) as reader:
            return list(FORMATS).index(reader.format.kind)
    except Unreadable:
        return len(FORMATS)


def cluster_of(actor: Actor | None, cluster_id: int | None) -> int | None:
    """Return the cluster for which somebody imports or exports; None for the operator, who is bound to none.

    :raises NotAllowed: the person does not manage it, or it is not clear which one is meant.
    """
    if actor is None:
        return cluster_id
    managed = actor.managed()
    chosen = managed[0] if cluster_id is None and len(managed) == 1 else cluster_id
    if chosen is None or chosen not in managed:
        raise NotAllowed("directory.managers_only")
    return chosen


class _ChangedMeanwhile(Exception):
    """The second reading found what the first one did not."""

    def __init__(self, tally: _Tally) -> None:
        super().__init__("changed")
        self.tally = tally


@dataclass(slots=True)
class _Tally:
    """What a reading has come to so far."""

    kind: str = ""
    readable: bool = True
    ignored: tuple[str, ...] = ()
    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    problem_count: int = 0
    refused: int = 0
    near_count: int = 0
    problems: list[RowProblem] = field(default_factory=list[RowProblem])
    near: list[NearName] = field(default_factory=list[NearName])

    def note(self, problems: Sequence[RowProblem]) -> None:
        """Take in what is wrong; only the first ones are kept."""
        self.problem_count += len(problems)
        self.problems += problems[: PROBLEMS_SHOWN - len(self.problems)]

    def take(self, settled: Settled) -> None:
        """Take in what became of a batch."""
        self.added += settled.added
        self.changed += settled.changed
        self.unchanged += settled.unchanged
        self.refused += len({problem.line for problem in settled.problems})
        self.note(settled.problems)
        self.near_count += len(settled.near)
        self.near += settled.near[: NEAR_SHOWN - len(self.near)]

    def report(self, file_name: str, *, done: bool) -> ImportReport:
        """Tell it."""
        return ImportReport(
            kind=self.kind,
            file_name=file_name,
            done=done,
            read=self.read,
            added=self.added if done else 0,
            changed=self.changed if done else 0,
            unchanged=self.unchanged if done else 0,
            refused=self.refused,
            problems=tuple(sorted(self.problems, key=lambda one: one.line)),
            problem_count=self.problem_count,
            ignored=self.ignored,
            near=tuple(self.near),
            near_count=self.near_count,
        )


@dataclass(slots=True)
class _Job:
    """One import, read twice."""

    database: Database
    scope: Scope
    path: Path
    kind: str
    name: str
    partial: bool
    progress: Progress

    def check(self) -> _Tally:
        """Read everything and write nothing."""
        with self.database.read() as session, Scratch() as scratch:
            work = Work(session, self.scope.now, self.scope.kit, actor=self.scope.actor)
            return self._pass(work, replace(self.scope, scratch=scratch), write=False)

    def write(self) -> _Tally:
        """Read everything again and write it, all or nothing.

        :raises _ChangedMeanwhile: it is not what was checked any more; nothing is written.
        """
        with self.database.write() as session, Scratch() as scratch:
            work = Work(session, self.scope.now, self.scope.kit, actor=self.scope.actor)
            tally = self._pass(work, replace(self.scope, scratch=scratch), write=True)
            if tally.problem_count and not (self.partial and tally.readable):
                raise _ChangedMeanwhile(tally)
            run = add(session, self._run(tally))
            audit.record(work, f"import.{tally.kind}", f"IM-{run.id}", cluster_id=self.scope.cluster_id)
            return tally

    def _pass(self, work: Work, scope: Scope, *, write: bool) -> _Tally:
        tally = _Tally()
        total = self.path.stat().st_size
        try:
            with RowReader(self.path, self.kind) as reader:
                tally.kind, tally.ignored = reader.format.kind, reader.ignored
                if tally.kind == "clusters" and scope.actor is not None:
                    raise NotAllowed("directory.operator_only")
                importer = _IMPORTERS[tally.kind](scope)
                importer.begin(work.session)
                for batch in _batches(reader, importer, tally):
                    tally.take(importer.settle(work, batch, write=write))
                    self.progress(reader.bytes_read + (total if write else 0), 2 * total)
        except Unreadable as error:
            tally.readable = False
            tally.note([error.problem])
        else:
            if not tally.read:
                tally.readable = False
                tally.note([RowProblem(0, "", "empty")])
        return tally

    def _run(self, tally: _Tally) -> ImportRun:
        now, actor = self.scope.now, self.scope.actor
        return ImportRun(
            kind=tally.kind,
            file_name=self.name,
            person_id=actor.person_id if actor else None,
            cluster_id=self.scope.cluster_id,
            rows_read=tally.read,
            rows_added=tally.added,
            rows_changed=tally.changed,
            rows_unchanged=tally.unchanged,
            rows_refused=tally.refused,
            finished_on=now.date(),
            created_at=now,
            updated_at=now,
        )


def _batches(reader: RowReader, importer: Importer, tally: _Tally) -> Iterator[list[Any]]:
    """Give the rows that are good by themselves, some hundreds at a time.

    :raises Unreadable: the rest cannot be read; what came before was given.
    """
    batch: list[Any] = []
    try:
        for row in reader:
            tally.read += 1
            cells = Cells(row)
            record = importer.parse(cells) if row.problem is None else None
            problems = [row.problem] if row.problem else cells.problems
            if problems:
                tally.refused += 1
                tally.note(problems)
            else:
                batch.append(record)
            if len(batch) >= BATCH:
                yield batch
                batch = []
    except Unreadable:
        if batch:
            yield batch
        raise
    if batch:
        yield batch
