"""A client per workspace, each with that workspace's own token, remembered for seconds and renewed before it ends."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import aiohttp
import structlog

from handlers.installations import Access, Installations
from handlers.ports import Clock, Gone, Rejected, Throttled, Unavailable, Unreachable, Unsure
from surfaces.slack.client import Installation, SlackClient, pick
from surfaces.slack.config import SlackConfig
from surfaces.tasks import Tasks

_log: Final = structlog.get_logger("matchpoint.slack")

#: So long a token is used without a look at what is granted now; a removal is noticed everywhere within it.
FRESH: Final = timedelta(seconds=2)
#: A token lives twelve hours; so long before its end whoever needs it has it renewed.
RENEW_BEFORE: Final = timedelta(hours=2)
_REMEMBERED: Final = 1_000
#: Slack's words for a refresh token that is worth nothing (any more).
_OVER: Final = frozenset({"invalid_refresh_token", "token_revoked", "token_expired", "account_inactive"})
#: Seconds between attempts to write renewed tokens down.
_PATIENCE: Final = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)


@dataclass(slots=True)
class _Kept:
    client: SlackClient
    access: Access
    looked_at: datetime


class Clients:
    """Finds the client of a workspace: by what its admins granted, or the one that an operator gave a token for."""

    def __init__(self, config: SlackConfig, installations: Installations | None, clock: Clock) -> None:
        self._config, self._clock = config, clock
        self._installations = installations if config.installable else None
        self._own = SlackClient(config.bot_token, config.api_url) if config.bot_token else None
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._session: aiohttp.ClientSession | None = None
        self._renewals = Tasks()
        #: Without a token: for what is asked in the name of the app itself.
        self.app = SlackClient("", config.api_url)

    @property
    def own(self) -> SlackClient | None:
        """Return the client that an operator gave a token for, if any."""
        return self._own

    @property
    def many(self) -> bool:
        """Tell whether workspaces install the app by themselves."""
        return self._installations is not None

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncGenerator[None]:
        """Keep connections open within the block."""
        async with self.app.open():
            self._join(self.app.web.session)
            try:
                yield
            finally:
                await self._renewals.drain()
                self._join(None)

    async def settle(self) -> None:
        """Wait until every renewal that was begun is done; for tests."""
        await self._renewals.drain()

    async def of(self, workspace: str) -> SlackClient:
        """Return the client of a workspace.

        :raises Gone: nothing lets us in. :raises Unreachable: its token has ended and cannot be renewed now.
        """
        found = await self.find(workspace)
        if found is None:
            raise Gone("not_installed" if self.many else "not_this_workspace")
        return found

    async def find(self, workspace: str, *, enterprise: str = "", at: datetime | None = None) -> SlackClient | None:
        """Return the client of a workspace, None where nothing lets us in; `enterprise` and `at`: see `find` there.

        :raises Gone, Unreachable: see `of`.
        """
        granted = await self._granted(workspace, enterprise, at)
        if granted is not None:
            return granted
        own = self._own
        if own is None:
            return None
        known = own.installation.workspace
        # With one token only, Slack may not have said yet whose it is: everything that is signed is taken as its own.
        return own if known == workspace or (not known and not self.many) else None

    def forget(self, workspace: str) -> None:
        """Look anew, when a workspace is asked for next, at what is granted."""
        self._kept.pop(workspace, None)

    async def _granted(self, workspace: str, enterprise: str, at: datetime | None) -> SlackClient | None:
        if self._installations is None or not workspace:
            return None
        now, kept = self._clock.now(), self._kept.get(workspace)
        if kept is None or not kept.looked_at <= now < kept.looked_at + FRESH:
            access = await asyncio.to_thread(self._installations.find, workspace, enterprise=enterprise, now=now, at=at)
            if access is None:
                self.forget(workspace)
                return None
            kept = self._keep(access, kept, now)
        await self._see_to(kept, now)
        return kept.client

    def _keep(self, access: Access, kept: _Kept | None, now: datetime) -> _Kept:
        if kept is None or kept.access.token != access.token or kept.access.owner != access.owner:
            kept = _Kept(SlackClient(access.token, self._config.api_url), access, now)
            kept.client.join(self._session)
            kept.client.installation = Installation(
                workspace=access.workspace,
                shared=access.owner != access.workspace,
                enterprise=access.enterprise,
                bot_user=access.bot_user,
                bot=access.bot,
            )
        kept.access, kept.looked_at = access, now
        self._kept[access.workspace] = kept
        self._kept.move_to_end(access.workspace)
        while len(self._kept) > _REMEMBERED:
            self._kept.popitem(last=False)
        return kept

    async def _see_to(self, kept: _Kept, now: datetime) -> None:
        """Have a token renewed that ends soon: in the background while it is good, at once where it is not.

        What was begun is never cancelled: an answer that nobody writes down would be a token lost.
        """
        ends = kept.access.expires_at
        if ends is None or now + RENEW_BEFORE < ends:
            return
        if now < ends:
            self._renewals.start(self._renew(kept.access), name="renewal")
            return
        renewed = asyncio.get_running_loop().create_future()
        self._renewals.start(self._renew(kept.access, renewed), name="renewal")
        if not await renewed:
            raise Unreachable("its token is being renewed")
        fresh = await asyncio.to_thread(self._find_again, kept.access.workspace)
        if fresh is None:
            raise Gone("not_installed")
        kept.client = self._keep(fresh, None, now).client

    def _find_again(self, workspace: str) -> Access | None:
        assert self._installations is not None  # noqa: S101  (only what was granted is renewed)
        return self._installations.find(workspace, now=self._clock.now())

    async def _renew(self, access: Access, renewed: asyncio.Future[bool] | None = None) -> None:
        done = False
        try:
            done = await self._renew_in_turn(access)
        except Rejected as refusal:
            _log.error("a token is not renewed: install the app there again", reason=refusal.reason)
            await self._give_up(access, refusal.reason)
        except (Throttled, Unreachable, Unsure) as error:
            _log.warning("a token is not renewed yet", error=type(error).__name__, reason=str(error))
        finally:
            if renewed is not None and not renewed.done():
                renewed.set_result(done)

    async def _give_up(self, access: Access, reason: str) -> None:
        """Take a workspace for closed whose token has ended and will never be renewed; its managers elsewhere are told.

        A refusal that is about us (`bad_client_secret`) ends nobody's installation.
        """
        assert self._installations is not None  # noqa: S101  (only what was granted is renewed)
        now = self._clock.now()
        if reason in _OVER and access.expires_at is not None and access.expires_at <= now:
            await asyncio.to_thread(self._installations.end, access.owner, at=now, now=now)
            self.forget(access.workspace)

    async def _renew_in_turn(self, access: Access) -> bool:
        """Renew a token if nobody else does; tell whether it is new now."""
        assert self._installations is not None  # noqa: S101  (only what was granted is renewed)
        now = self._clock.now()
        turn = await asyncio.to_thread(self._installations.take_turn, access, now=now)
        if not turn:
            self.forget(access.workspace)
            return await asyncio.to_thread(self._is_newer, access)
        answer = await self.app.exchange(
            self._config.client_id,
            self._config.client_secret,
            grant_type="refresh_token",
            refresh_token=access.refresh_token,
        )
        write = partial(
            self._installations.renew,
            access,
            turn=turn,
            token=pick(answer, "access_token"),
            refresh_token=pick(answer, "refresh_token"),
            expires_at=ends_at(answer, now),
            now=now,
        )
        kept = await self._write_down(write)
        self.forget(access.workspace)
        return kept

    async def _write_down(self, write: Callable[[], bool]) -> bool:
        """Write new tokens down, also where the database is away at this moment: the old ones are worth nothing now."""
        for pause in _PATIENCE:
            try:
                return await asyncio.to_thread(write)
            except Unavailable:
                await asyncio.sleep(pause)
        return await asyncio.to_thread(write)

    def _is_newer(self, access: Access) -> bool:
        found = self._find_again(access.workspace)
        return found is not None and found.token != access.token

    def _join(self, session: aiohttp.ClientSession | None) -> None:
        self._session = session
        for client in (self._own, *(one.client for one in self._kept.values())):
            if client is not None:
                client.join(session)


def ends_at(answer: dict[str, Any], now: datetime) -> datetime | None:
    """Return when the token of an answer ends; None for one that does not."""
    seconds: object = answer.get("expires_in")
    return now + timedelta(seconds=seconds) if isinstance(seconds, int) and seconds > 0 else None
