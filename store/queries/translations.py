"""Translations that are kept, by what was translated and into which language."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete
from sqlmodel import Session, col, select

from store.tables.translations import Translation


def kept(session: Session, hashes: Collection[str], language: str, prompt_version: str) -> dict[str, Translation]:
    """Return the translations of these texts into a language, also those that were refused."""
    rows = session.exec(
        select(Translation).where(
            col(Translation.source_hash).in_(hashes),
            Translation.language == language,
            Translation.prompt_version == prompt_version,
        )
    ).all()
    return {row.source_hash: row for row in rows}


def keep(session: Session, rows: Sequence[Translation]) -> None:
    """Keep translations; one that is there already stays."""
    known = {
        (row.language, row.prompt_version): kept(
            session, [one.source_hash for one in rows], row.language, row.prompt_version
        )
        for row in rows
    }
    for row in rows:
        if row.source_hash not in known[row.language, row.prompt_version]:
            session.add(row)
    session.flush()


def forget(session: Session, hashes: Collection[str]) -> None:
    """Forget the translations of these texts into every language."""
    if hashes:
        session.execute(delete(Translation).where(col(Translation.source_hash).in_(hashes)))
