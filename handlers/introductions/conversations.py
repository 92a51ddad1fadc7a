"""The conversation of an introduction: opened in every workspace concerned, and relayed between them.

Each workspace has one leg. What a person writes in a leg is kept and sent to every other leg, in order. Messages of the
bot never come back as messages of people, so nothing goes round in circles. Where the same people talk about several
introductions, or a leg is a person's own talk with the bot, only replies to the opening card are passed on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from domain.text import clean_text, shorten
from domain.visibility import Viewer
from handlers import audit, cards
from handlers.cards import View, living, words_of
from handlers.introductions import openings
from handlers.introductions.legs import cluster_at, is_shared, thread_of
from handlers.introductions.meeting_cards import meeting_of, tell_opened
from handlers.introductions.moves import CONVERSATION
from handlers.letters import Deed, Drop, Later, Letter, letter
from handlers.requests import Said
from handlers.suggestions.pairs import Pair, curtain_for, evidence_of, from_subject, intro_id
from handlers.threads import hears
from handlers.vouchers.offering import offers_for
from handlers.work import Work
from messages import compose
from messages.i18n import Words
from messages.notices.introductions import Participant, Relayed, RelayUnclear, TalkOpened
from store.queries import introductions as query
from store.queries import people, rooms
from store.queries.rows import add, key_of
from store.queue import Claimed
from store.tables.introductions import Conversation, Introduction, Leg, RelayedMessage
from store.tables.people import Cluster, Person

_LONGEST: Final = 40_000
_OPENING: Final = timedelta(seconds=20)


def begin(work: Work, row: Introduction) -> None:
    """Open one conversation with both sides and the managers concerned, in as few workspaces as reach them."""
    talk = add(work.session, Conversation(introduction_id=key_of(row), created_at=work.now, updated_at=work.now))
    subject = intro_id(row)
    for (surface, workspace), ids in _legs(work, _participants(work, row)):
        leg = add(
            work.session,
            Leg(
                conversation_id=key_of(talk),
                surface=surface,
                workspace=workspace,
                people=tuple(ids),
                created_at=work.now,
                updated_at=work.now,
            ),
        )
        work.enqueue(
            "conversation.open",
            key=f"conversation:{subject}:{surface}:{workspace}",
            subject=subject,
            destination=f"{surface}:{workspace}",
            payload={"leg": leg.id},
            cluster_id=cluster_at(work, leg, row),
        )
    audit.record(work, "conversation.begin", subject, cluster_id=row.owner_cluster_id)


def _participants(work: Work, row: Introduction) -> list[int]:
    managers = [
        person.id
        for cluster in dict.fromkeys([row.owner_cluster_id, row.sme_cluster_id])
        for person in people.managers_of(work.session, cluster)
    ]
    everybody = [row.sme_person_id, row.buyer_person_id, *managers]
    return [one for one in dict.fromkeys(everybody) if one is not None]


def _legs(work: Work, person_ids: Sequence[int]) -> list[tuple[tuple[str, str], list[int]]]:
    """Divide people over workspaces: again and again the workspace that reaches most of those who are left."""
    reach: dict[tuple[str, str], list[int]] = {}
    for account in query.identities_of_people(work.session, person_ids):
        place = reach.setdefault((account.surface, account.workspace), [])
        if account.person_id not in place:
            place.append(account.person_id)
    left, found = set(person_ids), list[tuple[tuple[str, str], list[int]]]()
    while reach:
        place = max(sorted(reach), key=lambda one: len(left.intersection(reach[one])))
        ids = [one for one in person_ids if one in left and one in reach[place]]
        if not ids:
            break
        found.append((place, ids))
        left -= set(ids)
        del reach[place]
    return found


def _opened(work: Work, row: Claimed, ref: str) -> None:
    """Write the conversation's address down and introduce everybody to everybody."""
    leg = work.session.get(Leg, row.payload["leg"])
    pair = from_subject(work, row.subject or "")
    if leg is None or pair is None:
        return
    leg.address = ref
    leg.updated_at = work.now
    work.session.add(leg)
    work.session.flush()
    cluster_id = cluster_at(work, leg, pair.introduction)
    cards.publish(work, CONVERSATION, pair.id, destination=ref, cluster_id=cluster_id)
    tell_opened(work, pair, leg)


