"""Four workers are killed one after the other while the platform fails: nothing is lost, nothing is sent twice.

make test TESTS="tests/faults/test_ordeal.py -s --faults-messages 10000 --faults-kills 150 --faults-seeds 1,2"
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

import pytest
from sqlmodel import select

from handlers.letters import REPEATED
from store.engine import Database
from store.tables.queue import Outbox, OutboxStatus
from tests.faults.conftest import Postgres, Size
from tests.faults.rig import TICK, TIMES, Ordeal, Rig, judge, run_ordeal

#: Half of the rows are back this much later than they could be, on a machine that has other things to do; and all.
_MARGIN, _LONGEST = 3.0, 20.0


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run once for each seed."""
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", [int(one) for one in str(metafunc.config.getoption("--faults-seeds")).split(",")])


@pytest.fixture(params=["sqlite", "postgresql"])
def ground(request: pytest.FixtureRequest) -> tuple[Database, Callable[[], None] | None]:
    """Give a database with every table, and what restarts it."""
    if request.param == "sqlite":
        return request.getfixturevalue("sqlite_database"), None
    server: Postgres = request.getfixturevalue("own_postgres")
    return request.getfixturevalue("own_database"), server.restart


def run(rig: Rig, ground: tuple[Database, Callable[[], None] | None], size: Size, seed: int, **how: bool) -> Ordeal:
    database, restart = ground
    return run_ordeal(
        rig,
        database,
        messages=size.messages,
        kills=size.kills,
        seed=seed,
        restarts=2 if restart else 0,
        restart=restart or (lambda: None),
        **how,
    )


def _two(recovered: list[float]) -> str:
    return f"{median(recovered or [0.0]):.1f} s, {max(recovered, default=0.0):.1f} s of {len(recovered)} rows"


def told(found: Ordeal, database: Database, size: Size, faults: dict[str, int]) -> str:
    parts = [
        f"{database.dialect}: {size.messages} messages, {found.kills} kills,",
        f"{found.caught_sending} rows caught sending,",
        f"{found.restarts} restarts of the database, {sum(faults.values())} faults, {found.seconds:.0f} s;",
        f"recovered (median, worst): leased {_two(found.leased)}, sending {_two(found.sending)}",
    ]
    return " ".join(parts)


def test_nothing_is_lost_and_nothing_is_sent_twice(
    rig: Rig, ground: tuple[Database, Callable[[], None] | None], size: Size, seed: int
) -> None:
    found = run(rig, ground, size, seed)
    print(told(found, ground[0], size, rig.faults()))  # noqa: T201 - what a large run is made for
    judge(ground[0], rig.arrivals(), rig.prefix)
    assert found.kills == size.kills
    for recovered, bound in ((found.leased, TIMES["lease"]), (found.sending, TIMES["lease"] + TIMES["quiet"])):
        assert median(recovered or [0.0]) <= bound + TICK + _MARGIN
        assert max(recovered, default=0.0) <= bound + TICK + _LONGEST


def test_where_no_look_up_is_possible_nothing_is_silent(
    rig: Rig, ground: tuple[Database, Callable[[], None] | None], size: Size, seed: int
) -> None:
    database, _ = ground
    found = run(rig, ground, Size(size.messages // 2, size.kills // 2), seed, lookups=False)
    arrivals = rig.arrivals()
    with database.read() as session:
        rows = session.exec(select(Outbox)).all()
    listed = {row.key for row in rows if row.status is OutboxStatus.DEAD and row.last_error == "unconfirmed"}
    repeated = {row.key for row in rows if row.status is OutboxStatus.SENT and row.last_error == REPEATED}
    assert {row.key for row in rows} - {one.key for one in arrivals} <= listed
    assert {row.status for row in rows} <= {OutboxStatus.SENT, OutboxStatus.DEAD}
    assert {row.key for row in rows if row.status is OutboxStatus.DEAD} == listed
    # What may not be repeated is not; all else that came twice said so the second time.
    assert all(row.payload.get("careful") for row in rows if row.key in listed)
    assert not any(row.payload.get("careful") for row in rows if row.key in repeated)
    seen: set[str] = set()
    for one in arrivals:
        assert ("This may be a repeat" in one.text) == (one.key in seen) or one.key in repeated
        assert one.key not in seen or "This may be a repeat" in one.text
        seen.add(one.key)
    assert listed | repeated
    assert found.kills == size.kills // 2
