"""The sample world of the demonstration: real clusters and challenges, invented organisations and people.

Two clusters have a web workspace: CLEAN in Copenhagen and Clean Tech Delta in Rotterdam. Everybody of theirs in the
sample people has an account there, and whoever sits before the screen can be each of them.
"""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from bot.wiring import Parts
from domain.calendars import zone_or_utc
from domain.ids import Kind, format_id
from domain.schemes import Preset
from handlers.directory.importing import import_file
from handlers.members.setup import SetUp, set_up_by_operator
from handlers.people import recognise
from handlers.requests import Press, Profiled, Speaker, Submission
from handlers.webroom.places import person_address
from handlers.webroom.post import ensure_channel, ensure_workspace
from handlers.work import Actor, Work
from messages.card import Form
from store.queries import people, schemes

EXAMPLES: Final = Path(__file__).resolve().parent.parent / "examples"
DIRECTORY: Final = ("clusters", "organisations", "people", "profiles")
#: The challenge that is left to be stated by hand, or by the story.
FEATURED: Final = "E. coli detection in drinking-water networks"


@dataclass(frozen=True, slots=True)
class Room:
    """A web workspace of the sample: its id, cluster, country and the cluster's manager."""

    workspace: str
    cluster: str
    country: str
    zone: str
    manager: str


ROOMS: Final = (
    Room("clean", "CLEAN", "DK", "Europe/Copenhagen", "manager@clean.example"),
    Room("delta", "Clean Tech Delta", "NL", "Europe/Amsterdam", "manager@clean-tech-delta.example"),
)
BUYER: Final = "innovation@oresund-water.example"
_OPEN_FOR: Final = timedelta(days=60)
SME: Final = "director@rijnmond-sensing.example"
#: These four carry the story. They read English in the demonstration, so that one person can follow all of them; each
#: can change it.
CAST: Final = (BUYER, ROOMS[0].manager, ROOMS[1].manager, SME)


class SampleMissing(Exception):
    """The sample data is not where it should be, or does not fit."""


def load(parts: Parts, *, tell: Callable[[str], None]) -> None:
    """Fill an empty, migrated store with the sample world. `tell` is called with what is being done.

    :raises SampleMissing: the files are not there, or a row of them was refused.
    """
    for kind in DIRECTORY:
        tell(f"Loading {kind}")
        _import(parts, EXAMPLES / f"{kind}.csv", kind)
    for room in ROOMS:
        tell(f"Setting up {room.cluster}")
        _open(parts, room)
    tell("Letting people in")
    for room in ROOMS:
        _admit(parts, room)
    tell("Publishing challenges")
    _publish(parts)
    tell("Opening a call for vouchers")
    _fund(parts)


def draft_featured(parts: Parts) -> None:
    """Leave the featured challenge as its buyer's draft, to be completed and sent in by hand."""
    speaker = Speaker("web", ROOMS[0].workspace, account_of(ROOMS[0].manager))
    with parts.database.read() as session:
        actor, _ = recognise(session, speaker)
    _import_challenges(parts, lambda title: title == FEATURED, actor=actor)


def cast_accounts() -> tuple[str, ...]:
    """Return the accounts (`workspace:user`) of the four who carry the story, in the order in which they act."""
    clean, delta = (room.workspace for room in ROOMS)
    homes = zip((clean, clean, delta, delta), CAST, strict=True)
    return tuple(f"{workspace}:{account_of(email)}" for workspace, email in homes)


def account_of(email: str) -> str:
    """Return the account name of a sample person: letters, digits, dots and dashes."""
    return re.sub(r"[^a-z0-9.-]+", "-", email.removesuffix(".example").lower())


def _fund(parts: Parts) -> None:
    """Let the manager in Rotterdam make a scheme of a preset, and open a call of it for two months."""
    room, now = ROOMS[1], parts.clock.now()
    speaker = Speaker("web", room.workspace, account_of(room.manager))
    _fill(parts, speaker, parts.desk.press(Press(speaker, "scheme.new", Preset.MEET_AND_GREET), now=now).form)
    with parts.database.read() as session:
        scheme = schemes.newest(session)
    today = now.astimezone(zone_or_utc(room.zone)).date()
    _fill(
        parts,
        speaker,
        parts.desk.press(Press(speaker, "call.new", format_id(Kind.SCHEME, scheme)), now=now).form,
        title="Meet buyers abroad",
        opens_on=today.isoformat(),
        cutoff_on=(today + _OPEN_FOR).isoformat(),
        budget="20000",
    )


def _fill(parts: Parts, speaker: Speaker, form: Form | None, **answers: str) -> None:
    """Send a form with what is filled in already and these answers."""
    if form is None:
        raise SampleMissing("The sample's call for vouchers could not be opened.")
    values = {field.name: field.value for field in form.fields} | answers
    shown = parts.desk.submit(Submission(speaker, form.action, form.value, values), now=parts.clock.now())
    if shown.failed or shown.errors:
        raise SampleMissing(f"The sample's call for vouchers was refused: {dict(shown.errors)}")


def _open(parts: Parts, room: Room) -> None:
    now = parts.clock.now()
    ensure_workspace(parts.database, room.workspace, name=room.cluster, now=now)
    challenges = ensure_channel(parts.database, room.workspace, "challenges", now=now)
    managers = ensure_channel(parts.database, room.workspace, "managers", private=True, now=now)
    wanted = SetUp(
        cluster=room.cluster,
        country=room.country,
        workspace=room.workspace,
        surface="web",
        managers=(room.manager,),
        challenge_channel=challenges,
        managers_channel=managers,
        language="en",
    )
    with parts.database.write() as session:
        set_up_by_operator(Work(session, now, parts.kit), wanted)


def _admit(parts: Parts, room: Room) -> None:
    now = parts.clock.now()
    with parts.database.read() as session:
        cluster = people.cluster_named(session, room.cluster, room.country)
        members = people.people_of(session, cluster) if cluster is not None else ()
        found = [(one.name, one.email or "", one.locale, one.zone) for one in members if one.email]
    for name, email, locale, zone in found:
        account = account_of(email)
        speaker = Speaker("web", room.workspace, account)
        address = person_address(room.workspace, account)
        parts.desk.meet(Profiled(speaker, name, address, email=email, locale=locale, zone=zone), now=now)
    with parts.database.write() as session:
        for email in CAST:
            person = people.person_by_email(session, email)
            if person is not None:
                person.locale = "en"
                session.add(person)


def _publish(parts: Parts) -> None:
    _import_challenges(parts, lambda title: title != FEATURED, actor=None)


def _import_challenges(parts: Parts, wanted: Callable[[str], bool], *, actor: Actor | None) -> None:
    source = EXAMPLES / "challenges.csv"
    with tempfile.TemporaryDirectory() as folder, source.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        chosen = Path(folder) / "challenges.csv"
        with chosen.open("w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(target, reader.fieldnames or ())
            writer.writeheader()
            writer.writerows(row for row in reader if wanted(row["title"]))
        _import(parts, chosen, "challenges", actor=actor)


def _import(parts: Parts, path: Path, kind: str, *, actor: Actor | None = None) -> None:
    if not path.exists():
        raise SampleMissing(f"The sample data is not here: {path.name}. The demo runs from a checkout of the project.")
    report = import_file(parts.database, parts.kit, path, kind=kind, actor=actor, now=parts.clock.now())
    if report.problems:
        raise SampleMissing(f"{path.name}: {report.problems[0]}")
