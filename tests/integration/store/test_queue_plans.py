"""What the outbox costs: the work is by what is due, not by what is stored."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session

from store import backlog, inbox
from store.engine import Database
from store.queries import nudges
from store.queue import Intent, anything_due, cancel, claim, enqueue_all, expire, finish
from tests.integration.store.plans import plans

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def stored(database: Database) -> Database:
    """Give an outbox of thousands of rows that are finished or due next year, and a few that are due."""
    far = NOW + timedelta(days=365)
    if database.dialect == "postgresql":
        with database.write() as session:
            # Indexes full of what other tests deleted would look dearer to the planner than they are.
            session.execute(text("TRUNCATE outbox CASCADE"))
    with database.write() as session:
        old = [Intent(kind="old", key=f"old-{n}", destination=f"d{n % 50}", due_at=NOW) for n in range(3000)]
        enqueue_all(session, old, now=NOW - timedelta(days=1))
        session.execute(text("UPDATE outbox SET status = 'sent'"))
        later = [
            Intent(
                kind="later", key=f"later-{n}", destination=f"d{n % 50}", due_at=far, subject=f"IN-{n}",
                stream=f"s{n % 500}", expires_at=far + timedelta(days=1),
            )
            for n in range(3000)
        ]  # fmt: skip
        enqueue_all(session, later, now=NOW)
        due = [Intent(kind="due", key=f"due-{n}", destination="d1", due_at=NOW, stream=f"now{n}") for n in range(20)]
        enqueue_all(session, due, now=NOW)
    with database.write() as session:
        session.execute(text("ANALYZE"))
    return database


@pytest.mark.parametrize(
    ("work", "indexes"),
    [
        (lambda session: claim(session, owner="w", now=NOW), {"waiting", "held", "stream", "expiry"}),
        (
            lambda session: claim(session, owner="w", now=NOW, kinds={"due"}, rests={"slack": SECOND}),
            {"waiting", "held", "finished"},
        ),
        (lambda session: expire(session, now=NOW), {"expiry"}),
        (lambda session: cancel(session, "IN-34", now=NOW, reason="acted"), {"subject"}),
        (lambda session: backlog.purge(session, before=NOW, limit=10), {"finished"}),
        (lambda session: backlog.unconfirmed(session), {"uncertain"}),
        (lambda session: backlog.dead(session), {"dead"}),
        (lambda session: anything_due(session, now=NOW - HOUR), {"waiting", "held"}),
        (lambda session: nudges.due_beside(session, stream="s7", until=NOW, but=1), {"stream"}),
        (lambda session: nudges.planned_for(session, ["s7"], until=NOW), {"stream"}),
        (lambda session: nudges.waiting_about(session, "IN-34"), {"subject"}),
        (lambda session: nudges.still_waiting(session, ["IN-34"]), {"subject"}),
        (lambda session: nudges.had_chain(session, "none"), {"subject", "nudge_sent"}),
        (lambda session: nudges.let_go(session, "IN-34", since=NOW), {"nudge_sent"}),
        (lambda session: nudges.unanswered(session, "IN-34"), {"nudge_sent"}),
        (lambda session: nudges.carried_by(session, "P-1:2026-03-02"), {"carried"}),
        (lambda session: nudges.planned(session, 1, until=NOW, limit=10), {"nudge_waiting"}),
        (lambda session: nudges.ended_chains(session, [1], since=NOW, limit=10), {"nudge_sent"}),
    ],
    ids=[
        "claim",
        "claim some",
        "expire",
        "cancel",
        "purge",
        "unconfirmed",
        "dead",
        "anything due",
        "due beside",
        "planned for",
        "waiting about",
        "still waiting",
        "had chain",
        "let go",
        "unanswered",
        "carried by",
        "planned",
        "ended chains",
    ],
)
def test_the_work_goes_through_a_partial_index(
    stored: Database, work: Callable[[Session], object], indexes: set[str]
) -> None:
    with stored.write() as session, plans(stored, session, "outbox") as found:
        work(session)
    plan = "\n".join(found)
    assert {index for index in indexes if f"ix_outbox_{index}" not in plan} == set(), plan
    assert "Seq Scan on outbox" not in plan
    assert "SCAN outbox" not in plan.replace("SCAN outbox USING INDEX ix_outbox_dead", "").replace(
        "SCAN outbox USING INDEX ix_outbox_uncertain", ""
    )


def test_what_is_due_is_found_among_what_is_stored(stored: Database) -> None:
    with stored.write() as session:
        taken = claim(session, owner="w", now=NOW, limit=100, per_destination=100)
        assert len(taken) == 20
        assert all(finish(session, one, status="sent", now=NOW) for one in taken)


def test_an_event_is_known_by_its_key_alone(database: Database) -> None:
    with database.write() as session:
        for number in range(1000):
            inbox.receive(session, "slack", f"{number}", NOW - timedelta(days=number))
    with database.write() as session:
        assert inbox.purge(session, before=NOW - timedelta(days=899), limit=60) == 60
        assert inbox.purge(session, before=NOW - timedelta(days=899), limit=60) == 40
