"""The guarded second half of a ranking: what was found becomes suggestions, and the review cards follow."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from domain.ids import Kind, format_id
from domain.introductions import SuggestionState
from domain.text import shorten
from handlers import audit, cards
from handlers.suggestions.contenders import RankingTask
from handlers.suggestions.learning import calibration_for
from handlers.work import Kit, Work
from matching import Agreement, Candidate, Slot, Span
from matching.calibration import Calibration
from prompts.judgement import Judgement, Quote
from store.engine import Database, Session
from store.queries import profile_changes, profiles_for_ranking, rooms
from store.queries import suggestions as query
from store.queries.profile_changes import Stamp
from store.queries.rows import add, change, key_of
from store.tables.challenges import Challenge
from store.tables.introductions import Ranking, Suggestion

REVIEW: Final = "review"
#: Characters of one thing that a model finds missing.
_GAP_MAX: Final = 120


@dataclass(frozen=True, slots=True)
class Proposal:
    """One candidate in the final order, with all that is stored about it; `said` is a model's, if one took part."""

    candidate: Candidate
    said: Judgement | None = None
    slot: Slot = Slot.RELEVANCE
    propensity: float = 1.0


@dataclass(frozen=True, slots=True)
class Order:
    """The result of one run.

    `notes` are codes: local_order, model_unavailable, model_unproven, same_language. `displaced` are organisations that
    gave way to the spread over countries and to a newcomer, which cost the share `given_up` of the shortlist's scores;
    `held` are those that have no room for a place on it. `agreement` is that of the model with the local order.
    `stamps` tell of which state of the profiles it speaks.
    """

    proposals: tuple[Proposal, ...]
    considered: int
    given_up: float
    notes: tuple[str, ...] = ()
    displaced: tuple[int, ...] = ()
    held: tuple[int, ...] = ()
    model_used: bool = False
    model: str = ""
    model_trouble: str = ""
    prompt_version: str = ""
    agreement: Agreement | None = None
    stamps: Mapping[int, Stamp] = field(default_factory=dict[int, Stamp])


def write_proposals(database: Database, kit: Kit, task: RankingTask, order: Order, now: datetime) -> bool:
    """Write a run down, unless the challenge, a profile or another run was faster: then False; nothing is written."""
    with database.write() as session:
        challenge = query.lock_challenge(session, task.challenge_id)
        newest = query.newest_ranking(session, task.challenge_id)
        seen = key_of(newest) if newest else 0
        if challenge is None or (challenge.edition, challenge.state, seen) != (task.edition, task.state, task.seen):
            return False
        if dict(profile_changes.stamps(session, list(order.stamps))) != order.stamps:
            return False
        work = Work(session, now, kit)
        ranking = add(session, _ranking(task, order, kit.weights.ranker_version, now))
        _write_suggestions(work, challenge, ranking, task, order)
        audit.record(
            work,
            "challenge.rank",
            format_id(Kind.CHALLENGE, task.challenge_id),
            before={"ranking": seen},
            after={"ranking": ranking.id},
            cluster_id=challenge.owner_cluster_id,
        )
        show_review(work, challenge)
    return True


def _ranking(task: RankingTask, order: Order, ranker_version: str, now: datetime) -> Ranking:
    return Ranking(
        challenge_id=task.challenge_id,
        edition=task.edition,
        considered=order.considered,
        ranker_version=ranker_version,
        prompt_version=order.prompt_version,
        model_used=order.model_used,
        model_trouble=order.model_trouble,
        model=order.model,
        agreement=order.agreement.rho if order.agreement else None,
        judged=order.agreement.judged if order.agreement else 0,
        given_up=order.given_up,
        displaced=order.displaced,
        held=order.held,
        notes=order.notes,
        created_at=now,
        updated_at=now,
    )


def _write_suggestions(work: Work, challenge: Challenge, ranking: Ranking, task: RankingTask, order: Order) -> None:
    """Keep what was decided, renew what was not, add what is new; the rest of what was not decided expires."""
    session, key = work.session, task.challenge_id
    ids = [int(one.candidate.id) for one in order.proposals]
    homes = _homes(session, challenge, ids)
    live = {suggestion.organisation_id: suggestion for suggestion, _ in query.live_suggestions(session, key)}
    query.expire(session, key, now=work.now, but=[one for one in ids if one in homes])
    learnt = calibration_for(session, ranker_version=ranking.ranker_version, prompt_version=ranking.prompt_version)
    rank = 0
    for proposal in order.proposals:
        organisation = int(proposal.candidate.id)
        if organisation not in homes:
            continue
        rank += 1
        answer = task.answers.get(proposal.candidate.id)
        place: dict[str, Any] = {"ranking_id": ranking.id, "rank": rank, "answer_id": answer.id if answer else None}
        found = {**place, **_found(proposal, ranking), **_chance(proposal, learnt)}
        known = live.get(organisation)
        if known is None:
            row = Suggestion(
                challenge_id=key,
                organisation_id=organisation,
                cluster_id=homes[organisation],
                state=SuggestionState.PROPOSED,
                created_at=work.now,
                updated_at=work.now,
                **found,
            )
            add(session, row)
        elif not (known.state is SuggestionState.PROPOSED and _renew(work, known, found)):
            # What somebody has decided stays as it was decided; only its place on the card is new.
            change(session, known, now=work.now, **place)


