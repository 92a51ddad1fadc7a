"""The index of profiles that a process keeps: built from the store when it is first needed, then kept fresh.

Before each use the profiles that changed since the last look are read. The look goes back a while, since a transaction
may commit later than the time it carries; a profile that is known in its present version is not read again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from matching import Document, ProfileIndex
from store.engine import Database, Session
from store.queries import profiles_for_ranking as query
from store.queries.profiles_for_ranking import ProfileText, Stamp

#: Longer than the longest import takes from its first row to its commit.
_LOOK_BACK: Final = timedelta(hours=1)
_FIELDS: Final = {"skill": "skills", "technology": "technologies", "resource": "solutions", "solution": "solutions"}


Progress = Callable[[int, int | None], None]
"""Hear how many profiles of how many were read."""


def silent(done: int, total: int | None) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class ProfileKeeper:
    """Keep one index. Safe to share between threads; `fresh` blocks, so call it in a thread."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _index: ProfileIndex | None = None
    _stamps: dict[int, Stamp] = field(default_factory=dict[int, Stamp])
    _looked_at: datetime | None = None

    def fresh(self, database: Database, now: datetime, *, tell: Progress = silent) -> ProfileIndex:
        """Return the index with all that was committed before this call; `tell` hears how building it goes."""
        with self._lock, database.read() as session:
            if self._index is None or self._looked_at is None:
                self._stamps.clear()
                texts = counted(query.profile_texts(session), query.count_profiles(session), tell)
                self._index = ProfileIndex.of(self._documents(texts))
            elif changed := self._changed(session, self._looked_at - _LOOK_BACK):
                self._index.put_many(list(self._documents(query.profile_texts(session, only=changed))))
            self._looked_at = now
            return self._index

    def _changed(self, session: Session, since: datetime) -> list[int]:
        return [key for key, stamp in query.stamps_since(session, since) if self._stamps.get(key) != stamp]

    def _documents(self, profiles: Iterator[ProfileText]) -> Iterator[Document]:
        for profile in profiles:
            yield document_of(profile)
            self._stamps[profile.organisation_id] = profile.stamp


def counted(profiles: Iterator[ProfileText], total: int, tell: Progress) -> Iterator[ProfileText]:
    """Pass profiles on and tell every hundred of them."""
    for number, profile in enumerate(profiles):
        if number % 100 == 0:
            tell(number, total)
        yield profile
    tell(total, total)


def document_of(profile: ProfileText) -> Document:
    """Turn the texts of a profile into what the ranker reads; lists have one item per line."""
    fields: dict[str, list[str]] = {"summary": [profile.summary], "evidence": [profile.evidence]}
    for kind, text, sought in profile.competences:
        fields.setdefault("sought" if sought else _FIELDS.get(kind, "skills"), []).append(text)
    return Document(
        id=str(profile.organisation_id),
        title=profile.name,
        fields={name: "\n".join(texts) for name, texts in fields.items() if any(texts)},
        language=profile.language or None,
        country=profile.country or None,
    )
