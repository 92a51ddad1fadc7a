"""Living cards: each is posted once, and from then on updated in place.

A kind of card has a reader, which builds its notice from the present state of its subject. The same reader serves the
first post and every later update, so that a card can never show anything but what is true when it is sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from handlers.guests.scope import GUEST_CARDS
from handlers.letters import REPEATED, Deed, Drop, Later, Letter, letter
from handlers.webroom.places import is_guest
from handlers.work import Ask, Work
from messages import compose
from messages.i18n import Words
from messages.repeats import mark_as_repeat
from store import backlog
from store.queries import people, rooms
from store.queries.rows import key_of
from store.queue import Claimed
from store.tables.people import Person
from store.tables.rooms import Post


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at and by whom: a `subject` such as `CH-12`, for a cluster's channel or for one person."""

    kind: str
    subject: str
    destination: str
    cluster_id: int | None = None
    person_id: int | None = None


Reader = Callable[[Work, View], object | None]

READERS: dict[str, Reader] = {}
#: Cards that are not posted again where nobody can tell whether they arrived.
_ONCE: set[str] = set()


def living(kind: str, *, repeat_unconfirmed: bool = True) -> Callable[[Reader], Reader]:
    """Register the reader of a kind of card; it returns the notice, or None where there is nothing to show any more.

    Before it is posted it may return `Later` too: not at this hour.
    `repeat_unconfirmed` is explained at `Letter`.
    """

    def register(reader: Reader) -> Reader:
        if kind in READERS:
            raise ValueError(f"{kind} is taken")
        READERS[kind] = reader
        if not repeat_unconfirmed:
            _ONCE.add(kind)
        return reader

    return register


def publish(
    work: Work,
    kind: str,
    subject: str,
    *,
    destination: str,
    cluster_id: int | None = None,
    person_id: int | None = None,
    thread: str = "",
) -> None:
    """Post a card in one place, once; where it stands already, bring it up to date."""
    if not destination:
        return
    post_id = rooms.add_post(
        work.session,
        Post(
            kind=kind,
            subject=subject,
            destination=destination,
            cluster_id=cluster_id,
            person_id=person_id,
            thread=thread,
            created_at=work.now,
            updated_at=work.now,
        ),
    )
    if post_id is None:
        refresh(work, kind, subject, destination=destination)
        return
    work.enqueue(
        "card.post",
        key=_key(kind, subject, destination),
        subject=subject,
        destination=destination,
        payload={"post": post_id},
        stream=f"post:{post_id}",
        cluster_id=cluster_id or _concerned(work, person_id),
    )


def _key(kind: str, subject: str, destination: str) -> str:
    return f"card:{kind}:{subject}:{destination}"


def _concerned(work: Work, person_id: int | None) -> int | None:
    """Return the cluster whose managers learn that a card did not reach a person.

    For a member of nothing it is that of the workspace in which he or she was met.
    """
    if person_id is None:
        return None
    cluster_id = people.first_cluster_of(work.session, person_id)
    if cluster_id is not None:
        return cluster_id
    for account in people.identities_of(work.session, person_id):
        workspace = people.workspace_of(work.session, surface=account.surface, native_id=account.workspace)
        if workspace is not None and workspace.cluster_id is not None:
            return workspace.cluster_id
    return None


def tell(work: Work, kind: str, subject: str, person_id: int) -> bool:
    """Send a card to one person where last seen; False for somebody who was never met (Home will show it)."""
    accounts = people.identities_of(work.session, person_id)
    if not accounts:
        return False
    account = accounts[0]
    # A guest is told only what belongs to the invitation.
    if is_guest(account.native_user, account.surface) and kind not in GUEST_CARDS:
        return False
    publish(work, kind, subject, destination=account.address, person_id=person_id)
    return True


def tell_managers(work: Work, kind: str, subject: str, cluster_id: int) -> None:
    """Post a card in the managers' channel of every workspace of a cluster, or bring it up to date there."""
    for workspace in people.workspaces_of(work.session, cluster_id):
        publish(work, kind, subject, destination=workspace.managers_channel, cluster_id=cluster_id)


def refresh(work: Work, kind: str, subject: str, *, destination: str = "", cluster_id: int | None = None) -> None:
    """Bring every card of this kind about this subject up to date (or just the one in one place, or of one cluster)."""
    posts = rooms.posts_about(
        work.session, subject=subject, kinds=(kind,), destination=destination, cluster_id=cluster_id
    )
    for post in posts:
        wanted = rooms.want_newer(work.session, key_of(post), now=work.now)
        work.enqueue(
            "card.update",
            key=f"card:{post.id}:v{wanted}",
            subject=subject,
            destination=post.destination,
            payload={"post": post.id, "wanted": wanted},
            stream=f"post:{post.id}",
            cluster_id=post.cluster_id or _concerned(work, post.person_id),
        )


def is_reply(work: Work, ask: Ask) -> bool:
    """Tell whether the card that was pressed was but an answer to its reader, and is not kept true in place."""
    return rooms.post_by_message(work.session, ask.message) is None


def words_of(work: Work, view: View) -> Words:
    """Return the words for who reads there: the person's own, or the workspace's."""
    if view.person_id is not None:
        person = work.session.get(Person, view.person_id)
        if person is not None:
            return Words(person.locale, person.zone)
    workspace = rooms.workspace_by_channel(work.session, view.destination)
    if workspace is None and view.cluster_id is not None:
        # A conversation is no channel that a workspace knows: it reads in the language of the cluster whose room it is.
        workspace = next(iter(people.workspaces_of(work.session, view.cluster_id)), None)
    return Words(workspace.locale if workspace else "en")


def _view(post: Post) -> View:
    return View(post.kind, post.subject, post.destination, post.cluster_id, post.person_id)


def _posted(work: Work, row: Claimed, ref: str) -> None:
    post = work.session.get(Post, row.payload["post"])
    if post is not None:
        post.message = ref
        post.posted_at = post.updated_at = work.now
        work.session.add(post)


@letter("card.post", sent=_posted)
def write_post(work: Work, row: Claimed) -> Letter | Drop | Later:
    """Post the card as things stand now."""
    post = work.session.get(Post, row.payload["post"])
    if post is None:
        return Drop("post is gone")
    view = _view(post)
    notice = READERS[post.kind](work, view)
    if notice is None:
        return Drop("nothing to show")
    if isinstance(notice, Later):
        return notice
    card = compose(notice, words_of(work, view))
    again = post.kind not in _ONCE
    return Letter(Deed.POST, to=post.destination, card=card, thread=post.thread, repeat_unconfirmed=again)


@letter("card.update", repeatable=True)
def write_update(work: Work, row: Claimed) -> Letter | Drop | Later:
    """Update the card to how things stand now, unless a newer update follows."""
    post = work.session.get(Post, row.payload["post"])
    if post is None or not post.message:
        return Drop("was never posted")
    if post.wanted != row.payload["wanted"]:
        return Drop("a newer update follows")
    view = _view(post)
    notice = READERS[post.kind](work, view)
    if notice is None:
        return Drop("nothing to show")
    card = compose(notice, words_of(work, view))
    if backlog.error_of(work.session, _key(post.kind, post.subject, post.destination)) == REPEATED:
        card = mark_as_repeat(card)
    return Letter(Deed.UPDATE, to=post.message, card=card)
