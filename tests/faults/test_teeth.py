"""The suite has teeth: with one guard of the queue taken away, its verdict finds what was doubled.

Each situation is brought about step by step, first with all guards, then without the one that it is about.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import pytest
from sqlalchemy import MetaData, UniqueConstraint

from store.engine import Database
from store.tables import metadata
from store.tables.queue import Outbox, OutboxStatus
from tests.faults.rig import TIMES, Rig, finished, judge, wait_until

GUARDED = pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "unguarded"])


def verdict(*, guarded: bool) -> AbstractContextManager[object]:
    """Expect a good verdict with the guard, and without it that something was doubled."""
    return nullcontext() if guarded else pytest.raises(AssertionError, match="doubled")


def arrived(rig: Rig, key: str) -> int:
    return int(rig.ask("arrived", key=rig.prefix + key)["arrived"])


@GUARDED
def test_the_fence_keeps_a_worker_that_was_frozen_from_undoing_what_another_did(
    rig: Rig, database: Database, guarded: bool
) -> None:
    without = "" if guarded else "fence"
    rig.plan("a", {"refuse": True}, {"hold": True})
    rig.enqueue(database, rig.message("a"))
    frozen = rig.start(database, without=without, frozen=True)
    wait_until(lambda: arrived(rig, "a") == 1)
    # Its lease and the quiet time pass. Another one finds nothing, sends, and dies before it can say so.
    heir = rig.start(database, without=without)
    wait_until(lambda: rig.accepted() == 1)
    rig.kill(heir)
    # Only now is the first told that its message was refused, and puts back a row that is not its own any more.
    rig.release("a")
    wait_until(lambda: rig.ask("answered", key=rig.prefix + "a")["answered"] >= 1)
    rig.stop(frozen)
    rig.start(database, without=without)
    wait_until(finished(database))
    with verdict(guarded=guarded):
        judge(database, rig.arrivals(), rig.prefix)


@GUARDED
def test_the_sending_mark_makes_the_heir_of_a_killed_worker_look_first(
    rig: Rig, database: Database, guarded: bool
) -> None:
    without = "" if guarded else "mark"
    rig.plan("a", {"hold": True})
    rig.enqueue(database, rig.message("a"))
    doomed = rig.start(database, without=without)
    wait_until(lambda: rig.accepted() == 1)
    rig.kill(doomed)
    rig.start(database, without=without)
    wait_until(finished(database))
    with verdict(guarded=guarded):
        judge(database, rig.arrivals(), rig.prefix)


@GUARDED
def test_the_quiet_time_lets_the_platform_accept_what_was_given_up(rig: Rig, database: Database, guarded: bool) -> None:
    rig.plan("a", {"late": TIMES["delivery"] + 0.4})
    rig.enqueue(database, rig.message("a"))
    rig.start(database, without="" if guarded else "quiet")
    wait_until(lambda: rig.row(database, "a").status is OutboxStatus.SENT)
    wait_until(lambda: rig.accepted() == arrived(rig, "a"))
    with verdict(guarded=guarded):
        judge(database, rig.arrivals(), rig.prefix)


@GUARDED
def test_the_unique_key_makes_one_row_of_what_two_clocks_enqueue(rig: Rig, empty_url: str, guarded: bool) -> None:
    database, table = Database(empty_url), Outbox.__table__  # type: ignore[attr-defined]
    metadata.create_all(database.engine)
    if not guarded:
        table.drop(database.engine)
        table = table.to_metadata(MetaData())
        table.c.key.unique = None
        table.constraints -= {one for one in table.constraints if isinstance(one, UniqueConstraint)}
        table.create(database.engine)
    rig.enqueue(database, rig.message("a"))
    worker = rig.start(database)
    wait_until(finished(database))
    rig.kill(worker)
    with verdict(guarded=guarded):
        judge(database, rig.arrivals(), rig.prefix)
    database.close()


def test_the_verdict_finds_what_is_lost_and_what_is_out_of_order(rig: Rig, database: Database) -> None:
    rig.enqueue(database, *(rig.message(f"{seq}", stream="s", seq=seq) for seq in range(2)), rig.message("alone"))
    rig.start(database)
    wait_until(finished(database))
    arrivals = rig.arrivals()
    judge(database, arrivals, rig.prefix)
    with pytest.raises(AssertionError, match="lost"):
        judge(database, arrivals[1:], rig.prefix)
    with pytest.raises(AssertionError):
        judge(database, arrivals[::-1], rig.prefix)
