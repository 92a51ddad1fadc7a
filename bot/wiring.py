"""Everything is built once, here, and handed to those who need it."""

from __future__ import annotations

import hashlib
import hmac
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog
from pydantic import SecretStr

import handlers.journeys as journeys
from bot.calendar import PublicHolidays
from bot.clock import SystemClock
from bot.health import Metrics
from bot.settings import Settings
from domain.deminimis import parse_ceilings
from handlers.desk import Desk
from handlers.installations import Installations
from handlers.model_accounts import connect_embedder, connect_model
from handlers.ports import Messenger
from handlers.suggestions.profile_index import ProfileKeeper
from handlers.webroom.links import make_personal_link
from handlers.webroom.post import Webpost
from handlers.webroom.room import Webroom
from handlers.work import Kit
from matching.weights import Weights
from store import crypto
from store.engine import Database
from surfaces.web.messenger import WebMessenger

if TYPE_CHECKING:
    from surfaces.slack.config import SlackConfig
    from surfaces.slack.surface import SlackSurface
    from surfaces.teams.config import TeamsConfig
    from surfaces.teams.surface import TeamsSurface

_log: Final = structlog.get_logger("matchpoint")
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
#: Where Microsoft's Agents Playground answers for the connector, unless it is told otherwise.
_PLAYGROUND: Final = "http://localhost:56150/_connector"


class Misconfigured(Exception):
    """The environment lacks something; the message says what, and how to get it."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one process."""

    settings: Settings
    database: Database
    kit: Kit
    clock: SystemClock
    desk: Desk
    webroom: Webroom
    messengers: Mapping[str, Messenger]
    metrics: Metrics
    slack: SlackSurface | None
    teams: TeamsSurface | None
    web_secret: str
    worker_name: str


def build(settings: Settings, *, demo: bool = False, cast: tuple[str, ...] = ()) -> Parts:
    """Build the parts of a process from its settings; `demo` and `cast` are explained at `Kit`.

    :raises Misconfigured: something is missing or does not fit.
    """
    keys = load_keys(settings)
    try:
        database = Database(settings.database_url)
    except ValueError as error:
        raise Misconfigured(str(error)) from error
    clock, web_secret = SystemClock(), _derived(keys[0], "web sessions and personal links")
    kit = _kit(settings, web_secret, demo=demo, cast=cast)
    desk = Desk(database, kit)
    metrics = Metrics(database, clock, kit.profiles)
    webroom = Webroom(database, kit)
    slack = _slack(settings, desk, clock, metrics, Installations(database, kit, "slack"), web_secret)
    teams = _teams(settings, desk, clock, metrics)
    messengers: dict[str, Messenger] = {"web": WebMessenger(Webpost(database), clock=clock)}
    if slack is not None:
        messengers["slack"] = slack.messenger
    if teams is not None:
        messengers["teams"] = teams.messenger
    _log.debug("built", journeys=len(journeys.LOADED), surfaces=sorted(messengers))
    return Parts(
        settings=settings,
        database=database,
        kit=kit,
        clock=clock,
        desk=desk,
        webroom=webroom,
        messengers=messengers,
        metrics=metrics,
        slack=slack,
        teams=teams,
        web_secret=web_secret,
        worker_name=f"{socket.gethostname()}:{os.getpid()}",
    )


def _kit(settings: Settings, web_secret: str, *, demo: bool, cast: tuple[str, ...]) -> Kit:
    key = settings.openai_api_key

    def web_link(workspace: str, user: str, now: datetime) -> str:
        return make_personal_link(web_secret, public_url=settings.base_url, workspace=workspace, user=user, now=now)

    try:
        weights = Weights.parse(settings.ranking_weights)
    except ValueError as error:
        raise Misconfigured(f"RANKING_WEIGHTS: {error}. Without it the ranker's own order stands.") from error
    endpoint = {"api_key": key.get_secret_value() if key else "", "base_url": settings.openai_base_url}
    embedder = connect_embedder(model=settings.embedding_model, **endpoint)
    return Kit(
        holidays=PublicHolidays(),
        # Elsewhere than in a demonstration nobody reaches a loopback address from a calendar.
        public_url=settings.public_url or (settings.base_url if demo else ""),
        demo=demo,
        cast=cast,
        profiles=ProfileKeeper(model=embedder.model if embedder else ""),
        model=connect_model(model=settings.llm_model, **endpoint),
        embedder=embedder,
        model_tokens=settings.llm_tokens_per_day,
        model_orders=settings.llm_orders,
        weights=weights,
        ceilings=load_ceilings(settings),
        web_link=web_link,
        signing_secret=web_secret,
    )


def load_ceilings(settings: Settings) -> Mapping[str, int]:
    """Read the ceilings of de minimis aid: the operator's own over those of the Member States.

    :raises Misconfigured: they cannot be read.
    """
    try:
        return parse_ceilings(settings.de_minimis_ceilings)
    except ValueError as error:
        raise Misconfigured(
            f"DE_MINIMIS_CEILINGS: {error}. Without it every state of the Union has 300000 euros, and others have none."
        ) from error


