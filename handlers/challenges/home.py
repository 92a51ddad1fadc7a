"""What is open about challenges on a person's own page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from domain.answers import AnswerState
from domain.challenges import ChallengeState
from domain.ids import Kind, format_id
from domain.organisations import Role
from domain.visibility import Viewer
from handlers.challenges.cards import sheet_for, verdicts_due_on
from handlers.challenges.sight import id_of
from handlers.challenges.translating import titles_for
from handlers.home import home_part
from handlers.translations import Shown
from handlers.work import Work
from messages.notices.challenge_todos import ChallengeTodo, Doors, TodoKind
from store.queries import challenges as query
from store.queries import sharing
from store.queries.rows import key_of
from store.tables.challenges import Challenge

#: So many of one kind at once: the rest comes up when these are done.
SHOWN: Final = 5
_AT_ONCE: Final = 50


@home_part(200)
def list_buyers_todos(work: Work) -> Sequence[ChallengeTodo]:
    """Show a buyer what was returned, what is due, what is to be read, and drafts."""
    organisations = work.who.organisations(Role.BUYER)
    if not organisations:
        return ()
    waiting = query.asking_buyer(work.session, organisations, limit=_AT_ONCE)
    counted = query.answers_counted(work.session, [key_of(row) for row in waiting])
    # Drafts apart from the others, which any number of them would hide.
    rows = [*waiting, *query.drafted_by(work.session, organisations, limit=2 * SHOWN)]
    todos = [(_urgency(todo), todo) for row in rows for todo in _todos(work, row, counted)]
    return [todo for _, todo in sorted(todos, key=lambda one: one[0])][: 2 * SHOWN]


def _urgency(todo: ChallengeTodo) -> int:
    order = (TodoKind.RETURNED, TodoKind.VERDICTS, TodoKind.ANSWERS, TodoKind.OUTCOME, TodoKind.DRAFT)
    return order.index(todo.kind)


def _todos(work: Work, row: Challenge, counted: dict[tuple[int, str], int]) -> list[ChallengeTodo]:
    key = key_of(row)
    waiting = counted.get((key, AnswerState.SUBMITTED.value), 0)
    liked = counted.get((key, AnswerState.SHORTLISTED.value), 0)
    name, title = id_of(row), row.title
    match row.state:
        case ChallengeState.RETURNED:
            return [ChallengeTodo(TodoKind.RETURNED, name, title, note=row.return_reason)]
        case ChallengeState.DRAFT:
            return [ChallengeTodo(TodoKind.DRAFT, name, title)]
        case ChallengeState.PUBLISHED if waiting:
            return [ChallengeTodo(TodoKind.ANSWERS, name, title, number=waiting)]
        case ChallengeState.CLOSED | ChallengeState.EVALUATING if waiting or liked:
            due = verdicts_due_on(work, row)
            return [ChallengeTodo(TodoKind.VERDICTS, name, title, number=waiting, shortlisted=liked, on=due)]
        case ChallengeState.CLOSED | ChallengeState.EVALUATING:
            return [ChallengeTodo(TodoKind.OUTCOME, name, title)]
        case _:
            return []


@home_part(100)
def list_managers_todos(work: Work) -> Sequence[ChallengeTodo]:
    """Show a manager what waits to be screened, what partners offer, and where buyers owe a yes or a no."""
    managed = work.who.managed()
    if not managed:
        return ()
    screen = [
        ChallengeTodo(TodoKind.SCREEN, id_of(row), row.title)
        for row, _ in query.to_screen(work.session, managed, limit=SHOWN)
        if not work.who.belongs_to(row.organisation_id)
    ]
    owed = [
        ChallengeTodo(
            TodoKind.OWED, id_of(row), row.title, number=unread, shortlisted=liked, on=verdicts_due_on(work, row)
        )
        for row, unread, liked in query.owing_verdicts(work.session, managed, limit=SHOWN)
        if not work.who.belongs_to(row.organisation_id)
    ]
    return [*screen, *_offers(work, managed), *owed]


def _offers(work: Work, managed: Sequence[int]) -> list[ChallengeTodo]:
    return [
        ChallengeTodo(
            TodoKind.OFFER,
            id_of(row),
            title.text,
            value=f"{id_of(row)}:{format_id(Kind.CLUSTER, cluster)}",
            said_in=title.language,
        )
        for cluster, row, title in offers_waiting(work, managed, limit=SHOWN)
    ]


def offers_waiting(work: Work, managed: Sequence[int], *, limit: int) -> list[tuple[int, Challenge, Shown]]:
    """Return the challenges that were offered to these clusters: to which, and the title that its managers may read."""
    found = [
        (share.cluster_id, row, sheet_for(work, pair, Viewer.PARTNER_MANAGER).title)
        for share, row in sharing.offered_to(work.session, managed, limit=limit)
        if (pair := query.with_buyer(work.session, key_of(row))) is not None
    ]
    titles = titles_for(work, [(row, title) for _, row, title in found])
    return [(cluster, row, title) for (cluster, row, _), title in zip(found, titles, strict=True)]


@home_part(900, counts=False)
def show_doors(work: Work) -> Sequence[Doors]:
    """Show the buttons that are always there."""
    actor = work.who
    if not actor.memberships:
        return ()
    return (Doors(buyer=bool(actor.organisations(Role.BUYER)), sme=bool(actor.organisations(Role.SME))),)
