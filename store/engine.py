"""The unit of work: how a connection is opened, and how one transaction begins and ends."""

import select
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlmodel import Session

#: What a violated constraint raises, for layers that must not import SQLAlchemy.
ConstraintViolated = IntegrityError

#: Under this name sessions and connections know whose eyes they have (`store.reach`).
REACH = "reach"
WRITE_TURN_SECONDS = 30.0
SQLITE_BUSY_MILLISECONDS = 10_000
READ_CONNECTIONS = 16
POSTGRES_CONNECTIONS = 16
#: Plans that a connection of PostgreSQL keeps; the least used goes first.
POSTGRES_STATEMENTS = 1000
#: A connection that was used so lately is asked nothing before it is used again.
_IDLE_SECONDS = 30.0
#: Serialization failure and deadlock: the transaction did nothing and may be run again.
_CONTENDED_SQLSTATES = frozenset({"40001", "40P01", "55P03"})


class StoreUnavailable(Exception):
    """Say that the database cannot be reached, is restarting or is locked by somebody else."""


class StoreContended(StoreUnavailable):
    """Say that a transaction lost against another one and did nothing: run it again."""


class ReadOnlyTransaction(RuntimeError):
    """Say that something was written in a unit of work that was opened for reading."""


class _Turnstile:
    """Admit one thread at a time, first come, first served.

    Threads that meet in SQLite's own busy handler poll with growing pauses, and the last to come may be the first
    to be served. Here they sleep until it is their turn.
    """

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._holder: int | None = None

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        self._enter(seconds)
        try:
            yield
        finally:
            self._leave()

    def _enter(self, seconds: float) -> None:
        me = threading.get_ident()
        with self._mutex:
            if self._holder == me:
                raise RuntimeError("A unit of work is already open in this thread; a handler is one transaction.")
            if self._holder is None:
                self._holder = me
                return
            ticket = threading.Lock()
            ticket.acquire()
            self._waiting.append(ticket)
        if not ticket.acquire(timeout=seconds):
            with self._mutex:
                if ticket in self._waiting:
                    self._waiting.remove(ticket)
                    raise StoreContended("Waited too long for a turn to write.")
            # The turn was handed over between the time-out and the look: take it.
        self._holder = me

    def _leave(self) -> None:
        with self._mutex:
            if self._waiting:
                # Never None in between: nobody may overtake the one who is being woken.
                self._holder = 0
                self._waiting.popleft().release()
            else:
                self._holder = None


def normalised(url: str | URL) -> URL:
    """Read a database address, and name the driver that we use.

    :raises ValueError: the address is of another engine, or of a SQLite database in memory.
    """
    parsed = make_url(url)
    backend = "postgresql" if parsed.drivername == "postgres" else parsed.get_backend_name()
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite":
        if parsed.database in {None, "", ":memory:"}:
            raise ValueError("The store is a file: a SQLite database in memory is not durable.")
        return parsed.set(drivername="sqlite+pysqlite")
    raise ValueError(f"The store runs on SQLite and PostgreSQL, not on {backend}.")


def make_engine(url: str | URL, *, read_only: bool = False, durable: bool = True) -> Engine:
    """Make an engine with the settings of its kind; what is not `durable` does not wait for the disk (SQLite).

    On SQLite every transaction of a writing engine begins with `BEGIN IMMEDIATE`, because a deferred one that turns
    from reading to writing fails at once when somebody else wrote meanwhile; a reading engine refuses to write.
    """
    address = normalised(url)
    if address.get_backend_name() == "postgresql":
        return _postgres_engine(address)
    return _sqlite_engine(address, read_only=read_only, durable=durable)


