"""Two clusters that share no chat: a challenge travels, an introduction needs both managers, one conversation."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Final

import pytest
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
from tests.journeys.scenes import FIELDS, TITLE
from tests.journeys.stage import BUYER, CHALLENGES, MANAGERS, SME, Player, Stage, email_of
from tests.journeys.web_stage import WebPlayer
from tests.world import add_organisation, add_person, add_profile

INVITED: Final = "Dykewatch"
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


@pytest.fixture(params=SEATS, ids="-".join)
async def across(
    request: pytest.FixtureRequest, settings: Settings, clock: StillClock, slack: FakeSlack, teams: FakeTeams
) -> AsyncIterator[Stage]:
    """Give two clusters, each at a surface of its own, in one deployment."""
    seats: dict[str, str] = dict(zip(ROLES, request.param, strict=True))
    parts = build(settings.model_copy(update=_connected(slack, teams)))
    app = make_app(parts)
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(app.router.lifespan_context(app))
        assert parts.slack is not None
        assert parts.teams is not None
        slack.connect(app, settle=parts.slack.settle)
        teams.connect(app, settle=parts.teams.settle)
        places = {"slack": _slack(slack), "teams": _teams(teams), "web": _web(parts, app, clock, settings)}
        _seed(parts, seats, places)
        players = {role: places[surface].seat(role) for role, surface in seats.items()}
        stage = Stage("across", parts, clock, players, app)
        for user in teams.users.values():
            await user.install()
        await stage.deliver()
        yield stage


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


async def test_a_challenge_travels_and_ends_in_one_conversation(across: Stage):
    buyer, manager, sme, partner = (across.people[role] for role in ROLES)

    await buyer.command("challenge")
    await buyer.fill(**{**FIELDS, "deadline_on": across.deadline, "confidentiality": "teaser"})
    assert buyer.errors == {}
    await across.deliver()
    await manager.press(await manager.find(MANAGERS, "CH-1", "screening.publish"), "screening.publish")
    await across.deliver()

    await manager.press(await manager.find(MANAGERS, "CH-1", "sharing.offer"), "sharing.offer")
    await manager.fill(reach="every")
    await across.deliver()
    offer = await partner.find(MANAGERS, "CH-1", "sharing.take")
    assert BUYER not in offer.text
    await partner.press(offer, "sharing.take")
    await across.deliver()

    post = await sme.find(CHALLENGES, TITLE, "answer.start")
    assert BUYER not in await sme.everything()
    await sme.reply(post, "A result within the hour, for three months.")
    await across.deliver()
    await sme.press(await sme.find("inbox", "within the hour", "answer.submit"), "answer.submit")
    await across.deliver()

    card = await manager.find(MANAGERS, "AN-1", "suggestion.approve")
    await manager.press(card, "suggestion.approve", below=SME)
    await across.deliver()
    assert await sme.conversations() == []
    card = await partner.find(MANAGERS, "IN-1", "introduction.approve")
    await partner.press(card, "introduction.approve")
    await across.deliver()
    await buyer.press(await buyer.find("inbox", "IN-1", "consent.give"), "consent.give")
    await across.deliver()

    for who in (buyer, sme):
        ((opening, *_),) = await who.conversations()
        assert BUYER in opening.text
        assert SME in opening.text

    await buyer.talk("When can you come to Copenhagen?")
    await across.deliver()
    await sme.talk("On Tuesday at ten.")
    await across.deliver()
    heard = [one.text for one in (await sme.conversations())[0]]
    assert len([one for one in heard if "come to Copenhagen" in one]) == 1
    told = [one.text for one in (await buyer.conversations())[0]]
    assert len([one for one in told if "On Tuesday at ten" in one and re.search("sme", one, re.IGNORECASE)]) == 1


@pytest.mark.parametrize("across", [SEATS[0], SEATS[2]], indirect=True, ids="-".join)
async def test_a_guest_answers_is_introduced_and_talks(across: Stage):
    buyer, manager, _, partner = (across.people[role] for role in ROLES)
    with across.parts.database.write() as session:
        theirs = people.cluster_named(session, THEIRS, "NL")
        assert theirs is not None
        add_organisation(session, INVITED, OrganisationKind.SME, theirs, country="NL", headcount=4)

    await buyer.command("challenge")
    await buyer.fill(**{**FIELDS, "deadline_on": across.deadline})
    await across.deliver()
    await manager.press(await manager.find(MANAGERS, "CH-1", "screening.publish"), "screening.publish")
    await across.deliver()
    await manager.press(await manager.find(MANAGERS, "CH-1", "sharing.offer"), "sharing.offer")
    await manager.fill(reach="every")
    await across.deliver()
    await partner.press(await partner.find(MANAGERS, "CH-1", "sharing.take"), "sharing.take")
    await across.deliver()

    await partner.command("matchpoint", f"invite ada@dykewatch.example {INVITED} CH-1")
    await partner.fill()
    link = re.search(r"/guest/[\w-]+", partner.answer.text)
    assert link is not None
    client: Any = TestClient(across.app, base_url=across.parts.settings.base_url, follow_redirects=True)
    guest = WebPlayer(client, link[0])
    await guest.press(await guest.find("home", TITLE, "answer.start"), "answer.start")
    await guest.fill(text="A result within the hour, for three months.")
    await across.deliver()

    await manager.press(await manager.find(MANAGERS, "AN-1", "suggestion.approve"), "suggestion.approve", below=INVITED)
    await across.deliver()
    await partner.press(await partner.find(MANAGERS, "IN-1", "introduction.approve"), "introduction.approve")
    await across.deliver()
    await buyer.press(await buyer.find("inbox", "IN-1", "consent.give"), "consent.give")
    await across.deliver()

    assert await guest.find("home", f"You are introduced to {BUYER}")
    await buyer.talk("When can you come to Copenhagen?")
    await across.deliver()
    await guest.talk("On Tuesday at ten.")
    await across.deliver()
    ((*_, heard, _),) = await guest.conversations()
    assert "come to Copenhagen" in heard.text
    ((*_, told),) = await buyer.conversations()
    assert "On Tuesday at ten" in told.text
    assert INVITED in told.text
