"""Sharing: a published challenge is offered to partner clusters, and each decides for its own workspace."""

from __future__ import annotations

from domain.challenges import ChallengeState, Confidentiality
from domain.errors import Invalid, NotAllowed, NotFound, OutOfDate
from domain.ids import Kind, format_id, parse_id
from domain.rooms import ShareState
from handlers import audit, cards
from handlers.challenges.cards import offer_of, owner_name, takes_answers
from handlers.challenges.moves import OFFER, SCREENING, enqueue_rank, post_in_cluster
from handlers.challenges.sight import Sighting, draw, find, id_of
from handlers.routes import route
from handlers.work import Ask, Reply, Work
from messages.notices.challenge_forms import OfferChallenge
from messages.notices.challenges import ChallengeDone, Done
from store.engine import ConstraintViolated, StoreContended
from store.queries import challenges as query
from store.queries.rows import add, change, key_of
from store.tables.challenges import Challenge, Share
from store.tables.people import Cluster


def _offerable(work: Work, text: str) -> Challenge:
    """Return a challenge that who acts may offer to partner clusters now."""
    sighting = find(work, text)
    challenge = sighting.challenge
    if not work.who.manages(challenge.owner_cluster_id):
        raise NotAllowed("screening.managers_only", id=sighting.id)
    if work.who.belongs_to(challenge.organisation_id):
        raise NotAllowed("screening.own", id=sighting.id)
    if challenge.confidentiality is Confidentiality.INVITE:
        raise NotAllowed("sharing.invite_only", id=sighting.id)
    if not takes_answers(challenge, work):
        published = challenge.state is ChallengeState.PUBLISHED
        raise OutOfDate(
            "challenge.now.closed" if published else f"challenge.now.{challenge.state.value}", id=sighting.id
        )
    return challenge


@route("sharing.offer", writes=False)
def ask_for_partners(work: Work, ask: Ask) -> Reply:
    """Ask to which partner clusters a challenge is offered."""
    challenge = _offerable(work, ask.value)
    partners = query.partners_for(work.session, challenge)
    if not partners:
        raise OutOfDate("sharing.nobody_left", id=id_of(challenge))
    clusters = tuple((format_id(Kind.CLUSTER, row.id), row.name) for row in partners if row.id is not None)
    return Reply(question=OfferChallenge(id=id_of(challenge), title=challenge.title, clusters=clusters))


@route("sharing.offer.send")
def offer_challenge(work: Work, ask: Ask) -> Reply:
    """Offer a challenge to the chosen clusters; one that was asked before is not asked again."""
    challenge = _offerable(work, ask.value)
    chosen = {parse_id(value, Kind.CLUSTER)[1] for value in ask.many("clusters")}
    if not chosen:
        raise Invalid("sharing.clusters.none", field="clusters")
    partners = {row.id for row in query.partners_for(work.session, challenge)} & chosen
    for cluster_id in sorted(key for key in partners if key is not None):
        share = Share(
            challenge_id=key_of(challenge),
            cluster_id=cluster_id,
            state=ShareState.OFFERED,
            created_at=work.now,
            updated_at=work.now,
        )
        try:
            add(work.session, share)
        except ConstraintViolated as error:
            # Another manager offered it at the same moment: done again, that cluster is left out.
            raise StoreContended("Another offer came first.") from error
        audit.record(work, "sharing.offer", id_of(challenge), after={"cluster": cluster_id}, cluster_id=cluster_id)
        cards.tell_managers(work, OFFER, id_of(challenge), cluster_id)
    cards.refresh(work, SCREENING, id_of(challenge))
    notice = ChallengeDone(id=id_of(challenge), title=challenge.title, done=Done.OFFERED, told=len(partners))
    return Reply(notice=notice)


def _offered(work: Work, value: str) -> tuple[Sighting, Share]:
    """Return an offer to a cluster that who acts manages.

    :raises NotFound: there is none, or it is none of this person's business.
    """
    subject, _, partner = value.partition(":")
    sighting = find(work, subject)
    clusters = [parse_id(partner, Kind.CLUSTER)[1]] if partner else list(work.who.managed())
    for cluster_id in clusters:
        share = query.share_of(work.session, key_of(sighting.challenge), cluster_id)
        if share is not None and work.who.manages(cluster_id):
            return sighting, share
    if partner:
        raise NotAllowed("sharing.managers_only", id=sighting.id)
    raise NotFound("challenge.unknown", id=sighting.id)


@route("sharing.show", writes=False)
def show_offer(work: Work, ask: Ask) -> Reply:
    """Show an offer to the manager who decides about it."""
    sighting, share = _offered(work, ask.value)
    return Reply(notice=offer_of(work, (sighting.challenge, sighting.buyer), share.cluster_id))


@route("sharing.take")
def take_challenge(work: Work, ask: Ask) -> Reply:
    """Take a challenge for one's workspace: it is posted there and ranked with one's members."""
    sighting, share = _decide(work, ask.value, ShareState.TAKEN)
    challenge = sighting.challenge
    post_in_cluster(work, challenge, share.cluster_id)
    enqueue_rank(work, challenge, why=f"taken:{format_id(Kind.CLUSTER, share.cluster_id)}")
    return _answered(work, sighting, share, Done.TAKEN)


@route("sharing.refuse")
def refuse_challenge(work: Work, ask: Ask) -> Reply:
    """Say that a challenge is nothing for one's members."""
    sighting, share = _decide(work, ask.value, ShareState.REFUSED)
    return _answered(work, sighting, share, Done.REFUSED)


def _decide(work: Work, value: str, answer: ShareState) -> tuple[Sighting, Share]:
    sighting, share = _offered(work, value)
    if work.who.belongs_to(sighting.challenge.organisation_id):
        raise NotAllowed("screening.own", id=sighting.id)
    if share.state is not ShareState.OFFERED:
        raise OutOfDate("sharing.decided", id=sighting.id)
    if not takes_answers(sighting.challenge, work):
        raise OutOfDate("challenge.now.closed", id=sighting.id)
    guard = {"state": ShareState.OFFERED}
    values = {"state": answer, "decided_by": work.who.person_id, "decided_at": work.now}
    if not change(work.session, share, now=work.now, where=guard, **values):
        raise OutOfDate("sharing.decided", id=sighting.id)
    audit.record(work, f"sharing.{answer.value}", sighting.id, cluster_id=share.cluster_id)
    cards.refresh(work, OFFER, sighting.id)
    cards.refresh(work, SCREENING, sighting.id)
    return sighting, share


def _answered(work: Work, sighting: Sighting, share: Share, done: Done) -> Reply:
    cluster = work.session.get(Cluster, share.cluster_id)
    title = draw(work.session, sighting).title
    name = cluster.name if cluster else owner_name(work, sighting.challenge)
    return Reply(notice=ChallengeDone(id=sighting.id, title=title, done=done, cluster=name))
