"""A small world for tests of handlers: two clusters with a workspace each, their people, and what they were sent.

CLEAN (Denmark) owns the challenges of a buyer; Clean Tech Delta (the Netherlands) is its partner and home of an SME.
The fixture `world` builds it on both engines. Nothing here touches a platform: `deliver` does at once what the worker
would do, and keeps every message, so that a test can read a card and press its buttons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any, ClassVar, Final

import pytest
from sqlmodel import col, select

from bot.simulation.record import body_of
from bot.simulation.record import buttons_of as buttons_on
from domain.organisations import ClusterState, MembershipState, OrganisationKind, Role, name_key
from domain.rooms import WorkspaceState
from handlers.desk import Desk
from handlers.letters import KINDS, Deed, Drop, Later
from handlers.requests import Command, Place, Press, Profiled, Said, Shown, Speaker, Submission
from handlers.work import Kit, Work
from messages.card import Button, Card, Form, Home
from store import crypto, queue
from store.engine import Database, Session
from store.queries.rows import add
from store.tables.people import (
    Cluster,
    Competence,
    Membership,
    Organisation,
    OrganisationCluster,
    Person,
    Profile,
    Workspace,
)
from store.tables.queue import Outbox
from tests.databases import Filled
from tests.fakes.holidays import NoHolidays

#: A Monday, 11:00 in Copenhagen and in Rotterdam.
NOW: Final = datetime(2026, 5, 4, 9, tzinfo=UTC)
DEADLINE: Final = date(2026, 6, 30)
_NOWHERE: Final = Place()
_KEY: Final = crypto.generate_key()

CLEAN_CHANNEL: Final = "web:W-CLEAN:challenges"
CLEAN_MANAGERS: Final = "web:W-CLEAN:managers"
DELTA_CHANNEL: Final = "web:W-DELTA:challenges"
DELTA_MANAGERS: Final = "web:W-DELTA:managers"

#: A challenge as its form would send it.
CHALLENGE_FIELDS: Final[Mapping[str, str | tuple[str, ...]]] = {
    "title": "Detect bacteria in drinking-water pipes",
    "background": "Our utility learns of a contamination only after a laboratory culture of a day.",
    "problem": "We look for sensors that find E. coli in the pipe network within the hour.",
    "must_haves": "Result within one hour\nRuns three months without service",
    "criteria": "Accuracy: 60\nCost of running: 40",
    "countries": "DK, NL",
    "deadline_on": DEADLINE.isoformat(),
    "confidentiality": "open",
    "trl": "6",
    "budget": "EUR 100,000",
    "sector": "Water",
    "language": "en",
}


@dataclass
class Message:
    """One message somewhere: its card is always the newest."""

    ref: str
    to: str
    card: Card
    thread: str = ""
    posts: int = 1
    updates: int = 0


@dataclass
class World:
    """The store, the desk and who speaks; numbers are ids of rows."""

    database: Database
    desk: Desk
    kit: Kit
    now: datetime = NOW
    clean: int = 0
    delta: int = 0
    buyer_organisation: int = 0
    sme_organisation: int = 0
    neighbour_organisation: int = 0
    people: dict[str, int] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    _said: int = 0
    heard: Shown | None = None  # what the author of the last message is told of it on the spot

    buyer: ClassVar[Speaker] = Speaker("web", "W-CLEAN", "buyer")
    manager_owner: ClassVar[Speaker] = Speaker("web", "W-CLEAN", "manager_owner")
    neighbour: ClassVar[Speaker] = Speaker("web", "W-CLEAN", "neighbour")  # an SME of the buyer's own cluster
    stranger: ClassVar[Speaker] = Speaker("web", "W-CLEAN", "stranger")  # met, but a member of nothing
    sme: ClassVar[Speaker] = Speaker("web", "W-DELTA", "sme")
    colleague: ClassVar[Speaker] = Speaker("web", "W-DELTA", "colleague")  # of the SME
    manager_partner: ClassVar[Speaker] = Speaker("web", "W-DELTA", "manager_partner")

    def command(self, speaker: Speaker, name: str, text: str = "", *, request: str = "") -> Shown:
        """Type a command."""
        return self.desk.command(Command(speaker, name, text, request=request), now=self.now)

    def act(
        self, speaker: Speaker, action: str, value: str = "", *, message: str = "", place: Place = _NOWHERE
    ) -> Shown:
        """Do what a button with this action and value does."""
        return self.desk.press(Press(speaker, action, value, place=place, message=message), now=self.now)

    def press(self, speaker: Speaker, card: Card | None, action: str, *, message: str = "") -> Shown:
        """Press the button of a card that has this action."""
        button = find_button(card, action)
        return self.act(speaker, button.action, button.value, message=message)

    def submit(self, speaker: Speaker, form: Form | None, **fields: str | tuple[str, ...]) -> Shown:
        """Send a form: what is filled in already stays, unless it is given."""
        assert form is not None
        known = {one.name for one in form.fields}
        assert set(fields) <= known, f"the form asks for {sorted(known)}"
        values = {one.name: one.value for one in form.fields} | fields
        return self.desk.submit(Submission(speaker, form.action, form.value, values), now=self.now)

    def say(self, speaker: Speaker, post: Message, text: str, *, event: str = "") -> str:
        """Write a reply in the thread of a message; returns the reply's own ref."""
        self._said += 1
        own, event = f"{post.to}/said-{self._said}", event or f"event-{self._said}"
        place = Place(channel=post.to, thread=post.ref)
        self.heard = self.desk.said(Said(speaker, place, text, message=own, event=event), now=self.now)
        return own

    def home(self, speaker: Speaker) -> Home:
        """Open the person's own page."""
        return self.desk.home(speaker, now=self.now)

    def deliver(self) -> int:
        """Send everything that is due, as the worker would; jobs stay where they are. Returns how many rows it was."""
        handled = 0
        while True:
            # A claim is a transaction of its own: on PostgreSQL nobody may linger in one.
            with self.database.write() as session:
                rows = queue.claim(
                    session, owner="test", now=self.now, limit=200, per_destination=200, kinds=tuple(KINDS)
                )
            with self.database.write() as session:
                for row in rows:
                    self.hand_over(session, row)
            handled += len(rows)
            if not rows:
                return handled

    def hand_over(self, session: Session, row: queue.Claimed) -> None:
        """Deliver one claimed row."""
        work = Work(session, self.now, self.kit)
        kind = KINDS[row.kind]
        letter = kind.writer(work, row)
        if isinstance(letter, Drop):
            queue.finish(session, row, status="cancelled", now=self.now, error=letter.why)
            return
        if isinstance(letter, Later):
            queue.postpone(session, row, due_at=max(letter.due_at, self.now + timedelta(seconds=1)), now=self.now)
            return
        ref = letter.to
        if letter.deed is Deed.POST and letter.card is not None:
            ref = f"{letter.to}/m{len(self.messages) + 1}"
            self.messages[ref] = Message(ref, letter.to, letter.card, thread=letter.thread)
        elif letter.deed is Deed.UPDATE and letter.card is not None:
            self.messages[ref].card = letter.card
            self.messages[ref].updates += 1
        elif letter.deed is Deed.CONVERSATION:
            ref = f"{letter.people[0].rpartition(':')[0]}:talk-{row.id}"
        elif letter.deed is Deed.CHANNEL:
            ref = f"{letter.to}:{letter.title}"
        queue.finish(session, row, status="sent", now=self.now, ref=ref)
        if kind.sent is not None:
            kind.sent(work, row, ref)

    def sent_to(self, speaker_or_address: Speaker | str) -> list[Message]:
        """Return the messages in a channel, or those that a person got privately, oldest first."""
        self.deliver()
        address = speaker_or_address if isinstance(speaker_or_address, str) else address_of(speaker_or_address)
        return [one for one in self.messages.values() if one.to == address]

    def only(self, speaker_or_address: Speaker | str, *, holding: str = "") -> Message:
        """Return the one message there whose text holds this."""
        found = [one for one in self.sent_to(speaker_or_address) if holding in text_of(one.card)]
        assert len(found) == 1, [text_of(one.card) for one in self.sent_to(speaker_or_address)]
        return found[0]

    def waiting(self, kind: str) -> list[str]:
        """Return the keys of the outbox rows of a kind, in the order of writing."""
        with self.database.read() as session:
            return [row.key for row in session.exec(select(Outbox).where(Outbox.kind == kind).order_by(col(Outbox.id)))]

    def drafted(self, title: str = "Detect bacteria in pipes") -> str:
        """Let the buyer write a title; returns the challenge's id."""
        shown = self.command(self.buyer, "challenge", title)
        return find_button(shown.card, "challenge.edit").value

    def submitted(self, **fields: str | tuple[str, ...]) -> str:
        """Let the buyer submit a challenge; returns its id."""
        form = self.command(self.buyer, "challenge").form
        shown = self.submit(self.buyer, form, **{**CHALLENGE_FIELDS, **fields})
        assert not shown.errors, shown.errors
        message = self.sent_to(CLEAN_MANAGERS)[-1]
        return find_button(message.card, "challenge.show").value

    def published(self, **fields: str | tuple[str, ...]) -> str:
        """Let the buyer submit a challenge and the manager publish it; returns its id."""
        challenge = self.submitted(**fields)
        card = self.only(CLEAN_MANAGERS, holding=challenge).card
        self.press(self.manager_owner, card, "screening.publish")
        self.deliver()
        return challenge

    def shared(self, challenge: str) -> None:
        """Let the owner's manager offer a challenge to the partner cluster, and the partner's manager take it."""
        form = self.act(self.manager_owner, "sharing.offer", challenge).form
        self.submit(self.manager_owner, form, clusters=(f"CL-{self.delta}",))
        card = self.only(DELTA_MANAGERS, holding=challenge).card
        self.press(self.manager_partner, card, "sharing.take")
        self.deliver()

    def answered(self, challenge: str, speaker: Speaker | None = None, text: str = "We make such a sensor.") -> str:
        """Let an SME (else the one in Rotterdam) submit an answer; returns its id."""
        speaker = speaker or self.sme
        draft = self.command(speaker, "answer", f"{challenge} {text}")
        button = find_button(draft.card, "answer.submit")
        shown = self.act(speaker, button.action, button.value)
        assert not shown.errors, shown.errors
        self.deliver()
        return button.value.partition(":")[0]


