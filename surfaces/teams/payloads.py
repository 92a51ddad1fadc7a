"""What Teams sends, told apart: what is ours, what is nobody's business, and what is malformed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from handlers.requests import Files, Place
from surfaces.bodies import Json, as_list, as_object, is_text, load, need, part, parts
from surfaces.bodies import Malformed as Malformed
from surfaces.teams.address import SURFACE, address_of, has_threads, is_activity, is_id, is_tenant, ref_of, split_thread
from surfaces.teams.text import to_plain

_CHANNEL: Final = "msteams"
_ID_MOST: Final = 200
_RICH_MOST: Final = 100_000
_MILLISECONDS: Final = re.compile(r"\d{13}")
#: Attachments that are the message itself, drawn in another way.
_NO_FILES: Final = ("text/html", "text/plain", "application/vnd.microsoft.card.adaptive", "messageReference")
#: A quoted reply names the message that it answers in its rich text only.
_QUOTE: Final = re.compile(
    r"""<blockquote[^>]*itemtype="http://schema\.skype\.com/Reply"[^>]*itemid="(\d{1,20})"[^>]*>.*?</blockquote>""",
    re.DOTALL,
)


class Kind(StrEnum):
    """What an activity is; FOREIGN is well formed and none of our business."""

    MESSAGE = "message"
    EDIT = "edit"
    DELETION = "deletion"
    PRESS = "press"
    DIALOG = "dialog"
    SUBMISSION = "submission"
    EXTENSION = "extension"
    EXTENSION_SUBMISSION = "extension_submission"
    MEMBERS = "members"
    INSTALLATION = "installation"
    FOREIGN = "foreign"


_INVOKES: Final = {
    "adaptiveCard/action": Kind.PRESS,
    "task/fetch": Kind.DIALOG,
    "task/submit": Kind.SUBMISSION,
    "composeExtension/fetchTask": Kind.EXTENSION,
    "composeExtension/submitAction": Kind.EXTENSION_SUBMISSION,
}
_TYPES: Final = {
    "message": Kind.MESSAGE,
    "messageUpdate": Kind.EDIT,
    "messageDelete": Kind.DELETION,
    "conversationUpdate": Kind.MEMBERS,
    "installationUpdate": Kind.INSTALLATION,
}
_ASKS: Final = frozenset(_INVOKES.values())


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity that was classified: its parts, in the words of Matchpoint."""

    kind: Kind
    body: Json

    @property
    def id(self) -> str:
        """Return its own id, unique within its conversation."""
        return str(self.body.get("id") or "")

    @property
    def tenant(self) -> str:
        """Return the tenant in which it happened."""
        return _tenant(self.body)

    @property
    def event(self) -> str:
        """Return what tells this activity from every other one, and is the same when it comes again."""
        again = str(self.body.get("timestamp") or "") if self.kind in (Kind.EDIT, Kind.DELETION) else ""
        return ":".join((self.tenant, self.conversation, self.kind.value, self.id, again))

    @property
    def service_url(self) -> str:
        """Return where the tenant says that it is served."""
        return str(self.body["serviceUrl"]).rstrip("/")

    @property
    def user(self) -> str:
        """Return the person's id in the tenant's directory; empty for a bot or somebody without one."""
        return user_of(part(self.body, "from"))

    @property
    def account(self) -> str:
        """Return the person's account as the connector names it."""
        return str(part(self.body, "from").get("id") or "")

    @property
    def bot(self) -> str:
        """Return the bot's own account."""
        return str(part(self.body, "recipient").get("id") or "")

    @property
    def conversation(self) -> str:
        """Return the conversation, with its thread where it has one."""
        return str(part(self.body, "conversation").get("id") or "")

    @property
    def channel(self) -> str:
        """Return the conversation without its thread."""
        return split_thread(self.conversation)[0]

    @property
    def root(self) -> str:
        """Return the message that began the thread, if this is another one in it."""
        root = split_thread(self.conversation)[1]
        return "" if root == self.id else root

    @property
    def is_personal(self) -> bool:
        """Tell whether it happened in a person's own chat with the bot."""
        return part(self.body, "conversation").get("conversationType") == "personal"

    @property
    def in_channel(self) -> bool:
        """Tell whether it happened in a channel of a team."""
        kind = part(self.body, "conversation").get("conversationType")
        return kind == "channel" or (kind is None and has_threads(self.channel))

    @property
    def team(self) -> str:
        """Return the team in which it happened; empty outside of one."""
        return str(part(part(self.body, "channelData"), "team").get("id") or "")

    @property
    def event_type(self) -> str:
        """Return what Teams says that happened to a team or channel."""
        return str(part(self.body, "channelData").get("eventType") or "")

    @property
    def replied_to(self) -> str:
        """Return the message that an act was done on."""
        return str(self.body.get("replyToId") or "")

    @property
    def place(self) -> Place:
        """Return where it happened; the thread is the one that the activity names.

        A person's own chat is named by the account, as everywhere else; the thread in it is the message that a quoted
        reply answers.
        """
        if self.is_personal:
            quoted = self.ref(self.quoted) if self.quoted else ""
            return Place(address_of(self.tenant, self.user), quoted)
        channel, root = split_thread(self.conversation)
        in_thread = root and (root != self.id or self.kind is not Kind.MESSAGE)
        quoted = self.ref(self.quoted) if self.quoted and not root else ""
        return Place(address_of(self.tenant, channel), ref_of(self.tenant, channel, root) if in_thread else quoted)

    @property
    def quoted(self) -> str:
        """Return the message that a quoted reply answers; empty where it quotes none."""
        found = _QUOTE.search(self._rich)
        return found[1] if found else ""

    @property
    def files(self) -> Files:
        """Return what is attached: name and address of each file."""
        attached = (one for one in parts(self.body, "attachments") if one.get("contentType") not in _NO_FILES)
        named = ((one.get("name"), one.get("contentUrl")) for one in attached)
        return tuple((str(name or ""), url) for name, url in named if isinstance(url, str) and url)

    @property
    def at(self) -> datetime | None:
        """Return when it happened, as Teams says."""
        try:
            return datetime.fromisoformat(str(self.body.get("timestamp"))).astimezone(UTC)
        except ValueError:
            return None

    @property
    def written_at(self) -> datetime | None:
        """Return when the message was first written: its id is that instant in milliseconds."""
        return datetime.fromtimestamp(int(self.id) / 1000, UTC) if _MILLISECONDS.fullmatch(self.id) else None

    @property
    def _rich(self) -> str:
        attached = (one for one in parts(self.body, "attachments") if one.get("contentType") == "text/html")
        return "".join(str(one.get("content") or "")[:_RICH_MOST] for one in attached)

    @property
    def value(self) -> Json:
        """Return what an invoke carries."""
        return part(self.body, "value")

    @property
    def is_mention(self) -> bool:
        """Tell whether the bot is mentioned."""
        mentions = (part(one, "mentioned").get("id") for one in parts(self.body, "entities"))
        return bool(self.bot) and self.bot in mentions

    @property
    def text(self) -> str:
        """Return what a person wrote, without the mention of the bot, what it quotes, and markup."""
        mentions = (one for one in parts(self.body, "entities") if one.get("type") == "mention")
        ours = [one for one in mentions if part(one, "mentioned").get("id") == self.bot]
        rich = self._rich
        text = _QUOTE.sub("", rich) if self.quoted else str(self.body.get("text") or "")
        for mention in ours:
            text = text.replace(str(mention.get("text") or "\0"), " ")
        name = str(part(self.body, "recipient").get("name") or "")
        return to_plain(text, bot=name if self.quoted else "")

    def ref(self, activity: str) -> str:
        """Return the ref of a message of this conversation."""
        return ref_of(self.tenant, self.conversation, activity)


