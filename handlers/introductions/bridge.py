"""The language bridge of conversations: messages are translated for each leg, with the original one click away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.errors import NotFound, OutOfDate
from domain.ids import read_number
from domain.redaction import Names
from handlers.challenges.sight import names_of
from handlers.introductions.copies import change_copies, forget_when_done, notice_of, relayed_id
from handlers.introductions.legs import cluster_at, present, words_at
from handlers.routes import route
from handlers.suggestions.pairs import Pair, from_subject, intro_id
from handlers.translations import Source, forget_translations, language_of, shown_in, source, want
from handlers.work import Ask, Reply, Work
from store.queries import introductions as query
from store.queries.rows import get
from store.tables.introductions import Conversation, Introduction, Leg, RelayedMessage


def bridge_message(work: Work, message: RelayedMessage, legs: Sequence[Leg]) -> None:
    """Have a message translated for the legs that read in another language; it does not wait for that."""
    found = _pair_of(work, message) if work.kit.model is not None and message.text else None
    if found is None:
        return
    spoken = language_of(message.text)
    for leg in legs:
        want(
            work,
            relayed_id(message),
            [words_at(work, found, leg).locale],
            spoken=spoken,
            mark=f"e{message.edition}",
            cluster_id=cluster_at(work, leg, found.introduction),
        )


@source("RM")
def read_relayed(work: Work, subject: str) -> Source | None:
    """Return the text of a message, and bring its copies up to date when it is translated."""
    message = _find(work, subject)
    pair = _pair_of(work, message) if message else None
    if message is None or pair is None or not message.text:
        return None
    text = message.text

    def bring(then: Work, language: str) -> None:
        now = _find(then, subject)
        if now is None or now.text != text:
            # It was edited or taken away while the model read it.
            forget_translations(then.session, [text])
        elif shown_in(then, text, language).translated:
            change_copies(then, now, language)
        else:
            forget_when_done(then, pair, now, translated_into=language)

    return Source((text,), _names(work, pair), language_of(text), bring=bring)


def _names(work: Work, pair: Pair) -> Names:
    both = [names_of(work.session, one) for one in (pair.sme, pair.buyer)]
    return Names(
        organisations=tuple(name for one in both for name in one.organisations),
        brands=tuple(name for one in both for name in one.brands),
        sites=tuple(name for one in both for name in one.sites),
        domains=tuple(name for one in both for name in one.domains),
        people=tuple(name for one in both for name in one.people),
    )


@route("conversation.untranslated", writes=False)
def show_untranslated(work: Work, ask: Ask) -> Reply:
    """Show one of the people of a conversation a message in the words of its author."""
    message = _find(work, ask.value)
    pair = _pair_of(work, message) if message else None
    legs = query.legs_of(work.session, message.conversation_id) if message else ()
    if message is None or pair is None or not any(work.who.person_id in present(leg) for leg in legs):
        raise NotFound("conversation.no_message")
    if not message.text:
        raise OutOfDate("conversation.forgotten")
    return Reply(notice=replace(notice_of(work, pair, message), said_in=language_of(message.text)))


def _find(work: Work, subject: str) -> RelayedMessage | None:
    kind, _, number = subject.strip().partition("-")
    key = read_number(number) if kind == "RM" else None
    return None if key is None else get(work.session, RelayedMessage, key)


def _pair_of(work: Work, message: RelayedMessage) -> Pair | None:
    talk = get(work.session, Conversation, message.conversation_id)
    introduction = get(work.session, Introduction, talk.introduction_id) if talk else None
    return from_subject(work, intro_id(introduction)) if introduction else None
