"""Whatever is quoted about anybody of the sample data stands in the store, word for word."""

from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot import sample
from bot.server import prepare
from bot.settings import Settings
from bot.wiring import Parts
from store import queue
from store.queries.directory import join_clusters
from store.tables.challenges import Challenge
from store.tables.introductions import Ranking, Suggestion
from store.tables.people import Competence, Organisation, Profile
from tests.integration.handlers.jobs import do_job

FIELDS = {"skills": {"skill"}, "technologies": {"technology"}, "solutions": {"solution", "resource"}}


@pytest.fixture
def filled(tmp_path: Path):
    """Give the sample world, ranked, with every organisation in every cluster that has a challenge."""
    settings = Settings.model_construct(
        database_url=f"sqlite:///{tmp_path / 'sample.db'}", port=0, log_level="ERROR", log_format="text"
    )
    parts = prepare(settings, demo=True)
    sample.load(parts, tell=lambda _: None)
    with parts.database.write() as session:
        owners = session.exec(select(Challenge.owner_cluster_id).distinct()).all()
        everybody = session.exec(select(Organisation.id)).all()
        join_clusters(session, [(one, owner) for owner in owners for one in everybody if one])
    rank_all(parts)
    yield parts
    parts.database.close()


def rank_all(parts: Parts) -> None:
    while True:
        now = parts.clock.now()
        with parts.database.write() as session:
            rows = queue.claim(session, owner="test", now=now, limit=1, kinds=("rank",))
            for row in rows:
                assert queue.mark_sending(session, row, now=now)
        if not rows:
            return
        do_job(parts.database, parts.kit, rows[0], now)
        with parts.database.write() as session:
            queue.finish(session, rows[0], status="sent", now=now)


def stored_texts(session: Session, organisation: int, field: str) -> list[str]:
    if field in FIELDS:
        rows = session.exec(select(Competence).where(Competence.organisation_id == organisation)).all()
        return [row.text for row in rows if row.kind in FIELDS[field] and row.confirmed and not row.sought]
    profile = session.exec(select(Profile).where(Profile.organisation_id == organisation)).one()
    return [getattr(profile, field)]


def test_every_quote_is_a_part_of_the_stored_text_of_its_field(filled: Parts):
    quotes = 0
    with filled.database.read() as session:
        assert len(session.exec(select(Ranking.challenge_id).distinct()).all()) > 10
        for row in session.exec(select(Suggestion)).all():
            covered = {str(one["must_have"]) for one in row.evidence} - {""}
            assert row.evidence
            assert covered.isdisjoint(row.missing)
            for one in row.evidence:
                texts = stored_texts(session, row.organisation_id, str(one["field"]))
                assert any(str(one["quote"]) in text for text in texts), one
                quotes += 1
    assert quotes > 40
