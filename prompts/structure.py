"""Sort a free text into the parts of a challenge: a model points at passages, and what stands in the text counts."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date

from domain.challenges import (
    COUNTRIES_MAX,
    CRITERIA_MAX,
    CRITERION_MAX,
    DEADLINE_YEARS_MAX,
    MUST_HAVE_MAX,
    MUST_HAVES_MAX,
    TITLE_MAX,
)
from domain.organisations import is_country
from domain.reading import Reading
from prompts.asking import Question, ask, digest
from prompts.client import ModelClient
from prompts.ports import Cache, Ledger
from prompts.schema import Schema
from prompts.shown import Shown, plain, show
from prompts.template import load_template
from prompts.trouble import ModelUnavailable, Trouble

TEXT_LIMIT = 6500
_MOST_PASSAGES = 10
_MOST_TOKENS = 3000
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Written:
    """Hold the text of a person, and the names that a model need not know (of the buyer, its people, its sites)."""

    text: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Calendar:
    """Say what day it is, and what countries (by code) and months (1 to 12) are called in the languages we know."""

    today: date
    countries: Callable[[str], Iterable[str]]
    months: Callable[[int], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Structured:
    """Hold what was found in a text, and what it came from."""

    reading: Reading
    model: str
    prompt_version: str
    calls: int


class _Country(Schema):
    code: str
    passage: str


class _Deadline(Schema):
    day: str
    passage: str


class _Parts(Schema):
    title: str
    problem: list[str]
    background: list[str]
    must_haves: list[str]
    criteria: list[str]
    countries: list[_Country]
    deadline: list[_Deadline]


async def structure(
    client: ModelClient,
    written: Written,
    calendar: Calendar,
    *,
    cluster: str,
    ledger: Ledger,
    cache: Cache,
    deadline_seconds: float | None = None,
) -> Structured:
    """Have a model find the parts of a text.

    :raises ModelUnavailable: no usable answer, or nothing was found.
    """
    template = load_template("structure")
    shown = show(written.text, limit=TEXT_LIMIT, names=written.names)
    key = digest([client.model, template.version, cluster, written.text, shown.text, calendar.today.isoformat()])
    known = _remembered(await asyncio.to_thread(cache.get, key), shown)
    if known is not None:
        return Structured(known, client.model, template.version, 0)
    user = json.dumps({"today": calendar.today.isoformat(), "text": shown.text}, ensure_ascii=False)

    def put(_number: int) -> tuple[str, Callable[[_Parts], Reading]]:
        return user, lambda parts: _checked(parts, shown, calendar)

    answers = await ask(
        client,
        Question(template, _Parts, _MOST_TOKENS, put),
        cluster=cluster,
        ledger=ledger,
        deadline_seconds=deadline_seconds,
    )
    reading = answers.results[0]
    day = reading.deadline_on.isoformat() if reading.deadline_on else ""
    await asyncio.to_thread(cache.put, key, json.dumps({**asdict(reading), "deadline_on": day}))
    return Structured(reading, client.model, template.version, answers.calls)


def _checked(parts: _Parts, shown: Shown, calendar: Calendar) -> Reading:
    """Keep what stands in the text and drop the rest.

    :raises ModelUnavailable: nothing is left.
    """
    reading = Reading(
        title=_title(parts.title, shown),
        problem="\n".join(_passages(parts.problem, shown, most=_MOST_PASSAGES)),
        background="\n".join(_passages(parts.background, shown, most=_MOST_PASSAGES)),
        must_haves=_passages(parts.must_haves, shown, most=MUST_HAVES_MAX, limit=MUST_HAVE_MAX),
        criteria=_passages(parts.criteria, shown, most=CRITERIA_MAX, limit=CRITERION_MAX),
        countries=_countries(parts.countries, shown, calendar),
        deadline_on=_deadline(parts.deadline, shown, calendar),
    )
    if not (reading.problem or reading.must_haves):
        raise ModelUnavailable(Trouble.INVALID, "nothing found")
    return reading


def _passage(wanted: str, shown: Shown) -> str:
    """Return a passage as it is stored, on one line; empty if it does not stand in the text."""
    place = shown.find(wanted)
    return "" if place is None else plain(shown.stored[place[0] : place[1]])


def _passages(wanted: Iterable[str], shown: Shown, *, most: int, limit: int | None = None) -> tuple[str, ...]:
    found = dict.fromkeys(_passage(one, shown) for one in wanted)
    return tuple(one for one in found if one and (limit is None or len(one) <= limit))[:most]


def _title(wanted: str, shown: Shown) -> str:
    """Return a title if each of its words stands in the text."""
    title = plain(wanted)
    said = set(_WORD.findall(shown.text.casefold()))
    own = _WORD.findall(title.casefold())
    return title if own and said.issuperset(own) and len(title) <= TITLE_MAX else ""


def _countries(wanted: Iterable[_Country], shown: Shown, calendar: Calendar) -> tuple[str, ...]:
    found: list[str] = []
    for one in wanted:
        passage = _passage(one.passage, shown)
        if is_country(one.code) and (_names_any(passage, calendar.countries(one.code)) or one.code in passage.split()):
            found.append(one.code)
    return tuple(dict.fromkeys(found))[:COUNTRIES_MAX]


def _deadline(wanted: Iterable[_Deadline], shown: Shown, calendar: Calendar) -> date | None:
    """Return a day that is still to come and whose passage names it: day, month, and the year if it names one."""
    for one in wanted:
        passage = _passage(one.passage, shown)
        try:
            day = date.fromisoformat(one.day)
        except ValueError:
            continue
        numbers = [int(number) for number in re.findall(r"\d+", passage)]
        years = [number for number in numbers if number > 999]
        month = day.month in numbers or _names_any(passage, calendar.months(day.month))
        in_time = calendar.today <= day and day.year <= calendar.today.year + DEADLINE_YEARS_MAX
        if in_time and day.day in numbers and month and all(year == day.year for year in years):
            return day
    return None


def _names_any(passage: str, names: Iterable[str]) -> bool:
    text = passage.casefold()
    return any(name and name.casefold() in text for name in names)


def _remembered(value: str | None, shown: Shown) -> Reading | None:
    """Return what the cache holds, or `None` if it does not fit this text."""
    if value is None:
        return None
    try:
        kept = json.loads(value)
        reading = Reading(
            title=str(kept["title"]),
            problem=str(kept["problem"]),
            background=str(kept["background"]),
            must_haves=tuple(kept["must_haves"]),
            criteria=tuple(kept["criteria"]),
            countries=tuple(kept["countries"]),
            deadline_on=date.fromisoformat(kept["deadline_on"]) if kept["deadline_on"] else None,
        )
    except (KeyError, TypeError, ValueError):
        return None
    text = plain(shown.stored)
    return reading if all(one in text for one in (*reading.must_haves, *reading.criteria)) else None
