"""`matchpoint doctor`: what is missing, in plain words, and what to do about it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from rich.console import Console
from rich.markup import escape

from bot.calendar import PublicHolidays
from bot.clock import SystemClock
from bot.health import Finding
from bot.health import examine as examine_store
from bot.settings import Settings
from bot.wiring import Misconfigured, load_ceilings, load_keys, slack_config, teams_config
from domain.calendars import is_zone
from domain.rooms import WorkspaceState
from handlers import audit
from handlers.model_accounts import try_embedder, try_endpoint
from store import rekeying
from store.crypto import EncryptionError
from store.engine import Database, StoreUnavailable
from store.queries import embeddings, installations, people

_MODEL_USELESS: Final = "It answers, but not in the shape that is asked for: LLM_MODEL must support structured answers."
_MODEL_REMEDIES: Final[dict[str, str]] = {
    "": "",
    "timeout": "It did not answer within 9 seconds: the local order is used until it is faster.",
    "connection": "It cannot be reached: check OPENAI_BASE_URL, and that the endpoint runs.",
    "unauthorised": "It does not accept the key: check OPENAI_API_KEY.",
    "rate_limited": "It asks to be left alone for a while: its own limit, or your account's, is reached.",
    "server": "It answers with an error of its own: try again later.",
    "rejected": "It does not accept the request: check that it knows LLM_MODEL and gives structured answers.",
}
_PLACES: Final = 10
_MARKS: Final = {True: "[green]ok[/]     ", False: "[red]missing[/]"}


def examine(settings: Settings) -> int:
    """Print every finding; return 0 if all is well, 1 if something is missing."""
    console = Console()
    findings = list(_findings(settings))
    for finding in findings:
        console.print(f"{_MARKS[finding.ok]} {escape(finding.name)}", soft_wrap=True)
        if not finding.ok:
            console.print(f"        {escape(finding.remedy)}", soft_wrap=True)
    missing = sum(not finding.ok for finding in findings)
    console.print("All is well." if not missing else f"{missing} of {len(findings)} checks need something.")
    return 1 if missing else 0


def _findings(settings: Settings) -> Iterator[Finding]:
    try:
        load_keys(settings)
    except Misconfigured as error:
        yield Finding("encryption keys", ok=False, remedy=str(error))
        return
    yield Finding("encryption keys", ok=True)
    try:
        database = Database(settings.database_url)
    except ValueError as error:
        yield Finding("database", ok=False, remedy=f"DATABASE_URL: {error}")
        return
    rooms: list[SlackRoom] = []
    tenants: dict[str, str] = {}
    places: tuple[str, ...] = ()
    try:
        found = examine_store(database, SystemClock().now())
        yield from found
        if all(finding.ok for finding in found if finding.name in {"migrations", "database"}):
            yield from _workspaces(database)
            yield from _audit_trail(database)
            yield from _secrets(database)
            yield from calendars(database)
            yield from vectors_of_profiles(database, settings.embedding_model)
            rooms = _slack_rooms(database)
            tenants, places = _tenants(database)
    finally:
        database.close()
    yield from _ceilings(settings)
    yield from _public_url(settings)
    yield from _slack(settings, rooms)
    yield from _teams(settings, tenants, places)
    yield from _model(settings)


def _ceilings(settings: Settings) -> Iterator[Finding]:
    try:
        load_ceilings(settings)
    except Misconfigured as error:
        yield Finding("ceilings of de minimis aid", ok=False, remedy=str(error))


def _workspaces(database: Database) -> Iterator[Finding]:
    try:
        with database.read() as session:
            rooms = people.all_workspaces(session)
            managers = {room.id: len(people.managers_of(session, room.cluster_id or 0)) for room in rooms}
    except StoreUnavailable as error:
        yield Finding("workspaces", ok=False, remedy=str(error))
        return
    if not rooms:
        remedy = "No workspace is set up: run /matchpoint setup in it, or `matchpoint setup --help` here."
        yield Finding("workspaces", ok=False, remedy=remedy)
    for room in rooms:
        name = f"workspace {room.name or room.native_id} ({room.surface})"
        if room.state is WorkspaceState.REMOVED:
            yield Finding(name, ok=False, remedy="The app was removed there; install it again or leave it.")
        elif room.closed_at is not None:
            since = room.closed_at.isoformat(timespec="minutes")
            remedy = f"It lets nothing in since {since}: its administrator has switched the app off, or a token is old."
            yield Finding(name, ok=False, remedy=remedy)
        elif room.cluster_id is None:
            yield Finding(name, ok=False, remedy="It belongs to no cluster yet: run /matchpoint setup there.")
        elif not (room.challenge_channel and room.managers_channel):
            yield Finding(name, ok=False, remedy="A channel is not chosen yet: run /matchpoint setup there again.")
        elif not managers[room.id]:
            yield Finding(
                name, ok=False, remedy="Its cluster has no manager: run `matchpoint setup … --manager E-MAIL`."
            )
        else:
            yield Finding(name, ok=True)


def _audit_trail(database: Database) -> Iterator[Finding]:
    try:
        place = audit.first_broken(database)
    except StoreUnavailable as error:
        yield Finding("audit trail", ok=False, remedy=str(error))
        return
    remedy = f"Its entry {place} is not as it was sealed: somebody changed the store. Compare it with a backup."
    yield Finding("audit trail", ok=place is None, remedy="" if place is None else remedy)


def _secrets(database: Database) -> Iterator[Finding]:
    try:
        unreadable = rekeying.count_unreadable(database)
    except StoreUnavailable as error:
        yield Finding("stored secrets", ok=False, remedy=str(error))
        return
    remedy = (
        f"{unreadable} secrets (tokens of workspaces, links of calendars) were encrypted with a key that "
        "ENCRYPTION_KEYS does not hold: put the old key behind the new one, then run `matchpoint rotate-keys`."
    )
    yield Finding("stored secrets", ok=not unreadable, remedy=remedy if unreadable else "")


def calendars(database: Database) -> Iterator[Finding]:
    """Tell how many people and clusters have no holiday calendar, no such region, or a zone that is unknown here."""
    try:
        with database.read() as session:
            places = people.places(session)
    except StoreUnavailable as error:
        yield Finding("calendars", ok=False, remedy=str(error))
        return
    knows = PublicHolidays().knows
    counted = {"people": places.people, "clusters": places.clusters}
    countries = {what: Counter[str]() for what in counted}
    for what, found in counted.items():
        for (country, _), number in found.items():
            countries[what][country] += 0 if knows(country) else number
    regions = {f"{c} {r}": n for (c, r), n in places.people.items() if knows(c) and not knows(c, r)}
    zones = {
        what: {zone: n for zone, n in found.items() if not is_zone(zone)}
        for what, found in (("people", places.zones_of_people), ("clusters", places.zones_of_clusters))
    }
    yield _known(
        "holiday calendars",
        [_counted(what, found, "in no country with a calendar") for what, found in countries.items()],
        "Monday to Friday counts for them. Give them a country: in the directory's files, or in /matchpoint settings.",
    )
    yield _known(
        "regions",
        [_counted("people", regions, "in a region that the calendar does not know")],
        "The days of the whole country count for them. Give the region as ISO 3166-2 has it (BY, SCT).",
    )
    yield _known(
        "time zones",
        [_counted(what, found, "in a zone that this machine does not know") for what, found in zones.items()],
        "UTC counts for them. Give the zone as Europe/Copenhagen, or bring this machine's tzdata up to date.",
    )


def _counted(what: str, found: Mapping[str, int], where: str) -> str:
    """Count people or clusters by place, without their names; empty if there are none."""
    shown = [place for place in sorted(found) if found[place]][:_PLACES]
    listed = ", ".join(f"{place[:40] or 'none given'}: {found[place]}" for place in shown)
    return f"{what} {where}: {sum(found.values())} ({listed})." if shown else ""


def _known(name: str, sentences: Iterable[str], remedy: str) -> Finding:
    told = " ".join(filter(None, sentences))
    return Finding(name, ok=not told, remedy=f"{told[0].upper()}{told[1:]} {remedy}" if told else "")


def _public_url(settings: Settings) -> Iterator[Finding]:
    called = [
        name
        for name, by in (
            ("Slack", settings.slack_wanted and not settings.slack_app_token),
            ("Teams", settings.teams_wanted and not settings.teams_unauthenticated),
        )
        if by
    ]
    if called and not settings.public_url.startswith("https://"):
        reach = f"{' and '.join(called)} reach{'es' if len(called) == 1 else ''} you."
        yield Finding("public address", ok=False, remedy=f"Set PUBLIC_URL to the https address under which {reach}")


@dataclass(frozen=True, slots=True)
class SlackRoom:
    """A workspace of Slack: its channels, and the token that its admins granted, if they did."""

    name: str
    channels: tuple[str, ...]
    token: str = field(default="", repr=False)


def _slack_rooms(database: Database) -> list[SlackRoom]:
    with database.read() as session:
        rooms = [room for room in people.all_workspaces(session) if room.surface == "slack"]
        try:
            granted = {one.native_id: one.bot_token or "" for one in installations.installed(session, "slack")}
        except EncryptionError:
            granted = {}  # told as `stored secrets`
    return [
        SlackRoom(
            room.name or room.native_id,
            tuple(one for one in (room.challenge_channel, room.managers_channel) if one),
            granted.get(room.native_id, ""),
        )
        for room in rooms
        if room.state is not WorkspaceState.REMOVED
    ]


def _slack(settings: Settings, rooms: Sequence[SlackRoom]) -> Iterator[Finding]:
    if not settings.slack_wanted:
        return
    from surfaces.slack.inspection import inspect, look_into, missing_for_installing

    config = slack_config(settings)
    if settings.slack_signing_secret is None and settings.slack_app_token is None:
        remedy = "Set SLACK_SIGNING_SECRET (Basic Information), or SLACK_APP_TOKEN for Socket Mode."
        yield Finding("slack signing secret", ok=False, remedy=remedy)
    if config.client_id or config.client_secret:
        seen = missing_for_installing(config)
        yield Finding(seen.name, ok=seen.ok, remedy=seen.remedy)
    elif not config.bot_token:
        yield Finding(
            "slack token",
            ok=False,
            remedy="Set SLACK_BOT_TOKEN (OAuth & Permissions in the app's settings), or SLACK_CLIENT_ID and "
            "SLACK_CLIENT_SECRET to let many workspaces install the app.",
        )
        return
    if config.bot_token:
        own = tuple(one for room in rooms if not room.token for one in room.channels)
        yield from _seen(inspect(config, own))
    for room in rooms:
        if room.token:
            yield from _seen(look_into(replace(config, bot_token=room.token), room.channels, name=room.name))


def _seen(looking: Coroutine[Any, Any, Sequence[Any]]) -> Iterator[Finding]:
    for seen in asyncio.run(looking):
        yield Finding(seen.name, ok=seen.ok, remedy=seen.remedy)


def _tenants(database: Database) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return where each tenant of Teams is served, and the channels that tenants were set up with."""
    with database.read() as session:
        rooms = [one for one in people.all_workspaces(session) if one.surface == "teams"]
    channels = [one for room in rooms for one in (room.challenge_channel, room.managers_channel) if one]
    return {room.native_id: room.service_url for room in rooms}, tuple(channels)


