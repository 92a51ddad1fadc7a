"""Who may be proposed for a challenge at all: the hard rules, and what the ranker is to look for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from domain.answers import AnswerState
from domain.challenges import ChallengeState, Confidentiality
from domain.errors import OutOfDate
from domain.introductions import REPEAT_DAYS
from handlers.challenges.sight import names_to_mask
from matching import Query, language_of
from prompts.rerank import Need
from store.engine import Database, Session
from store.queries import profiles_for_ranking as query
from store.queries import suggestions
from store.queries.rows import key_of
from store.reach import register
from store.tables.challenges import Answer, Challenge
from store.tables.people import Organisation

#: A challenge is ranked while managers may still propose somebody for it.
RANKED = frozenset({ChallengeState.PUBLISHED, ChallengeState.CLOSED, ChallengeState.EVALUATING})


@dataclass(frozen=True, slots=True)
class AnswerText:
    """What an SME submitted, as far as managers may read it; `name` and `country` are the organisation's."""

    id: int
    organisation_id: int
    text: str
    name: str
    country: str
    language: str
    shortlisted: bool


@dataclass(frozen=True, slots=True)
class RankingTask:
    """What one run of the ranker works on, as it was read; `seen` is the newest ranking there was (0: none)."""

    challenge_id: int
    edition: int
    state: ChallengeState
    owner_cluster_id: int
    buyer_country: str
    query: Query
    need: Need
    allowed: frozenset[str]
    answers: Mapping[str, AnswerText]
    seen: int


def read_task(database: Database, challenge_id: int, now: datetime) -> RankingTask | None:
    """Read what is to be ranked; None for a challenge that is not ranked (any more)."""
    with database.read() as session:
        challenge = session.get(Challenge, challenge_id)
        if challenge is None or challenge.state not in RANKED:
            return None
        answers = answers_to(session, challenge_id)
        newest = suggestions.newest_ranking(session, challenge_id)
        return RankingTask(
            challenge_id=challenge_id,
            edition=challenge.edition,
            state=challenge.state,
            owner_cluster_id=challenge.owner_cluster_id,
            buyer_country=session.get_one(Organisation, challenge.organisation_id).country,
            query=query_of(challenge),
            need=need_of(session, challenge),
            allowed=frozenset(
                str(one)
                for one in eligible(
                    session, challenge, now, answered=[answer.organisation_id for answer in answers.values()]
                )
            ),
            answers=answers,
            seen=key_of(newest) if newest else 0,
        )


def query_of(challenge: Challenge) -> Query:
    """Return what a challenge looks for."""
    criteria = "\n".join(text for text, _ in challenge.criteria)
    asked = Query(
        title=challenge.title,
        text="\n".join(part for part in (challenge.problem, challenge.background, criteria) if part),
        must_haves=challenge.must_haves,
    )
    return replace(asked, language=language_of(challenge.language or None, (asked.whole(),)))


def need_of(session: Session, challenge: Challenge) -> Need:
    """Return what a model is shown of a challenge, and the names that it must not learn."""
    asked, buyer = query_of(challenge), session.get_one(Organisation, challenge.organisation_id)
    return Need(asked.title, asked.text, asked.must_haves, names=names_to_mask(session, buyer))


def answers_to(session: Session, challenge_id: int) -> dict[str, AnswerText]:
    """Return what was answered to a challenge, by the id of the organisation; each in the language of its text."""
    found: dict[str, AnswerText] = {}
    for answer in query.live_answers(session, challenge_id):
        organisation, text = session.get_one(Organisation, answer.organisation_id), readable_text(answer)
        found[str(answer.organisation_id)] = AnswerText(
            id=key_of(answer),
            organisation_id=answer.organisation_id,
            text=text,
            name=organisation.name,
            country=organisation.country,
            language=language_of(answer.language or None, (text,)) or "",
            shortlisted=answer.state is AnswerState.SHORTLISTED,
        )
    return found


def readable_text(answer: Answer) -> str:
    """Return what managers may read of an answer: nothing that is only for after the reveal."""
    return "\n".join(part for part in (answer.text, *(text for _, text in answer.criteria)) if part)


def eligible(
    session: Session,
    challenge: Challenge,
    now: datetime,
    *,
    answered: Collection[int],
    only: Collection[int] | None = None,
) -> set[int]:
    """Apply the hard rules; the same before a ranking (to all) and at an approval (to `only` who is approved).

    Whoever answered has shown interest in person: the buyer's wish for other countries, a pause and an earlier
    introduction to the same buyer do not exclude it.
    """
    key, buyer = key_of(challenge), session.get_one(Organisation, challenge.organisation_id)
    buyer_id = challenge.organisation_id
    clusters = query.clusters_concerned(session, key, challenge.owner_cluster_id)
    wanted = frozenset(challenge.countries)
    found = {
        organisation
        for organisation, (country, more) in query.members(session, clusters, only=only).items()
        if not wanted or country in wanted or not wanted.isdisjoint(more)
    }
    if challenge.confidentiality is Confidentiality.INVITE:
        found &= query.invited(session, key)
    found -= query.introduced_lately(session, buyer_id, now=now, days=REPEAT_DAYS, but_challenge=key)
    found -= query.kept_apart(session, buyer_id, now=now, days=REPEAT_DAYS, but_challenge=key)
    found |= set(answered)
    found -= query.avoiding(session, buyer_id) | query.of_group(session, buyer)
    return found - query.at_capacity(session, but_challenge=key) - {buyer_id}


def check_still_fit(session: Session, challenge: Challenge, sme: Organisation, now: datetime) -> None:
    """Look at the hard rules again at an approval: things may have changed since the ranking.

    :raises OutOfDate: the SME has no room, or may not be introduced to this buyer (any more).
    """
    key = key_of(sme)
    # Room and repeats count over all clusters, also those of which who approves may know nothing.
    with register(session):
        if query.open_introductions(session, key, but_challenge=key_of(challenge)) >= sme.capacity:
            raise OutOfDate("suggestion.capacity", name=sme.name)
        answered = {answer.organisation_id for answer in query.live_answers(session, key_of(challenge))} & {key}
        if key not in eligible(session, challenge, now, answered=answered, only=[key]):
            raise OutOfDate("suggestion.excluded", name=sme.name)
