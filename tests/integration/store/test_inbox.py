"""The inbox: an event that comes twice has one effect."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from store import heartbeat, inbox
from store.engine import Database

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def receive(database: Database, source: str, key: str) -> bool:
    with database.write() as session:
        return inbox.receive(session, source, key, NOW)


def test_the_second_time_an_event_is_known(database: Database) -> None:
    assert receive(database, "slack", "Ev1") is True
    assert receive(database, "slack", "Ev1") is False


def test_the_same_key_of_another_source_is_another_event(database: Database) -> None:
    assert receive(database, "slack", "1")
    assert receive(database, "teams", "1")


def test_an_event_whose_effect_failed_is_new_when_it_comes_again(database: Database) -> None:
    def fail() -> None:
        with database.write() as session:
            assert inbox.receive(session, "slack", "Ev1", NOW)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert receive(database, "slack", "Ev1") is True


def test_of_many_who_bring_the_same_event_at_once_one_has_the_effect(database: Database) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: receive(database, "slack", "Ev1"), range(24)))
    assert sorted(answers) == [False] * 23 + [True]


def test_what_was_purged_is_forgotten_and_the_rest_is_known(database: Database) -> None:
    with database.write() as session:
        inbox.receive(session, "slack", "old", NOW - timedelta(days=30))
        inbox.receive(session, "slack", "new", NOW)
        inbox.receive(session, "teams", "old", NOW)
    with database.write() as session:
        assert inbox.purge(session, before=NOW - timedelta(days=7)) == 1
    assert receive(database, "slack", "old") is True
    assert receive(database, "slack", "new") is False
    assert receive(database, "teams", "old") is False


def test_the_pulse_of_a_tick_is_its_last_turn(database: Database) -> None:
    with database.write() as session:
        assert heartbeat.last_beat(session, "minute") is None
        heartbeat.beat(session, "minute", worker="w1", now=NOW)
        heartbeat.beat(session, "minute", worker="w2", now=NOW + timedelta(minutes=1))
        heartbeat.beat(session, "hour", worker="w1", now=NOW)
    with database.read() as session:
        assert heartbeat.last_beat(session, "minute") == heartbeat.Beat("minute", "w2", NOW + timedelta(minutes=1))


def test_a_clock_that_is_ahead_of_the_servers_is_noticed(postgres_database: Database) -> None:
    with postgres_database.read() as session:
        behind = heartbeat.clock_skew(session, datetime(2000, 1, 1, tzinfo=UTC))
        ahead = heartbeat.clock_skew(session, datetime(2200, 1, 1, tzinfo=UTC))
    assert behind < -timedelta(days=365) < timedelta(days=365) < ahead


def test_a_file_has_no_clock_of_its_own(sqlite_database: Database) -> None:
    with sqlite_database.read() as session:
        assert heartbeat.clock_skew(session, NOW) == timedelta(0)
