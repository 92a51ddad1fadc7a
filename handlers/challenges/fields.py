"""Reading the form of a challenge: every mistake is told at its field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from domain.calendars import zone_or_utc
from domain.challenges import (
    BUDGET_MAX,
    COUNTRIES_MAX,
    INVITED_MAX,
    IP_TERMS_MAX,
    TEXT_MAX,
    TITLE_MAX,
    TRL_MAX,
    WEIGHTS_SUM,
    ChallengeDraft,
    Confidentiality,
    check_draft,
)
from domain.errors import Invalid, InvalidForm
from domain.organisations import LOCALES, name_key
from handlers.fields import Fields
from handlers.work import Ask, Work
from store.queries import challenges as query

LIST_MAX: Final = 6000
SECTOR_MAX: Final = 80
_WEIGHT: Final = re.compile(r"(.+?)\s*[:=–-]\s*(\d{1,3})\s*%?")


@dataclass(frozen=True, slots=True)
class Written:
    """What a form says: the draft, and what lies beside it. `invited` are ids of organisations."""

    draft: ChallengeDraft
    sector: str
    language: str
    invited: tuple[int, ...]

    def values(self, *, deadline_at: datetime | None) -> dict[str, object]:
        """Return the columns of the challenge that the form fills."""
        draft = self.draft
        return {
            "title": draft.title,
            "background": draft.background,
            "problem": draft.problem,
            "must_haves": draft.must_haves,
            "criteria": draft.criteria,
            "trl": draft.trl,
            "budget": draft.budget,
            "ip_terms": draft.ip_terms,
            "countries": draft.countries,
            "deadline_on": draft.deadline_on,
            "deadline_at": deadline_at,
            "confidentiality": draft.confidentiality,
            "sector": self.sector,
            "language": self.language,
        }


def read_challenge(
    work: Work,
    ask: Ask,
    *,
    zone: str,
    complete: bool,
    confidentiality: Confidentiality | None = None,
    not_before: date | None = None,
) -> Written:
    """Read the form of a challenge.

    `confidentiality` holds what cannot be changed any more, `not_before` the deadline that can only move later.
    :raises InvalidForm: one refusal per field that is wrong.
    """
    fields = Fields(ask, work.who.locale)
    who = confidentiality or _confidentiality(fields)
    draft = ChallengeDraft(
        title=fields.line("title", TITLE_MAX),
        background=fields.text("background", TEXT_MAX),
        problem=fields.text("problem", TEXT_MAX),
        must_haves=_lines(fields, "must_haves"),
        criteria=_criteria(fields),
        trl=_trl(fields),
        budget=fields.line("budget", BUDGET_MAX),
        ip_terms=fields.text("ip_terms", IP_TERMS_MAX),
        countries=fields.countries("countries")[: COUNTRIES_MAX + 1],
        deadline_on=_deadline(fields, not_before),
        zone=zone,
        confidentiality=who,
    )
    sector = fields.line("sector", SECTOR_MAX)
    language = ask.text("language")
    invited = _invited(work, fields, who, complete=complete)
    today = work.now.astimezone(zone_or_utc(zone)).date()
    for error in check_draft(draft, today=today, complete=complete):
        fields.wrong(error, error.field or "title")
    if fields.errors:
        raise InvalidForm(fields.errors)
    return Written(draft, sector, language if language in LOCALES else work.who.locale, invited)


def _lines(fields: Fields, name: str) -> tuple[str, ...]:
    text = fields.text(name, LIST_MAX)
    found = (re.sub(r"^\s*(?:[-*•·]|\d{1,2}[.)])\s+", "", line).strip() for line in text.split("\n"))
    return tuple(line for line in found if line)


def _confidentiality(fields: Fields) -> Confidentiality:
    chosen = fields.ask.text("confidentiality") or Confidentiality.OPEN.value
    try:
        return Confidentiality(chosen)
    except ValueError:
        fields.wrong(Invalid("challenge.confidentiality.unknown"), "confidentiality")
        # The strictest until it is known better.
        return Confidentiality.INVITE


def _criteria(fields: Fields) -> tuple[tuple[str, int], ...]:
    """Read criteria with weights; without any weight they weigh the same."""
    lines = _lines(fields, "criteria")
    matches = [_WEIGHT.fullmatch(line) for line in lines]
    if lines and not any(matches):
        share, rest = divmod(WEIGHTS_SUM, len(lines))
        return tuple((line, share + (at < rest)) for at, line in enumerate(lines))
    if not all(matches):
        bare = next(line for line, match in zip(lines, matches, strict=True) if match is None)
        fields.wrong(Invalid("challenge.criteria.weight", line=bare[:60]), "criteria")
        return ()
    return tuple((match[1].strip(), int(match[2])) for match in matches if match is not None)


def _trl(fields: Fields) -> int | None:
    typed = fields.ask.text("trl")
    if not typed:
        return None
    # What is no number is out of range, and told so.
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 1 else TRL_MAX + 1


def _deadline(fields: Fields, not_before: date | None) -> date | None:
    typed = fields.ask.text("deadline_on")
    if not typed:
        return None
    try:
        chosen = date.fromisoformat(typed)
    except ValueError:
        fields.wrong(Invalid("challenge.deadline.unreadable", example="2026-06-30"), "deadline_on")
        return None
    if not_before is not None and chosen < not_before:
        fields.wrong(Invalid("challenge.deadline.only_later", deadline_on=not_before), "deadline_on")
    return chosen


def _invited(work: Work, fields: Fields, who: Confidentiality, *, complete: bool) -> tuple[int, ...]:
    if who is not Confidentiality.INVITE:
        return ()
    names = _lines(fields, "invited")
    if not names:
        if complete:
            fields.wrong(Invalid("challenge.invited.none"), "invited")
        return ()
    if len(names) > INVITED_MAX:
        fields.wrong(Invalid("challenge.invited.too_many", limit=INVITED_MAX, count=len(names)), "invited")
        return ()
    keys = {name_key(name): name for name in names}
    found = {row.name_key: row.id for row in query.organisations_named(work.session, list(keys)) if row.id is not None}
    unknown = [name for key, name in keys.items() if key not in found]
    if unknown:
        fields.wrong(Invalid("challenge.invited.unknown", name=unknown[0][:80]), "invited")
    return tuple(found.values())
