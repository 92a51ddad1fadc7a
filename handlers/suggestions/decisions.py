"""Deciding about suggestions: the first approval makes an introduction, a no is final for this challenge."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import NotAllowed, NotFound, OutOfDate
from domain.ids import Kind, format_id
from domain.introductions import REASON_NOTE_MAX, SUGGESTION, RejectReason, SuggestionAction, SuggestionState
from domain.text import clean_text
from handlers import audit
from handlers.introductions import approvals as introductions
from handlers.introductions.moves import missing_clusters
from handlers.introductions.reasons import reason_of
from handlers.routes import route
from handlers.suggestions.contenders import RANKED, check_still_fit
from handlers.suggestions.pairs import cluster_names, intro_id, invitation, is_party, read_numbers
from handlers.suggestions.proposals import refresh_review
from handlers.work import Ask, Reply, Work
from messages.notices.decisions import RejectSuggestion, SuggestionApproved, SuggestionRejected
from store.queries import suggestions as query
from store.queries.guests import without_account
from store.queries.rows import add, change, key_of
from store.tables.challenges import Challenge
from store.tables.introductions import Decision, Suggestion
from store.tables.people import Organisation


@dataclass(frozen=True, slots=True)
class _Case:
    """A suggestion that a manager of `cluster_id` wants to decide, and the ranking whose card was pressed."""

    suggestion: Suggestion
    challenge: Challenge
    organisation: Organisation
    cluster_id: int
    ranking_id: int
    value: str

    @property
    def concerned(self) -> tuple[int, ...]:
        """Return the clusters whose managers see the suggestion."""
        return (self.challenge.owner_cluster_id, self.suggestion.cluster_id)

    @property
    def subject(self) -> str:
        """Return the challenge's human id."""
        return format_id(Kind.CHALLENGE, key_of(self.challenge))


@route("suggestion.approve")
def approve_suggestion(work: Work, ask: Ask) -> Reply:
    """Approve a candidate for one's cluster: it becomes an introduction."""
    case = _open_case(work, ask.value)
    # Held until the end of the transaction: two approvals at once must not both find the last free place.
    sme = query.lock_organisation(work.session, case.suggestion.organisation_id) or case.organisation
    check_still_fit(work.session, case.challenge, sme, work.now)
    _decide(work, case, SuggestionAction.APPROVE)
    introduction = introductions.begin(work, case.suggestion, case.challenge, cluster_id=case.cluster_id)
    refresh_review(work, key_of(case.challenge), case.concerned)
    missing = missing_clusters(work, introduction)
    asked = "" if missing else "buyer" if introduction.sme_consent_at else "sme"
    return Reply(
        SuggestionApproved(
            introduction=intro_id(introduction),
            name=case.organisation.name,
            waiting=cluster_names(work.session, sorted(missing)),
            asked=asked,
            invite=_invite(work, case) if asked == "sme" else "",
        )
    )


def _invite(work: Work, case: _Case) -> str:
    """Return whom to invite where nobody can be asked; the people of other clusters' companies are not looked at."""
    key = case.suggestion.organisation_id
    if case.suggestion.cluster_id != case.cluster_id or not without_account(work.session, [key]):
        return ""
    return invitation(key, key_of(case.challenge))


@route("suggestion.reject", writes=False)
def ask_why_not(work: Work, ask: Ask) -> Reply:
    """Ask the manager why a candidate is not proposed."""
    case = _open_case(work, ask.value)
    return Reply(question=RejectSuggestion(value=case.value, name=case.organisation.name))


@route("suggestion.reject_save")
def reject_suggestion(work: Work, ask: Ask) -> Reply:
    """Decline a candidate with a reason."""
    case = _open_case(work, ask.value)
    reason = reason_of(ask)
    note = clean_text(ask.text("note"), limit=REASON_NOTE_MAX)
    _decide(work, case, SuggestionAction.REJECT, reason=reason, note=note)
    refresh_review(work, key_of(case.challenge), case.concerned)
    return Reply(SuggestionRejected(name=case.organisation.name))


def _open_case(work: Work, value: str) -> _Case:
    """Return what a button of a review card is about, if this person may decide it and it is still to be decided.

    :raises NotFound, NotAllowed, OutOfDate: and nothing was changed.
    """
    case = _case(work, value)
    suggestion, buyer = case.suggestion, case.challenge.organisation_id
    if not work.who.manages(case.cluster_id) or case.cluster_id not in (
        case.challenge.owner_cluster_id,
        suggestion.cluster_id,
    ):
        raise NotAllowed("suggestion.not_yours")
    if is_party(work.who, (buyer, suggestion.organisation_id)):
        raise NotAllowed("suggestion.own")
    if suggestion.state is not SuggestionState.PROPOSED:
        raise _decided(work, suggestion)
    newest = query.newest_ranking(work.session, key_of(case.challenge))
    if newest is None or newest.id != case.ranking_id:
        raise OutOfDate("suggestion.outdated")
    if case.challenge.state not in RANKED:
        raise OutOfDate("suggestion.over", challenge=case.subject)
    return case


def _case(work: Work, value: str) -> _Case:
    numbers = read_numbers(value)
    if len(numbers) != 3:
        raise NotFound("suggestion.unknown")
    suggestion_id, ranking_id, cluster_id = numbers
    suggestion = work.session.get(Suggestion, suggestion_id)
    if suggestion is None:
        raise NotFound("suggestion.unknown")
    challenge = work.session.get_one(Challenge, suggestion.challenge_id)
    organisation = work.session.get_one(Organisation, suggestion.organisation_id)
    return _Case(suggestion, challenge, organisation, cluster_id, ranking_id, value)


def _decided(work: Work, suggestion: Suggestion) -> OutOfDate:
    found = query.decision_on(work.session, key_of(suggestion))
    if found is None:
        return OutOfDate("suggestion.outdated")
    return OutOfDate("suggestion.decided", by=found[1].name)


def _decide(
    work: Work, case: _Case, action: SuggestionAction, *, reason: RejectReason | None = None, note: str = ""
) -> None:
    """Take the decision, once, and keep all that is needed to learn from it."""
    row, before = case.suggestion, SuggestionState.PROPOSED
    state = SUGGESTION.advance(before, action)
    if not change(work.session, row, now=work.now, where={"state": before}, state=state):
        raise _decided(work, row)
    add(
        work.session,
        Decision(
            suggestion_id=key_of(row),
            person_id=work.who.person_id,
            cluster_id=case.cluster_id,
            approved=state is SuggestionState.APPROVED,
            reason=reason,
            reason_text=note,
            challenge_id=row.challenge_id,
            rank=row.rank,
            score=row.score,
            sub_scores=row.sub_scores,
            slot=row.slot,
            propensity=row.propensity,
            chance=row.chance,
            ranker_version=row.ranker_version,
            prompt_version=row.prompt_version,
            model_used=row.model_used,
            created_at=work.now,
            updated_at=work.now,
        ),
    )
    audit.record(
        work,
        f"suggestion.{state}",
        f"{case.subject}:suggestion-{row.id}",
        before={"state": before},
        after={"state": state, "reason": reason},
        cluster_id=case.cluster_id,
    )
