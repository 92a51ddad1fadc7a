"""The teaser of a challenge: managers see it as others will read it, and leave out more where names are not enough."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import Final

from domain.challenges import Confidentiality
from domain.errors import Invalid, NotAllowed, OutOfDate
from domain.text import clean_line
from handlers import audit, cards
from handlers.challenges.moves import OFFER, POST, SCREENING
from handlers.challenges.sight import Sighting, find, teaser_of
from handlers.challenges.translating import bridge_to_clusters
from handlers.routes import route
from handlers.work import Ask, Reply, Work
from messages.notices.challenge_forms import HideWords
from messages.notices.challenges import Sheet
from messages.notices.screening import TeaserPreview
from store.queries.rows import change

LINES_MAX: Final = 50
LINE_MAX: Final = 100


def teaser_for(work: Work, sighting: Sighting) -> Sheet | None:
    """Return what others read of a challenge whose buyer is hidden; None where he is not."""
    if sighting.challenge.confidentiality is not Confidentiality.TEASER:
        return None
    return teaser_of(work.session, sighting.challenge, sighting.buyer)


def fingerprint(teaser: Sheet) -> str:
    """Return a short text that differs where two teasers read differently."""
    return hashlib.sha256(repr(sorted(asdict(teaser).items())).encode()).hexdigest()[:16]


def read_hidden(text: str) -> tuple[str, ...]:
    """Return the words to leave out, one per line, each once.

    :raises Invalid: there are too many, or one is too long.
    """
    lines = [line.strip() for line in text.splitlines()[: LINES_MAX * 4]]
    words = tuple(dict.fromkeys(clean_line(line, limit=LINE_MAX) for line in lines if line))
    if len(words) > LINES_MAX:
        raise Invalid("sharing.hidden.too_many", field="hidden", count=len(words), limit=LINES_MAX)
    return tuple(word for word in words if word)


def keep_hidden(work: Work, sighting: Sighting, words: tuple[str, ...]) -> bool:
    """Keep what is left out of a teaser besides names, and bring every card with it up to date; tell if it changed.

    :raises OutOfDate: somebody changed the challenge a moment ago.
    """
    challenge = sighting.challenge
    if tuple(challenge.hidden_words) == words:
        return False
    if not change(work.session, challenge, now=work.now, hidden_words=words):
        raise OutOfDate("challenge.changed", id=sighting.id)
    audit.record(work, "sharing.hide", sighting.id, after=list(words), cluster_id=challenge.owner_cluster_id)
    bridge_to_clusters(work, challenge)
    for kind in (POST, SCREENING, OFFER):
        cards.refresh(work, kind, sighting.id)
    return True


def _own_teaser(work: Work, text: str) -> tuple[Sighting, Sheet]:
    """Return a teaser that who acts may change. :raises NotAllowed: it is another cluster's, or there is none."""
    sighting = find(work, text)
    if not work.who.manages(sighting.challenge.owner_cluster_id):
        raise NotAllowed("screening.managers_only", id=sighting.id)
    if work.who.belongs_to(sighting.challenge.organisation_id):
        raise NotAllowed("screening.own", id=sighting.id)
    teaser = teaser_for(work, sighting)
    if teaser is None:
        raise NotAllowed("sharing.not_teaser", id=sighting.id)
    return sighting, teaser


@route("sharing.hide", writes=False)
def ask_what_to_hide(work: Work, ask: Ask) -> Reply:
    """Show the teaser, and ask what else is left out of it."""
    sighting, teaser = _own_teaser(work, ask.value)
    hidden = tuple(sighting.challenge.hidden_words)
    return Reply(question=HideWords(sighting.id, sighting.challenge.title, teaser, hidden))


@route("sharing.hide.send")
def hide_words(work: Work, ask: Ask) -> Reply:
    """Leave more out of a teaser, everywhere it stands, and show how it reads then."""
    sighting, _ = _own_teaser(work, ask.value)
    keep_hidden(work, sighting, read_hidden(ask.text("hidden")))
    teaser = teaser_of(work.session, sighting.challenge, sighting.buyer)
    return Reply(notice=TeaserPreview(teaser, tuple(sighting.challenge.hidden_words)))