def parse(raw: bytes) -> Json:
    """Return the body of a request as an object that names where its sender is served.

    :raises Malformed: it is none.
    """
    try:
        body = load(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Malformed("unreadable") from error
    need(is_text(body.get("serviceUrl")) and bool(body["serviceUrl"]))
    need(isinstance(body.get("type"), str))
    return body


def classify(body: Json) -> Activity:
    """Tell what a parsed activity is.

    :raises Malformed: it claims to be something and lacks what that must have.
    """
    kind = _kind(body)
    if kind is Kind.FOREIGN or body.get("channelId") != _CHANNEL:
        return Activity(Kind.FOREIGN, body)
    for name in ("from", "recipient", "conversation"):
        as_object(body.get(name))
    for name in ("channelData", "value"):
        if body.get(name) is not None and (name != "value" or kind in _ASKS):
            as_object(body[name])
    activity = Activity(kind, body)
    need(isinstance(body.get("id"), str) and is_activity(activity.id) and len(activity.id) <= _ID_MOST)
    need(is_id(activity.conversation) and is_tenant(activity.tenant))
    need(not activity.account or is_id(activity.account))
    need(not activity.replied_to or is_activity(activity.replied_to))
    need(body.get("text") is None or is_text(body["text"]))
    for name in ("entities", "membersAdded", "membersRemoved"):
        if body.get(name) is not None:
            as_list(body[name])
    if kind in _ASKS:
        _check_data(kind, activity.value)
    return activity


def user_of(account: Mapping[str, Any]) -> str:
    """Return the id in the tenant's directory that an account names; empty where it has none."""
    user: object = account.get("aadObjectId")
    return user.lower() if isinstance(user, str) and is_id(user) and not user.startswith(f"{SURFACE}:") else ""


def _kind(body: Json) -> Kind:
    if body["type"] != "invoke":
        return _TYPES.get(body["type"], Kind.FOREIGN)
    name: object = body.get("name")
    return _INVOKES.get(name, Kind.FOREIGN) if isinstance(name, str) else Kind.FOREIGN


def _tenant(body: Json) -> str:
    found = part(body, "conversation").get("tenantId") or part(part(body, "channelData"), "tenant").get("id")
    return str(found or "").lower()


def _check_data(kind: Kind, value: Json) -> None:
    if kind is Kind.PRESS:
        as_object(as_object(value.get("action")).get("data"))
    elif kind in (Kind.DIALOG, Kind.SUBMISSION, Kind.EXTENSION_SUBMISSION):
        as_object(value.get("data"))
