"""The lines about introductions in the weekly digests."""

from __future__ import annotations

from collections.abc import Sequence

from domain.ids import Kind, parse_id
from domain.nudges import NudgeKind
from domain.organisations import Role
from handlers.challenges.translating import titles_for
from handlers.introductions.consent_cards import consents_waiting
from handlers.nudging.digests import LINES_MAX, digest_part
from handlers.suggestions.pairs import intro_id
from handlers.suggestions.review import candidates_waiting
from handlers.work import Work
from messages.notices.decisions import ReviewsWaiting
from messages.notices.digests import DigestLine, Topic
from messages.notices.introductions import ConsentAsked
from store.queries import introductions as query
from store.tables.challenges import Challenge


@digest_part(NudgeKind.SMES_DIGEST, Topic.CONSENTS, order=20)
def list_consents(work: Work) -> Sequence[DigestLine]:
    """Name the introductions that wait for the yes or no of an SME."""
    if not work.who.organisations(Role.SME):
        return ()
    asked = [one for one in consents_waiting(work) if isinstance(one, ConsentAsked)]
    about = [work.session.get_one(Challenge, parse_id(one.challenge, Kind.CHALLENGE)[1]) for one in asked]
    titles = titles_for(work, [(row, one.title) for row, one in zip(about, asked, strict=True)])
    return [
        DigestLine(one.id, title.text, on=one.lapses_on, said_in=title.language)
        for one, title in zip(asked, titles, strict=True)
    ]


@digest_part(NudgeKind.MANAGERS_DIGEST, Topic.CANDIDATES, order=40)
def list_candidates(work: Work) -> Sequence[DigestLine]:
    """Name the challenges whose candidates wait for a manager's decision."""
    waiting = (one for one in candidates_waiting(work) if isinstance(one, ReviewsWaiting))
    return [DigestLine(one.id, one.title, times=one.count, said_in=one.said_in) for one in waiting]


@digest_part(NudgeKind.MANAGERS_DIGEST, Topic.APPROVALS, order=50)
def list_approvals(work: Work) -> Sequence[DigestLine]:
    """Name the introductions that wait for the approval of a manager's cluster."""
    managed = work.who.managed()
    rows = query.awaiting_approval(work.session, managed, limit=LINES_MAX + 1) if managed else ()
    return [DigestLine(intro_id(row)) for row, _ in rows]
