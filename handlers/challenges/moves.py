"""What every step in the life of a challenge shares: the guarded change, and the cards that follow it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.challenges import CHALLENGE, ChallengeAction, ChallengeState, Confidentiality
from domain.errors import OutOfDate
from domain.organisations import Role
from handlers import cards
from handlers.challenges.sight import id_of
from handlers.challenges.translating import bridge_to_clusters
from handlers.steps import take_step
from handlers.work import Work
from store.queries import challenges as query
from store.queries import people, sharing
from store.queries.rows import add, key_of
from store.tables.challenges import Challenge, ChallengeEdition
from store.tables.people import Workspace

POST = "challenge"
SCREENING = "screening"
OFFER = "offer"
OVERVIEW = "answers"
RETURNED = "returned"
ENDED = "ended"
READING = "reading"


def move(work: Work, challenge: Challenge, action: ChallengeAction, **values: Any) -> None:  # noqa: ANN401
    """Take one step in the life of a challenge, if it still stands where it was read.

    :raises OutOfDate: the step is not open now (`challenge.now.<state>`), or somebody was faster (`challenge.changed`).
    """
    before, subject = ChallengeState(challenge.state), id_of(challenge)
    closed, overtaken = OutOfDate(f"challenge.now.{before}", id=subject), OutOfDate("challenge.changed", id=subject)
    take_step(
        work, challenge, cycle=CHALLENGE, before=before, action=action, closed=closed, overtaken=overtaken, **values
    )
    # What was found in an earlier wording is history.
    cards.refresh(work, READING, subject)


def post_everywhere(work: Work, challenge: Challenge) -> None:
    """Post a published challenge where it may be seen, or bring the posts up to date.

    One by invitation is told to the people of the invited organisations alone.
    """
    subject = id_of(challenge)
    if challenge.confidentiality is Confidentiality.INVITE:
        for organisation in sharing.invited_to(work.session, key_of(challenge)):
            for person in people.members_of(work.session, key_of(organisation), role=Role.SME):
                cards.tell(work, POST, subject, key_of(person))
        return
    post_in_cluster(work, challenge, challenge.owner_cluster_id)


def places_of(work: Work, cluster_id: int) -> Sequence[Workspace]:
    """Return the workspaces of a cluster that have a challenge channel."""
    return [one for one in people.workspaces_of(work.session, cluster_id) if one.challenge_channel]


def post_in_cluster(work: Work, challenge: Challenge, cluster_id: int, *, only: Sequence[int] = ()) -> None:
    """Post a challenge in the challenge channel of every workspace of a cluster, or `only` of these."""
    bridge_to_clusters(work, challenge, (cluster_id,))
    for workspace in places_of(work, cluster_id):
        if only and workspace.id not in only:
            continue
        cards.publish(work, POST, id_of(challenge), destination=workspace.challenge_channel, cluster_id=cluster_id)


def refresh_all(work: Work, challenge: Challenge) -> None:
    """Bring every card about a challenge up to date."""
    subject = id_of(challenge)
    bridge_to_clusters(work, challenge)
    for kind in (POST, SCREENING, OFFER, OVERVIEW):
        cards.refresh(work, kind, subject)
    refresh_returned(work, challenge)


def refresh_returned(work: Work, challenge: Challenge) -> None:
    """Bring the cards up to date that told the buyer to change something."""
    subject = id_of(challenge)
    for post in query.posts_of_parts(work.session, subject, RETURNED):
        cards.refresh(work, RETURNED, post.subject)


def tell_buyer(work: Work, challenge: Challenge) -> None:
    """Show the buyer where the challenge stands: one card, updated in place."""
    cards.tell(work, OVERVIEW, id_of(challenge), challenge.person_id)


def enqueue_rank(work: Work, challenge: Challenge, why: str = "") -> None:
    """Have a challenge ranked (again); `why` is the fact that calls for it, such as `AN-7:v3`."""
    subject = id_of(challenge)
    key = f"rank:{subject}:e{challenge.edition}{':' + why if why else ''}"
    work.enqueue(
        "rank", key=key, subject=subject, payload={"challenge": challenge.id}, cluster_id=challenge.owner_cluster_id
    )


def keep_edition(work: Work, challenge: Challenge) -> None:
    """Keep what a challenge says now, as one of its published wordings."""
    content = {
        "title": challenge.title,
        "background": challenge.background,
        "problem": challenge.problem,
        "must_haves": "\n".join(challenge.must_haves),
        "criteria": "\n".join(f"{text}: {weight}" for text, weight in challenge.criteria),
        "countries": " ".join(challenge.countries),
        "deadline_on": challenge.deadline_on.isoformat() if challenge.deadline_on else "",
        "trl": "" if challenge.trl is None else str(challenge.trl),
        "budget": challenge.budget,
        "ip_terms": challenge.ip_terms,
    }
    add(
        work.session,
        ChallengeEdition(
            challenge_id=key_of(challenge),
            edition=challenge.edition,
            content=content,
            person_id=work.who.person_id,
            created_at=work.now,
            updated_at=work.now,
        ),
    )
