"""What is missing on the side of Teams, in plain words: for `matchpoint doctor`, which speaks English."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from handlers.ports import Gone, Rejected, Throttled, Unreachable, Unsure
from surfaces.teams.address import read_address, split_thread
from surfaces.teams.client import TeamsClient
from surfaces.teams.config import TeamsConfig
from surfaces.teams.tokens import Credentials

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: whether it passed, and in plain words what to do if not."""

    name: str
    ok: bool
    remedy: str = ""


async def inspect(config: TeamsConfig, service_urls: Mapping[str, str], channels: Sequence[str] = ()) -> list[Finding]:
    """Check the credentials, and the channels (their addresses) that tenants were set up with.

    `service_urls` tells where each tenant is served.
    """
    if config.unauthenticated:
        return [Finding("teams without credentials, for trying out on this machine only", ok=True)]
    findings = [_settings(config)]

    async def service_url_of(tenant: str) -> str:
        return service_urls.get(tenant, "")

    bot = Credentials(config.client_id, config.client_secret, config.tenant_id)
    client = TeamsClient(bot, service_url_of=service_url_of, api_url=config.api_url, login_url=config.login_url)
    async with client.open():
        try:
            await client.sign_in()
        except (Throttled, Unreachable) as error:
            return [*findings, Finding("teams credentials", ok=False, remedy=_refusal(str(error)))]
        findings.append(Finding("teams credentials", ok=True))
        findings += [await _channel(client, one) for one in channels if one]
    return findings


def _settings(config: TeamsConfig) -> Finding:
    wrong: list[str] = []
    if not _UUID.fullmatch(config.client_id):
        wrong.append("TEAMS_CLIENT_ID is not the application (client) id of the bot's registration.")
    if _UUID.fullmatch(config.client_secret):
        wrong.append("TEAMS_CLIENT_SECRET is a secret's id: its value is needed, which is shown once when it is made.")
    if config.tenant_id and not _UUID.fullmatch(config.tenant_id):
        wrong.append("TEAMS_TENANT_ID is not the directory (tenant) id of the bot's registration.")
    return Finding("teams settings", ok=not wrong, remedy=" ".join(wrong))


def _refusal(why: str) -> str:
    if "invalid_client" in why:
        return "Microsoft does not accept TEAMS_CLIENT_SECRET: it is wrong or has expired. Make a new one."
    if "unauthorized_client" in why or "invalid_request" in why:
        return (
            "Microsoft does not know TEAMS_CLIENT_ID there. For a registration of a single tenant, set "
            "TEAMS_TENANT_ID; for one of many, leave it empty."
        )
    return f"Microsoft's sign-in does not give a token ({why}). Check this machine's way to login.microsoftonline.com."


async def _channel(client: TeamsClient, address: str) -> Finding:
    try:
        where = read_address(address)
        await client.members(where.workspace, split_thread(where.native)[0])
    except Gone:
        remedy = "An administrator of the tenant has blocked the app: Teams admin centre, Manage apps."
        return Finding("teams channel", ok=False, remedy=remedy)
    except (ValueError, Rejected) as error:
        remedy = f"A channel cannot be seen ({error}): {address}. Add the app to its team, or choose another channel."
        return Finding("teams channel", ok=False, remedy=remedy)
    except (Throttled, Unreachable, Unsure) as error:
        return Finding("teams connection", ok=False, remedy=f"Teams does not answer at the moment ({error}).")
    return Finding("teams channel", ok=True)
