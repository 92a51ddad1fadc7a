"""What an organisation can do and what it seeks: its limits, and when two tellings say the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from domain.errors import Invalid
from domain.text import clean_line

TEXT_MAX = 3000
SOLUTION_MAX = 3000
ITEM_MAX = 200
ITEMS_MAX = 40
CAPACITY_MAX = 100
TRL_MIN = 1
TRL_MAX = 9


class CompetenceKind(StrEnum):
    """Say what sort of competence it is."""

    SOLUTION = "solution"
    SKILL = "skill"
    TECHNOLOGY = "technology"
    RESOURCE = "resource"


@dataclass(frozen=True, slots=True)
class ProfileText:
    """Hold what a profile says; texts are cleaned already, `language` is the code of theirs."""

    language: str = ""
    summary: str = ""
    solutions: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    technologies: tuple[str, ...] = ()
    sought: tuple[str, ...] = ()
    evidence: str = ""
    trl: int | None = None

    def digest(self) -> str:
        """Return the same text for two profiles that say the same."""
        parts = (self.language, self.summary, self.evidence, self.trl, list(self.competences()))
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()[:32]

    def competences(self) -> Iterator[tuple[str, str, bool]]:
        """Give kind, text and whether it is sought, in the order in which they are told."""
        yield from ((str(CompetenceKind.SOLUTION), text, False) for text in self.solutions)
        yield from ((str(CompetenceKind.SKILL), text, False) for text in self.skills)
        yield from ((str(CompetenceKind.TECHNOLOGY), text, False) for text in self.technologies)
        yield from ((str(CompetenceKind.SKILL), text, True) for text in self.sought)

    def over(self, older: ProfileText) -> ProfileText:
        """Return this telling, with what it leaves open taken from an older one."""
        return replace(
            self,
            language=self.language or older.language,
            summary=self.summary or older.summary,
            solutions=self.solutions or older.solutions,
            skills=self.skills or older.skills,
            technologies=self.technologies or older.technologies,
            sought=self.sought or older.sought,
            evidence=self.evidence or older.evidence,
            trl=older.trl if self.trl is None else self.trl,
        )


def lines_of(text: str, *, field: str, limit: int = ITEM_MAX, most: int = ITEMS_MAX) -> tuple[str, ...]:
    """Read a list that is written one per line; each counts once.

    :raises Invalid: "profile.item.too_long" or "profile.items.too_many".
    """
    found: dict[str, None] = {}
    for raw in text.splitlines():
        try:
            item = clean_line(raw, limit=limit).removeprefix("•").strip()
        except Invalid as error:
            raise Invalid("profile.item.too_long", field=field, limit=limit, length=error.params["length"]) from None
        if item:
            found[item] = None
    if len(found) > most:
        raise Invalid("profile.items.too_many", field=field, limit=most, count=len(found))
    return tuple(found)
