"""Who manages no more leaves the conversations that he or she was in as a manager, also on the platform itself.

Nothing is passed on to them from the dismissal on. Where the side is a group of people, the platform is asked to take
them out of it; where it lets no app do that, the managers who are left learn that somebody still reads there.
"""

from __future__ import annotations

from typing import Final

from domain.ids import read_number
from handlers import cards
from handlers.cards import View, living
from handlers.introductions.legs import cluster_at, managers_concerned, participants, present, step_out
from handlers.introductions.moves import CONVERSATION
from handlers.letters import Deed, Drop, Later, Letter, letter
from handlers.suggestions.pairs import from_subject, intro_id
from handlers.work import Work
from messages.notices.talks import StillReads
from store.queries import introductions as query
from store.queries import talks
from store.queries.rows import get
from store.queue import Claimed
from store.tables.introductions import Leg
from store.tables.people import Membership, Person

STILL_READS: Final = "conversation.reads"


def leave_as_manager(work: Work, membership: Membership) -> None:
    """Let a person whose membership as a manager was just ended leave the conversations of the cluster."""
    person = membership.person_id
    for leg, introduction in talks.legs_of_cluster(work.session, membership.cluster_id):
        if person not in leg.people or person in participants(work, introduction):
            continue
        step_out(work, introduction, [leg])
        cards.refresh(work, CONVERSATION, intro_id(introduction))
        if leg.address and not leg.alone and len(leg.people) > 1:
            subject = intro_id(introduction)
            work.enqueue(
                "conversation.exit",
                key=f"conversation.exit:{subject}:v{membership.version}:leg-{leg.id}:P-{person}",
                subject=f"{subject}:exit",
                destination=leg.address,
                payload={"leg": leg.id, "person": person},
                stream=f"leg:{leg.id}",
                cluster_id=cluster_at(work, leg, introduction),
            )


def _refused(work: Work, row: Claimed, _reason: str) -> None:
    """Tell the managers concerned privately that somebody who is none any more can still read a conversation."""
    pair = from_subject(work, row.subject or "")
    if pair is None:
        return
    for manager in managers_concerned(work, pair.introduction):
        cards.tell(work, STILL_READS, f"{pair.id}:P-{row.payload['person']}", manager)


@letter("conversation.exit", refused=_refused, repeatable=True)
def write_exit(work: Work, row: Claimed) -> Letter | Drop | Later:
    """Have somebody taken out of the group of a leg, unless he or she has a part in it again."""
    leg, person = get(work.session, Leg, row.payload["leg"]), int(row.payload["person"])
    pair = from_subject(work, row.subject or "")
    if leg is None or pair is None or person in present(leg) or person in participants(work, pair.introduction):
        return Drop("has a part in it")
    accounts = query.identities_of_people(work.session, (person,))
    here = [one.address for one in accounts if (one.surface, one.workspace) == (leg.surface, leg.workspace)]
    if not here:
        return Drop("is not in the workspace any more")
    return Letter(Deed.TAKE_OUT, to=leg.address, people=(here[0],))


@living(STILL_READS)
def read_still_reads(work: Work, view: View) -> StillReads | None:
    """Tell who still reads a conversation without a part in it; the subject is `IN-34:P-5`."""
    pair, _, about = view.subject.partition(":")
    person = get(work.session, Person, read_number(about.removeprefix("P-")) or 0)
    return None if person is None or from_subject(work, pair) is None else StillReads(pair, person.name)
