"""The living cards of a challenge: what each shows is read afresh at the moment of sending."""

from __future__ import annotations

from datetime import date

from domain.answers import UNDECIDED, VERDICT_WORKING_DAYS, AnswerState
from domain.calendars import WorkingCalendar, zone_or_utc
from domain.challenges import ChallengeState, Confidentiality
from domain.ids import Kind, format_id, parse_id
from domain.organisations import Role
from domain.redaction import redact
from domain.rooms import ShareState
from domain.visibility import Viewer
from handlers.cards import View, living, words_of
from handlers.challenges.moves import ENDED, OFFER, OVERVIEW, POST, RETURNED, SCREENING, places_of
from handlers.challenges.sight import Sighting, draw, full, id_of, names_behind, teaser_of, text_for
from handlers.nudging.nudges import calendar_of
from handlers.translations import sheet_in
from handlers.work import Work
from messages.notices.challenges import BuyerOverview, ChallengePost, Ended, Returned, Sheet
from messages.notices.screening import Offer, Screening
from store.queries import answers as answer_query
from store.queries import challenges as query
from store.queries import people, rooms, sharing
from store.queries.challenges import Listed
from store.queries.rows import key_of
from store.tables.challenges import Challenge
from store.tables.people import Cluster, Person


def read_subject(work: Work, subject: str) -> Listed | None:
    """Return the challenge that a card is about, and its buyer."""
    return query.with_buyer(work.session, parse_id(subject.partition(":")[0], Kind.CHALLENGE)[1])


def takes_answers(challenge: Challenge, work: Work) -> bool:
    """Tell whether a challenge takes answers at this moment."""
    in_time = challenge.deadline_at is None or work.now < challenge.deadline_at
    return challenge.state is ChallengeState.PUBLISHED and in_time


def sheet_for(work: Work, found: Listed, viewer: Viewer) -> Sheet:
    """Return what a kind of reader may know, as far as nothing was revealed."""
    return draw(work.session, Sighting(found[0], found[1], viewer))


@living(POST)
def read_post(work: Work, view: View) -> ChallengePost | None:
    """Show a challenge to a channel, or to somebody who was invited by name."""
    found = read_subject(work, view.subject)
    if found is None:
        return None
    challenge = found[0]
    viewer = Viewer.MEMBER if view.person_id is None else _viewer_of_invited(work, challenge, view.person_id)
    if viewer is Viewer.OUTSIDER:
        return None
    sighting = Sighting(found[0], found[1], viewer)
    if not _is_offered_there(work, challenge, view):
        title = text_for(work.session, sighting, challenge.title)
        bare = Sheet(sighting.id, title, challenge.state, challenge.confidentiality)
        return ChallengePost(sheet=bare, open=False, here=False)
    return ChallengePost(
        sheet=sheet_in(work, draw(work.session, sighting), words_of(work, view).locale),
        open=takes_answers(challenge, work),
        reason=text_for(work.session, sighting, challenge.close_reason),
    )


def _is_offered_there(work: Work, challenge: Challenge, view: View) -> bool:
    """Tell whether a challenge is offered in the place of a post: a cluster may have given it back."""
    if view.person_id is not None or view.cluster_id in (None, challenge.owner_cluster_id):
        return True
    share = sharing.share_of(work.session, key_of(challenge), view.cluster_id)
    if share is None or share.state is not ShareState.TAKEN:
        return False
    workspace = rooms.workspace_by_channel(work.session, view.destination)
    return not share.workspaces or workspace is None or workspace.id in share.workspaces


def _viewer_of_invited(work: Work, challenge: Challenge, person_id: int) -> Viewer:
    organisations = people.organisations_for(work.session, person_id, role=Role.SME)
    return Viewer.INVITED if sharing.is_invited(work.session, key_of(challenge), organisations) else Viewer.OUTSIDER


@living(SCREENING)
def read_screening(work: Work, view: View) -> Screening | None:
    """Show the managers of the owner cluster what they screen, and later where it stands."""
    found = read_subject(work, view.subject)
    return None if found is None else screening_of(work, found)


def screening_of(work: Work, found: Listed) -> Screening:
    """Return the managers' card of a challenge as things stand."""
    challenge, buyer = found
    key = key_of(challenge)
    teaser = challenge.confidentiality is Confidentiality.TEASER
    invited = challenge.confidentiality is Confidentiality.INVITE
    screener = work.session.get(Person, challenge.screened_by) if challenge.screened_by else None
    return Screening(
        sheet=full(challenge, buyer),
        version=challenge.version,
        teaser=teaser_of(work.session, challenge, buyer) if teaser else None,
        reason=challenge.close_reason or challenge.return_reason,
        screened_by=screener.name if screener else "",
        partners=tuple((cluster.name, share.state) for share, cluster in sharing.shares_of(work.session, key)),
        invited=tuple(one.name for one in sharing.invited_to(work.session, key)) if invited else (),
        answers=answer_query.numbers_shown(work.session, [key]).get(key, 0),
    )