def address_of(speaker: Speaker) -> str:
    """Return where a person of this world is reached privately."""
    return f"{speaker.surface}:{speaker.workspace}:@{speaker.user}"


def buttons_of(card: Card | None) -> list[Button]:
    """Return the buttons of a card, in reading order."""
    assert card is not None, "there is no card"
    return list(buttons_on(card))


def find_button(card: Card | None, action: str) -> Button:
    """Return the first button of a card with this action."""
    found = [button for button in buttons_of(card) if button.action == action]
    assert found, f"no {action} among {[button.action for button in buttons_of(card)]}: {text_of(card)}"
    return found[0]


def has_button(card: Card | None, action: str) -> bool:
    """Tell whether a card has a button with this action."""
    return any(button.action == action for button in buttons_of(card))


def text_of(card: Card | None) -> str:
    """Return all that a card says, without its buttons."""
    return "" if card is None else "\n".join(filter(None, (card.title, body_of(card))))


def text_of_home(home: Home | None) -> str:
    """Return all that a person's own page says."""
    assert home is not None
    return "\n".join(text_of(card) for card in home.cards)


def add_cluster(session: Session, name: str, country: str, zone: str) -> int:
    """Add an active cluster; returns its id."""
    row = Cluster(
        name=name,
        name_key=name_key(name),
        country=country,
        state=ClusterState.ACTIVE,
        zone=zone,
        created_at=NOW,
        updated_at=NOW,
    )
    return _id(add(session, row))