@letter("conversation.open", sent=_opened, repeatable=True)
def write_conversation(work: Work, row: Claimed) -> Letter | Drop | Later:
    """Ask for one conversation with the people of a leg."""
    leg, pair = work.session.get(Leg, row.payload["leg"]), from_subject(work, row.subject or "")
    if leg is None or pair is None:
        return Drop("leg is gone")
    accounts = query.identities_of_people(work.session, leg.people)
    here = {
        one.person_id: one.address for one in accounts if (one.surface, one.workspace) == (leg.surface, leg.workspace)
    }
    addresses = tuple(here[one] for one in leg.people if one in here)
    if not addresses:
        return Drop("nobody is left there")
    return Letter(Deed.CONVERSATION, people=addresses, title=f"{pair.id} {shorten(pair.challenge.title, 60)}")


@living(CONVERSATION)
def read_conversation(work: Work, view: View) -> TalkOpened | None:
    """Introduce the two sides, in each leg alike."""
    pair = from_subject(work, view.subject)
    if pair is None or not pair.revealed:
        return None
    row = pair.introduction
    talk = query.conversation_of(work.session, key_of(row))
    legs: Sequence[Leg] = query.legs_of(work.session, key_of(talk)) if talk else ()
    behind = curtain_for(work.session, pair, Viewer.SME)
    opening, author = openings.lines(work, pair, words_of(work, view).locale)
    return TalkOpened(
        id=pair.id,
        challenge=pair.challenge_id,
        title=pair.challenge.title,
        sme=pair.sme.name,
        sme_country=pair.sme.country,
        buyer=pair.buyer.name,
        buyer_country=pair.buyer.country,
        participants=tuple(_participant(work, pair, one) for leg in legs for one in leg.people),
        evidence=evidence_of(pair.suggestion, behind),
        problem=behind.show(pair.challenge.problem),
        state=row.state,
        outcome=row.outcome,
        relayed=len(legs) > 1,
        opening=opening,
        opening_by=author,
        missing=behind.show_all(pair.suggestion.missing),
        in_thread=len(legs) > 1 and is_shared(work, view.destination),
        meeting=meeting_of(work, pair),
        voucher=bool(offers_for(work, pair)),
    )


def _participant(work: Work, pair: Pair, person_id: int) -> Participant:
    return Participant(_name(work, person_id), _organisation(work, pair, person_id))


def _name(work: Work, person_id: int) -> str:
    person = work.session.get(Person, person_id)
    return person.name if person else ""


def _organisation(work: Work, pair: Pair, person_id: int) -> str:
    row = pair.introduction
    if person_id == row.sme_person_id:
        return pair.sme.name
    if person_id == row.buyer_person_id:
        return pair.buyer.name
    for cluster in (row.owner_cluster_id, row.sme_cluster_id):
        if any(person.id == person_id for person in people.managers_of(work.session, cluster)):
            found = work.session.get(Cluster, cluster)
            return found.name if found else ""
    return ""


@hears(20)
def relay_message(work: Work, said: Said) -> bool:
    """Pass on what one of the people of a leg writes there; True where the place is one of ours."""
    legs = query.legs_at(work.session, said.place.channel)
    if not legs or work.actor is None:
        return False
    meant = _meant(work, said, legs)
    if meant is None:
        private = query.is_private_address(work.session, said.place.channel)
        if private or said.place.thread:
            return False
        _ask_which(work, said, [introduction for _, _, introduction in legs])
        return True
    leg, talk, introduction = meant
    others = [one for one in query.legs_of(work.session, key_of(talk)) if one.id != leg.id]
    text = clean_text(shorten(said.text, _LONGEST), limit=_LONGEST)
    if work.who.person_id not in leg.people or not others or not text:
        return True
    if query.relayed(work.session, said.message) is None:
        _relay(work, said, leg, introduction, others, text)
    return True


