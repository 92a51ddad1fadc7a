"""Pauses: an SME that is proposed to nobody, because its people want it so or let introductions pass unanswered.

After `IGNORED_MAX` introductions in a row that lapsed because the SME said nothing, it is paused and its people are
asked once whether to go on. Any yes or no of theirs to an introduction begins the count anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from domain.errors import NotAllowed, OutOfDate
from domain.ids import Kind, format_id, parse_id
from domain.introductions import IGNORED_MAX
from domain.organisations import Role
from handlers import audit, cards
from handlers.cards import View, living
from handlers.home import home_part
from handlers.members.organisations import choose, find_organisation, id_of
from handlers.routes import route
from handlers.work import Ask, Reply, Work
from messages.notices.pausing import Paused, Resumed
from store.queries import people
from store.queries.profiles_for_ranking import PROPOSED_KINDS
from store.queries.rows import change, key_of, lock
from store.tables.people import Organisation, Person

PAUSED: Final = "paused"


def is_proposed(organisation: Organisation) -> bool:
    """Tell whether this is an organisation that is proposed for challenges, when it is not paused."""
    return organisation.kind in PROPOSED_KINDS


def pause_of(work: Work, organisation: Organisation) -> Paused | None:
    """Tell since when an organisation is paused and why; None if it is not."""
    if organisation.paused_at is None:
        return None
    person = work.session.get(Person, organisation.paused_by) if organisation.paused_by else None
    return Paused(id_of(organisation), organisation.name, organisation.paused_at, by=person.name if person else "")


def pausable(work: Work) -> list[int]:
    """Return the organisations of who acts that are proposed now."""
    return [key_of(one) for one in _suppliers(work) if one.paused_at is None]


def note_silence(work: Work, organisation_id: int) -> None:
    """Count an introduction that an SME left unanswered; with the last that is borne, pause it and ask its people."""
    row = work.session.get_one(Organisation, organisation_id)
    lock(work.session, row)  # two may lapse at the same moment: both count
    ignored = row.ignored + 1
    if ignored < IGNORED_MAX or row.paused_at is not None:
        change(work.session, row, now=work.now, ignored=ignored)
        return
    _pause(work, row, ignored=ignored)
    asked = people.members_of(work.session, organisation_id, role=Role.SME)
    for person_id in dict.fromkeys(key_of(person) for person in asked):  # once, also in several clusters
        cards.tell(work, PAUSED, _subject(row), person_id)


def note_answer(work: Work, organisation_id: int) -> None:
    """Begin the count of unanswered introductions anew: the SME said yes or no to one."""
    row = work.session.get_one(Organisation, organisation_id)
    if row.ignored:
        lock(work.session, row)
        change(work.session, row, now=work.now, ignored=0)


@living(PAUSED)
def read_pause(work: Work, view: View) -> Paused | Resumed | None:
    """Show one of an SME's people its pause, or that it is over; the subject is an SME and the second of its pause."""
    row = work.session.get(Organisation, parse_id(view.subject.partition(":")[0], Kind.ORGANISATION)[1])
    if row is None:
        return None
    pause = pause_of(work, row)
    return pause if pause is not None and view.subject == _subject(row) else Resumed(row.name)


@route("profile.pause")
def pause_suggestions(work: Work, ask: Ask) -> Reply:
    """Let one's organisation be proposed to nobody until one of its people says otherwise."""
    own = pausable(work)
    if not ask.value.strip() and len(own) > 1:
        return choose(work, "profile.pause", own)
    row = _own(work, ask.value.strip() or (format_id(Kind.ORGANISATION, own[0]) if own else ""))
    if not is_proposed(row):
        raise NotAllowed("pause.not_proposed", organisation=row.name)
    if row.paused_at is not None:
        raise OutOfDate("pause.paused", organisation=row.name)
    _pause(work, row, paused_by=work.who.person_id)
    return Reply(notice=pause_of(work, row), replaces=True)


@route("profile.resume")
def resume_suggestions(work: Work, ask: Ask) -> Reply:
    """Have one's organisation proposed again."""
    row = _own(work, ask.value)
    if row.paused_at is None:
        raise OutOfDate("pause.over", organisation=row.name)
    subject = _subject(row)
    change(work.session, row, now=work.now, paused_at=None, paused_by=None, ignored=0)
    audit.record(work, "profile.resume", id_of(row), after={"paused": False}, cluster_id=row.home_cluster_id)
    cards.refresh(work, PAUSED, subject)
    return Reply(notice=Resumed(row.name), replaces=True)


@home_part(40)
def ask_about_pauses(work: Work) -> Sequence[Paused]:
    """Ask the people of an SME that let introductions pass whether to go on."""
    return [pause for pause in _pauses(work) if not pause.by]


@home_part(850, counts=False)
def show_own_pauses(work: Work) -> Sequence[Paused]:
    """Show the people of an SME that one of them paused it."""
    return [pause for pause in _pauses(work) if pause.by]


def _pauses(work: Work) -> list[Paused]:
    return [pause for one in _suppliers(work) if (pause := pause_of(work, one)) is not None]


def _pause(work: Work, row: Organisation, **values: Any) -> None:  # noqa: ANN401
    change(work.session, row, now=work.now, paused_at=work.now, **values)
    audit.record(work, "profile.pause", id_of(row), after={"paused": True}, cluster_id=row.home_cluster_id)


def _own(work: Work, value: str) -> Organisation:
    """Return an organisation of who acts, held until the end of this transaction: of two who press, one is second.

    :raises NotFound, NotAllowed: it is not known to the person, or not the own one.
    """
    row = find_organisation(work, value)
    if not work.who.belongs_to(row.id):
        raise NotAllowed("pause.own_only", organisation=row.name)
    lock(work.session, row)
    return row


def _suppliers(work: Work) -> list[Organisation]:
    """Return the organisations for which who acts supplies; each is read once in a transaction."""
    found = (work.session.get(Organisation, key) for key in work.who.organisations(Role.SME))
    return [one for one in found if one is not None and is_proposed(one)]


def _subject(row: Organisation) -> str:
    """Name this very pause of an SME: the next one is asked about anew."""
    return f"{id_of(row)}:{int(row.paused_at.timestamp()) if row.paused_at else 0}"
