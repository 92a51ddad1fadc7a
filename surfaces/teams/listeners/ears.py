"""What every listener has at hand, and what it does when something fails on our side."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from handlers.desk import Desk
from handlers.ports import Clock, Unreachable
from handlers.requests import Speaker
from surfaces.tasks import Tasks
from surfaces.teams.address import SURFACE
from surfaces.teams.client import TeamsClient
from surfaces.teams.payloads import Activity
from surfaces.teams.people import People, speaker_of
from surfaces.teams.show import Showing

#: Teams waits five seconds for the answer to a click; who is asked about must be known well before.
_PATIENCE_SECONDS: Final = 2.5

_LOOKED_UP_AT_ONCE: Final = 5
_REMEMBERED: Final = 2_000


@dataclass(frozen=True, slots=True)
class Ears:
    """The desk, who speaks, how to show, and what goes on afterwards."""

    desk: Desk
    client: TeamsClient
    people: People
    showing: Showing
    tasks: Tasks
    clock: Clock
    _begun: dict[str, None] = field(default_factory=dict[str, None])

    def is_first(self, activity: Activity) -> bool:
        """Tell whether this process sees an activity for the first time; then it does not later.

        The inbox sees to it that what a command changes is changed once; this keeps it from being answered twice.
        """
        if activity.event in self._begun:
            return False
        if len(self._begun) >= _REMEMBERED:
            self._begun.pop(next(iter(self._begun)))
        self._begun[activity.event] = None
        return True

    async def ensure(self, activity: Activity, *chosen: str, anew: bool = False) -> Speaker:
        """Meet who sent an activity, and people who were chosen in it (ids of the directory); return who speaks.

        `anew` asks Teams again who that is.

        :raises Throttled, Rejected, Unsure, Unreachable: Teams does not say in time who it is.
        """
        speaker = speaker_of(activity)
        others = [Speaker(SURFACE, activity.tenant, one) for one in chosen if one != speaker.user]
        if anew or not all(map(self.people.remembers, (speaker, *others))):
            try:
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    await self.people.ensure(speaker, within=[activity.channel], heard=activity, anew=anew)
                    await self._meet_others(activity, others)
            except TimeoutError as error:
                raise Unreachable("too slow") from error
        return speaker

    async def _meet_others(self, activity: Activity, others: Sequence[Speaker]) -> None:
        if not others:
            return
        here = [] if activity.is_personal else [activity.channel]
        places = await asyncio.to_thread(self.desk.places, SURFACE, activity.tenant)
        turn = asyncio.Semaphore(_LOOKED_UP_AT_ONCE)

        async def meet(one: Speaker) -> None:
            async with turn:
                await self.people.ensure(one, within=[*here, *places])

        await asyncio.gather(*map(meet, others))
