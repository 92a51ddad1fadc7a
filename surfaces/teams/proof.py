"""Whether an activity comes from Microsoft: the check of microsoft-teams-apps, off the event loop.

Of that library nothing else is used on the way in. Its app routes activities through models that answer 500 to what
they do not know, runs a repeated activity again, and fetches keys with a call that blocks the event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import warnings
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Final

import jwt
import structlog

from surfaces.teams.config import TeamsConfig

_log: Final = structlog.get_logger("matchpoint.teams")
#: Microsoft waits some seconds for an answer; who waits longer for keys waits for nothing.
_PATIENCE_SECONDS: Final = 4.0
_THREADS: Final = 4
_DOTENV: Final = "PYTHON_DOTENV_DISABLED"


class NotProven(Exception):
    """The token does not vouch for the activity."""


class KeysUnavailable(Exception):
    """Microsoft's keys cannot be had at the moment, so nobody can prove anything."""


class Proof:
    """Checks signature, issuer, audience, expiry and the address of the service that a token vouches for."""

    def __init__(self, config: TeamsConfig) -> None:
        self._validator = _validator(config)
        # Its own threads: while keys are not to be had, nobody else's work waits behind.
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="teams-proof")

    async def check(self, token: str, service_url: str) -> None:
        """Let a token through that Microsoft made for this bot and this service.

        :raises NotProven: it did not. :raises KeysUnavailable: that cannot be told now.
        """
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await loop.run_in_executor(self._threads, self._check, token, service_url)
        except (jwt.PyJWKClientConnectionError, TimeoutError) as error:
            _log.warning("the keys of Microsoft cannot be had", error=type(error).__name__)
            raise KeysUnavailable from error
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise NotProven(type(error).__name__) from error

    def close(self) -> None:
        """Let go of the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _check(self, token: str, service_url: str) -> None:
        # Only tokens of the Bot Framework name the service; what Entra ID issues for other ends does not count here.
        asyncio.run(self._validator.validate_token(token, service_url))


def _validator(config: TeamsConfig) -> Any:  # noqa: ANN401  (the library is imported only where it is wanted)
    with _quietly():
        from microsoft_teams.api.auth.cloud_environment import PUBLIC
        from microsoft_teams.apps.auth.token_validator import TokenValidator

    # Its messages quote what a token claims.
    logging.getLogger("microsoft_teams").setLevel(logging.CRITICAL)
    cloud = PUBLIC
    if config.login_url:
        cloud = replace(PUBLIC, openid_metadata_url=f"{config.login_url}/v1/.well-known/openidconfiguration")
    return TokenValidator.for_service(config.client_id, cloud=cloud)


@contextlib.contextmanager
def _quietly() -> Generator[None]:
    """Import within the block without warnings, and without a `.env` file of the folder the program runs in."""
    before = os.environ.get(_DOTENV)
    os.environ[_DOTENV] = "1"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        if before is None:
            del os.environ[_DOTENV]
        else:
            os.environ[_DOTENV] = before
