"""What a handler has in its hands: one open transaction, the time, who acts, and the fixed parts of the deployment."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.deminimis import CEILINGS
from domain.errors import NotAllowed
from domain.organisations import Role
from handlers.ports import Holidays
from handlers.requests import Place, Speaker, Values
from handlers.suggestions.profile_index import ProfileKeeper
from matching.weights import Weights
from messages.i18n import Words
from prompts.client import ModelClient
from store import queue
from store.engine import Session
from store.queries.decisions import DecisionCounts
from store.reach import Reach


@dataclass(frozen=True, slots=True)
class Kit:
    """The parts of a deployment that handlers need, built once by `bot.wiring`.

    `public_url` is where people reach the deployment from elsewhere, without a slash at its end; empty where no address
    was named. `demo` allows the persona switch and nothing else; `cast` names the accounts
    (`workspace:user`) that it offers first. Without a `model` the local order of candidates stands; `model_tokens` is
    what a cluster may spend on it in a day, `model_orders` in how many orders it sees the candidates. An `embedder`
    makes vectors of texts; without one only words are compared. `weights` are the operator's own for the local order.
    `decided` is what a process has counted of managers' decisions.
    `ceilings` are those of de minimis aid, in euro cents by state. `web_link` makes a personal link into a web
    workspace for one of its users; None where there is no web workspace. `signing_secret` signs links to files; without
    one there are none.
    """

    holidays: Holidays
    public_url: str = ""
    demo: bool = False
    cast: tuple[str, ...] = ()
    profiles: ProfileKeeper = field(default_factory=ProfileKeeper)
    decided: DecisionCounts = field(default_factory=DecisionCounts)
    model: ModelClient | None = None
    embedder: ModelClient | None = None
    model_tokens: int = 200_000
    model_orders: int = 1
    weights: Weights = field(default_factory=Weights)
    ceilings: Mapping[str, int] = field(default_factory=lambda: CEILINGS)
    web_link: Callable[[str, str, datetime], str] | None = None
    signing_secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Belonging:
    """One active membership: a role in a cluster, for an organisation unless the role is manager."""

    cluster_id: int
    role: Role
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class Guest:
    """What somebody may see who came in by a guest's link: these challenges, until then."""

    challenges: frozenset[int]
    until: datetime


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as the store knows the account that spoke; `guest` narrows what a guest's account may see."""

    person_id: int
    name: str
    locale: str
    zone: str
    address: str
    memberships: tuple[Belonging, ...] = ()
    is_admin: bool = False
    country: str = ""
    email: str = ""
    guest: Guest | None = None

    def reaches(self, challenge_id: int | None) -> bool:
        """Tell whether a challenge is within what a guest was invited to; everybody else is not narrowed."""
        return self.guest is None or challenge_id in self.guest.challenges

    def manages(self, cluster_id: int | None) -> bool:
        """Tell whether the person is a manager of this cluster."""
        return any(m.role is Role.MANAGER and m.cluster_id == cluster_id for m in self.memberships)

    def belongs_to(self, organisation_id: int | None) -> bool:
        """Tell whether the person acts for this organisation."""
        return organisation_id is not None and organisation_id in self.organisations()

    def organisations(self, role: Role | None = None) -> tuple[int, ...]:
        """Return the organisations the person acts for, each once, in the order of joining."""
        ids = (m.organisation_id for m in self.memberships if role is None or m.role is role)
        return tuple(dict.fromkeys(one for one in ids if one is not None))

    def managed(self) -> tuple[int, ...]:
        """Return the clusters that the person manages."""
        return tuple(dict.fromkeys(m.cluster_id for m in self.memberships if m.role is Role.MANAGER))

    def clusters(self) -> tuple[int, ...]:
        """Return the clusters in which the person has any role."""
        return tuple(dict.fromkeys(m.cluster_id for m in self.memberships))

    def reach(self) -> Reach:
        """Return whose rows the person may know of."""
        return Reach(frozenset(self.clusters()), frozenset(self.organisations()))

    def words(self) -> Words:
        """Return the words of this person's language and zone."""
        return Words(self.locale, self.zone)


@dataclass(frozen=True, slots=True)
class Room:
    """The workspace in which something was said; `cluster_id` is None until it is set up and active.

    `waits` says that it is set up, and waits for its cluster to be activated.
    """

    workspace_id: int | None
    surface: str
    native_id: str
    cluster_id: int | None = None
    locale: str = "en"
    challenge_channel: str = ""
    managers_channel: str = ""
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of a handler: a command's rest, a button's value or a form's value and fields."""

    value: str = ""
    fields: Values = field(default_factory=dict[str, str | tuple[str, ...]])
    place: Place = field(default_factory=Place)
    message: str = ""

    def text(self, name: str) -> str:
        """Return the field's one value, without the space around it; empty if it was not sent."""
        value = self.fields.get(name, "")
        return value.strip() if isinstance(value, str) else " ".join(value).strip()

    def many(self, name: str) -> tuple[str, ...]:
        """Return the field's values."""
        value = self.fields.get(name, ())
        if isinstance(value, str):
            return (value,) if value else ()
        return tuple(value)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the person who acted is told: a notice (to become a card) or a question (to become a form).

    `replaces` puts the card in the place of the private card that was clicked; `home` shows the person's own page anew.
    """

    notice: object | None = None
    question: object | None = None
    replaces: bool = False
    home: bool = False


@dataclass(slots=True)
class Work:
    """One unit of work: its open transaction, the time at which it happens, and who acts (None: the worker)."""

    session: Session
    now: datetime
    kit: Kit
    actor: Actor | None = None
    room: Room | None = None
    speaker: Speaker | None = None

    @property
    def who(self) -> Actor:
        """Return who acts. :raises NotAllowed: nobody is known to."""
        if self.actor is None:
            raise NotAllowed("join.first")
        return self.actor

    def enqueue(
        self,
        kind: str,
        *,
        key: str,
        subject: str,
        destination: str = "",
        payload: Mapping[str, str | int | None] | None = None,
        stream: str = "",
        due_at: datetime | None = None,
        expires_at: datetime | None = None,
        cluster_id: int | None = None,
    ) -> bool:
        """Put something to send or do into the outbox of this very transaction; False if its key is there already.

        `key` is a business fact with the recipient last; `payload` holds ids and never words; rows of one `stream` keep
        their order. The kind decides what happens (see `handlers.letters` and `handlers.jobs`).
        """
        intent = queue.Intent(
            kind=kind,
            key=key,
            subject=subject,
            destination=destination,
            payload=dict(payload or {}),
            stream=stream or None,
            due_at=due_at or self.now,
            expires_at=expires_at,
            cluster_id=cluster_id,
        )
        return queue.enqueue(self.session, intent, now=self.now)

    def cancel(self, subject: str, *, reason: str, kinds: Collection[str] | None = None) -> int:
        """Cancel what still waits about a subject (of these kinds, or all); return how many rows that were."""
        return queue.cancel(self.session, subject, now=self.now, reason=reason, kinds=kinds)
