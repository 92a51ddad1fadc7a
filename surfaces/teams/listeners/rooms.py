"""Where the app is: added to teams, chats and people, and removed; who comes into a team, and which channels it has."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

import structlog

from handlers.ports import Rejected, Throttled, Unreachable, Unsure
from handlers.requests import Installed, Removed, Speaker
from surfaces.bodies import part, parts
from surfaces.teams.address import SURFACE, address_of
from surfaces.teams.gate import Reply
from surfaces.teams.listeners.ears import Ears
from surfaces.teams.payloads import Activity
from surfaces.teams.people import members_of

_log: Final = structlog.get_logger("matchpoint.teams")
_TAKEN: Final[Reply] = (200, None)
_FAILURES: Final = (Rejected, Throttled, Unreachable, Unsure)
#: What happens to a team after which its channels are asked for anew.
_CHANNELS_CHANGE: Final = (
    "channelCreated",
    "channelDeleted",
    "channelRenamed",
    "channelRestored",
    "channelShared",
    "channelUnshared",
    "teamRenamed",
    "teamUnarchived",
    "teamRestored",
)
_TEAM_ENDS: Final = ("teamDeleted", "teamHardDeleted", "teamArchived")


async def on_installation(ears: Ears, activity: Activity) -> Reply:
    """Take note that the app was added or removed."""
    action = str(activity.body.get("action") or "")
    if action.startswith("remove"):
        return await _leave(ears, activity)
    return await _enter(ears, activity)


async def on_change(ears: Ears, activity: Activity) -> Reply:
    """Take note of who came, of the bot itself coming or going, and of channels that changed."""
    added, removed = parts(activity.body, "membersAdded"), parts(activity.body, "membersRemoved")
    if any(one.get("id") == activity.bot for one in removed) or activity.event_type in _TEAM_ENDS:
        return await _leave(ears, activity)
    if any(one.get("id") == activity.bot for one in added):
        return await _enter(ears, activity)
    if activity.event_type in _CHANNELS_CHANGE and activity.team:
        await _note(ears, activity, await _channels(ears, activity))
    for user in members_of(added):
        try:
            await ears.people.ensure(Speaker(SURFACE, activity.tenant, user), within=[activity.channel])
        except _FAILURES as error:
            # Whoever speaks is met then.
            _log.info("not met yet", error=type(error).__name__, reason=str(error))
    return _TAKEN


async def _enter(ears: Ears, activity: Activity) -> Reply:
    by: Speaker | None = None
    if activity.user:
        try:
            by = await ears.ensure(activity)
        except _FAILURES as error:
            _log.info("not met yet", error=type(error).__name__, reason=str(error))
    if activity.is_personal:
        await _note(ears, activity, {}, greet=activity.place.channel if by else "")
    else:
        await _note(ears, activity, await _channels(ears, activity), greet=_chosen(activity), by=by)
    return _TAKEN


async def _leave(ears: Ears, activity: Activity) -> Reply:
    if not activity.is_personal:
        removed = Removed(SURFACE, activity.tenant, place=_place(activity))
        await asyncio.to_thread(ears.desk.removed, removed, now=ears.clock.now())
    return _TAKEN


async def _note(
    ears: Ears, activity: Activity, channels: Mapping[str, str], *, greet: str = "", by: Speaker | None = None
) -> None:
    installed = Installed(
        SURFACE,
        activity.tenant,
        service_url=activity.service_url,
        place="" if activity.is_personal else _place(activity),
        channels=channels,
        greet=greet,
        by=by,
    )
    await asyncio.to_thread(ears.desk.installed, installed, now=ears.clock.now())


async def _channels(ears: Ears, activity: Activity) -> dict[str, str]:
    """Return the channels of the team, or the group chat itself: name by address."""
    tenant, team = activity.tenant, activity.team
    if not team:
        return {address_of(tenant, activity.channel): str(part(activity.body, "conversation").get("name") or "")}
    name = str(part(part(activity.body, "channelData"), "team").get("name") or "")
    try:
        found = await ears.client.channels(tenant, team)
    except _FAILURES as error:
        _log.warning("the channels of a team are not known yet", error=type(error).__name__, reason=str(error))
        return {}
    named = ((str(one.get("id") or ""), str(one.get("name") or "")) for one in found)
    return {
        address_of(tenant, native): " › ".join(filter(None, (name, channel))) or native for native, channel in named
    }


def _place(activity: Activity) -> str:
    return activity.team or activity.channel


def _chosen(activity: Activity) -> str:
    """Return the address of the channel that was chosen for the app when it was added, else of the place itself."""
    settings = part(part(activity.body, "channelData"), "settings")
    chosen = str(part(settings, "selectedChannel").get("id") or "")
    return address_of(activity.tenant, chosen or activity.channel)
