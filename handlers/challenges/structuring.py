"""Sorting the free text of a draft into the parts of a challenge: asked for by its author, offered, never forced.

A model reads the text in a job and the author gets what was found as a private card; without one the form opens at once
with what can be found without understanding the text. The draft stays as it is until its author saves the form.
"""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from domain.calendars import zone_or_utc
from domain.challenges import TEXT_MAX, WEIGHTS_SUM, ChallengeState
from domain.errors import NotFound, OutOfDate
from domain.ids import Kind, parse_id
from domain.reading import Reading, read_locally
from domain.text import shorten
from handlers import cards
from handlers.cards import View, living
from handlers.challenges.moves import READING
from handlers.challenges.sight import find_own, id_of, names_to_mask
from handlers.challenges.writing import filled
from handlers.letters import job
from handlers.model_accounts import ModelAccounts
from handlers.routes import route
from handlers.work import Ask, Kit, Reply, Work
from messages.i18n import country_names, month_names
from messages.notices.challenge_forms import StateChallenge
from messages.notices.readings import OriginalText, ReadingOffered, TextIsRead
from prompts.structure import Calendar, Written, structure
from prompts.trouble import ModelUnavailable
from store.engine import Database
from store.queries import challenges as query
from store.queries.rows import add, key_of
from store.queue import Claimed
from store.tables.challenges import Challenge, ChallengeReading
from store.tables.people import Organisation

_READABLE: Final = (ChallengeState.DRAFT, ChallengeState.RETURNED)


@dataclass(frozen=True, slots=True)
class _Task:
    """What is read, and from which version of the draft."""

    challenge_id: int
    person_id: int
    seen: int
    cluster_id: int
    written: Written
    today: date


def text_of(row: Challenge) -> str:
    """Return the free text of a draft: what there is to be sorted."""
    return "\n\n".join(part for part in (row.problem, row.background) if part) or row.title


@route("challenge.structure")
def structure_text(work: Work, ask: Ask) -> Reply:
    """Have the text of a draft read; without a model the form opens at once."""
    row = _own_draft(work, ask.value)
    if work.kit.model is None:
        return Reply(question=_with(filled(work, row), read_locally(text_of(row))))
    known = query.newest_reading(work.session, key_of(row))
    if known is not None and known.seen == row.version:
        return Reply(_offer(row, known))
    person = work.who.person_id
    work.enqueue(
        "structure",
        key=f"structure:{id_of(row)}:v{row.version}:P-{person}",
        subject=id_of(row),
        payload={"person": person, "seen": row.version},
        cluster_id=row.owner_cluster_id,
    )
    return Reply(TextIsRead(id=id_of(row), title=row.title))


def _own_draft(work: Work, value: str) -> Challenge:
    row = find_own(work, value.partition(":")[0]).challenge
    if row.state not in _READABLE:
        raise OutOfDate(f"challenge.now.{row.state.value}", id=id_of(row))
    return row


@job("structure")
async def read_text(database: Database, kit: Kit, row: Claimed, now: datetime) -> None:
    """Read the text of a draft, and offer what was found to who asked for it."""
    task = await asyncio.to_thread(_read_task, database, row, now)
    if task is None or kit.model is None:
        return
    accounts = ModelAccounts(database, now, kit.model_tokens)
    calendar = Calendar(task.today, country_names, month_names)
    found: dict[str, Any]
    try:
        told = await structure(
            kit.model, task.written, calendar, cluster=str(task.cluster_id), ledger=accounts, cache=accounts
        )
    except ModelUnavailable:
        found = {"source": "local", "content": _content(read_locally(task.written.text))}
    else:
        found = {
            "source": "model",
            "content": _content(told.reading),
            "model": told.model,
            "prompt_version": told.prompt_version,
        }
    await asyncio.to_thread(_write, database, kit, task, found, now)


