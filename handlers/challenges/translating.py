"""What of a challenge is translated: the text as it is posted, so a teaser after its redaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from domain.challenges import Confidentiality
from domain.ids import Kind, parse_id
from domain.rooms import ShareState
from handlers.challenges.sight import full, id_of, names_behind, teaser_of
from handlers.translations import Shown, Source, language_of, source, texts_of, titles_in, want
from handlers.work import Work
from messages.notices.challenges import Sheet
from store.queries import challenges as query
from store.queries import people, sharing
from store.queries.rows import key_of
from store.tables.challenges import Challenge
from store.tables.people import Organisation

_POSTED = ("challenge", "offer")
#: Characters that tell a language.
_HEARD: Final = 600


def _posted(work: Work, challenge: Challenge, buyer: Organisation) -> Sheet:
    if challenge.confidentiality is Confidentiality.TEASER:
        return teaser_of(work.session, challenge, buyer)
    return full(challenge, buyer)


@source("CH")
def read_challenge(work: Work, subject: str) -> Source | None:
    """Return the texts of a challenge as they are posted."""
    found = query.with_buyer(work.session, parse_id(subject, Kind.CHALLENGE)[1])
    if found is None:
        return None
    sheet = _posted(work, *found)
    return Source(texts_of(sheet), names_behind(work.session, *found), spoken_in(sheet), _POSTED)


def spoken_in(sheet: Sheet) -> str:
    """Return the language of a challenge: what its words tell, else what its author said."""
    return language_of("\n".join(texts_of(sheet))) or sheet.language


def spoken_of(challenge: Challenge) -> str:
    """Return the language of a challenge of which only the title is shown: that alone is too short to tell it."""
    whole = "\n".join((challenge.title, challenge.problem, challenge.background))
    return _heard(whole[:_HEARD]) or challenge.language


@lru_cache(maxsize=2048)
def _heard(text: str) -> str:
    # A list has many challenges, and is asked for often.
    return language_of(text)


def titles_for(work: Work, rows: Sequence[tuple[Challenge, str]]) -> tuple[Shown, ...]:
    """Return titles, as who acts may read them, in that person's language where they were translated already."""
    if work.kit.model is None:
        return tuple(Shown(title) for _, title in rows)
    shown = titles_in(work, [(title, spoken_of(challenge)) for challenge, title in rows], work.who.locale)
    return tuple(one if one.translated else Shown(one.text) for one in shown)


def bridge_to_clusters(work: Work, challenge: Challenge, clusters: Iterable[int] = ()) -> None:
    """Have a challenge translated for the workspaces of these clusters, or of all that have it before them."""
    if work.kit.model is None:
        return
    wanted = tuple(clusters)
    if not wanted:
        shares = sharing.shares_of(work.session, key_of(challenge))
        told = [share.cluster_id for share, _ in shares if share.state in (ShareState.OFFERED, ShareState.TAKEN)]
        wanted = (challenge.owner_cluster_id, *told)
    rooms = [room for cluster in wanted for room in people.workspaces_of(work.session, cluster)]
    bridge_to(work, challenge, {room.locale for room in rooms})


def bridge_to(work: Work, challenge: Challenge, languages: Iterable[str]) -> None:
    """Have a challenge translated into these languages."""
    found = query.with_buyer(work.session, key_of(challenge)) if work.kit.model is not None else None
    if found is not None:
        want(
            work,
            id_of(challenge),
            languages,
            spoken=spoken_in(_posted(work, *found)),
            mark=f"v{challenge.version}",
            cluster_id=challenge.owner_cluster_id,
        )
