"""Importing challenges: by owner and title. The operator's are published at once, a manager's are drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta
from typing import Any, Final

from domain.calendars import cutoff_instant, zone_or_utc
from domain.challenges import (
    BUDGET_MAX,
    COUNTRIES_MAX,
    CRITERIA_MAX,
    CRITERION_MAX,
    IP_TERMS_MAX,
    MUST_HAVE_MAX,
    MUST_HAVES_MAX,
    TEXT_MAX,
    TITLE_MAX,
    WEIGHTS_SUM,
    ChallengeState,
    Confidentiality,
)
from domain.organisations import NAME_MAX, Role
from handlers.challenges.moves import enqueue_rank, keep_edition, post_everywhere, tell_buyer
from handlers.challenges.writing import remind_of_deadline
from handlers.directory.cells import Cells
from handlers.directory.scope import Reference, References, Scope, Settled, read_reference
from handlers.work import Actor, Work
from store.engine import Session
from store.queries import directory as query
from store.queries.rows import add
from store.tables.challenges import Challenge
from store.tables.people import Person

_SECTOR_MAX: Final = 120
_DAYS_MAX: Final = 1000


@dataclass(frozen=True, slots=True)
class ChallengeRow:
    """One row of a file of challenges; `deadline_on` or `days` from the day of the import says until when."""

    line: int
    owner: Reference
    title: str
    deadline_on: date | None
    days: int | None
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Placed:
    """A row with the organisation that asks, its first buyer and the cluster of that membership."""

    record: ChallengeRow
    organisation_id: int
    person_id: int
    cluster_id: int


class ChallengeImporter:
    """Imports challenges; one that is there already is left alone, since it has a life of its own by then."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def begin(self, session: Session) -> None:
        """Read the zones of the clusters."""
        self._zones: dict[int, str] = {row["id"]: row["zone"] for row in query.clusters(session)}

    def parse(self, cells: Cells) -> ChallengeRow:
        """Read a row."""
        owner = read_reference(cells, "owner", limit=NAME_MAX)
        if not owner.name:
            cells.wrong("owner", "required")
        title = cells.line("title", limit=TITLE_MAX, required=True)
        must_haves = cells.items("must_haves", limit=MUST_HAVE_MAX, most=MUST_HAVES_MAX, lines=True)
        if not must_haves:
            cells.wrong("must_haves", "must_have.none")
        deadline_on, days = cells.day("deadline"), cells.number("deadline_days", lowest=1, highest=_DAYS_MAX)
        if deadline_on is None and days is None and not cells.problems:
            cells.wrong("deadline", "deadline.none")
        if deadline_on is not None and deadline_on < self._scope.now.date():
            cells.wrong("deadline", "date.past", value=deadline_on.isoformat())
        languages = cells.languages("language", most=1)
        values: dict[str, Any] = {
            "background": cells.text("background", limit=TEXT_MAX),
            "problem": cells.text("text", limit=TEXT_MAX, required=True),
            "must_haves": must_haves,
            "criteria": _criteria(cells),
            "sector": cells.line("sector", limit=_SECTOR_MAX),
            "countries": cells.countries("countries", most=COUNTRIES_MAX),
            "budget": cells.line("budget", limit=BUDGET_MAX),
            "ip_terms": cells.text("ip_terms", limit=IP_TERMS_MAX),
            "trl": cells.number("trl", lowest=1, highest=9),
            "language": languages[0] if languages else "",
            "confidentiality": Confidentiality(
                cells.choice("confidentiality", tuple(Confidentiality)) or Confidentiality.OPEN
            ),
            "zone": cells.zone("zone"),
        }
        line = cells.row_line
        if not cells.problems and (first := self._scope.seen(line, "challenge", owner.name.casefold(), title)):
            cells.wrong("title", "twice", earlier=first)
        return ChallengeRow(line, owner, title, deadline_on, days, values)

    def settle(self, work: Work, records: Sequence[ChallengeRow], *, write: bool) -> Settled:
        """Compare challenges with those in the store, and write the new ones."""
        settled = Settled()
        placed = self._placed(work, records, settled)
        known = query.challenges_of(work.session, {one.organisation_id for one in placed})
        new = [one for one in placed if (one.organisation_id, one.record.title) not in known]
        settled.added, settled.unchanged = len(new), len(placed) - len(new)
        if write:
            for one in new:
                self._write(work, one)
        return settled

    def _placed(self, work: Work, records: Sequence[ChallengeRow], settled: Settled) -> list[Placed]:
        references = References(work.session, {record.owner for record in records})
        found = [(record, references.find(record.owner)) for record in records]
        ids = {row["id"] for _, row in found if not isinstance(row, str)}
        buyers = query.first_members(work.session, ids, Role.BUYER)
        placed: list[Placed] = []
        for record, row in found:
            problem = row if isinstance(row, str) else self._problem(row, buyers)
            if isinstance(row, str) or problem:
                settled.refuse(record.line, "owner", str(problem), value=record.owner.name)
                continue
            person_id, cluster_id = buyers[row["id"]]
            placed.append(Placed(record, row["id"], person_id, cluster_id))
        return placed

    def _problem(self, row: Mapping[str, Any], buyers: Mapping[int, tuple[int, int]]) -> str:
        if self._scope.cluster_id not in (None, row["home_cluster_id"]):
            return "organisation.not_yours"
        return "" if row["id"] in buyers else "owner.nobody"

    def _write(self, work: Work, placed: Placed) -> None:
        published = self._scope.cluster_id is None
        record = placed.record
        zone = record.values["zone"] or self._zones[placed.cluster_id]
        today = work.now.astimezone(zone_or_utc(zone)).date()
        deadline_on = record.deadline_on or today + timedelta(days=record.days or 0)
        values: dict[str, Any] = {
            **record.values,
            "zone": zone,
            "deadline_on": deadline_on,
            "deadline_at": cutoff_instant(deadline_on, zone_or_utc(zone)).astimezone(UTC),
            "state": ChallengeState.PUBLISHED if published else ChallengeState.DRAFT,
            "submitted_at": work.now if published else None,
            "published_at": work.now if published else None,
        }
        challenge = add(
            work.session,
            Challenge(
                owner_cluster_id=placed.cluster_id,
                organisation_id=placed.organisation_id,
                person_id=placed.person_id,
                title=record.title,
                created_at=work.now,
                updated_at=work.now,
                **values,
            ),
        )
        if published:
            _publish(work, challenge)


def _publish(work: Work, challenge: Challenge) -> None:
    """Do what follows when a challenge is published; its wording is the buyer's own."""
    person = work.session.get_one(Person, challenge.person_id)
    buyer = Actor(challenge.person_id, person.name, person.locale, person.zone, address="")
    keep_edition(replace(work, actor=buyer), challenge)
    post_everywhere(work, challenge)
    tell_buyer(work, challenge)
    remind_of_deadline(work, challenge, challenge.person_id)
    enqueue_rank(work, challenge)


def _criteria(cells: Cells) -> tuple[tuple[str, int], ...]:
    found: list[tuple[str, int]] = []
    for item in cells.items("criteria", limit=CRITERION_MAX + 5, most=CRITERIA_MAX):
        text, _, weight = item.rpartition(":")
        found.append((text.strip(), int(weight) if weight.strip().isdecimal() and len(weight) < 5 else 0))
    total = sum(weight for _, weight in found)
    if found and (total != WEIGHTS_SUM or not all(text and weight for text, weight in found)):
        cells.wrong("criteria", "weights", total=total)
    return tuple(found)