def _read_task(database: Database, row: Claimed, now: datetime) -> _Task | None:
    _, challenge_id = parse_id(row.subject or "", Kind.CHALLENGE)
    seen = row.payload["seen"]
    with database.read() as session:
        challenge = session.get(Challenge, challenge_id)
        if challenge is None or challenge.version != seen or challenge.state not in _READABLE:
            return None
        buyer = session.get_one(Organisation, challenge.organisation_id)
        return _Task(
            challenge_id=challenge_id,
            person_id=row.payload["person"],
            seen=challenge.version,
            cluster_id=challenge.owner_cluster_id,
            written=Written(text_of(challenge), names_to_mask(session, buyer)),
            today=now.astimezone(zone_or_utc(challenge.zone)).date(),
        )


def _write(database: Database, kit: Kit, task: _Task, found: dict[str, Any], now: datetime) -> None:
    with database.write() as session:
        work = Work(session, now, kit)
        challenge = session.get(Challenge, task.challenge_id)
        if challenge is None or challenge.version != task.seen or challenge.state not in _READABLE:
            return
        known = query.newest_reading(session, task.challenge_id)
        if known is None or known.seen != task.seen:
            row = ChallengeReading(
                challenge_id=task.challenge_id,
                person_id=task.person_id,
                seen=task.seen,
                text=task.written.text,
                created_at=now,
                updated_at=now,
                **found,
            )
            add(session, row)
        cards.tell(work, READING, id_of(challenge), task.person_id)


def _content(reading: Reading) -> dict[str, object]:
    day = reading.deadline_on.isoformat() if reading.deadline_on else ""
    return {**asdict(reading), "deadline_on": day}


def _reading(row: ChallengeReading) -> Reading:
    kept: dict[str, Any] = dict(row.content)
    day = kept.pop("deadline_on", "")
    return replace(Reading(**kept), deadline_on=date.fromisoformat(day) if day else None)


@living(READING)
def read_offer(work: Work, view: View) -> ReadingOffered | None:
    """Offer what was found; once the draft has changed, say that it is history."""
    _, challenge_id = parse_id(view.subject, Kind.CHALLENGE)
    challenge, known = work.session.get(Challenge, challenge_id), query.newest_reading(work.session, challenge_id)
    if challenge is None or known is None:
        return None
    return _offer(challenge, known)


def _offer(challenge: Challenge, known: ChallengeReading) -> ReadingOffered:
    reading = _reading(known)
    return ReadingOffered(
        id=id_of(challenge),
        title=challenge.title,
        found_title=reading.title,
        problem=reading.problem,
        background=reading.background,
        must_haves=reading.must_haves,
        criteria=reading.criteria,
        countries=reading.countries,
        deadline_on=reading.deadline_on,
        by_model=known.source == "model",
        open=challenge.version == known.seen and challenge.state in _READABLE,
    )


@route("challenge.reading", writes=False)
def open_reading(work: Work, ask: Ask) -> Reply:
    """Open the form with what was found in the text; nothing is changed before it is saved."""
    row = _own_draft(work, ask.value)
    known = query.newest_reading(work.session, key_of(row))
    if known is None:
        raise NotFound("challenge.reading.none", id=id_of(row))
    if known.seen != row.version:
        raise OutOfDate("challenge.changed", id=id_of(row))
    return Reply(question=_with(filled(work, row), _reading(known)))


@route("challenge.original", writes=False)
def show_original(work: Work, ask: Ask) -> Reply:
    """Show the text as it was before anything was made of it."""
    row = find_own(work, ask.value).challenge
    known = query.newest_reading(work.session, key_of(row))
    if known is None:
        raise NotFound("challenge.reading.none", id=id_of(row))
    return Reply(OriginalText(id=id_of(row), text=known.text))


def _with(form: StateChallenge, reading: Reading) -> StateChallenge:
    """Fill a form with what was found; what its author had filled in there already stays."""
    share, rest = divmod(WEIGHTS_SUM, len(reading.criteria) or 1)
    criteria = tuple((text, share + (at < rest)) for at, text in enumerate(reading.criteria))
    return replace(
        form,
        title=reading.title or form.title,
        problem=shorten(reading.problem, TEXT_MAX) if reading.problem else form.problem,
        background=shorten(reading.background, TEXT_MAX) if reading.background else form.background,
        must_haves=form.must_haves or reading.must_haves,
        criteria=form.criteria or criteria,
        countries=form.countries or reading.countries,
        deadline_on=form.deadline_on or reading.deadline_on,
    )
