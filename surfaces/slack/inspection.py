"""What is missing on Slack's side, in plain words: for `matchpoint doctor`, which speaks English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from handlers.ports import Rejected, Throttled, Unreachable, Unsure
from surfaces.slack.address import read_address
from surfaces.slack.client import SlackClient
from surfaces.slack.config import SlackConfig
from surfaces.slack.payloads import part
from surfaces.slack.scopes import SCOPES

_TOKEN: Final = re.compile(r"xoxb-[\w-]+")
_SECRET: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: whether it passed, and in plain words what to do if not."""

    name: str
    ok: bool
    remedy: str = ""


async def inspect(config: SlackConfig, channels: Sequence[str] = ()) -> list[Finding]:
    """Check the token, its scopes and the channels (their addresses) that the workspace was set up with."""
    return [_settings(config), *await look_into(config, channels)]


def missing_for_installing(config: SlackConfig) -> Finding:
    """Tell what keeps workspaces from installing the app by themselves."""
    wrong: list[str] = []
    if not config.client_id:
        wrong.append("Set SLACK_CLIENT_ID (Basic Information in the settings of your Slack app).")
    if not config.client_secret:
        wrong.append("Set SLACK_CLIENT_SECRET (Basic Information in the settings of your Slack app).")
    if not config.public_url.startswith("https://"):
        wrong.append(
            "Set PUBLIC_URL to your https address, and name it with /slack/oauth_redirect behind it as a redirect URL "
            "under OAuth & Permissions."
        )
    return Finding("slack installation", ok=not wrong, remedy=" ".join(wrong))


async def look_into(config: SlackConfig, channels: Sequence[str] = (), *, name: str = "") -> list[Finding]:
    """Check a token, its scopes and the channels of a workspace, which findings name if there are several."""
    found = await _look_into(config, channels)
    return [replace(one, name=f"{one.name} ({name})") if name else one for one in found]


async def _look_into(config: SlackConfig, channels: Sequence[str]) -> list[Finding]:
    findings: list[Finding] = []
    client = SlackClient(config.bot_token, config.api_url)
    async with client.open():
        try:
            granted = await client.scopes()
        except Rejected as refusal:
            remedy = (
                f"Slack answers {refusal.reason}. Copy the bot token (it begins with xoxb-) from OAuth & Permissions "
                "in the settings of your Slack app into SLACK_BOT_TOKEN; install the app to the workspace first."
            )
            return [*findings, Finding("slack token", ok=False, remedy=remedy)]
        except (Throttled, Unreachable, Unsure) as error:
            remedy = f"Slack cannot be reached ({error}). Check this machine's way to the internet, and SLACK_API_URL."
            return [*findings, Finding("slack connection", ok=False, remedy=remedy)]
        findings.append(Finding("slack token", ok=True))
        findings.append(_scopes(granted))
        if config.app_token:
            findings.append(await _socket(client, config.app_token))
        findings += [await _channel(client, one) for one in channels if one]
    return findings


def _settings(config: SlackConfig) -> Finding:
    wrong: list[str] = []
    if not _TOKEN.fullmatch(config.bot_token):
        wrong.append("SLACK_BOT_TOKEN does not begin with xoxb-.")
    if config.signing_secret and not _SECRET.fullmatch(config.signing_secret):
        wrong.append("SLACK_SIGNING_SECRET is not the 32 letters and digits under Basic Information.")
    if config.app_token and not config.app_token.startswith("xapp-"):
        wrong.append("SLACK_APP_TOKEN does not begin with xapp-.")
    return Finding("slack settings", ok=not wrong, remedy=" ".join(wrong))


def _scopes(granted: str) -> Finding:
    missing = sorted(SCOPES.keys() - {one.strip() for one in granted.split(",")})
    named = "; ".join(f"{scope} ({SCOPES[scope]})" for scope in missing)
    remedy = (
        f"The app lacks {named}. Paste slack-manifest.yaml into App Manifest in the settings of your Slack app, then "
        "reinstall the app to the workspace."
    )
    return Finding("slack scopes", ok=not missing, remedy=remedy if missing else "")


async def _socket(client: SlackClient, app_token: str) -> Finding:
    try:
        await client.call("apps_connections_open", app_token=app_token)
    except (Rejected, Throttled, Unreachable, Unsure) as error:
        remedy = (
            f"Slack opens no connection for Socket Mode ({error}). Switch Socket Mode on in the settings of your Slack "
            "app, and copy an app-level token with the scope connections:write into SLACK_APP_TOKEN."
        )
        return Finding("slack socket mode", ok=False, remedy=remedy)
    return Finding("slack socket mode", ok=True)


async def _channel(client: SlackClient, address: str) -> Finding:
    try:
        native = read_address(address).native
        channel = part(await client.call("conversations_info", channel=native), "channel")
    except (ValueError, Rejected, Throttled, Unreachable, Unsure) as error:
        remedy = f"The channel {address} cannot be seen ({error}). If it is private, type /invite @Matchpoint in it."
        return Finding("slack channel", ok=False, remedy=remedy)
    if channel.get("is_archived"):
        return Finding("slack channel", ok=False, remedy=f"#{channel.get('name')} is archived. Choose another one.")
    if not channel.get("is_member"):
        return Finding("slack channel", ok=False, remedy=f"Type /invite @Matchpoint in #{channel.get('name')}.")
    return Finding("slack channel", ok=True)