def _postgres_engine(url: URL) -> Engine:
    engine = create_engine(
        url,
        pool_size=POSTGRES_CONNECTIONS,
        max_overflow=POSTGRES_CONNECTIONS,
        pool_use_lifo=True,
        hide_parameters=True,
        connect_args={
            "connect_timeout": 10,
            "application_name": "matchpoint",
            # Privileged until a transaction is narrowed (`store.reach`). Who connects without it sees no cluster.
            # Policies make the planner expect much work of short statements: compiling them costs more than they do.
            "options": "-c timezone=UTC -c jit=off -c matchpoint.clusters=*",
        },
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # The driver keeps a hundred plans; we have more statements, and a policy makes a plan dear.
        connection.prepared_max = POSTGRES_STATEMENTS

    @event.listens_for(engine, "checkin")
    def _note(_connection: Any, record: Any) -> None:
        record.info["returned"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _check(connection: Any, record: Any, _proxy: Any) -> None:
        returned = record.info.get("returned")
        if returned is None or (time.monotonic() - returned < _IDLE_SECONDS and not _was_told(connection.fileno())):
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    return engine


def _was_told(number: int) -> bool:
    """Tell whether a socket that nobody asked anything has something to read: a server that goes says so, or closes it.

    Asking the server itself at every checkout would cost as much as a statement.
    """
    watch = select.poll()
    watch.register(number, select.POLLIN)
    return bool(watch.poll(0))


def _sqlite_engine(url: URL, *, read_only: bool, durable: bool) -> Engine:
    assert url.database is not None  # noqa: S101 - normalised() has refused it
    Path(url.database).expanduser().parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        # One connection writes, because one thread at a time may: its cache of pages and statements stays warm.
        pool_size=READ_CONNECTIONS if read_only else 1,
        max_overflow=READ_CONNECTIONS * 2 if read_only else 8,
        pool_use_lifo=True,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "cached_statements": 512, "timeout": SQLITE_BUSY_MILLISECONDS / 1000},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # We begin transactions ourselves; the driver would begin deferred ones, and only before some statements.
        connection.isolation_level = None
        for kind in ("clusters", "organisations"):
            connection.create_function(f"matchpoint_{kind}", 1, _within(_record, kind))
        for pragma in (
            f"busy_timeout={SQLITE_BUSY_MILLISECONDS}",
            "journal_mode=WAL",
            f"synchronous={'FULL' if durable else 'OFF'}",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            f"query_only={'ON' if read_only else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "checkin")
    def _forget(_connection: Any, record: Any) -> None:
        record.info.pop(REACH, None)

    begin = "BEGIN DEFERRED" if read_only else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _within(record: Any, kind: str) -> Callable[[int], bool]:
    """Make the function that tells SQLite whether an id is within reach of who has the connection now."""

    def within(key: int) -> bool:
        reach = record.info.get(REACH)
        return reach is None or key in getattr(reach, kind)

    return within


class Database:
    """Open units of work on one database. Safe to share between threads; one per process.

    A SQLite file that will be thrown away need not be `durable`: it survives the process, but not the machine.
    """

    def __init__(self, url: str | URL, *, durable: bool = True) -> None:
        self._url = normalised(url)
        self.dialect = self._url.get_backend_name()
        self.engine = make_engine(self._url, durable=durable)
        self._turnstile = _Turnstile() if self.dialect == "sqlite" else None
        if self.dialect == "sqlite":
            self._reader = make_engine(self._url, read_only=True, durable=durable)
        else:
            self._reader = self.engine.execution_options(postgresql_readonly=True)

    def __repr__(self) -> str:
        return f"Database({self._url.render_as_string(hide_password=True)!r})"

    @property
    def url(self) -> URL:
        """The address, with its driver. Its `repr` and `str` hide the password."""
        return self._url

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open one transaction that is committed at the end of the block, or rolled back by an exception.

        Rows stay readable after the block. On SQLite, writers of this process take turns.
        :raises StoreContended: the transaction lost against another one and did nothing; the caller may run it again.
        :raises StoreUnavailable: the database cannot be reached or is restarting.
        :raises RuntimeError: this thread has a unit of work open already (SQLite).
        """
        if self._turnstile is None:
            with translated(), Session(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
            return
        with self._turnstile.turn(WRITE_TURN_SECONDS), translated():  # noqa: SIM117 - the turn outlives the session
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open one transaction that may only read.

        :raises ReadOnlyTransaction: something was written.
        :raises StoreUnavailable: the database cannot be reached or is restarting.
        """
        with translated(), Session(self._reader, expire_on_commit=False) as session:
            yield session
            # Nothing was written, so both ends are the same, but PostgreSQL's driver forgets its plans at a rollback.
            session.expunge_all()
            if session.is_active:
                session.commit()

    def close(self) -> None:
        """Close every connection that is not in use."""
        self.engine.dispose()
        self._reader.dispose()


@contextmanager
def translated() -> Iterator[None]:
    """Give the errors of a driver the names that the layers above know.

    :raises StoreUnavailable, StoreContended, ReadOnlyTransaction: see there.
    """
    try:
        yield
    except (InvalidatePoolError, PoolTimeoutError) as error:
        raise StoreUnavailable("The database cannot be reached.") from error
    except DBAPIError as error:
        if _is_contention(error):
            raise StoreContended("The transaction lost against another one.") from error
        if _is_read_only(error):
            raise ReadOnlyTransaction("This unit of work was opened for reading.") from error
        if error.connection_invalidated or isinstance(error, OperationalError):
            raise StoreUnavailable("The database cannot be used.") from error
        raise


def _is_contention(error: DBAPIError) -> bool:
    original = error.orig
    if getattr(original, "sqlstate", None) in _CONTENDED_SQLSTATES:
        return True
    return str(getattr(original, "sqlite_errorname", "")).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def _is_read_only(error: DBAPIError) -> bool:
    original = error.orig
    if getattr(original, "sqlstate", None) == "25006":
        return True
    return str(getattr(original, "sqlite_errorname", "")).startswith("SQLITE_READONLY")
