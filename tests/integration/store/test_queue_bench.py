"""The measurement of the queue runs, in miniature, so that it is there when somebody wants to know."""

from __future__ import annotations

import pytest

from benchmarks import queue


def test_everything_is_delivered_by_either_and_turns_are_timed(
    migrated_sqlite_url: str,
    migrated_postgres_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(queue, "TURNS", 2)
    urls = {"SQLite": migrated_sqlite_url, "PostgreSQL": migrated_postgres_url}
    rates = queue.measure_rates(urls, messages=24, rounds=1, workers=(1,), kinds=("delivered",))
    assert {rate > 0 for by_workers in rates.values() for (rate,) in by_workers.values()} == {True}
    queue.show_rates(rates, 24, 1)
    queue.show_turns({name: [queue.measure_turns(url, size) for size in (10, 2000)] for name, url in urls.items()})
    said = capsys.readouterr().out
    assert "delivered: procrastinate, PostgreSQL" in said
    assert "2,000 wait" in said
