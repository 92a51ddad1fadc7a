"""What is told about an import or an export of the directory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Something in a file that cannot be taken.

    `line` counts the lines of the file from 1 (0: the file as a whole), `column` is its name in the header (empty: the
    row as a whole). `key` names the words in `messages.problems`, `params` fill them.
    """

    line: int
    column: str
    key: str
    params: Mapping[str, str | int] = field(default_factory=dict[str, str | int])


@dataclass(frozen=True, slots=True)
class NearName:
    """A new organisation whose name resembles another one; both are kept."""

    line: int
    name: str
    other: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: a notice, so that `compose` makes a card of it.

    `done` False: nothing was written, and `problems` say why. The counts are of rows; `refused` rows were left out.
    `problems` and `near` hold the first ones only, `problem_count` and `near_count` say how many there are.
    `ignored` are the columns that nobody knows.
    """

    kind: str
    file_name: str
    done: bool
    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    problems: tuple[RowProblem, ...] = ()
    problem_count: int = 0
    ignored: tuple[str, ...] = ()
    near: tuple[NearName, ...] = ()
    near_count: int = 0

    @property
    def has_no_rows(self) -> bool:
        """Tell whether the columns of a kind stand in the file, and nothing below them."""
        return bool(self.kind) and not self.read and [one.key for one in self.problems] == ["empty"]


EXAMPLES = (
    ImportReport(kind="clusters", file_name="clusters.csv", done=True, read=73, added=73),
    ImportReport(
        kind="organisations",
        file_name="members.csv",
        done=True,
        read=3,
        added=1,
        changed=1,
        unchanged=1,
        ignored=("fax",),
        near=(NearName(4, "Nordlicht Sensorik GmbH", "Nordlicht Sensorik AG"),),
        near_count=1,
    ),
    ImportReport(
        kind="people",
        file_name="people.csv",
        done=False,
        read=2,
        refused=2,
        problems=(
            RowProblem(2, "email", "email", {"value": "anna at example"}),
            RowProblem(3, "organisation", "organisation.unknown", {"value": "Quay Robotics"}),
        ),
        problem_count=2,
    ),
    ImportReport(
        kind="profiles",
        file_name="profiles.csv",
        done=True,
        read=3,
        added=2,
        refused=1,
        problems=(RowProblem(4, "trl", "number", {"value": "ten", "lowest": 1, "highest": 9}),),
        problem_count=1,
    ),
    ImportReport(
        kind="",
        file_name="scan.pdf",
        done=False,
        problems=(RowProblem(1, "", "encoding"),),
        problem_count=1,
    ),
)
