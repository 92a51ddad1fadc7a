"""Screening: the buyer's cluster manager publishes a challenge, or returns it with a reason."""

from __future__ import annotations

from domain.challenges import REASON_MAX, ChallengeAction, ChallengeState, require_reason
from domain.errors import NotAllowed, OutOfDate
from domain.text import clean_text
from handlers import audit, cards
from handlers.challenges.cards import screening_of
from handlers.challenges.moves import (
    RETURNED,
    SCREENING,
    enqueue_rank,
    keep_edition,
    move,
    post_everywhere,
    tell_buyer,
)
from handlers.challenges.sight import Sighting, find, id_of, split_value
from handlers.challenges.writing import remind_of_deadline
from handlers.routes import route
from handlers.work import Ask, Reply, Work
from messages.notices.challenge_forms import Ending, GiveReason
from messages.notices.challenges import ChallengeDone, Done
from store.tables.challenges import Challenge


def _screened(work: Work, text: str) -> Sighting:
    """Return a challenge that who acts may screen.

    :raises NotAllowed: the person manages another cluster, or belongs to the organisation that asks.
    """
    sighting = find(work, text)
    challenge = sighting.challenge
    if not work.who.manages(challenge.owner_cluster_id):
        raise NotAllowed("screening.managers_only", id=sighting.id)
    if work.who.belongs_to(challenge.organisation_id):
        raise NotAllowed("screening.own", id=sighting.id)
    return sighting


def _as_shown(work: Work, value: str) -> Challenge:
    """Return a challenge that waits to be screened and still is what the card showed."""
    subject, version = split_value(value)
    challenge = _screened(work, subject).challenge
    if challenge.state is not ChallengeState.SUBMITTED:
        raise OutOfDate(f"screening.now.{challenge.state.value}", id=id_of(challenge))
    if challenge.version != version:
        raise OutOfDate("screening.changed", id=id_of(challenge))
    return challenge


@route("screening.show", writes=False)
def show_screening(work: Work, ask: Ask) -> Reply:
    """Show a challenge to the manager who screens it."""
    sighting = _screened(work, ask.value)
    return Reply(notice=screening_of(work, (sighting.challenge, sighting.buyer)))


@route("screening.publish")
def publish_challenge(work: Work, ask: Ask) -> Reply:
    """Publish a challenge: post it, have it ranked, tell the buyer."""
    challenge = _as_shown(work, ask.value)
    if challenge.deadline_at is not None and challenge.deadline_at <= work.now:
        raise OutOfDate("screening.deadline_past", id=id_of(challenge))
    move(
        work,
        challenge,
        ChallengeAction.PUBLISH,
        published_at=work.now,
        screened_by=work.who.person_id,
        return_reason="",
    )
    keep_edition(work, challenge)
    audit.record(work, "screening.publish", id_of(challenge), cluster_id=challenge.owner_cluster_id)
    post_everywhere(work, challenge)
    cards.refresh(work, SCREENING, id_of(challenge))
    tell_buyer(work, challenge)
    remind_of_deadline(work, challenge, challenge.person_id)
    enqueue_rank(work, challenge)
    return Reply(notice=ChallengeDone(id=id_of(challenge), title=challenge.title, done=Done.PUBLISHED))


@route("screening.return", writes=False)
def ask_why_returned(work: Work, ask: Ask) -> Reply:
    """Ask what the buyer should change."""
    challenge = _as_shown(work, ask.value)
    return Reply(
        question=GiveReason(
            ending=Ending.RETURN,
            id=id_of(challenge),
            title=challenge.title,
            value=f"{id_of(challenge)}:{challenge.version}",
        )
    )


@route("screening.return.send")
def return_challenge(work: Work, ask: Ask) -> Reply:
    """Give a challenge back to the buyer with a reason."""
    challenge = _as_shown(work, ask.value)
    reason = require_reason(clean_text(ask.text("reason"), limit=max(REASON_MAX, len(ask.text("reason")))))
    move(
        work,
        challenge,
        ChallengeAction.RETURN,
        return_reason=reason,
        screened_by=work.who.person_id,
    )
    audit.record(work, "screening.return", id_of(challenge), cluster_id=challenge.owner_cluster_id)
    cards.refresh(work, SCREENING, id_of(challenge))
    # The version makes every return a message of its own: a card that merely changed would not be noticed.
    cards.tell(work, RETURNED, f"{id_of(challenge)}:{challenge.version}", challenge.person_id)
    return Reply(notice=ChallengeDone(id=id_of(challenge), title=challenge.title, done=Done.RETURNED))
