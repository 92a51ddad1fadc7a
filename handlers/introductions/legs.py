"""The legs of conversations: who is there, in whose care each is, and where to say something so that it is clear."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.cards import View, words_of
from handlers.introductions.moves import CONVERSATION
from handlers.suggestions.pairs import Pair
from handlers.work import Work
from messages.i18n import Words
from messages.notices.talks import Participant
from store.queries import introductions as query
from store.queries import people, rooms, talks
from store.queries.rows import change, key_of
from store.tables.introductions import Introduction, Leg
from store.tables.people import Cluster, Person


def cluster_at(work: Work, leg: Leg, row: Introduction) -> int:
    """Return the cluster whose managers learn what does not arrive in a leg: its workspace's, else the owner."""
    workspace = people.workspace_of(work.session, surface=leg.surface, native_id=leg.workspace)
    return workspace.cluster_id if workspace and workspace.cluster_id else row.owner_cluster_id


def destination_of(leg: Leg) -> str:
    """Return where a leg is; before it is opened, its workspace."""
    return leg.address or f"{leg.surface}:{leg.workspace}"


def is_shared(work: Work, address: str) -> bool:
    """Tell whether other things than this one introduction are said at an address."""
    open_ones = [leg for leg, talk, _ in talks.legs_at(work.session, address) if talk.closed_at is None]
    return len(open_ones) > 1 or talks.is_private_address(work.session, address)


def thread_of(work: Work, pair: Pair, leg: Leg) -> str:
    """Return the opening card, to reply to it where other things are talked about in the same place."""
    if not is_shared(work, leg.address):
        return ""
    post = rooms.post_of(work.session, kind=CONVERSATION, subject=pair.id, destination=leg.address)
    return post.message if post else ""


def words_at(work: Work, pair: Pair, leg: Leg) -> Words:
    """Return the words for who reads in a leg."""
    person = leg.alone or None
    return words_of(work, View("", pair.id, leg.address, cluster_at(work, leg, pair.introduction), person))


def legs_of(work: Work, row: Introduction) -> Sequence[Leg]:
    """Return the legs of the conversation of an introduction; none before it is opened."""
    talk = query.conversation_of(work.session, key_of(row))
    return query.legs_of(work.session, key_of(talk)) if talk else ()


def present(leg: Leg) -> tuple[int, ...]:
    """Return the people of a leg who have not left."""
    return tuple(one for one in leg.people if one not in leg.gone)


def listens(leg: Leg) -> bool:
    """Tell whether somebody is there to read, and can be reached."""
    return leg.lost_at is None and bool(present(leg))


def managers_concerned(work: Work, row: Introduction) -> list[int]:
    """Return the managers of both clusters of an introduction, each once."""
    clusters = dict.fromkeys((row.owner_cluster_id, row.sme_cluster_id))
    found = (key_of(person) for cluster in clusters for person in people.managers_of(work.session, cluster))
    return list(dict.fromkeys(found))


def participants(work: Work, row: Introduction) -> list[int]:
    """Return who has a part in an introduction: the two people, and the managers concerned."""
    everybody = (row.sme_person_id, row.buyer_person_id, *managers_concerned(work, row))
    return [one for one in dict.fromkeys(everybody) if one is not None]


def step_out(work: Work, row: Introduction, legs: Sequence[Leg]) -> None:
    """Let those leave legs who were there as managers and are none any more: they read and write nothing from now."""
    concerned = participants(work, row)
    for leg in legs:
        former = tuple(one for one in present(leg) if one not in concerned)
        if former:
            change(work.session, leg, now=work.now, gone=(*leg.gone, *former))


def is_reached(work: Work, leg: Leg) -> bool:
    """Tell whether the workspace of a leg is there, and one of its people still has an account in it."""
    if rooms.is_removed(work.session, destination_of(leg)):
        return False
    accounts = query.identities_of_people(work.session, present(leg))
    return any((one.surface, one.workspace) == (leg.surface, leg.workspace) for one in accounts)


def participant(work: Work, pair: Pair, person_id: int) -> Participant:
    """Return who somebody in a conversation is: the person, for whom he or she speaks, and of which cluster."""
    person, row = work.session.get(Person, person_id), pair.introduction
    name = person.name if person else ""
    if person_id == row.sme_person_id:
        return Participant(name, pair.sme.name, _cluster_name(work, row.sme_cluster_id))
    if person_id == row.buyer_person_id:
        return Participant(name, pair.buyer.name, _cluster_name(work, row.owner_cluster_id))
    for cluster in (row.owner_cluster_id, row.sme_cluster_id):
        if any(manager.id == person_id for manager in people.managers_of(work.session, cluster)):
            return Participant(name, _cluster_name(work, cluster))
    return Participant(name, "")


def _cluster_name(work: Work, cluster_id: int) -> str:
    found = work.session.get(Cluster, cluster_id)
    return found.name if found else ""
