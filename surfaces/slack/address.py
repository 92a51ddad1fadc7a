"""Native ids of Slack and the opaque addresses and refs that the rest of Matchpoint keeps.

Addresses: `slack:T0…:C0…` (a channel or conversation), `slack:T0…:U0…` (a person, privately). Refs: `slack:T0…:C0…:ts`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

SURFACE: Final = "slack"

_ID: Final = re.compile(r"[A-Z][A-Z0-9]{1,60}")
_TS: Final = re.compile(r"\d{1,12}\.\d{1,9}")


@dataclass(frozen=True, slots=True)
class Address:
    """A channel, conversation or person of one workspace."""

    workspace: str
    native: str

    @property
    def is_person(self) -> bool:
        """Tell whether it reaches one person privately."""
        return self.native[0] in "UW"


@dataclass(frozen=True, slots=True)
class Ref:
    """A message of one channel; `ts` is its own timestamp, a string that is never calculated with."""

    workspace: str
    channel: str
    ts: str


def is_id(value: object) -> bool:
    """Tell whether a value has the shape of an id of Slack."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def is_ts(value: object) -> bool:
    """Tell whether a value has the shape of a message's timestamp."""
    return isinstance(value, str) and _TS.fullmatch(value) is not None


def address_of(workspace: str, native: str) -> str:
    """Write the address of a channel or person; empty where there is none."""
    return f"{SURFACE}:{workspace}:{native}" if native else ""


def ref_of(workspace: str, channel: str, ts: str) -> str:
    """Write the ref of a message; empty where there is none."""
    return f"{SURFACE}:{workspace}:{channel}:{ts}" if channel and ts else ""


def read_workspace(address: str) -> str:
    """Return the workspace of an address, a ref, or of an address that names a workspace only.

    :raises ValueError: it is not an address of Slack.
    """
    surface, _, rest = address.partition(":")
    workspace = rest.partition(":")[0]
    if surface != SURFACE or not is_id(workspace):
        raise ValueError("not an address of Slack")
    return workspace


def read_address(address: str) -> Address:
    """Read an address.

    :raises ValueError: it is not an address of Slack.
    """
    parts = address.split(":")
    if len(parts) != 3 or parts[0] != SURFACE or not is_id(parts[1]) or not is_id(parts[2]):
        raise ValueError("not an address of Slack")
    return Address(parts[1], parts[2])


def read_ref(ref: str) -> Ref:
    """Read the ref of a message.

    :raises ValueError: it is not a ref of Slack.
    """
    parts = ref.split(":")
    if len(parts) != 4 or parts[0] != SURFACE or not is_id(parts[1]) or not is_id(parts[2]) or not is_ts(parts[3]):
        raise ValueError("not a ref of Slack")
    return Ref(parts[1], parts[2], parts[3])
