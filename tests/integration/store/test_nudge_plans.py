"""What reminders and digests cost: each question is read off an index, however much is stored."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from store.engine import Database
from store.queries import digests, nudges, suggestions
from tests.integration.store.plans import plans

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)

QUESTIONS: dict[str, tuple[str, Callable[[Any], object], str]] = {
    "whose week begins": ("person", lambda session: digests.anyone_due(session, NOW), "ix_person_digest_at"),
    "who they are": ("person", lambda session: digests.due(session, NOW, limit=500), "ix_person_digest_at"),
    "how often a chain nudged": (
        "outbox",
        lambda session: nudges.unanswered(session, "IN-1:consent:P-3"),
        "ix_outbox_nudge_sent",
    ),
    "which chains have ended": (
        "outbox",
        lambda session: nudges.ended_chains(session, [1, 2], since=NOW, limit=9),
        "ix_outbox_nudge_sent_at",
    ),
    "which of them go on": (
        "outbox",
        lambda session: nudges.still_waiting(session, ["IN-1:consent:P-3"]),
        "ix_outbox_subject",
    ),
    "what is planned for a cluster": (
        "outbox",
        lambda session: nudges.planned(session, 1, until=NOW + timedelta(days=14), limit=9),
        "ix_outbox_nudge_waiting",
    ),
    "what else is planned for somebody": (
        "outbox",
        lambda session: nudges.planned_for(session, ["nudges:P-3"], until=NOW),
        "ix_outbox_stream",
    ),
    "which days had a message": (
        "post",
        lambda session: nudges.bundles_of(session, 3, [date(2026, 5, 4)]),
        "sqlite_autoindex_post_1",  # kind, subject, destination
    ),
    "what a message carried": (
        "outbox",
        lambda session: nudges.carried_by(session, "P-3:2026-05-04"),
        "ix_outbox_carried",
    ),
    "whose candidates wait": (
        "challenge",
        lambda session: suggestions.undecided(session, [1, 2], limit=9),
        "ix_challenge_owner_cluster_id",
    ),
    "what is due beside it": (
        "outbox",
        lambda session: nudges.due_beside(session, stream="nudges:P-3", until=NOW, but=1),
        "ix_outbox_stream",
    ),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_it_is_read_off_its_index(sqlite_database: Database, question: str) -> None:
    table, ask, index = QUESTIONS[question]
    with sqlite_database.write() as session, plans(sqlite_database, session, table) as found:
        ask(session)
    assert found
    assert all(index in plan and "SCAN" not in plan for plan in found), "\n\n".join(found)


@pytest.mark.parametrize("question", QUESTIONS)
def test_postgresql_need_not_read_the_table_either(postgres_database: Database, question: str) -> None:
    table, ask, _ = QUESTIONS[question]
    with postgres_database.write() as session:
        # An empty table is scanned whatever indexes it has, unless it must not be: then another index may do as well.
        session.connection().exec_driver_sql("SET LOCAL enable_seqscan = off")
        with plans(postgres_database, session, table) as found:
            ask(session)
    assert found
    assert all("Seq Scan" not in plan for plan in found), "\n\n".join(found)
