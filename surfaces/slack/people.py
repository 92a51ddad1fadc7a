"""Accounts of Slack and the people behind them: asked about once, then remembered."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from handlers.desk import Desk
from handlers.ports import Clock
from handlers.requests import Profiled, Speaker
from surfaces.slack.address import SURFACE, address_of
from surfaces.slack.client import SlackClient

_REMEMBERED: Final = 20_000


class People:
    """Sees to it that an account was met before it is heard."""

    def __init__(self, desk: Desk, client: SlackClient, clock: Clock) -> None:
        self._desk, self._client, self._clock = desk, client, clock
        self._known: dict[tuple[str, str], None] = {}
        self._meetings: dict[tuple[str, str], asyncio.Lock] = {}

    @property
    def bot_user(self) -> str:
        """Return the bot's own account; empty until Slack has said it."""
        return self._client.installation.bot_user

    def speaker(self, workspace: str, user: str) -> Speaker:
        """Name an account in the workspace that the app is installed in, wherever the account itself is at home."""
        return Speaker(SURFACE, self._client.installation.workspace or workspace, user)

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
        answer = await self._client.call("users_info", user=speaker.user, include_locale=True)
        profiled = _profiled(speaker, answer.get("user") or {})
        try:
            await asyncio.to_thread(self._desk.meet, profiled, now=self._clock.now())
        except Exception:
            # Another process may have met the same account in this very moment.
            if not await asyncio.to_thread(self._desk.knows, speaker):
                raise


def _profiled(speaker: Speaker, user: dict[str, Any]) -> Profiled:
    profile: dict[str, Any] = user.get("profile") or {}
    names = (profile.get("real_name"), user.get("real_name"), profile.get("display_name"), user.get("name"))
    return Profiled(
        speaker=speaker,
        name=next((str(name).strip() for name in names if name and str(name).strip()), speaker.user),
        address=address_of(speaker.workspace, speaker.user),
        email=str(profile.get("email") or ""),
        locale=str(user.get("locale") or ""),
        zone=str(user.get("tz") or ""),
        is_admin=bool(user.get("is_admin") or user.get("is_owner")),
    )
