"""The end of a challenge: at its deadline, closed early, withdrawn, resolved."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from domain.answers import DeclineReason
from domain.challenges import REASON_MAX, ChallengeAction, ChallengeOutcome, ChallengeState, require_reason
from domain.errors import Invalid, OutOfDate
from domain.ids import Kind, split_id
from domain.nudges import NudgeKind
from domain.text import clean_start, clean_text
from handlers import audit, cards
from handlers.answers.moves import decline, refresh_drafts
from handlers.challenges.moves import ENDED, move, refresh_all, tell_buyer
from handlers.challenges.sight import find_own, id_of
from handlers.introductions.moves import end_for_challenge
from handlers.nudging import nudges
from handlers.routes import route
from handlers.ticks import tick
from handlers.work import Ask, Kit, Reply, Work
from messages.notices.challenge_forms import Ending, GiveReason, ResolveChallenge
from messages.notices.challenges import ChallengeDone, Done
from store.engine import Database
from store.queries import answers as answer_query
from store.queries import challenges as query
from store.queries.rows import key_of
from store.tables.challenges import Challenge

#: Closed in one transaction; a tick goes on until nothing is due.
_AT_ONCE: Final = 20
_STEPS: Final = {Ending.CLOSE: ChallengeAction.CLOSE, Ending.WITHDRAW: ChallengeAction.WITHDRAW}


@tick("challenges.close", seconds=20)
def close_due_challenges(database: Database, kit: Kit, now: datetime) -> int:
    """Close the challenges whose deadline has passed; return how many those were. The cost grows with what is due."""
    closed = 0
    while True:
        with database.read() as session:
            if not query.due_to_close(session, now, limit=1):
                return closed
        with database.write() as session:
            work = Work(session, now, kit)
            due = query.due_to_close(session, now, limit=_AT_ONCE)
            for row in due:
                _close(work, row, reason="")
            closed += len(due)


def _close(work: Work, row: Challenge, *, reason: str) -> None:
    """Take no more answers, bring every card up to date, and see to it that everybody gets a yes or a no."""
    move(work, row, ChallengeAction.CLOSE, closed_at=work.now, close_reason=reason)
    audit.record(work, "challenge.close", id_of(row), cluster_id=row.owner_cluster_id)
    nudges.cancel_chain(work, id_of(row), kind=NudgeKind.DEADLINE)
    refresh_all(work, row)
    refresh_drafts(work, row)
    tell_buyer(work, row)
    if answer_query.awaiting(work.session, key_of(row)):
        nudges.schedule(work, NudgeKind.VERDICT, id_of(row), row.person_id, start=work.now)


@route("challenge.close", writes=False)
def ask_why_closed(work: Work, ask: Ask) -> Reply:
    """Ask why a challenge is closed before its deadline."""
    return _ask_why(work, ask, Ending.CLOSE)


@route("challenge.withdraw", writes=False)
def ask_why_withdrawn(work: Work, ask: Ask) -> Reply:
    """Ask why a challenge is withdrawn."""
    return _ask_why(work, ask, Ending.WITHDRAW)


def _ask_why(work: Work, ask: Ask, ending: Ending) -> Reply:
    if not ask.value.strip():
        raise Invalid("challenge.which", example=f"/challenge {ending.value} CH-12")
    named, typed = split_id(ask.value, Kind.CHALLENGE)
    row = _endable(work, named or ask.value, ending)
    told = len(answer_query.concerned(work.session, key_of(row)))
    reason = clean_start(typed, limit=REASON_MAX)
    return Reply(question=GiveReason(ending, id_of(row), row.title, value=id_of(row), told=told, reason=reason))


def _endable(work: Work, value: str, ending: Ending) -> Challenge:
    row = find_own(work, value).challenge
    if ending is Ending.CLOSE and row.state is not ChallengeState.PUBLISHED:
        raise OutOfDate(f"challenge.now.{row.state.value}", id=id_of(row))
    if row.state in (ChallengeState.WITHDRAWN, ChallengeState.RESOLVED):
        raise OutOfDate(f"challenge.now.{row.state.value}", id=id_of(row))
    return row


@route("challenge.close.send")
def close_challenge(work: Work, ask: Ask) -> Reply:
    """Close a challenge before its deadline; everybody who answered or drafted reads why."""
    row = _endable(work, ask.value, Ending.CLOSE)
    _close(work, row, reason=_reason(ask))
    told = _tell_concerned(work, row)
    return _done(row, Done.CLOSED, told=told)


@route("challenge.withdraw.send")
def withdraw_challenge(work: Work, ask: Ask) -> Reply:
    """Withdraw a challenge; everybody who answered or drafted reads why."""
    row = _endable(work, ask.value, Ending.WITHDRAW)
    move(work, row, ChallengeAction.WITHDRAW, close_reason=_reason(ask), closed_at=row.closed_at or work.now)
    audit.record(work, "challenge.withdraw", id_of(row), cluster_id=row.owner_cluster_id)
    nudges.cancel_chain(work, id_of(row))
    work.cancel(id_of(row), reason="withdrawn", kinds=("rank",))
    end_for_challenge(work, key_of(row))
    refresh_all(work, row)
    refresh_drafts(work, row)
    told = _tell_concerned(work, row)
    return _done(row, Done.WITHDRAWN, told=told)


def _done(row: Challenge, done: Done, *, told: int = 0) -> Reply:
    return Reply(notice=ChallengeDone(id=id_of(row), title=row.title, done=done, told=told), replaces=True)


def _reason(ask: Ask) -> str:
    typed = ask.text("reason")
    # Its length is judged by the rule itself, which tells it at the field.
    return require_reason(clean_text(typed, limit=max(REASON_MAX, len(typed))))


def _tell_concerned(work: Work, row: Challenge) -> int:
    """Tell the reason to all who wrote for an answer or a draft; return how many organisations those are."""
    found = answer_query.concerned(work.session, key_of(row))
    writers = answer_query.contributors(work.session, [one.id for one in found if one.id is not None])
    for person_id in sorted({one.person_id for one in found} | {person for _, person in writers}):
        cards.tell(work, ENDED, id_of(row), person_id)
    return len(found)


@route("challenge.resolve", writes=False)
def ask_for_outcome(work: Work, ask: Ask) -> Reply:
    """Ask what came of a challenge."""
    row = _resolvable(work, ask.value)
    waiting = len(answer_query.awaiting(work.session, key_of(row)))
    return Reply(question=ResolveChallenge(id=id_of(row), title=row.title, value=id_of(row), waiting=waiting))


def _resolvable(work: Work, value: str) -> Challenge:
    if not value.strip():
        raise Invalid("challenge.which", example="/challenge show CH-12")
    row = find_own(work, value).challenge
    if row.state is ChallengeState.PUBLISHED:
        raise OutOfDate("challenge.close_first", id=id_of(row))
    if row.state not in (ChallengeState.CLOSED, ChallengeState.EVALUATING):
        raise OutOfDate(f"challenge.now.{row.state.value}", id=id_of(row))
    return row


@route("challenge.resolve.send")
def resolve_challenge(work: Work, ask: Ask) -> Reply:
    """Say what came of a challenge; who still waits gets a kind no, or the challenge stays open."""
    row = _resolvable(work, ask.value)
    outcome = _outcome(ask)
    note = _note(ask)
    waiting = answer_query.awaiting(work.session, key_of(row))
    if waiting and "decline" not in ask.many("rest"):
        raise Invalid("challenge.resolve.waiting", field="rest", count=len(waiting))
    for answer in waiting:
        decline(work, answer, reason=DeclineReason.CHOSEN_OTHER, note="")
    move(work, row, ChallengeAction.RESOLVE, outcome=outcome.value, outcome_note=note)
    audit.record(
        work, "challenge.resolve", id_of(row), after={"outcome": outcome.value}, cluster_id=row.owner_cluster_id
    )
    nudges.cancel_chain(work, id_of(row))
    end_for_challenge(work, key_of(row))
    refresh_all(work, row)
    return _done(row, Done.RESOLVED)


def _outcome(ask: Ask) -> ChallengeOutcome:
    try:
        return ChallengeOutcome(ask.text("outcome"))
    except ValueError:
        raise Invalid("challenge.outcome.choose", field="outcome") from None


def _note(ask: Ask) -> str:
    try:
        return clean_text(ask.text("note"), limit=REASON_MAX)
    except Invalid as error:
        params: dict[str, Any] = error.params
        raise Invalid(error.key, field="note", **params) from None
