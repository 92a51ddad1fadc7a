"""A surface in its process: starting and stopping, Socket Mode, trouble at Slack, and what the doctor is told."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from handlers.commands import COMMANDS
from handlers.desk import Desk
from handlers.requests import Command, Press, Said, Shown
from messages.card import Card, Picture, Section
from messages.compose.installing import PERMISSIONS
from messages.notices.board import DOT
from surfaces.slack.config import SlackConfig
from surfaces.slack.inspection import inspect
from surfaces.slack.listeners import commands, events, shortcuts
from surfaces.slack.scopes import SCOPES
from surfaces.slack.surface import PATH, SlackSurface
from tests.fakes.clock import StillClock
from tests.fakes.slack import ALL_SCOPES, FakeSlack, Fault
from tests.fakes.slack_user import SlackUser
from tests.surfaces.slack.conftest import Setting
from tests.surfaces.stub_desk import StubDesk

Make = Callable[..., SlackSurface]


@pytest.fixture
def desk() -> StubDesk:
    return StubDesk()


@pytest.fixture
def make(desk: StubDesk, clock: StillClock) -> Make:
    return lambda config: SlackSurface(cast("Desk", desk), config, clock=clock, observe=lambda *_: None)


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something has happened, ten seconds at most."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)


async def test_without_a_signing_secret_there_is_no_route(make: Make, config: SlackConfig):
    assert make(replace(config, signing_secret="")).routes() == []
    assert [route.path for route in make(config).routes()] == [PATH]


def test_secrets_are_not_shown(config: SlackConfig):
    assert config.bot_token not in repr(config)
    assert config.signing_secret not in repr(config)


async def test_a_surface_starts_while_slack_is_down_and_learns_later(
    slack: FakeSlack, make: Make, config: SlackConfig, desk: StubDesk
):
    slack.fail("auth.test", Fault.ERROR_500)
    surface = make(config)
    async with surface.running():
        await until(lambda: len(slack.called("auth.test")) >= 2)
    assert slack.called("auth.test")[-1].outcome == "ok"


async def test_before_slack_was_asked_the_workspace_is_the_one_of_the_request(setting: Setting, anna: SlackUser):
    own = setting.surface.clients.own
    assert own is not None
    own.installation.workspace = ""
    await anna.command("/challenge", "list")
    assert setting.desk.heard[0].speaker.workspace == "T0CLEAN"


async def test_a_surface_starts_with_a_token_that_slack_refuses(slack: FakeSlack, make: Make, config: SlackConfig):
    async with make(replace(config, bot_token="xoxb-wrong")).running():
        assert slack.called("auth.test")[-1].outcome == "invalid_auth"


async def test_stopping_waits_for_what_people_are_still_to_be_shown(
    slack: FakeSlack, make: Make, config: SlackConfig, desk: StubDesk, anna: SlackUser
):
    from starlette.applications import Starlette

    desk.answer = Shown(home=desk.page)
    surface = make(config)
    slack.connect(Starlette(routes=surface.routes()))
    async with surface.running():
        await anna.command("/matchpoint")
    assert anna.home is not None


async def test_socket_mode_serves_the_same(
    slack: FakeSlack, make: Make, config: SlackConfig, desk: StubDesk, anna: SlackUser
):
    desk.answer = Shown(card=Card("", (Section("Hello Anna."),)))
    root = slack.do_chat_postmessage({"channel": "C0CHALL", "text": "CH-12"})["ts"]
    home = {"id": "V1", "type": "home", "blocks": []}
    button = {"type": "button", "action_id": "home.show#1"}
    surface = make(replace(config, signing_secret="", app_token=slack.app_token))
    async with surface.running():
        await until(slack.socket_open.is_set)
        ack = await slack.through_socket("slash_commands", anna.command_fields("/challenge", "list"))
        await slack.through_socket("interactive", anna.press_payload(home, button))
        await slack.through_socket("events_api", anna.message_event("C0CHALL", "hi", thread=root))
        other = {"type": "event_callback", "event": {"type": "reaction_added"}, "event_id": "Ev1"}
        assert await slack.through_socket("events_api", other) == {}
    assert "Hello Anna." in str(ack)
    assert [type(one) for one in desk.heard] == [Command, Press, Said]


async def test_the_doctor_finds_everything_in_order(slack: FakeSlack, config: SlackConfig):
    socket = replace(config, app_token=slack.app_token)
    findings = await inspect(socket, ["slack:T0CLEAN:C0CHALL", "slack:T0CLEAN:G0MANAG"])
    assert [(one.name, one.ok) for one in findings] == [
        ("slack settings", True),
        ("slack token", True),
        ("slack scopes", True),
        ("slack socket mode", True),
        ("slack channel", True),
        ("slack channel", True),
    ]


async def test_the_doctor_says_what_is_missing(slack: FakeSlack, config: SlackConfig):
    slack.scopes -= {"im:history", "mpim:write"}
    slack.add_channel("G0ALIEN", "alien", private=True, with_bot=False)
    slack.add_channel("C0OUT", "outside", with_bot=False)
    slack.add_channel("C0OLD", "old")
    slack.channels["C0OLD"].archived = True
    channels = [f"slack:T0CLEAN:{one}" for one in ("G0ALIEN", "C0OUT", "C0OLD")]
    findings = await inspect(replace(config, signing_secret="short", app_token="xoxb-no"), channels)
    remedies = [one.remedy for one in findings if not one.ok]
    assert [bool(re.search(words, remedy)) for words, remedy in zip(
        (
            "SIGNING_SECRET.*APP_TOKEN", "im:history.*mpim:write.*reinstall", "invalid_auth.*Switch Socket Mode on",
            "/invite", "/invite.*#outside", "archived",
        ),
        remedies,
        strict=True,
    )] == [True] * 6  # fmt: skip
    assert not any(config.bot_token in remedy for remedy in remedies)


async def test_the_doctor_tells_a_wrong_token_from_a_silent_slack(slack: FakeSlack, config: SlackConfig):
    wrong = (await inspect(replace(config, bot_token="xoxb-wrong")))[-1]
    slack.fail("auth.test", Fault.DROP_BEFORE)
    silent = (await inspect(config))[-1]
    assert (wrong.ok, silent.ok) == (False, False)
    assert "invalid_auth" in wrong.remedy
    assert "cannot be reached" in silent.remedy


MANIFEST = (Path(__file__).parents[3] / "slack-manifest.yaml").read_text(encoding="utf-8")


def listed(key: str) -> list[str]:
    """Return the items of a list in the manifest, which is plain enough to read without a parser."""
    (block,) = re.findall(rf"^ +{key}:\n((?: +- .+\n)+)", MANIFEST, re.MULTILINE)
    return re.findall(r"- (\S+)", block)


def test_the_manifest_has_the_commands_that_are_listened_to():
    written = re.findall(r"- command: (\S+)", MANIFEST)
    assert written == list(commands.NAMES) == [f"/{name}" for name in COMMANDS]
    assert MANIFEST.count("/slack/events") == len(written) + 2


def test_the_manifest_has_the_scopes_that_are_needed_and_no_others():
    assert sorted(listed("bot")) == sorted(SCOPES) == sorted(ALL_SCOPES)


def test_the_guide_explains_every_scope():
    guide = (Path(__file__).parents[3] / "docs" / "slack.md").read_text(encoding="utf-8")
    assert [scope for scope in SCOPES if f"`{scope}`" not in guide] == []


def test_the_manifest_has_the_events_and_the_shortcut_that_are_listened_to():
    assert {name.partition(".")[0] for name in listed("bot_events")} == set(events.NAMES)
    assert re.findall(r"callback_id: (\S+)", MANIFEST) == [shortcuts.CALLBACK]
    assert "socket_mode_enabled: false" in MANIFEST
    assert "home_tab_enabled: true" in MANIFEST


@pytest.mark.parametrize("scope", sorted(SCOPES.keys() - {"commands", "users:read.email"}))
async def test_no_scope_is_asked_for_in_vain(slack: FakeSlack, make: Make, config: SlackConfig, scope: str):
    """Without it, something that Matchpoint does is refused."""
    from surfaces.slack.client import SlackClient
    from surfaces.slack.messenger import SlackMessenger

    slack.scopes.discard(scope)
    slack.add_channel("C0TAKEN", "taken", with_bot=False)
    slack.add_channel("G0TAKEN", "taken-privately", private=True)
    client = SlackClient(slack.bot_token, slack.api_url)
    messenger, now = SlackMessenger(client), slack.clock.now()
    anna, bert = "slack:T0CLEAN:U0ANNA", "slack:T0CLEAN:U0BERT"
    room = slack.channels.setdefault("G0GROUP", type(slack.channels["C0CHALL"])("G0GROUP", "mpdm", "mpim", {"U0MATCH"}))
    card = Card("CH-12", (Section("A challenge"), Picture(DOT, "A dot")))
    acts: list[Callable[[], Awaitable[Any]]] = [
        lambda: messenger.post("slack:T0CLEAN:C0CHALL", card, key="a"),
        lambda: messenger.create_channel("slack:T0CLEAN", name="new", private=False, key="b"),
        lambda: messenger.create_channel("slack:T0CLEAN", name="newer", private=True, key="c"),
        lambda: messenger.create_channel("slack:T0CLEAN", name="taken", private=False, key="d"),
        lambda: messenger.open_conversation((anna,), title="one", key="e"),
        lambda: messenger.open_conversation((anna, bert), title="two", key="f"),
        lambda: client.call("users_info", user="U0ANNA"),
        *(
            lambda to=to: messenger.find(to, key="x", since=now)
            for to in (anna, "slack:T0CLEAN:C0CHALL", "slack:T0CLEAN:G0MANAG", f"slack:T0CLEAN:{room.id}")
        ),
    ]
    await asyncio.gather(*(act() for act in acts), return_exceptions=True)
    assert "missing_scope" in {call.outcome for call in slack.calls}


def test_the_page_of_the_installation_explains_every_scope():
    explained = [scope for scopes, _ in PERMISSIONS for scope in scopes]
    assert sorted(explained) == sorted(SCOPES)