def _meant(
    work: Work, said: Said, legs: Sequence[tuple[Leg, Conversation, Introduction]]
) -> tuple[Leg, Conversation, Introduction] | None:
    """Return the introduction that a message is about, if that is certain."""
    if said.place.thread:
        post = rooms.post_by_message(work.session, said.place.thread)
        if post is not None and post.kind == CONVERSATION:
            return next((one for one in legs if intro_id(one[2]) == post.subject), None)
    return None if is_shared(work, said.place.channel) else legs[0]


def _relay(work: Work, said: Said, leg: Leg, introduction: Introduction, others: Sequence[Leg], text: str) -> None:
    message = add(
        work.session,
        RelayedMessage(
            conversation_id=leg.conversation_id,
            leg_id=key_of(leg),
            person_id=work.who.person_id,
            message=said.message,
            text=text,
            created_at=work.now,
            updated_at=work.now,
        ),
    )
    for other in others:
        work.enqueue(
            "relay",
            key=_relay_key(key_of(message), key_of(other)),
            subject=f"{intro_id(introduction)}:relay",
            destination=other.address or f"{other.surface}:{other.workspace}",
            payload={"message": message.id, "leg": other.id},
            stream=f"leg:{other.id}",
            cluster_id=cluster_at(work, other, introduction),
        )


def _relay_key(message_id: int, leg_id: int) -> str:
    return f"relay:{message_id}:leg-{leg_id}"


def _arrived(work: Work, row: Claimed, _ref: str) -> None:
    """Forget the text once every other side has it."""
    message = work.session.get(RelayedMessage, row.payload["message"])
    if message is None:
        return
    legs = [key_of(leg) for leg in query.legs_of(work.session, message.conversation_id) if leg.id != message.leg_id]
    if query.unfinished(work.session, [_relay_key(key_of(message), one) for one in legs]) == 0:
        message.text = ""
        message.updated_at = work.now
        work.session.add(message)


@letter("relay", sent=_arrived)
def write_relay(work: Work, row: Claimed) -> Letter | Drop | Later:
    """Pass a message on, with the name of its author and for whom he or she speaks."""
    message, leg = work.session.get(RelayedMessage, row.payload["message"]), work.session.get(Leg, row.payload["leg"])
    pair = from_subject(work, row.subject or "")
    if message is None or leg is None or pair is None:
        return Drop("message is gone")
    if not leg.address:
        return Later(work.now + _OPENING)
    author = _name(work, message.person_id)
    notice = Relayed(author, _organisation(work, pair, message.person_id), message.text)
    return Letter(Deed.POST, to=leg.address, card=compose(notice, Words()), thread=thread_of(work, pair, leg))


def _ask_which(work: Work, said: Said, introductions: Sequence[Introduction]) -> None:
    ids = [intro_id(one) for one in introductions]
    work.enqueue(
        "relay.unclear",
        key=f"relay.unclear:{said.message}",
        subject=f"{ids[0]}:relay",
        destination=said.place.channel,
        payload={"ids": " ".join(ids), "message": said.message},
        cluster_id=(work.room.cluster_id if work.room else None) or introductions[0].owner_cluster_id,
    )


@letter("relay.unclear")
def write_unclear(work: Work, row: Claimed) -> Letter | Drop | Later:
    """Ask which introduction was meant, below the message."""
    view = View("relay", row.subject or "", row.destination)
    notice = RelayUnclear(ids=tuple(str(row.payload["ids"]).split()))
    thread = str(row.payload["message"])
    return Letter(Deed.POST, to=row.destination, card=compose(notice, words_of(work, view)), thread=thread)
