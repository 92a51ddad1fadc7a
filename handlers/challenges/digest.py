"""The lines about challenges in the weekly digests."""

from __future__ import annotations

from collections.abc import Sequence

from domain.nudges import NudgeKind, chain, week_before
from domain.organisations import Role
from handlers.challenges.home import offers_waiting
from handlers.challenges.sight import id_of, sight, title_for
from handlers.challenges.translating import titles_for
from handlers.nudging.digests import LINES_MAX, digest_part
from handlers.nudging.nudges import calendar_of, policy_of
from handlers.nudging.policies import policies_of
from handlers.work import Work
from messages.notices.digests import DigestLine, Topic
from store.queries import answers as answer_query
from store.queries import challenges as query
from store.queries.challenges import Looker
from store.queries.rows import key_of
from store.tables.people import Person

_LOOKED_AT = 100


@digest_part(NudgeKind.SMES_DIGEST, Topic.NEW_CHALLENGES, order=10)
def list_new_challenges(work: Work) -> Sequence[DigestLine]:
    """Name the challenges that an SME may answer since its last digest."""
    organisations = work.who.organisations(Role.SME)
    if not organisations:
        return ()
    calendar = calendar_of(work.kit, work.session.get_one(Person, work.who.person_id))
    weekly = chain(NudgeKind.SMES_DIGEST, policies=policies_of(work, work.who.clusters()[0]))
    since = week_before((*weekly, policy_of(NudgeKind.SMES_DIGEST))[0], now=work.now, calendar=calendar)
    looker = Looker(work.who.clusters(), organisations)
    found = query.open_to(work.session, looker, limit=_LOOKED_AT, published_since=since)
    answered = answer_query.answered(work.session, [key_of(row) for row, _ in found], organisations)
    new = [
        (row, title_for(work.session, sight(work, row, buyer)))
        for row, buyer in found
        if key_of(row) not in answered and not work.who.belongs_to(row.organisation_id)
    ][: LINES_MAX + 1]
    return [
        DigestLine(id_of(row), title.text, on=row.deadline_on, said_in=title.language)
        for (row, _), title in zip(new, titles_for(work, new), strict=True)
    ]


@digest_part(NudgeKind.MANAGERS_DIGEST, Topic.SCREENING, order=30)
def list_screening(work: Work) -> Sequence[DigestLine]:
    """Name what waits to be screened, and what partner clusters offer."""
    managed = work.who.managed()
    if not managed:
        return ()
    screen = [
        DigestLine(id_of(row), row.title, who=buyer.name)
        for row, buyer in query.to_screen(work.session, managed, limit=LINES_MAX + 1)
        if not work.who.belongs_to(row.organisation_id)
    ]
    screen += [
        DigestLine(id_of(row), title.text, said_in=title.language)
        for _, row, title in offers_waiting(work, managed, limit=LINES_MAX + 1)
    ]
    return screen[: LINES_MAX + 1]
