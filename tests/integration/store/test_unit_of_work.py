"""A unit of work: all or nothing, one writer at a time, reading never writes."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlmodel import select

from store.engine import ConstraintViolated, Database, ReadOnlyTransaction, StoreContended, StoreUnavailable, normalised
from store.tables.rooms import Post

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def counter(database: Database) -> Iterator[Database]:
    with database.write() as session:
        session.execute(text("CREATE TABLE counter (name VARCHAR(20) PRIMARY KEY, value INTEGER CHECK (value >= 0))"))
        session.execute(text("INSERT INTO counter VALUES ('a', 0)"))
    yield database
    with database.write() as session:
        session.execute(text("DROP TABLE counter"))


def value(database: Database) -> int:
    with database.read() as session:
        return session.execute(text("SELECT value FROM counter WHERE name = 'a'")).scalar_one()


def test_what_was_written_is_there_after_the_block(counter: Database) -> None:
    with counter.write() as session:
        session.execute(text("UPDATE counter SET value = 7"))
    assert value(counter) == 7


def test_an_exception_undoes_everything(counter: Database) -> None:
    with pytest.raises(KeyError), counter.write() as session:
        session.execute(text("UPDATE counter SET value = 7"))
        raise KeyError
    assert value(counter) == 0


def test_a_violated_constraint_undoes_everything(counter: Database) -> None:
    with pytest.raises(ConstraintViolated), counter.write() as session:
        session.execute(text("INSERT INTO counter VALUES ('b', 1)"))
        session.execute(text("UPDATE counter SET value = -1"))
    with counter.read() as session:
        assert session.execute(text("SELECT count(*) FROM counter")).scalar_one() == 1


def test_reading_refuses_to_write(counter: Database) -> None:
    with pytest.raises(ReadOnlyTransaction), counter.read() as session:
        session.execute(text("UPDATE counter SET value = 7"))
    assert value(counter) == 0


def test_many_threads_lose_no_increment(counter: Database) -> None:
    def increment(_: int) -> None:
        with counter.write() as session:
            lock = "" if counter.dialect == "sqlite" else " FOR UPDATE"
            now = session.execute(text(f"SELECT value FROM counter WHERE name = 'a'{lock}")).scalar_one()  # noqa: S608
            session.execute(text("UPDATE counter SET value = :value"), {"value": now + 1})

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(increment, range(200)))
    assert value(counter) == 200


def test_a_reader_sees_the_state_before_an_open_write_and_does_not_wait_for_it(counter: Database) -> None:
    with ThreadPoolExecutor(1) as other, counter.write() as session:
        session.execute(text("UPDATE counter SET value = 7"))
        assert other.submit(value, counter).result(timeout=10) == 0
    assert value(counter) == 7


def test_a_second_unit_of_work_in_the_same_thread_is_refused(sqlite_database: Database) -> None:
    with sqlite_database.write(), pytest.raises(RuntimeError, match="already open"), sqlite_database.write():
        pass
    with sqlite_database.write() as session:
        assert session.execute(text("SELECT 1")).scalar_one() == 1


def test_writers_are_served_in_the_order_they_came(sqlite_database: Database) -> None:
    served: list[int] = []
    entered = threading.Event()

    def write(number: int) -> None:
        entered.set()
        with sqlite_database.write():
            served.append(number)

    threads: list[threading.Thread] = []
    queue = sqlite_database._turnstile
    assert queue is not None
    with sqlite_database.write():
        for number in range(8):
            threads.append(threading.Thread(target=write, args=(number,)))
            threads[-1].start()
            while len(queue._waiting) <= number:
                entered.wait(0.001)
    for thread in threads:
        thread.join(10)
    assert served == list(range(8))


def test_waiting_too_long_for_a_turn_is_contention(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.engine.WRITE_TURN_SECONDS", 0.01)

    def write() -> None:
        with sqlite_database.write():
            pass

    with ThreadPoolExecutor(1) as other:
        with sqlite_database.write():
            refused = other.submit(write).exception(timeout=10)
        assert isinstance(refused, StoreContended)
        other.submit(write).result(timeout=10)


def test_foreign_keys_and_full_durability_are_on(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.write() as session:
        pragmas = {
            name: session.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("foreign_keys", "synchronous", "journal_mode")
        }
    assert pragmas == {"foreign_keys": 1, "synchronous": 2, "journal_mode": "wal"}
    database.close()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_lost_serialization_is_contention_and_can_be_run_again(counter: Database) -> None:
    def increment() -> None:
        with counter.write() as session:
            session.execute(text("UPDATE counter SET value = value + 1"))

    with ThreadPoolExecutor(1) as other, pytest.raises(StoreContended), counter.write() as session:
        session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        session.execute(text("SELECT value FROM counter")).scalar_one()
        other.submit(increment).result(timeout=10)
        session.execute(text("UPDATE counter SET value = value + 1"))
    increment()
    assert value(counter) == 2


def test_a_connection_that_the_server_has_closed_is_replaced(postgres_database: Database) -> None:
    with postgres_database.read() as session:
        victim = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with postgres_database.write() as session:
        # The pool hands out the connection used last: make sure that it is not the one that kills.
        killer = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    other = Database(postgres_database.url)
    with other.write() as session:
        for pid in {victim, killer}:
            session.execute(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": pid})
    other.close()
    with postgres_database.read() as session:
        assert session.execute(text("SELECT pg_backend_pid()")).scalar_one() not in {victim, killer}


def test_reading_does_not_lose_the_plans_of_a_connection(postgres_database: Database) -> None:
    for _ in range(8):
        with postgres_database.read() as session:
            session.execute(text("SELECT 'planned once'"))
    with postgres_database.read() as session:
        kept = session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    assert "SELECT 'planned once'" in kept


def test_what_was_not_written_is_dropped_at_the_end_of_reading(database: Database) -> None:
    with database.read() as session:
        post = Post(kind="challenge", subject="CH-1", destination="web:1:C1", created_at=NOW, updated_at=NOW)
        session.add(post)
    with database.read() as session:
        assert session.exec(select(Post)).all() == []


def test_a_connection_that_breaks_in_the_middle_is_unavailability(postgres_database: Database) -> None:
    other = Database(postgres_database.url)
    with pytest.raises(StoreUnavailable), postgres_database.write() as session:
        mine = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with other.write() as killer:
            killer.execute(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": mine})
        session.execute(text("SELECT 1"))
    other.close()


def test_a_server_that_is_not_there_is_unavailability() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(StoreUnavailable), database.read() as session:
        session.execute(text("SELECT 1"))


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("postgres://u:p@h/d", "postgresql+psycopg"),
        ("postgresql://u:p@h/d", "postgresql+psycopg"),
        ("sqlite:///x.db", "sqlite+pysqlite"),
    ],
)
def test_an_address_gets_the_driver_we_use(given: str, driver: str) -> None:
    assert normalised(given).drivername == driver


@pytest.mark.parametrize("given", ["sqlite://", "sqlite:///:memory:", "mysql://h/d"])
def test_an_address_without_a_durable_database_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="store"):
        normalised(given)


def test_a_password_is_not_shown() -> None:
    assert "hush" not in repr(Database("postgresql://u:hush@h/d"))