def _renew(work: Work, row: Suggestion, values: Mapping[str, Any]) -> bool:
    return change(work.session, row, now=work.now, where={"state": SuggestionState.PROPOSED}, **values)


def _found(proposal: Proposal, ranking: Ranking) -> dict[str, Any]:
    one = proposal.candidate
    return {
        "score": one.score,
        "sub_scores": dict(one.sub_scores),
        "evidence": tuple(_kept(span, one) for span in one.evidence),
        "missing": one.missing,
        "slot": proposal.slot,
        "propensity": proposal.propensity,
        "ranker_version": ranking.ranker_version,
        "prompt_version": ranking.prompt_version,
        "model_used": ranking.model_used,
        **_said(proposal),
    }


def _said(proposal: Proposal) -> dict[str, Any]:
    """Return what a model says of a candidate; its quote was checked to stand in the candidate's text."""
    said = proposal.said
    if said is None:
        return {"reason": "", "model_scores": (), "model_evidence": (), "model_gaps": ()}
    quote = said.evidence
    return {
        "reason": said.reason,
        "model_scores": said.scores,
        "model_evidence": (_kept(quote, proposal.candidate),) if quote else (),
        "model_gaps": tuple(shorten(gap, _GAP_MAX) for gap in said.gaps),
    }


def _kept(quoted: Span | Quote, candidate: Candidate) -> dict[str, str | int]:
    return {
        "field": quoted.field,
        "start": quoted.start,
        "end": quoted.end,
        "quote": quoted.quote if isinstance(quoted, Span) else quoted.text,
        "must_have": (quoted.must_have or "") if isinstance(quoted, Span) else "",
        "language": (quoted.language if isinstance(quoted, Span) else None) or candidate.language or "",
    }


def _chance(proposal: Proposal, learnt: tuple[int, Calibration] | None) -> dict[str, Any]:
    if learnt is None:
        return {"chance": None, "calibration_id": None}
    version, calibration = learnt
    return {"chance": calibration.chance(proposal.candidate.score), "calibration_id": version}


def _homes(session: Session, challenge: Challenge, ids: Collection[int]) -> dict[int, int]:
    """Return the cluster whose manager speaks for each organisation here: its home, if that is concerned.

    An organisation whose home did not take the challenge comes in through the concerned cluster it is a member of.
    """
    concerned = profiles_for_ranking.clusters_concerned(session, key_of(challenge), challenge.owner_cluster_id)
    clusters = profiles_for_ranking.clusters_of(session, list(ids))
    found = {key: [one for one in own if one in concerned] for key, own in clusters.items()}
    return {key: own[0] for key, own in found.items() if own}


def show_review(work: Work, challenge: Challenge) -> None:
    """Post the review card to the challenge's own managers and those of the SMEs on it, or bring it up to date."""
    subject = format_id(Kind.CHALLENGE, key_of(challenge))
    owner = challenge.owner_cluster_id
    partners = {row.cluster_id for row, _ in query.live_suggestions(work.session, key_of(challenge))} - {owner}
    for cluster in (owner, *sorted(partners)):
        cards.tell_managers(work, REVIEW, subject, cluster)
    for post in rooms.posts_about(work.session, subject=subject, kinds=(REVIEW,)):
        if post.cluster_id not in {owner, *partners}:
            cards.refresh(work, REVIEW, subject, destination=post.destination)


def refresh_review(work: Work, challenge_id: int, clusters: Collection[int]) -> None:
    """Bring the review cards of these clusters up to date; the others show nothing of what has changed."""
    subject = format_id(Kind.CHALLENGE, challenge_id)
    for post in rooms.posts_about(work.session, subject=subject, kinds=(REVIEW,)):
        if post.cluster_id in clusters:
            cards.refresh(work, REVIEW, subject, destination=post.destination)


def end_suggestions(work: Work, challenge_id: int) -> int:
    """Let what is undecided about a challenge expire, because it is withdrawn or resolved; return how many."""
    ended = query.expire(work.session, challenge_id, now=work.now)
    cards.refresh(work, REVIEW, format_id(Kind.CHALLENGE, challenge_id))
    return ended
