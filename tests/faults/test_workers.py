"""What holds for worker processes on a real platform: their end, their pace, and a database that goes and comes."""

from __future__ import annotations

import time

from sqlalchemy import update
from sqlmodel import col, select

from store.engine import Database
from store.tables.queue import Outbox, OutboxStatus
from tests.faults.conftest import Postgres
from tests.faults.rig import TIMES, Rig, finished, judge, wait_until


def test_a_worker_that_is_told_to_stop_ends_its_send_and_gives_back_the_rest(rig: Rig, database: Database) -> None:
    keys = [f"{number:02}" for number in range(9)]
    for key in keys:
        rig.plan(key, {"hold": True})
    rig.enqueue(database, *map(rig.message, keys))

    def begun() -> list[str]:
        # Which is the first is left to chance: they are read side by side, and no stream holds them in order.
        return [rig.prefix + key for key in keys if rig.ask("arrived", key=rig.prefix + key)["arrived"]]

    # So slow and so patient that a machine that stalls for a minute changes nothing; the second waits in its hands.
    patient = {"delivery": 60.0, "lease": 600.0, "quiet": 600.0, "stop": 60.0}
    worker = rig.start(database, rate=(0.0125, 1.0), times=TIMES | patient)
    wait_until(lambda: len(begun()) == 1)
    rig.tell_to_stop(worker)
    for key in keys:
        rig.release(key)
    began = time.monotonic()
    assert rig.wait(worker) == 0
    assert time.monotonic() - began < 30
    with database.read() as session:
        rows = session.exec(select(Outbox).order_by(col(Outbox.id))).all()
    sent = [row.key for row in rows if row.status is OutboxStatus.SENT]
    assert sent == begun()
    assert [row.status for row in rows if row.key not in sent] == [OutboxStatus.PENDING] * 8
    with database.write() as session:
        # That pace had put off the others.
        session.execute(update(Outbox).where(col(Outbox.status) == OutboxStatus.PENDING).values(due_at=rows[0].due_at))
    rig.start(database)
    wait_until(finished(database))
    judge(database, rig.arrivals(), rig.prefix)


def test_four_workers_keep_the_pace_of_one_channel(rig: Rig, database: Database) -> None:
    rate, many = 5.0, 20
    rig.enqueue(database, *(rig.message(f"{number:02}") for number in range(many)), rig.message("b", "C2"))
    for _ in range(4):
        rig.start(database, rate=(rate, 1.0))
    wait_until(finished(database))
    arrivals = rig.arrivals()
    judge(database, arrivals, rig.prefix)
    at = [one.at for one in arrivals if one.channel == "C1"]
    # None leaves before its turn, counted from the first; that one may take long on its way. Workers that did not know
    # of each other would need a quarter of the time.
    assert at[-1] - at[0] > (many - 1) / rate / 2


def test_a_pause_that_slack_asks_for_is_kept_by_all_workers(rig: Rig, database: Database) -> None:
    rig.plan("00", {"refuse": True})
    rig.enqueue(database, *(rig.message(f"{number:02}") for number in range(6)))
    for _ in range(4):
        rig.start(database)
    wait_until(lambda: rig.ask("arrived", key=rig.prefix + "00")["arrived"] == 1)
    began = rig.accepted()
    rig.release("00")
    wait_until(lambda: rig.ask("answered", key=rig.prefix + "00")["answered"] == 1)
    wait_until(finished(database))
    arrivals = rig.arrivals()
    judge(database, arrivals, rig.prefix)
    answered = rig.ask("answered", key=rig.prefix + "00")["at"]
    after = [one.at - answered for one in arrivals[began:]]
    # What had left before the answer came may still arrive; then nothing for the second that was asked for.
    assert [gap for gap in after if 0.2 < gap < 1.0] == []
    assert len([gap for gap in after if gap >= 1.0]) >= 4


def test_a_running_worker_outlives_restarts_of_the_database(
    rig: Rig, own_database: Database, own_postgres: Postgres
) -> None:
    worker = rig.start(own_database)
    for number in range(3):
        own_postgres.restart()
        own_database.engine.dispose()
        rig.enqueue(own_database, rig.message(f"{number}"))
        wait_until(finished(own_database))
    judge(own_database, rig.arrivals(), rig.prefix)
    assert rig.stop(worker) == 0


def test_a_killed_workers_rows_are_taken_over_in_time(rig: Rig, database: Database) -> None:
    rig.plan("sending", {"hold": True})
    rig.enqueue(database, rig.message("sending", "C1"), rig.message("waiting", "C1"))
    doomed = rig.start(database, rate=(0.5, 1.0))
    wait_until(lambda: rig.accepted() == 1)
    rig.kill(doomed)
    began = time.monotonic()
    rig.start(database)
    wait_until(lambda: rig.row(database, "waiting").status is OutboxStatus.SENT)
    leased = time.monotonic() - began
    wait_until(finished(database))
    sending = time.monotonic() - began
    judge(database, rig.arrivals(), rig.prefix)
    assert leased <= TIMES["lease"] + 15
    assert sending <= TIMES["quiet"] + TIMES["lease"] + 15