def load_keys(settings: Settings) -> tuple[str, ...]:
    """Load the encryption keys into the store.

    Beside a SQLite file a key of its own is kept, so that a first start needs nothing; machines must share theirs.
    :raises Misconfigured: no key is given where the store is not a file, or a key is malformed.
    """
    keys = tuple(key.get_secret_value() for key in settings.encryption_keys)
    if not keys:
        keys = (_key_beside(settings.database_url),)
    try:
        crypto.configure(",".join(keys))
    except crypto.EncryptionError as error:
        raise Misconfigured(str(error)) from error
    return keys


def _key_beside(database_url: str) -> str:
    if not database_url.startswith("sqlite"):
        raise Misconfigured(
            "Set ENCRYPTION_KEYS: tokens are kept encrypted. A key is made by\n"
            '  python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
        )
    path = Path(database_url.partition(":///")[2] or "matchpoint.db").with_suffix(".key")
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    path.parent.mkdir(parents=True, exist_ok=True)
    key = crypto.generate_key()
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
            out.write(key + "\n")
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    return key


def _derived(key: str, purpose: str) -> str:
    return hmac.new(key.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def _slack(
    settings: Settings, desk: Desk, clock: SystemClock, metrics: Metrics, installations: Installations, web_secret: str
) -> SlackSurface | None:
    if not settings.slack_wanted:
        return None
    if settings.slack_bot_token is None and not (settings.slack_client_id and settings.slack_client_secret):
        raise Misconfigured(
            "Set SLACK_BOT_TOKEN (OAuth & Permissions in the settings of your Slack app) for one workspace, or "
            "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET (Basic Information) for many."
        )
    if settings.slack_signing_secret is None and settings.slack_app_token is None:
        raise Misconfigured(
            "Set SLACK_SIGNING_SECRET (Basic Information in the settings of your Slack app), "
            "or SLACK_APP_TOKEN for Socket Mode."
        )
    # Only where it is wanted: its libraries take as long to import as all the rest.
    from surfaces.slack.surface import SlackSurface

    config = slack_config(settings, state_secret=web_secret)

    def observe(kind: str, seconds: float) -> None:
        metrics.ack.labels("slack", kind).observe(seconds)

    return SlackSurface(
        desk, config, clock=clock, observe=observe, installations=installations if config.installable else None
    )


def slack_config(settings: Settings, *, state_secret: str = "") -> SlackConfig:
    """Return what the settings say of Slack; `state_secret` signs what browsers keep during an installation."""
    from surfaces.slack.config import SlackConfig

    return SlackConfig(
        bot_token=_secret(settings.slack_bot_token),
        signing_secret=_secret(settings.slack_signing_secret),
        app_token=_secret(settings.slack_app_token),
        api_url=settings.slack_api_url,
        client_id=settings.slack_client_id,
        client_secret=_secret(settings.slack_client_secret),
        public_url=settings.base_url,
        state_secret=state_secret,
    )


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value() if value is not None else ""


def teams_config(settings: Settings) -> TeamsConfig:
    """Return what connects the deployment to Microsoft Teams.

    :raises Misconfigured: something is missing, or does not go together.
    """
    secret = settings.teams_client_secret
    if settings.teams_unauthenticated:
        if settings.teams_client_id or secret is not None:
            raise Misconfigured(
                "TEAMS_UNAUTHENTICATED takes messages from anybody, so it does not go together with real credentials. "
                "Unset it to serve Teams, or unset TEAMS_CLIENT_ID and TEAMS_CLIENT_SECRET to try Matchpoint out in "
                "Microsoft's Agents Playground."
            )
        if settings.host not in _LOOPBACK:
            raise Misconfigured(
                f"TEAMS_UNAUTHENTICATED takes messages from anybody, so nobody else may reach this machine: HOST is "
                f"{settings.host} and must be 127.0.0.1."
            )
    elif not settings.teams_client_id:
        raise Misconfigured("Set TEAMS_CLIENT_ID: the application (client) id of your bot's registration.")
    elif secret is None:
        raise Misconfigured(
            "Set TEAMS_CLIENT_SECRET: a client secret's value, from Certificates & secrets of your bot's registration."
        )
    from surfaces.teams.config import TeamsConfig

    return TeamsConfig(
        client_id=settings.teams_client_id,
        client_secret=secret.get_secret_value() if secret else "",
        tenant_id=settings.teams_tenant_id,
        unauthenticated=settings.teams_unauthenticated,
        api_url=settings.teams_api_url or (_PLAYGROUND if settings.teams_unauthenticated else ""),
        login_url=settings.teams_login_url,
        targeted=settings.teams_targeted,
    )


def _teams(settings: Settings, desk: Desk, clock: SystemClock, metrics: Metrics) -> TeamsSurface | None:
    if not settings.teams_wanted:
        return None
    config = teams_config(settings)
    # Only where it is wanted: its library takes long to import.
    from surfaces.teams.surface import TeamsSurface

    def observe(kind: str, seconds: float) -> None:
        metrics.ack.labels("teams", kind).observe(seconds)

    return TeamsSurface(desk, config, clock=clock, observe=observe)
