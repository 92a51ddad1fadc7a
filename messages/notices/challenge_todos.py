"""What is open about challenges on one's own page, and the buttons that are always there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from messages.notices.challenges import SHEET


class TodoKind(StrEnum):
    """What is open about a challenge, on one's own page; OWED is what its managers see of VERDICTS."""

    DRAFT = "draft"
    RETURNED = "returned"
    ANSWERS = "answers"
    VERDICTS = "verdicts"
    OWED = "owed"
    SCREEN = "screen"
    OFFER = "offer"
    OUTCOME = "outcome"


@dataclass(frozen=True, slots=True)
class ChallengeTodo:
    """One open thing about a challenge; `value` is what its button acts on, `number` counts what waits.

    `shortlisted` counts the answers that are liked and neither introduced nor declined.

    `said_in` is the language of a title that was translated.
    """

    kind: TodoKind
    id: str
    title: str
    number: int = 0
    on: date | None = None
    note: str = ""
    value: str = ""
    said_in: str = ""
    shortlisted: int = 0


@dataclass(frozen=True, slots=True)
class Doors:
    """The buttons that are always there, by role."""

    buyer: bool = False
    sme: bool = False


EXAMPLES = (
    *(
        ChallengeTodo(
            kind=kind, id="CH-12", title=SHEET.title, number=2, on=date(2026, 7, 14), note="Say more.", value="CH-12"
        )
        for kind in TodoKind
    ),
    ChallengeTodo(TodoKind.VERDICTS, "CH-12", SHEET.title, shortlisted=1, on=date(2026, 7, 14)),
    ChallengeTodo(TodoKind.OWED, "CH-12", SHEET.title, number=1, shortlisted=2, on=date(2026, 7, 14)),
    Doors(buyer=True),
    Doors(sme=True),
    Doors(),
)
