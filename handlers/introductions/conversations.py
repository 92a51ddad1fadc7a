"""The conversation of an introduction: opened in every workspace concerned, and introduced there.

Each workspace has one leg; on a platform where a bot cannot bring people together, each person's own chat with it is
one. A conversation with a single leg is an ordinary group of its workspace; between several, `relay` passes on what is
written. It stays open until a manager closes it, also when the introduction is closed: what people who know each other
say is not for the clock to end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from domain.text import shorten
from domain.visibility import Viewer
from handlers import audit, cards
from handlers.cards import View, living, words_of
from handlers.introductions import openings
from handlers.introductions.legs import cluster_at, destination_of, is_shared, participant, participants, present
from handlers.introductions.meeting_cards import meeting_of, tell_opened
from handlers.introductions.moves import CONVERSATION
from handlers.letters import Deed, Drop, Later, Letter, letter
from handlers.suggestions.pairs import curtain_for, evidence_of, from_subject, intro_id
from handlers.vouchers.offering import offers_for
from handlers.work import Work
from messages.notices.talks import TalkOpened
from store.queries import introductions as query
from store.queries.rows import add, key_of
from store.queue import Claimed
from store.tables.introductions import Conversation, Introduction, Leg
from store.tables.people import Person

#: Where a bot cannot bring people together: each has a leg of his or her own.
_APART: Final = ("teams",)


def begin(work: Work, row: Introduction) -> None:
    """Open one conversation with both sides and the managers concerned, in as few workspaces as reach them."""
    talk = add(work.session, Conversation(introduction_id=key_of(row), created_at=work.now, updated_at=work.now))
    subject = intro_id(row)
    for (surface, workspace), ids, alone in _seats(work, participants(work, row)):
        leg = add(
            work.session,
            Leg(
                conversation_id=key_of(talk),
                surface=surface,
                workspace=workspace,
                people=tuple(ids),
                alone=alone,
                created_at=work.now,
                updated_at=work.now,
            ),
        )
        work.enqueue(
            "conversation.open",
            key=f"conversation:{subject}:{surface}:{workspace}" + (f":P-{alone}" if alone else ""),
            subject=subject,
            destination=destination_of(leg),
            payload={"leg": leg.id},
            cluster_id=cluster_at(work, leg, row),
        )
    audit.record(work, "conversation.begin", subject, cluster_id=row.owner_cluster_id)


def _seats(work: Work, person_ids: Sequence[int]) -> list[tuple[tuple[str, str], list[int], int]]:
    """Return the legs: their workspace, their people, and the one person whose own chat it is, else zero."""
    seats = list[tuple[tuple[str, str], list[int], int]]()
    for place, ids in _divided(work, person_ids):
        if place[0] in _APART:
            seats += [(place, [one], one) for one in ids]
        else:
            seats.append((place, ids, 0))
    return seats


def _divided(work: Work, person_ids: Sequence[int]) -> list[tuple[tuple[str, str], list[int]]]:
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
    accounts = query.identities_of_people(work.session, present(leg))
    here = {
        one.person_id: one.address for one in accounts if (one.surface, one.workspace) == (leg.surface, leg.workspace)
    }
    addresses = tuple(here[one] for one in present(leg) if one in here)
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
    closer = work.session.get(Person, talk.closed_by) if talk and talk.closed_by else None
    return TalkOpened(
        id=pair.id,
        challenge=pair.challenge_id,
        title=pair.challenge.title,
        sme=pair.sme.name,
        sme_country=pair.sme.country,
        buyer=pair.buyer.name,
        buyer_country=pair.buyer.country,
        participants=tuple(
            replace(participant(work, pair, one), left=one in leg.gone) for leg in legs for one in leg.people
        ),
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
        closed=talk is not None and talk.closed_at is not None,
        closed_by=closer.name if closer else "",
    )
