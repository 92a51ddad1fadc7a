"""The delivery of a row: guarded by its fence, reconciled when its fate is unknown, cancelled when it is too late."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import select

from store import backlog
from store.engine import ConstraintViolated, Database
from store.queue import (
    LEASE,
    QUIET,
    cancel,
    claim,
    expire,
    finish,
    hold_off,
    leave_uncertain,
    mark_sending,
    note_failure,
    postpone,
    release,
    renew,
)
from store.tables.queue import Outbox, OutboxStatus
from tests.integration.store.queue_rows import (
    MINUTE,
    NOW,
    add,
    intent,
    keys,
    let_time_pass,
    row,
    sending,
    take,
    take_one,
)


class TestSending:
    def test_a_delivery_is_marked_and_then_finished_with_its_reference(self, database: Database) -> None:
        add(database, intent("a"))
        one = sending(database, "a")
        marked = row(database, "a")
        assert (marked.status, marked.attempts) == (OutboxStatus.SENDING, 1)
        assert marked.send_started is not None
        with database.write() as session:
            assert finish(session, one, status="sent", ref="1718.0001", now=NOW)
        sent = row(database, "a")
        assert (sent.status, sent.sent_ref, sent.lease_until, sent.send_started) == ("sent", "1718.0001", None, None)

    def test_a_worker_that_comes_late_changes_nothing(self, database: Database) -> None:
        add(database, intent("a"))
        late = take_one(database, "worker-1")
        let_time_pass(database, LEASE)
        owner = take_one(database, "worker-2")
        with database.write() as session:
            assert not mark_sending(session, late, now=NOW)
            assert not finish(session, late, status="dead", now=NOW)
            assert not postpone(session, late, due_at=NOW, now=NOW)
            assert not leave_uncertain(session, late, due_at=NOW, now=NOW, error="")
            assert not renew(session, late, now=NOW)
            assert release(session, [late], now=NOW) == 0
        with database.write() as session:
            assert mark_sending(session, owner, now=NOW)
            assert not finish(session, late, status="sent", ref="late", now=NOW)
            assert finish(session, owner, status="sent", ref="mine", now=NOW)
        assert row(database, "a").sent_ref == "mine"

    def test_a_row_is_marked_as_sending_once(self, database: Database) -> None:
        add(database, intent("a"))
        one = sending(database, "a")
        with database.write() as session:
            assert not mark_sending(session, one, now=NOW)

    def test_a_crash_while_sending_is_looked_up_after_the_lease_and_a_quiet_time(self, database: Database) -> None:
        add(database, intent("a"))
        sending(database, "a")
        assert take(database, "worker-2", now=NOW) == []
        let_time_pass(database, max(LEASE, QUIET) + MINUTE)
        again = take_one(database, "worker-2")
        assert again.was_sending
        assert again.send_started is not None

    def test_a_passed_lease_alone_does_not_end_the_quiet_time(self, database: Database) -> None:
        add(database, intent("a"))
        sending(database, "a")
        let_time_pass(database, LEASE)
        assert take(database, "worker-2", quiet=timedelta(hours=1)) == []
        assert keys(take(database, "worker-2", quiet=timedelta(0))) == ["a"]

    def test_an_unknown_fate_survives_a_second_crash_before_the_look_up(self, database: Database) -> None:
        add(database, intent("a"))
        sending(database, "a")
        let_time_pass(database, LEASE + QUIET)
        assert take_one(database, "worker-2").was_sending
        let_time_pass(database, LEASE)
        third = take_one(database, "worker-3")
        assert (third.was_sending, third.fence) == (True, 3)

    def test_an_unknown_fate_survives_a_release(self, database: Database) -> None:
        add(database, intent("a"))
        sending(database, "a")
        let_time_pass(database, LEASE + QUIET)
        with database.write() as session:
            assert release(session, claim(session, owner="worker-2", now=NOW), now=NOW) == 1
        assert row(database, "a").status == OutboxStatus.UNCERTAIN
        assert take_one(database, "worker-3").was_sending

    def test_a_failed_look_up_is_tried_again_later(self, database: Database) -> None:
        add(database, intent("a"))
        one = sending(database, "a")
        with database.write() as session:
            assert leave_uncertain(session, one, due_at=NOW + MINUTE, now=NOW, error="no answer")
            assert [entry.key for entry in backlog.unconfirmed(session)] == ["a"]
        assert take(database, "worker-2") == []
        (again,) = take(database, "worker-2", now=NOW + MINUTE)
        assert (again.was_sending, again.attempts) == (True, 1)

    def test_what_a_look_up_found_is_sent_without_sending(self, database: Database) -> None:
        add(database, intent("a"))
        sending(database, "a")
        let_time_pass(database, LEASE + QUIET)
        again = take_one(database, "worker-2")
        with database.write() as session:
            assert finish(session, again, status="sent", ref="found", now=NOW)
        assert (row(database, "a").attempts, row(database, "a").sent_ref) == (1, "found")

    def test_a_platform_that_failed_leaves_the_row_as_being_sent(self, database: Database) -> None:
        add(database, intent("a"))
        one = sending(database, "a")
        with database.write() as session:
            assert note_failure(session, one, now=NOW, error="503")
        kept = row(database, "a")
        assert (kept.status, kept.last_error) == (OutboxStatus.SENDING, "503")
        assert take(database, "worker-2") == []

    def test_a_platform_that_failed_keeps_its_place_from_nobody(self, database: Database) -> None:
        add(database, intent("a"), intent("b"))
        first, second = take(database)
        with database.write() as session:
            assert mark_sending(session, first, now=NOW)
            assert note_failure(session, first, now=NOW, error="503")
            assert release(session, [second], now=NOW) == 1
        assert keys(take(database, "worker-2")) == ["b"]

    def test_a_pause_that_a_place_asks_for_is_kept_by_every_worker(self, database: Database) -> None:
        add(database, intent("a"), intent("b"), intent("elsewhere", destination="slack:T1:C2"))
        first, second, other = take(database)
        with database.write() as session:
            assert mark_sending(session, first, now=NOW)
            assert hold_off(session, first, pause=MINUTE, now=NOW, error="429", unsure=False)
            assert release(session, [second, other], now=NOW) == 2
        assert keys(take(database, "worker-2")) == ["elsewhere"]
        let_time_pass(database, MINUTE)
        again = {one.key: one.was_sending for one in take(database, "worker-3")}
        assert (again["a"], again["b"]) == (False, False)

    def test_a_pause_does_not_make_an_unknown_fate_known(self, database: Database) -> None:
        add(database, intent("a"))
        one = sending(database, "a")
        with database.write() as session:
            assert hold_off(session, one, pause=MINUTE, now=NOW, error="429", unsure=True)
        let_time_pass(database, QUIET + MINUTE)
        assert take_one(database, "worker-2").was_sending

    def test_a_rate_limit_puts_the_row_back_for_later_and_its_fate_is_known(self, database: Database) -> None:
        add(database, intent("a"))
        one = sending(database, "a")
        with database.write() as session:
            assert postpone(session, one, due_at=NOW + MINUTE, now=NOW, error="429")
        assert take(database) == []
        (again,) = take(database, now=NOW + MINUTE)
        assert (again.was_sending, again.attempts) == (False, 1)

    def test_a_renewed_lease_holds_longer(self, database: Database) -> None:
        add(database, intent("a"))
        one = take_one(database)
        with database.write() as session:
            assert renew(session, one, now=NOW, lease=timedelta(hours=1))
        let_time_pass(database, LEASE)
        assert take(database, "worker-2") == []

    def test_a_stopping_worker_gives_back_what_it_has_not_begun(self, database: Database) -> None:
        add(database, *(intent(f"{n}", destination=f"slack:T1:C{n}") for n in range(3)))
        first, *rest = take(database)
        with database.write() as session:
            assert mark_sending(session, first, now=NOW)
            assert release(session, [first, *rest], now=NOW) == 2
        assert keys(take(database, "worker-2")) == ["1", "2"]
        assert row(database, "0").status == OutboxStatus.SENDING

    def test_a_long_error_is_cut(self, database: Database) -> None:
        add(database, intent("a"))
        one = take_one(database)
        with database.write() as session:
            finish(session, one, status="dead", now=NOW, error="x" * 10_000)
        assert len(row(database, "a").last_error or "") == 500


class TestExpiryAndCancelling:
    def test_what_is_too_late_is_cancelled_and_not_taken(self, database: Database) -> None:
        add(database, intent("a", expires_at=NOW), intent("b", expires_at=NOW + MINUTE))
        assert keys(take(database)) == ["b"]
        late = row(database, "a")
        assert (late.status, late.last_error) == (OutboxStatus.CANCELLED, "expired")

    def test_expiry_lets_the_rest_of_a_stream_go(self, database: Database) -> None:
        add(database, intent("a", stream="s", expires_at=NOW), intent("b", stream="s", seq=1))
        assert keys(take(database)) == ["b"]

    def test_what_expires_in_a_workers_hands_is_not_sent(self, database: Database) -> None:
        add(database, intent("a", expires_at=NOW + MINUTE))
        one = take_one(database)
        with database.write() as session:
            assert expire(session, now=NOW + MINUTE) == 1
            assert not mark_sending(session, one, now=NOW + MINUTE)

    def test_what_is_being_sent_does_not_expire(self, database: Database) -> None:
        add(database, intent("a", expires_at=NOW + MINUTE))
        sending(database, "a")
        with database.write() as session:
            assert expire(session, now=NOW + MINUTE) == 0

    def test_an_action_on_a_subject_cancels_all_that_waits_about_it(self, database: Database) -> None:
        subjects = ["IN-34", "IN-34:consent", "IN-34:met:P-8", "IN-345", "IN-3", "in-34:x", "IN-34;x", None]
        add(database, *(intent(f"{n}", subject=subject) for n, subject in enumerate(subjects)))
        with database.write() as session:
            assert cancel(session, "IN-34", now=NOW, reason="declined") == 3
        assert set(keys(take(database, per_destination=20))) == {"3", "4", "5", "6", "7"}
        assert row(database, "1").last_error == "declined"

    def test_cancelling_can_be_restricted_to_kinds(self, database: Database) -> None:
        add(database, intent("a", subject="IN-34", kind="nudge"), intent("b", subject="IN-34"))
        with database.write() as session:
            assert cancel(session, "IN-34", now=NOW, reason="acted", kinds={"nudge"}) == 1
        assert keys(take(database)) == ["b"]

    def test_what_a_worker_holds_can_be_cancelled_until_it_is_being_sent(self, database: Database) -> None:
        add(database, intent("a", subject="IN-34"))
        one = take_one(database)
        with database.write() as session:
            assert cancel(session, "IN-34", now=NOW, reason="withdrawn") == 1
        with database.write() as session:
            assert not mark_sending(session, one, now=NOW)

    def test_what_is_being_sent_cannot_be_cancelled(self, database: Database) -> None:
        add(database, intent("a", subject="IN-34"))
        sending(database, "a")
        with database.write() as session:
            assert cancel(session, "IN-34", now=NOW, reason="withdrawn") == 0


class TestBacklog:
    def test_the_figures_tell_what_waits_and_for_how_long(self, database: Database) -> None:
        add(database, *(intent(f"{n}") for n in range(4)), intent("later", due_at=NOW + MINUTE))
        first, second, third, _fourth = take(database)
        with database.write() as session:
            for one in (first, second):
                assert mark_sending(session, one, now=NOW)
            assert leave_uncertain(session, second, due_at=NOW + MINUTE, now=NOW, error="")
            assert finish(session, third, status="dead", now=NOW, error="channel_not_found")
        with database.read() as session:
            figures = backlog.backlog(session, now=NOW + timedelta(seconds=90))
            (gone,) = backlog.dead(session)
        assert figures == backlog.Backlog(oldest_due_seconds=90, pending=1, leased=1, sending=1, uncertain=1, dead=1)
        assert (gone.key, gone.last_error, gone.status) == ("2", "channel_not_found", OutboxStatus.DEAD)

    def test_an_empty_outbox_has_no_delay(self, database: Database) -> None:
        with database.read() as session:
            assert backlog.backlog(session, now=NOW).oldest_due_seconds == 0

    def test_a_cluster_sees_its_own_rows(self, database: Database) -> None:
        add(database, intent("a", cluster_id=1), intent("b", cluster_id=2))
        with database.write() as session:
            for one in claim(session, owner="w", now=NOW):
                finish(session, one, status="dead", now=NOW)
            assert [entry.key for entry in backlog.dead(session, clusters=[2])] == ["b"]
            assert [entry.key for entry in backlog.dead(session)] == ["b", "a"]

    def test_a_dead_row_can_be_revived_once(self, database: Database) -> None:
        add(database, intent("a"))
        one = take_one(database)
        with database.write() as session:
            finish(session, one, status="dead", now=NOW)
            assert backlog.revive(session, one.id, due_at=NOW, now=NOW)
            assert not backlog.revive(session, one.id, due_at=NOW, now=NOW)
        assert keys(take(database)) == ["a"]

    def test_what_may_have_arrived_is_looked_up_when_it_is_revived(self, database: Database) -> None:
        add(database, intent("a"))
        one = sending(database, "a")
        with database.write() as session:
            assert finish(session, one, status="dead", now=NOW, error="unconfirmed", unconfirmed=True)
            assert backlog.revive(session, one.id, due_at=NOW, now=NOW)
        again = take_one(database)
        assert (again.was_sending, again.payload[backlog.ORDERED]) == (True, True)

    def test_purging_takes_what_is_long_finished_and_leaves_the_rest(self, database: Database) -> None:
        add(database, *(intent(f"{n}") for n in range(4)))
        sent, gone, cancelled, _held = take(database)
        with database.write() as session:
            finish(session, sent, status="sent", now=NOW)
            finish(session, gone, status="dead", now=NOW)
            finish(session, cancelled, status="cancelled", now=NOW + MINUTE)
        with database.write() as session:
            assert backlog.purge(session, before=NOW + MINUTE) == 1
        with database.read() as session:
            assert set(session.exec(select(Outbox.key))) == {"1", "2", "3"}


class TestSchema:
    @pytest.mark.parametrize(
        "change",
        ["status = 'leased'", "status = 'sent', lease_until = due_at", "status = 'uncertain'", "status = 'lost'"],
    )
    def test_a_row_cannot_contradict_itself(self, database: Database, change: str) -> None:
        add(database, intent("a"))

        def contradict() -> None:
            with database.write() as session:
                session.execute(text(f"UPDATE outbox SET {change}"))  # noqa: S608 - written above

        with pytest.raises(ConstraintViolated):
            contradict()
