"""What a platform refused for good, or may have lost: the cluster's managers see it on Home, and decide about it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from domain.errors import NotAllowed, OutOfDate
from domain.ids import read_number
from handlers.home import home_part
from handlers.routes import route
from handlers.work import Ask, Reply, Work
from messages.notices.undelivered import AllResent, Lost, LostChannel, Open, Resent, Unconfirmed, Undelivered, What
from store import backlog
from store.queries import people
from store.tables.people import Person

_SHOWN: Final = 3
#: What says that a channel is the trouble, and not what was to be posted there.
_LOST: Final = frozenset(
    {
        "is_archived", "channel_not_found", "not_in_channel", "invalid_address", "BotNotInConversationRoster",
        "ConversationNotFound",
    }
)  # fmt: skip
ALL: Final = "all"


@home_part(90)
def undelivered(work: Work) -> Sequence[object]:
    """Return what could not be delivered, and what may not have been, for the clusters that the person manages."""
    clusters = work.who.managed()
    if not clusters:
        return ()
    parts: list[object] = []
    if dead := backlog.dead(work.session, clusters=clusters, limit=_SHOWN):
        newest = tuple(_lost(work, row) for row in dead)
        parts.append(Undelivered(newest=newest, total=backlog.count_dead(work.session, clusters)))
    if unsure := backlog.unconfirmed(work.session, clusters=clusters, limit=_SHOWN):
        open_ones = tuple(Open(_what(work, row), row.send_started or row.updated_at) for row in unsure)
        parts.append(Unconfirmed(newest=open_ones, total=backlog.count_unconfirmed(work.session, clusters)))
    return parts


def lost_channels(work: Work, clusters: Collection[int]) -> tuple[LostChannel, ...]:
    """Return the channels of clusters that refuse for good what is posted there, and have taken nothing since."""
    rooms = [room for cluster in clusters for room in people.workspaces_of(work.session, cluster)]
    refused = backlog.refusing(
        work.session, [one for room in rooms for one in (room.challenge_channel, room.managers_channel)], _LOST
    )
    return tuple(
        LostChannel(room.name or room.native_id, refused[address], managers=address == room.managers_channel)
        for room in rooms
        for address in dict.fromkeys((room.challenge_channel, room.managers_channel))
        if address in refused
    )


def _lost(work: Work, row: backlog.Entry) -> Lost:
    return Lost(row.id, _what(work, row), row.last_error or "", row.updated_at, row.send_started is not None)


def _what(work: Work, row: backlog.Entry) -> What:
    """Tell what a row is: its subject without the part, or the person whom the message of a day is for."""
    subject, _, _ = (row.subject or row.kind).partition(":")
    number = read_number(subject.removeprefix("P-")) if subject.startswith("P-") else None
    person = work.session.get(Person, number) if number is not None else None
    return What(row.kind, subject, person.name if person else "")


@route("undelivered.resend")
def resend(work: Work, ask: Ask) -> Reply:
    """Send a refused message again, or all of them.

    :raises NotAllowed: not a manager of its cluster. :raises OutOfDate: it is not dead.
    """
    if ask.value == ALL:
        return _answer_all(backlog.revive_all(work.session, work.who.managed(), now=work.now), dropped=False)
    row = _mine(work, ask)
    if not backlog.revive(work.session, row.id, due_at=work.now, now=work.now):
        raise OutOfDate("undelivered.gone")
    return Reply(notice=Resent(_what(work, row)), home=True)


@route("undelivered.drop")
def drop(work: Work, ask: Ask) -> Reply:
    """Give a refused message up, or all of them.

    :raises NotAllowed: not a manager of its cluster. :raises OutOfDate: it is not dead.
    """
    if ask.value == ALL:
        return _answer_all(backlog.drop_all(work.session, work.who.managed(), now=work.now), dropped=True)
    row = _mine(work, ask)
    if not backlog.drop(work.session, row.id, now=work.now):
        raise OutOfDate("undelivered.gone")
    return Reply(notice=Resent(_what(work, row), dropped=True), home=True)


def _answer_all(total: int, *, dropped: bool) -> Reply:
    if total == 0:
        raise OutOfDate("undelivered.gone")
    return Reply(notice=AllResent(total, dropped=dropped), home=True)


def _mine(work: Work, ask: Ask) -> backlog.Entry:
    number = read_number(ask.value)
    row = None if number is None else backlog.entry(work.session, number)
    if row is None:
        raise OutOfDate("undelivered.gone")
    if not work.who.manages(row.cluster_id):
        raise NotAllowed("undelivered.not_yours")
    return row
