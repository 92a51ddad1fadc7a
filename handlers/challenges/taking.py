"""Taking: a partner cluster says yes or no to a challenge that it was offered, and may think again while it runs."""

from __future__ import annotations

from collections.abc import Sequence

from domain.errors import Invalid, NotAllowed, NotFound, OutOfDate
from domain.ids import Kind, format_id, parse_id, read_number
from domain.rooms import SHARE, ShareAction, ShareState
from handlers import audit, cards
from handlers.challenges.cards import offer_of, owner_name, takes_answers
from handlers.challenges.moves import OFFER, POST, SCREENING, enqueue_rank, places_of, post_in_cluster
from handlers.challenges.sight import Sighting, draw, find
from handlers.routes import route
from handlers.steps import take_step
from handlers.work import Ask, Reply, Work
from messages.notices.challenge_forms import ChoosePlaces
from messages.notices.challenges import ChallengeDone, Done
from store.queries import sharing
from store.queries.rows import change, key_of
from store.tables.challenges import Share
from store.tables.people import Cluster


def _offered(work: Work, value: str) -> tuple[Sighting, Share]:
    """Return an offer to a cluster that who acts manages.

    :raises NotFound: there is none, or it is none of this person's business.
    """
    subject, _, partner = value.partition(":")
    sighting = find(work, subject)
    clusters = [parse_id(partner, Kind.CLUSTER)[1]] if partner else list(work.who.managed())
    for cluster_id in clusters:
        share = sharing.share_of(work.session, key_of(sighting.challenge), cluster_id)
        if share is not None and work.who.manages(cluster_id):
            return sighting, share
    if partner:
        raise NotAllowed("sharing.managers_only", id=sighting.id)
    raise NotFound("challenge.unknown", id=sighting.id)


def _decidable(work: Work, value: str) -> tuple[Sighting, Share]:
    """Return an offer that who acts may decide about now."""
    sighting, share = _offered(work, value)
    if work.who.belongs_to(sighting.challenge.organisation_id):
        raise NotAllowed("screening.own", id=sighting.id)
    if not takes_answers(sighting.challenge, work):
        raise OutOfDate("challenge.now.closed", id=sighting.id)
    return sighting, share


@route("sharing.show", writes=False)
def show_offer(work: Work, ask: Ask) -> Reply:
    """Show an offer to the manager who decides about it."""
    sighting, share = _offered(work, ask.value)
    return Reply(notice=offer_of(work, (sighting.challenge, sighting.buyer), share.cluster_id, work.who.locale))


@route("sharing.take")
def take_challenge(work: Work, ask: Ask) -> Reply:
    """Take a challenge for every workspace of one's cluster: it is posted there and ranked with one's members."""
    sighting, share = _decidable(work, ask.value)
    return _take(work, sighting, share, ())


@route("sharing.places", writes=False)
def ask_where(work: Work, ask: Ask) -> Reply:
    """Ask in which workspaces of one's cluster a challenge is posted."""
    sighting, share = _decidable(work, ask.value)
    places = places_of(work, share.cluster_id)
    posted = share.workspaces or tuple(key_of(one) for one in places)
    return Reply(
        question=ChoosePlaces(
            id=sighting.id,
            title=draw(work.session, sighting).title,
            value=f"{sighting.id}:{format_id(Kind.CLUSTER, share.cluster_id)}",
            places=tuple((str(key_of(one)), one.name or one.native_id) for one in places),
            chosen=tuple(str(one) for one in posted),
        )
    )


@route("sharing.places.send")
def take_for_places(work: Work, ask: Ask) -> Reply:
    """Take a challenge for some of the workspaces of one's cluster, or change for which it is taken."""
    sighting, share = _decidable(work, ask.value)
    known = [key_of(one) for one in places_of(work, share.cluster_id)]
    wanted = {read_number(one) for one in ask.many("places")}
    chosen = tuple(one for one in known if one in wanted)
    if not chosen:
        raise Invalid("sharing.places.none", field="places")
    chosen = () if len(chosen) == len(known) else chosen
    if share.state is not ShareState.TAKEN:
        return _take(work, sighting, share, chosen)
    if not change(work.session, share, now=work.now, where={"state": ShareState.TAKEN}, workspaces=chosen):
        raise OutOfDate("sharing.decided", id=sighting.id)
    return _posted(work, sighting, share)


def _take(work: Work, sighting: Sighting, share: Share, workspaces: Sequence[int]) -> Reply:
    _decide(work, sighting, share, ShareAction.TAKE, workspaces=tuple(workspaces))
    # A challenge that is taken anew is ranked anew; the first time needs no number.
    again = f":v{share.version}" if share.version > 2 else ""
    why = f"taken:{format_id(Kind.CLUSTER, share.cluster_id)}{again}"
    enqueue_rank(work, sighting.challenge, why=why)
    return _posted(work, sighting, share)


def _posted(work: Work, sighting: Sighting, share: Share) -> Reply:
    post_in_cluster(work, sighting.challenge, share.cluster_id, only=share.workspaces)
    _tell(work, sighting, share)
    return _answered(work, sighting, share, Done.TAKEN)


@route("sharing.refuse")
def refuse_challenge(work: Work, ask: Ask) -> Reply:
    """Say that a challenge is nothing for one's members."""
    sighting, share = _decidable(work, ask.value)
    _decide(work, sighting, share, ShareAction.REFUSE)
    _tell(work, sighting, share)
    return _answered(work, sighting, share, Done.REFUSED)


@route("sharing.return")
def give_back(work: Work, ask: Ask) -> Reply:
    """Give a challenge back: its post says that it is no longer offered here, and answers that were given stay."""
    sighting, share = _decidable(work, ask.value)
    _decide(work, sighting, share, ShareAction.GIVE_BACK)
    why = f"given-back:{format_id(Kind.CLUSTER, share.cluster_id)}:v{share.version}"
    enqueue_rank(work, sighting.challenge, why=why)
    _tell(work, sighting, share)
    return _answered(work, sighting, share, Done.GIVEN_BACK)


def _decide(work: Work, sighting: Sighting, share: Share, action: ShareAction, **values: object) -> None:
    """Take one step, if the offer still stands where it was read."""
    decided = OutOfDate("sharing.decided", id=sighting.id)
    state = take_step(
        work,
        share,
        cycle=SHARE,
        before=ShareState(share.state),
        action=action,
        closed=decided,
        overtaken=decided,
        decided_by=work.who.person_id,
        decided_at=work.now,
        **values,
    )
    audit.record(work, f"sharing.{state.value}", sighting.id, cluster_id=share.cluster_id)


def _tell(work: Work, sighting: Sighting, share: Share) -> None:
    """Show it where it changes something: in the cluster's own rooms, and to the managers who offered it."""
    for kind in (POST, OFFER):
        cards.refresh(work, kind, sighting.id, cluster_id=share.cluster_id)
    cards.refresh(work, SCREENING, sighting.id)


def _answered(work: Work, sighting: Sighting, share: Share, done: Done) -> Reply:
    cluster = work.session.get(Cluster, share.cluster_id)
    title = draw(work.session, sighting).title
    name = cluster.name if cluster else owner_name(work, sighting.challenge)
    return Reply(notice=ChallengeDone(id=sighting.id, title=title, done=done, cluster=name))