def add_workspace(session: Session, native_id: str, cluster_id: int, channel: str, managers: str) -> None:
    """Add a workspace of a cluster with its two channels."""
    add(
        session,
        Workspace(
            surface="web",
            native_id=native_id,
            name=native_id,
            cluster_id=cluster_id,
            state=WorkspaceState.ACTIVE,
            challenge_channel=channel,
            managers_channel=managers,
            created_at=NOW,
            updated_at=NOW,
        ),
    )


def add_organisation(session: Session, name: str, kind: OrganisationKind, cluster_id: int, **values: Any) -> int:
    """Add an organisation that is at home in a cluster; returns its id."""
    given: dict[str, Any] = {"country": "DK", **values}
    row = Organisation(
        natural_key=f"name:{name_key(name)}",
        kind=kind,
        name=name,
        name_key=name_key(name),
        home_cluster_id=cluster_id,
        invented=True,
        created_at=NOW,
        updated_at=NOW,
        **given,
    )
    key = _id(add(session, row))
    session.add(OrganisationCluster(organisation_id=key, cluster_id=cluster_id))
    session.flush()
    return key


def add_profile(session: Session, organisation_id: int, summary: str, *competences: str) -> None:
    """Add a confirmed profile with competences."""
    add(
        session,
        Profile(
            organisation_id=organisation_id,
            language="en",
            summary=summary,
            confirmed_at=NOW,
            created_at=NOW,
            updated_at=NOW,
        ),
    )
    for position, text in enumerate(competences):
        session.add(Competence(organisation_id=organisation_id, text=text, position=position))
    session.flush()


