"""A conversation between workspaces: leaving it and coming back, closing and opening it, and writing by a form."""

from __future__ import annotations

import secrets

from domain.errors import Invalid, NotAllowed, OutOfDate
from domain.introductions import MESSAGE_MAX
from domain.text import clean_text
from handlers import audit, cards
from handlers.introductions.legs import present
from handlers.introductions.moves import APPROVAL, CONVERSATION
from handlers.introductions.news import tell
from handlers.introductions.relay import take_form
from handlers.routes import route
from handlers.suggestions.pairs import Pair, find, unknown
from handlers.work import Ask, Reply, Work
from messages.notices.talks import News, TalkDone, TalkState, WriteTalk
from store.queries import introductions as query
from store.queries.rows import change, key_of, lock
from store.tables.introductions import Conversation, Leg


@route("conversation.leave")
def leave_conversation(work: Work, ask: Ask) -> Reply:
    """Let a person leave: nothing of him or her is passed on any more; the others learn it, and not why."""
    pair, talk, leg = _own(work, ask.value)
    if talk.closed_at is not None:
        raise OutOfDate("conversation.closed", id=pair.id)
    person = work.who.person_id
    if person in leg.gone:
        raise OutOfDate("conversation.left", id=pair.id)
    _move(work, pair, leg, News.LEFT, (*leg.gone, person))
    return Reply(TalkDone(pair.id, TalkState.LEFT))


@route("conversation.back")
def come_back(work: Work, ask: Ask) -> Reply:
    """Let a person who has left take part again."""
    pair, talk, leg = _own(work, ask.value)
    if talk.closed_at is not None:
        raise OutOfDate("conversation.closed", id=pair.id)
    person = work.who.person_id
    if person not in leg.gone:
        raise OutOfDate("conversation.there", id=pair.id)
    _move(work, pair, leg, News.BACK, tuple(one for one in leg.gone if one != person))
    return Reply(TalkDone(pair.id, TalkState.BACK))


def _move(work: Work, pair: Pair, leg: Leg, what: News, gone: tuple[int, ...]) -> None:
    if not change(work.session, leg, now=work.now, gone=gone):
        raise OutOfDate("conversation.changed", id=pair.id)
    legs = query.legs_of(work.session, leg.conversation_id)
    others = [one for one in legs if one.id != leg.id or set(present(leg)) - {work.who.person_id}]
    tell(work, pair.introduction, what, legs=others, number=leg.version)
    cards.refresh(work, CONVERSATION, pair.id)
    audit.record(work, f"conversation.{what}", pair.id, cluster_id=pair.introduction.owner_cluster_id)


@route("conversation.close")
def close_conversation(work: Work, ask: Ask) -> Reply:
    """Let a manager concerned close a conversation: nothing is passed on any more, and both sides learn it."""
    pair, talk = _managed(work, ask.value)
    if talk.closed_at is not None:
        raise OutOfDate("conversation.closed", id=pair.id)
    change(work.session, talk, now=work.now, closed_at=work.now, closed_by=work.who.person_id)
    _told(work, pair, talk, News.CLOSED)
    return Reply(TalkDone(pair.id, TalkState.CLOSED))


@route("conversation.reopen")
def reopen_conversation(work: Work, ask: Ask) -> Reply:
    """Let a manager concerned open a closed conversation again."""
    pair, talk = _managed(work, ask.value)
    if talk.closed_at is None:
        raise OutOfDate("conversation.open", id=pair.id)
    change(work.session, talk, now=work.now, closed_at=None, closed_by=None)
    _told(work, pair, talk, News.REOPENED)
    return Reply(TalkDone(pair.id, TalkState.REOPENED))


def _told(work: Work, pair: Pair, talk: Conversation, what: News) -> None:
    legs = query.legs_of(work.session, key_of(talk))
    tell(work, pair.introduction, what, legs=legs, number=talk.version)
    for kind in (CONVERSATION, APPROVAL):
        cards.refresh(work, kind, pair.id)
    audit.record(work, f"conversation.{what}", pair.id, cluster_id=pair.introduction.owner_cluster_id)


@route("conversation.write", writes=False)
def ask_for_message(work: Work, ask: Ask) -> Reply:
    """Ask for a message to the others: for places where it is not clear what one is about."""
    pair, _, _ = _writable(work, ask.value, held=False)
    return Reply(question=WriteTalk(pair.id))


@route("conversation.send")
def send_message(work: Work, ask: Ask) -> Reply:
    """Pass on what was written in a form."""
    pair, talk, leg = _writable(work, ask.value)
    text = clean_text(ask.text("text"), limit=MESSAGE_MAX)
    if not text:
        raise Invalid("conversation.empty", field="text")
    # The desk takes a form once: no event tells of this message, so that any new name will do.
    if not take_form(work, pair.introduction, talk, leg, text, f"form:{pair.id}:{secrets.token_hex(12)}"):
        raise OutOfDate("conversation.alone", id=pair.id)
    return Reply(TalkDone(pair.id, TalkState.SENT))


def _own(work: Work, value: str, *, held: bool = True) -> tuple[Pair, Conversation, Leg]:
    """Return the conversation that a person takes part in, and the leg; `held`: nobody else changes it meanwhile.

    :raises NotFound, NotAllowed: and nothing was changed.
    """
    pair = find(work, value)
    talk = query.conversation_of(work.session, key_of(pair.introduction))
    legs = query.legs_of(work.session, key_of(talk)) if talk else ()
    leg = next((one for one in legs if work.who.person_id in one.people), None)
    if talk is None or leg is None:
        raise unknown(pair)
    if len(legs) == 1:
        raise NotAllowed("conversation.ordinary", id=pair.id)
    if held:
        lock(work.session, talk)
        work.session.refresh(leg)
    return pair, talk, leg


def _writable(work: Work, value: str, *, held: bool = True) -> tuple[Pair, Conversation, Leg]:
    pair, talk, leg = _own(work, value, held=held)
    if talk.closed_at is not None:
        raise OutOfDate("conversation.closed", id=pair.id)
    if work.who.person_id in leg.gone:
        raise OutOfDate("conversation.left", id=pair.id)
    return pair, talk, leg


def _managed(work: Work, value: str) -> tuple[Pair, Conversation]:
    """Return a conversation between workspaces to a manager concerned; nobody else changes it meanwhile.

    :raises NotFound, NotAllowed: and nothing was changed.
    """
    pair = find(work, value)
    row = pair.introduction
    talk = query.conversation_of(work.session, key_of(row))
    if talk is None or not any(work.who.manages(one) for one in (row.owner_cluster_id, row.sme_cluster_id)):
        raise unknown(pair)
    if len(query.legs_of(work.session, key_of(talk))) == 1:
        raise NotAllowed("conversation.ordinary", id=pair.id)
    lock(work.session, talk)
    return pair, talk
