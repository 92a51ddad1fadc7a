"""What every listener has at hand, and what it does when something fails on our side."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import structlog

from handlers.desk import Desk
from handlers.ports import Clock
from handlers.requests import Place, Shown, Speaker
from messages import compose
from messages.i18n import Words
from messages.notices.trouble import Trouble
from surfaces.slack.address import address_of, ref_of
from surfaces.slack.payloads import workspace_of
from surfaces.slack.people import People
from surfaces.slack.show import Origin, Showing
from surfaces.slack.tasks import Tasks

_log: Final = structlog.get_logger("matchpoint.slack")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ears:
    """The desk, who speaks, how to show, and what goes on afterwards."""

    desk: Desk
    people: People
    showing: Showing
    tasks: Tasks
    clock: Clock

    def speaker(self, body: Mapping[str, Any], user: str) -> Speaker:
        """Name who speaks."""
        return self.people.speaker(workspace_of(body), user)

    def show_later(self, shown: Shown, origin: Origin) -> None:
        """Show it once Slack has its answer."""
        self.tasks.start(self.showing.show(shown, origin), name=origin.spot.value)


def trouble(listener: str) -> Shown:
    """Own up to the exception at hand: a reference to the person, the traceback to the log."""
    reference = secrets.token_hex(4)
    _log.exception("trouble", listener=listener, reference=reference)
    return Shown(card=compose(Trouble(reference=reference), Words()), failed=True)


def place_of(workspace: str, channel: str, thread_ts: str = "") -> Place:
    """Name a channel and, if there is one, the thread in it."""
    return Place(channel=address_of(workspace, channel), thread=ref_of(workspace, channel, thread_ts))


def needs_fresh_rights(action: str) -> bool:
    """Tell whether Slack must be asked again what the person may do in the workspace."""
    return action.startswith("setup.")
