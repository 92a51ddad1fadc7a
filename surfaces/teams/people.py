"""Accounts of Teams and the people behind them: asked about once, then remembered.

A person is known by tenant and id in the tenant's directory, wherever in it he or she speaks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, Final

from handlers.desk import Desk
from handlers.ports import Clock, Rejected
from handlers.requests import Profiled, Speaker
from surfaces.bodies import parts
from surfaces.teams.address import SURFACE, address_of
from surfaces.teams.client import TeamsClient
from surfaces.teams.payloads import Activity, user_of

_REMEMBERED: Final = 20_000


class People:
    """Sees to it that an account was met before it is heard."""

    def __init__(self, desk: Desk, client: TeamsClient, clock: Clock) -> None:
        self._desk, self._client, self._clock = desk, client, clock
        self._known: dict[Speaker, None] = {}
        self._meetings: dict[Speaker, asyncio.Lock] = {}

    def remembers(self, speaker: Speaker) -> bool:
        """Tell whether the account was met lately, without asking anybody."""
        return speaker in self._known

    async def ensure(
        self, speaker: Speaker, *, within: Iterable[str], heard: Activity | None = None, anew: bool = False
    ) -> None:
        """Meet an account that is not known yet; it is looked for `within` these conversations, one after the other.

        `heard` is what the account itself sent: it says in which language and time zone. `anew` asks Teams again.

        :raises Throttled, Rejected, Unsure, Unreachable: Teams does not say who it is.
        """
        if self.remembers(speaker) and not anew:
            return
        lock = self._meetings.setdefault(speaker, asyncio.Lock())
        try:
            async with lock:
                if anew or not (self.remembers(speaker) or await asyncio.to_thread(self._desk.knows, speaker)):
                    await self._meet(speaker, within, heard)
        finally:
            self._meetings.pop(speaker, None)
        if len(self._known) >= _REMEMBERED:
            self._known.pop(next(iter(self._known)))
        self._known[speaker] = None

    async def _meet(self, speaker: Speaker, within: Iterable[str], heard: Activity | None) -> None:
        member = await self._find(speaker, within, heard)
        profiled = _profiled(speaker, member, heard)
        try:
            await asyncio.to_thread(self._desk.meet, profiled, now=self._clock.now())
        except Exception:
            # Another process may have met the same account in this very moment.
            if not await asyncio.to_thread(self._desk.knows, speaker):
                raise

    async def _find(self, speaker: Speaker, within: Iterable[str], heard: Activity | None) -> dict[str, Any]:
        account = heard.account if heard is not None else speaker.user
        missing = Rejected("MemberNotFoundInConversation")
        for conversation in dict.fromkeys(within):
            try:
                return await self._client.member(speaker.workspace, conversation, account)
            except Rejected as refusal:
                missing = refusal
        raise missing


def speaker_of(activity: Activity) -> Speaker:
    """Name who sent an activity."""
    return Speaker(SURFACE, activity.tenant, activity.user)


def _profiled(speaker: Speaker, member: dict[str, Any], heard: Activity | None) -> Profiled:
    full = " ".join(filter(None, (str(member.get("givenName") or ""), str(member.get("surname") or ""))))
    name = str(member.get("name") or "").strip() or full.strip()
    return Profiled(
        speaker=speaker,
        name=name or speaker.user,
        address=address_of(speaker.workspace, speaker.user),
        # A guest is vouched for by another tenant, and the name to sign in with is no address of anybody.
        email="" if member.get("userRole") == "guest" else str(member.get("email") or ""),
        locale=str(heard.body.get("locale") or _client_info(heard, "locale")) if heard else "",
        zone=str(heard.body.get("localTimezone") or _client_info(heard, "timezone")) if heard else "",
    )


def _client_info(heard: Activity, name: str) -> str:
    infos = (one for one in parts(heard.body, "entities") if one.get("type") == "clientInfo")
    return next((str(one[name]) for one in infos if one.get(name)), "")


def members_of(accounts: Iterable[dict[str, Any]]) -> list[str]:
    """Return the people among accounts that came or went, by their ids in the directory."""
    return [user for one in accounts if (user := user_of(one))]
