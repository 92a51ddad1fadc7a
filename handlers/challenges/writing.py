"""Stating a challenge: its form, saving, submitting, and changing it later."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from domain.calendars import cutoff_instant, zone_or_utc
from domain.challenges import ChallengeAction, ChallengeDraft, ChallengeState, Confidentiality, check_draft
from domain.errors import Invalid, OutOfDate
from domain.nudges import NudgeKind
from handlers import audit, cards
from handlers.challenges.fields import Written, read_challenge
from handlers.challenges.listing import buyer_membership, buyer_organisations, new_draft
from handlers.challenges.moves import (
    SCREENING,
    enqueue_rank,
    keep_edition,
    move,
    post_everywhere,
    refresh_all,
    refresh_returned,
)
from handlers.challenges.sight import find_own, id_of, split_value
from handlers.nudging import nudges
from handlers.routes import route
from handlers.suggestions.embedding import want_vector
from handlers.work import Ask, Reply, Work
from messages.notices.challenge_forms import StateChallenge
from messages.notices.challenges import ChallengeDone, Done
from store.queries import sharing
from store.queries.rows import add, key_of
from store.tables.challenges import Challenge, Invitation
from store.tables.people import Cluster

_EDITABLE: Final = (ChallengeState.DRAFT, ChallengeState.RETURNED, ChallengeState.SUBMITTED, ChallengeState.PUBLISHED)


@route("challenge.new", writes=False)
def ask_for_challenge(work: Work, _ask: Ask) -> Reply:
    """Open the form for a new challenge."""
    buyer_membership(work)
    actor = work.who
    question = StateChallenge(zone=actor.zone, language=actor.locale, organisations=buyer_organisations(work))
    return Reply(question=question)


@route("challenge.edit", writes=False)
def ask_for_changes(work: Work, ask: Ask) -> Reply:
    """Open the form with what is written already."""
    if not ask.value.strip():
        raise Invalid("challenge.which", example="/challenge edit CH-12")
    row = find_own(work, ask.value.partition(":")[0]).challenge
    _require_editable(work, row)
    return Reply(question=filled(work, row))


def _require_editable(work: Work, row: Challenge) -> None:
    if row.state not in _EDITABLE:
        raise OutOfDate(f"challenge.now.{row.state.value}", id=id_of(row))
    if row.state is ChallengeState.PUBLISHED and row.deadline_at is not None and row.deadline_at <= work.now:
        raise OutOfDate("challenge.now.closed", id=id_of(row))


def filled(work: Work, row: Challenge) -> StateChallenge:
    """Return the form with what is written already."""
    invited = sharing.invited_to(work.session, key_of(row)) if row.confidentiality is Confidentiality.INVITE else ()
    return StateChallenge(
        value=f"{id_of(row)}:{row.version}",
        id=id_of(row),
        title=row.title,
        background=row.background,
        problem=row.problem,
        must_haves=tuple(row.must_haves),
        criteria=tuple((text, weight) for text, weight in row.criteria),
        countries=tuple(row.countries),
        deadline_on=row.deadline_on,
        zone=row.zone,
        confidentiality=row.confidentiality,
        invited=tuple(organisation.name for organisation in invited),
        trl=row.trl,
        budget=row.budget,
        ip_terms=row.ip_terms,
        sector=row.sector,
        language=row.language,
        published=row.state is ChallengeState.PUBLISHED,
        submitted=row.state is ChallengeState.SUBMITTED,
    )


@route("challenge.save")
def save_challenge(work: Work, ask: Ask) -> Reply:
    """Take the form: a new challenge, a draft or a returned one is submitted; what is out already is changed."""
    keep = "keep" in ask.many("keep")
    if not ask.value:
        return _state(work, ask, keep=keep)
    subject, version = split_value(ask.value)
    row = find_own(work, subject).challenge
    _require_editable(work, row)
    if row.version != version:
        raise OutOfDate("challenge.changed", id=id_of(row))
    if row.state is ChallengeState.PUBLISHED:
        return _change_published(work, row, ask)
    complete = row.state is ChallengeState.SUBMITTED or not keep
    written = read_challenge(work, ask, zone=row.zone, complete=complete)
    values = written.values(deadline_at=_cutoff(written.draft))
    if row.state is ChallengeState.SUBMITTED:
        move(work, row, ChallengeAction.EDIT, **values)
        _invite(work, row, written)
        audit.record(work, "challenge.edit", id_of(row), cluster_id=row.owner_cluster_id)
        refresh_all(work, row)
        want_vector(work, id_of(row), row.version, row.owner_cluster_id)
        return _done(row, Done.UPDATED)
    if keep:
        move(work, row, ChallengeAction.EDIT, **values)
        _invite(work, row, written)
        return _done(row, Done.SAVED)
    return _submit(work, row, written, values)


def _state(work: Work, ask: Ask, *, keep: bool) -> Reply:
    belonging = buyer_membership(work, ask.text("organisation"))
    if belonging is None:
        raise Invalid("challenge.organisation.choose", field="organisation")
    written = read_challenge(work, ask, zone=work.who.zone, complete=not keep)
    columns: dict[str, Any] = new_draft(work, belonging) | written.values(deadline_at=_cutoff(written.draft))
    row = Challenge(**columns)
    if not keep:
        row.state, row.submitted_at = ChallengeState.SUBMITTED, work.now
    add(work.session, row)
    _invite(work, row, written)
    if keep:
        return _done(row, Done.SAVED)
    return _submitted(work, row)


def _submit(work: Work, row: Challenge, written: Written, values: dict[str, object]) -> Reply:
    move(work, row, ChallengeAction.SUBMIT, submitted_at=work.now, **values)
    _invite(work, row, written)
    return _submitted(work, row)


@route("challenge.submit")
def submit_challenge(work: Work, ask: Ask) -> Reply:
    """Submit a draft as it stands; where something is missing, the form opens instead."""
    row = find_own(work, ask.value.partition(":")[0]).challenge
    if row.state not in (ChallengeState.DRAFT, ChallengeState.RETURNED):
        raise OutOfDate(f"challenge.now.{row.state.value}", id=id_of(row))
    today = work.now.astimezone(zone_or_utc(row.zone)).date()
    missing = check_draft(_draft_of(row), today=today, complete=True)
    lonely = row.confidentiality is Confidentiality.INVITE and not sharing.invited_to(work.session, key_of(row))
    if missing or lonely:
        return Reply(question=filled(work, row))
    move(work, row, ChallengeAction.SUBMIT, submitted_at=work.now)
    return _submitted(work, row)


def _submitted(work: Work, row: Challenge) -> Reply:
    audit.record(work, "challenge.submit", id_of(row), cluster_id=row.owner_cluster_id)
    cards.tell_managers(work, SCREENING, id_of(row), row.owner_cluster_id)
    refresh_returned(work, row)
    want_vector(work, id_of(row), row.version, row.owner_cluster_id)
    cluster = work.session.get(Cluster, row.owner_cluster_id)
    return _done(row, Done.SUBMITTED, cluster=cluster.name if cluster else "")


def _change_published(work: Work, row: Challenge, ask: Ask) -> Reply:
    before = row.deadline_on
    written = read_challenge(
        work, ask, zone=row.zone, complete=True, confidentiality=row.confidentiality, not_before=before
    )
    values = written.values(deadline_at=_cutoff(written.draft))
    if not _differs(row, values) and not _newly_invited(work, row, written):
        return _done(row, Done.UPDATED)
    later = written.draft.deadline_on != before
    move(
        work,
        row,
        ChallengeAction.EXTEND if later else ChallengeAction.EDIT,
        edition=row.edition + 1,
        **values,
    )
    _invite(work, row, written)
    keep_edition(work, row)
    audit.record(work, "challenge.edit", id_of(row), after={"edition": row.edition}, cluster_id=row.owner_cluster_id)
    if row.confidentiality is Confidentiality.INVITE:
        post_everywhere(work, row)
    refresh_all(work, row)
    enqueue_rank(work, row)
    want_vector(work, id_of(row), row.version, row.owner_cluster_id)
    if later:
        remind_of_deadline(work, row, row.person_id)
    return _done(row, Done.UPDATED)


def remind_of_deadline(work: Work, row: Challenge, person_id: int) -> None:
    """Remind a person of the deadline in time; what was planned for an earlier one is dropped."""
    if row.deadline_on is None:
        return
    nudges.cancel_chain(work, id_of(row), kind=NudgeKind.DEADLINE, person_id=person_id)
    nudges.schedule(work, NudgeKind.DEADLINE, id_of(row), person_id, start=row.deadline_on, version=row.version)


def _differs(row: Challenge, values: dict[str, object]) -> bool:
    return any(getattr(row, name) != value for name, value in values.items())


def _newly_invited(work: Work, row: Challenge, written: Written) -> bool:
    if not written.invited:
        return False
    known = {organisation.id for organisation in sharing.invited_to(work.session, key_of(row))}
    return any(key not in known for key in written.invited)


def _invite(work: Work, row: Challenge, written: Written) -> None:
    """Invite by name; nobody is uninvited from a challenge that is out already."""
    sharing.set_invited(
        work.session,
        key_of(row),
        [
            Invitation(challenge_id=key_of(row), organisation_id=key, created_at=work.now, updated_at=work.now)
            for key in written.invited
        ],
        only_add=row.state is ChallengeState.PUBLISHED,
    )


def _cutoff(draft: ChallengeDraft) -> datetime | None:
    return None if draft.deadline_on is None else cutoff_instant(draft.deadline_on, zone_or_utc(draft.zone))


def _draft_of(row: Challenge) -> ChallengeDraft:
    return ChallengeDraft(
        title=row.title,
        background=row.background,
        problem=row.problem,
        must_haves=tuple(row.must_haves),
        criteria=tuple((text, weight) for text, weight in row.criteria),
        trl=row.trl,
        budget=row.budget,
        ip_terms=row.ip_terms,
        countries=tuple(row.countries),
        deadline_on=row.deadline_on,
        zone=row.zone,
        confidentiality=row.confidentiality,
    )


def _done(row: Challenge, done: Done, *, cluster: str = "") -> Reply:
    notice = ChallengeDone(id=id_of(row), title=row.title, done=done, cluster=cluster)
    return Reply(notice=notice, replaces=True)
