"""The outbox, row by row: once by key, oldest first, in order within a stream, fair to destinations."""

from dataclasses import replace
from datetime import timedelta

import pytest

from store.engine import Database
from store.queue import (
    LEASE,
    Intent,
    claim,
    enqueue,
    enqueue_all,
    finish,
    leave_uncertain,
    mark_sending,
)
from store.tables.queue import OutboxStatus
from tests.integration.store.queue_rows import (
    MINUTE,
    NOW,
    SECOND,
    SOON,
    add,
    intent,
    keys,
    let_time_pass,
    row,
    sending,
    take,
    take_one,
)


class TestEnqueueing:
    def test_a_fact_enqueued_twice_is_one_row(self, database: Database) -> None:
        with database.write() as session:
            assert enqueue(session, intent("a"), now=NOW) is True
            assert enqueue(session, intent("a", payload={"other": 1}), now=NOW) is False
        with database.write() as session:
            assert enqueue(session, intent("a"), now=NOW) is False
        assert row(database, "a").payload == {"notice": "a"}

    def test_of_many_only_the_new_ones_are_reported(self, database: Database) -> None:
        add(database, intent("a"))
        with database.write() as session:
            assert enqueue_all(session, [intent("a"), intent("b"), intent("b")], now=NOW) == {"b"}
            assert enqueue_all(session, [], now=NOW) == frozenset()

    def test_what_is_enqueued_in_a_failed_transaction_is_not_there(self, database: Database) -> None:
        def fail() -> None:
            with database.write() as session:
                enqueue(session, intent("a"), now=NOW)
                raise KeyError

        with pytest.raises(KeyError):
            fail()
        assert take(database) == []

    def test_everything_comes_back_as_it_went_in(self, database: Database) -> None:
        given = intent(
            "a", stream="s", seq=3, subject="IN-34", cluster_id=7, expires_at=NOW + MINUTE, payload={"n": [1, "ø"]}
        )
        add(database, given)
        one = take_one(database)
        same = {name: getattr(one, name) for name in Intent.__dataclass_fields__}
        assert Intent(**same) == replace(given, payload={"n": (1, "ø")})
        assert (one.attempts, one.fence, one.was_sending, one.send_started) == (0, 1, False, None)

    def test_the_words_of_people_are_not_shown_in_a_log(self, database: Database) -> None:
        add(database, intent("a", payload={"text": "hush"}))
        assert "hush" not in repr(take_one(database))


class TestClaiming:
    def test_what_is_due_is_taken_oldest_first_and_what_is_not_due_waits(self, database: Database) -> None:
        add(database, intent("late", destination="", due_at=NOW + SOON), intent("b"), intent("a", due_at=NOW - MINUTE))
        assert keys(take(database)) == ["a", "b"]
        assert keys(take(database, now=NOW + SOON)) == ["late"]

    def test_what_one_worker_holds_no_other_gets(self, database: Database) -> None:
        add(database, intent("a"))
        assert keys(take(database, "worker-1")) == ["a"]
        assert take(database, "worker-2") == []
        held = row(database, "a")
        assert (held.status, held.lease_owner) == (OutboxStatus.LEASED, "worker-1")

    def test_when_a_lease_has_passed_the_next_worker_gets_the_row_under_a_new_fence(self, database: Database) -> None:
        add(database, intent("a"))
        take(database)
        let_time_pass(database, LEASE)
        again = take_one(database, "worker-2")
        assert (again.fence, again.was_sending) == (2, False)

    def test_no_more_than_the_limit_is_taken(self, database: Database) -> None:
        add(database, *(intent(f"{n}", destination=f"slack:C{n}") for n in range(5)))
        assert len(take(database, limit=3)) == 3
        assert len(take(database, limit=3)) == 2

    def test_a_flood_to_one_destination_does_not_delay_the_others(self, database: Database) -> None:
        flood = [intent(f"flood-{n}", due_at=NOW - MINUTE) for n in range(50)]
        add(database, *flood, intent("other-1", destination="slack:C2"), intent("other-2", destination="teams:C3"))
        taken = take(database, limit=10, per_destination=4)
        assert {"other-1", "other-2"} <= set(keys(taken))
        assert sum(one.destination == "slack:C1" for one in taken) == 4

    def test_when_there_is_room_for_few_every_destination_gets_its_first_row(self, database: Database) -> None:
        older = [intent(f"older-{n}", due_at=NOW - MINUTE) for n in range(5)]
        add(database, *older, intent("other", destination="slack:C2"))
        assert set(keys(take(database, limit=2))) == {"older-0", "other"}

    def test_kinds_and_destinations_restrict(self, database: Database) -> None:
        add(
            database,
            intent("rank", kind="rank", destination="job:rank"),
            intent("a", destination="slack:T1:C1"),
            intent("b", destination="slack:T1:C2"),
        )
        assert keys(take(database, kinds={"rank"})) == ["rank"]
        assert keys(take(database, destination="slack:T1:C2")) == ["b"]
        assert keys(take(database)) == ["a"]

    def test_a_restriction_holds_for_passed_leases_too(self, database: Database) -> None:
        add(database, intent("a"))
        take(database)
        let_time_pass(database, LEASE)
        assert take(database, kinds={"rank"}) == []
        assert keys(take(database, destination="slack:C1")) == ["a"]


