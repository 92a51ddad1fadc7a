"""Installing the app in a workspace: a page with one button, Slack's own page, and the way back.

`GET /slack/install` gives the browser a random state, signed in a cookie, and a link to Slack that carries the same.
`GET /slack/oauth_redirect` takes a code only together with that state, from that browser, within ten minutes, once.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from domain.people import first_language
from handlers.installations import Grant, Installations
from handlers.ports import Clock, Rejected, Throttled, Unavailable, Unreachable, Unsure
from handlers.signing import read_signed, sign
from messages import compose
from messages.i18n import Words
from messages.notices.installing import InstallDone, InstallFailed, InstallPage
from surfaces.slack.address import address_of, is_id
from surfaces.slack.client import SlackClient, pick
from surfaces.slack.clients import Clients, ends_at
from surfaces.slack.config import SlackConfig
from surfaces.slack.page import SECURITY, render_page
from surfaces.slack.payloads import Json, part
from surfaces.slack.scopes import SCOPES

_log: Final = structlog.get_logger("matchpoint.slack")

INSTALL: Final = "/slack/install"
REDIRECT: Final = "/slack/oauth_redirect"
COOKIE: Final = "matchpoint_slack_install"
VALID_FOR: Final = timedelta(minutes=10)
_PURPOSE: Final = "matchpoint.slack.install"
_SLACK: Final = "https://slack.com"
_TEXT_MAX: Final = 2000


class Installing:
    """The pages around an installation."""

    def __init__(self, config: SlackConfig, clients: Clients, installations: Installations, clock: Clock) -> None:
        self._config, self._clients, self._installations, self._clock = config, clients, installations, clock

    def routes(self) -> list[Route]:
        """Return both pages."""
        return [Route(INSTALL, self._begin, methods=["GET"]), Route(REDIRECT, self._finish, methods=["GET"])]

    async def _begin(self, request: Request) -> Response:
        state = secrets.token_urlsafe(32)
        until = self._clock.now() + VALID_FOR
        asked = {
            "client_id": self._config.client_id,
            "scope": ",".join(sorted(SCOPES)),
            "state": state,
            "redirect_uri": self._address(REDIRECT),
        }
        page = InstallPage(url=f"{self._slack()}/oauth/v2/authorize?{urlencode(asked)}")
        answer = _page(request, page)
        answer.set_cookie(
            COOKIE,
            sign(self._config.state_secret, _PURPOSE, {"state": state}, until=until),
            max_age=int(VALID_FOR.total_seconds()),
            path="/slack",
            secure=self._config.public_url.startswith("https://"),
            httponly=True,
            # Slack sends the browser back by a link: a strict cookie would stay behind.
            samesite="lax",
        )
        return answer

    async def _finish(self, request: Request) -> Response:
        given, now = request.query_params, self._clock.now()
        try:
            if not await self._is_begun_here(request, now):
                return self._failed(request, "expired", 403)
            if given.get("error"):
                return self._failed(request, "denied", 403)
            code = given.get("code", "")
            if not code or len(code) > _TEXT_MAX:
                return self._failed(request, "refused", 400)
            grant, app = await self._exchange(code, now)
            await asyncio.to_thread(self._installations.grant, grant, now=now)
        except Rejected as refusal:
            _log.warning("an installation was refused", reason=refusal.reason)
            return self._failed(request, "refused", 400)
        except (Throttled, Unreachable, Unsure, Unavailable) as error:
            _log.warning("an installation did not end", error=type(error).__name__)
            return self._failed(request, "unreachable", 503)
        self._clients.forget(grant.workspace)
        _log.info("installed", workspace=grant.workspace, enterprise=grant.enterprise)
        there = urlencode({"app": app, **({"team": grant.workspace} if grant.workspace else {})})
        done = InstallDone(workspace=grant.name, url=f"{self._slack()}/app_redirect?{there}")
        return _forget_state(_page(request, done))

    async def _is_begun_here(self, request: Request, now: datetime) -> bool:
        """Tell whether this browser began it, not long ago, and nobody has gone on with it before."""
        state, kept = request.query_params.get("state", ""), request.cookies.get(COOKIE, "")
        if not state or max(len(state), len(kept)) > _TEXT_MAX:
            return False
        signed = (read_signed(self._config.state_secret, _PURPOSE, kept, now=now) or {}).get("state")
        if not isinstance(signed, str) or not hmac.compare_digest(signed.encode(), state.encode()):
            return False
        return await asyncio.to_thread(self._installations.spend, state, now=now)

    async def _exchange(self, code: str, now: datetime) -> tuple[Grant, str]:
        """Return what a code stands for, and the id of the app.

        :raises Rejected: Slack does not accept it. :raises Throttled, Unreachable, Unsure: see `SlackClient.call`.
        """
        answer = await self._clients.app.exchange(
            self._config.client_id,
            self._config.client_secret,
            code=code,
            redirect_uri=self._address(REDIRECT),
        )
        token, whole = pick(answer, "access_token"), bool(answer.get("is_enterprise_install"))
        workspace = "" if whole else _id(part(answer, "team"))
        enterprise = _id(part(answer, "enterprise"))
        if not (workspace or enterprise) or answer.get("token_type", "bot") != "bot":
            raise Rejected("no_bot_token")
        by = _id(part(answer, "authed_user"))
        named = part(answer, "enterprise" if whole else "team")
        grant = Grant(
            workspace=workspace,
            token=token,
            enterprise=enterprise,
            name=str(named.get("name") or workspace or enterprise),
            refresh_token=str(answer.get("refresh_token") or ""),
            expires_at=ends_at(answer, now),
            bot_user=str(answer.get("bot_user_id") or ""),
            bot=await self._bot(token),
            scopes=str(answer.get("scope") or ""),
            by=by,
            greet=address_of(workspace, by) if workspace else "",
        )
        return grant, str(answer.get("app_id") or "")

    async def _bot(self, token: str) -> str:
        """Ask once whose the token is; never again for a request."""
        client = SlackClient(token, self._config.api_url)
        client.join(self._clients.app.web.session)
        return str((await client.call("auth_test")).get("bot_id") or "")

    def _failed(self, request: Request, why: str, status: int) -> Response:
        return _forget_state(_page(request, InstallFailed(why=why, url=self._address(INSTALL)), status=status))

    def _address(self, path: str) -> str:
        return f"{self._config.public_url}{path}"

    def _slack(self) -> str:
        """Return where Slack's own pages are: beside its Web API, where that is another one."""
        if not self._config.api_url:
            return _SLACK
        parts = urlsplit(self._config.api_url)
        return f"{parts.scheme}://{parts.netloc}"


def _page(request: Request, notice: Any, *, status: int = 200) -> HTMLResponse:  # noqa: ANN401  (any notice)
    wanted = (one.partition(";")[0] for one in request.headers.get("accept-language", "")[:200].split(","))
    card = compose(notice, Words(first_language(wanted)))
    return HTMLResponse(render_page(card), status_code=status, headers=SECURITY)


def _forget_state(answer: HTMLResponse) -> HTMLResponse:
    answer.delete_cookie(COOKIE, path="/slack")
    return answer


def _id(body: Json) -> str:
    found: object = body.get("id")
    return found if isinstance(found, str) and is_id(found) else ""
