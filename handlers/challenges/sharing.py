"""Sharing: a published challenge is offered to partner clusters: all, those in its sector, or chosen by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from domain.challenges import ChallengeState, Confidentiality
from domain.errors import Invalid, NotAllowed, OutOfDate
from domain.ids import Kind, format_id, parse_id
from domain.rooms import ShareState
from domain.sectors import fits_sector, sector_words
from handlers import audit, cards
from handlers.challenges.cards import takes_answers
from handlers.challenges.moves import OFFER, SCREENING
from handlers.challenges.sight import Sighting, find, id_of
from handlers.challenges.teasers import fingerprint, keep_hidden, read_hidden, teaser_for
from handlers.challenges.translating import bridge_to_clusters
from handlers.routes import route
from handlers.work import Ask, Reply, Work
from messages.notices.challenge_forms import OfferChallenge, Partner, Reach
from messages.notices.challenges import ChallengeDone, Done
from store.engine import ConstraintViolated, StoreContended
from store.queries import partners as query
from store.queries.rows import add, key_of
from store.tables.challenges import Challenge, Share
from store.tables.people import Cluster

_HIDDEN: Final = "hidden"


def _offerable(work: Work, text: str) -> Sighting:
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
    return sighting


@route("sharing.offer", writes=False)
def ask_for_partners(work: Work, ask: Ask) -> Reply:
    """Ask to which partner clusters a challenge is offered, and show what they will read of it."""
    sighting = _offerable(work, ask.value)
    partners = query.partners_for(work.session, sighting.challenge)
    if not partners:
        raise OutOfDate("sharing.nobody_left", id=sighting.id)
    return Reply(question=_question(work, sighting, partners))


def _question(work: Work, sighting: Sighting, partners: Sequence[Cluster]) -> OfferChallenge:
    challenge = sighting.challenge
    teaser = teaser_for(work, sighting)
    return OfferChallenge(
        id=sighting.id,
        title=challenge.title,
        value=sighting.id if teaser is None else f"{sighting.id}:{fingerprint(teaser)}",
        clusters=_weigh(work, challenge, partners),
        sector=challenge.sector,
        teaser=teaser,
        hidden=tuple(challenge.hidden_words),
    )


def _weigh(work: Work, challenge: Challenge, partners: Sequence[Cluster]) -> tuple[Partner, ...]:
    """Say of each cluster whether it works in the sector of a challenge.

    It does if the sector is named by its industry or its focus, or by one of its members.
    """
    wanted = sector_words(challenge.sector)
    members = query.sectors_of_members(work.session, [key_of(one) for one in partners]) if wanted else {}
    weighed: list[Partner] = []
    for one in partners:
        count = sum(fits_sector(wanted, sectors) for sectors in members.get(key_of(one), ()))
        fits = bool(count) or fits_sector(wanted, (one.industry, one.focus))
        weighed.append(Partner(format_id(Kind.CLUSTER, key_of(one)), one.name, one.country, fits, count))
    return tuple(weighed)


@route("sharing.offer.send")
def offer_challenge(work: Work, ask: Ask) -> Reply:
    """Offer a challenge to clusters; one that was asked before is not asked again.

    A teaser goes out only as the manager saw it: if it reads otherwise now, it is shown again and nothing is offered.
    """
    subject, colon, seen = ask.value.partition(":")
    if colon and not re.fullmatch(r"[0-9a-f]{16}", seen):
        raise Invalid("id.unknown", example="CH-12")
    sighting = _offerable(work, subject)
    challenge = sighting.challenge
    if challenge.confidentiality is Confidentiality.TEASER and _HIDDEN in ask.fields:
        keep_hidden(work, sighting, read_hidden(ask.text(_HIDDEN)))
    partners = query.partners_for(work.session, challenge)
    question = _question(work, sighting, partners)
    reach = ask.text("reach") or Reach.CHOSEN.value
    chosen = _reached(question, reach, frozenset(ask.many("clusters")))
    if question.teaser is not None and seen != fingerprint(question.teaser):
        again = replace(question, again=True, reach=Reach(reach), chosen=ask.many("clusters"))
        return Reply(question=again)
    if not chosen:
        raise Invalid("sharing.clusters.none", field="clusters")
    for cluster_id in sorted(chosen):
        _offer(work, challenge, cluster_id)
    cards.refresh(work, SCREENING, sighting.id)
    notice = ChallengeDone(id=sighting.id, title=challenge.title, done=Done.OFFERED, told=len(chosen))
    return Reply(notice=notice)


def _reached(question: OfferChallenge, reach: str, chosen: frozenset[str]) -> set[int]:
    """Return the ids of the clusters that are meant; those chosen by hand count in any case."""
    if reach not in tuple(Reach):
        raise Invalid("sharing.clusters.none", field="reach")
    for value in chosen:
        parse_id(value, Kind.CLUSTER)
    return {
        parse_id(one.value, Kind.CLUSTER)[1]
        for one in question.clusters
        if reach == Reach.EVERY or (reach == Reach.SECTOR and one.fits) or one.value in chosen
    }


def _offer(work: Work, challenge: Challenge, cluster_id: int) -> None:
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
    bridge_to_clusters(work, challenge, (cluster_id,))
    cards.tell_managers(work, OFFER, id_of(challenge), cluster_id)
