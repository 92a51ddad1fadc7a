"""Copies of what was written in one leg of a conversation: how they look and change, when the text is forgotten.

A text stays until every other side has it and its translations have come or been given up. Where a copy stands
translated it stays for as long as deliveries do, so that its readers can see the original; see `relay.forget`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.introductions.legs import cluster_at, destination_of, is_shared, participant, words_at
from handlers.suggestions.pairs import Pair, from_subject, intro_id
from handlers.translations import forget_translations, key_of_wish, shown_in
from handlers.work import Work
from messages import compose
from messages.card import Card
from messages.i18n import LOCALES
from messages.notices.talks import Relayed
from store.queries import introductions as query
from store.queries import talks
from store.queries.rows import change, get, key_of, lock
from store.queue import Claimed
from store.tables.introductions import Conversation, Introduction, Leg, RelayedMessage


def relayed_id(message: RelayedMessage) -> str:
    """Return what a message that is passed on is called in buttons and in the outbox, such as RM-5."""
    return f"RM-{message.id}"


def copy_key(message: RelayedMessage, leg: Leg) -> str:
    """Return the key of the row that brings a message to a leg."""
    return f"relay:{message.id}:leg-{leg.id}"


def _change_key(message: RelayedMessage, leg: Leg, language: str = "") -> str:
    edition = f"e{message.edition}" + (f"-{language}" if language else "")
    return f"relay:{message.id}:{edition}:leg-{leg.id}"


def change_copies(work: Work, message: RelayedMessage, language: str = "") -> None:
    """Enqueue the newest edition for every leg that has a copy, or is to get one: behind the copy in its stream.

    With a `language` only for legs that read in it: a translation has come.
    """
    talk = work.session.get_one(Conversation, message.conversation_id)
    introduction = work.session.get_one(Introduction, talk.introduction_id)
    pair = from_subject(work, intro_id(introduction)) if language else None
    legs = query.legs_of(work.session, key_of(talk))
    copies = talks.fates(work.session, [copy_key(message, leg) for leg in legs])
    for leg in legs:
        if copy_key(message, leg) not in copies or (pair and words_at(work, pair, leg).locale != language):
            continue
        work.enqueue(
            "relay.change",
            key=_change_key(message, leg, language),
            subject=f"{intro_id(introduction)}:relay",
            destination=destination_of(leg),
            payload={"message": message.id, "leg": leg.id, "edition": message.edition},
            stream=f"leg:{leg.id}",
            cluster_id=cluster_at(work, leg, introduction),
        )


def arrived(work: Work, row: Claimed, _ref: str) -> None:
    """Forget the text once every other side has it, and none waits for a translation or has one."""
    message = get(work.session, RelayedMessage, row.payload["message"])
    pair = from_subject(work, row.subject or "")
    if message is not None and pair is not None:
        forget_when_done(work, pair, message)


def forget_when_done(work: Work, pair: Pair, message: RelayedMessage, *, translated_into: str = "") -> None:
    """Forget the text of a message if nobody needs it any more; `translated_into`: this wish has just been met."""
    if not (message.text or message.files):
        return
    # Two copies may arrive at the same moment: the second of them sees that the first has.
    lock(work.session, message)
    legs = query.legs_of(work.session, message.conversation_id)
    wishes = {
        language: key_of_wish(relayed_id(message), f"e{message.edition}", language)
        for language in LOCALES
        if language != translated_into
    }
    keys = [copy_key(message, leg) for leg in legs] + [_change_key(message, leg) for leg in legs]
    keys += [_change_key(message, leg, language) for leg in legs for language in LOCALES]
    if talks.unfinished(work.session, [*keys, *wishes.values()]) or _is_translated(work, pair, message, legs):
        return
    change(work.session, message, now=work.now, where={"edition": message.edition}, text="", files=())


def _is_translated(work: Work, pair: Pair, message: RelayedMessage, legs: Sequence[Leg]) -> bool:
    if work.kit.model is None:
        return False
    languages = {words_at(work, pair, leg).locale for leg in legs}
    return any(shown_in(work, message.text, language).translated for language in languages)


def lose_wording(work: Work, message: RelayedMessage) -> None:
    """Forget how the present wording of a message was translated: another follows, or none."""
    forget_translations(work.session, [message.text])


def notice_of(work: Work, pair: Pair, message: RelayedMessage) -> Relayed:
    """Return a message as its author wrote it."""
    author = participant(work, pair, message.person_id)
    return Relayed(
        author.name,
        author.organisation,
        message.text,
        cluster=author.cluster,
        files=tuple((name, url) for name, url in message.files),
        edited=message.edited_at is not None,
        deleted=message.over_at is not None,
    )


def card_of(work: Work, row: Claimed, message: RelayedMessage, leg: Leg) -> Card | None:
    """Return the copy of a message for a leg as it is now, in the language that is read there."""
    pair = from_subject(work, row.subject or "")
    if pair is None:
        return None
    words = words_at(work, pair, leg)
    shown = shown_in(work, message.text, words.locale)
    notice = replace(
        notice_of(work, pair, message),
        text=shown.text,
        reply=pair.id if is_shared(work, leg.address) else "",
        said_in=shown.language,
        original=relayed_id(message) if shown.translated else "",
    )
    return compose(notice, words)
