"""Two clusters that share no chat, each at a surface of its own, in one deployment."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from pydantic import SecretStr
from starlette.testclient import TestClient

from bot.settings import Settings
from bot.web import make_app
from bot.wiring import Parts, build
from domain.organisations import OrganisationKind, Role
from handlers.members.setup import SetUp, set_up_by_operator
from handlers.requests import Profiled, Speaker
from handlers.webroom.places import person_address
from handlers.webroom.post import ensure_channel, ensure_workspace
from handlers.work import Work
from store.queries import people
from surfaces.teams.address import address_of
from tests.fakes.clock import StillClock
from tests.fakes.slack import FakeSlack
from tests.fakes.teams import FakeTeams
from tests.journeys import slack_stage, teams_stage
from tests.journeys.lines import Line
from tests.journeys.scenes import FIELDS, TITLE
from tests.journeys.stage import BUYER, CHALLENGES, MANAGERS, SME, Player, Stage, email_of
from tests.journeys.web_stage import WebPlayer
from tests.world import add_organisation, add_person, add_profile

OURS, THEIRS = "CLEAN", "Clean Tech Delta"
#: Surfaces of buyer, of the owner's manager, of the SME, and of the partner's manager.
SEATS: Final = (
    ("slack", "slack", "teams", "web"),
    ("slack", "slack", "teams", "teams"),
    ("teams", "teams", "slack", "slack"),
    ("slack", "slack", "web", "web"),
    ("web", "web", "teams", "teams"),
    ("teams", "teams", "web", "web"),
    ("web", "web", "slack", "slack"),
)
ROLES: Final = ("buyer", "manager", "sme", "partner")


@dataclass
class Places:
    """What each surface needs to seat people: its players, its workspace and its two channels."""

    workspace: str
    channels: dict[str, str]
    seat: Callable[[str], Player]


@dataclass
class Across:
    """The stage, on which surface everybody is, and how what happens there gets to the program."""

    stage: Stage
    seats: dict[str, str]
    slack: FakeSlack
    teams: FakeTeams
    lines: dict[str, Line]

    def twice(self) -> None:
        """Let everything come a second time from now on: what platforms tell, clicks, commands and forms."""
        for line in self.lines.values():
            line.twice = True
        for player in self.stage.people.values():
            if isinstance(player, WebPlayer):
                player.twice()

    def beside(self, role: str) -> list[str]:
        """Return who of the two sides reads elsewhere what one of them writes."""
        return [one for one in ROLES if self.seats[one] != self.seats[role] or self._apart(one, role)]

    def _apart(self, one: str, other: str) -> bool:
        """Tell whether two at one surface have a chat each: Teams has no groups that a bot could open."""
        return one != other and self.seats[one] == "teams"


@contextlib.asynccontextmanager
async def two_clusters(
    surfaces: tuple[str, ...], settings: Settings, clock: StillClock, slack: FakeSlack, teams: FakeTeams
) -> AsyncIterator[Across]:
    """Seat the four people of the journey at these surfaces, in the order of ROLES."""
    seats: dict[str, str] = dict(zip(ROLES, surfaces, strict=True))
    parts = build(settings.model_copy(update=_connected(slack, teams)))
    app = make_app(parts)
    async with app.router.lifespan_context(app):
        assert parts.slack is not None
        assert parts.teams is not None
        slack.connect(app, settle=parts.slack.settle)
        teams.connect(app, settle=parts.teams.settle)
        lines = {"slack": Line.to(slack), "teams": Line.to(teams)}
        places = {"slack": _slack(slack), "teams": _teams(teams), "web": _web(parts, app, clock, settings)}
        _seed(parts, seats, places)
        players = {role: places[surface].seat(role) for role, surface in seats.items()}
        stage = Stage("across", parts, clock, players, app)
        for user in teams.users.values():
            await user.install()
        await stage.deliver()
        yield Across(stage, seats, slack, teams, lines)


def _connected(slack: FakeSlack, teams: FakeTeams) -> dict[str, Any]:
    return {
        "slack_bot_token": SecretStr(slack.bot_token),
        "slack_signing_secret": SecretStr(slack.signing_secret),
        "slack_api_url": slack.api_url,
        "teams_client_id": teams.client_id,
        "teams_client_secret": SecretStr(teams.secret),
        "teams_tenant_id": teams.tenant,
        "teams_api_url": teams.service_url,
        "teams_login_url": teams.origin,
    }


def _slack(slack: FakeSlack) -> Places:
    slack.add_channel("C0CHALL", CHALLENGES)
    slack.add_channel("G0MANAG", MANAGERS, private=True)

    def seat(role: str) -> Player:
        user = slack.add_user(f"U0{role.upper()}", name=role, email=email_of(role))
        for room in slack.channels.values():
            room.members.add(user.id)
        return slack_stage.SlackPlayer(slack, user)

    channels = {name: f"slack:{slack.team}:{native}" for name, native in slack_stage.CHANNELS.items()}
    return Places(slack.team, channels, seat)


def _teams(teams: FakeTeams) -> Places:
    teams.add_team("clean", "Delta", {"challenges": "Challenges", "managers": "Managers"})

    def seat(role: str) -> Player:
        user = teams.add_user(role, email=email_of(role))
        for room in teams.rooms.values():
            if room.kind == "channel":
                room.members.add(user.id)
        return teams_stage.TeamsPlayer(teams, user)

    channels = {name: address_of(teams.tenant, native) for name, native in teams_stage.CHANNELS.items()}
    return Places(teams.tenant, channels, seat)


def _web(parts: Parts, app: Any, clock: StillClock, settings: Settings) -> Places:
    now = clock.now()
    ensure_workspace(parts.database, "clean", name="CLEAN", now=now)
    channels = {
        CHALLENGES: ensure_channel(parts.database, "clean", "challenges", now=now),
        MANAGERS: ensure_channel(parts.database, "clean", "managers", private=True, now=now),
    }

    def seat(role: str) -> Player:
        speaker, address = Speaker("web", "clean", role), person_address("clean", role)
        parts.desk.meet(Profiled(speaker, role, address, email=email_of(role)), now=now)
        client: Any = TestClient(app, base_url=settings.base_url, follow_redirects=True)
        assert parts.kit.web_link is not None
        return WebPlayer(client, parts.kit.web_link("clean", role, now))

    return Places("clean", channels, seat)


def _seed(parts: Parts, seats: dict[str, str], places: dict[str, Places]) -> None:
    """Bind each cluster to the workspaces in which its people are, and enter everybody."""
    homes = {OURS: ("DK", "manager", "buyer"), THEIRS: ("NL", "partner", "sme")}
    with parts.database.write() as session:
        work = Work(session, parts.clock.now(), parts.kit)
        for cluster, (country, manager, member) in homes.items():
            for surface in dict.fromkeys((seats[manager], seats[member])):
                place = places[surface]
                wanted = SetUp(
                    cluster=cluster,
                    country=country,
                    workspace=place.workspace,
                    surface=surface,
                    managers=(email_of(manager),),
                    challenge_channel=place.channels[CHALLENGES],
                    managers_channel=place.channels[MANAGERS],
                    language="en",
                )
                set_up_by_operator(work, wanted)
        ours, theirs = (people.cluster_named(session, name, homes[name][0]) for name in (OURS, THEIRS))
        assert ours is not None
        assert theirs is not None
        utility = add_organisation(session, BUYER, OrganisationKind.BUYER, ours)
        lens = add_organisation(session, SME, OrganisationKind.SME, theirs, headcount=12)
        text = "Optical sensors find bacteria in drinking water."
        add_profile(session, lens, text, "E. coli sensors", "pipe networks")
        add_person(session, "buyer", Role.BUYER, ours, utility)
        add_person(session, "sme", Role.SME, theirs, lens)


async def introduce(stage: Stage, deliver: Callable[[], Awaitable[None]] | None = None) -> None:
    """Let a challenge travel, be answered, and end in an introduction that all agreed to.

    `deliver` brings what each step causes; by default all is well and it comes at once.
    """
    deliver = deliver or stage.deliver
    buyer, manager, sme, partner = (stage.people[role] for role in ROLES)

    await buyer.command("challenge")
    await buyer.fill(**{**FIELDS, "deadline_on": stage.deadline, "confidentiality": "teaser"})
    assert buyer.errors == {}
    await deliver()
    await manager.press(await manager.find(MANAGERS, "CH-1", "screening.publish"), "screening.publish")
    await deliver()

    await manager.press(await manager.find(MANAGERS, "CH-1", "sharing.offer"), "sharing.offer")
    await manager.fill(reach="every")
    await deliver()
    offer = await partner.find(MANAGERS, "CH-1", "sharing.take")
    assert BUYER not in offer.text
    await partner.press(offer, "sharing.take")
    await deliver()

    post = await sme.find(CHALLENGES, TITLE, "answer.start")
    assert BUYER not in await sme.everything()
    await sme.reply(post, "A result within the hour, for three months.")
    await deliver()
    await sme.press(await sme.find("inbox", "within the hour", "answer.submit"), "answer.submit")
    await deliver()

    card = await manager.find(MANAGERS, "AN-1", "suggestion.approve")
    await manager.press(card, "suggestion.approve", below=SME)
    await deliver()
    assert await sme.conversations() == []
    card = await partner.find(MANAGERS, "IN-1", "introduction.approve")
    await partner.press(card, "introduction.approve")
    await deliver()
    await buyer.press(await buyer.find("inbox", "IN-1", "consent.give"), "consent.give")
    await deliver()
