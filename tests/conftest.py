"""What every test has: no network but loopback (pyproject.toml) and reproducible examples."""

from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.databases", "tests.world"]

# Derandomised, so that a run can be repeated; no deadline and no complaint about slow data: the machine may be busy.
settings.register_profile(
    "matchpoint",
    database=None,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("matchpoint")


_configure = structlog.configure


def _configure_for_now(**how: Any) -> None:
    """Keep no logger as it was on first use: it would stay so for all tests that follow."""
    how["cache_logger_on_first_use"] = False
    _configure(**how)


structlog.configure = _configure_for_now


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """Undo what a test, or a program that it started within, has made of the logs."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the fault suite be made larger: ten thousand messages, 150 kills, several seeds."""
    group = parser.getgroup("faults", "the size of tests/faults")
    group.addoption("--faults-messages", default="120", help="messages of one ordeal")
    group.addoption("--faults-kills", default="6", help="workers killed in one ordeal")
    group.addoption("--faults-seeds", default="1", help="seeds, separated by commas: one ordeal each, and engine")
    group.addoption("--faults-whole", action="store_true", help="everybody presses every button with every value")
