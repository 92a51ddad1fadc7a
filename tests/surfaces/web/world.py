"""Two clusters with a web workspace each: a buyer and a manager in one, an SME and a manager in the other."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.organisations import ClusterState, MembershipState, OrganisationKind, Role
from domain.rooms import WorkspaceState
from handlers import people
from handlers.desk import Desk
from handlers.requests import Profiled, Speaker
from handlers.webroom.post import Webpost
from handlers.webroom.room import Webroom, ensure_channel, ensure_workspace
from handlers.work import Kit, Work
from messages.card import Card, Section
from store.engine import Database
from store.queries.people import workspace_of
from store.queries.rows import add
from store.tables.people import Cluster, Membership, Organisation
from surfaces.web.address import parse, person_address
from surfaces.web.messenger import WebMessenger
from tests.fakes.holidays import NoHolidays

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SECRET = "a secret of the tests, long enough"
PEOPLE = (
    ("clean", "buyer", "Innovation lead, Øresund Water", Role.BUYER),
    ("clean", "manager", "Manager, CLEAN", Role.MANAGER),
    ("clean", "colleague", "Engineer, Øresund Water", Role.BUYER),
    ("delta", "sme", "Founder, AquaSense (sample)", Role.SME),
    ("delta", "manager", "Manager, Delta", Role.MANAGER),
)


@dataclass
class Clock:
    at: datetime = NOW

    def now(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at


@dataclass
class World:
    database: Database
    kit: Kit
    channels: dict[tuple[str, str], int]
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.webroom = Webroom(self.database, self.kit)
        self.messenger = WebMessenger(Webpost(self.database), clock=self.clock)
        self.desk = Desk(self.database, self.kit)

    def say(self, user: str, text: str, *, thread: int | None = None, key: str = "", where: str = "general") -> int:
        number, _, _ = self.webroom.say(
            "clean",
            user,
            self.channels["clean", where],
            text,
            thread=thread,
            key=key or f"{text}-{self.clock.at.timestamp()}",
            now=self.clock.now(),
        )
        return number

    def texts(self, user: str, where: str = "general") -> list[str]:
        page = self.webroom.channel("clean", user, self.channels["clean", where])
        return [m.card.title if m.card else m.text for m in page.messages]


def card(title: str = "A card", text: str = "With a text.") -> Card:
    return Card(title, (Section(text),))


def build_world(database: Database, *, demo: bool = True, public_url: str = "") -> World:
    kit = Kit(holidays=NoHolidays(), demo=demo, public_url=public_url)
    times: dict[str, Any] = {"created_at": NOW, "updated_at": NOW}
    channels: dict[tuple[str, str], int] = {}
    for native, name in (("clean", "CLEAN"), ("delta", "Clean Tech Delta")):
        ensure_workspace(database, native, name=name, now=NOW)
        for channel, private in (("general", False), ("managers", True)):
            address = ensure_channel(database, native, channel, private=private, now=NOW)
            channels[native, channel] = parse(address).number
    with database.write() as session:
        for native, country in (("clean", "DK"), ("delta", "NL")):
            cluster = Cluster(name=native, name_key=native, country=country, state=ClusterState.ACTIVE, **times)
            add(session, cluster)
            firm = Organisation(
                natural_key=native,
                kind=OrganisationKind.BUYER,
                name=f"Firm of {native}",
                name_key=native,
                country=country,
                **times,
            )
            add(session, firm)
            for _, user, name, role in (one for one in PEOPLE if one[0] == native):
                profiled = Profiled(Speaker("web", native, user), name, person_address(native, user))
                person = people.meet(Work(session, NOW, kit), profiled)
                firm_id = None if role is Role.MANAGER else firm.id
                membership = Membership(
                    person_id=person,
                    cluster_id=cluster.id or 0,
                    organisation_id=firm_id,
                    role=role,
                    state=MembershipState.ACTIVE,
                    **times,
                )
                add(session, membership)
            workspace = workspace_of(session, surface="web", native_id=native)
            assert workspace is not None
            workspace.cluster_id, workspace.state = cluster.id, WorkspaceState.ACTIVE
            session.add(workspace)
    return World(database, kit, channels)
