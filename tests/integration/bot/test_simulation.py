"""A whole programme in simulated time, small: every promise is kept, and the same seed plays it again."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from sqlalchemy import make_url

from bot.simulation import command
from bot.simulation.programme import Size
from bot.simulation.time import SimulatedClock, SimulatedLoop
from store import crypto
from store.engine import Database
from tests.integration.bot.typed import type_in

_TINY = Size(clusters=2, smes=12, challenges=2, days=21, seed=3)


@contextmanager
def _empty(address: str) -> Iterator[Database]:
    crypto.configure(crypto.generate_key())
    database = Database(address, durable=False)
    try:
        yield database
    finally:
        database.close()


def test_a_programme_keeps_every_promise(migrated_sqlite_url: str) -> None:
    with _empty(migrated_sqlite_url) as database:
        outcome = command.run(Size(clusters=4, smes=60, challenges=8, days=100, seed=22), database)
    assert not [str(one) for one in outcome.violations]
    programme, messages = outcome.figures["The programme"], outcome.figures["Messages"]
    assert programme["challenges stated"] == 8
    voucher = ("vouchers applied for", "vouchers approved", "vouchers paid")
    for name in ("answers submitted", "introductions begun", "introductions made", *voucher):
        assert int(programme[name]) > 0, name
    for name in ("nudges, bundled", "reminders of deadlines"):
        assert int(messages[name]) > 0, name
    assert [check.rule for check in outcome.checks if not check.cases] == [], "every rule was put to the test"
    assert int(outcome.figures["Mishaps"]["outages of a workspace"]) > 0


def test_the_same_seed_plays_the_same_programme(migrated_sqlite_url: str, tmp_path: Path) -> None:
    outcomes: list[dict[str, object]] = []
    other = tmp_path / "other.db"
    shutil.copyfile(str(make_url(migrated_sqlite_url).database), other)
    for address in (migrated_sqlite_url, f"sqlite:///{other}"):
        with _empty(address) as database:
            data = command.run(_TINY, database).as_data()
            del data["figures"]["The simulation"]
            outcomes.append(data)
    assert outcomes[0] == outcomes[1]


def typed(tmp_path: Path, *words: object) -> CompletedProcess[str]:
    small = ("--clusters", 2, "--smes", 8, "--challenges", 1, "--days", 10)
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "COLUMNS": "200"}
    return type_in(("simulate", *small, *words), environment)


def test_the_command_prints_and_writes_what_came_of_it(tmp_path: Path) -> None:
    kept, told = f"sqlite:///{tmp_path / 'kept.db'}", tmp_path / "told.json"
    done = typed(tmp_path, "--database", kept, "--json", told)
    assert done.returncode == 0, done.stderr
    assert "challenges stated" in done.stdout
    assert "BROKEN" not in done.stdout
    data = json.loads(told.read_text(encoding="utf-8"))
    assert data["size"]["smes"] == 8
    assert [one["violations"] for one in data["invariants"]] == [[]] * len(data["invariants"])
    again = typed(tmp_path, "--database", kept)
    assert again.returncode == 1
    assert "This store is in use" in " ".join(again.stderr.split())


def test_another_engine_is_refused(tmp_path: Path) -> None:
    done = typed(tmp_path, "--database", "postgresql://nobody@127.0.0.1/nowhere")
    assert done.returncode == 1
    assert "runs on a SQLite file" in done.stderr


def test_time_passes_where_somebody_would_wait() -> None:
    import asyncio

    begin = datetime(2027, 1, 4, tzinfo=UTC)

    async def wait(clock: SimulatedClock) -> list[datetime]:
        seen = [clock.now()]
        await asyncio.sleep(3600)
        seen.append(clock.now())
        clock.jump(begin + timedelta(days=365))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(30):
                await asyncio.sleep(60)
        return [*seen, clock.now(), await asyncio.to_thread(clock.now)]

    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, SimulatedLoop)
        seen = runner.run(wait(SimulatedClock(loop, begin)))
    after = [(one - begin).total_seconds() for one in seen]
    assert after == [0, 3600, 365 * 86400 + 30, 365 * 86400 + 30]


def test_waiting_for_nothing_is_noticed() -> None:
    import asyncio

    with (
        asyncio.Runner(loop_factory=SimulatedLoop) as runner,
        pytest.raises(RuntimeError, match="never happen"),
    ):
        runner.run(asyncio.Event().wait())