@living(OFFER)
def read_offer(work: Work, view: View) -> Offer | None:
    """Show the managers of a partner cluster what is offered to them."""
    found = read_subject(work, view.subject)
    return (
        None
        if found is None or view.cluster_id is None
        else offer_of(work, found, view.cluster_id, words_of(work, view).locale)
    )


def offer_of(work: Work, found: Listed, cluster_id: int, language: str) -> Offer | None:
    """Return the offer of a challenge to a cluster as it stands, for readers of a language; None if there is none."""
    challenge = found[0]
    share = sharing.share_of(work.session, key_of(challenge), cluster_id)
    clusters = people.clusters_with_names(work.session, [challenge.owner_cluster_id, cluster_id])
    if share is None or len(clusters) < 2:
        return None
    places = places_of(work, cluster_id)
    taken = share.state is ShareState.TAKEN
    posted = [one for one in places if taken and (not share.workspaces or one.id in share.workspaces)]
    return Offer(
        sheet=sheet_in(work, sheet_for(work, found, Viewer.PARTNER_MANAGER), language),
        owner=clusters[challenge.owner_cluster_id].name,
        cluster=clusters[cluster_id].name,
        state=share.state,
        open=takes_answers(challenge, work),
        value=f"{id_of(challenge)}:{format_id(Kind.CLUSTER, cluster_id)}",
        places=tuple(one.name or one.native_id for one in places),
        posted=tuple(one.name or one.native_id for one in posted) if len(places) > 1 else (),
    )


@living(OVERVIEW)
def read_overview(work: Work, view: View) -> BuyerOverview | None:
    """Show the buyer where a challenge stands."""
    found = read_subject(work, view.subject)
    if found is None:
        return None
    challenge = found[0]
    counted = query.answers_counted(work.session, [key_of(challenge)])
    number = {state: counted.get((key_of(challenge), state.value), 0) for state in AnswerState}
    return BuyerOverview(
        id=id_of(challenge),
        title=challenge.title,
        state=challenge.state,
        deadline_on=challenge.deadline_on,
        zone=challenge.zone,
        waiting=number[AnswerState.SUBMITTED],
        shortlisted=number[AnswerState.SHORTLISTED],
        introduced=number[AnswerState.INTRODUCED],
        declined=number[AnswerState.DECLINED],
        questions=len(query.open_questions(work.session, [key_of(challenge)])),
        verdicts_on=verdicts_due_on(work, challenge),
    )


def verdicts_due_on(work: Work, challenge: Challenge) -> date | None:
    """Return the date by which every answer has its yes or no: ten working days after closing."""
    if challenge.closed_at is None:
        return None
    person = work.session.get(Person, challenge.person_id)
    calendar = calendar_of(work.kit, person) if person else WorkingCalendar(zone_or_utc(challenge.zone))
    closed_on = challenge.closed_at.astimezone(zone_or_utc(challenge.zone)).date()
    return calendar.add_working_days(closed_on, VERDICT_WORKING_DAYS)


@living(RETURNED)
def read_returned(work: Work, view: View) -> Returned | None:
    """Tell the buyer what to change; once it is submitted again, that it is done."""
    found = read_subject(work, view.subject)
    if found is None:
        return None
    challenge = found[0]
    still = challenge.state is ChallengeState.RETURNED
    return Returned(id=id_of(challenge), title=challenge.title, reason=challenge.return_reason, open=still)


@living(ENDED)
def read_ended(work: Work, view: View) -> Ended | None:
    """Tell somebody who answered or drafted why a challenge ended before its time."""
    found = read_subject(work, view.subject)
    if found is None or view.person_id is None:
        return None
    challenge, buyer = found
    title, reason = challenge.title, challenge.close_reason
    organisations = people.organisations_for(work.session, view.person_id, role=Role.SME)
    if challenge.confidentiality is Confidentiality.TEASER and not query.is_revealed(
        work.session, key_of(challenge), organisations
    ):
        names = names_behind(work.session, challenge, buyer)
        title, reason = redact(title, names), redact(reason, names)
    live = [answer_query.live_of(work.session, key_of(challenge), key) for key in organisations]
    states = [one.state for one in live if one is not None]
    return Ended(
        id=id_of(challenge),
        title=title,
        withdrawn=challenge.state is ChallengeState.WITHDRAWN,
        reason=reason,
        was_draft=bool(states) and all(state is AnswerState.DRAFT for state in states),
        undecided=any(state in UNDECIDED for state in states),
    )


def owner_name(work: Work, challenge: Challenge) -> str:
    """Return the name of the cluster that owns a challenge."""
    cluster = work.session.get(Cluster, challenge.owner_cluster_id)
    return cluster.name if cluster else ""
