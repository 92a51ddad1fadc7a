"""What a platform refused for good: the cluster's managers see it on Home, and send it again or drop it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from domain.errors import NotAllowed, OutOfDate
from domain.ids import read_number
from handlers.home import home_part
from handlers.routes import route
from handlers.work import Ask, Reply, Work
from messages.notices.undelivered import Lost, Resent, Undelivered
from store import backlog

_SHOWN: Final = 3


@home_part(90)
def undelivered(work: Work) -> Sequence[object]:
    """Return what could not be delivered for the clusters that the person manages."""
    found = [row for cluster_id in work.who.managed() for row in backlog.dead(work.session, cluster_id=cluster_id)]
    if not found:
        return ()
    newest = tuple(
        Lost(row.id, row.subject or row.kind, row.last_error or "", row.updated_at) for row in found[:_SHOWN]
    )
    return (Undelivered(newest=newest, total=len(found)),)


@route("undelivered.resend")
def resend(work: Work, ask: Ask) -> Reply:
    """Send a refused message again.

    :raises NotAllowed: not a manager of its cluster. :raises OutOfDate: it is not dead.
    """
    row = _mine(work, ask)
    if not backlog.revive(work.session, row.id, due_at=work.now, now=work.now):
        raise OutOfDate("undelivered.gone")
    return Reply(notice=Resent(row.subject or row.kind), home=True)


@route("undelivered.drop")
def drop(work: Work, ask: Ask) -> Reply:
    """Give a refused message up.

    :raises NotAllowed: not a manager of its cluster. :raises OutOfDate: it is not dead.
    """
    row = _mine(work, ask)
    if not backlog.drop(work.session, row.id, now=work.now):
        raise OutOfDate("undelivered.gone")
    return Reply(notice=Resent(row.subject or row.kind, dropped=True), home=True)


def _mine(work: Work, ask: Ask) -> backlog.Entry:
    number = read_number(ask.value)
    row = None if number is None else backlog.entry(work.session, number)
    if row is None:
        raise OutOfDate("undelivered.gone")
    if not work.who.manages(row.cluster_id):
        raise NotAllowed("undelivered.not_yours")
    return row