def add_person(
    session: Session, name: str, role: Role | None, cluster_id: int, organisation_id: int | None, **values: Any
) -> int:
    """Add a person with an active membership (none if `role` is None), known by e-mail only; returns the id."""
    email = f"{name.lower().replace(' ', '.').replace(',', '')}@example.org"
    given: dict[str, Any] = {"country": "DK", **values}
    person = Person(name=name, email=email, created_at=NOW, updated_at=NOW, **given)
    key = _id(add(session, person))
    if role is not None:
        add_membership(session, key, role, cluster_id, organisation_id)
    return key


def add_membership(session: Session, person_id: int, role: Role, cluster_id: int, organisation_id: int | None) -> None:
    """Let a person act in a cluster, for an organisation unless it is a manager."""
    row = Membership(
        person_id=person_id,
        cluster_id=cluster_id,
        organisation_id=organisation_id,
        role=role,
        state=MembershipState.ACTIVE,
        created_at=NOW,
        updated_at=NOW,
    )
    add(session, row)


def _id(row: Any) -> int:
    assert row.id is not None
    return int(row.id)


def _enter(database: Database) -> World:
    import_module("handlers.journeys")  # fills the tables of actions, letters and living cards
    crypto.configure(_KEY)
    kit = Kit(holidays=NoHolidays(), public_url="http://localhost:8000", signing_secret="s" * 32)
    return World(database, Desk(database, kit), kit)


def build_world(database: Database) -> World:
    """Seed an empty store with the two clusters and their people, and let everybody be met."""
    world = _enter(database)
    with database.write() as session:
        world.clean = add_cluster(session, "CLEAN", "DK", "Europe/Copenhagen")
        world.delta = add_cluster(session, "Clean Tech Delta", "NL", "Europe/Amsterdam")
        add_workspace(session, "W-CLEAN", world.clean, CLEAN_CHANNEL, CLEAN_MANAGERS)
        add_workspace(session, "W-DELTA", world.delta, DELTA_CHANNEL, DELTA_MANAGERS)
        world.buyer_organisation = add_organisation(
            session, "Nordkaj Utility", OrganisationKind.BUYER, world.clean, website="https://nordkaj.example.org"
        )
        world.sme_organisation = add_organisation(
            session, "Waterlens", OrganisationKind.SME, world.delta, country="NL", headcount=12
        )
        world.neighbour_organisation = add_organisation(
            session, "Fjordsensor", OrganisationKind.SME, world.clean, headcount=9
        )
        add_profile(session, world.sme_organisation, "Optical sensors for drinking water.", "E. coli sensors")
        add_profile(session, world.neighbour_organisation, "Sensors for pipes.", "Pipe sensors", "E. coli tests")
        lens = world.sme_organisation
        dutch = {"country": "NL", "zone": "Europe/Amsterdam"}
        met = {
            "buyer": add_person(session, "Buyer, Nordkaj", Role.BUYER, world.clean, world.buyer_organisation),
            "manager_owner": add_person(session, "Manager, CLEAN", Role.MANAGER, world.clean, None),
            "neighbour": add_person(session, "Owner, Fjordsensor", Role.SME, world.clean, world.neighbour_organisation),
            "stranger": add_person(session, "Visitor", None, world.clean, None),
            "sme": add_person(session, "Owner, Waterlens", Role.SME, world.delta, lens, **dutch),
            "colleague": add_person(session, "Engineer, Waterlens", Role.SME, world.delta, lens, **dutch),
            "manager_partner": add_person(session, "Manager, Delta", Role.MANAGER, world.delta, None, **dutch),
        }  # fmt: skip
        emails = {name: session.get(Person, key).email for name, key in met.items()}  # type: ignore[union-attr]
    world.people = met
    for name in met:
        speaker: Speaker = getattr(world, name)
        profiled = Profiled(speaker, name=name, address=address_of(speaker), email=emails[name] or "")
        world.desk.meet(profiled, now=NOW)
    return world


@pytest.fixture(scope="session")
def _built() -> dict[str, tuple[World, Filled]]:
    return {}


@pytest.fixture
def world(
    database: Database, _built: dict[str, tuple[World, Filled]], tmp_path_factory: pytest.TempPathFactory
) -> World:
    """Give the small world on a fresh database, once of each engine. It is built once, and its rows are put back."""
    if database.dialect in _built:
        _built[database.dialect][1].put(database)
    else:
        _built[database.dialect] = build_world(database), Filled(database, tmp_path_factory.mktemp("world"))
    before = _built[database.dialect][0]
    new = _enter(database)
    return replace(before, desk=new.desk, kit=new.kit, people=dict(before.people), messages={})
