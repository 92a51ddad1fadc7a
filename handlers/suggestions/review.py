"""The review card: at most five candidates of a challenge at a time, for the managers of one cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.errors import NotAllowed, NotFound, OutOfDate
from domain.ids import Kind, format_id, parse_id, read_number
from domain.introductions import SHORTLIST_MAX, SuggestionState
from domain.text import fold
from domain.visibility import VisibleField, may_see
from handlers.cards import View, living
from handlers.challenges.translating import titles_for
from handlers.home import home_part
from handlers.routes import route
from handlers.suggestions.contenders import RANKED
from handlers.suggestions.pairs import (
    Curtain,
    cluster_names,
    curtain,
    evidence_of,
    intro_id,
    invitation,
    manager_viewer,
    picked_by_model,
    read_numbers,
)
from handlers.suggestions.proposals import REVIEW
from handlers.suggestions.teams import Row, find_team
from handlers.work import Ask, Reply, Work
from messages.notices.decisions import ReviewsWaiting
from messages.notices.suggestions import Candidacy, Review, Spread, Standing, TeamShown, WhyShown
from store.queries import introductions as intros
from store.queries import suggestions as query
from store.queries.guests import without_account
from store.queries.rows import key_of
from store.tables.challenges import Challenge
from store.tables.introductions import Decision, Introduction, Ranking, Suggestion
from store.tables.people import Organisation, Person

_STANDING = {
    SuggestionState.PROPOSED: Standing.OPEN,
    SuggestionState.APPROVED: Standing.APPROVED,
    SuggestionState.REJECTED: Standing.REJECTED,
}
_EARLIER = 5


@dataclass(frozen=True, slots=True)
class _Around:
    """What belongs to the candidates of one page."""

    challenge: Challenge
    ranking: Ranking
    cluster_id: int
    behind: Curtain
    decisions: Mapping[int, tuple[Decision, Person]]
    introductions: Mapping[int, Introduction]
    unreached: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Look:
    """All candidates of a challenge that a manager may see, by rank."""

    challenge: Challenge
    ranking: Ranking
    rows: Sequence[Row]

    def present(self) -> list[Row]:
        """Return those of the newest list."""
        return [row for row in self.rows if row[0].ranking_id == self.ranking.id]


@living(REVIEW)
def read_review(work: Work, view: View) -> Review | None:
    """Show the candidates that concern the managers of the card's cluster."""
    if view.cluster_id is None:
        return None
    _, challenge_id = parse_id(view.subject, Kind.CHALLENGE)
    return build_review(work, challenge_id, view.cluster_id)


def build_review(work: Work, challenge_id: int, cluster_id: int, *, skip: int = 0) -> Review | None:
    """Return a page of the candidates of a challenge for one cluster, or None where nothing was ever proposed to it."""
    session = work.session
    challenge, ranking = session.get(Challenge, challenge_id), query.newest_ranking(session, challenge_id)
    if challenge is None or ranking is None:
        return None
    owner = cluster_id == challenge.owner_cluster_id
    rows = query.live_suggestions(session, challenge_id, cluster_id=None if owner else cluster_id)
    present = [row for row in rows if row[0].ranking_id == ranking.id]
    earlier = [row for row in rows if row[0].ranking_id != ranking.id and row[0].state is not SuggestionState.PROPOSED]
    page, more = present[skip : skip + SHORTLIST_MAX], max(0, len(present) - skip - SHORTLIST_MAX)
    earlier = [] if skip else earlier[-_EARLIER:]
    around = _around(work, challenge, ranking, cluster_id, [*page, *earlier])
    subject = format_id(Kind.CHALLENGE, challenge_id)
    # Only the owner's managers see all candidates, and so what was weighed between them.
    whole = owner and not skip
    value = f"{subject}:{ranking.id}:{cluster_id}"
    found = find_team(present, challenge.must_haves, around.behind, value=value) if whole else None
    return Review(
        id=subject,
        title=around.behind.show(challenge.title),
        shown=tuple(_candidacy(work, row, around) for row in page),
        considered=ranking.considered,
        first=skip + 1,
        more=more,
        more_value=f"{value}:{skip + SHORTLIST_MAX}",
        earlier=tuple(_candidacy(work, row, around) for row in earlier),
        notes=ranking.notes,
        partner=not owner,
        over=challenge.state not in RANKED,
        team=found.team if found else None,
        spread=_spread(rows, ranking) if whole else Spread(),
    )


