"""What is told about a conversation itself: who left and came back, that it is closed, that a side is not reached."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from handlers.introductions.legs import cluster_at, destination_of, listens, participant, step_out, thread_of, words_at
from handlers.letters import Deed, Drop, Later, Letter, letter, when_closed_to_us
from handlers.suggestions.pairs import from_subject, intro_id
from handlers.work import Work
from messages import compose
from messages.i18n import Words
from messages.notices.talks import Hint, News, TalkHint, TalkNews
from store.queries import introductions as query
from store.queries import people, talks
from store.queries.rows import change, get, key_of
from store.queue import Claimed
from store.tables.introductions import Introduction, Leg
from store.tables.people import Person

_LEFT_OR_BACK: Final = (News.LEFT, News.BACK)


def tell(
    work: Work,
    introduction: Introduction,
    what: News,
    *,
    legs: Sequence[Leg],
    about: Leg | None = None,
    number: int = 0,
) -> None:
    """Tell something in legs, once: about who acts, or about the people of the leg `about`.

    `number` counts how often it came about; for a leg its version does.
    """
    step_out(work, introduction, legs)
    subject = intro_id(introduction)
    person = None if about is not None else work.who.person_id
    number = about.version if about is not None else number
    for leg in legs:
        if listens(leg):
            who = f"leg-{about.id}" if about is not None else f"P-{person}"
            work.enqueue(
                "conversation.news",
                key=f"conversation.news:{subject}:{what}:{who}:{number}:leg-{leg.id}",
                subject=f"{subject}:news",
                destination=destination_of(leg),
                payload={"what": what, "person": person, "about": about.id if about else None, "leg": leg.id},
                stream=f"leg:{leg.id}",
                cluster_id=cluster_at(work, leg, introduction),
            )


@letter("conversation.news")
def write_news(work: Work, row: Claimed) -> Letter | Drop | Later:
    """Say what happened to the conversation."""
    leg, pair = get(work.session, Leg, row.payload["leg"]), from_subject(work, row.subject or "")
    if leg is None or pair is None or not leg.address:
        return Drop("leg is not open")
    what, about = News(row.payload["what"]), row.payload["about"]
    told = get(work.session, Leg, about) if about else None
    ids = told.people if told else (row.payload["person"],)
    notice = TalkNews(pair.id, what, tuple(participant(work, pair, one) for one in ids))
    card = compose(notice, words_at(work, pair, leg))
    return Letter(Deed.POST, to=leg.address, card=card, thread=thread_of(work, pair, leg))


def tell_hint(work: Work, introduction: Introduction, why: Hint, *, number: int) -> None:
    """Tell a person privately, once each time it comes about, that what he or she writes is not passed on."""
    subject, person = intro_id(introduction), work.who.person_id
    work.enqueue(
        "conversation.hint",
        key=f"conversation.hint:{subject}:{why}:{number}:P-{person}",
        subject=f"{subject}:hint",
        destination=work.who.address,
        payload={"why": why, "person": person},
        cluster_id=people.first_cluster_of(work.session, person),
    )


@letter("conversation.hint")
def write_hint(work: Work, row: Claimed) -> Letter | Drop | Later:
    """Say why nothing is passed on, and what can be done."""
    person, pair = get(work.session, Person, row.payload["person"]), from_subject(work, row.subject or "")
    if person is None or pair is None:
        return Drop("person is gone")
    card = compose(TalkHint(pair.id, Hint(row.payload["why"])), Words(person.locale, person.zone))
    return Letter(Deed.POST, to=row.destination, card=card, repeat_unconfirmed=False)


def lose(work: Work, introduction: Introduction, leg: Leg, legs: Sequence[Leg]) -> None:
    """Take note that nothing reaches a leg any more, and tell the others once."""
    if change(work.session, leg, now=work.now, where={"lost_at": None}, lost_at=work.now):
        tell(work, introduction, News.UNREACHED, legs=[one for one in legs if one.id != leg.id], about=leg)


@when_closed_to_us
def lose_workspace(work: Work, workspace: str) -> None:
    """Take note that nothing reaches the legs in a workspace any more."""
    surface, _, native = workspace.partition(":")
    for leg, talk, introduction in talks.legs_in(work.session, surface, native):
        lose(work, introduction, leg, query.legs_of(work.session, key_of(talk)))
