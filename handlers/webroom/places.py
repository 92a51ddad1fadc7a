"""Places of the built-in web workspace: the kinds of channel, who may enter which, and how places are addressed.

The built-in workspace is the one platform that is kept in our own store, so what a platform would decide elsewhere (who
is in a channel) is decided here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from domain.ids import NUMBER_MAX

SURFACE = "web"
GUEST = "guest-"
"""What the accounts of guests begin with, and no other account."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)
_ADDRESS = re.compile(r"web:([^:]+):(channel|message|person):([^:]+)", re.ASCII)


class ChannelKind(StrEnum):
    """Who a channel is for: everybody, the cluster's managers, one person with Matchpoint, or the named members."""

    CHANNEL = "channel"
    MANAGERS = "managers"
    DIRECT = "direct"
    CONVERSATION = "conversation"


class PlaceKind(StrEnum):
    """What an address names."""

    CHANNEL = "channel"
    MESSAGE = "message"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class WebPlace:
    """An address taken apart: `number` of a channel or message, `user` of a person."""

    workspace: str
    kind: PlaceKind
    number: int = 0
    user: str = ""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at the workspace; `manages` says whether as a manager of the cluster that it is bound to.

    `managers_channel` is the channel that the workspace's settings give to its managers, whatever its kind.
    """

    workspace: str
    user: str
    name: str
    locale: str
    zone: str
    manages: bool = False
    managers_channel: str = ""

    @property
    def guest(self) -> bool:
        """Whether this is a guest, who sees no channel of the workspace."""
        return is_guest(self.user)


def is_guest(user: str, surface: str = SURFACE) -> bool:
    """Tell whether an account is one that was made for a guest."""
    return surface == SURFACE and user.startswith(GUEST)


def is_native(name: str) -> bool:
    """Tell whether this can be the id of a workspace or a user: up to 64 letters, digits and `_ . -`."""
    return _NAME.fullmatch(name) is not None


def channel_address(workspace: str, channel_id: int) -> str:
    """Return the address of a channel."""
    return f"{SURFACE}:{workspace}:channel:{channel_id}"


def message_ref(workspace: str, message_id: int) -> str:
    """Return the ref of a message."""
    return f"{SURFACE}:{workspace}:message:{message_id}"


def person_address(workspace: str, user: str) -> str:
    """Return the address that reaches a person privately."""
    return f"{SURFACE}:{workspace}:person:{user}"


def parse(address: str) -> WebPlace:
    """Take an address apart.

    :raises ValueError: it is none of this workspace's kind.
    """
    match = _ADDRESS.fullmatch(address)
    if match is None or not is_native(match[1]):
        raise ValueError("not an address of the web workspace")
    kind = PlaceKind(match[2])
    if kind is PlaceKind.PERSON:
        if not is_native(match[3]):
            raise ValueError("not a user of the web workspace")
        return WebPlace(match[1], kind, user=match[3])
    if not (match[3].isdigit() and len(match[3]) <= 10 and 0 < int(match[3]) <= NUMBER_MAX):
        raise ValueError("not a number of the web workspace")
    return WebPlace(match[1], kind, number=int(match[3]))


def direct_name(user: str) -> str:
    """Return the name of the channel in which Matchpoint and one person talk."""
    return f"@{user}"


def may_enter(viewer: Viewer, channel_id: int, *, workspace: str, kind: str, members: tuple[str, ...]) -> bool:
    """Tell whether somebody may read and write in a channel."""
    if viewer.workspace != workspace or (viewer.guest and kind not in (ChannelKind.DIRECT, ChannelKind.CONVERSATION)):
        return False
    if kind == ChannelKind.MANAGERS or viewer.managers_channel == channel_address(workspace, channel_id):
        return viewer.manages
    if kind == ChannelKind.CHANNEL:
        return not members or viewer.user in members
    return viewer.user in members
