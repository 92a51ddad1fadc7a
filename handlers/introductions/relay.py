"""The relay: what a person writes in one leg of a conversation arrives in the others, and follows what becomes of it.

A message is kept under its own ref, so that it is taken once, however often and in whichever order the platform tells
of it: an edit that comes first brings the message, a deletion that comes first keeps it from being passed on. Every
copy and every change of it is a row of the outbox in the stream of its leg, so that what waits stays in order, and a
change finds its copy by the ref that the copy's own row holds. Messages of the bot never come back as messages of
people, so nothing goes round in circles. `copies` tells how long the text is kept; an edit brings its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from domain.text import clean_text, shorten
from handlers.forgetting import AT_ONCE, DELIVERIES, until_done
from handlers.introductions.attached import read_files
from handlers.introductions.bridge import bridge_message
from handlers.introductions.copies import arrived, card_of, change_copies, copy_key, lose_wording
from handlers.introductions.legs import (
    cluster_at,
    destination_of,
    is_reached,
    listens,
    present,
    step_out,
    thread_of,
    words_at,
)
from handlers.introductions.meant import Spot, read_name, which
from handlers.introductions.news import lose, tell, tell_hint
from handlers.letters import REPEATED, Deed, Drop, Later, Letter, letter
from handlers.requests import Deleted, Edited, Files, Said
from handlers.suggestions.pairs import from_subject, intro_id
from handlers.threads import hears, hears_deletions, hears_edits
from handlers.ticks import tick
from handlers.translations import forget_translations
from handlers.work import Kit, Reply, Work
from messages import compose
from messages.notices.talks import Hint, News, RelayUnclear
from messages.repeats import mark_as_repeat
from store import backlog
from store.engine import Database, Session
from store.queries import introductions as query
from store.queries import talks
from store.queries.rows import add, change, get, key_of, lock
from store.queue import Claimed
from store.tables.introductions import Conversation, Introduction, Leg, RelayedMessage
from store.tables.queue import OutboxStatus

TEXT_MAX: Final = 40_000
#: A leg that is not open yet is asked for again after so long.
OPENING: Final = timedelta(seconds=20)
#: An edit of what is unknown and older is no message whose own event was late.
_LATEST: Final = timedelta(days=1)


@hears(20)
def relay_message(work: Work, said: Said) -> Reply | None:
    """Pass on what one of the people of a leg writes there; None where the place is none of ours."""
    legs = talks.legs_at(work.session, said.place.channel)
    if not legs or work.actor is None:
        return None
    spot, text = which(work, said.place, said.text, legs)
    if spot is not None:
        _take(work, spot, said.message, _tidy(text), read_files(said.files))
        return Reply()
    if said.place.thread or talks.is_private_address(work.session, said.place.channel):
        return None
    held = [introduction for _, talk, introduction in legs if talk.closed_at is None]
    _ask_which(work, said, held)
    return Reply()


@hears_edits
def follow_edit(work: Work, edited: Edited) -> None:
    """Bring every copy of a message up to date with what its author made of it; the last edit counts."""
    row = talks.relayed(work.session, edited.message)
    if row is None:
        _come_late(work, edited)
        return
    talk = work.session.get_one(Conversation, row.conversation_id)
    lock(work.session, talk)
    work.session.refresh(row)
    stale = row.edited_at is not None and edited.at <= row.edited_at
    if work.actor is None or row.person_id != work.who.person_id or row.over_at is not None or stale:
        return
    leg = work.session.get_one(Leg, row.leg_id)
    files, (_, rest) = read_files(edited.files), read_name(edited.text)
    text = _tidy(rest)
    if talk.closed_at is not None or row.person_id not in present(leg) or not (text or files):
        return
    lose_wording(work, row)
    change(work.session, row, now=work.now, text=text, files=files, edited_at=edited.at, edition=row.edition + 1)
    change_copies(work, row)
    bridge_message(work, row, query.legs_of(work.session, key_of(talk)))


def _come_late(work: Work, edited: Edited) -> None:
    """Take a message whose edit is told before itself; one from before the conversation is none of ours."""
    if work.actor is None:
        return
    legs = talks.legs_at(work.session, edited.place.channel)
    spot, text = which(work, edited.place, edited.text, legs) if legs else (None, "")
    if spot is not None and edited.written_at >= max(spot[1].created_at, work.now - _LATEST):
        _take(work, spot, edited.message, _tidy(text), read_files(edited.files), edited_at=edited.at)


@hears_deletions
def follow_deletion(work: Work, deleted: Deleted) -> None:
    """Take every copy of a message away again; also when the conversation is closed, or its author has left."""
    if work.actor is None:
        return
    row = talks.relayed(work.session, deleted.message)
    if row is None:
        legs = talks.legs_at(work.session, deleted.place.channel)
        own = next((leg for leg, _, _ in legs if work.who.person_id in leg.people), None)
        if own is not None:
            _keep(work, own, deleted.message, over_at=work.now)
        return
    talk = work.session.get_one(Conversation, row.conversation_id)
    lock(work.session, talk)
    work.session.refresh(row)
    if row.person_id == work.who.person_id and row.over_at is None:
        lose_wording(work, row)
        change(work.session, row, now=work.now, text="", files=(), over_at=work.now, edition=row.edition + 1)
        change_copies(work, row)


def _tidy(text: str) -> str:
    return clean_text(shorten(text, TEXT_MAX), limit=TEXT_MAX)


def _take(work: Work, spot: Spot, message: str, text: str, files: Files, *, edited_at: datetime | None = None) -> None:
    """Take a message of a person of a leg, once, and pass it on; or tell its author, once, why nobody reads it."""
    leg, talk, introduction = spot
    person, legs = work.who.person_id, query.legs_of(work.session, key_of(talk))
    if person not in leg.people or len(legs) == 1 or not (text or files):
        return
    lock(work.session, talk)
    if talks.relayed(work.session, message) is not None:
        return
    for one in legs:
        work.session.refresh(one)
    why = _deaf(work, talk, leg, introduction, legs)
    if why is not None:
        _keep(work, leg, message, over_at=work.now)
        tell_hint(work, introduction, why, number=leg.version if why is Hint.LEFT else talk.version)
        return
    others = [one for one in legs if one.id != leg.id and listens(one)]
    pass_on(work, introduction, _keep(work, leg, message, text=text, files=files, edited_at=edited_at), others)


def _deaf(work: Work, talk: Conversation, leg: Leg, introduction: Introduction, legs: Sequence[Leg]) -> Hint | None:
    """Return why a message reaches nobody; None where it reaches somebody."""
    if talk.closed_at is not None:
        return Hint.CLOSED
    step_out(work, introduction, legs)
    if work.who.person_id in leg.gone:
        return Hint.LEFT
    if leg.lost_at is not None:
        # Who writes there can be reached there.
        change(work.session, leg, now=work.now, lost_at=None)
        tell(work, introduction, News.REACHED, legs=[one for one in legs if one.id != leg.id], about=leg)
    for one in legs:
        if one.id != leg.id and listens(one) and not is_reached(work, one):
            lose(work, introduction, one, legs)
    return None if any(listens(one) for one in legs if one.id != leg.id) else Hint.ALONE


def _keep(
    work: Work,
    leg: Leg,
    message: str,
    *,
    text: str = "",
    files: Files = (),
    edited_at: datetime | None = None,
    over_at: datetime | None = None,
) -> RelayedMessage:
    row = RelayedMessage(
        conversation_id=leg.conversation_id,
        leg_id=key_of(leg),
        person_id=work.who.person_id,
        message=message,
        text=text,
        files=files,
        edited_at=edited_at,
        over_at=over_at,
        created_at=work.now,
        updated_at=work.now,
    )
    return add(work.session, row)


def take_form(work: Work, introduction: Introduction, talk: Conversation, leg: Leg, text: str, message: str) -> bool:
    """Pass on what a person of a leg wrote in a form; False where it reaches nobody.

    Who else is in the leg reads it too: a form leaves no message there.
    """
    lock(work.session, talk)
    legs = query.legs_of(work.session, key_of(talk))
    for one in legs:
        work.session.refresh(one)
    if _deaf(work, talk, leg, introduction, legs) is not None:
        return False
    others = [one for one in legs if listens(one) and (one.id != leg.id or len(present(leg)) > 1)]
    pass_on(work, introduction, _keep(work, leg, message, text=text), others)
    return True


def pass_on(work: Work, introduction: Introduction, message: RelayedMessage, legs: Sequence[Leg]) -> None:
    """Enqueue a message for legs, each in its own order, and have it translated for those who need that."""
    for leg in legs:
        work.enqueue(
            "relay",
            key=copy_key(message, leg),
            subject=f"{intro_id(introduction)}:relay",
            destination=destination_of(leg),
            payload={"message": message.id, "leg": leg.id},
            stream=f"leg:{leg.id}",
            cluster_id=cluster_at(work, leg, introduction),
        )
    bridge_message(work, message, legs)


@letter("relay", sent=arrived)
def write_relay(work: Work, row: Claimed) -> Letter | Drop | Later:
    """Pass a message on as it is now, with who wrote it."""
    message, leg = get(work.session, RelayedMessage, row.payload["message"]), get(work.session, Leg, row.payload["leg"])
    if message is None or leg is None:
        return Drop("message is gone")
    if message.over_at is not None and not row.was_sending:
        # What may have arrived already is looked up, and taken away by the change that follows.
        return Drop("taken away by its author")
    if not leg.address:
        return Later(work.now + OPENING)
    pair = from_subject(work, row.subject or "")
    card = card_of(work, row, message, leg)
    if pair is None or card is None:
        return Drop("introduction is gone")
    return Letter(Deed.POST, to=leg.address, card=card, thread=thread_of(work, pair, leg))


@letter("relay.change", sent=arrived, repeatable=True)
def write_change(work: Work, row: Claimed) -> Letter | Drop | Later:
    """Bring a copy up to date, unless a newer change of it follows; the rows before it in its stream have ended."""
    message, leg = get(work.session, RelayedMessage, row.payload["message"]), get(work.session, Leg, row.payload["leg"])
    if message is None or leg is None:
        return Drop("message is gone")
    if message.edition != row.payload["edition"]:
        return Drop("a newer edition follows")
    key = copy_key(message, leg)
    status, ref = talks.fates(work.session, [key]).get(key, (None, ""))
    card = card_of(work, row, message, leg)
    if status is not OutboxStatus.SENT or not ref or card is None:
        return Drop("its copy never arrived")
    if backlog.error_of(work.session, key) == REPEATED:
        card = mark_as_repeat(card)
    return Letter(Deed.UPDATE, to=ref, card=card)


def _ask_which(work: Work, said: Said, introductions: Sequence[Introduction]) -> None:
    ids = [intro_id(one) for one in introductions]
    work.enqueue(
        "relay.unclear",
        key=f"relay.unclear:{said.message}",
        subject=f"{ids[0]}:relay",
        destination=said.place.channel,
        payload={"ids": " ".join(ids), "message": said.message},
        cluster_id=(work.room.cluster_id if work.room else None) or introductions[0].owner_cluster_id,
    )


@letter("relay.unclear")
def write_unclear(work: Work, row: Claimed) -> Letter | Drop | Later:
    """Ask which introduction was meant, below the message."""
    legs = talks.legs_at(work.session, row.destination)
    pair = from_subject(work, row.subject or "")
    if pair is None or not legs:
        return Drop("nobody talks there any more")
    notice = RelayUnclear(ids=tuple(str(row.payload["ids"]).split()))
    card = compose(notice, words_at(work, pair, legs[0][0]))
    return Letter(Deed.POST, to=row.destination, card=card, thread=str(row.payload["message"]))


@tick("relay.forget", seconds=600)
def forget_texts(database: Database, _kit: Kit, now: datetime) -> int:
    """Forget what was written long ago and never arrived everywhere, or was kept beside its translation."""
    return until_done(database, lambda session: _forget(session, now - DELIVERIES))


def _forget(session: Session, before: datetime) -> int:
    texts = talks.forget_texts(session, before=before, limit=AT_ONCE)
    forget_translations(session, texts)
    return len(texts)
