"""The beginning of a simulated programme: the directory is imported, the workspaces are set up, people sign in."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Final

from bot.simulation.cast import Cast, Organisation, Person
from bot.simulation.looks import first
from bot.simulation.town import Town
from bot.simulation.words import profile_text
from domain.organisations import Role
from handlers.directory.importing import import_file
from handlers.members.setup import SetUp, set_up_by_operator
from handlers.requests import Shown
from handlers.work import Kit, Work
from messages.card import Form
from store.engine import Database

_SETS: Final = 0.3


class NotImported(Exception):
    """The invented directory was refused, which says something about the import or about the inventor."""


def fill_store(database: Database, kit: Kit, cast: Cast, rng: Random, now: datetime) -> None:
    """Import everybody and set up every workspace.

    :raises NotImported: a row was refused.
    """
    with tempfile.TemporaryDirectory() as folder:
        for kind, header, rows in _files(cast, rng):
            path = Path(folder) / f"{kind}.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(header.split())
                writer.writerows(rows)
            report = import_file(database, kit, path, kind=kind, now=now)
            if report.problems:
                raise NotImported(f"{kind}: {report.problems[0]}")
    for cluster in cast.clusters:
        wanted = SetUp(
            cluster=cluster.name,
            country=cluster.country,
            workspace=cluster.workspace,
            surface=cluster.surface,
            managers=tuple(one.email for one in cluster.managers),
            challenge_channel=cluster.channel,
            managers_channel=cluster.managers_channel,
            language=cluster.language,
        )
        with database.write() as session:
            set_up_by_operator(Work(session, now, kit), wanted)


def _files(cast: Cast, rng: Random) -> Iterable[tuple[str, str, Sequence[Sequence[str]]]]:
    yield "clusters", "name country industry", [(c.name, c.country, "Clean technology") for c in cast.clusters]
    yield (
        "organisations",
        "kind name country website clusters sectors capacity invented",
        [_organisation(one) for one in cast.organisations],
    )
    yield (
        "people",
        "name email organisation cluster role language zone country region",
        [_person(one) for one in cast.people],
    )
    profiles = [(one.name, one.clusters[0].language, *profile_text(rng, one.trade, one.word)) for one in cast.smes]
    yield "profiles", "organisation language summary skills", profiles


def _organisation(one: Organisation) -> Sequence[str]:
    website, clusters = f"https://{one.word.lower()}.example", "|".join(cluster.name for cluster in one.clusters)
    return (one.role, one.name, one.country, website, clusters, one.trade.sector, str(one.capacity), "yes")


def _person(one: Person) -> Sequence[str]:
    organisation = one.organisation.name if one.organisation else ""
    return (
        one.name,
        one.email,
        organisation,
        one.cluster.name,
        one.role,
        one.language,
        one.zone,
        one.country,
        one.region,
    )


def sign_in(town: Town, person: Person) -> None:
    """Come for the first time; some read what is kept of them, and some say how they want to be reminded."""
    town.meet(person)
    if town.rng.random() < _SETS:
        set_wishes(town, person)


def set_wishes(town: Town, person: Person) -> None:
    """Set quiet hours, opt out of something, put everything off, or have nothing at all; a few move to another zone."""
    shown: Shown = town.command(person, "matchpoint", "settings")
    form: Form | None = shown.form
    if form is None:
        button = first(shown.card, "settings.edit")
        form = town.press(person, button).form if button else None
    if form is None:
        return
    rng, answers = town.rng, dict[str, str | tuple[str, ...]]()
    if rng.random() < 0.6:
        answers["quiet_hours"] = rng.choice(("20:00-10:00", "12:00-14:00", "16:00-08:00", "22:00-07:00"))
    if person.role is not Role.MANAGER and rng.random() < 0.25:
        nudges = next(one for one in form.fields if one.name == "nudges")
        kept = tuple(option.value for option in nudges.options if rng.random() < 0.7)
        answers["nudges"] = kept
    if person.role is not Role.MANAGER and rng.random() < 0.1:
        answers["pause"] = ("yes",)
    if person.role is not Role.MANAGER and rng.random() < 0.1:
        answers["zone"] = rng.choice(("Europe/Lisbon", "Europe/Athens", "Atlantic/Reykjavik", "Europe/Berlin"))
    town.fill(person, form, answers)