def _teams(settings: Settings, tenants: Mapping[str, str], channels: tuple[str, ...]) -> Iterator[Finding]:
    if not settings.teams_wanted:
        return
    try:
        config = teams_config(settings)
    except Misconfigured as error:
        yield Finding("teams settings", ok=False, remedy=str(error))
        return
    from surfaces.teams.inspection import inspect

    yield from _seen(inspect(config, tenants, channels))


def _model(settings: Settings) -> Iterator[Finding]:
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
    endpoint = {"api_key": key, "base_url": settings.openai_base_url}
    there = bool(key or settings.openai_base_url)
    if there != bool(settings.llm_model or settings.embedding_model):
        remedy = "Set LLM_MODEL together with OPENAI_API_KEY or OPENAI_BASE_URL; without them the local order is used."
        yield Finding("language model", ok=False, remedy=remedy)
        return
    if settings.llm_model:
        trouble = asyncio.run(try_endpoint(model=settings.llm_model, **endpoint))
        yield Finding("language model", ok=not trouble, remedy=_MODEL_REMEDIES.get(trouble, _MODEL_USELESS))
    if settings.embedding_model:
        trouble = asyncio.run(try_embedder(model=settings.embedding_model, **endpoint))
        told = _MODEL_REMEDIES | {"rejected": "It does not accept the request: check that it knows EMBEDDING_MODEL."}
        remedy = told.get(trouble, "It answers with something else than vectors: try another model.")
        yield Finding(
            "embeddings",
            ok=not trouble,
            remedy=remedy,
        )


def vectors_of_profiles(database: Database, model: str) -> Iterator[Finding]:
    """Tell how many profiles lack a vector of a model (empty: none is configured)."""
    if not model:
        return
    try:
        with database.read() as session:
            lacking, all_of_them = embeddings.profiles_without(session, model)
    except StoreUnavailable as error:
        yield Finding("vectors of profiles", ok=False, remedy=str(error))
        return
    remedy = (
        f"{lacking} of {all_of_them} profiles have no vector of {model} yet and are compared by their words only: "
        "a worker makes them, as far as the endpoint and each cluster's LLM_TOKENS_PER_DAY allow."
    )
    yield Finding("vectors of profiles", ok=not lacking, remedy=remedy if lacking else "")