def _spread(rows: Sequence[Row], ranking: Ranking) -> Spread:
    names = {organisation.id: organisation.name for _, organisation in rows}

    def named(ids: Sequence[int]) -> tuple[str, ...]:
        return tuple(names[one] for one in ids if one in names)

    return Spread(named(ranking.displaced), ranking.given_up, named(ranking.held))


def _around(work: Work, challenge: Challenge, ranking: Ranking, cluster_id: int, rows: Sequence[Row]) -> _Around:
    ids = [suggestion.id for suggestion, _ in rows if suggestion.id is not None]
    return _Around(
        challenge,
        ranking,
        cluster_id,
        curtain_of(work, challenge, cluster_id),
        query.decisions_on(work.session, ids),
        intros.of_suggestions(work.session, ids),
        without_account(work.session, [row[1].id for row in rows if row[0].cluster_id == cluster_id and row[1].id]),
    )


def curtain_of(work: Work, challenge: Challenge, cluster_id: int) -> Curtain:
    """Return what stands between the challenge and the managers of a cluster."""
    level = may_see(
        VisibleField.CHALLENGE_TEXT,
        viewer=manager_viewer(challenge, cluster_id),
        confidentiality=challenge.confidentiality,
        state=challenge.state,
    )
    buyer = work.session.get_one(Organisation, challenge.organisation_id)
    return curtain(work.session, challenge, buyer, level)


def _candidacy(work: Work, row: Row, around: _Around) -> Candidacy:
    suggestion, organisation = row
    key = key_of(suggestion)
    decided, introduction = around.decisions.get(key), around.introductions.get(key)
    abroad = suggestion.cluster_id != around.challenge.owner_cluster_id
    # A model may have taken words of the challenge into what it says.
    reason, gaps = around.behind.show(suggestion.reason), around.behind.show_all(suggestion.model_gaps)
    missing = around.behind.show_all(suggestion.missing)
    return Candidacy(
        value=f"{key}:{around.ranking.id}:{around.cluster_id}",
        name=organisation.name,
        country=organisation.country,
        score=round(100 * suggestion.score),
        evidence=(*evidence_of(suggestion, around.behind), *picked_by_model(suggestion)),
        chance=suggestion.chance,
        missing=missing,
        asked=len(around.challenge.must_haves),
        reason=reason,
        readings=suggestion.model_scores,
        gaps=tuple(gap for gap in gaps if fold(gap) not in map(fold, missing)),
        answer=format_id(Kind.ANSWER, suggestion.answer_id) if suggestion.answer_id else "",
        slot=suggestion.slot,
        cluster=next(iter(cluster_names(work.session, [suggestion.cluster_id])), "") if abroad else "",
        standing=_STANDING[suggestion.state],
        by=decided[1].name if decided else "",
        introduction=intro_id(introduction) if introduction else "",
        state=introduction.state if introduction else None,
        invite=_invitable(organisation, around),
    )


def _invitable(organisation: Organisation, around: _Around) -> str:
    """Return the argument of the button that invites a company of the reader's cluster, if it is reached nowhere."""
    if organisation.id not in around.unreached:
        return ""
    return invitation(key_of(organisation), key_of(around.challenge))


@route("suggestion.more", writes=False)
def show_more(work: Work, ask: Ask) -> Reply:
    """Show the manager the next candidates, privately: `value` is `CH-12:ranking:cluster:skip`."""
    subject, _, rest = ask.value.partition(":")
    numbers = read_numbers(rest)
    if len(numbers) != 3:
        raise NotFound("suggestion.unknown")
    return _page(work, subject, numbers[1], numbers[2])


@route("suggestion.review", writes=False)
def show_review_privately(work: Work, ask: Ask) -> Reply:
    """Show the manager the candidates as they are now: `value` is `CH-12:cluster`, or `CH-12` alone."""
    subject, _, cluster = ask.value.partition(":")
    _, challenge_id = parse_id(subject, Kind.CHALLENGE)
    challenge = work.session.get(Challenge, challenge_id)
    if challenge is None:
        raise NotFound("suggestion.unknown")
    return _page(work, subject, read_number(cluster) or challenge.owner_cluster_id, 0)


