"""Native ids of Teams and the opaque addresses and refs that the rest of Matchpoint keeps.

Addresses: `teams:<tenant>:<conversation>`, of a channel, a thread of one, a group chat, a person's chat with the bot,
or of a person's account whose chat is opened when something is sent. Refs: `teams:<tenant>:<conversation>:<activity>`.
Native ids hold colons, so they are percent-encoded here and nowhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

SURFACE: Final = "teams"

_TENANT: Final = re.compile(r"[A-Za-z0-9-]{1,64}")
_NATIVE: Final = re.compile(r"[!-~]{1,500}")
_ACTIVITY: Final = re.compile(r"[!-~]{1,200}")
#: `29:…` and `8:orgid:…` are accounts of Teams, a bare UUID is one of Entra ID; those of the playground are longer.
_ACCOUNT: Final = re.compile(r"(29|8):.+|[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12,16}")
_THREAD: Final = ";messageid="
#: Group and one-to-one chats between people have no threads; every other `19:…` is a channel.
_CHATS: Final = ("@thread.v2", "@unq.gbl.spaces")


@dataclass(frozen=True, slots=True)
class Address:
    """A conversation of one tenant, or the account of a person in it."""

    workspace: str
    native: str

    @property
    def is_account(self) -> bool:
        """Tell whether it names a person's account, whose chat with the bot must be opened first."""
        return _ACCOUNT.fullmatch(self.native) is not None

    @property
    def is_person(self) -> bool:
        """Tell whether it reaches one person privately."""
        return self.is_account or self.native.startswith("a:")


@dataclass(frozen=True, slots=True)
class Ref:
    """A message: the conversation it stands in (a channel's thread with its root), and its own id."""

    workspace: str
    conversation: str
    activity: str

    @property
    def channel(self) -> str:
        """Return the conversation without its thread."""
        return split_thread(self.conversation)[0]

    @property
    def replies(self) -> str:
        """Return the conversation in which a reply to the message appears."""
        if not has_threads(self.channel):
            return self.channel
        return thread_id(self.channel, split_thread(self.conversation)[1] or self.activity)


def is_tenant(value: object) -> bool:
    """Tell whether a value has the shape of a tenant's id."""
    return isinstance(value, str) and _TENANT.fullmatch(value) is not None


def is_id(value: object) -> bool:
    """Tell whether a value has the shape of an id of a conversation or an account."""
    return isinstance(value, str) and _NATIVE.fullmatch(value) is not None


def is_activity(value: object) -> bool:
    """Tell whether a value has the shape of a message's id."""
    return isinstance(value, str) and _ACTIVITY.fullmatch(value) is not None


def has_threads(conversation: str) -> bool:
    """Tell whether messages of a conversation have threads of their own, as those of a channel do."""
    return conversation.startswith("19:") and not conversation.endswith(_CHATS)


def split_thread(conversation: str) -> tuple[str, str]:
    """Divide a conversation's id into its channel and the root message of its thread; the root is empty without one."""
    channel, _, root = conversation.partition(_THREAD)
    return channel, root


def thread_id(channel: str, root: str) -> str:
    """Write the conversation's id of a thread."""
    return f"{channel}{_THREAD}{root}" if root else channel


def address_of(workspace: str, native: str) -> str:
    """Write the address of a conversation or an account; empty where there is none."""
    return f"{SURFACE}:{workspace}:{quote(native, safe='')}" if native else ""


def ref_of(workspace: str, conversation: str, activity: str) -> str:
    """Write the ref of a message; empty where there is none.

    A message that begins a thread stands in its channel, whichever of the two the conversation names.
    """
    if not conversation or not activity:
        return ""
    channel, root = split_thread(conversation)
    place = channel if root == activity else conversation
    return f"{address_of(workspace, place)}:{quote(activity, safe='')}"


def read_workspace(address: str) -> str:
    """Return the tenant of an address, a ref, or of an address that names a tenant only.

    :raises ValueError: it is not an address of Teams.
    """
    surface, _, rest = address.partition(":")
    workspace = rest.partition(":")[0]
    if surface != SURFACE or not is_tenant(workspace):
        raise ValueError("not an address of Teams")
    return workspace


def read_address(address: str) -> Address:
    """Read an address.

    :raises ValueError: it is not an address of Teams.
    """
    parts = address.split(":")
    native = unquote(parts[2]) if len(parts) == 3 else ""
    if parts[0] != SURFACE or not is_id(native) or not is_tenant(parts[1]):
        raise ValueError("not an address of Teams")
    return Address(parts[1], native)


def read_ref(ref: str) -> Ref:
    """Read the ref of a message.

    :raises ValueError: it is not a ref of Teams.
    """
    address, _, activity = ref.rpartition(":")
    try:
        where = read_address(address)
    except ValueError as error:
        raise ValueError("not a ref of Teams") from error
    if not is_activity(unquote(activity)):
        raise ValueError("not a ref of Teams")
    return Ref(where.workspace, where.native, unquote(activity))
