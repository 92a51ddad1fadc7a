"""Accounts of Slack and the people behind them: asked about once, then remembered."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from handlers.desk import Desk
from handlers.ports import Clock
from handlers.requests import Profiled, Speaker
from surfaces.slack.address import address_of
from surfaces.slack.clients import Clients
from surfaces.slack.payloads import part

_REMEMBERED: Final = 20_000


class People:
    """Sees to it that an account was met before it is heard."""

    def __init__(self, desk: Desk, clients: Clients, clock: Clock) -> None:
        self._desk, self._clients, self._clock = desk, clients, clock
        self._known: dict[tuple[str, str], None] = {}
        self._meetings: dict[tuple[str, str], asyncio.Lock] = {}

    async def bot_user(self, workspace: str) -> str:
        """Return the bot's own account in a workspace; empty until Slack has said it."""
        return (await self._clients.of(workspace)).installation.bot_user

    def remembers(self, speaker: Speaker) -> bool:
        """Tell whether the account was met lately, without asking anybody."""
        return (speaker.workspace, speaker.user) in self._known

    async def ensure(self, speaker: Speaker, *, anew: bool = False) -> None:
        """Meet an account that is not known yet; `anew` asks Slack again, for rights may have changed.

        :raises Throttled, Rejected, Unsure, Unreachable: Slack does not say who it is.
        """
        account = (speaker.workspace, speaker.user)
        if self.remembers(speaker) and not anew:
            return
        lock = self._meetings.setdefault(account, asyncio.Lock())
        try:
            async with lock:
                if anew or not (account in self._known or await asyncio.to_thread(self._desk.knows, speaker)):
                    await self._meet(speaker)
        finally:
            self._meetings.pop(account, None)
        if len(self._known) >= _REMEMBERED:
            self._known.pop(next(iter(self._known)))
        self._known[account] = None

    async def leaves(self, speaker: Speaker) -> None:
        """Take note that an account was switched off."""
        self.forget(speaker)
        await asyncio.to_thread(self._desk.leaves, speaker, now=self._clock.now())

    def forget(self, speaker: Speaker) -> None:
        """Ask about an account again when it is heard next."""
        self._known.pop((speaker.workspace, speaker.user), None)

    async def _meet(self, speaker: Speaker) -> None:
        client = await self._clients.of(speaker.workspace)
        answer = await client.call("users_info", user=speaker.user, include_locale=True)
        profiled = _profiled(speaker, answer.get("user") or {}, given=client is self._clients.own)
        try:
            await asyncio.to_thread(self._desk.meet, profiled, now=self._clock.now())
        except Exception:
            # Another process may have met the same account in this very moment.
            if not await asyncio.to_thread(self._desk.knows, speaker):
                raise


def _vouched(workspace: str, user: dict[str, Any]) -> bool:
    """Tell whether the workspace vouches for a profile's e-mail: of a full member, who has confirmed it.

    A guest was let in by whoever sent the invitation, and somebody from a connected workspace is vouched for by another
    one. See docs/adr, "One person, several accounts". Source: Slack's reference of the user object.
    """
    if any(user.get(name) for name in ("is_restricted", "is_ultra_restricted", "is_stranger", "is_bot")):
        return False
    if user.get("is_email_confirmed") is False or user.get("is_invited_user"):
        return False
    teams: list[object] = part(user, "enterprise_user").get("teams") or []
    return workspace in [user.get("team_id") or workspace, *teams]


def _profiled(speaker: Speaker, user: dict[str, Any], *, given: bool) -> Profiled:
    profile: dict[str, Any] = user.get("profile") or {}
    names = (profile.get("real_name"), user.get("real_name"), profile.get("display_name"), user.get("name"))
    return Profiled(
        speaker=speaker,
        name=next((str(name).strip() for name in names if name and str(name).strip()), speaker.user),
        address=address_of(speaker.workspace, speaker.user),
        email=str(profile.get("email") or "") if _vouched(speaker.workspace, user) else "",
        locale=str(user.get("locale") or ""),
        zone=str(user.get("tz") or ""),
        is_admin=bool(user.get("is_admin") or user.get("is_owner")),
        given=given,
    )
