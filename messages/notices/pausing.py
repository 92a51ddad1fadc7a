"""What is told of an SME that is proposed to nobody for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Paused:
    """An SME is proposed to nobody; `by` is who wanted that, empty where introductions were left unanswered."""

    id: str
    name: str
    since: datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class Resumed:
    """An SME is proposed again."""

    name: str


PAUSED = Paused("OR-5", "Warm Loop ApS", datetime.fromisoformat("2026-11-02T09:00:00+00:00"))

EXAMPLES = (
    PAUSED,
    Paused("OR-5", "Warm Loop ApS", PAUSED.since, by="Engineer, Warm Loop"),
    Resumed("Warm Loop ApS"),
)
