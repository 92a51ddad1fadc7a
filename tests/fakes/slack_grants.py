"""What the fake Slack grants: codes, tokens that end, and refresh tokens that work once."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

if TYPE_CHECKING:
    from tests.fakes.slack import FakeSlack

Json = dict[str, Any]

CLIENT_ID = "111.222"
CLIENT_SECRET = "fedcba9876543210fedcba9876543210"
REDIRECT = "https://matchpoint.example.org/slack/oauth_redirect"
CODE_LIFE = timedelta(minutes=10)
TOKEN_LIFE = timedelta(hours=12)


class Refused(Exception):
    """Slack says no: `code` is what it answers."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code, self.details = code, details


class Grants:
    """What one workspace has granted; `whole`: its organisation did, for all of its workspaces."""

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack
        self.rotation = False
        self.whole = False
        self.exchanges = 0
        self._codes: dict[str, tuple[str, str, bool]] = {}
        self._refresh: set[str] = set()
        self._given: set[str] = {slack.bot_token}
        self._made_at: dict[str, Any] = {}

    def forget(self) -> None:
        """Take every refresh token for spent, as after an answer that never came back."""
        self._refresh.clear()

    def was_given(self, token: str) -> bool:
        """Tell whether a token was any workspace's once."""
        return any(token in one.grants._given for one in self._slack.all)

    def allow(self, url: str, user: str, *, whole: bool) -> str:
        """Let a person allow what a page asks for; return where the browser is sent."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert urlsplit(url).path == "/oauth/v2/authorize"
        assert asked["client_id"] == CLIENT_ID, "invalid_client_id"
        assert asked["redirect_uri"] == REDIRECT, "bad_redirect_uri"
        assert user in self._slack.users
        self._slack.scopes = set(asked["scope"].split(","))
        code = self._slack.new_id("code")
        self._codes[code] = (user, asked["redirect_uri"], whole)
        self._made_at[code] = self._slack.clock.now()
        return f"/slack/oauth_redirect?{urlencode({'code': code, 'state': asked['state']})}"

    def admit(self, given: str) -> None:
        """Admit the app by its id and secret."""
        expected = b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if given != f"Basic {expected}":
            raise Refused("bad_client_secret" if given else "invalid_client_id")

    def exchange(self, arguments: Json) -> Json:
        """Give a token for a code or for a refresh token."""
        if arguments.get("grant_type") == "refresh_token":
            return self._renew(str(arguments.get("refresh_token") or ""))
        code = str(arguments.get("code") or "")
        for one in self._slack.all:
            grants = one.grants
            if code in grants._codes:
                user, redirect, whole = grants._codes.pop(code)
                if arguments.get("redirect_uri") != redirect:
                    raise Refused("bad_redirect_uri")
                if one.clock.now() > grants._made_at[code] + CODE_LIFE:
                    raise Refused("invalid_code")
                return grants._give(user, whole=whole)
        raise Refused("code_already_used" if code.startswith("code") else "invalid_code")

    def _renew(self, refresh: str) -> Json:
        for one in self._slack.all:
            if refresh in one.grants._refresh:
                one.grants._refresh.discard(refresh)
                return one.grants._give("", whole=one.grants.whole)
        raise Refused("invalid_refresh_token")

    def _give(self, user: str, *, whole: bool) -> Json:
        slack = self._slack
        self.exchanges += 1
        slack.bot_token = f"xoxb-{slack.team}-{slack.new_id('')}"
        ends = slack.clock.now() + TOKEN_LIFE if self.rotation else None
        served = [one for one in slack.all if one is slack or (whole and one.enterprise == slack.enterprise)]
        for one in served:
            one.tokens[slack.bot_token] = ends
            one.grants.whole = whole
        self._given.add(slack.bot_token)
        answer: Json = {
            "access_token": slack.bot_token,
            "token_type": "bot",
            "scope": ",".join(sorted(slack.scopes)),
            "bot_user_id": slack.bot_user,
            "app_id": "A0MATCH",
            "team": None if whole else {"id": slack.team, "name": slack.team.removeprefix("T0")},
            "enterprise": {"id": slack.enterprise, "name": "Group"} if slack.enterprise else None,
            "is_enterprise_install": whole,
            "authed_user": {"id": user},
        }
        if self.rotation:
            refresh = f"xoxe-1-{slack.new_id('')}"
            self._refresh.add(refresh)
            answer |= {"refresh_token": refresh, "expires_in": int(TOKEN_LIFE.total_seconds())}
        return answer
