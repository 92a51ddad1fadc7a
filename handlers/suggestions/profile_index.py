"""The index of profiles that a process keeps: built from the store at the start of a worker, then kept fresh.

Before each use, what changed since the last look is read: profiles and organisations by their stamps, competences by
their ids, removals by counting. The look goes back a while, since a transaction may commit later than the time it
carries; what is known in its present version is not read again. After each use, what was found is read once more and
compared with what the index holds, so that nobody is returned who is gone, and no text that is not there any more,
whoever changed the store and however (docs/adr/0012).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import structlog
from numpy.typing import ArrayLike, NDArray

from matching import Candidate, Document, ProfileIndex, Query
from matching.vectors import Vectors
from store.engine import Database, Session
from store.queries import embeddings
from store.queries import profile_changes as changes
from store.queries import profiles_for_ranking as query
from store.queries.profile_changes import Stamp
from store.queries.profiles_for_ranking import ProfileText

_log: Final = structlog.get_logger("matchpoint.profiles")

#: Longer than the longest import takes from its first row to its commit.
_LOOK_BACK: Final = timedelta(hours=1)
_TRIES: Final = 4
_FIELDS: Final = {"skill": "skills", "technology": "technologies", "resource": "solutions", "solution": "solutions"}


Progress = Callable[[int, int | None], None]
"""Hear how many profiles of how many were read."""


def silent(done: int, total: int | None) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a ranking found: the candidates, and of them and others that were asked for the texts and stamps read.

    `likeness` holds the cosines of the vectors that took part.
    """

    candidates: list[Candidate]
    documents: dict[str, Document]
    stamps: dict[int, Stamp]
    likeness: Mapping[str, float] = field(default_factory=dict[str, float])


