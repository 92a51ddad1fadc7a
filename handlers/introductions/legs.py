"""The legs of conversations: in whose care each is, and where to say something so that it is clear what it is about."""

from __future__ import annotations

from handlers.introductions.moves import CONVERSATION
from handlers.suggestions.pairs import Pair
from handlers.work import Work
from store.queries import introductions as query
from store.queries import people, rooms
from store.tables.introductions import Introduction, Leg


def cluster_at(work: Work, leg: Leg, row: Introduction) -> int:
    """Return the cluster whose managers learn what does not arrive in a leg: its workspace's, else the owner."""
    workspace = people.workspace_of(work.session, surface=leg.surface, native_id=leg.workspace)
    return workspace.cluster_id if workspace and workspace.cluster_id else row.owner_cluster_id


def is_shared(work: Work, address: str) -> bool:
    """Tell whether other things than this one introduction are said at an address."""
    return len(query.legs_at(work.session, address)) > 1 or query.is_private_address(work.session, address)


def thread_of(work: Work, pair: Pair, leg: Leg) -> str:
    """Return the opening card, to reply to it where other things are talked about in the same place."""
    if not is_shared(work, leg.address):
        return ""
    post = rooms.post_of(work.session, kind=CONVERSATION, subject=pair.id, destination=leg.address)
    return post.message if post else ""
