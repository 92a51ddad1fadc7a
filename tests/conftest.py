"""What every test has: no network but loopback (pyproject.toml) and reproducible examples."""

import pytest
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


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the fault suite be made larger: ten thousand messages, 150 kills, several seeds."""
    group = parser.getgroup("faults", "the size of tests/faults")
    group.addoption("--faults-messages", default="120", help="messages of one ordeal")
    group.addoption("--faults-kills", default="6", help="workers killed in one ordeal")
    group.addoption("--faults-seeds", default="1", help="seeds, separated by commas: one ordeal each, and engine")
    group.addoption("--faults-whole", action="store_true", help="everybody presses every button with every value")
