"""What every step in the life of an introduction shares: the guarded change, its end, and the cards that follow."""

from __future__ import annotations

from typing import Any, Final

from domain.errors import NotAllowed, OutOfDate
from domain.introductions import INTRODUCTION, REVEALED, IntroductionAction, missing_approvals
from domain.introductions import IntroductionState as State
from handlers import audit, cards
from handlers.nudging import nudges
from handlers.steps import take_step
from handlers.suggestions.pairs import Pair, find, intro_id, unknown
from handlers.suggestions.proposals import end_suggestions, refresh_review
from handlers.work import Work
from store.queries import introductions as query
from store.queries import people, rooms
from store.queries.rows import add, change, key_of
from store.tables.introductions import Consent, Introduction

APPROVAL: Final = "approval"
CONSENT: Final = "consent"
INTRODUCED: Final = "introduced"
CONVERSATION: Final = "conversation"
LAPSE: Final = "introduction.lapse"
#: What people consent to.
PURPOSE: Final = "introduction"

#: Until the two sides know each other, an introduction ends when its challenge or its answer does.
UNMADE: Final = (State.PENDING, State.APPROVED, State.HALF)

#: What stands in `declined_by` besides `cluster:<id>`: a party that said no, or what took the ground away.
BY_SME: Final = "sme"
BY_BUYER: Final = "buyer"


def move(work: Work, row: Introduction, action: IntroductionAction, **values: Any) -> None:  # noqa: ANN401
    """Take one step in the life of an introduction, if it still stands where it was read.

    :raises OutOfDate: the step is not open now, or somebody was faster; nothing was changed.
    """
    before, decided = State(row.state), OutOfDate("introduction.decided", id=intro_id(row))
    after = take_step(
        work, row, cycle=INTRODUCTION, before=before, action=action, closed=decided, overtaken=decided, **values
    )
    audit.record(
        work,
        f"introduction.{action}",
        intro_id(row),
        before={"state": before},
        after={"state": after},
        cluster_id=row.owner_cluster_id,
    )


def touch(work: Work, row: Introduction, **values: Any) -> None:  # noqa: ANN401
    """Change something about an introduction that stays in its state; of two who press at once, one is refused.

    :raises OutOfDate: somebody was faster; nothing was changed.
    """
    if not change(work.session, row, now=work.now, where={"state": row.state}, **values):
        raise OutOfDate("introduction.decided", id=intro_id(row))


def end(work: Work, row: Introduction, action: IntroductionAction, *, by: str = "", **values: Any) -> None:  # noqa: ANN401
    """Decline an introduction or let it lapse: nobody is asked or reminded any more, and all cards show it.

    :raises OutOfDate: it cannot end so any more; nothing was changed.
    """
    move(work, row, action, declined_by=by, lapses_at=None, **values)
    settle(work, row)
    refresh_cards(work, row)


def keep_consent(work: Work, subject: str, *, person_id: int, organisation_id: int) -> None:
    """Write down that somebody consented, for an organisation, to being introduced."""
    consent = Consent(
        person_id=person_id,
        organisation_id=organisation_id,
        purpose=PURPOSE,
        subject=subject,
        created_at=work.now,
        updated_at=work.now,
    )
    add(work.session, consent)


def settle(work: Work, row: Introduction) -> None:
    """Cancel what was to be sent or done about an introduction, because somebody has acted."""
    work.cancel(intro_id(row), reason="acted on", kinds=("nudge", LAPSE))
    nudges.refresh_message(work, parties(work, row))


def parties(work: Work, row: Introduction) -> list[int]:
    """Return the people of both sides."""
    both = (row.organisation_id, row.buyer_id)
    found = (person.id for one in both for person in people.members_of(work.session, one))
    return [one for one in dict.fromkeys(found) if one is not None]


def missing_clusters(work: Work, row: Introduction) -> frozenset[int]:
    """Return the clusters whose approval is missing."""
    if row.state is not State.PENDING:
        return frozenset()
    return missing_approvals(
        owner_cluster_id=row.owner_cluster_id,
        home_cluster_id=row.sme_cluster_id,
        given=query.approved_clusters(work.session, key_of(row)),
    )


def refresh_cards(work: Work, row: Introduction) -> None:
    """Bring every card about an introduction up to date, and the review cards that show it."""
    subject = intro_id(row)
    standing = {post.kind for post in rooms.posts_about(work.session, subject=subject)}
    for kind in (APPROVAL, CONSENT, INTRODUCED, CONVERSATION):
        if kind in standing:
            cards.refresh(work, kind, subject)
    refresh_review(work, row.challenge_id, (row.owner_cluster_id, row.sme_cluster_id))


def open_pair(work: Work, value: str, *, closed: bool = False) -> Pair:
    """Return an introduction that was made, to one of its parties or a manager concerned; `closed` ones if wanted.

    :raises NotFound, NotAllowed, OutOfDate: and nothing was changed.
    """
    pair = find(work, value)
    row, actor = pair.introduction, work.who
    managed = any(actor.manages(one) for one in (row.owner_cluster_id, row.sme_cluster_id))
    if not (managed or actor.belongs_to(row.organisation_id) or actor.belongs_to(row.buyer_id)):
        raise unknown(pair)
    if row.state is State.CLOSED and not closed:
        raise OutOfDate("meeting.over", id=pair.id)
    if row.state not in REVEALED:
        raise NotAllowed("meeting.not_yours") if managed else unknown(pair)
    return pair


def end_for_challenge(work: Work, challenge_id: int) -> int:
    """End what is not made yet of a challenge that is withdrawn or resolved; return how many introductions that were.

    Those that were made go on: the two sides know each other. What is merely proposed expires.
    """
    rows = query.of_challenge(work.session, challenge_id, UNMADE)
    for row in rows:
        end(work, row, IntroductionAction.LAPSE, by="challenge")
    end_suggestions(work, challenge_id)
    return len(rows)


def end_for_answer(work: Work, challenge_id: int, organisation_id: int) -> bool:
    """End what is not made yet with an SME whose answer was withdrawn or declined; False if there is nothing."""
    row = query.of_pair(work.session, challenge_id, organisation_id)
    if row is None or row.state not in UNMADE:
        return False
    end(work, row, IntroductionAction.LAPSE, by="answer")
    return True
