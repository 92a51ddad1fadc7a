"""The measurement of the queue runs, in miniature, so that it is there when somebody wants to know."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import queue
from store import migrate


def test_everything_is_delivered_by_either_and_turns_are_timed(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(queue, "TURNS", 2)
    urls = {"SQLite": f"sqlite:///{tmp_path / 'queue.db'}", "PostgreSQL": postgres_url}
    for url in urls.values():
        migrate.upgrade(url)
    rates = queue.measure_rates(urls, messages=24, rounds=1, workers=(1,), kinds=("delivered",))
    assert {rate > 0 for by_workers in rates.values() for (rate,) in by_workers.values()} == {True}
    queue.show_rates(rates, 24, 1)
    queue.show_turns({name: [queue.measure_turns(url, size) for size in (10, 2000)] for name, url in urls.items()})
    said = capsys.readouterr().out
    assert "delivered: procrastinate, PostgreSQL" in said
    assert "2,000 wait" in said