class TestPlaces:
    """What belongs to one place, so that its pace holds over all workers, and to one workspace."""

    def test_a_place_of_which_one_worker_holds_a_row_is_left_alone_by_the_others(self, database: Database) -> None:
        add(database, intent("a"), intent("b"), intent("elsewhere", destination="slack:T1:C2"))
        assert keys(take(database, limit=2, per_destination=1)) == ["a", "elsewhere"]
        assert take(database, "worker-2") == []
        let_time_pass(database, LEASE)
        assert keys(take(database, "worker-2")) == ["a", "b", "elsewhere"]

    def test_jobs_without_a_place_are_shared_by_all(self, database: Database) -> None:
        add(database, *(intent(f"{n}", destination="") for n in range(2)))
        assert keys(take(database, limit=1)) == ["0"]
        assert keys(take(database, "worker-2")) == ["1"]

    def test_a_place_that_was_sent_to_a_moment_ago_rests(self, database: Database) -> None:
        add(database, intent("a"), intent("b"), intent("c", destination="web:clean:channel:1"))
        add(database, intent("d", destination="web:clean:channel:1"))
        with database.write() as session:
            first, third = claim(session, owner="w", now=NOW, per_destination=1)
            for one in (first, third):
                assert mark_sending(session, one, now=NOW)
                assert finish(session, one, status="sent", now=NOW)
        rests = {"slack": timedelta(seconds=2)}
        assert keys(take(database, "worker-2", NOW + SECOND, rests=rests)) == ["d"]
        assert keys(take(database, "worker-2", NOW + 3 * SECOND, rests=rests)) == ["b"]

    def test_a_clock_that_was_set_back_makes_no_place_rest_for_longer(self, database: Database) -> None:
        an_hour = timedelta(hours=1)
        add(database, intent("a"), intent("b", due_at=NOW + SECOND))
        with database.write() as session:
            (first,) = claim(session, owner="w", now=NOW + an_hour, per_destination=1)
            assert mark_sending(session, first, now=NOW + an_hour)
            assert finish(session, first, status="sent", now=NOW + an_hour)
        assert keys(take(database, "worker-2", NOW + SECOND, rests={"slack": 2 * SECOND})) == ["b"]

    def test_what_was_cancelled_makes_no_place_rest(self, database: Database) -> None:
        add(database, intent("a"), intent("b"))
        with database.write() as session:
            (first,) = claim(session, owner="w", now=NOW, per_destination=1)
            assert finish(session, first, status="cancelled", now=NOW)
        assert keys(take(database, "worker-2", rests={"slack": MINUTE})) == ["b"]

    def test_a_flood_to_one_workspace_does_not_delay_the_others(self, database: Database) -> None:
        flood = [intent(f"{n}", destination=f"slack:T1:C{n}", due_at=NOW - MINUTE) for n in range(50)]
        add(database, *flood, intent("late", destination="slack:T2:C1"), intent("nudge", destination="person:P-8"))
        taken = keys(take(database, limit=10))
        assert {"late", "nudge"} <= set(taken)
        assert len(taken) == 10

    def test_a_worker_holds_no_more_of_one_workspace_than_its_share(self, database: Database) -> None:
        flood = [intent(f"{n:02}", destination=f"slack:T1:C{n}") for n in range(20)]
        add(database, *flood, *(intent(f"p{n}", destination=f"person:P-{n}") for n in range(6)))
        first = take(database, limit=30, per_workspace=4)
        assert keys(first) == ["00", "01", "02", "03", "p0", "p1", "p2", "p3"]
        assert take(database, limit=30, per_workspace=4) == []
        with database.write() as session:
            assert finish(session, first[0], status="sent", now=NOW)
        assert keys(take(database, limit=30, per_workspace=4)) == ["04"]
        assert len(take(database, "worker-2", limit=30, per_workspace=4)) == 6


class TestStreams:
    def test_a_stream_is_handled_one_row_after_the_other_by_its_numbers(self, database: Database) -> None:
        add(database, *(intent(f"{seq}", stream="CH-12", seq=seq) for seq in (2, 0, 1)), intent("alone"))
        seen: list[str] = []
        while claimed := take(database):
            seen += keys(claimed)
            with database.write() as session:
                for one in claimed:
                    assert finish(session, one, status="sent", now=NOW)
        assert [key for key in seen if key != "alone"] == ["0", "1", "2"]
        assert "alone" in seen

    def test_without_numbers_a_stream_keeps_the_order_in_which_it_came(self, database: Database) -> None:
        add(database, intent("first", stream="s"), intent("second", stream="s"))
        assert keys(take(database)) == ["first"]

    def test_a_row_that_waits_for_later_holds_its_stream_back(self, database: Database) -> None:
        add(database, intent("first", stream="s", due_at=NOW + MINUTE), intent("second", stream="s", seq=1))
        assert take(database) == []
        assert keys(take(database, now=NOW + MINUTE)) == ["first"]

    @pytest.mark.parametrize("status", ["sent", "dead", "cancelled"])
    def test_a_finished_row_lets_the_next_one_go(self, database: Database, status: str) -> None:
        add(database, intent("first", stream="s"), intent("second", stream="s", seq=1))
        first = take_one(database)
        assert take(database) == []
        with database.write() as session:
            assert finish(session, first, status=status, now=NOW)  # type: ignore[arg-type]
        assert keys(take(database)) == ["second"]

    def test_a_row_of_unknown_fate_holds_its_stream_back(self, database: Database) -> None:
        add(database, intent("first", stream="s"), intent("second", stream="s", seq=1))
        first = sending(database, "first")
        assert take(database) == []
        with database.write() as session:
            assert leave_uncertain(session, first, due_at=NOW + MINUTE, now=NOW, error="no look-up")
        assert take(database) == []