@route("suggestion.why", writes=False)
def show_why(work: Work, ask: Ask) -> Reply:
    """Tell the manager, privately, all that speaks for one candidate: `value` is `suggestion:ranking:cluster`."""
    numbers = read_numbers(ask.value)
    suggestion = work.session.get(Suggestion, numbers[0]) if len(numbers) == 3 else None
    if suggestion is None:
        raise NotFound("suggestion.unknown")
    looked = _look(work, suggestion.challenge_id, numbers[2])
    rows = {row[0].id: (place, row) for place, row in enumerate(looked.present(), start=1)}
    if suggestion.id not in rows:
        raise OutOfDate("suggestion.outdated")
    place, row = rows[suggestion.id]
    around = _around(work, looked.challenge, looked.ranking, numbers[2], [row])
    return Reply(
        WhyShown(
            id=format_id(Kind.CHALLENGE, suggestion.challenge_id),
            title=around.behind.show(looked.challenge.title),
            candidate=_candidacy(work, row, around),
            place=place,
            measures=dict(suggestion.sub_scores),
        )
    )


@route("suggestion.team", writes=False)
def show_team(work: Work, ask: Ask) -> Reply:
    """Show the owner's manager the members of the smallest team: `value` is `CH-12:ranking:cluster`."""
    subject, _, rest = ask.value.partition(":")
    _, challenge_id = parse_id(subject, Kind.CHALLENGE)
    numbers = read_numbers(rest)
    if len(numbers) != 2:
        raise NotFound("suggestion.unknown")
    looked = _look(work, challenge_id, numbers[1])
    if numbers[1] != looked.challenge.owner_cluster_id:
        raise NotAllowed("suggestion.not_yours")
    around = _around(work, looked.challenge, looked.ranking, numbers[1], looked.rows)
    found = find_team(looked.present(), looked.challenge.must_haves, around.behind, value=ask.value)
    if found is None:
        raise OutOfDate("suggestion.outdated")
    return Reply(
        TeamShown(
            id=format_id(Kind.CHALLENGE, challenge_id),
            title=around.behind.show(looked.challenge.title),
            team=found.team,
            candidates=tuple(_candidacy(work, row, around) for row in found.rows),
            over=looked.challenge.state not in RANKED,
        )
    )


def _look(work: Work, challenge_id: int, cluster_id: int) -> _Look:
    """Return what this manager may see of the candidates of a challenge.

    :raises NotFound, NotAllowed: there are none, or they are not for who asks.
    """
    if not work.who.manages(cluster_id):
        raise NotAllowed("suggestion.not_yours")
    session = work.session
    challenge, ranking = session.get(Challenge, challenge_id), query.newest_ranking(session, challenge_id)
    if challenge is None or ranking is None:
        raise NotFound("suggestion.unknown")
    owner = cluster_id == challenge.owner_cluster_id
    return _Look(
        challenge, ranking, query.live_suggestions(session, challenge_id, cluster_id=None if owner else cluster_id)
    )


def _page(work: Work, subject: str, cluster_id: int, skip: int) -> Reply:
    if not work.who.manages(cluster_id):
        raise NotAllowed("suggestion.not_yours")
    _, challenge_id = parse_id(subject, Kind.CHALLENGE)
    review = build_review(work, challenge_id, cluster_id, skip=skip)
    if review is None or not (review.shown or review.earlier):
        raise NotFound("suggestion.unknown")
    return Reply(review)


@home_part(25)
def candidates_waiting(work: Work) -> Sequence[object]:
    """Show a manager the challenges whose candidates wait for a decision."""
    clusters = work.who.managed()
    if not clusters:
        return ()
    rows = query.undecided(work.session, clusters, limit=10)
    seen = [(row, curtain_of(work, row, cluster).show(row.title)) for row, cluster, _ in rows]
    found: list[object] = []
    for (challenge, cluster, count), title in zip(rows, titles_for(work, seen), strict=True):
        subject = format_id(Kind.CHALLENGE, key_of(challenge))
        value = f"{subject}:{cluster}"
        found.append(ReviewsWaiting(subject, title.text, count=count, value=value, said_in=title.language))
    return found
