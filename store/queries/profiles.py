"""Profiles: reading and replacing what an organisation says of itself."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from domain.profiles import CompetenceKind, ProfileText
from store.queries.rows import add, change
from store.tables.people import Competence, Profile


def profile_of(session: Session, organisation_id: int) -> Profile | None:
    """Return the profile of an organisation."""
    return session.exec(select(Profile).where(Profile.organisation_id == organisation_id)).one_or_none()


def told_profiles(session: Session, organisations: Sequence[int]) -> set[int]:
    """Return which of these organisations have told what they can do."""
    rows = session.exec(
        select(Profile.organisation_id).where(col(Profile.organisation_id).in_(organisations), Profile.summary != "")
    ).all()
    return set(rows)


def profile_text(session: Session, profile: Profile) -> ProfileText:
    """Return what a profile says, competences included."""
    rows = session.exec(
        select(Competence)
        .where(Competence.organisation_id == profile.organisation_id)
        .order_by(col(Competence.position), col(Competence.id))
    ).all()
    return text_of(profile.model_dump(), [row.model_dump() for row in rows])


def text_of(profile: Mapping[str, Any], competences: Iterable[Mapping[str, Any]]) -> ProfileText:
    """Put a profile's row and its competences together."""
    told: dict[str, list[str]] = {}
    for row in competences:
        told.setdefault("sought" if row["sought"] else row["kind"], []).append(row["text"])
    return ProfileText(
        language=profile["language"],
        summary=profile["summary"],
        solutions=(*told.get(CompetenceKind.SOLUTION, ()), *told.get(CompetenceKind.RESOURCE, ())),
        skills=tuple(told.get(CompetenceKind.SKILL, ())),
        technologies=tuple(told.get(CompetenceKind.TECHNOLOGY, ())),
        sought=tuple(told.get("sought", ())),
        evidence=profile["evidence"],
        trl=profile["trl"],
    )


def competence_rows(organisation_id: int, text: ProfileText) -> list[dict[str, Any]]:
    """Return the rows of the competences that a profile tells."""
    return [
        {
            "organisation_id": organisation_id,
            "kind": kind,
            "text": told,
            "sought": sought,
            "confirmed": True,
            "position": position,
        }
        for position, (kind, told, sought) in enumerate(text.competences())
    ]


def replace_profile(session: Session, organisation_id: int, text: ProfileText, *, now: datetime, version: int) -> bool:
    """Write a profile anew, confirmed; False if it is no longer the version that was read (0: there was none)."""
    values: dict[str, Any] = {
        "language": text.language,
        "summary": text.summary,
        "evidence": text.evidence,
        "trl": text.trl,
        "content_hash": text.digest(),
        "confirmed_at": now,
    }
    profile = profile_of(session, organisation_id)
    if (profile.version if profile else 0) != version:
        return False
    if profile is None:
        add(session, Profile(organisation_id=organisation_id, created_at=now, updated_at=now, **values))
    elif not change(session, profile, now=now, **values):
        return False
    session.execute(delete(Competence).where(col(Competence.organisation_id) == organisation_id))
    session.add_all(Competence(**row) for row in competence_rows(organisation_id, text))
    session.flush()
    return True