@dataclass(slots=True)
class ProfileKeeper:
    """Keep one index. Safe to share between threads; its methods block, so call them in a thread.

    `model` names the one whose vectors are held beside the words (empty: none). `build_seconds` tells how long the
    index took to build (0: it is not built yet).
    """

    model: str = ""
    build_seconds: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _index: ProfileIndex | None = None
    _stamps: dict[int, Stamp] = field(default_factory=dict[int, Stamp])
    _newest_competence: int = 0
    _unconfirmed: frozenset[tuple[int, int]] = frozenset()
    _vectors: Vectors = field(default_factory=Vectors)
    _vector_ids: dict[int, int] = field(default_factory=dict[int, int])
    _looked_at: datetime | None = None

    def __len__(self) -> int:
        return 0 if self._index is None else len(self._index)

    def fresh(self, database: Database, now: datetime, *, tell: Progress = silent) -> ProfileIndex:
        """Return the index with all that was committed before this call; `tell` hears how building it goes."""
        with self._lock, database.read() as session:
            if self._index is None or self._looked_at is None:
                self._index = self._built(session, tell)
            else:
                self._catch_up(session, self._index, self._looked_at - _LOOK_BACK)
            self._looked_at = now
            return self._index

    def rank(
        self,
        database: Database,
        asked: Query,
        limit: int,
        *,
        now: datetime,
        allow: Collection[str] | None = None,
        also: Collection[str] = (),
        vector: NDArray[np.float32] | None = None,
        tell: Progress = silent,
    ) -> Found:
        """Return the best candidates of now (see `ProfileIndex.rank`), and the texts of them and of `also`.

        `vector` is that of the question; profiles are compared with it as far as they have one.
        """
        index = self.fresh(database, now, tell=tell)
        tries = _TRIES
        while True:
            likeness = {} if vector is None else self.likeness(vector)
            candidates = index.rank(asked, limit, allow=allow, likeness=likeness or None)
            keys = {one.id for one in candidates} | set(also)
            found, stale = self._read_again(database, index, candidates, keys)
            tries -= 1
            if not stale or not tries:
                # Where it changes faster than it can be ranked, it is done without what changed.
                kept = [one for one in candidates if one.id not in stale]
                return replace(found, candidates=kept, likeness=likeness)

    def languages_of(self, keys: Iterable[str]) -> dict[str, str]:
        """Return the language of each of these profiles, empty where nothing tells it."""
        index = self._index
        return {} if index is None else {key: index.language(key) or "" for key in keys if key in index}

    def likeness(self, vector: ArrayLike) -> dict[str, float]:
        """Return the cosines of the vectors held to this one; none where they cannot be compared."""
        try:
            return self._vectors.likeness(vector)
        except ValueError as error:
            _log.warning("vectors cannot be compared", error=str(error))
            return {}

    def _built(self, session: Session, tell: Progress) -> ProfileIndex:
        started = time.monotonic()
        self._stamps = dict(changes.stamps(session))
        self._newest_competence, self._unconfirmed = changes.newest_competence(session), changes.unconfirmed(session)
        texts = counted(query.profile_texts(session), query.count_profiles(session), tell)
        index = ProfileIndex.of(self._documents(texts))
        if self.model:
            self._vectors, self._vector_ids = Vectors(), {}
            self._take_vectors(session, embeddings.present(session, self.model))
        self.build_seconds = round(time.monotonic() - started, 3)
        _log.info("profiles indexed", profiles=len(index), vectors=len(self._vectors), seconds=self.build_seconds)
        return index

    def _catch_up(self, session: Session, index: ProfileIndex, since: datetime) -> None:
        stamps = {key: stamp for key, stamp in changes.stamps_since(session, since) if self._stamps.get(key) != stamp}
        self._stamps.update(stamps)
        changed = stamps.keys() | self._told_anew(session)
        if changes.number_of_profiles(session) != len(self._stamps):
            stored = changes.organisations_with_profile(session)
            for key in self._stamps.keys() - stored:
                del self._stamps[key]
                changed.add(key)
            unknown = stored - self._stamps.keys()
            self._stamps.update(changes.stamps(session, unknown))
            changed |= unknown
        if changed:
            texts = query.profile_texts(session, only=changed)
            self._replace(index, changed, {one.id: one for one in self._documents(texts)})
        if self.model:
            present = embeddings.present(session, self.model, only=changed)
            # A vector speaks for the wording that it was made of, and for no other.
            for key in changed - present.keys():
                self._forget_vector(key)
            self._take_vectors(session, embeddings.present(session, self.model, since=since) | present)

    def _take_vectors(self, session: Session, present: Mapping[int, int]) -> None:
        """Read those of the present vectors, ids by organisation, that are not held yet."""
        fresh = {ident: key for key, ident in present.items() if self._vector_ids.get(key) != ident}
        for page in embeddings.vectors_by_id(session, fresh):
            keys = [fresh[ident] for ident in page]
            try:
                self._vectors.put_many([str(key) for key in keys], [as_vector(packed) for packed in page.values()])
            except ValueError as error:
                _log.warning("stored vectors cannot be used", error=str(error))
            self._vector_ids.update(zip(keys, page, strict=True))

    def _forget_vector(self, key: int) -> None:
        self._vectors.remove(str(key))
        self._vector_ids.pop(key, None)

    def _told_anew(self, session: Session) -> set[int]:
        """Return whose competences were added or confirmed, or were put in doubt, with or without a new stamp."""
        newest, doubted = changes.newest_competence(session), changes.unconfirmed(session)
        told = {organisation for _, organisation in doubted ^ self._unconfirmed}
        if newest > self._newest_competence:
            told |= changes.organisations_told_after(session, self._newest_competence)
        self._newest_competence, self._unconfirmed = newest, doubted
        return told

    def _replace(self, index: ProfileIndex, keys: Iterable[int], documents: dict[str, Document]) -> None:
        """Put these documents into the index, and take out those of the keys that have none."""
        for key in keys:
            if str(key) not in documents:
                index.remove(str(key))
                self._forget_vector(key)
        if documents:
            index.put_many(documents.values())

    def _documents(self, profiles: Iterable[ProfileText]) -> Iterator[Document]:
        for profile in profiles:
            # One that came about since the stamps were read is for the next look, which then knows its stamp.
            if profile.organisation_id in self._stamps:
                yield document_of(profile)

    def _read_again(
        self, database: Database, index: ProfileIndex, candidates: list[Candidate], keys: set[str]
    ) -> tuple[Found, set[str]]:
        """Read the texts of these profiles; mend the index where it has others, and tell where it had."""
        ids = sorted(int(key) for key in keys)
        with self._lock, database.read() as session:
            stamps = dict(changes.stamps(session, ids))
            read = (document_of(one) for one in query.profile_texts(session, only=ids))
            documents = {one.id: one for one in read}
            stale = {key for key in keys if index.document(key) != documents.get(key)}
            self._replace(index, map(int, stale), {key: documents[key] for key in stale if key in documents})
        return Found(candidates, documents, stamps), stale


def as_vector(packed: bytes) -> NDArray[np.float32]:
    """Return a vector as it is stored (`store.tables.vectors.Embedding`)."""
    return np.frombuffer(packed, "<f2").astype(np.float32)


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
